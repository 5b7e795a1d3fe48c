"""The decision record, its prose, and what changed since an earlier one."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from morphsweep.records import AVERAGE
from morphsweep.selection import (
    SweepFacts,
    decision_changes,
    decision_record,
    decision_text,
    no_decision,
    select,
)

ABOUT = {
    "name": "tails",
    "version": "9.9",
    "protocol": "notebook",
    "regimes": ["all", "hld"],
    "perturbations": ["wt", "gdf3"],
    "library_versions": {"numpy": "2.4"},
}


@pytest.fixture
def facts(models):
    """Twenty bootstrap replicates of the six models."""
    rng = np.random.default_rng(0)
    rows = [
        (model, b, regime, AVERAGE, metric, value + 0.01 * rng.normal())
        for metric, regime, column in (("f1", "all", "f1_all"), ("aligned_rmse", "hld", "aligned_rmse"))
        for model, value in zip(models["model_index"], models[column], strict=True)
        for b in range(20)
    ]
    names = ["model_index", "replicate", "regime", "perturbation", "metric", "value"]
    return SweepFacts(
        protocol="notebook",
        reference="all",
        regimes=("all", "hld"),
        replicates=pd.DataFrame(rows, columns=names),
    )


def test_the_record_is_plain_and_says_everything(models, facts):
    """JSON without NaN; rule, thresholds, winner, ties, reasons, uncertainty, what would change it, versions."""
    record = decision_record(select(models, facts=facts), ABOUT)
    json.dumps(record, allow_nan=False)
    assert (record["winner"], record["protocol"], record["version"]) == (0, "notebook", "9.9")
    assert record["hyperparameters"] == {"beta": 10.0}
    assert record["uncertainty"]["n_replicates"] == 20
    assert {row["column"] for row in record["uncertainty"]["corrected"]} == {"f1_all", "aligned_rmse"}
    assert [entry["df"] for entry in record["noise"] if entry["column"] == "f1_all"] == [3]
    assert record["reasons"][0].startswith(
        "Against model 2, next by the rule (tranche 2): F1 (all) 0.1 (2.0 replicate SD)"
    )
    assert any("aligned_rmse (asked: 1)" in text for text in record["would_change"])


def test_the_prose_reads_as_methods(models, facts):
    """Thresholds, noise with its degrees of freedom, bootstraps, interval, correction, ties; every number of the record."""
    text = decision_text(decision_record(select(models, facts=facts), ABOUT))
    assert "# Choice among the models of tails" in text
    assert (
        "We compared 6 models of 3 configurations of hyper-parameters, each trained in 2 regimes (all and hld)"
        in text
    )
    assert "as discriminative when its F1 (all) (`f1_all`) was above 0.7" in text
    assert "0.05 in `f1_all` (3 degrees of freedom, 95 % interval 0.028 to 0.19)" in text
    assert "20 Bayesian bootstraps (Rubin 1981)" in text
    assert re.search(r"Model 0 \(beta = 10\) was chosen, with F1 \(all\) 0\.8 \(90 % interval", text)
    assert "The numbers do not separate it from models 1, 2, 3 and 4" in text
    assert "nan" not in text.lower().replace("nanoparticle", "")


def test_prose_without_any_replicate_says_so(models):
    """No noise, no bootstraps: how sure the choice is is not known, and nothing is invented."""
    alone = models.drop(columns=["beta", "configuration", "replicate"])
    text = decision_text(decision_record(select(alone), ABOUT))
    assert "how sure the choice is is not known" in text
    assert "cannot be told from one training of each configuration" in text


def test_no_winner_is_told(models):
    """And a sweep in which nothing can be chosen gives a record of the same keys."""
    record = decision_record(select(models, where=["f1_all > 0.99", "aligned_rmse <= 1"]), ABOUT)
    assert "No model met both criteria" in decision_text(record)
    empty = no_decision("no F1", ABOUT)
    assert decision_text(empty) == "# No choice\n\nno F1\n"
    assert set(empty) <= set(record)


def test_knobs_that_cannot_act_do_not_describe_the_winner(page):
    """Margin does not act in NT-Xent, so it is no property of the chosen model."""
    knobs = decision_record(select(page), ABOUT)["hyperparameters"]
    assert knobs["metric_loss_type"] == "NT-Xent"
    assert "margin" not in knobs


def test_what_changed_is_said(models, facts):
    """Winner, ties, tranches, thresholds, scores in multiples of the noise; equal decisions differ in nothing."""
    old = decision_record(select(models, facts=facts), ABOUT)
    assert decision_changes(old, json.loads(json.dumps(old))) == []
    new = decision_record(select(models, where=["f1_all > 0.82", "aligned_rmse <= 2.5"], facts=facts), ABOUT)
    said = decision_changes(old, new)
    assert said[0] == "the winner was 0 and is 2"
    assert "from tranche 1 to 3: models 0 and 1" in said
    assert any(text.startswith("the thresholds: was f1_all > 0.7") for text in said)
    moved = models.assign(f1_all=models["f1_all"] + np.array([0.1, 0, 0, 0, 0, 0]))
    later = decision_record(select(moved, facts=facts), ABOUT)
    assert "f1_all of the winner: was 0.8, is 0.9 (1.3 replicate SD)" in decision_changes(old, later)
