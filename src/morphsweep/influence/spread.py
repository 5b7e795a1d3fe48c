"""Spread as an outcome: which settings scatter more around y = x, and which between their own replicates."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.influence.design import Design
from morphsweep.influence.knob import Knob
from morphsweep.records import BoolArray, FloatArray, IntArray

__all__ = ["regime_spread", "replicate_spread", "robust_sd"]

_BOOTSTRAPS = 1_000
_LEAST = 4  # values from which a robust spread means anything
_COLUMNS = [
    "hyperparameter",
    "level",
    "against",
    "n",
    "n_against",
    "spread",
    "spread_against",
    "ratio",
    "low",
    "high",
]


def robust_sd(values: FloatArray, /) -> float:
    """1.4826 times the median absolute distance from the median; the SD of normal numbers.

    Parameters
    ----------
    values : array, shape (n,)
        Finite numbers.

    Returns
    -------
    float
        In the values' unit; half of the values may be anything.

    Examples
    --------
    >>> round(robust_sd(np.array([1.0, 2.0, 3.0, 4.0, 900.0])), 4)
    1.4826
    """
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


def regime_spread(design: Design, change: FloatArray, /, *, seed: int = 0) -> pd.DataFrame:
    """Robust SD of (other - reference) per value of each hyper-parameter, and ratios.

    Parameters
    ----------
    design : Design
        Settings.
    change : array, shape (n_models,)
        Score in the other regime minus score in the reference.
    seed : int
        Of the bootstrap over configurations.

    Returns
    -------
    DataFrame
        ``hyperparameter, level, against, n, n_against, spread, spread_against, ratio, low, high``: per pair of levels with at
        least four models each; 95 % percentile interval of the ratio.
    """
    rows = []
    for knob, a, b in _level_pairs(design):
        here, there = knob.codes == a, knob.codes == b
        if min(here.sum(), there.sum()) < _LEAST:
            continue
        one, two = robust_sd(change[here]), robust_sd(change[there])
        ratio, low, high = _ratio(change, design.groups, here, there, seed)
        rows.append((
            knob.name,
            knob.levels[a],
            knob.levels[b],
            int(here.sum()),
            int(there.sum()),
            one,
            two,
            ratio,
            low,
            high,
        ))
    return pd.DataFrame(rows, columns=_COLUMNS)


def replicate_spread(design: Design, score: FloatArray, /) -> pd.DataFrame:
    """Pooled SD of replicates per value of each hyper-parameter, and ratios.

    Parameters
    ----------
    design : Design
        Settings; equal groups are replicates.
    score : array, shape (n_models,)
        Finite numbers.

    Returns
    -------
    DataFrame
        As :func:`regime_spread`, with degrees of freedom as `n` and `n_against` and the interval of F.
    """
    rows = []
    for knob, a, b in _level_pairs(design):
        (one, df1), (two, df2) = (_pooled(score, design.groups, knob.codes == code) for code in (a, b))
        if min(df1, df2) < 1:
            continue
        ratio = one / two if two > 0 else np.nan
        low, high = (ratio / np.sqrt(stats.f.ppf(q, df1, df2)) for q in (0.975, 0.025))
        rows.append((knob.name, knob.levels[a], knob.levels[b], df1, df2, one, two, ratio, low, high))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _level_pairs(design: Design) -> list[tuple[Knob, int, int]]:
    """Every pair of levels; of ordered levels only the ends."""
    found = []
    for knob in design.varying:
        last = len(knob.levels) - 1
        pairs = combinations(range(last + 1), 2) if knob.kind == "category" else [(0, last)]
        found += [(knob, a, b) for a, b in pairs if b > a]
    return found


def _ratio(
    change: FloatArray, groups: IntArray, here: BoolArray, there: BoolArray, seed: int
) -> tuple[float, float, float]:
    """Ratio of two robust SDs and its interval, configurations weighted anew within each side."""
    rng = np.random.default_rng([seed, 505])
    one, two = robust_sd(change[here]), robust_sd(change[there])
    if two == 0 or one == 0:
        return np.nan, np.nan, np.nan
    sides = [_weighted_anew(change[side], groups[side], rng) for side in (here, there)]
    low, high = np.exp(np.quantile(np.log(sides[0]) - np.log(sides[1]), [0.025, 0.975]))
    return one / two, float(low), float(high)


def _weighted_anew(values: FloatArray, groups: IntArray, rng: np.random.Generator) -> FloatArray:
    """Robust SDs of a Bayesian bootstrap: no value is lost, so no resample is without spread."""
    codes = np.unique(groups, return_inverse=True)[1]
    weights = rng.standard_exponential((_BOOTSTRAPS, codes.max() + 1))[:, codes]
    middle = _weighted_median(np.broadcast_to(values, weights.shape), weights)
    away = np.abs(values[None, :] - middle[:, None])
    return np.asarray(
        1.4826 * np.maximum(_weighted_median(away, weights), np.finfo(float).eps * np.abs(values).max())
    )


def _weighted_median(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Of each row, interpolated between the middles of the weights."""
    order = np.argsort(values, axis=1, kind="stable")
    ranked, heavy = np.take_along_axis(values, order, axis=1), np.take_along_axis(weights, order, axis=1)
    places = (np.cumsum(heavy, axis=1) - heavy / 2) / heavy.sum(axis=1, keepdims=True)
    return np.array([np.interp(0.5, place, row) for place, row in zip(places, ranked, strict=True)])


def _pooled(score: FloatArray, groups: IntArray, rows: BoolArray) -> tuple[float, int]:
    """SD within configurations and its degrees of freedom."""
    grouped = pd.Series(score[rows]).groupby(groups[rows])
    df = int((grouped.size() - 1).sum())
    squares = float(((score[rows] - grouped.transform("mean").to_numpy()) ** 2).sum())
    return (float(np.sqrt(squares / df)), df) if df else (np.nan, 0)
