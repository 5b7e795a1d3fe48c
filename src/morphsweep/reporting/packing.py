"""Many numbers in few bytes: typed arrays behind one another, compressed, told apart by their numbers."""

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.records import FloatArray

__all__ = ["MISSING", "Pack", "quantised", "share"]

MISSING = -32768  # of a quantised number
_MOST = 32000  # greatest quantised number; the rest of 16 bits stays free
_SHARES = 65534  # steps from 0 to 1; the next number means missing


class Pack:
    """Arrays that a page unpacks into typed arrays; ``entries`` says where each lies and how it was written.

    Examples
    --------
    >>> pack = Pack()
    >>> pack.add([1.5, 2.5], "f8"), pack.add_smooth([1, 2, 4])
    (0, 1)
    >>> pack.entries
    [['f8', 0, 2], ['s2', 16, 3]]
    """

    def __init__(self) -> None:
        self.entries: list[list[Any]] = []
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, values: ArrayLike, kind: str, /) -> int:
        """Add an array as it is.

        Parameters
        ----------
        values : array
            Any shape; written in row order.
        kind : {"f8", "f4", "i2", "u2", "u1", "u4"}
            Type of its numbers, little-endian in the page.

        Returns
        -------
        int
            Its number.
        """
        array = np.ascontiguousarray(values, dtype=f"<{kind}")
        return self._append(kind, array.size, array.tobytes())

    def add_smooth(self, values: ArrayLike, /) -> int:
        """Add 16-bit numbers that change slowly: second differences, low bytes before high bytes, so that they compress.

        Parameters
        ----------
        values : array of int, shape (n,)
            Between -32768 and 32767.

        Returns
        -------
        int
            Its number.
        """
        numbers = np.asarray(values, dtype=np.int64)
        steps = np.diff(np.concatenate([[0, 0], numbers]), n=2).astype("<u2")  # wraps, as the reader does
        planes = steps.view(np.uint8).reshape(-1, 2).T
        return self._append("s2", numbers.size, np.ascontiguousarray(planes).tobytes())

    def payload(self) -> str:
        """All bytes, compressed (zlib) and in base 64."""
        return base64.b64encode(zlib.compress(b"".join(self._chunks), 6)).decode("ascii")

    def _append(self, kind: str, count: int, content: bytes) -> int:
        self.entries.append([kind, self._size, count])
        self._chunks.append(content)
        self._size += len(content)
        return len(self.entries) - 1


def quantised(values: FloatArray, /, low: ArrayLike, step: ArrayLike) -> FloatArray:
    """Whole numbers of steps above a lowest value, from -32000 to 32000; what is not finite becomes :data:`MISSING`.

    Parameters
    ----------
    values : array
        Any unit.
    low : array or float
        The value of step 0.
    step : array or float
        Size of a step, same unit.

    Returns
    -------
    array of int, shape of `values`
        Between -32768 and 32000.

    Examples
    --------
    >>> quantised(np.array([1.0, 3.0, np.nan]), 1.0, 0.5).tolist()
    [0, 4, -32768]
    """
    steps = np.round((values - np.asarray(low)) / np.asarray(step))
    return np.where(np.isfinite(steps), np.clip(steps, -_MOST, _MOST), MISSING).astype(np.int64)


def share(values: FloatArray, /) -> FloatArray:
    """Numbers between 0 and 1 as 16 bits; 65535 where there is none.

    Parameters
    ----------
    values : array
        Between 0 and 1, or NaN.

    Returns
    -------
    array of int, shape of `values`
        Steps of 1 / 65534.

    Examples
    --------
    >>> share(np.array([0.0, 1.0, np.nan])).tolist()
    [0, 65534, 65535]
    """
    known = np.isfinite(values)
    steps = np.round(np.clip(np.where(known, values, 0), 0, 1) * _SHARES)
    return np.where(known, steps, _SHARES + 1).astype(np.int64)
