"""One refinement of a walked curve: a penalised regression spline through the points at their feet."""

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import eigh

from morphsweep.geometry.arrays import Array
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.nearest import nearest_segments
from morphsweep.geometry.walk import Cloud

__all__ = ["refine"]

_BEYOND = 1.5  # bandwidths that each end is continued by, straight: a walk stops .5 to 1.2 short of the data
_TUBE = 3.0  # bandwidths, for two directions across; farther points belong to something else
_KNOTS = 2.0  # per bandwidth: finer than any bend that the walk resolves, so that the penalty decides
_POINTS_PER_KNOT = 4.0
_MOST_KNOTS = 200
_LEAST_POINTS = 12
_DEGREE = 3
_PENALTIES = 10.0 ** np.arange(
    -4.0, 12.01, 0.125
)  # relative; a grid, so that rounding cannot move the minimum
_COUNTED = (
    1.4  # times each degree of freedom counts in cross-validation, which else follows the noise now and then
)
_AS_GOOD = 1e-6
_CUT = 0.005  # share of the points left beyond each end
_DENSE = 4  # points per knot that the refined curve is handed on as
_PER_KNOT = 4  # chords per knot of the walked curve, to find feet with


def refine(curve: Curve, cloud: Cloud, bandwidth: float, open_ends: tuple[bool, bool]) -> Curve | None:
    """Smooth the points over their feet on a curve and its straight continuations.

    All coordinates share one smoothing parameter, chosen by generalised cross-validation, so the result turns with the
    points. The ends are where half a percent of the points lies beyond.

    Parameters
    ----------
    curve : Curve
        A walked curve.
    cloud : Cloud
        The points.
    bandwidth : float
        Of the walk.
    open_ends : tuple of bool
        Whether the data end at its first and its last point, so that it is continued there.

    Returns
    -------
    Curve or None
        None if fewer than 12 points lie near the curve.

    References
    ----------
    .. [1] Craven & Wahba (1978), Smoothing noisy data with spline functions, Numerische Mathematik 31, 377.
    .. [2] Kim & Gu (2004), Smoothing spline Gaussian regression, J. R. Statist. Soc. B 66, 337 (the factor 1.4).
    .. [3] Eilers & Marx (1996), Flexible smoothing with B-splines and penalties, Statistical Science 11, 89.
    """
    guide = _continued(curve, bandwidth, open_ends)
    rows = np.ascontiguousarray(cloud.rows)
    segment, share = nearest_segments(guide, rows)
    step = np.diff(guide, axis=0)
    walked = np.r_[0.0, np.cumsum(np.linalg.norm(step, axis=1))]
    apart = rows - guide[segment] - share[:, None] * step[segment]
    near = (apart**2).sum(axis=1) <= (_TUBE * bandwidth) ** 2 * max(curve.dimension - 1, 2) / 2
    if near.sum() < _LEAST_POINTS:
        return None
    at = (walked[segment] + share * np.linalg.norm(step, axis=1)[segment])[near]
    weight = cloud.weight[near]
    low, high = _quantiles(at, weight)
    if not high - low > 1e-6 * walked[-1]:
        return None
    first, last = float(at.min()), float(at.max())
    pieces = int(
        min(np.ceil((last - first) / bandwidth * _KNOTS), weight.sum() / _POINTS_PER_KNOT, _MOST_KNOTS)
    )
    spline = _smooth((at - first) / (last - first), rows[near], weight, max(pieces, 2))
    places = np.linspace(low, high, _DENSE * max(pieces, 4) + 1)
    return Curve(spline((places - first) / (last - first)))


def _continued(curve: Curve, bandwidth: float, open_ends: tuple[bool, bool]) -> Array:
    """The curve as chords, with a straight piece at each open end along the last bandwidth of the course."""
    dense = curve.polyline(_PER_KNOT)
    reach = min(bandwidth, curve.length / 2)
    parts = [dense]
    if open_ends[0]:
        away = dense[0] - curve.at([reach])[0]
        parts.insert(0, (dense[0] + away * (_BEYOND * bandwidth / np.linalg.norm(away)))[None])
    if open_ends[1]:
        away = dense[-1] - curve.at([curve.length - reach])[0]
        parts.append((dense[-1] + away * (_BEYOND * bandwidth / np.linalg.norm(away)))[None])
    return np.concatenate(parts)


def _smooth(u: Array, rows: Array, weight: Array, pieces: int) -> BSpline:
    """Cubic spline over [0, 1] that minimises squares plus a penalty on its second derivative."""
    knots = np.r_[np.zeros(_DEGREE), np.linspace(0.0, 1.0, pieces + 1), np.ones(_DEGREE)]
    centre = weight @ rows / weight.sum()
    rows = rows - centre  # squares of large coordinates would drown the residuals
    design = BSpline.design_matrix(np.clip(u, 0.0, 1.0), knots, _DEGREE)
    weighted = design.multiply(weight[:, None]).tocsr()
    gram = (design.T @ weighted).toarray()
    target = np.asarray(weighted.T @ rows)
    rough = _roughness(knots, pieces)
    # Diagonal in the basis of eigenvectors against gram + balance * rough, which is regular also where knots have no
    # points: there gram is `share`, the penalty (1 - share) / balance.
    balance = np.trace(gram) / np.trace(rough)
    share, vectors = eigh(gram, gram + balance * rough)
    share = np.r_[np.clip(share[:-2], 0.0, 1.0), 1.0, 1.0]  # straight lines are free, whatever the rounding
    loads = vectors.T @ target
    strength = share + _PENALTIES[:, None] * (1.0 - share)
    shrink = share / strength
    # residual squares = all - 2 b'c + c' G c, from the loads alone
    total = float((weight[:, None] * rows**2).sum())
    squares = total - ((2.0 - shrink) / strength) @ (loads**2).sum(axis=1)
    score = (
        np.maximum(squares, 0.0) / np.maximum(1.0 - _COUNTED * shrink.sum(axis=1) / weight.sum(), 1e-3) ** 2
    )
    # Of all that are as good but for rounding the smoothest: a straight course has a plateau of them.
    chosen = strength[int(np.flatnonzero(score <= score.min() * (1.0 + _AS_GOOD))[-1])]
    return BSpline(knots, centre + vectors @ (loads / chosen[:, None]), _DEGREE)


def _roughness(knots: Array, pieces: int) -> Array:
    """Integral of products of second derivatives of the basis; they are linear on every piece."""
    grid = np.linspace(0.0, 1.0, pieces + 1)
    ends = np.stack([grid[:-1] + 1e-9 / pieces, grid[1:] - 1e-9 / pieces])
    basis = BSpline(knots, np.eye(pieces + _DEGREE), _DEGREE)
    bend = basis(ends, 2)
    first, last = bend
    width = 1.0 / pieces
    middle = (first + last) / 2.0
    rough: Array = width / 6.0 * (first.T @ first + 4.0 * middle.T @ middle + last.T @ last)
    return rough


def _quantiles(at: Array, weight: Array) -> tuple[float, float]:
    """Places with half a percent of the weight beyond: the quantile function averaged around there, so that no tie decides."""
    order = np.argsort(at, kind="stable")
    share = np.r_[0.0, np.cumsum(weight[order])] / weight.sum()

    def around(q: float) -> float:
        inside = np.diff(np.clip(share, q - _CUT / 2, q + _CUT / 2))
        return float(inside @ at[order] / inside.sum())

    return around(_CUT), around(1.0 - _CUT)
