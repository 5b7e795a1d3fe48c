"""Lists of the nearest rows: candidates from products in single precision, their order from distances in double."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from morphsweep.metrics.neighbour_scan import no_candidates, note_candidates, sorted_exactly
from morphsweep.records import FloatArray, IntArray

__all__ = ["Asked", "Searched", "Share", "search_lists", "shuffled_by_label", "whole"]

_QUERIES, _ROWS = 1_000, 2_000  # at a time: their products stay in the cache


class Asked(NamedTuple):
    """Places whose neighbours are wanted.

    Parameters
    ----------
    latents : array, shape (n_places, n_latents)
        Where they are.
    label, person : array of int, shape (n_places,)
        Class and individual of each.
    row : array of int, shape (n_places,)
        Row that each place is, which is no neighbour of itself; -1 for none.
    """

    latents: FloatArray
    label: IntArray
    person: IntArray
    row: IntArray


class Searched(NamedTuple):
    """What is searched.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Where the rows are.
    label, person : array of int, shape (n_snips,)
        Class and individual of each row.
    """

    latents: FloatArray
    label: IntArray
    person: IntArray

    def at(self, rows: IntArray) -> Asked:
        """Some rows as places whose neighbours are wanted."""
        return Asked(self.latents[rows], self.label[rows], self.person[rows], rows)


class Share(NamedTuple):
    """Some places, and the rows they look among, in the order of labels."""

    places: IntArray
    rows: IntArray


def whole(searched: Searched, asked: Asked) -> Share:
    """Every place looks among all rows."""
    return Share(np.arange(len(asked.row)), shuffled_by_label(searched.label))


def shuffled_by_label(label: IntArray) -> IntArray:
    """All rows, label by label, each label's in a random order.

    Rows along a course would come nearer and nearer to a query, and each be noted; in a random order few are.
    """
    order = np.random.default_rng(0).permutation(len(label))
    by_label: IntArray = order[np.argsort(label[order], kind="stable")]
    return by_label


def search_lists(searched: Searched, asked: Asked, sizes: IntArray, shares: Iterable[Share]) -> IntArray:
    """Lists of the nearest rows: of all, of the same class, of other classes, of other individuals.

    Parameters
    ----------
    searched : Searched
        The rows.
    asked : Asked
        The places.
    sizes : array of int, shape (4,)
        How many of each kind.
    shares : iterable of Share
        Which places look among which rows.

    Returns
    -------
    array of int, shape (4, n_places, largest size)
        The nearest first; -1 where there is none.
    """
    X, Q = (np.ascontiguousarray(part.latents, np.float64) for part in (searched, asked))
    centre = X.mean(axis=0)
    near, far = (X - centre).astype(np.float32), (-2.0 * (Q - centre)).astype(np.float32)
    square = np.einsum("ij,ij->i", near, near)
    candidates = no_candidates(len(Q), sizes)
    for share in shares:
        for rows in _blocks(share.rows, _ROWS):
            close, label, person = near[rows], searched.label[rows], searched.person[rows]
            for places in _blocks(share.places, _QUERIES):
                products = far[places] @ close.T
                note_candidates(candidates, places, *asked[1:], products, square[rows], rows, label, person)
    found = np.full((4, len(Q), int(sizes.max())), -1, dtype=np.int64)
    sorted_exactly(candidates, X, Q, sizes, found)
    return found


def _blocks(numbers: IntArray, size: int) -> Iterator[IntArray]:
    return (numbers[begin : begin + size] for begin in range(0, len(numbers), size))
