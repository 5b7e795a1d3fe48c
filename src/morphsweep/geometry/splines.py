"""Piecewise cubics through points, as the reference packages lay them."""

from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline, PPoly
from scipy.linalg import solve_banded

from morphsweep.geometry.arrays import Array

__all__ = ["interpolate"]


def interpolate(at: Array, points: Array, interpolation: str) -> Any:
    """Piecewise polynomial through points.

    Parameters
    ----------
    at : array, shape (n,)
        Rising parameter.
    points : array, shape (n, d)
        Values.
    interpolation : {"cubic", "fmm", "linear"}
        Cubic spline whose first two pieces are one cubic at both ends; cubic spline whose third derivative at an end is
        that of the cubic through the four points there; straight lines. Fewer points than a cubic needs give a parabola
        or a line.

    Returns
    -------
    scipy.interpolate.PPoly
        Piecewise polynomial.

    References
    ----------
    .. [1] Forsythe, Malcolm & Moler (1977), Computer Methods for Mathematical Computations, Prentice-Hall, chapter 4.
    """
    if len(points) == 2 or interpolation == "linear":
        slope = np.diff(points, axis=0) / np.diff(at)[:, None]
        return PPoly(np.stack([slope, points[:-1]]), at)
    return CubicSpline(at, points) if interpolation == "cubic" else _fmm(at, points)


def _fmm(at: Array, points: Array) -> PPoly:
    """From the second derivatives, which solve a tridiagonal system."""
    h, n = np.diff(at), len(at)
    slope = np.diff(points, axis=0) / h[:, None]
    bands, right = np.zeros((3, n)), np.zeros_like(points)
    bands[1, 1:-1] = 2.0 * (h[:-1] + h[1:])
    bands[0, 2:], bands[2, :-2] = h[1:], h[:-1]
    right[1:-1] = 6.0 * np.diff(slope, axis=0)
    bands[1, [0, -1]], bands[0, 1], bands[2, -2] = -1.0, 1.0, 1.0  # the change over an end piece ...
    if n > 3:  # ... is that of the cubic through four points; with three points there is no change
        right[0] = 6.0 * h[0] * _third_difference(at[:4], points[:4])
        right[-1] = -6.0 * h[-1] * _third_difference(at[-4:], points[-4:])
    bend = solve_banded((1, 1), bands, right)
    low, high, width = bend[:-1], bend[1:], h[:, None]
    first = slope - width * (2.0 * low + high) / 6.0
    return PPoly(np.stack([(high - low) / (6.0 * width), low / 2.0, first, points[:-1]]), at)


def _third_difference(at: Array, points: Array) -> Array:
    """Divided difference of four points."""
    differences = points
    for order in range(1, 4):
        differences = np.diff(differences, axis=0) / (at[order:] - at[:-order])[:, None]
    last: Array = differences[0]
    return last
