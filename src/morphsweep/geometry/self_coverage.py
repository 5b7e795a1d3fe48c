"""The bandwidth at which a curve covers the points that are as near as its own kernel reaches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from morphsweep.geometry.arrays import Array, points_array, weight_array
from morphsweep.geometry.coverage import coverage
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.einbeck import EinbeckOptions, ScaledCloud, walk_branches

__all__ = ["SelfCoverage", "levelling", "self_coverage"]

_LEAST_COVERAGE = 2.0 / 3.0
_LEAST_INDEX = 2  # the third bandwidth: before it a bend cannot be told


@dataclass(frozen=True, slots=True)
class SelfCoverage:
    """Coverage against bandwidth, and where it levels off.

    Parameters
    ----------
    bandwidths, values : array, shape (m,)
        The bandwidths tried and the share of points within one bandwidth of the curve each gives.
    candidates : array, shape (k,)
        Bandwidths where the rise slows, the sharpest first.
    """

    bandwidths: Array
    values: Array
    candidates: Array


def self_coverage(
    X: ArrayLike,
    start: ArrayLike,
    bandwidths: ArrayLike,
    /,
    *,
    weight: ArrayLike | None = None,
    toward: ArrayLike | None = None,
    quick: bool = True,
    max_iter: int = 100,
    angle_penalty: float = 2.0,
    tol: float = 1e-5,
) -> SelfCoverage:
    """Share of points within h of the curve of bandwidth h, for several h.

    Unlike the reference package's, the result does not depend on where the origin lies.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Points.
    start : array_like, shape (d,)
        Where every walk begins.
    bandwidths : array_like, shape (m,)
        Rising bandwidths, in the unit of the points.
    weight : array_like, shape (n,), optional
        Relative weights.
    toward : array_like, shape (d,), optional
        Which side the first leg takes; the second is cut where it meets the first, so the order can matter.
    quick : bool
        Distances to the local means only; otherwise to the spline through them.
    max_iter : int
        Most points per leg.
    angle_penalty, tol : float
        Options of the walk.

    Returns
    -------
    SelfCoverage
        With the bandwidths at which the rise slows once two thirds are covered.

    Raises
    ------
    InvalidInput
        If the data cannot be used.
    NotComputable
        If a walk kept fewer than two separate points (``quick=False``).

    References
    ----------
    .. [1] Einbeck (2011), Bandwidth selection for mean-shift based unsupervised learning techniques, J. Pattern
       Recognition Research 6, 175.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.c_[rng.uniform(0, 10, 400), 0.3 * rng.normal(size=400)]
    >>> found = self_coverage(X, X[0], np.linspace(0.1, 1.5, 15))
    >>> bool(0.3 < found.candidates[0] < 1.0)
    True
    """
    rows = points_array(X, "X")
    w = weight_array(weight, len(rows))
    first = np.asarray(start, dtype=np.float64)
    tried = np.asarray(bandwidths, dtype=np.float64)
    side = None if toward is None else np.asarray(toward, dtype=np.float64)[None]
    values = []
    for h in tried.tolist():
        each = np.full(rows.shape[1], h)
        options = EinbeckOptions(
            each, h, angle_penalty, 0.0, tol, np.inf, 0.0, max_iter, 1, "two", cross=False
        )
        branch = walk_branches(
            ScaledCloud(np.ascontiguousarray((rows / h).T), w, each), first[None], side, options
        )[0]
        curve = branch.points if quick else Curve(branch.points, "fmm")
        values.append(coverage(curve, rows, radius=h, weight=w))
    found = np.array(values)
    return SelfCoverage(tried, found, tried[levelling(found)])


def levelling(values: Array) -> NDArray[np.int64]:
    """Where self-coverage levels off.

    Parameters
    ----------
    values : array, shape (m,)
        Self-coverage at rising bandwidths.

    Returns
    -------
    array of int, shape (k,)
        Indices from the third on, but the last, where the second difference is negative, more than two thirds are covered
        and coverage is higher than ever before; the sharpest bend first.
    """
    bend = np.r_[0.0, np.diff(values, 2), 0.0]
    highest = np.maximum.accumulate(np.r_[-np.inf, values[:-1]])
    index: NDArray[np.int64] = np.arange(len(values))
    inside = (index >= _LEAST_INDEX) & (index < len(values) - 1)
    found = np.flatnonzero(inside & (bend < 0) & (values > _LEAST_COVERAGE) & (values > highest))
    return found[np.argsort(bend[found], kind="stable")]
