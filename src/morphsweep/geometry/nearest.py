"""Compiled searches for the nearest part of a curve."""

import numpy as np
from numpy.typing import NDArray

from morphsweep.geometry.arrays import Array
from morphsweep.geometry.compiled import compiled

__all__ = ["nearest_segments", "nearest_vertices", "project_feet"]

_BLOCK = 8  # segments: small enough that few are looked at in vain
_ROUNDS, _AT_REST = (
    30,
    1e-12,
)  # of Newton's method, from the foot on a chord; three or four will do away from centres of bends
_EQUAL = 1e-12  # relative: squared distances that rounding may not tell apart


@compiled
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


@compiled
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


@compiled
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


@compiled
def _segment_distance(vertices: Array, i: int, query: Array) -> tuple[float, float]:
    """Squared distance of a query to segment i of a polyline, and the share of it at which the foot lies."""
    along, length2 = 0.0, 0.0
    for j in range(len(query)):
        step = vertices[i + 1, j] - vertices[i, j]
        along += (query[j] - vertices[i, j]) * step
        length2 += step * step
    part = min(max(along / length2, 0.0), 1.0) if length2 > 0.0 else 0.0
    squared = 0.0
    for j in range(len(query)):
        squared += (query[j] - vertices[i, j] - part * (vertices[i + 1, j] - vertices[i, j])) ** 2
    return squared, part


@compiled
def project_feet(
    breaks: Array,
    coefficients: Array,
    queries: Array,
    knots: Array,
    vertices: Array,
    sag: float,
    lengths: Array,
    nodes: Array,
    weights: Array,
) -> tuple[Array, Array]:
    """Nearest point of a piecewise cubic for each query: its parameter and its arc length.

    `vertices` are the curve at the parameters `knots`, `lengths` its arc length there, and `sag` bounds how far the curve
    is from the chords between them. Every chord that is nearest among its neighbours and may hide the foot is tried, so the
    answer is the global one also where strands lie side by side; of equally near feet the first is returned.
    `coefficients` has shape (pieces, 4, d), highest power first.
    """
    n, d, pieces = queries.shape[0], queries.shape[1], vertices.shape[0] - 1
    feet, arc = np.empty(n), np.empty(n)
    nearest, shares = nearest_segments(vertices, queries)
    centres, radii = _blocks(vertices, pieces)
    reach = np.empty(len(radii))
    for q in range(n):
        query, best = queries[q], np.inf
        feet[q] = knots[nearest[q]] + shares[q] * (knots[nearest[q] + 1] - knots[nearest[q]])
        chord = np.sqrt(_segment_distance(vertices, nearest[q], query)[0])
        limit = chord * (1.0 + 1e-9) + 2.0 * sag  # with a little more than rounding
        reach[:] = 0.0
        for j in range(d):
            for b in range(len(radii)):
                reach[b] += (queries[q, j] - centres[j, b]) ** 2
        for b in range(len(radii)):
            if reach[b] > (limit + radii[b]) ** 2:
                continue
            for i in range(b * _BLOCK, min((b + 1) * _BLOCK, pieces)):
                squared, share = _segment_distance(vertices, i, query)
                if squared > limit * limit:
                    continue
                if i > 0 and _segment_distance(vertices, i - 1, query)[0] < squared:
                    continue
                if i < pieces - 1 and _segment_distance(vertices, i + 1, query)[0] < squared:
                    continue
                low, high = knots[max(i - 1, 0)], knots[min(i + 2, pieces)]
                u = knots[i] + share * (knots[i + 1] - knots[i])
                distance, foot = _foot(breaks, coefficients, query, u, low, high)
                if distance < best:
                    best, feet[q] = distance, foot
        arc[q] = _arc_length(breaks, coefficients, knots, lengths, feet[q], nodes, weights)
    return feet, arc


@compiled
def _foot(
    breaks: Array, coefficients: Array, query: Array, at: float, low: float, high: float
) -> tuple[float, float]:
    """Least squared distance near the parameter `at`, between `low` and `high`, and where it is attained."""
    best, found, u = np.inf, at, at
    for _ in range(_ROUNDS):
        piece = _piece(breaks, u)
        t, c = u - breaks[piece], coefficients[piece]
        distance, slope, speed2, steep = 0.0, 0.0, 0.0, 0.0
        for j in range(query.shape[0]):
            apart = ((c[0, j] * t + c[1, j]) * t + c[2, j]) * t + c[3, j] - query[j]
            speed = (3.0 * c[0, j] * t + 2.0 * c[1, j]) * t + c[2, j]
            distance += apart * apart
            slope += apart * speed
            speed2 += speed * speed
            steep += speed * speed + apart * (6.0 * c[0, j] * t + 2.0 * c[1, j])
        if distance <= best * (1.0 + _EQUAL):  # near the foot rounding hides what a step still gains
            best, found = distance, u
        # Where the distance is not convex the Gauss-Newton step is still downhill.
        curvature = steep if steep > 0.1 * speed2 else speed2
        if curvature <= 0.0:
            break
        last, u = u, min(max(u - slope / curvature, low), high)
        if abs(u - last) <= _AT_REST * (high - low):
            break
    return best, found


@compiled
def _arc_length(
    breaks: Array, coefficients: Array, knots: Array, lengths: Array, u: float, nodes: Array, weights: Array
) -> float:
    """Arc length up to u: the table's, and the rest by quadrature."""
    knot = _piece(knots, u)
    piece, half, summed = _piece(breaks, knots[knot]), 0.5 * (u - knots[knot]), 0.0
    c = coefficients[piece]
    for k in range(nodes.shape[0]):
        t, speed2 = knots[knot] - breaks[piece] + half * (1.0 + nodes[k]), 0.0
        for j in range(c.shape[1]):
            speed2 += ((3.0 * c[0, j] * t + 2.0 * c[1, j]) * t + c[2, j]) ** 2
        summed += weights[k] * np.sqrt(speed2)
    length: float = min(lengths[knot] + half * summed, lengths[-1])
    return length


@compiled
def _piece(breaks: Array, u: float) -> int:
    """Index of the piece that holds u."""
    after = int(np.searchsorted(breaks, u, side="right"))
    piece: int = min(max(after - 1, 0), breaks.shape[0] - 2)
    return piece
