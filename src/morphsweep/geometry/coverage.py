"""How much of a cloud a curve accounts for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput
from morphsweep.geometry.arrays import Array, points_array, weight_array
from morphsweep.geometry.curve import Curve

__all__ = ["coverage", "gain_on_line", "goodness_of_fit"]


def coverage(
    curve: Curve | Sequence[Curve] | ArrayLike,
    X: ArrayLike,
    /,
    *,
    radius: float,
    weight: ArrayLike | None = None,
) -> float:
    """Share of points that lie near a curve.

    Parameters
    ----------
    curve : Curve, sequence of Curve, or array_like of shape (m, d)
        One curve, several branches, or only points of it (quicker, and lower where they are sparse).
    X : array_like, shape (n, d)
        Points.
    radius : float
        How near, in the unit of the points; the limit itself counts.
    weight : array_like, shape (n,), optional
        Relative weights.

    Returns
    -------
    float
        Between 0 and 1, higher is better.

    Raises
    ------
    InvalidInput
        If shapes disagree or the radius is not above 0.

    Examples
    --------
    >>> coverage(Curve([[0, 0], [4, 0]]), [[1, 0.1], [2, 3], [9, 0]], radius=1.0).__round__(3)
    0.333
    """
    if not np.isfinite(radius) or not radius > 0:
        msg = f"radius must be a finite number above 0, found {radius!r}"
        raise InvalidInput(msg)
    rows = points_array(X, "X")
    w = weight_array(weight, len(rows))
    return float(w[_distances(curve, rows) <= radius].sum() / w.sum())


def goodness_of_fit(
    curve: Curve | Sequence[Curve] | ArrayLike, X: ArrayLike, /, *, weight: ArrayLike | None = None
) -> float:
    """Rc: how much nearer the curve is to the points than their first principal line.

    Parameters
    ----------
    curve : Curve, sequence of Curve, or array_like of shape (m, d)
        One curve, several branches, or points.
    X : array_like, shape (n, d)
        Points.
    weight : array_like, shape (n,), optional
        Relative weights.

    Returns
    -------
    float
        1 - mean distance to the curve / mean distance to the line: 1 at best, 0 for the line itself, negative when the
        line is nearer. NaN when all points lie on the line.

    Raises
    ------
    InvalidInput
        If shapes disagree or a value is not finite.

    References
    ----------
    .. [1] Einbeck, Evers & Hinchliff (2010), Data compression and regression based on local principal curves.

    Examples
    --------
    >>> angle = np.linspace(0, np.pi, 50)
    >>> arc = np.c_[np.cos(angle), np.sin(angle)]
    >>> round(goodness_of_fit(Curve(arc), arc * 1.05), 2)
    0.83
    """
    rows = points_array(X, "X")
    return gain_on_line(_distances(curve, rows), rows, weight=weight)


def gain_on_line(distance: ArrayLike, X: ArrayLike, /, *, weight: ArrayLike | None = None) -> float:
    """Rc as :func:`goodness_of_fit` has it, from distances to a curve that are known.

    Parameters
    ----------
    distance : array_like, shape (n,)
        From each point to the curve.
    X : array_like, shape (n, d)
        Points.
    weight : array_like, shape (n,), optional
        Relative weights.

    Returns
    -------
    float
        At most 1, higher is better. NaN when all points lie on a line.

    Raises
    ------
    InvalidInput
        If a value is not finite.

    Examples
    --------
    >>> gain_on_line([0.0, 0.0, 0.0], [[0, 0], [1, 1], [2, 0]])
    1.0
    """
    rows = points_array(X, "X")
    w = weight_array(weight, len(rows))
    centred = rows - w @ rows / w.sum()
    _, sizes, axes = np.linalg.svd(np.sqrt(w)[:, None] * centred, full_matrices=False)
    line = np.linalg.norm(centred - np.outer(centred @ axes[0], axes[0]), axis=1)
    if not sizes[1] > 1e-12 * sizes[0]:
        return float("nan")
    return float(1.0 - w @ np.asarray(distance, dtype=np.float64) / (w @ line))


def _distances(curve: Curve | Sequence[Curve] | ArrayLike, rows: Array) -> Array:
    """Distance of each row to the nearest of the curves or points."""
    if isinstance(curve, Curve):
        distance: Array = curve.project(rows).distance
        return distance
    if isinstance(curve, (list, tuple)) and curve and isinstance(curve[0], Curve):
        least: Array = np.min([branch.project(rows).distance for branch in curve], axis=0)
        return least
    points = points_array(curve, "curve points", columns=rows.shape[1])  # type: ignore[arg-type]
    squared = np.full(len(rows), np.inf)
    for point in points:  # one at a time: no n x m matrix
        np.minimum(squared, ((rows - point) ** 2).sum(axis=1), out=squared)
    nearest: Array = np.sqrt(squared)
    return nearest
