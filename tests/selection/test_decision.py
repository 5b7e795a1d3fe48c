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
    why_no_winner,
)
from morphsweep.selection.wording import percent

TWO = ["f1_all > 0.7", "aligned_rmse <= 1"]
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


def test_partial_models_of_tranche_1_are_why_there_is_no_winner(models, facts):
    """They met both criteria and are not ranked: said once, and nothing says that no model met them."""
    models.loc[[0, 1], "status"] = "partial"
    for known in (None, facts):
        choice = select(models, where=TWO, facts=known)
        record = decision_record(choice, ABOUT)
        assert (record["winner"], record["tranches"]["1"]) == (None, [0, 1])
        assert record["why_no_winner"] == why_no_winner(choice)
        assert record["why_no_winner"] == (
            "Models 0 and 1 met both criteria, but are partial (averaged over fewer perturbations than asked) and therefore "
            "not ranked beside full models, so none was chosen."
        )
        text = decision_text(record)
        assert record["why_no_winner"] in text
        assert "No model met" not in text
        assert "both criteria met (1): 0, 1" in text


def test_a_model_that_the_rule_cannot_place_is_told_apart_from_a_partial_one(models):
    """Without the number that the rule orders by."""
    models.loc[[0, 1], "f1_hld"] = np.nan
    choice = select(models, where=TWO, rule="f1_hld")
    assert choice.winner is None
    assert why_no_winner(choice) == (
        "Models 0 and 1 met both criteria, but lack a score that the rule orders by, so none was chosen."
    )


def test_one_criterion_is_not_called_both(models):
    """Two tranches, one criterion, and a filter is no second one."""
    for where in ("f1_all > 0.7", ["f1_all > 0.7", "beta == 10"]):
        text = decision_text(decision_record(select(models, where=where), ABOUT))
        assert "robustness was not judged (only one threshold was given)." in text
        assert "Among the models that met the criterion we chose" in text
        assert "models met the criterion. Model" in text
        assert "criterion met (1): " in text
        assert "criterion not met (4): " in text
        assert not re.search("both|only discriminative|as robust when|only robust", text)
    assert "Further conditions: its beta (`beta`) was equal to 10." in text
    lost = decision_text(decision_record(select(models, where="f1_all > 2"), ABOUT))
    assert "No model met the criterion, so none was chosen." in lost


def test_shares_are_of_all_draws(models, facts):
    """Where few draws have a winner, coming first in all of those is no certainty."""
    choice = select(models, where=["f1_all > 0.7", "aligned_rmse <= 0.51"], facts=facts)
    found = choice.uncertainty
    assert 0.05 < found.no_winner < 0.95
    own = next(row for row in found.configurations.to_dict("records") if choice.winner in row["models"])
    text = decision_text(decision_record(choice, ABOUT))
    assert f"came first in {percent(own['frequency'] * (1 - found.no_winner))} of the draws" in text
    assert f"In {percent(found.no_winner)} of the draws none would have been chosen." in text


def test_only_what_was_redrawn_is_said_to_differ(models, facts):
    """Other trainings without a bootstrap, other individuals without replicates."""

    def said(table, **known):
        asked = ["f1_all > 0.7", "aligned_rmse <= 5"]
        return [
            t
            for t in decision_record(select(table, where=asked, **known), ABOUT)["would_change"]
            if "put first" in t
        ]

    close = models.assign(f1_all=[0.80, 0.75, 0.79, 0.80, 0.78, 0.80])
    alone = close.assign(configuration=range(6))
    assert [text.split(" would")[0] for text in said(close)] == ["Other trainings"]
    assert [text.split(" would")[0] for text in said(close, facts=facts)] == [
        "Other individuals or trainings"
    ]
    assert [text.split(" would")[0] for text in said(alone, facts=facts)] == ["Other individuals"]


def test_labels_cannot_be_markup(models):
    """Names of perturbations, regimes, hyper-parameter values: text in Markdown, line breaks gone."""
    table = models.assign(loss=["<b>x</b>\n# y", "a|b"] * 3)
    about = ABOUT | {"name": "<i>", "perturbations": ["<b>x</b>", "z\nl", "*w*"], "regimes": ["all", "h|d"]}
    text = decision_text(decision_record(select(table), about))
    assert not re.search(r"<\w", text)
    assert "3 perturbations (&lt;b&gt;x&lt;/b&gt;, z l and \\*w\\*)" in text
    assert "(all and h\\|d)" in text
    assert "loss = &lt;b&gt;x&lt;/b&gt; # y" in text


def test_a_score_that_is_bad_on_both_sides_has_no_rank(models):
    """The table of the chosen model ranks no dispersion slope."""
    text = decision_text(decision_record(select(models), ABOUT))
    line = next(line for line in text.splitlines() if "`dispersion_slope_all`" in line)
    assert "not ranked" in line
