"""The recurrence of the original scripts, faults included, so that their numbers can be checked.

Known faults, kept on purpose: it stores the predictor instead of the local mean, its stop test cannot fire at an end
of the data, the sign of the first direction is whatever the eigensolver returns, the way back starts along a direction
that is not of unit length, and the spline runs over the index of the points although they crowd at the ends.
"""

import math

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg.lapack import dgeev

from morphsweep.errors import NotComputable
from morphsweep.geometry.arrays import Array
from morphsweep.geometry.kernels import Blocks, kernel_moments, nearest_squared

__all__ = ["notebook_walk", "resample_by_index"]

_ARC_SAMPLES = 5000  # of the spline, to measure its length with
_REST = 1e-6  # bandwidths per step: no longer a walk
_MIN_POINTS = 4  # of a cubic spline
_VANISHES = 745.14  # exp of minus that is 0


def notebook_walk(
    X: Array, start: Array, bandwidth: float, max_iter: int, tol: float, angle_penalty: float, weight: Array
) -> tuple[Array, str, str, int]:
    """Predictors from the far end of the way back to the far end of the way out.

    Parameters
    ----------
    X : array, shape (n, d)
        Points.
    start : array, shape (d,)
        First point of both ways.
    bandwidth : float
        Kernel bandwidth and step length.
    max_iter : int
        Steps each way.
    tol : float
        A way ends when the local mean is nearer than this to where it was taken.
    angle_penalty : float
        Exponent of the angle penalty.
    weight : array, shape (n,)
        Relative weights.

    Returns
    -------
    points : array, shape (m, d)
        Without duplicates.
    stop_back, stop_out : str
        Why the two ways ended.
    steps : int
        Steps taken both ways.

    Raises
    ------
    NotComputable
        If fewer than 4 different points are left, or the kernel weights vanish.
    """
    run = (Blocks.of(X.T, weight), bandwidth, max_iter, tol, angle_penalty)
    out, stop_out = _one_way(start, None, *run)
    if len(out) < 2:
        msg = "the walk did not leave its start"
        raise NotComputable(msg)
    back, stop_back = _one_way(start, -(out[1] - out[0]) / bandwidth, *run)
    both = np.concatenate([back[::-1], out])
    _, first = np.unique(both, axis=0, return_index=True)
    points = both[np.sort(first)]
    if len(points) < _MIN_POINTS:
        msg = f"the walk kept {len(points)} different points, needs at least {_MIN_POINTS}"
        raise NotComputable(msg)
    return points, stop_back, stop_out, len(out) + len(back) - 2


def resample_by_index(points: Array, n: int) -> Array:
    """Points at equal arc length of the cubic spline over the index of the points.

    Parameters
    ----------
    points : array, shape (m, d)
        Ordered points.
    n : int
        How many to return.

    Returns
    -------
    array, shape (n, d)
        Arc length is measured on 5000 samples and inverted linearly.
    """
    spline = CubicSpline(np.arange(len(points)), points)
    fine = np.linspace(0, len(points) - 1, _ARC_SAMPLES)
    steps = np.linalg.norm(np.diff(spline(fine), axis=0), axis=1)
    walked = np.r_[0.0, np.cumsum(steps)]
    resampled: Array = spline(np.interp(np.linspace(0.0, walked[-1], n), walked, fine))
    return resampled


def _one_way(
    start: Array,
    direction: Array | None,
    blocks: Blocks,
    h: float,
    max_iter: int,
    tol: float,
    angle_penalty: float,
) -> tuple[Array, str]:
    x, path, seen = start, [start], set[bytes]()
    for _ in range(max_iter):
        mean, axis = _mean_and_axis(blocks, x, h)
        if direction is not None:
            axis = _penalised(axis, direction, angle_penalty)
        if _length(mean - x) < tol:
            return np.array(path), "converged"
        x, direction = mean + h * axis, axis
        state = x.tobytes() + direction.tobytes()
        if state in seen:  # the same state again: all that follows are duplicates of points already kept
            break
        seen.add(state)
        path.append(x)
    return np.array(path), "progress" if _at_rest(path, h) else "max_iter"


def _at_rest(path: list[Array], h: float) -> bool:
    """Whether the walk had stopped moving although it went on to its last step."""
    return len(path) > 1 and bool(np.linalg.norm(path[-1] - path[-2]) < _REST * h)


def _mean_and_axis(blocks: Blocks, x: Array, h: float) -> tuple[Array, Array]:
    if nearest_squared(blocks, x) > _VANISHES * 2 * h**2:  # where the scripts divide nothing by nothing
        msg = f"all kernel weights vanish at {np.round(x, 3).tolist()}: no point within reach of bandwidth {h:g}"
        raise NotComputable(msg)
    mean, covariance, _ = kernel_moments(blocks, x, h)
    # the routine behind numpy.linalg.eig, whose checks take longer than three dimensions do; real parts, as there
    values, _, _, vectors, _ = dgeev(covariance, compute_vl=0)
    return mean, vectors[:, values.argmax()]


def _length(vector: Array) -> float:
    return math.sqrt(vector.dot(vector))


def _penalised(axis: Array, previous: Array, angle_penalty: float) -> Array:
    cosine = axis @ previous / (_length(axis) * _length(previous))
    if cosine < 0:
        axis = -axis
    trust = np.abs(cosine) ** angle_penalty
    turned = trust * axis + (1 - trust) * previous
    unit: Array = turned / _length(turned)
    return unit
