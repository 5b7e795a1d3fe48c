"""What one score costs in another: slopes with intervals, also with a third held."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.influence.effects import ordinary_least_squares
from morphsweep.influence.relations import Groups
from morphsweep.records import FloatArray

__all__ = ["partial_slope", "trade_off_slopes"]

COLUMNS = [
    "within",
    "score",
    "against",
    "held",
    "slope",
    "low",
    "high",
    "per_sd",
    "models",
    "configurations",
    "reason",
]


def partial_slope(
    score: FloatArray, against: FloatArray, held: Sequence[FloatArray], groups: Groups, /
) -> tuple[float, float, float, float]:
    """Slope of a score over another, at fixed values of others.

    Parameters
    ----------
    score, against : array, shape (n,)
        Finite numbers.
    held : sequence of array, shape (n,)
        What is held.
    groups : sequence or array
        Equal for replicates.

    Returns
    -------
    slope, low, high : float
        Units of `score` per unit of `against`, with the cluster-robust 95 % interval.
    per_sd : float
        Change of `score`, in its SD, per SD of `against`.

    Raises
    ------
    NotComputable
        If there are too few configurations, or `against` does not vary beside what is held.

    Examples
    --------
    >>> x = np.arange(9.0)
    >>> [round(number, 6) for number in partial_slope(1 - 0.1 * x, x, [], range(9))[:3]]
    [-0.1, -0.1, -0.1]
    """
    X = np.column_stack([np.ones(len(score)), *held, against])
    codes = pd.factorize(np.asarray(groups))[0]
    fit = ordinary_least_squares(X, score, codes)
    slope = float(fit.coefficients[-1])
    if not np.isfinite(slope):
        msg = "it does not vary beside what is held"
        raise NotComputable(msg)
    spread = float(score.std())
    return slope, *fit.interval(X.shape[1] - 1), slope * float(against.std()) / spread if spread else np.nan


def trade_off_slopes(
    scores: pd.DataFrame,
    groups: Groups,
    pairs: Sequence[tuple[str, str, tuple[str, ...]]],
    /,
    *,
    within: "pd.Series[str] | None" = None,
) -> pd.DataFrame:
    """Slopes of pairs of scores over the whole sweep, and within each level of a hyper-parameter.

    Parameters
    ----------
    scores : DataFrame
        One row per model.
    groups : sequence or array
        Equal for replicates.
    pairs : sequence of (score, against, held)
        Columns of `scores`.
    within : Series or None
        Level per model.

    Returns
    -------
    DataFrame
        One row per pair and level; models that lack a number are left out of their own pair and counted in `models`.
    """
    parts = [("", np.ones(len(scores), dtype=bool))]
    if within is not None:
        parts += [(str(level), (within == level).to_numpy()) for level in pd.unique(within.dropna())]
    rows = []
    for level, here in parts:
        for score, against, held in pairs:
            columns = [score, against, *held]
            rows_with = here & np.isfinite(scores[columns].to_numpy(dtype=float)).all(axis=1)
            part, own = scores[rows_with], np.asarray(groups)[rows_with]
            counts = (len(part), len(np.unique(own)))
            label = (level, score, against, ", ".join(held))
            try:
                numbers = [part[c].to_numpy(dtype=float) for c in columns]
                rows.append((*label, *partial_slope(numbers[0], numbers[1], numbers[2:], own), *counts, ""))
            except NotComputable as reason:
                rows.append((*label, np.nan, np.nan, np.nan, np.nan, *counts, str(reason)))
    return pd.DataFrame(rows, columns=COLUMNS)
