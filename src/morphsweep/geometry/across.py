"""Distances to a curve with and without what lies beyond its ends."""

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.geometry.arrays import Array, points_array
from morphsweep.geometry.nearest import nearest_segments

__all__ = ["distance_across", "squared_distances"]


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
    segment, share = nearest_segments(vertices, rows)
    step = np.diff(vertices, axis=0)[segment]
    apart = rows - vertices[segment] - share[:, None] * step
    whole = (apart**2).sum(axis=1)
    # Only past an end does the way to the foot run along the curve; at an inner vertex either neighbour may be nearest.
    end = ((segment == 0) & (share <= 0)) | ((segment == len(vertices) - 2) & (share >= 1))
    along = (apart * step).sum(axis=1) ** 2 / np.maximum((step**2).sum(axis=1), np.finfo(float).tiny)
    return whole, np.maximum(whole - np.where(end, along, 0.0), 0.0)
