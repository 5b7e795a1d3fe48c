"""Compiled loops over points. Each exists because the plain NumPy form is an order of magnitude slower.

Points come in blocks of 128, coordinate by coordinate, so that the loops over them become vector instructions for any
number of coordinates, and blocks too far to count are passed over. The loops stand in one file because the cache of
compiled code notices changes of its own file only.

Sums over points are kept in 16 lanes, lane k with every 16th point of a block from the k-th on, block after block, and
the lanes are added at the end: vector instructions without leave to reorder sums, so that the digits do not depend on
who compiled.
"""

from typing import NamedTuple

import numpy as np

from morphsweep.geometry.arrays import Array
from morphsweep.geometry.compiled import compiled, fused, times_power

__all__ = [
    "CLOSED",
    "MAX_ITER",
    "PROGRESS",
    "SUPPORT",
    "Blocks",
    "climb_to_ridge",
    "gaussian_weights",
    "kernel_moments",
    "kernel_smooth",
    "nearest_squared",
    "walk_leg",
]

PROGRESS, SUPPORT, CLOSED, MAX_ITER = 0, 1, 2, 3

BLOCK, _LANES = 128, 16  # points; larger blocks are read in vain at the rim, smaller ones cost more to begin
_NEGLIGIBLE = 36.0  # of the exponent of a weight: exp(-36) of the greatest, 2e-16, is lost in rounding
_WHOLE = 1.5 * 2.0**52  # added to a number and taken away again it leaves the nearest whole number
# 2^f for |f| <= 1/2, interpolated at Chebyshev nodes (relative error 3e-16), highest power first.
_POWERS = (
    7.072585949269223e-09,
    1.0208690299958306e-07,
    1.321544258792169e-06,
    1.5252657260200837e-05,
    0.0001540353044173605,
    0.0013333558230164974,
    0.009618129107606888,
    0.05550410866444772,
    0.24022650695910097,
    0.69314718055995,
    1.0,
)


class Blocks(NamedTuple):
    """Points in blocks, and the box that each block fills.

    `points` has shape (blocks, d + m, 128): d coordinates and m quantities of every point, the first its weight. The last
    block is filled up with points of weight 0. `bounds` are least and greatest coordinates, shape (2, d, blocks).
    """

    points: Array
    bounds: Array

    @classmethod
    def of(cls, coordinates: Array, *quantities: Array) -> "Blocks":
        """Cut points, shape (d, n), in their order; the more neighbours stand together, the more is passed over."""
        d, n = coordinates.shape
        whole = n - n % BLOCK
        points = np.zeros((-(-n // BLOCK), d + len(quantities), BLOCK))
        for row, values in enumerate((*coordinates, *quantities)):
            points[: n // BLOCK, row] = values[:whole].reshape(-1, BLOCK)
            points[n // BLOCK :, row, : n - whole] = values[whole:]
        points[-1, :d, n - (len(points) - 1) * BLOCK :] = coordinates[:, -1:]
        bounds = np.stack([points[:, :d].min(axis=2).T, points[:, :d].max(axis=2).T])
        return cls(points, np.ascontiguousarray(bounds))


@compiled
def gaussian_weights(squared: Array, least: float, bandwidth: float, out: Array) -> None:
    """Write exp(-(squared - least) / (2 bandwidth^2)) to `out`; what is below 2^-1021 becomes that.

    The exponential is split as 2^k 2^f, so that the loop has no call and no branch.
    """
    factor = -1.4426950408889634 / (2.0 * bandwidth * bandwidth)
    for i in range(out.shape[0]):
        exponent = max((squared[i] - least) * factor, -1021.0)
        shifted = exponent + _WHOLE
        f = exponent - (shifted - _WHOLE)
        p = _POWERS[0]
        for c in _POWERS[1:]:
            p = fused(p, f, c)
        out[i] = times_power(p, shifted)


@compiled
def _offsets(block: Array, x: Array, offset: Array, squared: Array) -> None:
    """Points relative to x, coordinate by coordinate, and their squared distances."""
    for i in range(BLOCK):
        offset[0, i] = block[0, i] - x[0]
        squared[i] = offset[0, i] * offset[0, i]
    for j in range(1, x.shape[0]):
        centre, column, row = x[j], block[j], offset[j]
        for i in range(BLOCK):
            apart = column[i] - centre
            row[i] = apart
            squared[i] = fused(apart, apart, squared[i])


@compiled
def _add(a: Array, b: Array, lanes: Array) -> None:
    """Add the products of a and b to the lanes."""
    for k in range(_LANES):
        total = lanes[k]
        for begin in range(0, BLOCK, _LANES):
            total = fused(a[begin + k], b[begin + k], total)
        lanes[k] = total


@compiled
def _multiply(a: Array, b: Array, out: Array) -> None:
    for i in range(BLOCK):
        out[i] = a[i] * b[i]


@compiled
def _reaches(bounds: Array, x: Array) -> Array:
    """Squared distance of x from the box of each block."""
    reach = np.zeros(bounds.shape[2])
    for j in range(x.shape[0]):
        for b in range(bounds.shape[2]):
            apart = max(bounds[0, j, b] - x[j], x[j] - bounds[1, j, b], 0.0)
            reach[b] = fused(apart, apart, reach[b])
    return reach


@compiled
def _nearest(points: Array, x: Array, reach: Array, offset: Array, squared: Array) -> float:
    """Squared distance of x from the nearest point; only blocks that may hold it are read."""
    first = np.argmin(reach)
    _offsets(points[first], x, offset, squared)
    least: float = squared.min()
    for b in range(reach.shape[0]):
        if reach[b] < least and b != first:
            _offsets(points[b], x, offset, squared)
            least = min(least, squared.min())
    return least


@compiled
def nearest_squared(blocks: Blocks, x: Array) -> float:
    """Squared distance of x from the nearest point."""
    offset, squared = np.empty((x.shape[0], BLOCK)), np.empty(BLOCK)
    nearest: float = _nearest(blocks.points, x, _reaches(blocks.bounds, x), offset, squared)
    return nearest


@compiled
def kernel_moments(blocks: Blocks, x: Array, bandwidth: float) -> tuple[Array, Array, float]:
    """Weighted Gaussian mean and covariance at x, and how many points they rest on.

    Weights are relative to the nearest point's, so nothing underflows however far x is, and blocks whose weights are all
    lost in rounding beside it are passed over. The covariance is about the mean. The support is (sum v)^2 / sum v^2 of
    the kernel weights, each point counted `weight` times.
    """
    points, d = blocks.points, x.shape[0]
    offset, squared, kernel = np.empty((d, BLOCK)), np.empty(BLOCK), np.empty(BLOCK)
    counted, moment = np.empty(BLOCK), np.empty(BLOCK)
    mass, mass2 = np.zeros(_LANES), np.zeros(_LANES)
    firsts, seconds = np.zeros((d, _LANES)), np.zeros((d, d, _LANES))
    reach = _reaches(blocks.bounds, x)
    least = _nearest(points, x, reach, offset, squared)
    for b in range(points.shape[0]):
        if reach[b] > least + 2.0 * _NEGLIGIBLE * bandwidth * bandwidth:
            continue
        _offsets(points[b], x, offset, squared)
        gaussian_weights(squared, least, bandwidth, kernel)
        _multiply(kernel, points[b, d], counted)
        _add(kernel, points[b, d], mass)
        _add(counted, kernel, mass2)
        for j in range(d):
            _add(counted, offset[j], firsts[j])
            _multiply(counted, offset[j], moment)
            for k in range(j + 1):
                _add(moment, offset[k], seconds[j, k])
    total, first, second = mass.sum(), np.empty(d), np.empty((d, d))
    for j in range(d):
        first[j] = firsts[j].sum() / total
        for k in range(j + 1):
            second[j, k] = seconds[j, k].sum() / total - first[j] * first[k]
            second[k, j] = second[j, k]
    return x + first, second, total * total / mass2.sum()


@compiled
def climb_to_ridge(
    blocks: Blocks, start: Array, bandwidth: float, max_iter: int, tol: float
) -> tuple[Array, Array, Array]:
    """Move a start by its local mean, across the local direction only, until it moves less than tol bandwidths.

    Returns the local mean there, and the eigenvalues (rising) and eigenvectors of the local covariance.
    """
    x = start.copy()
    for _ in range(max_iter):
        mean, covariance, _points = kernel_moments(blocks, x, bandwidth)
        _values, vectors = np.linalg.eigh(covariance)
        move = mean - x
        move -= (move * vectors[:, -1]).sum() * vectors[:, -1]
        x += move
        if np.sqrt((move * move).sum()) < tol * bandwidth:
            break
    mean, covariance, _points = kernel_moments(blocks, x, bandwidth)
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
        share = min(max(((x - trail[i - 1]) * step).sum() / length2, 0.0), 1.0) if length2 > 0.0 else 0.0
        apart = x - trail[i - 1] - share * step
        if (apart * apart).sum() < radius * radius:
            return True
    return False


@compiled
def walk_leg(
    blocks: Blocks,
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
) -> tuple[Array, Array, int, int]:
    """Walk one way from the local mean `start` along `direction`.

    Returns the local means walked to, the ratio of second to first local variance at each, the number of steps taken and
    why the walk ended. `trail` holds the other leg, with its walked length counted negative. Steps that go back on their
    forerunner are not kept when they end the walk.
    """
    d = start.shape[0]
    path, arc, ratio = np.empty((max_iter + 1, d)), np.zeros(max_iter + 1), np.empty(max_iter)
    path[0], unit = start, direction.copy()
    last, slow, turned, reason, kept, steps = np.zeros(d), 0, 0, MAX_ITER, 0, 0
    for i in range(max_iter):
        mean, covariance, points = kernel_moments(blocks, path[i] + step * unit, bandwidth)
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
        path[i + 1], arc[i + 1] = mean, at
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
    return path[1 : kept + 1].copy(), ratio[:kept].copy(), steps, reason


@compiled
def kernel_smooth(blocks: Blocks, at: Array, bandwidth: float) -> Array:
    """Weighted Gaussian mean, at each row of `at`, of the quantity that follows the weights in `blocks`."""
    points, d, out = blocks.points, at.shape[1], np.empty(at.shape[0])
    offset, squared = np.empty((d, BLOCK)), np.empty(BLOCK)
    kernel, counted = np.empty(BLOCK), np.empty(BLOCK)
    for k in range(at.shape[0]):
        mass, summed, reach = np.zeros(_LANES), np.zeros(_LANES), _reaches(blocks.bounds, at[k])
        least = _nearest(points, at[k], reach, offset, squared)
        for b in range(points.shape[0]):
            if reach[b] > least + 2.0 * _NEGLIGIBLE * bandwidth * bandwidth:
                continue
            _offsets(points[b], at[k], offset, squared)
            gaussian_weights(squared, least, bandwidth, kernel)
            _add(kernel, points[b, d], mass)
            _multiply(kernel, points[b, d], counted)
            _add(counted, points[b, d + 1], summed)
        out[k] = summed.sum() / mass.sum()
    return out
