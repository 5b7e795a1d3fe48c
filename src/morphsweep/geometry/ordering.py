"""Points in an order in which neighbours stand together, so that far blocks of them can be passed over."""

import numpy as np
from numpy.typing import NDArray

from morphsweep.geometry.arrays import Array

__all__ = ["spatial_order"]

_BITS = 15  # of the codes: 16-bit integers sort in one pass


def spatial_order(rows: Array, /) -> NDArray[np.int64]:
    """Order points along a Morton curve over their two or three widest coordinates.

    Parameters
    ----------
    rows : array, shape (n, d)
        Points.

    Returns
    -------
    array of int, shape (n,)
        A permutation of the rows; those in the same cell keep their order.

    References
    ----------
    .. [1] Morton (1966), A computer oriented geodetic data base and a new technique in file sequencing, IBM.
    """
    low, high = rows.min(axis=0), rows.max(axis=0)
    axes = np.argsort(low - high, kind="stable")[: min(rows.shape[1], 3)]
    bits = _BITS // len(axes)
    code = np.zeros(len(rows), dtype=np.uint16)
    for place, axis in enumerate(axes):
        width = high[axis] - low[axis]
        cell = (rows[:, axis] - low[axis]) * ((1 << bits) / width if width > 0 else 0.0)
        cells = np.minimum(cell, (1 << bits) - 1).astype(np.uint16)
        for bit in range(bits):
            code |= ((cells >> bit) & 1).astype(np.uint16) << np.uint16(bit * len(axes) + place)
    return np.argsort(code, kind="stable")
