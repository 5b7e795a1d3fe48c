"""Whether a curve comes near itself, and whether time goes back along it."""

import numpy as np

from morphsweep.geometry import Curve, Projection
from morphsweep.records import FloatArray

__all__ = ["ambiguous_share", "closest_approach", "time_reversal"]

_FAR = np.pi  # bandwidths along the curve: half a turn as tight as the kernel resolves
_MARGIN = 0.5  # bandwidths by which another part may be farther and still count as nearly as near
_SAMPLES = 200
_MOST_SNIPS = 1000
_BINS = 20


def closest_approach(curve: Curve, bandwidth: float) -> float:
    """Least distance between two parts of a curve that lie far apart along it.

    Parameters
    ----------
    curve : Curve
        The curve.
    bandwidth : float
        Kernel bandwidth, in the unit of the points; far is more than pi of them.

    Returns
    -------
    float
        In bandwidths, 0 or more; infinite when the curve is too short for far parts.
    """
    points, s = curve.resample(_SAMPLES), np.linspace(0.0, curve.length, _SAMPLES)
    far = np.abs(s[:, None] - s) > _FAR * bandwidth
    if not far.any():
        return float("inf")
    squared = ((points[:, None] - points) ** 2).sum(axis=-1)
    return float(np.sqrt(squared[far].min()) / bandwidth)


def ambiguous_share(
    curve: Curve, scores: FloatArray, projection: Projection, *, bandwidth: float, weight: FloatArray
) -> float:
    """Share of snips that are nearly as near to a far part of the curve as to their foot.

    Parameters
    ----------
    curve : Curve
        The curve.
    scores : array, shape (n, d)
        Snips.
    projection : Projection
        Their feet.
    bandwidth : float
        Kernel bandwidth; nearly as near is within half of one more.
    weight : array, shape (n,)
        Relative weights.

    Returns
    -------
    float
        Between 0 and 1, lower is better. Of more than a thousand snips every so many-th along the curve is looked at.
    """
    order = np.argsort(projection.arc_length, kind="stable")
    chosen = order[:: max(1, len(order) // _MOST_SNIPS)]
    points, s = curve.resample(_SAMPLES), np.linspace(0.0, curve.length, _SAMPLES)
    squared = sum((scores[chosen, j, None] - points[:, j]) ** 2 for j in range(points.shape[1]))
    far = np.abs(projection.arc_length[chosen, None] - s) > _FAR * bandwidth
    other = np.sqrt(np.where(far, squared, np.inf).min(axis=1))
    between = other < projection.distance[chosen] + _MARGIN * bandwidth
    return float(weight[chosen][between].sum() / weight[chosen].sum())


def time_reversal(arc_length: FloatArray, times: FloatArray, weight: FloatArray) -> float:
    """Share of the change of mean time along a curve that goes backwards.

    Parameters
    ----------
    arc_length, times : array, shape (n,)
        Place along the curve and time of each snip.
    weight : array, shape (n,)
        Relative weights.

    Returns
    -------
    float
        Between 0 (time only rises) and 1 (it only falls), from means of twenty stretches that hold equally many snips; 0
        when time does not change.
    """
    _, group = np.unique(arc_length, return_inverse=True)
    share = np.bincount(group, weights=weight)
    middle = (np.cumsum(share) - share / 2.0) / share.sum()
    stretch = np.minimum((middle * _BINS).astype(np.int64), _BINS - 1)[group]
    total = np.bincount(stretch, weights=weight, minlength=_BINS)
    held = total > 0
    means = np.bincount(stretch, weights=weight * times, minlength=_BINS)[held] / total[held]
    change = np.diff(means)
    moved = np.abs(change).sum()
    return float(np.abs(change[change < 0]).sum() / moved) if moved > 0 else 0.0
