"""How sure is a curve? A tube around it that holds a given share of its bootstrap replicates, point by point."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from morphsweep.errors import InvalidInput, NotComputable, ShapeMismatch
from morphsweep.geometry import distance_across
from morphsweep.records import BoolArray, FloatArray

__all__ = ["Tube", "curve_tube", "tube_radius"]

_LEAST = 10  # replicates: fewer have no 90 % quantile to speak of


@dataclass(frozen=True, slots=True)
class Tube:
    """A pointwise tube.

    Parameters
    ----------
    centre : array, shape (n_points, d)
        The fitted curve.
    radius : array, shape (n_points,)
        Around each point, 0 or more, latent units.
    level : float
        Share of the replicates that pass within the radius, point by point.
    n_replicates : int
        How many there were.
    """

    centre: FloatArray
    radius: FloatArray
    level: float
    n_replicates: int

    def covers(self, points: FloatArray, /) -> BoolArray:
        """Whether another curve passes within the radius of each point.

        Parameters
        ----------
        points : array, shape (m, d)
            Ordered points of the other curve.

        Returns
        -------
        array of bool, shape (n_points,)
            By perpendicular distance: what lies beyond an end of the other curve does not count.
        """
        within: BoolArray = distance_across(self.centre, points) <= self.radius
        return within


def curve_tube(
    centre: FloatArray,
    replicates: Iterable[FloatArray],
    /,
    *,
    level: float = 0.9,
    n_individuals: int | None = None,
) -> Tube:
    """Pointwise tube around a curve from refits to resampled individuals.

    The radius at a point is the `level` quantile of the distances from that point to the replicates, measured across
    them, so that sliding along the curve does not count as moving.

    Parameters
    ----------
    centre : array, shape (n_points, d)
        Points of the fitted curve in order.
    replicates : iterable of array, shape (m, d) each
        Points of the refitted curves in order, at least 10 of them.
    level : float
        Between 0 and 1.
    n_individuals : int, optional
        How many individuals the weights were drawn for, at least 2. Exponential weights on n individuals spread a mean by
        sqrt((n - 1) / (n + 1)) of what new individuals would; with n the radii are widened by the inverse.

    Returns
    -------
    Tube
        Radii and what they were made from.

    Raises
    ------
    NotComputable
        If there are fewer than 10 replicates.
    ShapeMismatch
        If a replicate lives in another number of dimensions.
    InvalidInput
        If the level is not between 0 and 1, or there are fewer than 2 individuals.

    References
    ----------
    .. [1] Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9(1): the posterior variance of a mean.

    Examples
    --------
    >>> line = np.linspace([0.0, 0.0], [9.0, 0.0], 10)
    >>> tube = curve_tube(line, [line + [0.0, y] for y in range(11)], level=0.5)
    >>> float(tube.radius[4]), bool(tube.covers(line + [0.0, -5.0]).all())
    (5.0, True)
    """
    points = np.ascontiguousarray(centre, dtype=np.float64)
    distances = []
    for replicate in replicates:
        if replicate.ndim != 2 or replicate.shape[1:] != points.shape[1:]:
            msg = f"a replicate has shape {replicate.shape}, the curve {points.shape}; both need the same number of coordinates"
            raise ShapeMismatch(msg)
        distances.append(distance_across(points, replicate))
    radius = tube_radius(np.array(distances), level=level, n_individuals=n_individuals)
    return Tube(points, radius, level, len(distances))


def tube_radius(
    distances: FloatArray, /, *, level: float = 0.9, n_individuals: int | None = None
) -> FloatArray:
    """Radii from distances that were measured already, replicate by replicate.

    Parameters
    ----------
    distances : array, shape (n_replicates, n_points)
        From each point of the curve to each replicate, across it.
    level, n_individuals
        As in :func:`curve_tube`.

    Returns
    -------
    array, shape (n_points,)
        Latent units.

    Raises
    ------
    NotComputable
        If there are fewer than 10 replicates.
    InvalidInput
        If the level is not between 0 and 1, or there are fewer than 2 individuals.
    """
    if not 0 < level < 1:
        msg = f"the level of a tube must lie between 0 and 1, found {level!r}"
        raise InvalidInput(msg)
    if n_individuals is not None and n_individuals < 2:
        msg = f"resampling needs at least 2 individuals, found {n_individuals}"
        raise InvalidInput(msg)
    if len(distances) < _LEAST:
        msg = f"a tube needs at least {_LEAST} replicates of the curve, found {len(distances)}"
        raise NotComputable(msg)
    wider = 1.0 if n_individuals is None else np.sqrt((n_individuals + 1) / (n_individuals - 1))
    radius: FloatArray = wider * np.quantile(distances, level, axis=0)
    return radius
