"""The course that the order of times gives, for clouds that a walk folds in."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.geometry.arrays import Array
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.nearest import nearest_segments
from morphsweep.geometry.ranks import rank_correlation
from morphsweep.geometry.refining import refine
from morphsweep.geometry.walk import Cloud

__all__ = ["course_in_time", "follows_time"]

_FOLLOWS = 0.85  # rank correlation of place and time; a walk that has it follows time, and is left alone
_GAIN = 0.1  # by which the course in time must correlate better
_REACH = 0.9  # it must pass as many points as this share of those that the walk passes
_MEANS = 24  # local means in the order of time
_WIDTH = 0.05  # of their kernel, as a share of the points
_NEAR = 2.0  # bandwidths
_DENSE = 4  # chords per knot: these miss the spline by far less than the noise


def course_in_time(
    curve: Curve, cloud: Cloud, times: Array, bandwidth: float, follows: float
) -> Curve | None:
    """A curve through the local means in the order of time, if it follows time better than the one walked.

    Parameters
    ----------
    curve : Curve
        The curve walked, from early to late.
    cloud : Cloud
        The points.
    times : array, shape (n,)
        Their times.
    bandwidth : float
        Of the walk.
    follows : float
        How well the curve walked follows time (:func:`follows_time`).

    Returns
    -------
    Curve or None
        None where the walk follows time well enough, or time decides nothing: it correlates no better with the other
        course, or that course misses points which the walk passes.
    """
    if not follows < _FOLLOWS:
        return None
    means = _means_in_time(cloud, times)
    try:
        guide = Curve(means)
    except NotComputable:  # one time only
        return None
    course = refine(guide, cloud, bandwidth, (True, True))
    if course is None or not follows_time(course, cloud, times) > follows + _GAIN:
        return None
    if _passes(course, cloud, bandwidth) < _REACH * _passes(curve, cloud, bandwidth):
        return None
    return course


def follows_time(curve: Curve, cloud: Cloud, times: Array) -> float:
    """Rank correlation of the points' places along a curve with their times; feet on a polyline will do.

    Parameters
    ----------
    curve : Curve
        The curve.
    cloud : Cloud
        The points.
    times : array, shape (n,)
        Their times.

    Returns
    -------
    float
        -1 to 1; NaN when there is one time or one place only.
    """
    segment, share = nearest_segments(curve.polyline(_DENSE), np.ascontiguousarray(cloud.rows))
    return rank_correlation(segment + share, times, weight=cloud.weight)


def _passes(curve: Curve, cloud: Cloud, bandwidth: float) -> float:
    near = curve.project(cloud.rows).distance <= _NEAR * bandwidth
    return float(cloud.weight[near].sum() / cloud.weight.sum())


def _means_in_time(cloud: Cloud, times: Array) -> Array:
    """Gaussian means of the points over the share of points that are earlier; equal times stand together."""
    distinct, group = np.unique(times, return_inverse=True)
    total = np.bincount(group, weights=cloud.weight)
    rank = ((np.cumsum(total) - total / 2.0) / total.sum())[group]
    centres = np.linspace(0.0, 1.0, min(_MEANS, max(len(distinct), 2)))
    share = cloud.weight * np.exp(-(((rank - centres[:, None]) / _WIDTH) ** 2) / 2.0)
    means: Array = share @ cloud.rows / share.sum(axis=1, keepdims=True)
    return means
