"""Two models per perturbation over all time bins: differences, intervals, chance, and what each adds to the average."""

import numpy as np
import pandas as pd

from morphsweep.metrics import PairedF1, false_discovery, replicate_interval
from morphsweep.records import AVERAGE, FloatArray

__all__ = ["contributions", "shares", "two_sided", "whole_time"]


def whole_time(pair: PairedF1, level: float, /) -> pd.DataFrame:
    """Differences per perturbation over bins, then over perturbations.

    Parameters
    ----------
    pair : PairedF1
        The two models.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        ``perturbation, individuals, f1_first, f1_second, difference, low, high, p, q, contribution, share``; the last row is
        the average, which has no q. p is two-sided.
    """
    people = np.append(pair.people, pair.people.sum())
    difference, replicates, swapped = (
        _with_average(values) for values in (pair.difference, pair.replicates, pair.swapped)
    )
    low, high = replicate_interval(replicates, people, level=level)
    p = two_sided(difference, swapped)
    q = np.append(false_discovery(p[:-1]), np.nan)
    part = np.nansum(contributions(pair.difference), axis=0)
    return pd.DataFrame({
        "perturbation": [*pair.classes, AVERAGE],
        "individuals": people,
        "f1_first": _with_average(pair.first),
        "f1_second": _with_average(pair.second),
        "difference": difference,
        "low": low,
        "high": high,
        "p": p,
        "q": q,
        "contribution": np.append(part, part.sum()),
        "share": np.append(shares(part), np.nan),
    })


def _with_average(scores: FloatArray) -> FloatArray:
    """Mean over known bins, shape (..., n_classes + 1), the last being the mean over classes."""
    known = np.isfinite(scores)
    number = known.sum(axis=-2)
    mean = np.divide(
        np.where(known, scores, 0.0).sum(axis=-2), number, out=np.full(number.shape, np.nan), where=number > 0
    )
    counted = np.isfinite(mean)
    total = np.where(counted, mean, 0.0).sum(axis=-1) / np.maximum(counted.sum(axis=-1), 1)
    both: FloatArray = np.concatenate([mean, total[..., None]], axis=-1)
    return both


def contributions(difference: FloatArray) -> FloatArray:
    """What each bin adds to the difference of the averages over bins and perturbations."""
    number = np.isfinite(difference).sum(axis=0)
    part: FloatArray = difference / np.maximum(number, 1) / max(int((number > 0).sum()), 1)
    return part


def shares(parts: FloatArray) -> FloatArray:
    """Part of what the first model gains (positive) or loses (negative)."""
    gained, lost = np.nansum(np.maximum(parts, 0.0)), -np.nansum(np.minimum(parts, 0.0))
    total = np.where(parts > 0, gained, lost)
    share: FloatArray = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
    return np.where(np.isfinite(parts), share, np.nan)


def two_sided(difference: FloatArray, swapped: FloatArray, /) -> FloatArray:
    """How often exchanged models differ as much, either way; NaN where there is no difference."""
    reached = (np.abs(swapped) >= np.abs(difference) - 1e-12).sum(axis=0)
    p: FloatArray = np.where(np.isfinite(difference), (1 + reached) / (len(swapped) + 1), np.nan)
    return p
