"""Kernel means of a quantity along a set of places."""

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput
from morphsweep.geometry.arrays import Array, points_array, weight_array
from morphsweep.geometry.kernels import Blocks, kernel_smooth
from morphsweep.geometry.ordering import spatial_order

__all__ = ["kernel_mean"]


def kernel_mean(
    X: ArrayLike, values: ArrayLike, /, *, at: ArrayLike, bandwidth: float, weight: ArrayLike | None = None
) -> Array:
    """Gaussian mean of a quantity at given places.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Where the quantity was observed.
    values : array_like, shape (n,)
        The quantity, finite.
    at : array_like, shape (m, d)
        Where it is wanted.
    bandwidth : float
        Standard deviation of the kernel, in the unit of X.
    weight : array_like, shape (n,), optional
        Relative weight of each observation.

    Returns
    -------
    array, shape (m,)
        Weighted means, within the range of `values`. Weights are relative to the nearest observation, so places far
        from all of them get the value of the nearest instead of 0 / 0.

    Raises
    ------
    InvalidInput
        If shapes disagree, a value is not finite or the bandwidth is not above 0.

    Examples
    --------
    >>> kernel_mean([[0, 0], [9, 0]], [1.0, 3.0], at=[[4.5, 0], [900, 0]], bandwidth=1.0)
    array([2., 3.])
    """
    rows = points_array(X, "X")
    places = points_array(at, "places", columns=rows.shape[1])
    quantity = np.ascontiguousarray(values, dtype=np.float64)
    if not len(rows) or quantity.shape != (len(rows),) or not np.isfinite(quantity).all():
        msg = f"values must be finite, one for each of {len(rows)} > 0 rows, found shape {quantity.shape}"
        raise InvalidInput(msg)
    if not np.isfinite(bandwidth) or not bandwidth > 0:
        msg = f"bandwidth must be a finite number above 0, found {bandwidth!r}"
        raise InvalidInput(msg)
    w = weight_array(weight, len(rows))
    keep = np.flatnonzero(w)
    keep = keep[spatial_order(rows[keep])]
    blocks = Blocks.of(rows[keep].T, w[keep], quantity[keep])
    means: Array = kernel_smooth(blocks, places, float(bandwidth))
    return np.clip(means, quantity[keep].min(), quantity[keep].max())
