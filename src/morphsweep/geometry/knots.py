"""Where the points of a curve stand along its parameter."""

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput
from morphsweep.geometry.arrays import Array

__all__ = ["divided", "rising", "walked"]


def walked(points: Array) -> tuple[Array, Array]:
    """Distances walked from point to point.

    Parameters
    ----------
    points : array, shape (n, d)
        Ordered points.

    Returns
    -------
    points : array, shape (m, d)
        Those without repeated neighbours.
    at : array, shape (m,)
        Distance walked to each, from 0.
    """
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    # A step lost in the rounding of the coordinates has no direction; a spline through it would be noise.
    apart = steps > 16 * np.finfo(float).eps * np.abs(points).max(initial=0.0)
    kept = points[np.r_[True, apart]] if len(points) else points
    return kept, np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(kept, axis=0), axis=1))]


def rising(parameter: ArrayLike, n: int) -> Array:
    """A given parameter, checked.

    Parameters
    ----------
    parameter : array_like, shape (n,)
        Values.
    n : int
        Number of points.

    Returns
    -------
    array, shape (n,)
        float64.

    Raises
    ------
    InvalidInput
        If there is not one finite value per point, or they do not rise.
    """
    at = np.asarray(parameter, dtype=np.float64)
    if at.shape != (n,) or not np.isfinite(at).all() or not (np.diff(at) > 0).all():
        msg = f"the parameter of a curve must be {n} rising finite numbers, one per point, found shape {at.shape}; average points of equal parameter"
        raise InvalidInput(msg)
    return at


def divided(at: Array, pieces: int) -> Array:
    """Parameters with every span cut into equal pieces.

    Parameters
    ----------
    at : array, shape (n,)
        Rising.
    pieces : int
        How many.

    Returns
    -------
    array, shape ((n - 1) pieces + 1,)
        Rising.
    """
    share = np.arange(pieces) / pieces
    cut: Array = np.r_[(at[:-1, None] + np.diff(at)[:, None] * share).ravel(), at[-1]]
    return cut
