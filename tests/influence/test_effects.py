"""Effects, levels, matched cells, spread, failures: hand-worked."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from morphsweep.errors import NotComputable
from morphsweep.influence import make_design
from morphsweep.influence.effects import linear_effects, ordinary_least_squares
from morphsweep.influence.failing import failure_rates
from morphsweep.influence.levels import interactions, main_effects
from morphsweep.influence.matched import matched_changes, matched_lines
from morphsweep.influence.spread import regime_spread, replicate_spread, robust_sd


def test_linear_effects_of_an_additive_score_are_exact(planted):
    """Beta 0.1 to 10 changes the score by -2, flag by 0.8, margin by nothing."""
    table, score = planted(0, noise=0.0)
    found = linear_effects(make_design(table), score).set_index("hyperparameter")
    np.testing.assert_allclose(found["effect"], [-2.0, 0.8, 0.0], atol=1e-9)
    assert found["contrast"].tolist() == ["0.1 to 10", "no to yes", "1 to 3"]


def test_jackknife_errors_are_those_of_a_slow_loop():
    """Independent oracle: refit without each group."""
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(12), rng.normal(size=12)])
    y, groups = rng.normal(size=12), np.repeat(np.arange(6), 2)
    fit = ordinary_least_squares(X, y, groups)
    whole = np.linalg.lstsq(X, y, rcond=None)[0]
    moved = [np.linalg.lstsq(X[groups != g], y[groups != g], rcond=None)[0] - whole for g in range(6)]
    np.testing.assert_allclose(fit.errors, np.sqrt(5 / 6 * np.sum(np.square(moved), axis=0)), rtol=1e-9)
    half = stats.t.ppf(0.975, 4) * fit.errors[1]
    assert fit.interval(1) == pytest.approx((fit.coefficients[1] - half, fit.coefficients[1] + half))


def test_a_setting_that_another_determines_has_no_effect_but_a_reason():
    """Two columns that say the same: the second has none of its own."""
    settings = pd.DataFrame({"loss": ["a", "b"] * 6, "rate": [1, 2] * 6})
    found = linear_effects(make_design(settings, groups=range(12)), np.arange(12.0))
    assert found["reason"].tolist() == ["", "settings of other hyper-parameters determine it in these models"]
    with pytest.raises(
        NotComputable, match="2 configurations for 2 coefficients; a linear model needs more configurations"
    ):
        ordinary_least_squares(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 2.0]), np.array([0, 1]))


def test_main_effects_are_means_of_configurations_with_students_interval():
    """Level a has configurations of means 1 and 3: mean 2, half width t(1) x 1."""
    settings = pd.DataFrame({"knob": ["a"] * 3 + ["b"] * 5})
    groups = [0, 0, 1, 2, 3, 4, 5, 6]
    found = main_effects(make_design(settings, groups=groups), np.array([0.0, 2.0, 3.0, 5, 5, 5, 5, 5]))
    first = found.iloc[0]
    assert (first["n"], first["configurations"], first["mean"]) == (3, 2, 2.0)
    assert first["high"] - first["mean"] == pytest.approx(stats.t.ppf(0.975, 1))


def test_interactions_are_found_where_they_are_and_not_where_they_are_not():
    """An exclusive or is all interaction; a sum has none."""
    table = pd.DataFrame([(a, b) for a in (0, 1) for b in (0, 1) for _ in range(10)], columns=["a", "b"])
    design, shares = make_design(table, groups=range(40)), np.array([1.0, 1.0])
    mixed, cells = interactions(design, (table["a"] != table["b"]).to_numpy(dtype=float), shares)
    summed, _ = interactions(design, (table["a"] + 2.0 * table["b"]).to_numpy(), shares)
    assert mixed["strength"].iloc[0] == pytest.approx(1.0, abs=0.02)
    assert summed["strength"].iloc[0] == pytest.approx(0.0, abs=0.01)
    assert cells["n"].tolist() == [10] * 4


def test_matched_cells_compare_only_models_that_differ_in_one_setting():
    """Two cells with changes 2 and 3, a third without partner: mean 2.5, t interval with one degree of freedom."""
    settings = pd.DataFrame({"beta": [1, 10, 1, 10, 1], "flag": [0, 0, 1, 1, 2]})
    design = make_design(settings)
    score = np.array([1.0, 3.0, 2.0, 5.0, 9.0])
    row = matched_changes(design, score, design.knobs[0]).iloc[0]
    assert (row["cells"], row["change"], row["up"], row["down"]) == (2, 2.5, 2, 0)
    assert row["high"] == pytest.approx(2.5 + stats.t.ppf(0.975, 1) * 0.5)
    assert row["p_t"] == pytest.approx(stats.ttest_1samp([2.0, 3.0], 0.0).pvalue)
    assert (
        matched_lines(design, score, design.knobs[0])["setting"].tolist()
        == ["flag = 0"] * 2 + ["flag = 1"] * 2
    )


def test_replicates_are_averaged_before_cells_are_compared():
    """Three replicates on one side count once."""
    settings = pd.DataFrame({"beta": [1, 1, 1, 10], "flag": [0, 0, 0, 0]})
    design = make_design(settings, groups=[0, 0, 0, 1])
    row = matched_changes(design, np.array([0.0, 1.0, 2.0, 4.0]), design.knobs[0]).iloc[0]
    assert (row["cells"], row["change"]) == (1, 3.0)
    assert np.isnan(row["low"])


def test_spread_around_y_equals_x_is_compared_with_an_interval():
    """One loss scatters three times as much; the interval excludes 1 and holds 3."""
    rng = np.random.default_rng(0)
    settings = pd.DataFrame({"loss": ["NT-Xent"] * 60 + ["triplet"] * 60})
    change = rng.normal(size=120) * np.repeat([1.0, 3.0], 60)
    row = regime_spread(make_design(settings, groups=range(120)), change).iloc[0]
    assert (row["level"], row["against"]) == ("NT-Xent", "triplet")
    assert row["low"] < 1 / 3 < row["high"] < 1
    assert robust_sd(rng.normal(size=20_000)) == pytest.approx(1.0, abs=0.03)


def test_spread_of_replicates_has_the_interval_of_f():
    """SDs within pairs, by hand: sqrt(0.5) and sqrt(2), one degree of freedom per pair."""
    settings = pd.DataFrame({"loss": ["a", "a", "b", "b"]})
    row = replicate_spread(make_design(settings), np.array([0.0, 1.0, 5.0, 7.0])).iloc[0]
    assert row["spread"] == pytest.approx(np.sqrt(0.5))
    assert row["ratio"] == pytest.approx(0.5)
    assert row["low"] == pytest.approx(0.5 / np.sqrt(stats.f.ppf(0.975, 1, 1)))


def test_failures_are_counted_at_every_level_with_wilsons_interval():
    """Two of four relu models fail, none of four tanh ones."""
    settings = pd.DataFrame({"activation": ["relu"] * 4 + ["tanh"] * 4})
    found = failure_rates(
        make_design(settings, groups=range(8)), np.array([1, 1, 0, 0, 0, 0, 0, 0], dtype=bool)
    )
    assert found["failed"].tolist() == [2, 0]
    oracle = stats.binomtest(2, 4).proportion_ci(method="wilson")
    assert (found["low"].iloc[0], found["high"].iloc[0]) == pytest.approx((oracle.low, oracle.high))
