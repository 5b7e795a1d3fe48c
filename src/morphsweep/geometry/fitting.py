"""One fit of the default local principal curve with a known bandwidth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import NotComputable
from morphsweep.geometry.across import squared_distances
from morphsweep.geometry.arrays import Array, points_array, weight_array
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.refining import refine
from morphsweep.geometry.timing import course_in_time, follows_time
from morphsweep.geometry.walk import Cloud, Walk, WalkOptions, ridge_start, walk_both_ways

__all__ = ["DefaultFit", "FitOptions", "default_start", "fit_default", "residual_sd", "walk_curve"]

_EARLY_SHARE = 0.05  # of the rows, whose mean is the start when only times are known
_SPACING = 0.25  # steps: local means nearer than this are the walk dying down at an end, not shape
_LEAST_PIECES = 8  # a short walk is thinned less, to this many pieces of its length
_LEAST_WALK = 0.01  # bandwidths: less is a walk on the spot
_TUBE = 2.0  # bandwidths, for two directions across; a Gaussian ball grows with the root of their number
_DENSE_PER_KNOT = 4  # chords this short miss the spline by far less than the noise
_MIN_POINTS = 3  # two would be a straight line whatever the data


@dataclass(frozen=True, slots=True)
class FitOptions:
    """What does not depend on the bandwidth: step (None = bandwidth), angle penalty, limits."""

    step: float | None
    angle_penalty: float
    max_iter: int
    tol: float

    def walk(self, bandwidth: float) -> WalkOptions:
        """The same with a bandwidth."""
        return WalkOptions(bandwidth, self.step or bandwidth, self.angle_penalty, self.max_iter, self.tol)


@dataclass(frozen=True, slots=True)
class DefaultFit:
    """A curve, the walk that it comes from, both oriented, and whether it was refined."""

    curve: Curve
    walk: Walk
    refined: bool
    resolved: str = ""


def default_start(cloud: Cloud, times: Array | None) -> Array:
    """Mean of the earliest twentieth of the rows, or without times the row nearest to the mean.

    Parameters
    ----------
    cloud : Cloud
        The points.
    times : array, shape (n,), or None
        Their times.

    Returns
    -------
    array, shape (d,)
        A place to start from.
    """
    if times is None:
        nearest: Array = cloud.rows[np.argmin(((cloud.rows - cloud.centre) ** 2).sum(axis=1))]
        return nearest
    early = times <= np.quantile(times, _EARLY_SHARE)
    mean: Array = cloud.weight[early] @ cloud.rows[early] / cloud.weight[early].sum()
    return mean


def fit_default(
    cloud: Cloud, start: Array, times: Array | None, bandwidth: float, options: FitOptions
) -> DefaultFit:
    """Walk from the start, lay a spline through the local means, refine it, orient it.

    Parameters
    ----------
    cloud : Cloud
        The points.
    start : array, shape (d,)
        Where to begin.
    times : array, shape (n,), or None
        Times of the points.
    bandwidth : float
        Kernel bandwidth.
    options : FitOptions
        The rest.

    Returns
    -------
    DefaultFit
        Runs from early to late; without times from the end that is nearer to the start. Where the walk does not follow time
        (it folded back, or took the wrong way where two local variances tie) and the order of times gives a course, it is
        that course.

    Raises
    ------
    NotComputable
        If the walk kept fewer than 3 separate points.
    """
    walked, walk = walk_curve(cloud, start, times, bandwidth, options)
    smooth = refine(walked, cloud, bandwidth, (walk.stop_first != "closed", walk.stop_last != "closed"))
    curve = walked if smooth is None else smooth
    follows = float("nan") if times is None else follows_time(curve, cloud, times)
    if _runs_backwards(curve, walk, follows):
        curve, walk, follows = curve.reverse(), _reversed(walk), -follows
    if times is not None and (better := course_in_time(curve, cloud, times, bandwidth, follows)) is not None:
        return DefaultFit(better, walk, refined=True, resolved="time")
    return DefaultFit(curve, walk, smooth is not None)


def walk_curve(
    cloud: Cloud, start: Array, times: Array | None, bandwidth: float, options: FitOptions
) -> tuple[Curve, Walk]:
    """The curve of :func:`fit_default` before it is refined and oriented.

    Parameters
    ----------
    cloud, start, times, bandwidth, options
        As there.

    Returns
    -------
    curve : Curve
        Spline through the local means.
    walk : Walk
        The local means.

    Raises
    ------
    NotComputable
        If the walk kept fewer than 3 separate points.
    """
    walk_options = options.walk(bandwidth)
    mean, direction, ratio = ridge_start(cloud, start, bandwidth)
    if _along(cloud, mean, direction, times, bandwidth) < 0:
        direction = -direction
    walk = walk_both_ways(cloud, mean, direction, ratio, walk_options)
    length = float(np.linalg.norm(np.diff(walk.points, axis=0), axis=1).sum())
    kept = _separate(walk.points, walk.start_index, min(_SPACING * walk_options.step, length / _LEAST_PIECES))
    if len(kept) < _MIN_POINTS or length < _LEAST_WALK * bandwidth:
        msg = (
            f"the walk kept {len(kept)} separate points over a length of {length:.3g}, needs at least {_MIN_POINTS} and "
            f"{_LEAST_WALK * bandwidth:.3g}; its kernel of bandwidth {bandwidth:.3g} sees no course in these points"
        )
        raise NotComputable(msg)
    return Curve(walk.points[kept]), walk


def residual_sd(curve: Curve, X: ArrayLike, /, *, bandwidth: float, weight: ArrayLike | None = None) -> float:
    """Standard deviation of points across a curve, per coordinate.

    Parameters
    ----------
    curve : Curve
        The curve.
    X : array_like, shape (n, d)
        Points.
    bandwidth : float
        Points more than two bandwidths from the curve (more in more than three dimensions) are left out: they belong to
        something that the curve does not follow, and say nothing about the noise around it. With a bandwidth of 2.2 sd
        Gaussian noise stays inside.
    weight : array_like, shape (n,), optional
        Relative weights.

    Returns
    -------
    float
        sqrt(sum d^2 / (n (d - 1))), in the unit of the points, 0 or more, where d is the part of the distance to the
        foot that is perpendicular to the curve: what lies beyond an end does not count.

    Raises
    ------
    NotComputable
        If fewer than half of the points are that near.
    InvalidInput
        If the points or weights are not usable.

    Examples
    --------
    >>> line = Curve([[0, 0], [10, 0]])
    >>> residual_sd(line, [[1, 1], [5, -1], [9, 1], [12, 1]], bandwidth=2.0)
    1.0
    """
    rows = points_array(X, "X", columns=curve.dimension)
    w = weight_array(weight, len(rows))
    dense = curve.polyline(_DENSE_PER_KNOT)
    whole, across = squared_distances(rows, dense)
    near = whole <= (_TUBE * bandwidth) ** 2 * max(curve.dimension - 1, 2) / 2
    if w[near].sum() < w.sum() / 2:
        msg = (
            f"the curve passes only {w[near].sum() / w.sum():.0%} of the points as near as its kernel reaches"
        )
        raise NotComputable(msg)
    return float(np.sqrt(w[near] @ across[near] / (w[near].sum() * (curve.dimension - 1))))


def _along(cloud: Cloud, x: Array, direction: Array, times: Array | None, bandwidth: float) -> float:
    """Positive if going along `direction` means going on in time, or without times towards the bulk of the points."""
    if times is None:
        return float((cloud.centre - x) @ direction)
    squared = ((cloud.rows - x) ** 2).sum(axis=1)
    w = cloud.weight * np.exp(-(squared - squared.min()) / (2 * bandwidth**2))
    w /= w.sum()
    return float(w @ ((times - w @ times) * ((cloud.rows - x) @ direction)))


def _separate(points: Array, start: int, spacing: float) -> list[int]:
    """Indices of points at least `spacing` apart, thinned from the start outwards; both ends are kept."""
    ahead = _thinned(points, range(start, len(points)), spacing)
    back = _thinned(points, range(start, -1, -1), spacing)
    return back[:0:-1] + ahead


def _thinned(points: Array, order: range, spacing: float) -> list[int]:
    kept = [order[0]]
    for i in order[1:]:
        if np.linalg.norm(points[i] - points[kept[-1]]) >= spacing:
            kept.append(i)
    if len(kept) > 1:
        kept[-1] = order[-1] if np.linalg.norm(points[order[-1]] - points[kept[-2]]) >= spacing else kept[-1]
    return kept


def _runs_backwards(curve: Curve, walk: Walk, follows: float) -> bool:
    """By the correlation of place and time, or without one because the start lies in the second half."""
    if np.isfinite(follows):
        return follows < 0
    at = float(curve.project(walk.points[walk.start_index][None]).arc_length[0])
    return at > curve.length / 2


def _reversed(walk: Walk) -> Walk:
    return Walk(
        walk.points[::-1],
        walk.ratio[::-1],
        len(walk.points) - 1 - walk.start_index,
        walk.stop_last,
        walk.stop_first,
        walk.steps,
    )
