"""Main effects and interactions, as numbers to draw: means per level, and what a forest says with the rest held."""

from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.influence.design import Design
from morphsweep.influence.knob import Knob
from morphsweep.influence.trees import Forest, grow
from morphsweep.records import FloatArray, IntArray

__all__ = ["group_mean", "interactions", "main_effects"]

_BACKGROUND = 200  # models over which the other settings are averaged
_PAIRS = 15  # of the hyper-parameters that move the score most


def main_effects(design: Design, score: FloatArray, /, *, n_trees: int = 100, seed: int = 0) -> pd.DataFrame:
    """Mean of a score at every level of every hyper-parameter.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.
    n_trees : int
        Trees of the forest behind `adjusted`.
    seed : int
        Of the forest.

    Returns
    -------
    DataFrame
        ``hyperparameter, level, order, n, configurations, mean, low, high, adjusted``: the mean over configurations with
        its 95 % interval by Student's t (missing with one), and `adjusted`, the forest's mean with all other settings as
        they are in the whole sweep.
    """
    forest = grow(design.matrix, score, n_trees=n_trees, seed=seed)
    background = _background(len(score), seed)
    rows = []
    for knob in design.varying:
        for code, level in enumerate(knob.levels):
            here = knob.codes == code
            mean, low, high, n_groups = group_mean(score[here], design.groups[here])
            held = _partial(forest, design, [(knob, code)], background)
            rows.append((knob.name, level, code, int(here.sum()), n_groups, mean, low, high, held))
    names = ["hyperparameter", "level", "order", "n", "configurations", "mean", "low", "high", "adjusted"]
    return pd.DataFrame(rows, columns=names)


def interactions(
    design: Design, score: FloatArray, shares: FloatArray, /, *, n_trees: int = 100, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How far the effect of one hyper-parameter depends on another.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.
    shares : array, shape (n_knobs,)
        Share of variance of each knob that varies; pairs of the leading ones are examined.
    n_trees : int
        Trees of the forest.
    seed : int
        Of the forest.

    Returns
    -------
    pairs : DataFrame
        ``first, second, strength``: variance of what two main effects leave of their joint effect, as a share of the
        score's variance, at least 0; the strongest first.
    cells : DataFrame
        ``first, second, first_level, second_level, n, mean, adjusted``: a row per cell of each pair; `mean` is missing
        where no model stands.

    References
    ----------
    .. [1] Friedman & Popescu (2008), Predictive learning via rule ensembles, Ann. Appl. Stat. 2(3).
    """
    forest = grow(design.matrix, score, n_trees=n_trees, seed=seed)
    background = _background(len(score), seed)
    knobs = design.varying
    leading = sorted(np.argsort(-shares, kind="stable")[: _leading(len(knobs))])
    pairs, cells = [], []
    for i, j in combinations(leading, 2):
        first, second = knobs[i], knobs[j]
        table = _cells(forest, design, score, first, second, background)
        cells.append(table)
        pairs.append((first.name, second.name, _beyond_additive(table, first, second) / float(score.var())))
    found = pd.DataFrame(pairs, columns=["first", "second", "strength"])
    empty = pd.DataFrame(columns=["first", "second", "first_level", "second_level", "n", "mean", "adjusted"])
    joined = pd.concat(cells, ignore_index=True) if cells else empty
    return found.sort_values("strength", ascending=False, kind="stable", ignore_index=True), joined


def group_mean(score: FloatArray, groups: IntArray, /) -> tuple[float, float, float, int]:
    """Mean of the configurations' means, its 95 % interval, and their number."""
    if not len(score):
        return np.nan, np.nan, np.nan, 0
    means = pd.Series(score).groupby(groups).mean().to_numpy()
    mean, n = float(means.mean()), len(means)
    if n == 1:
        return mean, np.nan, np.nan, 1
    half = float(stats.t.ppf(0.975, n - 1) * means.std(ddof=1) / np.sqrt(n))
    return mean, mean - half, mean + half, n


def _leading(n_knobs: int) -> int:
    """How many knobs have at most `_PAIRS` pairs."""
    return next(k for k in range(min(n_knobs, 6), -1, -1) if k * (k - 1) // 2 <= _PAIRS)


def _background(n: int, seed: int) -> IntArray:
    if n <= _BACKGROUND:
        return np.arange(n)
    return np.asarray(np.sort(np.random.default_rng([seed, 404]).choice(n, _BACKGROUND, replace=False)))


def _cells(
    forest: Forest, design: Design, score: FloatArray, first: Knob, second: Knob, background: IntArray
) -> pd.DataFrame:
    rows = []
    for a, b in product(range(len(first.levels)), range(len(second.levels))):
        here = (first.codes == a) & (second.codes == b)
        mean = float(score[here].mean()) if here.any() else np.nan
        held = _partial(forest, design, [(first, a), (second, b)], background)
        rows.append((first.name, second.name, first.levels[a], second.levels[b], int(here.sum()), mean, held))
    return pd.DataFrame(
        rows, columns=["first", "second", "first_level", "second_level", "n", "mean", "adjusted"]
    )


def _partial(forest: Forest, design: Design, held: list[tuple[Knob, int]], background: IntArray) -> float:
    """Mean prediction with some settings held, over models where they act."""
    X = design.matrix[background]
    X = X[np.logical_and.reduce([knob.acts[background] for knob, _ in held])].copy()
    for knob, code in held:
        members = np.flatnonzero(knob.codes == code)
        if not len(members) or not len(X):
            return np.nan
        typical = members[np.argsort(knob.values[members], kind="stable")[len(members) // 2]]
        X[:, knob.columns] = design.matrix[typical, knob.columns]
    return float(forest.predict(X).mean())


def _beyond_additive(table: pd.DataFrame, first: Knob, second: Knob) -> float:
    """Weighted variance of the joint effect minus rows and columns."""
    grid = table["adjusted"].to_numpy(dtype=float).reshape(len(first.levels), len(second.levels))
    if not np.isfinite(grid).all():
        return float("nan")
    w1, w2 = _weights(first), _weights(second)
    left = grid - (grid @ w2)[:, None] - (w1 @ grid)[None, :] + w1 @ grid @ w2
    return float(w1 @ left**2 @ w2)


def _weights(knob: Knob) -> FloatArray:
    counts = np.bincount(knob.codes[knob.codes >= 0], minlength=len(knob.levels)).astype(float)
    return np.asarray(counts / counts.sum())
