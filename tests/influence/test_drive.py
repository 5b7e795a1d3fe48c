"""The whole answer, from settings and scores."""

import re

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.influence import Outcome, drive, make_design


def test_the_answer_is_in_plain_sentences_with_numbers(planted, quick):
    """Beta first, margin nothing, the matched change in replicate SDs."""
    table, score = planted(0)
    found = drive(make_design(table), [Outcome("aligned_rmse", score, noise=0.1)], effort=quick)
    share, low, high = map(
        int, re.findall(r"(\d+) %", found.sentences[0])[:1] + re.findall(r"(\d+) %", found.sentences[0])[2:]
    )
    assert low < share < high
    assert abs(share - 80) <= 4
    assert found.sentences[0].startswith("beta explains")
    assert "margin does nothing measurable to aligned_rmse." in found.sentences
    assert any(
        "All else equal, beta 0.1 to 10 changes aligned_rmse by -2" in s and "replicate SD" in s
        for s in found.sentences
    )
    assert (
        "margin: nothing measurable in any of 1 metrics; found, not known: a larger sweep may show more."
        in found.sentences
    )


def test_one_missing_number_costs_no_other_metric(planted, quick):
    """A model without one score keeps the other, and the gap is counted."""
    table, score = planted(0)
    holed = score.copy()
    holed[[0, 5]] = np.nan
    found = drive(make_design(table), [Outcome("f1", score), Outcome("rmse", holed)], effort=quick)
    assert found.fits["models"].tolist() == [36, 34]
    assert "rmse: 2 models that did not fail have no number; they count in the other metrics." in found.notes
    assert found.failures["outcome"].unique().tolist() == ["without rmse, not failed"]
    assert found.failures.groupby("hyperparameter")["failed"].sum().tolist() == [2, 2, 2]


def test_failed_models_are_an_outcome_of_their_own(quick):
    """All models with flag yes and beta 10 fail: both act on failing, margin does not."""
    grid = [(beta, flag, margin) for beta in (0.1, 1, 10) for flag in ("no", "yes") for margin in range(6)]
    table, score = pd.DataFrame(grid, columns=["beta", "flag", "margin"]), np.arange(36.0)
    failed = ((table["beta"] == 10) & (table["flag"] == "yes")).to_numpy()
    found = drive(make_design(table), [Outcome("f1", np.where(failed, np.nan, score))], effort=quick)
    rows = found.importances[found.importances["metric"] == "failed"].set_index("hyperparameter")
    assert rows["verdict"].to_dict() == {"beta": "acts", "flag": "acts", "margin": "inert"}
    assert (
        "6 of 36 models failed; they are kept as the outcome 'failed' and lack all other numbers."
        in found.notes
    )
    assert any(
        s.startswith("failed: 6 of 36 models, most often where flag is yes (33 % of 18")
        for s in found.sentences
    ) or any(
        s.startswith("failed: 6 of 36 models, most often where beta is 10 (50 % of 12")
        for s in found.sentences
    )


def test_a_metric_that_cannot_be_explained_is_a_row_with_its_reason(planted, quick):
    """A constant score stands in the table of fits."""
    table, score = planted(0)
    found = drive(
        make_design(table),
        [Outcome("flat", np.ones(36)), Outcome("none", score * np.nan), Outcome("f1", score)],
        effort=quick,
    )
    assert found.fits["reason"].tolist()[0] == "all 36 models have the same value, 1"
    assert found.fits["reason"].tolist()[1] == "no model has this number"
    assert "flat: nothing can be told: all 36 models have the same value, 1." in found.sentences


def test_settings_that_go_together_are_said_to(quick):
    """A rate that follows the loss cannot be told from it."""
    table = pd.DataFrame({"loss": ["a", "b"] * 12, "rate": [1, 2] * 12, "beta": np.repeat([1, 2, 3], 8)})
    found = drive(
        make_design(table, groups=range(24)), [Outcome("f1", np.array([0.0, 1.0] * 12))], effort=quick
    )
    rows = found.importances.set_index("hyperparameter")
    assert rows.loc["loss", "goes_with"] == "rate"
    assert any("it goes with loss, so that the two cannot be told apart" in s for s in found.sentences)


def test_any_callable_is_a_driver_if_its_importances_sum_to_one(planted, quick):
    """A driver of one's own replaces the importances; a broken one is told how."""
    table, score = planted(0)
    given = {"beta": 0.5, "flag": 0.25, "margin": 0.25}
    found = drive(
        make_design(table), [Outcome("f1", score)], effort=quick, driver=lambda design, score: given
    )
    assert found.importances.set_index("hyperparameter")["importance"].to_dict() == given
    with pytest.raises(
        InvalidInput,
        match=r"sum to one, for the hyper-parameters that vary \(beta, flag, margin\); found the sum 0.5",
    ):
        drive(
            make_design(table),
            [Outcome("f1", score)],
            effort=quick,
            driver=lambda design, score: {"beta": 0.5},
        )


def test_the_same_seed_gives_the_same_answer_and_json_has_no_nan(planted, quick):
    """Reproducible; every table is in the JSON."""
    table, score = planted(0)
    one, two = (
        drive(make_design(table), [Outcome("f1", score, change=score * 0.1)], effort=quick) for _ in range(2)
    )
    pd.testing.assert_frame_equal(one.importances, two.importances)
    document = one.to_json()
    assert set(one.frames()) <= set(document)
    assert "nan" not in str(document["matched"]).lower()
    assert one.wide().loc["f1", "beta"] == one.importances["share"].max()


def sweep_with_a_weak_setting(change):
    """Beta moves four matched cells by these amounts, nothing else does anything; two levels of each of three settings."""
    table = pd.DataFrame(
        [(b, f, m) for b in (1, 10) for f in ("no", "yes") for m in (1, 2)],
        columns=["beta", "flag", "margin"],
    )
    return table, np.concatenate([np.zeros(4), np.asarray(change, dtype=float)])


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ([1.0, 1.1, 0.9, 1.0], {"acts", "unsure"}),  # p below 0.001
        ([0.3, 1.4, 0.7, 1.2], {"alone"}),  # p of 0.036: not below 0.05 / 3
        ([-1.0, 1.4, -0.6, 1.2], {"inert"}),
    ],
)
def test_there_are_three_grades_of_being_sure(quick, change, verdict):
    """Beyond chance among all tests, in a single comparison only, or nothing: the sentence says which."""
    table, score = sweep_with_a_weak_setting(change)
    found = drive(make_design(table), [Outcome("f1", score)], effort=quick)
    assert set(found.importances.set_index("hyperparameter").loc[["beta"], "verdict"]) <= verdict
    told = [s for s in found.sentences if "beta" in s and "f1" in s]
    assert any("nothing measurable to f1" in s for s in told) == (verdict == {"inert"})
    assert any(s.startswith("beta may move f1: 1 to 10, all else equal,") for s in told) == (
        verdict == {"alone"}
    )


def test_no_effect_is_called_nothing_whose_own_interval_excludes_zero(quick):
    """A single comparison is told with its p, the number of tests, and how many of the kind chance makes."""
    table, score = sweep_with_a_weak_setting([0.3, 1.4, 0.7, 1.2])
    found = drive(make_design(table), [Outcome("f1", score)], effort=quick)
    ends = found.matched[found.matched["hyperparameter"] == "beta"].iloc[0]
    assert ends["low"] > 0
    (sentence,) = (s for s in found.sentences if s.startswith("beta may move f1"))
    assert "changes it by 0.9 (95 % interval 0.11 to 1.69)" in sentence
    assert "4 of 4 matched cells go up, 0 down; p = 0.036" in sentence
    assert "alone, not beyond chance among 3 tests" in sentence
    assert "'may move'" in found.sentences[-1]


def test_a_reason_that_all_metrics_share_is_told_once(quick):
    """Too few configurations: one sentence that names the metrics."""
    table, score = pd.DataFrame({"beta": [1, 2, 3]}), np.arange(3.0)
    found = drive(make_design(table), [Outcome(name, score) for name in ("f1", "rmse", "drop")], effort=quick)
    told = [s for s in found.sentences if "nothing can be told" in s]
    assert told == [
        "f1, rmse and drop: nothing can be told: 3 models of 3 configurations; a forest needs at least 8 models of 5 configurations."
    ]
