"""Which models are replicates, and what groups share."""

import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.selection import common_sentences, common_values, configurations, hyperparameter_columns
from morphsweep.selection.configurations import replicates_of


def test_a_margin_that_cannot_act_does_not_separate():
    """NT-Xent models equal but for margin share a configuration; triplet models do not."""
    frame = pd.DataFrame({"metric_loss_type": ["NT-Xent"] * 2 + ["triplet"] * 3, "margin": [1, 2, 1, 2, 1]})
    assert configurations(frame, ["metric_loss_type", "margin"]).tolist() == [0, 0, 1, 2, 1]


def test_the_sweep_may_say_what_cannot_act():
    """A given rule replaces the built-in one."""
    frame = pd.DataFrame({"metric_loss_type": ["NT-Xent", "NT-Xent"], "margin": [1, 2], "depth": [3, 3]})
    assert configurations(frame, ["metric_loss_type", "margin"], inactive={}).tolist() == [0, 1]
    assert configurations(frame, ["margin"], inactive={"margin": "depth == 3"}).tolist() == [0, 0]


def test_missing_values_are_equal_to_each_other_only():
    """A knob without value is a value of its own."""
    frame = pd.DataFrame({"beta": [1.0, None, None, 2.0]})
    assert configurations(frame, ["beta"]).tolist() == [0, 1, 1, 2]


def test_without_hyperparameters_nothing_is_known():
    """No hyper-parameter column: every configuration is missing, and nobody has replicates."""
    frame = pd.DataFrame({"model_index": [1, 2]})
    frame["configuration"] = configurations(frame, [])
    assert frame["configuration"].isna().all()
    assert replicates_of(frame, 1) == []


def test_replicates_of_an_unknown_model_are_refused():
    """The message lists the models."""
    frame = pd.DataFrame({"model_index": [1, 2], "configuration": [0, 0]})
    with pytest.raises(InvalidInput, match=r"^no model 3 in the table; models: 1, 2$"):
        replicates_of(frame, 3)


def test_hyperparameters_are_what_is_left_or_what_is_listed():
    """Seeds, statuses and row labels are none; a listed name that clashes with a score is found under hp_."""
    frame = pd.DataFrame(
        columns=["Unnamed: 0", "model_index", "beta", "seed", "status", "f1_all", "hp_f1_all", "lr"]
    )
    assert hyperparameter_columns(frame, scores={"f1_all"}) == ("beta", "hp_f1_all", "lr")
    assert hyperparameter_columns(frame, scores={"f1_all"}, listed=["lr", "f1_all", "gone"]) == (
        "lr",
        "hp_f1_all",
    )


def test_common_values_count_against_the_whole_sweep():
    """Two of two models of tranche 1 have beta 10, which two of four have; knobs with one value are left out."""
    frame = pd.DataFrame({"beta": [10.0, 10.0, 1.0, 1.0], "depth": [3] * 4, "loss": ["a", "b", "a", "b"]})
    tranche = pd.Series([1, 1, 2, None], dtype="Int64")
    common = common_values(frame, ["beta", "depth", "loss"], tranche)
    first = common[common["hyperparameter"] == "beta"].iloc[0]
    assert first.to_dict() == {
        "tranche": 1, "hyperparameter": "beta", "value": 10.0, "count": 2, "n": 2, "share": 1.0,
        "count_all": 2, "n_all": 4, "share_all": 0.5,
    }  # fmt: skip
    assert "depth" not in set(common["hyperparameter"])
    assert common_sentences(common) == ["all 2 models of tranche 1: beta 10 (2 of 4 in the sweep)"]


def test_shares_of_a_tranche_sum_to_one():
    """Missing values are counted as a value of their own."""
    frame = pd.DataFrame({"beta": [10.0, None, 1.0, None, 2.0]})
    common = common_values(frame, ["beta"], pd.Series([1, 1, 1, 2, 2], dtype="Int64"))
    assert common.groupby("tranche")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    assert common.loc[common["value"].isna(), "count_all"].tolist() == [2, 2]
