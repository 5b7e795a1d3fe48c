"""Replicates of every score over individuals: one draw for all, kept, resumable, the same for any number of workers."""

import shutil

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.metrics import METRICS, individual_weights, metric, replicate_interval
from morphsweep.records import AVERAGE
from morphsweep.sweep import evaluate
from morphsweep.sweep import evaluator as evaluator_module
from morphsweep.sweep import replicating as replicating_module
from morphsweep.sweep.replicating import replicated_specs

KEYS = ["model_index", "replicate", "regime", "perturbation", "metric"]


@pytest.fixture(scope="module")
def sweep(make_sweep):
    """Two small models in two regimes; the tables over time are resampled as often as the scores."""
    path = make_sweep(n_models=2, n_individuals=6, n_snips=12, n_perturbations=3)
    path.write_text(path.read_text(encoding="utf-8") + "\n[settings]\nn_replicates = 6\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module", autouse=True)
def _short_chunks():
    """Chunks of four replicates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicating_module, "CHUNK", 4)
        yield


@pytest.fixture(scope="module")
def results(sweep, tmp_path_factory):
    """Six replicates, which are two chunks."""
    return evaluate(sweep, tmp_path_factory.mktemp("results"), workers=1, bootstrap=6)


def test_every_score_that_follows_the_weights_has_its_replicates(results):
    """Robustness, dispersion, collinearity, discrimination and their shifts; one value per replicate, model and score."""
    table = results.replicates
    assert table.columns.tolist() == [*KEYS, "value"]
    assert not table.duplicated(KEYS).any()
    assert sorted(table["replicate"].unique()) == list(range(6))
    names = set(table["metric"])
    expected = {"aligned_rmse", "aligned_rmse_rel", "dispersion_first", "segment_collinearity_within", "f1"}
    assert expected | {"pr_auc", "auroc", "f1_drop", "dispersion_slope_shift", "gyration"} <= names
    assert names.isdisjoint({"explained_variance", "curves_ok", "coverage"})
    assert {spec.name for spec in replicated_specs(METRICS.values())} <= names
    assert set(table["perturbation"]) >= {AVERAGE, *results.info["perturbations"]}


def test_intervals_are_expanded_percentiles_of_the_replicates_around_the_score(results):
    """Row by row: a perturbation's six individuals, the model's mean of them; scores that are not resampled have none."""
    keys = ["model_index", "regime", "perturbation", "metric"]
    scores = results.scores.set_index(keys)
    replicates = results.replicates.set_index([*keys, "replicate"])["value"].unstack()
    scores = scores.loc[replicates.index]
    average = scores.index.get_level_values("perturbation") == AVERAGE
    for name in ("aligned_rmse", "dispersion_first", "f1"):
        rows = average & (scores.index.get_level_values("metric") == name)
        values = replicates[rows].to_numpy()
        low, high = replicate_interval(
            values.T, 6, degrees=15, around=scores.loc[rows, "value"].to_numpy(), bounds=(0.0, np.inf)
        )
        np.testing.assert_allclose(scores.loc[rows, "low"], low)
        np.testing.assert_allclose(
            scores.loc[rows, "high"], np.minimum(high, 1.0 if name == "f1" else np.inf)
        )
    left = results.scores.set_index(keys)
    assert left.loc[~left.index.isin(replicates.index), "low"].isna().all()


def test_every_score_lies_within_its_interval_and_every_interval_within_the_bounds(results):
    """Also where weighted curves wiggle more than the curves themselves, so that all replicates lie on one side."""
    scores = results.scores[results.scores["low"].notna() & results.scores["value"].notna()]
    assert (scores["low"] <= scores["value"] + 1e-12).all()
    assert (scores["value"] <= scores["high"] + 1e-12).all()
    for name, rows in scores.groupby("metric"):
        least, most = metric(name).bounds
        assert least is None or (rows["low"] >= least).all()
        assert most is None or (rows["high"] <= most).all()


def test_f1_has_one_interval_wherever_it_stands(results):
    """A perturbation's F1 and its drop have the same ends among the scores as among onsets and drops."""
    keys = ["model_index", "regime", "perturbation"]
    f1 = results.scores.query("metric == 'f1' and perturbation != @AVERAGE").merge(results.onsets, on=keys)
    assert len(f1) == 12
    np.testing.assert_allclose(f1[["low", "high"]], f1[["f1_low", "f1_high"]])
    drops = results.drops[results.drops["perturbation"] != ""]
    both = results.scores.query("metric == 'f1_drop'").merge(drops, on=keys, suffixes=("", "_paired"))
    assert len(both) == 6
    np.testing.assert_allclose(both[["low", "high"]], both[["low_paired", "high_paired"]], atol=1e-12)


def test_a_replicate_of_f1_is_the_f1_of_the_weighted_individuals(results):
    """From the stored predictions by hand: weights of individuals in place of ones."""
    from morphsweep.io import read_table
    from morphsweep.metrics import scores_over_time

    fingerprint = results.info["parts"]["0"]
    stored = read_table(results.path / "parts" / fingerprint / "predictions.parquet")
    stored = stored[stored["regime"] == "all"].merge(results.snips, on="snip_id")
    classes = [name.removeprefix("p_") for name in stored if name.startswith("p_")]
    ids = stored["individual"].astype(str)
    names = sorted(set(ids))
    weights = individual_weights(names, 6, seed=42)[5, np.searchsorted(names, ids)]
    table = scores_over_time(
        stored[[f"p_{name}" for name in classes]].to_numpy(float),
        stored["perturbation"].to_numpy(),
        stored["time"].to_numpy(float),
        np.array(results.info["cohort"]["bin_edges"]),
        classes,
        weight=weights,
    )
    value = table.groupby("perturbation")["f1"].mean().mean()
    at = results.replicates.query(
        "model_index == 0 and replicate == 5 and regime == 'all' and metric == 'f1' and perturbation == @AVERAGE"
    )
    assert at["value"].item() == pytest.approx(value)


def test_the_same_for_any_number_of_workers(sweep, results, tmp_path, monkeypatch):
    """Two processes, which make chunks of 25, give the same table, bit by bit, and the same intervals."""
    monkeypatch.setattr(replicating_module, "CHUNK", 25)
    again = evaluate(sweep, tmp_path, workers=2, bootstrap=6)
    pd.testing.assert_frame_equal(again.replicates, results.replicates, check_exact=True)
    pd.testing.assert_frame_equal(again.scores, results.scores, check_exact=True)


def test_what_is_there_is_not_computed_again(sweep, results, tmp_path, monkeypatch):
    """After a lost chunk only that one is made; more replicates begin with those that are there."""
    shutil.copytree(results.path, tmp_path / "copy")
    lost = min((tmp_path / "copy").glob("replicates/*/*.parquet"))
    lost.write_bytes(lost.read_bytes()[:100])  # a file that lost its end counts as lost
    made = []
    compute = evaluator_module.replicates_of_model

    def spy(*args, first, stop):
        made.append((first, stop))
        return compute(*args, first=first, stop=stop)

    monkeypatch.setattr(evaluator_module, "replicates_of_model", spy)
    again = evaluate(sweep, tmp_path / "copy", workers=1, bootstrap=6)
    assert made == [(0, 4)]
    pd.testing.assert_frame_equal(again.replicates, results.replicates, check_exact=True)
    made.clear()
    more = evaluate(sweep, tmp_path / "copy", workers=1, bootstrap=8)
    assert made == [(4, 8)] * 2
    first = more.replicates.query("replicate < 6").sort_values(KEYS, ignore_index=True)
    pd.testing.assert_frame_equal(
        first, results.replicates.sort_values(KEYS, ignore_index=True), check_exact=True
    )


def test_replicates_stay_until_told_otherwise(sweep, results, tmp_path):
    """An evaluation that does not speak of them keeps them; 0 removes the table and the intervals."""
    shutil.copytree(results.path, tmp_path / "copy")
    kept = evaluate(sweep, tmp_path / "copy", workers=1)
    assert kept.info["bootstrap"] == 6
    pd.testing.assert_frame_equal(kept.scores, results.scores, check_exact=True)
    without = evaluate(sweep, tmp_path / "copy", workers=1, bootstrap=0)
    assert without.scores["low"].isna().all()
    assert evaluate(sweep, tmp_path / "copy", workers=1).info["bootstrap"] == 0
    with pytest.raises(InvalidInput, match="--bootstrap 200"):
        _ = without.replicates


def test_a_negative_number_is_refused(sweep, tmp_path):
    """Before anything is computed."""
    with pytest.raises(InvalidInput, match="0 replicates or more, found -1"):
        evaluate(sweep, tmp_path, bootstrap=-1)


def test_alignment_never_makes_a_replicate_worse(results):
    """aligned <= initial in every replicate, curve by curve."""
    table = results.replicates[results.replicates["metric"].isin(["initial_rmse", "aligned_rmse"])]
    wide = table.pivot(
        index=["model_index", "replicate", "perturbation"], columns="metric", values="value"
    ).dropna()
    assert len(wide) >= 30
    assert (wide["aligned_rmse"] <= wide["initial_rmse"] + 1e-12).all()
