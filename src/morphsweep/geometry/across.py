"""Distances to a curve with and without what lies beyond its ends."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from morphsweep.geometry.arrays import Array, points_array
from morphsweep.geometry.nearest import nearest_segments

__all__ = ["PolylinePlace", "distance_across", "place_on_polyline", "squared_distances"]


@dataclass(frozen=True, slots=True)
class PolylinePlace:
    """Where points lie with respect to a curve.

    Parameters
    ----------
    arc_length : array, shape (n,)
        Of the foot, between 0 and the length of the curve.
    distance : array, shape (n,)
        To the foot.
    across : array, shape (n,)
        The part of it that is perpendicular to the curve: smaller only for points past an end.
    """

    arc_length: Array
    distance: Array
    across: Array


def distance_across(X: ArrayLike, polyline: ArrayLike, /) -> Array:
    """Distance of points from a curve, measured across it.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Points.
    polyline : array_like, shape (m, d)
        Ordered points of the curve, m >= 2, dense enough that chords will do.

    Returns
    -------
    array, shape (n,)
        Distance to the nearest point of the curve; for points past an end only the part perpendicular to the curve there.

    Raises
    ------
    InvalidInput
        If a value is not finite or the numbers of coordinates differ.

    Examples
    --------
    >>> distance_across([[1, 2], [12, 3]], [[0, 0], [10, 0]])
    array([2., 3.])
    """
    rows = points_array(X, "X")
    return np.sqrt(squared_distances(rows, points_array(polyline, "curve points", columns=rows.shape[1]))[1])


def place_on_polyline(X: ArrayLike, polyline: ArrayLike, /, *, arc_length: ArrayLike) -> PolylinePlace:
    """Where points lie along a curve that is known by its dense points, and how far from it.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Points.
    polyline : array_like, shape (m, d)
        Ordered points of the curve, m >= 2, dense enough that chords will do.
    arc_length : array_like, shape (m,)
        Length of the curve up to each of them.

    Returns
    -------
    PolylinePlace
        Arc length of the feet and both distances.

    Raises
    ------
    InvalidInput
        If a value is not finite or the numbers of coordinates differ.

    Examples
    --------
    >>> place_on_polyline([[12, 3]], [[0, 0], [10, 0]], arc_length=[0, 10])
    PolylinePlace(arc_length=array([10.]), distance=array([3.60555128]), across=array([3.]))
    """
    rows = points_array(X, "X")
    vertices = points_array(polyline, "curve points", columns=rows.shape[1])
    segment, share = nearest_segments(vertices, rows)
    whole, across = _squares(rows, vertices, segment, share)
    lengths = np.asarray(arc_length, dtype=np.float64)
    at = lengths[segment] + share * (lengths[segment + 1] - lengths[segment])
    return PolylinePlace(at, np.sqrt(whole), np.sqrt(across))


def squared_distances(rows: Array, vertices: Array, /) -> tuple[Array, Array]:
    """Squared distance to a polyline, whole and without the part that lies beyond an end.

    Parameters
    ----------
    rows : array, shape (n, d)
        Points.
    vertices : array, shape (m, d)
        Ordered points of the polyline.

    Returns
    -------
    whole, across : array, shape (n,)
        Equal except for points past an end.
    """
    return _squares(rows, vertices, *nearest_segments(vertices, rows))


def _squares(rows: Array, vertices: Array, segment: NDArray[np.int64], share: Array) -> tuple[Array, Array]:
    step = np.diff(vertices, axis=0)[segment]
    apart = rows - vertices[segment] - share[:, None] * step
    whole = (apart**2).sum(axis=1)
    # Only past an end does the way to the foot run along the curve; at an inner vertex either neighbour may be nearest.
    end = ((segment == 0) & (share <= 0)) | ((segment == len(vertices) - 2) & (share >= 1))
    along = (apart * step).sum(axis=1) ** 2 / np.maximum((step**2).sum(axis=1), np.finfo(float).tiny)
    return whole, np.maximum(whole - np.where(end, along, 0.0), 0.0)
