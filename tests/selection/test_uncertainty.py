"""How sure a choice is, where the answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from morphsweep.records import AVERAGE
from morphsweep.selection import SweepFacts, select
from morphsweep.selection.resamples import resampled_columns
from morphsweep.selection.uncertainty import tie_set

FACTS = {"protocol": "notebook", "reference": "all", "regimes": ("all", "hld")}


def _tidy(values, columns=(("f1", "all"), ("aligned_rmse", "hld"))):
    """Replicates of shape (n_replicates, n_models, 2) as the tidy table."""
    rows = [
        (model, b, regime, AVERAGE, metric, values[b, model, k])
        for b in range(len(values))
        for model in range(values.shape[1])
        for k, (metric, regime) in enumerate(columns)
    ]
    return pd.DataFrame(
        rows, columns=["model_index", "replicate", "regime", "perturbation", "metric", "value"]
    )


def _table(f1, rmse, **more):
    return pd.DataFrame({"model_index": range(len(f1)), "f1_all": f1, "aligned_rmse": rmse, **more})


def test_frequencies_ranks_and_tranches_by_hand():
    """Model 0 wins 3 of 4 replicates; in the fourth it falls below the threshold and 1 wins."""
    values = np.array([
        [[0.9, 0.5], [0.8, 0.5]],
        [[0.9, 0.5], [0.8, 0.5]],
        [[0.9, 0.5], [0.8, 1.5]],
        [[0.6, 0.5], [0.8, 0.5]],
    ])
    facts = SweepFacts(**FACTS, replicates=_tidy(values))
    choice = select(_table([0.9, 0.8], [0.5, 0.5]), facts=facts)
    table = choice.uncertainty.configurations
    assert table["frequency"].tolist() == [0.75, 0.25]
    assert table["tranche_1"].tolist() == [0.75, 0.75]
    assert table["tranche_3"].tolist() == [0.25, 0.0]
    assert table["tranche_2"].tolist() == [0.0, 0.25]
    assert choice.ties == [1]  # 0.75 alone is less than 0.9
    assert choice.table["tie"].tolist() == [True, True]
    assert choice.uncertainty.models["frequency"].tolist() == [0.75, 0.25]
    assert choice.uncertainty.basis == "4 bootstraps over individuals"
    assert choice.to_json()["table"][0]["p_tranche_1"] == 0.75


def test_a_winner_of_every_replicate_stands_alone():
    """Then there is no tie."""
    values = np.tile([[[0.9, 0.5], [0.8, 0.5]]], (5, 1, 1))
    choice = select(_table([0.9, 0.8], [0.5, 0.5]), facts=SweepFacts(**FACTS, replicates=_tidy(values)))
    assert choice.ties == []
    assert choice.uncertainty.no_winner == 0


def test_the_smallest_set_of_nine_tenths():
    """Equal frequencies at the edge all belong; what never wins does not."""
    assert tie_set(np.array([0.5, 0.25, 0.25, 0.0])).tolist() == [True, True, True, False]
    assert tie_set(np.array([0.95, 0.05])).tolist() == [True, False]
    assert tie_set(np.zeros(2)).tolist() == [False, False]


def test_replicate_noise_alone_gives_the_t_probability():
    """Two configurations of two replicates each: the chance that the second is better follows a t distribution."""
    table = _table([0.80, 0.82, 0.79, 0.81], [0.5] * 4, configuration=[0, 0, 1, 1], beta=[1.0, 1.0, 2.0, 2.0])
    choice = select(table, where=["f1_all > 0", "aligned_rmse <= 1"], facts=SweepFacts(**FACTS))
    sd = choice.noise["f1_all"].sd
    assert sd == pytest.approx(0.02 / np.sqrt(2))
    expected = stats.t.cdf(-0.01 / sd, 2)  # SE of the difference of two means of two
    found = choice.uncertainty.configurations["frequency"][1]
    assert found == pytest.approx(expected, abs=0.03)
    assert choice.uncertainty.basis == "the noise between replicates (2 degrees of freedom)"


def test_replicates_that_all_moved_one_way_do_not_move_the_choice():
    """Curves of weighted individuals wiggle more: the threshold is met as surely as the score meets it."""
    rng = np.random.default_rng(0)
    values = np.stack([rng.normal(0.8, 0.02, (200, 2)), rng.normal([1.3, 1.6], 0.05, (200, 2))], axis=2)
    choice = select(_table([0.8, 0.75], [0.9, 0.9]), facts=SweepFacts(**FACTS, replicates=_tidy(values)))
    for table in (choice.uncertainty.configurations, choice.uncertainty.models):
        assert table["tranche_1"][0] > 0.95
        assert table["tranche_1"][1] > 0.9
    corrected = choice.uncertainty.corrected.set_index("column").loc["aligned_rmse"]
    assert corrected["low"] < corrected["value"] < corrected["high"]


def test_scores_of_others_do_not_enter_the_corrected_score():
    """Who comes first in every draw owes nothing to chance, however low the others and however far the replicates moved."""
    rng = np.random.default_rng(0)
    values = np.stack([rng.normal([0.8, 0.3], 0.02, (200, 2)), rng.normal(0.6, 0.05, (200, 2))], axis=2)
    choice = select(_table([0.9, 0.4], [0.5, 0.5]), facts=SweepFacts(**FACTS, replicates=_tidy(values)))
    corrected = choice.uncertainty.corrected.set_index("column")["corrected"]
    assert corrected["f1_all"] == pytest.approx(0.9)
    assert corrected["aligned_rmse"] == pytest.approx(0.5)


@pytest.mark.parametrize("higher", [True, False])
def test_the_best_of_equals_is_brought_back(higher):
    """Thirty equal models, 40 individuals: of the 0.06 that the best owes to chance two thirds go; lower is better alike.

    By theory 1 / sqrt(2): the draws know the scores with their noise, so that models seem to differ which are equal.
    """
    rng = np.random.default_rng(1)
    naive, ours = [], []
    sign = 1 if higher else -1
    for _ in range(16):
        each = 0.8 + sign * rng.normal(0, 0.2, (40, 30))
        weights = rng.exponential(size=(100, 40))
        boot = (weights @ each) / weights.sum(axis=1, keepdims=True)
        order = 1 if higher else -1  # the other column is the same for all
        table = _table(*[each.mean(axis=0), np.full(30, 0.75)][::order])
        replicates = np.stack([boot, np.full_like(boot, 0.75)][::order], axis=2)
        facts, name = (
            SweepFacts(**FACTS, replicates=_tidy(replicates)),
            "f1_all" if higher else "aligned_rmse",
        )
        choice = select(table, where=["f1_all > 0", "aligned_rmse <= 9"], rule=name, facts=facts)
        row = choice.uncertainty.corrected.set_index("column").loc[name]
        naive.append(sign * (row["value"] - 0.8))
        ours.append(sign * (row["corrected"] - 0.8))
    assert np.mean(naive) == pytest.approx(0.064, abs=0.015)
    assert np.mean(ours) == pytest.approx(0.064 * (1 - 1 / np.sqrt(2)), abs=0.01)


def test_the_corrected_score_of_a_sweep_is_the_truth_on_average():
    """Twenty models that differ as much as their noise: the winner is 0.02 too high, and corrected nearly right."""
    rng = np.random.default_rng(2)
    naive, ours = [], []
    for _ in range(60):
        truth = rng.normal(0.7, 0.03, 20)
        f1 = truth + rng.normal(0, 0.02, 20)
        boot = f1 - 0.05 + rng.normal(0, 0.02, (100, 20))  # all replicates moved down
        facts = SweepFacts(**FACTS, replicates=_tidy(np.stack([boot, np.full_like(boot, 0.5)], axis=2)))
        choice = select(_table(f1, np.full(20, 0.5)), where=["f1_all > 0", "aligned_rmse <= 1"], facts=facts)
        row = choice.uncertainty.corrected.set_index("column").loc["f1_all"]
        naive.append(row["value"] - truth[choice.winner])
        ours.append(row["corrected"] - truth[choice.winner])
    assert np.mean(naive) > 0.013
    assert abs(np.mean(ours)) < 0.005


def test_columns_of_the_summary_are_found_among_the_replicates():
    """Run metrics by regime, pairs bare with one other regime, and with several by regime and as their mean."""
    values = np.arange(12.0).reshape(3, 2, 2)
    one = resampled_columns(_tidy(values), ["aligned_rmse", "f1_all"], [1, 0])
    np.testing.assert_array_equal(one, values[:, ::-1, ::-1])
    two = _tidy(values, (("aligned_rmse", "hld"), ("aligned_rmse", "late")))
    mean = resampled_columns(two, ["aligned_rmse", "aligned_rmse_late"], [0, 1], n_others=2)
    np.testing.assert_array_equal(mean[..., 0], values.mean(axis=2))
    np.testing.assert_array_equal(mean[..., 1], values[..., 1])
    assert resampled_columns(two, ["f1_all"], [0, 1], n_others=2) is None


def test_draws_follow_the_noise_of_all_columns_together():
    """Replicates whose F1 and RMSE move together give draws that do."""
    rng = np.random.default_rng(2)
    shift = rng.normal(size=40)
    table = _table(
        0.8 + 0.01 * shift, 0.5 + 0.02 * shift, configuration=np.arange(40) // 4, beta=np.arange(40) // 4
    )
    from morphsweep.selection.resamples import draws_of, groups_of

    choice = select(table, where=["f1_all > 0", "aligned_rmse <= 9"], facts=SweepFacts(**FACTS))
    values = table[["f1_all", "aligned_rmse"]].to_numpy()
    groups = groups_of(choice.models.frame["configuration"], np.ones(40, dtype=bool))
    drawn = draws_of(values, None, groups, choice.noise, ("f1_all", "aligned_rmse"), seed=0)
    added = (drawn - drawn.mean(axis=0)).reshape(-1, 2)
    assert np.corrcoef(added.T)[0, 1] > 0.999
    assert added[:, 0].std() == pytest.approx(
        choice.noise["f1_all"].sd / 2 * np.sqrt(30 / 28), rel=0.05
    )  # SD of a t with 30 df, mean of 4


def test_knobs_called_inert_make_replicates_and_are_named():
    """Told that gamma acts on nothing, models that differ in it are replicates; the note says so; unknown knobs are refused."""
    table = _table([0.9, 0.89, 0.5], [0.5, 0.5, 0.5], beta=[1.0, 1.0, 2.0], gamma=[1, 2, 1])
    assert select(table, facts=SweepFacts(**FACTS)).noise is None
    told = select(table, facts=SweepFacts(**FACTS, inert=("gamma",)))
    assert told.noise.groups == ((0, 1),)
    assert "gamma: taken to act on nothing, as told" in told.warnings
    from morphsweep.errors import InvalidInput

    with pytest.raises(InvalidInput, match="'delta' is no hyper-parameter of the table"):
        select(table, facts=SweepFacts(**FACTS, inert=("delta",)))
