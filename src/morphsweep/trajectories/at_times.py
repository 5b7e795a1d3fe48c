"""Curves compared at equal times instead of equal fractions of their lengths."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.records import CurveFit, FloatArray

__all__ = ["sample_at_times"]


def sample_at_times(fit: CurveFit, times: FloatArray, /) -> FloatArray:
    """Points of a curve at given times.

    Time along the curve is made to rise first (running maximum from the start and running minimum from the end,
    averaged), because a kernel mean of time may dip a little. Where it stands still the middle of the stretch counts.

    Parameters
    ----------
    fit : CurveFit
        A curve with its times.
    times : array, shape (n_times,)
        When; times before the first or after the last of the curve give its ends.

    Returns
    -------
    array, shape (n_times, n_components)
        Points of the curve, latent units.

    Raises
    ------
    NotComputable
        If there is no curve, or time does not rise along it.

    Examples
    --------
    >>> line = np.linspace([0.0, 0.0], [1.0, 0.0], 5)
    >>> fit = CurveFit("wt", line, np.linspace(0, 1, 5), np.array([10.0, 11.0, 12.0, 13.0, 14.0]))
    >>> sample_at_times(fit, np.array([10.5, 12.0]))
    array([[0.125, 0.   ], [0.5  , 0.   ]])
    """
    if fit.points is None or fit.time is None or fit.arc_length is None:
        msg = f"no curve for {fit.perturbation!r}: {fit.reason}"
        raise NotComputable(msg)
    rising = (np.maximum.accumulate(fit.time) + np.minimum.accumulate(fit.time[::-1])[::-1]) / 2
    if not rising[-1] > rising[0]:
        msg = f"time does not rise along the curve of {fit.perturbation!r}"
        raise NotComputable(msg)
    clock, where = _middles(rising, fit.arc_length)
    s = np.interp(np.asarray(times, dtype=np.float64), clock, where)
    return np.column_stack([np.interp(s, fit.arc_length, column) for column in fit.points.T])


def _middles(rising: FloatArray, arc_length: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distinct times and the mean arc length of each."""
    clock, place, count = np.unique(rising, return_inverse=True, return_counts=True)
    where: FloatArray = np.bincount(place, weights=arc_length) / count
    return clock, where
