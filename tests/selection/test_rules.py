"""Desirability, Pareto front with knee, and the rule as a function of numbers."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.selection import SweepFacts, select
from morphsweep.selection.ordering import Rule, positions
from morphsweep.selection.rating import values_of

NOTEBOOK = SweepFacts(protocol="notebook", reference="all", regimes=("all", "hld"))


def test_desirability_by_hand():
    """F1 0.9, 0.8, 0.7 -> 1, .5, 0 and RMSE 0.3, 0.1, 0.2 -> 0, 1, .5: geometric means 0, .707, 0."""
    values = np.array([[0.9, 0.3], [0.8, 0.1], [0.7, 0.2]])
    rule = Rule({"f1": True, "rmse": False}, kind="desirability")
    assert positions(values, np.ones(3, int), rule).tolist() == [2, 1, 3]


def test_weights_of_desirability_decide():
    """(.5, 1) against (1, .5), the other two being the ends: sqrt(.5) both; with weight 2 on the first column the second wins."""
    values = np.array([[0.5, 1.0], [1.0, 0.5], [0.0, 0.0]])
    even = positions(values, np.ones(3, int), Rule({"a": True, "b": True}, kind="desirability"))
    assert even.tolist() == [2, 1, 3]  # equal desirability: the first column decides
    heavy = Rule({"a": True, "b": True}, kind="desirability", weights={"b": 2.0})
    assert positions(values, np.ones(3, int), heavy).tolist() == [1, 2, 3]


def test_a_range_is_desired_inside_and_nowhere_else():
    """Values 1, 2, 3, 4, 90: the usual range is 0 to 6; the outlier has desirability 0, all others 1."""
    values = np.array([[1.0, 5.0], [2, 4], [3, 3], [4, 2], [90, 9]])
    rule = Rule({"slope": None, "f1": True}, kind="desirability")
    assert (
        positions(values, np.ones(5, int), rule).tolist()[-1] == 5
        or positions(values, np.ones(5, int), rule).tolist().index(1) == 0
    )


def test_the_knee_by_hand():
    """Front (0, 1), (.8, .8), (1, 0): sums 1, 1.6, 1, so the middle; the beaten (.7, .7) comes last though its sum is 1.4."""
    values = np.array([[0.0, 1.0], [0.7, 0.7], [0.8, 0.8], [1.0, 0.0]])
    rule = Rule({"a": True, "b": True}, kind="knee")
    assert positions(values, np.ones(4, int), rule).tolist() == [3, 4, 1, 2]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "desirability: f1=2, aligned_rmse",
            "the weighted geometric mean of f1_all (weight 2; from 0 at the",
        ),
        ("desirability: dispersion_slope, f1", "dispersion_slope_all (weight 1; 1 within its usual range"),
        ("knee", "no other of the tranche beats in f1_all and aligned_rmse, and of these the knee"),
        (
            "mean-rank: f1, aligned_rmse",
            "the best mean of its ranks within the tranche by the highest f1_all",
        ),
    ],
)
def test_every_rule_is_said_in_words(models, rule, words):
    """Columns, weights and what good means."""
    assert words in select(models, rule=rule, facts=NOTEBOOK).rule


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("desirability: f1=0, aligned_rmse", "a weight above 0"),
        ("knee: f1=2", "only desirability takes weights"),
        ("knee: dispersion_slope", "neither a high nor a low value"),
        ("desirability: f1,,aligned_rmse", "expected columns separated by commas"),
        ("desirability: beta", "neither a high nor a low value"),
    ],
)
def test_rules_that_make_no_sense_are_refused(models, rule, said):
    """With what is allowed."""
    with pytest.raises(InvalidInput, match=said):
        select(models, rule=rule, facts=NOTEBOOK)


@pytest.mark.parametrize(
    "rule", [None, "mean-rank", "desirability", "knee", "aligned_rmse", "desirability: dispersion_slope, f1"]
)
@pytest.mark.parametrize(
    "where",
    [None, ["f1_all > 0.7", "aligned_rmse <= q50", "f1_hld > 0.705"], ["f1_all > 0.7", "beta < 10"]],
)
def test_the_numeric_rule_is_the_rule(models, rule, where):
    """Applied to the scores themselves it gives the tranches and ranks of the table."""
    choice = select(models, rule=rule, where=where, facts=NOTEBOOK)
    standing = choice.applied(values_of(choice.models, choice.applied))
    assert choice.table["tranche"].fillna(0).tolist() == standing.tranche.tolist()
    assert choice.table["rank"].fillna(0).tolist() == standing.rank.tolist()
    index = choice.table["model_index"].tolist()
    assert choice.winner == (index[standing.winner] if standing.winner >= 0 else None)


def test_the_map_of_winners_by_hand(models):
    """With both thresholds at their loosest the best F1 (2) wins; with F1 above 0.85 and any RMSE too; no RMSE below 0.4 wins."""
    choice = select(models, facts=NOTEBOOK)
    table = choice.winner_map
    assert len(table) == 25 * 25
    loose = table[(table["first"] == table["first"].min()) & (table["second"] == table["second"].max())]
    assert loose["winner"].item() == 2
    for _, row in table.sample(6, random_state=1).iterrows():
        again = select(
            models,
            where=[f"f1_all > {row['first']!r}", f"aligned_rmse <= {row['second']!r}"],
            facts=NOTEBOOK,
        )
        assert again.winner == (None if pd.isna(row["winner"]) else row["winner"])


def test_how_far_a_threshold_may_move_by_hand(models):
    """0 wins with F1 above anything below 0.8 and RMSE up to less than 2 (there 2 wins), down to 0.5 (then 4 or none)."""
    f1, rmse = select(models, facts=NOTEBOOK).stable_ranges
    assert (f1.low, f1.high, f1.above) == (-np.inf, 0.8, None)
    assert (rmse.low, rmse.high, rmse.below, rmse.above) == (0.5, 2.0, None, 2)
    assert str(rmse) == (
        "a threshold on aligned_rmse (asked: 1) changes the winner below 0.5 (then none wins) and above 2 (then model 2 wins)"
    )


@pytest.fixture
def equals():
    """Six models of six configurations: 3, 8 and 20 equal and best, 5 behind them, 1 and 7 in other tranches."""
    best = {"f1_all": 0.9, "aligned_rmse": 0.5}
    table = pd.DataFrame({
        "model_index": [20, 8, 3, 5, 7, 1],
        "configuration": range(6),
        "beta": [1.0, 2, 3, 4, 5, 6],
        **{name: [value] * 3 + [0.8, 0.6, 0.95] for name, value in best.items()},
    })
    table.loc[5, "aligned_rmse"] = 2.0
    return table


RULES = (None, "mean-rank", "desirability", "knee", "aligned_rmse", "f1_all, aligned_rmse")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (1, 0, 2, 5, 3, 4)])
def test_equal_models_stand_by_their_number_and_not_by_their_row(equals, rule, order):
    """Whatever the order of the rows: 3 wins, 8 and 20 tie with it and follow, and it is said."""
    choice = select(equals.iloc[list(order)], rule=rule, facts=NOTEBOOK)
    assert choice.winner == 3
    assert choice.ties == [8, 20]
    assert choice.tranches[1] == [3, 8, 20, 5]
    assert choice.table.set_index("model_index").loc[[3, 8, 20], "tie"].all()
    said = [text for text in choice.warnings if "exactly" in text]
    assert len(said) == 1
    assert said[0].endswith(
        "nothing separates model 3 from 8 and 20: they are exactly equal, and the lowest model_index is put first"
    )
    standing = choice.applied(values_of(choice.models, choice.applied))
    assert standing.rank.tolist() == choice.table["rank"].fillna(0).tolist()


def test_models_that_differ_in_the_last_digit_are_not_equal(equals):
    """One winner, no ties to be known of, nothing to be said."""
    equals.loc[0, "f1_all"] = np.nextafter(0.9, 1)
    equals.loc[1, "f1_all"] = np.nextafter(0.9, 0)
    choice = select(equals, facts=NOTEBOOK)
    assert choice.tranches[1] == [20, 3, 8, 5]
    assert choice.ties is None
    assert not any("exactly" in text for text in choice.warnings)


def test_names_of_models_may_be_texts(equals):
    """Equal ones then stand in the order of their names."""
    choice = select(equals.assign(model_index=["b", "c", "a", "d", "e", "f"]), facts=NOTEBOOK)
    assert choice.winner == "a"
    assert choice.ties == ["b", "c"]
