"""Compiled searches for the nearest part of a curve."""

import numpy as np
from numpy.typing import NDArray

from morphsweep.geometry.arrays import Array
from morphsweep.geometry.compiled import compiled_exactly

__all__ = ["nearest_segments", "nearest_vertices", "refine_feet"]

_BLOCK = 8  # segments: small enough that few are looked at in vain


@compiled_exactly
def nearest_vertices(vertices: Array, queries: Array) -> NDArray[np.int64]:
    """Index of the vertex nearest to each query, the first of several equally near."""
    out = np.zeros(queries.shape[0], np.int64)
    for q in range(queries.shape[0]):
        best = np.inf
        for i in range(vertices.shape[0]):
            squared = 0.0
            for j in range(vertices.shape[1]):
                squared += (vertices[i, j] - queries[q, j]) ** 2
            if squared < best:
                best = squared
                out[q] = i
    return out


@compiled_exactly
def nearest_segments(vertices: Array, queries: Array) -> tuple[NDArray[np.int64], Array]:
    """Segment of a polyline that is nearest to each query, and the share of it at which the foot lies.

    Segments come in blocks with a centre and a radius; a block is opened only when it can beat the best so far.
    """
    n, d = vertices.shape[0] - 1, vertices.shape[1]
    steps, inverse = vertices[1:] - vertices[:-1], np.zeros(n)
    for i in range(n):
        length2 = (steps[i] ** 2).sum()
        inverse[i] = 1.0 / length2 if length2 > 0.0 else 0.0
    centres, radii = _blocks(vertices, n)
    reach = np.empty(len(radii))
    segment, share = np.zeros(queries.shape[0], np.int64), np.zeros(queries.shape[0])
    for q in range(queries.shape[0]):
        reach[:] = 0.0
        for j in range(d):
            for b in range(len(radii)):
                reach[b] += (queries[q, j] - centres[j, b]) ** 2
        bound = np.sqrt(reach.min())  # centres are vertices, so this distance is attained
        best = np.inf
        for b in range(len(radii)):
            if reach[b] > (bound + radii[b]) ** 2:
                continue
            for i in range(b * _BLOCK, min((b + 1) * _BLOCK, n)):
                along = 0.0
                for j in range(d):
                    along += (queries[q, j] - vertices[i, j]) * steps[i, j]
                part = min(max(along * inverse[i], 0.0), 1.0)
                squared = 0.0
                for j in range(d):
                    squared += (queries[q, j] - vertices[i, j] - part * steps[i, j]) ** 2
                if squared < best:
                    best, segment[q], share[q] = squared, i, part
            bound = min(bound, np.sqrt(best))
    return segment, share


@compiled_exactly
def _blocks(vertices: Array, n: int) -> tuple[Array, Array]:
    """A central vertex of each block of segments, coordinate by coordinate, and the radius around it."""
    count = (n + _BLOCK - 1) // _BLOCK
    centres, radii = np.empty((vertices.shape[1], count)), np.zeros(count)
    for b in range(count):
        begin, end = b * _BLOCK, min((b + 1) * _BLOCK, n)
        centre = vertices[(begin + end) // 2]
        centres[:, b] = centre
        for i in range(begin, end + 1):
            radii[b] = max(radii[b], np.sqrt(((vertices[i] - centre) ** 2).sum()))
    return centres, radii


@compiled_exactly
def refine_feet(
    breaks: Array,
    coefficients: Array,
    queries: Array,
    start: Array,
    low: Array,
    high: Array,
    knots: Array,
    lengths: Array,
    nodes: Array,
    weights: Array,
) -> tuple[Array, Array]:
    """Newton's method for the foot of each query on a piecewise cubic, between `low` and `high`.

    `coefficients` has shape (pieces, 4, d), highest power first; `lengths` is the arc length at the parameters `knots`.
    Returns the parameter of each foot, never farther away than the one started from, and its arc length.
    """
    n, d = queries.shape
    feet, arc = start.copy(), np.empty(n)
    place, speed, bend = np.empty(d), np.empty(d), np.empty(d)
    for q in range(n):
        u, best = start[q], np.inf
        for _ in range(4):
            u = min(max(u, low[q]), high[q])
            _evaluate(breaks, coefficients, u, place, speed, bend)
            distance, slope, speed2, steep = 0.0, 0.0, 0.0, 0.0
            for j in range(d):
                apart = place[j] - queries[q, j]
                distance += apart * apart
                slope += apart * speed[j]
                speed2 += speed[j] * speed[j]
                steep += speed[j] * speed[j] + apart * bend[j]
            if distance < best:
                best, feet[q] = distance, u
            # Where the distance is not convex the Gauss-Newton step is still downhill.
            curvature = steep if steep > 0.1 * speed2 else speed2
            if curvature <= 0.0:
                break
            u -= slope / curvature
        piece = min(max(int(np.searchsorted(knots, feet[q], side="right")) - 1, 0), len(knots) - 2)
        half, summed = 0.5 * (feet[q] - knots[piece]), 0.0
        for k in range(len(nodes)):
            _evaluate(breaks, coefficients, knots[piece] + half * (1.0 + nodes[k]), place, speed, bend)
            summed += weights[k] * np.sqrt((speed * speed).sum())
        arc[q] = min(lengths[piece] + half * summed, lengths[-1])
    return feet, arc


@compiled_exactly
def _evaluate(breaks: Array, coefficients: Array, u: float, place: Array, speed: Array, bend: Array) -> None:
    """Value, first and second derivative at u, written to the last three."""
    piece = min(max(int(np.searchsorted(breaks, u, side="right")) - 1, 0), len(breaks) - 2)
    t, c = u - breaks[piece], coefficients[piece]
    for j in range(len(place)):
        place[j] = ((c[0, j] * t + c[1, j]) * t + c[2, j]) * t + c[3, j]
        speed[j] = (3.0 * c[0, j] * t + 2.0 * c[1, j]) * t + c[2, j]
        bend[j] = 6.0 * c[0, j] * t + 2.0 * c[1, j]
