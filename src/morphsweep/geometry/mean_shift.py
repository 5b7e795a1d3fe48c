"""Climbing to the modes of a density by following the local mean."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput
from morphsweep.geometry.arrays import Array, points_array, weight_array

__all__ = ["Ascent", "density_modes", "mean_shift"]

_ROUNDS, _TOL = 200, 1e-4


@dataclass(frozen=True, slots=True)
class Ascent:
    """Where a mean shift ended.

    Parameters
    ----------
    point : array, shape (d,)
        The last local mean.
    iterations : int
        Moves made.
    converged : bool
        Whether it had come to rest.
    """

    point: Array
    iterations: int
    converged: bool


def mean_shift(
    X: ArrayLike,
    start: ArrayLike,
    /,
    *,
    bandwidth: ArrayLike,
    weight: ArrayLike | None = None,
    max_iter: int = _ROUNDS,
    tol: float = _TOL,
) -> Ascent:
    """Follow the Gaussian local mean from a start uphill.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Points.
    start : array_like, shape (d,)
        Where to begin.
    bandwidth : float or array_like, shape (d,)
        Standard deviation of the kernel, the same or one per coordinate.
    weight : array_like, shape (n,), optional
        Relative weights.
    max_iter : int
        Most moves.
    tol : float
        It is at rest when a move is shorter than this share of the distance from the mean of all points.

    Returns
    -------
    Ascent
        The mode, or the place reached after `max_iter` moves.

    Raises
    ------
    InvalidInput
        If shapes disagree or a number is not usable.

    References
    ----------
    .. [1] Cheng (1995), Mean shift, mode seeking, and clustering, IEEE PAMI 17, 790.

    Examples
    --------
    >>> mean_shift([[0.0, 0], [0, 1], [9, 9]], [0.1, 0.1], bandwidth=1.0).point.round(3)
    array([0. , 0.5])
    """
    rows = points_array(X, "X")
    w, h = weight_array(weight, len(rows)), _kernel(bandwidth, rows.shape[1])
    x = np.asarray(start, dtype=np.float64)
    if x.shape != (rows.shape[1],) or not np.isfinite(x).all():
        msg = f"start must be one finite point of shape ({rows.shape[1]},), found shape {x.shape}"
        raise InvalidInput(msg)
    centre = w @ rows / w.sum()
    for i in range(max_iter):
        squared = (((rows - x) / h) ** 2).sum(axis=1) / 2.0
        share = w * np.exp(squared.min() - squared)
        mean = share @ rows / share.sum()
        moved, away = float(np.linalg.norm(mean - x)), float(np.linalg.norm(centre - x))
        x = mean
        if moved < tol * away or moved == 0.0:
            return Ascent(x, i + 1, converged=True)
    return Ascent(x, max_iter, converged=False)


def density_modes(
    X: ArrayLike,
    starts: ArrayLike,
    /,
    *,
    bandwidth: ArrayLike,
    weight: ArrayLike | None = None,
    merge: float = 0.01,
) -> Array:
    """Different modes that are reached from several starts.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Points.
    starts : array_like, shape (k, d)
        Where to begin.
    bandwidth : float or array_like, shape (d,)
        Standard deviation of the kernel.
    weight : array_like, shape (n,), optional
        Relative weights.
    merge : float
        Modes nearer than this share of the distance of either from the mean of all points are one.

    Returns
    -------
    array, shape (m, d)
        In the order in which they were met; starts that did not come to rest are left out.

    Raises
    ------
    InvalidInput
        If shapes disagree or a number is not usable.

    Examples
    --------
    >>> cloud = np.r_[np.zeros((5, 2)), np.full((5, 2), 8.0)]
    >>> len(density_modes(cloud, cloud[[0, 4, 9]], bandwidth=1.0))
    2
    """
    rows = points_array(X, "X")
    w = weight_array(weight, len(rows))
    centre, modes = w @ rows / w.sum(), list[Array]()
    for start in points_array(starts, "starts", columns=rows.shape[1]):
        ascent = mean_shift(rows, start, bandwidth=bandwidth, weight=w)
        reach = merge * np.linalg.norm(ascent.point - centre)
        if ascent.converged and all(np.linalg.norm(ascent.point - mode) > reach for mode in modes):
            modes.append(ascent.point)
    return np.array(modes).reshape(-1, rows.shape[1])


def _kernel(bandwidth: ArrayLike, d: int) -> Array:
    h = np.asarray(bandwidth, dtype=np.float64)
    if h.shape not in {(), (d,)} or not np.isfinite(h).all() or not (h > 0).all():
        msg = f"bandwidth must be a finite number above 0, or {d} of them, found {bandwidth!r}"
        raise InvalidInput(msg)
    return np.broadcast_to(h, (d,)).astype(np.float64)
