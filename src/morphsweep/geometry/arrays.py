"""Array types and the one way this room checks what it is given."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse

from morphsweep.errors import InvalidInput

__all__ = ["Array", "points_array", "weight_array"]

Array = NDArray[np.float64]


def points_array(values: ArrayLike, name: str, *, columns: int | None = None) -> Array:
    """Finite float64 points as rows, contiguous.

    Parameters
    ----------
    values : array_like, shape (n, d)
        One point per row, d >= 2.
    name : str
        What to call them in a message.
    columns : int, optional
        Required d.

    Returns
    -------
    array, shape (n, d)
        float64, in C order; never an alias that anybody writes to.

    Raises
    ------
    InvalidInput
        If the shape is wrong or a value is not finite.
    """
    array = _numbers(values, name)
    expected = f"(n, {columns})" if columns else "(n, d) with d >= 2"
    if array.ndim != 2 or array.shape[1] < 2 or (columns and array.shape[1] != columns):
        hint = " (n_features=1)" if array.shape[1:] == (1,) else ""
        msg = f"{name} must have shape {expected}, found {array.shape}{hint}; give one point per row"
        if array.ndim == 1:
            msg += " (Reshape your data with .reshape(1, -1) if it is one point)"
        raise InvalidInput(msg)
    array = np.ascontiguousarray(array, dtype=np.float64)
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        msg = f"{name} must be finite, found {int(bad.sum())} rows with NaN or inf, the first is row {int(bad.argmax())}; drop them"
        raise InvalidInput(msg)
    return array


def _numbers(values: ArrayLike, name: str) -> NDArray[Any]:
    """A real array, whatever its shape."""
    if issparse(values):
        msg = f"{name} must be dense, sparse input is not supported; give {name}.toarray()"
        raise InvalidInput(msg)
    array: NDArray[Any] = np.asarray(values)
    if array.dtype.kind == "c":
        msg = f"{name} must be real. Complex data not supported; give real and imaginary parts as coordinates"
        raise InvalidInput(msg)
    try:
        return array.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        msg = f"{name} must hold numbers: argument must be a string or a number of one, {error}"
        raise (InvalidInput if isinstance(error, ValueError) else TypeError)(msg) from None


def weight_array(weight: ArrayLike | None, n: int) -> Array:
    """Weights per row, not negative, scaled to mean 1; None means equal weights.

    Parameters
    ----------
    weight : array_like, shape (n,), or None
        Relative weights.
    n : int
        Number of rows.

    Returns
    -------
    array, shape (n,)
        Weights that sum to n.

    Raises
    ------
    InvalidInput
        If the shape is wrong, a weight is negative or not finite, or all are 0.
    """
    if weight is None:
        return np.ones(n)
    array = np.asarray(weight, dtype=np.float64)
    if array.shape != (n,):
        msg = f"weights must have shape ({n},), found {array.shape}; give one weight per row"
        raise InvalidInput(msg)
    if not np.isfinite(array).all() or (array < 0).any() or not (array > 0).any():
        msg = "weights must be finite, not negative and not all 0 (some weight must be above zero)"
        raise InvalidInput(msg)
    scaled: Array = array * (n / array.sum())
    return scaled
