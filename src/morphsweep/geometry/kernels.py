"""Compiled loops over points. Each exists because the plain NumPy form is an order of magnitude slower.

All take points coordinate by coordinate (shape (d, n)), so that the loops over points become vector instructions for
any d. They stand in one file because the cache of compiled code notices changes of its own file only.

Sums over points are kept in lanes, each with every 64th point, and the lanes are added at the end: vector instructions
without leave to reorder sums, so that the digits do not depend on who compiled.
"""

import numpy as np
from numpy.typing import NDArray

from morphsweep.geometry.arrays import Array
from morphsweep.geometry.compiled import compiled

__all__ = [
    "CLOSED",
    "MAX_ITER",
    "PROGRESS",
    "SUPPORT",
    "block_bounds",
    "climb_to_ridge",
    "gaussian_weights",
    "kernel_moments",
    "kernel_smooth",
    "walk_leg",
]

PROGRESS, SUPPORT, CLOSED, MAX_ITER = 0, 1, 2, 3
_LANES = 64

BLOCK = 512  # points: one block of every array stays in the first-level cache
LARGEST = float(np.finfo(np.float64).max)
NEGLIGIBLE = 30.0  # of the exponent of a weight: exp(-30) of the greatest, 1e-13, is lost in rounding


@compiled
def gaussian_weights(
    squared: Array, least: float, bandwidth: float, out: Array, bits: NDArray[np.int64]
) -> None:
    """Write exp(-(squared - least) / (2 bandwidth^2)) to `out`; `bits` is scratch of the same length.

    The exponential is split as 2^k 2^f: the power of two is written into the exponent bits, 2^f is its Taylor series
    (error below 1e-14), so that the loop has no call and no branch. Weights below 2^-1022 of the largest become that.
    """
    factor = -1.4426950408889634 / (2.0 * bandwidth * bandwidth)
    for i in range(squared.shape[0]):
        exponent = max((squared[i] - least) * factor, -1022.0)
        whole = np.floor(exponent + 0.5)
        f = (exponent - whole) * 0.6931471805599453
        p = 1.0 + f * (1.0 / 11.0)
        p = 1.0 + f * (1.0 / 10.0) * p
        p = 1.0 + f * (1.0 / 9.0) * p
        p = 1.0 + f * (1.0 / 8.0) * p
        p = 1.0 + f * (1.0 / 7.0) * p
        p = 1.0 + f * (1.0 / 6.0) * p
        p = 1.0 + f * (1.0 / 5.0) * p
        p = 1.0 + f * (1.0 / 4.0) * p
        p = 1.0 + f * (1.0 / 3.0) * p
        p = 1.0 + f * (1.0 / 2.0) * p
        out[i] = 1.0 + f * p
        bits[i] = (np.int64(np.int32(whole)) + 1023) << 52
    powers = bits.view(np.float64)
    for i in range(squared.shape[0]):
        out[i] *= powers[i]


@compiled
def _squared_distances(coordinates: Array, x: Array, out: Array) -> float:
    d, n = coordinates.shape
    least = np.finfo(np.float64).max
    for i in range(n):
        out[i] = (coordinates[0, i] - x[0]) ** 2
    for j in range(1, d):
        centre, column = x[j], coordinates[j]
        for i in range(n):
            out[i] += (column[i] - centre) ** 2
    for i in range(n):
        least = min(least, out[i])
    return least


@compiled
def _add_products(a: Array, b: Array, m: int, lanes: Array) -> None:
    """Add a[i] b[i] to lane i modulo 64, for i < m."""
    whole = m - m % _LANES
    for begin in range(0, whole, _LANES):
        for k in range(_LANES):
            lanes[k] += a[begin + k] * b[begin + k]
    for k in range(m - whole):
        lanes[k] += a[whole + k] * b[whole + k]


@compiled
def _total(lanes: Array) -> float:
    total = 0.0
    for k in range(_LANES):
        total += lanes[k]
    return total


@compiled
def block_bounds(coordinates: Array) -> Array:
    """Least and greatest coordinates of each block of points, shape (2, d, blocks)."""
    d, n = coordinates.shape
    bounds = np.empty((2, d, (n + BLOCK - 1) // BLOCK))
    for b in range(bounds.shape[2]):
        for j in range(d):
            low, high = coordinates[j, b * BLOCK], coordinates[j, b * BLOCK]
            for i in range(b * BLOCK, min((b + 1) * BLOCK, n)):
                low, high = min(low, coordinates[j, i]), max(high, coordinates[j, i])
            bounds[0, j, b], bounds[1, j, b] = low, high
    return bounds


@compiled
def _reaches(bounds: Array, x: Array) -> tuple[Array, float]:
    """Squared distance from x that no point of each block is nearer than, and one that some point is not beyond."""
    blocks = bounds.shape[2]
    reach, surely = np.empty(blocks), LARGEST
    for b in range(blocks):
        near, far = 0.0, 0.0
        for j in range(x.shape[0]):
            below, above = bounds[0, j, b] - x[j], x[j] - bounds[1, j, b]
            near += max(below, above, 0.0) ** 2
            far += min(below, above) ** 2
        reach[b] = near
        surely = min(surely, far)
    return reach, surely


@compiled
def kernel_moments(
    coordinates: Array, weight: Array, x: Array, bandwidth: float, squared: Array, bounds: Array
) -> tuple[Array, Array, float]:
    """Weighted Gaussian mean and covariance at x, and how many points they rest on.

    Weights are taken relative to the nearest point, so nothing underflows however far x is. The covariance is about the
    mean. The support is (sum v)^2 / sum v^2 of the kernel weights, each point counted `weight` times. `squared` is
    scratch, shape (n,). Blocks of points whose weights are all below 1e-13 of the greatest are passed over; `bounds` is
    what :func:`block_bounds` found.
    """
    d, n = coordinates.shape
    blocks = bounds.shape[2]
    reach, surely = _reaches(bounds, x)
    cut, least = surely + 2.0 * NEGLIGIBLE * bandwidth * bandwidth, LARGEST
    for b in range(blocks):
        if reach[b] > cut:
            continue
        begin, end = b * BLOCK, min((b + 1) * BLOCK, n)
        least = min(least, _squared_distances(coordinates[:, begin:end], x, squared[begin:end]))
    kernel, counted, moment = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    offset, bits, ones = np.empty((d, BLOCK)), np.empty(BLOCK, np.int64), np.ones(BLOCK)
    mass, mass2 = np.zeros(_LANES), np.zeros(_LANES)
    firsts, seconds = np.zeros((d, _LANES)), np.zeros((d, d, _LANES))
    for b in range(blocks):
        if reach[b] > cut:
            continue
        begin = b * BLOCK
        m = min(BLOCK, n - begin)
        gaussian_weights(squared[begin : begin + m], least, bandwidth, kernel[:m], bits[:m])
        for i in range(m):
            counted[i] = weight[begin + i] * kernel[i]
        _add_products(counted, ones, m, mass)
        _add_products(counted, kernel, m, mass2)
        for j in range(d):
            centre, column, row = x[j], coordinates[j], offset[j]
            for i in range(m):
                row[i] = column[begin + i] - centre
                moment[i] = counted[i] * row[i]
            _add_products(moment, ones, m, firsts[j])
            for k in range(j + 1):
                _add_products(moment, offset[k], m, seconds[j, k])
    total, total2 = _total(mass), _total(mass2)
    first, second = np.empty(d), np.empty((d, d))
    for j in range(d):
        first[j] = _total(firsts[j])
        for k in range(j + 1):
            second[j, k] = _total(seconds[j, k])
    first /= total
    for j in range(d):
        for k in range(j + 1):
            second[j, k] = second[j, k] / total - first[j] * first[k]
            second[k, j] = second[j, k]
    return x + first, second, total * total / total2


@compiled
def climb_to_ridge(
    coordinates: Array, weight: Array, start: Array, bandwidth: float, max_iter: int, tol: float
) -> tuple[Array, Array, Array]:
    """Move a start by its local mean, across the local direction only, until it moves less than tol bandwidths.

    Returns the local mean there, and the eigenvalues (rising) and eigenvectors of the local covariance.
    """
    x, squared, bounds = start.copy(), np.empty(coordinates.shape[1]), block_bounds(coordinates)
    for _ in range(max_iter):
        mean, covariance, _points = kernel_moments(coordinates, weight, x, bandwidth, squared, bounds)
        _values, vectors = np.linalg.eigh(covariance)
        move = mean - x
        axis = vectors[:, -1].copy()
        move -= (move * axis).sum() * axis
        x += move
        if np.sqrt((move * move).sum()) < tol * bandwidth:
            break
    mean, covariance, _points = kernel_moments(coordinates, weight, x, bandwidth, squared, bounds)
    values, vectors = np.linalg.eigh(covariance)
    return mean, values, vectors


@compiled
def _reenters(trail: Array, arc: Array, n: int, x: Array, at: float, gap: float, radius: float) -> bool:
    """Whether x lies within `radius` of a segment of the trail that is more than `gap` of walked length away."""
    for i in range(1, n):
        if abs(arc[i] - at) <= gap or abs(arc[i - 1] - at) <= gap:
            continue
        step = trail[i] - trail[i - 1]
        length2 = (step * step).sum()
        share = 0.0
        if length2 > 0.0:
            share = min(max(((x - trail[i - 1]) * step).sum() / length2, 0.0), 1.0)
        apart = x - trail[i - 1] - share * step
        if (apart * apart).sum() < radius * radius:
            return True
    return False


@compiled
def walk_leg(
    coordinates: Array,
    weight: Array,
    start: Array,
    direction: Array,
    bandwidth: float,
    step: float,
    penalty: float,
    max_iter: int,
    tol: float,
    floor: float,
    gap: float,
    radius: float,
    trail: Array,
    trail_arc: Array,
) -> tuple[Array, Array, Array, int, int]:
    """Walk one way from the local mean `start` along `direction`.

    Returns the local means walked to, the ratio of second to first local variance and the support at each, the number
    of steps taken and why the walk ended. `trail` holds the other leg, with its walked length counted negative.
    Steps that go back on their forerunner are not kept when they end the walk.
    """
    d, n = coordinates.shape
    bounds = block_bounds(coordinates)
    path, arc, squared = np.empty((max_iter + 1, d)), np.zeros(max_iter + 1), np.empty(n)
    ratio, support = np.empty(max_iter), np.empty(max_iter)
    path[0], unit = start, direction.copy()
    last, slow, turned, reason, kept, steps = np.zeros(d), 0, 0, MAX_ITER, 0, 0
    for i in range(max_iter):
        mean, covariance, points = kernel_moments(
            coordinates, weight, path[i] + step * unit, bandwidth, squared, bounds
        )
        steps = i + 1
        moved = mean - path[i]
        at = arc[i] + np.sqrt((moved * moved).sum())
        if points < floor:
            reason = SUPPORT
            break
        if _reenters(path, arc, i + 1, mean, at, gap, radius) or _reenters(
            trail, trail_arc, trail_arc.shape[0], mean, at, gap, radius
        ):
            reason = CLOSED
            break
        values, vectors = np.linalg.eigh(covariance)
        path[i + 1], arc[i + 1], support[i] = mean, at, points
        ratio[i] = values[d - 2] / values[d - 1] if values[d - 1] > 0.0 else 1.0
        kept = i + 1
        slow = slow + 1 if (moved * unit).sum() < tol * step else 0
        turned = turned + 1 if (moved * last).sum() < 0.0 else 0
        if slow == 2 or turned == 2:  # no way on, or to and fro where two local variances tie at a blunt end
            reason = PROGRESS
            kept -= turned
            break
        last = moved
        axis = vectors[:, d - 1].copy()
        cosine = (axis * unit).sum()
        if cosine < 0.0:
            axis, cosine = -axis, -cosine
        trust = min(cosine, 1.0) ** penalty
        axis = trust * axis + (1.0 - trust) * unit
        unit = axis / np.sqrt((axis * axis).sum())
    return path[1 : kept + 1].copy(), ratio[:kept].copy(), support[:kept].copy(), steps, reason


@compiled
def kernel_smooth(coordinates: Array, weight: Array, values: Array, at: Array, bandwidth: float) -> Array:
    """Weighted Gaussian mean of `values` at each row of `at`."""
    n = coordinates.shape[1]
    squared, kernel, bits = np.empty(n), np.empty(n), np.empty(n, np.int64)
    out = np.empty(at.shape[0])
    for k in range(at.shape[0]):
        least = _squared_distances(coordinates, at[k], squared)
        gaussian_weights(squared, least, bandwidth, kernel, bits)
        total, summed = 0.0, 0.0
        for i in range(n):
            v = kernel[i] * weight[i]
            total += v
            summed += v * values[i]
        out[k] = summed / total
    return out
