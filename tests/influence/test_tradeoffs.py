"""Trade-offs and relations, hand-worked and with independent oracles."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from morphsweep.errors import NotComputable
from morphsweep.influence import Roles, make_design, trade_offs
from morphsweep.influence.relations import kinds, rank_correlations, spearman
from morphsweep.influence.remaining import remaining_effect
from morphsweep.influence.slopes import partial_slope


def test_rank_correlation_is_scipys_and_its_interval_holds_it():
    """Independent oracle; missing numbers cost their own pair only."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=30)
    y = x + rng.normal(size=30)
    y[3] = np.nan
    rho, low, high, n = spearman(x, y)
    both = np.isfinite(y)
    assert rho == pytest.approx(stats.spearmanr(x[both], y[both]).statistic)
    assert low < rho < high
    assert n == 29


def test_replicates_count_once_and_levels_are_told_apart():
    """Two replicates of six configurations are six pairs; within a level of beta there are three, too few."""
    scores = pd.DataFrame({"a": np.arange(12.0), "b": np.arange(12.0)[::-1]})
    found = rank_correlations(scores, np.repeat(range(6), 2), within=pd.Series(["1"] * 6 + ["10"] * 6))
    assert found["n"].tolist() == [6, 3, 3]
    assert found["rho"].iloc[0] == -1.0
    assert found["rho"].iloc[1:].isna().all()


def test_metrics_that_say_the_same_are_of_one_kind_whatever_their_sign():
    """A metric and its mirror image are one kind, an unrelated one another."""
    rng = np.random.default_rng(1)
    a = rng.normal(size=40)
    scores = pd.DataFrame({"a": a, "minus": -a + 0.1 * rng.normal(size=40), "other": rng.normal(size=40)})
    assert kinds(rank_correlations(scores, range(40))) == {"a": 1, "minus": 1, "other": 2}


def test_slope_at_fixed_values_is_that_of_the_model():
    """drop = 0.5 f1 + 0.2 collinearity: the slope at fixed f1 is 0.2 though the two go together."""
    rng = np.random.default_rng(2)
    f1 = rng.normal(size=30)
    collinear = f1 + rng.normal(size=30)
    slope, low, high, _ = partial_slope(0.5 * f1 + 0.2 * collinear, collinear, [f1], range(30))
    assert (slope, low, high) == pytest.approx((0.2, 0.2, 0.2))
    with pytest.raises(NotComputable, match="it does not vary beside what is held"):
        partial_slope(f1, f1 * 2, [f1], range(30))


def test_an_effect_that_runs_through_scale_is_gone_when_scale_is_held():
    """Beta shrinks the space and RMSE follows size: nothing is left. A second metric has an effect of its own: all is left."""
    rng = np.random.default_rng(3)
    beta = np.tile([0.1, 1.0, 10.0], 20)
    size = 3 - np.log10(beta) + 0.3 * rng.normal(size=60)
    design = make_design(pd.DataFrame({"beta": beta}), groups=range(60))
    through = remaining_effect(
        design.knobs[0], "rmse", size + 0.05 * rng.normal(size=60), {"size": size}, design.groups
    )
    other = remaining_effect(
        design.knobs[0], "own", np.log10(beta) + 0.05 * rng.normal(size=60), {"size": size}, design.groups
    )
    assert abs(through["share"].iloc[0]) < 0.1
    assert through["low"].iloc[0] < 0.05
    assert other["share"].iloc[0] == pytest.approx(1.0, abs=0.1)


def test_the_whole_answer_names_slopes_kinds_and_what_is_left():
    """Prettiness costs F1 in the sentences; effects through scale are labelled descriptive."""
    rng = np.random.default_rng(4)
    beta = np.tile([0.1, 1.0, 10.0], 12)
    size = 3 - np.log10(beta) + 0.2 * rng.normal(size=36)
    pretty = np.log10(beta) + 0.2 * rng.normal(size=36)
    scores = pd.DataFrame({"f1": 0.7 - 0.1 * pretty, "pretty": pretty, "size": size})
    found = trade_offs(
        scores,
        make_design(pd.DataFrame({"beta": beta}), groups=range(36)),
        Roles(discriminative="f1", pretty=("pretty",), held=("size",)),
        by="beta",
    )
    assert found.sentences[0].startswith("f1 changes by -0.1 per unit of pretty (95 % interval -0.1 to -0.1;")
    assert any(s.startswith("Descriptive: of the effect of beta on pretty (") for s in found.sentences)
    assert set(found.slopes["within"]) == {"", "0.1", "1", "10"}
    assert set(found.to_json()) == {"sentences", "notes", "slopes", "correlations", "kinds", "remaining"}
