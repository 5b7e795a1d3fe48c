"""The compiled loop of the search for neighbours."""

import numpy as np

from morphsweep.geometry.compiled import compiled
from morphsweep.records import FloatArray, IntArray

__all__ = ["scan"]

SPARE = 6  # candidates kept beyond those wanted, because single precision may swap near-equals at the margin


@compiled
def scan(
    distance: FloatArray,
    X: FloatArray,
    Q: FloatArray,
    rows: IntArray,
    label: IntArray,
    wanted: IntArray,
    person: IntArray,
    asker: IntArray,
    sizes: IntArray,
    out: IntArray,
) -> None:
    """Fill four lists per query: nearest of all rows, of its label, of other labels, of other individuals.

    `distance`, single precision, only picks candidates; their order is by double-precision distance, then by row.
    """
    longest = sizes.max() + SPARE
    best = np.empty((4, longest), np.float32)
    index = np.empty((4, longest), np.int64)
    worst = np.empty(4, np.float32)
    for q in range(distance.shape[0]):
        best[:] = np.inf
        index[:] = -1
        for part in range(4):
            worst[part] = np.inf if sizes[part] > 0 else -np.inf
        limit = np.float32(np.inf)
        for j in range(distance.shape[1]):
            d = distance[q, j]
            if d >= limit or j == rows[q]:
                continue
            alike, own = label[j] == wanted[q], person[j] == asker[q]
            for part in range(4):
                if d < worst[part] and _belongs(part, alike, own):
                    worst[part] = _insert(best[part], index[part], d, j, sizes[part] + SPARE)
            limit = max(worst[0], worst[1], worst[2], worst[3])
        for part in range(4):
            if sizes[part] > 0:
                _sort_exactly(X, Q[q], index[part], sizes[part] + SPARE)
                out[part, q, : sizes[part]] = index[part, : sizes[part]]


@compiled
def _belongs(part: int, alike: bool, own: bool) -> bool:
    return part == 0 or (part == 1 and alike) or (part == 2 and not alike) or (part == 3 and not own)


@compiled
def _insert(best: FloatArray, index: IntArray, d: float, j: int, count: int) -> float:
    """Put a candidate in its place; returns the distance that the next one must undercut."""
    place = count - 1
    while place > 0 and best[place - 1] > d:
        best[place] = best[place - 1]
        index[place] = index[place - 1]
        place -= 1
    best[place] = d
    index[place] = j
    worst: float = best[count - 1]
    return worst


@compiled
def _sort_exactly(X: FloatArray, place: FloatArray, index: IntArray, count: int) -> None:
    """Order candidates by their distance in double precision, equal ones by row; missing ones last."""
    exact = np.full(count, np.inf)
    for c in range(count):
        j, d = index[c], np.inf
        if j >= 0:
            d = 0.0
            for f in range(X.shape[1]):
                d += (X[j, f] - place[f]) ** 2
        at = c
        while at > 0 and (exact[at - 1] > d or (exact[at - 1] == d and index[at - 1] > j >= 0)):
            exact[at] = exact[at - 1]
            index[at] = index[at - 1]
            at -= 1
        exact[at] = d
        index[at] = j
