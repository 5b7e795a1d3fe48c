"""How metrics go together: rank correlations with intervals, and the kinds they form."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from morphsweep.records import FloatArray

__all__ = ["Groups", "configuration_means", "kinds", "rank_correlations", "spearman"]

Groups = Sequence[Any] | NDArray[Any]  # equal for replicates

LEAST = 5  # configurations from which a rank correlation is told
_ALIKE = 0.7  # average absolute rank correlation from which metrics are of one kind


def configuration_means(scores: pd.DataFrame, groups: Groups, /) -> pd.DataFrame:
    """Mean of every score over the replicates of each configuration.

    Parameters
    ----------
    scores : DataFrame
        One row per model.
    groups : sequence or array
        Equal for replicates.

    Returns
    -------
    DataFrame
        One row per configuration; a score that some replicates lack is the mean of the others.
    """
    return scores.groupby(np.asarray(groups)).mean()


def spearman(x: FloatArray, y: FloatArray, /) -> tuple[float, float, float, int]:
    """Rank correlation with its 95 % interval.

    Parameters
    ----------
    x, y : array, shape (n,)
        NaN where missing; only pairs count.

    Returns
    -------
    rho, low, high : float
        Between -1 and 1; missing with fewer than five pairs or without any spread.
    n : int
        Pairs.

    References
    ----------
    .. [1] Bonett & Wright (2000), Sample size requirements for Pearson, Kendall and Spearman correlations, Psychometrika 65(1).

    Examples
    --------
    >>> rho, low, high, n = spearman(np.arange(10.0), np.arange(10.0) ** 3)
    >>> rho, n
    (1.0, 10)
    """
    both = np.isfinite(x) & np.isfinite(y)
    n = int(both.sum())
    if n < LEAST or np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:
        return np.nan, np.nan, np.nan, n
    rho = float(np.clip(np.corrcoef(stats.rankdata(x[both]), stats.rankdata(y[both]))[0, 1], -1.0, 1.0))
    rho = float(np.round(rho, 12))
    return (rho, *_interval(rho, n), n)


def rank_correlations(
    scores: pd.DataFrame, groups: Groups, /, *, within: "pd.Series[str] | None" = None
) -> pd.DataFrame:
    """Rank correlation of every pair of metrics, over configurations.

    Parameters
    ----------
    scores : DataFrame
        One row per model; missing numbers cost only their own pairs.
    groups : sequence or array
        Equal for replicates.
    within : Series or None
        Level of a hyper-parameter per model: correlations are also told within each level.

    Returns
    -------
    DataFrame
        ``within, first, second, rho, low, high, n``; `within` is empty over the whole sweep.
    """
    parts = [("", np.ones(len(scores), dtype=bool))]
    if within is not None:
        parts += [
            (level, (within == level).to_numpy()) for level in sorted(within.dropna().unique(), key=_order)
        ]
    rows = []
    for level, here in parts:
        means = configuration_means(scores[here], np.asarray(groups)[here])
        names = list(means)
        for i, first in enumerate(names):
            for second in names[i + 1 :]:
                found = spearman(means[first].to_numpy(dtype=float), means[second].to_numpy(dtype=float))
                rows.append((level, first, second, *found))
    return pd.DataFrame(rows, columns=["within", "first", "second", "rho", "low", "high", "n"])


def kinds(correlations: pd.DataFrame, /) -> dict[str, int]:
    """Metrics that say the same, clustered.

    Parameters
    ----------
    correlations : DataFrame
        What :func:`rank_correlations` returned for the whole sweep.

    Returns
    -------
    dict of str to int
        Kind of each metric, from 1, in the order of the metrics; of one kind when the average absolute rank correlation
        between two groups is at least 0.7. Metrics whose correlation is not known stand alone.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "a": np.arange(9.0),
    ...     "b": -np.arange(9.0),
    ...     "c": [3, 1, 4, 1.5, 9, 2, 6, 5, 3.5],
    ... })
    >>> kinds(rank_correlations(table, range(9)))
    {'a': 1, 'b': 1, 'c': 2}
    """
    names = list(dict.fromkeys([*correlations["first"], *correlations["second"]]))
    if len(names) < 2:
        return dict.fromkeys(names, 1)
    place = {name: i for i, name in enumerate(names)}
    distance = np.ones((len(names), len(names)))
    np.fill_diagonal(distance, 0.0)
    for row in correlations.to_dict("records"):
        if np.isfinite(row["rho"]):
            i, j = place[row["first"]], place[row["second"]]
            distance[i, j] = distance[j, i] = 1 - abs(row["rho"])
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - _ALIKE, "distance")
    order = {label: number for number, label in enumerate(dict.fromkeys(labels.tolist()), start=1)}
    return {name: order[label] for name, label in zip(names, labels.tolist(), strict=True)}


def _interval(rho: float, n: int) -> tuple[float, float]:
    """By Fisher's z with the variance for ranks."""
    if abs(rho) == 1:
        return rho, rho
    half = stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    z = np.arctanh(rho)
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def _order(level: str) -> tuple[int, float, str]:
    try:
        return (0, float(level), "")
    except ValueError:
        return (1, 0.0, level)
