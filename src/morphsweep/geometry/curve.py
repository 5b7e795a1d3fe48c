"""A curve through ordered points, parametrised by its arc length."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline, PPoly

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry.arrays import Array, points_array
from morphsweep.geometry.nearest import nearest_segments, refine_feet
from morphsweep.geometry.projection import CurveDistance, Projection

__all__ = ["Curve"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_PIECES = (
    8  # table entries per span between two points; lengths between entries are integrated, not interpolated
)
_TINY = float(np.finfo(np.float64).tiny)  # a cusp has no direction; dividing by this keeps it finite
_DENSE = 1000  # samples that stand for a curve in distance_to


@dataclass(frozen=True, eq=False)
class Curve:
    """A smooth curve through ordered points.

    Parameters
    ----------
    points : array_like, shape (n, d)
        Ordered points, n >= 2, d >= 2; repeated neighbours count once.
    interpolation : {"cubic", "linear"}
        Cubic spline over the distance walked from point to point, or straight lines.

    Raises
    ------
    InvalidInput
        If the points are not finite, of the wrong shape, or the interpolation is unknown.
    NotComputable
        If fewer than two different points are left.

    Examples
    --------
    >>> angle = np.linspace(0, np.pi, 40)
    >>> half_circle = Curve(np.c_[np.cos(angle), np.sin(angle)])
    >>> round(half_circle.length, 4)
    3.1416
    >>> float(half_circle.project([[0.0, 3.0]]).distance[0].round(4))
    2.0
    """

    points: Array
    interpolation: Literal["cubic", "linear"] = "cubic"
    _path: Any = field(init=False, repr=False)
    _walked: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.interpolation not in {"cubic", "linear"}:
            msg = f"interpolation must be 'cubic' or 'linear', found {self.interpolation!r}"
            raise InvalidInput(msg)
        points = points_array(self.points, "curve points")
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        # A step lost in the rounding of the coordinates has no direction; a spline through it would be noise.
        apart = steps > 16 * np.finfo(float).eps * np.abs(points).max(initial=0.0)
        points = points[np.r_[True, apart]] if len(points) else points
        if len(points) < 2:
            msg = f"a curve needs at least 2 different points, found {len(points)}"
            raise NotComputable(msg)
        points.flags.writeable = False
        walked = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "_walked", walked)
        object.__setattr__(self, "_path", _interpolate(walked, points, self.interpolation))

    @cached_property
    def _knots(self) -> Array:
        return _divided(self._walked, 1 if self.interpolation == "linear" else _PIECES)

    @cached_property
    def _lengths(self) -> Array:
        lengths: Array = np.r_[0.0, np.cumsum(self._integrate(self._knots[:-1], self._knots[1:]))]
        return lengths

    @cached_property
    def _coefficients(self) -> Array:
        """Of the pieces, shape (pieces, 4, d), highest power first; straight lines have zeros there."""
        own = self._path.c
        padded = np.concatenate([np.zeros((4 - len(own), *own.shape[1:])), own])
        return np.ascontiguousarray(padded.transpose(1, 0, 2))

    @property
    def length(self) -> float:
        """Arc length from end to end, in the unit of the points."""
        return float(self._lengths[-1])

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return int(self.points.shape[1])

    def at(self, s: ArrayLike) -> Array:
        """Points at arc lengths `s`, shape (m,), clipped to the curve; returns shape (m, d)."""
        placed: Array = self._path(self._parameter(s))
        return placed

    def resample(self, n: int) -> Array:
        """Points at equal arc length from the first point to the last.

        Parameters
        ----------
        n : int
            How many, at least 2.

        Returns
        -------
        array, shape (n, d)
            Point k stands at the fraction k / (n - 1) of the length.

        Raises
        ------
        InvalidInput
            If n is below 2.
        """
        if n < 2:
            msg = f"a resampled curve needs at least 2 points, found n = {n}"
            raise InvalidInput(msg)
        return self.at(np.linspace(0.0, self.length, n))

    def polyline(self, pieces: int) -> Array:
        """Points on the curve, each span between two of its points cut into `pieces`; shape (m, d)."""
        dense: Array = self._path(_divided(self._walked, pieces))
        return dense

    def tangent(self, s: ArrayLike) -> Array:
        """Unit directions of travel at arc lengths `s`, shape (m,); returns shape (m, d)."""
        velocity = self._path(self._parameter(s), 1)
        unit: Array = velocity / np.maximum(np.linalg.norm(velocity, axis=-1, keepdims=True), _TINY)
        return unit

    def curvature(self, s: ArrayLike) -> Array:
        """Curvature at arc lengths `s`, shape (m,): turning per length in radians, 0 or more; shape (m,)."""
        u = self._parameter(s)
        velocity = self._path(u, 1)
        speed2 = np.maximum((velocity**2).sum(axis=-1, keepdims=True), _TINY)
        bend = self._path(u, 2)
        across = bend - (bend * velocity).sum(axis=-1, keepdims=True) / speed2 * velocity
        turning: Array = np.linalg.norm(across / speed2, axis=-1)
        return turning

    def reverse(self) -> "Curve":
        """The same curve from the last point to the first."""
        return Curve(self.points[::-1], self.interpolation)

    def project(self, X: ArrayLike) -> Projection:
        """Nearest point of the curve for each row of X.

        The search is global: the nearest chord of a dense polyline is found exactly, then the foot is refined on the
        spline. Feet stop at the ends of the curve; of several equally near, the first counts.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Points to project.

        Returns
        -------
        Projection
            Arc length, distance and foot of each row.

        Raises
        ------
        InvalidInput
            If X is not finite or has another number of coordinates than the curve.
        """
        queries = points_array(X, "X", columns=self.dimension)
        segment, share = nearest_segments(self._path(self._knots), queries)
        u = self._knots[segment] + share * np.diff(self._knots)[segment]
        low = self._knots[np.maximum(segment - 1, 0)]
        high = self._knots[np.minimum(segment + 2, len(self._knots) - 1)]
        u, arc_length = refine_feet(
            self._walked,
            self._coefficients,
            queries,
            u,
            low,
            high,
            self._knots,
            self._lengths,
            _NODES,
            _WEIGHTS,
        )
        feet = self._path(u)
        return Projection(arc_length, np.linalg.norm(queries - feet, axis=1), feet)

    def distance_to(self, other: "Curve") -> CurveDistance:
        """Mean and largest distance to another curve, in the unit of the points; 0 for the same curve.

        Parameters
        ----------
        other : Curve
            A curve in the same space; its direction of travel does not matter.

        Returns
        -------
        CurveDistance
            Both distances, symmetric in the two curves.

        Examples
        --------
        >>> a = Curve([[0, 0], [1, 0]])
        >>> a.distance_to(Curve([[1, 2], [0, 2]]))
        CurveDistance(mean=2.0, hausdorff=2.0)
        """
        there = other.project(self.resample(_DENSE)).distance
        back = self.project(other.resample(_DENSE)).distance
        return CurveDistance(float((there.mean() + back.mean()) / 2), float(max(there.max(), back.max())))

    def _integrate(self, start: Array, stop: Array) -> Array:
        """Arc length between parameters by Gauss-Legendre quadrature."""
        half = (stop - start) / 2.0
        nodes = (start + stop)[:, None] / 2.0 + half[:, None] * _NODES
        lengths: Array = half * (np.linalg.norm(self._path(nodes, 1), axis=-1) @ _WEIGHTS)
        return lengths

    def _length_at(self, u: Array) -> Array:
        piece = np.clip(np.searchsorted(self._knots, u, side="right") - 1, 0, len(self._knots) - 2)
        lengths: Array = self._lengths[piece] + self._integrate(self._knots[piece], u)
        return np.clip(lengths, 0.0, self.length)

    def _parameter(self, s: ArrayLike) -> Array:
        """Spline parameter at arc lengths: linear in the table, then Newton on the integrated length."""
        wanted = np.clip(np.asarray(s, dtype=np.float64), 0.0, self.length)
        flat = np.atleast_1d(wanted).ravel()
        u = np.interp(flat, self._lengths, self._knots)
        for _ in range(2 if self.interpolation == "cubic" else 0):
            speed = np.maximum(np.linalg.norm(self._path(u, 1), axis=-1), _TINY)
            u = np.clip(u - (self._length_at(u) - flat) / speed, 0.0, self._knots[-1])
        return u.reshape(wanted.shape)


def _divided(walked: Array, pieces: int) -> Array:
    share = np.arange(pieces) / pieces
    divided: Array = np.r_[(walked[:-1, None] + np.diff(walked)[:, None] * share).ravel(), walked[-1]]
    return divided


def _interpolate(walked: Array, points: Array, interpolation: str) -> Any:
    if interpolation == "cubic" and len(points) > 2:
        return CubicSpline(walked, points)
    slope = np.diff(points, axis=0) / np.diff(walked)[:, None]
    return PPoly(np.stack([slope, points[:-1]]), walked)
