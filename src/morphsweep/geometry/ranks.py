"""Rank correlation with weights."""

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import ShapeMismatch
from morphsweep.geometry.arrays import Array, weight_array

__all__ = ["rank_correlation"]


def rank_correlation(a: ArrayLike, b: ArrayLike, /, *, weight: ArrayLike | None = None) -> float:
    """Spearman's correlation of two variables, each row counted `weight` times.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Finite values.
    weight : array_like, shape (n,), optional
        Relative weights, not negative.

    Returns
    -------
    float
        Between -1 and 1; NaN when one of the two is constant.

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    InvalidInput
        If the weights are unusable.

    Examples
    --------
    >>> rank_correlation([1.0, 2.0, 4.0], [3.0, 30.0, 31.0])
    1.0
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape or not len(first):
        msg = (
            f"two variables must have the same shape (n,) with n > 0, found {first.shape} and {second.shape}"
        )
        raise ShapeMismatch(msg)
    w = weight_array(weight, len(first)) / len(first)
    x, y = _ranks(first, w), _ranks(second, w)
    x, y = x - w @ x, y - w @ y
    scale = float(np.sqrt((w @ x**2) * (w @ y**2)))
    if scale < 1e-14:  # ranks lie in 0..1; what rounding leaves of a constant is far smaller
        return float("nan")
    return float(np.clip((w @ (x * y)) / scale, -1.0, 1.0))


def _ranks(values: Array, w: Array) -> Array:
    """Mid-ranks: the weight below a value plus half the weight at it."""
    _, place = np.unique(values, return_inverse=True)
    at = np.bincount(place, weights=w)
    ranks: Array = (np.cumsum(at) - at / 2)[place]
    return ranks
