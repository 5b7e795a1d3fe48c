"""Exact nearest neighbours of sampled snips among all snips, searched once per run for everything that asks for them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import ShapeMismatch
from morphsweep.metrics.neighbour_scan import scan
from morphsweep.records import FloatArray, IntArray

__all__ = ["Neighbours", "nearest_strangers", "search_lists", "search_neighbours"]

NEAREST, OF_CLASS = 10, 5
_BLOCK = 64  # queries at a time: their distances to 80,000 rows stay in the cache


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Rows nearest to each query row, the nearest first; the query itself is never among them, -1 where there is none.

    Parameters
    ----------
    queries : array of int, shape (n_queries,)
        Rows whose neighbours were searched.
    nearest : array of int, shape (n_queries, 10)
        Among all rows.
    same, others : array of int, shape (n_queries, 5)
        Among the rows of the query's perturbation, and among those of all others.
    strangers : array of int, shape (n_queries, 10)
        Among the rows of other individuals.

    Raises
    ------
    ShapeMismatch
        If the arrays differ in length.
    """

    queries: IntArray
    nearest: IntArray
    same: IntArray
    others: IntArray
    strangers: IntArray

    def __post_init__(self) -> None:
        lengths = {len(part) for part in (self.queries, self.nearest, self.same, self.others, self.strangers)}
        if len(lengths) > 1:
            msg = f"neighbours of {len(self.queries)} queries, but lists of {sorted(lengths)}"
            raise ShapeMismatch(msg)


def search_neighbours(
    latents: FloatArray, queries: IntArray, /, *, labels: NDArray[Any], individuals: NDArray[Any]
) -> Neighbours:
    """Exact Euclidean neighbours of some rows among all rows.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    queries : array of int, shape (n_queries,)
        Rows.
    labels, individuals : array, shape (n_snips,)
        Perturbation and individual of each row.

    Returns
    -------
    Neighbours
        Distances are compared in double precision.

    Examples
    --------
    >>> places = np.array([[0.0], [1.0], [3.0], [3.5]])
    >>> found = search_neighbours(
    ...     places, np.array([0]), labels=np.array(list("aabb")), individuals=np.array(list("xxyz"))
    ... )
    >>> found.nearest[0, :3].tolist(), found.others[0, :2].tolist(), found.strangers[0, :2].tolist()
    ([1, 2, 3], [2, 3], [2, 3])
    """
    _, label = np.unique(np.asarray(labels).astype(str), return_inverse=True)
    _, person = np.unique(np.asarray(individuals).astype(str), return_inverse=True)
    sizes = np.array([NEAREST, OF_CLASS, OF_CLASS, NEAREST])
    lists = search_lists(
        latents, latents[queries], queries, label, label[queries], person, person[queries], sizes
    )
    return Neighbours(queries, *(lists[part][:, :size] for part, size in enumerate(sizes)))


def nearest_strangers(
    latents: FloatArray,
    places: FloatArray,
    /,
    *,
    individuals: NDArray[Any],
    whose: NDArray[Any],
    k: int = NEAREST,
) -> IntArray:
    """Rows nearest to some places, those of the place's own individual left out.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Where the rows are.
    places : array, shape (n_places, n_latents)
        Where neighbours are wanted.
    individuals : array of str, shape (n_snips,)
        Of each row.
    whose : array of str, shape (n_places,)
        Of each place.
    k : int
        How many.

    Returns
    -------
    array of int, shape (n_places, k)
        Rows, the nearest first; -1 where there is none.

    Examples
    --------
    >>> rows = np.array([[0.0], [1.0], [3.0]])
    >>> nearest_strangers(
    ...     rows, np.array([[0.2]]), individuals=np.array(["x", "y", "z"]), whose=np.array(["x"]), k=1
    ... )
    array([[1]])
    """
    _, code = np.unique(np.r_[individuals.astype(str), whose.astype(str)], return_inverse=True)
    person, asker = code[: len(individuals)], code[len(individuals) :]
    row, own = np.zeros(len(latents), dtype=np.int64), np.zeros(len(places), dtype=np.int64)
    found: IntArray = search_lists(latents, places, own - 1, row, own, person, asker, np.array([0, 0, 0, k]))[
        3
    ]
    return found


def search_lists(
    latents: FloatArray,
    places: FloatArray,
    rows: IntArray,
    label: IntArray,
    wanted: IntArray,
    person: IntArray,
    asker: IntArray,
    sizes: IntArray,
) -> IntArray:
    """Lists of the nearest rows: of all, of the same class, of other classes, of other individuals.

    Parameters
    ----------
    latents, places : array, shape (n_snips, n_latents) and (n_places, n_latents)
        Where the rows are, and where neighbours are wanted.
    rows : array of int, shape (n_places,)
        Row that each place is, which is no neighbour of itself; -1 for none.
    label, person : array of int, shape (n_snips,)
        Class and individual of each row.
    wanted, asker : array of int, shape (n_places,)
        Class and individual of each place.
    sizes : array of int, shape (4,)
        How many of each kind.

    Returns
    -------
    array of int, shape (4, n_places, largest size)
        The nearest first; -1 where there is none.
    """
    X, Q = np.ascontiguousarray(latents, np.float64), np.ascontiguousarray(places, np.float64)
    centre = X.mean(axis=0)
    near = (X - centre).astype(np.float32)
    asked = (Q - centre).astype(np.float32)
    square, across = np.einsum("ij,ij->i", near, near), np.ascontiguousarray(-2.0 * near.T)
    found = np.full((4, len(Q), int(sizes.max())), -1, dtype=np.int64)
    label, person = label.astype(np.int32), person.astype(np.int32)
    for begin in range(0, len(Q), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        distance = asked[part] @ across
        distance += square
        scan(
            distance, X, Q[part], rows[part], label, wanted[part], person, asker[part], sizes, found[:, part]
        )
    return found
