"""Intervals of the scores of a model, from its bootstrap replicates."""

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.metrics import metric, replicate_interval
from morphsweep.records import FloatArray
from morphsweep.sweep.replicating import BESIDE

__all__ = ["with_limits"]

_KEYS = ["regime", "perturbation", "metric"]


def with_limits(scores: pd.DataFrame, replicates: pd.DataFrame, /) -> pd.DataFrame:
    """Scores with ``low`` and ``high``: 90 % intervals from the replicates, see :func:`replicate_interval`.

    Parameters
    ----------
    scores : DataFrame
        Tidy scores of one model.
    replicates : DataFrame
        As from :func:`replicates_of_model`.

    Returns
    -------
    DataFrame
        The scores; without replicates as they were.
    """
    if not len(replicates):
        return scores
    rows = replicates[_KEYS].merge(scores[[*_KEYS, "value"]], on=_KEYS, how="left", validate="one_to_one")
    low, high = replicate_interval(
        replicates.drop(columns=list(BESIDE)).to_numpy(dtype=float).T,
        replicates["individuals"].to_numpy(dtype=float),
        degrees=replicates["degrees"].to_numpy(dtype=float),
        around=rows["value"].to_numpy(dtype=float),
        bounds=_bounds_of(rows["metric"]),
    )
    found = rows[_KEYS].assign(low=low, high=high)
    kept = scores.drop(columns=["low", "high"])
    merged = kept.merge(found, on=_KEYS, how="left", validate="one_to_one")
    return merged[list(scores.columns)]


def _bounds_of(names: "pd.Series[str]") -> tuple[FloatArray, FloatArray]:
    """Least and greatest possible value of each metric, infinite where there is none."""
    ends = {name: _bound(name) for name in names.unique()}
    low, high = (np.array([ends[name][k] for name in names], dtype=float) for k in (0, 1))
    return low, high


def _bound(name: str) -> tuple[float, float]:
    try:
        low, high = metric(name).bounds
    except InvalidInput:  # of another version
        return -np.inf, np.inf
    return -np.inf if low is None else low, np.inf if high is None else high
