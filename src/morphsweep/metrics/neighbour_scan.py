"""The compiled loops of the search for neighbours."""

from typing import NamedTuple

import numpy as np

from morphsweep.geometry.compiled import compiled
from morphsweep.records import FloatArray, IntArray

__all__ = ["Candidates", "no_candidates", "note_candidates", "sorted_exactly"]

SPARE = 6  # candidates kept beyond those wanted, because single precision may swap near-equals at the margin
_STRIDE = 64  # distances looked at together, as vectors; most strides hold no candidate


class Candidates(NamedTuple):
    """The nearest rows met so far, four lists per query: of all rows, of its label, of other labels, of other individuals.

    Distances are squared, in single precision and short of the query's own square, which orders them alike.
    """

    distance: FloatArray
    row: IntArray
    counts: IntArray


def no_candidates(queries: int, sizes: IntArray) -> Candidates:
    """Empty lists; a list of which nothing is wanted takes nothing."""
    shape = (queries, 4, int(sizes.max()) + SPARE)
    counts = np.where(sizes > 0, sizes + SPARE, 0)
    return Candidates(np.full(shape, np.inf, np.float32), np.full(shape, -1, dtype=np.int64), counts)


@compiled
def note_candidates(
    found: Candidates,
    places: IntArray,
    wanted: IntArray,
    asker: IntArray,
    own_row: IntArray,
    products: FloatArray,
    square: FloatArray,
    rows: IntArray,
    label: IntArray,
    person: IntArray,
) -> None:
    """Note in the lists of some places what is near enough among some rows, which come label by label.

    `products` holds -2 x.q for each of these places q and rows x, `square` x.x; `wanted`, `asker` and `own_row` are
    of all places.
    """
    for at in range(len(places)):
        q = places[at]
        kin, strange = _limit(found, q, 2), _limit(found, q, 1)
        for begin in range(0, len(rows), _STRIDE):
            product, own = products[at, begin : begin + _STRIDE], square[begin : begin + _STRIDE]
            first, last = label[begin], label[begin + len(own) - 1]
            limit = max(kin, strange) if first != last else kin if first == wanted[q] else strange
            if not _any_within(product, own, limit):
                continue
            for j in range(begin, begin + len(own)):
                d, alike = products[at, j] + square[j], label[j] == wanted[q]
                if d <= (kin if alike else strange) and rows[j] != own_row[q]:
                    _note(found, q, d, rows[j], alike, person[j] == asker[q])
                    kin, strange = _limit(found, q, 2), _limit(found, q, 1)


@compiled
def _any_within(product: FloatArray, square: FloatArray, limit: np.float32) -> bool:
    within = False
    for j in range(len(square)):  # without a way out, so that it becomes vector instructions
        within |= product[j] + square[j] <= limit
    return within


@compiled
def _limit(found: Candidates, q: int, but: int) -> np.float32:
    """Distance beyond which no list of a query takes any row, one list left out."""
    limit = np.float32(-np.inf)
    for part in range(4):
        if part != but and found.counts[part] > 0:
            limit = max(limit, found.distance[q, part, found.counts[part] - 1])
    return limit


@compiled
def _note(found: Candidates, q: int, d: float, row: int, alike: bool, own: bool) -> None:
    """Put a row in its place in the lists that it belongs to: by distance, equal ones by row."""
    for part in range(4):
        last = found.counts[part] - 1
        if last < 0 or not _belongs(part, alike, own):
            continue
        distance, rows = found.distance[q, part], found.row[q, part]
        if not _before(d, row, distance[last], rows[last]):
            continue
        place = last
        while place > 0 and _before(d, row, distance[place - 1], rows[place - 1]):
            distance[place] = distance[place - 1]
            rows[place] = rows[place - 1]
            place -= 1
        distance[place] = d
        rows[place] = row


@compiled
def _belongs(part: int, alike: bool, own: bool) -> bool:
    return part == 0 or (part == 1 and alike) or (part == 2 and not alike) or (part == 3 and not own)


@compiled
def _before(d: float, row: int, other: float, other_row: int) -> bool:
    return d < other or (d == other and row < other_row)


@compiled
def sorted_exactly(found: Candidates, X: FloatArray, Q: FloatArray, sizes: IntArray, out: IntArray) -> None:
    """Fill `out` with the lists in the order of distances in double precision, equal ones by row, missing ones last."""
    for q in range(len(Q)):
        for part in range(4):
            if sizes[part] > 0:
                rows = found.row[q, part]
                _sort_exactly(X, Q[q], rows, found.counts[part])
                out[part, q, : sizes[part]] = rows[: sizes[part]]


@compiled
def _sort_exactly(X: FloatArray, place: FloatArray, index: IntArray, count: int) -> None:
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
