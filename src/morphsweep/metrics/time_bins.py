"""Time bins: which edges, and which bin a snip falls in."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.records import FloatArray, IntArray

__all__ = ["notebook_edges", "sweep_edges", "time_bins"]


def sweep_edges(times: FloatArray, n_bins: int, limit: float | None, /) -> FloatArray:
    """Edges of equal time bins that all runs of a sweep share.

    Parameters
    ----------
    times : array, shape (n_snips,)
        Times of the snips that are compared, in time units.
    n_bins : int
        Number of bins.
    limit : float or None
        Later times are not scored; None = no limit.

    Returns
    -------
    array, shape (n_bins + 1,)
        From the smallest time to the smaller of `limit` and the largest time.

    Raises
    ------
    NotComputable
        If no span of time is left to cut.

    Examples
    --------
    >>> sweep_edges(np.array([10.0, 30.0, 50.0]), 3, 40.0)
    array([10., 20., 30., 40.])
    """
    return _edges(times, n_bins, limit)


def notebook_edges(times: FloatArray, n_bins: int, limit: float | None, /) -> FloatArray:
    """Edges of equal time bins from a run's own test rows, as in the ``notebook`` protocol.

    Parameters
    ----------
    times : array, shape (n_test,)
        Times of the test rows, in time units.
    n_bins : int
        Number of bins.
    limit : float or None
        Later times are not scored; None = no limit.

    Returns
    -------
    array, shape (n_bins + 1,)
        From the smallest time to the smaller of `limit` and the largest time. The last bin is meant to be open: its
        upper edge is out.

    Raises
    ------
    NotComputable
        If no span of time is left to cut.

    Examples
    --------
    >>> notebook_edges(np.array([1.0, 3.0]), 2, None)
    array([1., 2., 3.])
    """
    return _edges(times, n_bins, limit)


def time_bins(times: FloatArray, edges: FloatArray, /, *, last_closed: bool = True) -> IntArray:
    """Bin of each time: lower edge in, upper edge out.

    Parameters
    ----------
    times : array, shape (n,)
        Times.
    edges : array, shape (n_bins + 1,)
        Rising edges.
    last_closed : bool
        Whether the upper edge of the last bin belongs to it.

    Returns
    -------
    array of int, shape (n,)
        0 .. n_bins - 1, or -1 outside.

    Examples
    --------
    >>> time_bins(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    array([ 0,  1,  1, -1])
    """
    n_bins = len(edges) - 1
    found = np.searchsorted(edges, times, side="right") - 1
    if last_closed:
        found = np.where(times == edges[-1], n_bins - 1, found)
    inside: IntArray = np.where((found >= 0) & (found < n_bins), found, -1)
    return inside


def _edges(times: FloatArray, n_bins: int, limit: float | None) -> FloatArray:
    known = times[np.isfinite(times)]
    if not len(known):
        msg = "no snip has a time; time bins need at least two different times"
        raise NotComputable(msg)
    start, end = float(known.min()), float(known.max())
    end = end if limit is None else min(end, limit)
    if not end > start:
        msg = f"time bins need a span of time, but the first time is {start:g} and the last that is scored {end:g}"
        raise NotComputable(msg)
    edges: FloatArray = np.linspace(start, end, n_bins + 1)
    return edges
