"""Exact nearest neighbours of sampled snips among all snips, searched once per run for everything that asks for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import ShapeMismatch
from morphsweep.metrics.neighbour_lists import Asked, Searched, Share, search_lists, whole
from morphsweep.records import FloatArray, IntArray

__all__ = ["Neighbours", "coded", "listed", "nearest_strangers", "search_neighbours"]

NEAREST, OF_CLASS = 10, 5


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
    searched = coded(latents, labels, individuals)
    asked = searched.at(queries)
    return listed(searched, asked, [whole(searched, asked)])


def coded(latents: FloatArray, labels: NDArray[Any], individuals: NDArray[Any]) -> Searched:
    """Rows with their perturbations and individuals as numbers."""
    _, label = np.unique(np.asarray(labels).astype(str), return_inverse=True)
    _, person = np.unique(np.asarray(individuals).astype(str), return_inverse=True)
    return Searched(latents, label, person)


def listed(searched: Searched, asked: Asked, shares: Iterable[Share]) -> Neighbours:
    """Neighbours of snips among the rows that their shares give them."""
    sizes = np.array([NEAREST, OF_CLASS, OF_CLASS, NEAREST])
    lists = search_lists(searched, asked, sizes, shares)
    return Neighbours(asked.row, *(lists[part][:, :size] for part, size in enumerate(sizes)))


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
    none = np.zeros(len(places), dtype=np.int64)
    searched = Searched(latents, np.zeros(len(latents), dtype=np.int64), person)
    asked = Asked(places, none, asker, none - 1)
    found: IntArray = search_lists(searched, asked, np.array([0, 0, 0, k]), [whole(searched, asked)])[3]
    return found
