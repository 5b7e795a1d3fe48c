"""A curve through ordered points, parametrised by its arc length."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry.arrays import Array, points_array
from morphsweep.geometry.knots import divided, rising, walked
from morphsweep.geometry.nearest import project_feet
from morphsweep.geometry.projection import CurveDistance, Projection
from morphsweep.geometry.splines import interpolate

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
    interpolation : {"cubic", "linear", "fmm"}
        Cubic spline, straight lines, or the cubic spline with R's default end condition ("fmm").
    parameter : array_like, shape (n,), optional
        Rising values over which the points are interpolated; default: the distance walked from point to point. With it
        no point is left out.

    Raises
    ------
    InvalidInput
        If the points are not finite, of the wrong shape, the interpolation is unknown or the parameter does not rise.
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
    interpolation: Literal["cubic", "linear", "fmm"] = "cubic"
    parameter: Array | None = None
    _path: Any = field(init=False, repr=False)
    _at: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.interpolation not in {"cubic", "linear", "fmm"}:
            msg = f"interpolation must be 'cubic', 'linear' or 'fmm', found {self.interpolation!r}"
            raise InvalidInput(msg)
        points = points_array(self.points, "curve points")
        if self.parameter is None:
            points, at = walked(points)
        else:
            at = rising(self.parameter, len(points))
        if len(points) < 2:
            msg = f"a curve needs at least 2 different points, found {len(points)}"
            raise NotComputable(msg)
        points, at = points.copy(), at.copy()
        points.flags.writeable = at.flags.writeable = False
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "parameter", at)
        object.__setattr__(self, "_at", at - at[0])
        object.__setattr__(self, "_path", interpolate(at - at[0], points, self.interpolation))

    @cached_property
    def _knots(self) -> Array:
        return divided(self._at, 1 if self.interpolation == "linear" else _PIECES)

    @cached_property
    def _lengths(self) -> Array:
        lengths: Array = np.r_[0.0, np.cumsum(self._integrate(self._knots[:-1], self._knots[1:]))]
        return lengths

    @cached_property
    def _sag(self) -> float:
        """How far the curve may be from the chords between its knots; a cubic strays little more than at the middle."""
        middle = self._path((self._knots[:-1] + self._knots[1:]) / 2.0)
        ends = self._path(self._knots)
        return 1.5 * float(np.linalg.norm(middle - (ends[:-1] + ends[1:]) / 2.0, axis=1).max())

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

    def at_parameter(self, t: ArrayLike) -> Array:
        """Points at values `t` of `parameter`, shape (m,), clipped to the curve; returns shape (m, d)."""
        first = float(np.asarray(self.parameter)[0])
        placed: Array = self._path(np.clip(np.asarray(t, dtype=np.float64) - first, 0.0, self._at[-1]))
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
        dense: Array = self._path(divided(self._at, pieces))
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
        return Curve(self.points[::-1], self.interpolation, self._at[-1] - self._at[::-1])

    def project(self, X: ArrayLike) -> Projection:
        """Nearest point of the curve for each row of X.

        The search is global: every chord of a dense polyline behind which the foot may hide is refined on the spline. Feet stop at the ends of the curve; of several equally near, the first counts.

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
        u, arc_length = project_feet(
            self._at,
            self._coefficients,
            queries,
            self._knots,
            self._path(self._knots),
            self._sag,
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

    def to_table(self) -> pd.DataFrame:
        """The curve as a table that :meth:`from_table` reads back.

        Returns
        -------
        DataFrame
            One row per point: ``interpolation``, ``parameter``, ``x_1`` to ``x_d``.
        """
        places = {f"x_{k + 1}": self.points[:, k] for k in range(self.dimension)}
        return pd.DataFrame({"interpolation": self.interpolation, "parameter": self.parameter, **places})

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> "Curve":
        """The curve that :meth:`to_table` wrote.

        Parameters
        ----------
        table : DataFrame
            With the columns named there, rows in order.

        Returns
        -------
        Curve
            Equal in every number.

        Raises
        ------
        InvalidInput
            If a column is missing, or the points are not usable.

        Examples
        --------
        >>> curve = Curve([[0, 0], [1, 0], [1, 1]])
        >>> Curve.from_table(curve.to_table()).length == curve.length
        True
        """
        places = [name for name in table.columns if str(name).startswith("x_")]
        missing = {"interpolation", "parameter", "x_1", "x_2"} - set(table.columns)
        if missing or not len(table):
            msg = f"a table of a curve has the columns interpolation, parameter, x_1, x_2, ... and rows; missing: {', '.join(sorted(missing)) or 'rows'}"
            raise InvalidInput(msg)
        return cls(table[places].to_numpy(), table["interpolation"].iloc[0], table["parameter"].to_numpy())

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
        for _ in range(0 if self.interpolation == "linear" else 2):
            speed = np.maximum(np.linalg.norm(self._path(u, 1), axis=-1), _TINY)
            u = np.clip(u - (self._length_at(u) - flat) / speed, 0.0, self._knots[-1])
        return u.reshape(wanted.shape)
