"""How much replicates differ."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from morphsweep.errors import NotComputable
from morphsweep.selection import configurations, noise_floor, sd_interval


def _noise_of(page):
    knobs = ["metric_loss_type", "beta", "time_only_flag", "self_target_prob", "margin", "metric_weight"]
    return noise_floor(
        page, configurations(page, knobs), columns=["F1_score_all", "Aligned_RMSE", "disp_coefficient_all"]
    )


def test_the_pooled_sd_by_hand():
    """Deviations -1, 1 and -2, 0, 2 give squares 2 + 8 over (2 - 1) + (3 - 1) degrees of freedom; a lone model adds nothing."""
    table = pd.DataFrame({"model_index": [7, 8, 9, 10, 11, 12], "m": [0.0, 2.0, 5.0, 7.0, 9.0, 100.0]})
    floor = noise_floor(table, ["a", "a", "b", "b", "b", "c"])
    noise = floor["m"]
    assert (noise.sd, noise.df) == (pytest.approx(np.sqrt(10 / 3)), 3)
    assert floor.groups == ((7, 8), (9, 10, 11))
    assert noise.limit == pytest.approx(stats.t.ppf(0.975, 3) * np.sqrt(2) * noise.sd)
    assert noise.upper_limit / noise.limit == pytest.approx(noise.high / noise.sd)
    assert floor.residuals["m"].tolist() == [-1, 1, -2, 0, 2]


def test_four_replicates_know_their_noise_within_a_factor():
    """With four replicates the SD may be 0.57 to 3.73 times what it came out as."""
    assert sd_interval(2.0, 3) == (pytest.approx(2 * 0.5665, abs=1e-3), pytest.approx(2 * 3.7285, abs=1e-3))


def test_the_interval_holds_the_true_sd_in_95_of_100():
    """Chi-square interval of normal noise, 2,000 simulated groups of four, one seed."""
    draws = np.random.default_rng(3).normal(size=(2000, 4))
    ends = [sd_interval(sd, 3) for sd in draws.std(axis=1, ddof=1)]
    assert np.mean([low <= 1 <= high for low, high in ends]) == pytest.approx(0.95, abs=0.015)


def test_replicates_exceed_the_limit_once_in_twenty_times():
    """Two further models of a configuration, the noise known from four others of another."""
    rng = np.random.default_rng(5)
    beyond = []
    for _ in range(500):
        floor = noise_floor(pd.DataFrame({"m": rng.normal(size=4)}), [0] * 4)
        beyond.append(not floor["m"].within(rng.normal() - rng.normal()))
    assert np.mean(beyond) == pytest.approx(0.05, abs=0.025)


def test_the_four_replicates_of_the_page(page):
    """19, 48, 74 and 99 differ in margin only, which cannot act; their SDs are those of the numbers printed there."""
    floor = _noise_of(page)
    assert [set(group) for group in floor.groups] == [{99, 48, 19, 74}]
    rows = page[page["model_index"].isin([99, 48, 19, 74])]
    for column in ("F1_score_all", "Aligned_RMSE", "disp_coefficient_all"):
        assert floor[column].sd == pytest.approx(rows[column].std())
        assert floor[column].df == 3


def test_74_against_48_is_a_tie_and_beta_10_against_a_tenth_is_not(page):
    """The difference of 74 and 48 in F1 is below one SD; 97 (beta 0.1) is 26 SD away, beyond even the upper limit."""
    f1, rmse = (_noise_of(page)[name] for name in ("F1_score_all", "Aligned_RMSE"))
    values = page.set_index("model_index")
    near = values["F1_score_all"][74] - values["F1_score_all"][48]
    far = values["F1_score_all"][97] - values["F1_score_all"][74]
    assert f1.within(near)
    assert f1.multiples(near) < 1
    assert not f1.within(far, upper=True)
    assert f1.multiples(far) > 25
    assert not rmse.within(values["Aligned_RMSE"][97] - values["Aligned_RMSE"][74], upper=True)


def test_a_missing_number_costs_only_itself():
    """A replicate without one number still counts in the other, and a pair that lost a member says nothing there."""
    table = pd.DataFrame({"a": [1.0, 3.0, 0.0, 4.0], "b": [1.0, np.nan, 2.0, 4.0]})
    floor = noise_floor(table, [0, 0, 1, 1])
    assert (floor["a"].df, floor["b"].df) == (2, 1)
    assert floor["b"].sd == pytest.approx(np.sqrt(2))
    assert np.isnan(floor.residuals["b"].iloc[0])


def test_no_replicates_no_noise():
    """Without replicates the noise is not known, and unknown configurations are no replicates of each other."""
    with pytest.raises(NotComputable, match="no configuration has two models"):
        noise_floor(pd.DataFrame({"a": [1.0, 2.0]}), [None, None])


def test_identical_replicates_have_no_noise():
    """Then nothing but equality is a tie, and every difference is infinitely many multiples."""
    noise = noise_floor(pd.DataFrame({"a": [1.0, 1.0]}), [0, 0])["a"]
    assert noise.within(0.0)
    assert not noise.within(1e-9)
    assert noise.multiples(1e-9) == float("inf")
    assert not noise.within(float("nan"))


def test_differences_are_told_in_units_and_multiples():
    """0.042 at a SD of 0.0141 is 3.0 SD; a number without noise is told bare."""
    floor = noise_floor(pd.DataFrame({"f1_all": [0.70, 0.72]}), [0, 0])
    assert floor.said("f1_all", 0.042) == "0.042 (3.0 replicate SD)"
    assert floor.said("other", 0.042) == "0.042"
    assert floor.table()["column"].tolist() == ["f1_all"]
