"""Importances against known truth and against scikit-learn's trees."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from morphsweep.errors import NotComputable
from morphsweep.influence import explain, forest_importance, group_folds, make_design
from morphsweep.influence.trees import grow


def test_the_compiled_trees_predict_as_well_as_scikit_learns():
    """Independent oracle: the same algorithm elsewhere, R2 on new rows within 0.02."""
    rng = np.random.default_rng(0)
    X, new = rng.random((300, 4)), rng.random((500, 4))
    truth = lambda Z: np.sin(5 * Z[:, 0]) + Z[:, 1] * Z[:, 2]  # noqa: E731
    y = truth(X) + 0.2 * rng.normal(size=300)
    other = ExtraTreesRegressor(100, min_samples_split=5, random_state=0).fit(X, y).predict(new)
    own = grow(X, y, n_trees=100, seed=0).predict(new)
    r2 = [1 - ((p - truth(new)) ** 2).mean() / truth(new).var() for p in (own, other)]
    assert r2[1] > 0.9
    assert abs(r2[0] - r2[1]) < 0.02


def test_the_same_seed_gives_the_same_trees_and_another_one_others():
    """Reproducible, and the seed matters."""
    X = np.random.default_rng(1).random((50, 3))
    one, two, other = (grow(X, X[:, 0], n_trees=5, seed=seed).predict(X) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_replicates_never_straddle_a_split():
    """Every group lies in one fold, and the folds are of nearly equal size."""
    groups = np.repeat(np.arange(12), [4] * 4 + [1] * 8)
    folds = group_folds(groups, seed=0)
    assert all(len(np.unique(folds[groups == group])) == 1 for group in range(12))
    assert np.ptp(np.bincount(folds)) <= 4


def test_shares_are_the_total_effects_of_a_known_function(planted):
    """Var of -log10 beta = 2/3, of 0.8 flag = 0.16: 80.6 % and 19.4 % without noise."""
    table, score = planted(0, noise=0.0)
    found = explain(make_design(table), score, n_trees=100, repeats=5, seed=0)
    np.testing.assert_allclose(found.shares(), [0.806, 0.194, 0.0], atol=0.06)
    assert found.r2() > 0.95


def test_interacting_settings_both_own_what_they_make_together():
    """An exclusive or has no main effect; the total effect of either is all of the variance."""
    table = pd.DataFrame([(a, b) for a in (0, 1) for b in (0, 1) for _ in range(10)], columns=["a", "b"])
    score = (table["a"] != table["b"]).to_numpy(dtype=float)
    found = explain(make_design(table, groups=range(40)), score, n_trees=50, repeats=3, seed=0)
    np.testing.assert_allclose(found.shares(), [1.0, 1.0], atol=0.05)


def test_a_conditional_setting_does_not_take_the_credit_of_its_parent():
    """Only the kind of model matters: the layer that one kind has gets nothing."""
    rng = np.random.default_rng(0)
    kind = np.repeat(["mlp", "cnn"], 40)
    layer = np.where(kind == "mlp", rng.integers(5, 50, 80), np.nan)
    found = explain(
        make_design(pd.DataFrame({"kind": kind, "layer": layer}), groups=range(80)),
        (kind == "mlp") * 1.0,
        n_trees=50,
        repeats=2,
        seed=0,
    )
    assert found.shares()[0] > 0.9
    assert abs(found.shares()[1]) < 0.01


def test_the_built_in_driver_keeps_its_contract(planted):
    """Importances are at least 0 and sum to one."""
    table, score = planted(1)
    importances = forest_importance(make_design(table), score)
    assert set(importances) == {"beta", "flag", "margin"}
    assert min(importances.values()) >= 0
    assert sum(importances.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("rows", "score", "message"),
    [
        (
            range(4),
            np.arange(4.0),
            "4 models of 4 configurations; a forest needs at least 8 models of 5 configurations",
        ),
        (range(9), np.ones(9), "all 9 models have the same value, 1"),
        ([1] * 9, np.arange(9.0), "no hyper-parameter varies among the models that have this score"),
    ],
)
def test_what_cannot_be_explained_says_why(rows, score, message):
    """Too few models, no variance, no varying setting."""
    with pytest.raises(NotComputable) as error:
        explain(
            make_design(pd.DataFrame({"beta": rows}), groups=range(len(score))),
            score,
            n_trees=5,
            repeats=1,
            seed=0,
        )
    assert str(error.value) == message
