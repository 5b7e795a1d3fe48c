"""Nearest neighbours among very many snips: only the cells near a query are searched, and what that misses is measured."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import NotComputable
from morphsweep.metrics.neighbours import NEAREST, OF_CLASS, Neighbours, search_lists, search_neighbours
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = ["SPECS", "neighbour_recall", "recall_per_query", "search_cells"]

SEARCHED = 0.1  # of the cells, at least
FEWEST_CELLS = 8
TRIED = 100  # queries that are searched exactly too
_CHUNK = 2_048


def search_cells(
    latents: FloatArray,
    queries: IntArray,
    /,
    *,
    labels: NDArray[Any],
    individuals: NDArray[Any],
    seed: int,
    searched: float = SEARCHED,
) -> Neighbours:
    """Euclidean neighbours of some rows among the rows of the cells near them: most, not all, of the nearest.

    Rows are parted into as many cells as the square root of their number, around centres that are drawn at random and
    moved once to the mean of their rows (one step of k-means). Within the cells that are searched nothing is missed.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    queries : array of int, shape (n_queries,)
        Rows.
    labels, individuals : array, shape (n_snips,)
        Perturbation and individual of each row.
    seed : int
        Of the centres.
    searched : float
        Share of the cells that each query looks into, above 0; 1 = all, which finds every neighbour.

    Returns
    -------
    Neighbours
        As of the exact search; :func:`recall_per_query` tells how many of the nearest it found.

    References
    ----------
    .. [1] Sivic & Zisserman (2003), Video Google: a text retrieval approach to object matching in videos, ICCV.

    Examples
    --------
    >>> places = np.arange(100.0)[:, None]
    >>> kinds = np.repeat(["a", "b"], 50)
    >>> found = search_cells(places, np.array([20]), labels=kinds, individuals=kinds, seed=0)
    >>> sorted(found.nearest[0, :2].tolist())
    [19, 21]
    """
    _, label = np.unique(np.asarray(labels).astype(str), return_inverse=True)
    _, person = np.unique(np.asarray(individuals).astype(str), return_inverse=True)
    centres, cell = _cells(np.asarray(latents, np.float32), seed)
    order = np.argsort(cell, kind="stable")
    ends = np.cumsum(np.bincount(cell, minlength=len(centres)))
    members = np.split(order, ends[:-1])
    n_searched = min(len(centres), max(FEWEST_CELLS, round(searched * len(centres))))
    sizes = np.array([NEAREST, OF_CLASS, OF_CLASS, NEAREST])
    lists = np.full((4, len(queries), NEAREST), -1, dtype=np.int64)
    for own in np.unique(cell[queries]):
        asked = np.flatnonzero(cell[queries] == own)
        rows = queries[asked]
        apart = _squared(np.asarray(latents[rows], np.float32), centres)
        near = np.unique(np.argsort(apart, axis=1, kind="stable")[:, :n_searched])
        among = np.sort(np.concatenate([members[c] for c in np.union1d(near, [own])]))
        found = search_lists(
            latents[among],
            latents[rows],
            np.searchsorted(among, rows),
            label[among],
            label[rows],
            person[among],
            person[rows],
            sizes,
        )
        lists[:, asked] = np.where(found >= 0, among[found], -1)
    return Neighbours(queries, *(lists[part][:, :size] for part, size in enumerate(sizes)))


def recall_per_query(
    found: Neighbours, latents: FloatArray, /, *, labels: NDArray[Any], individuals: NDArray[Any], seed: int
) -> FloatArray:
    """Share of the ten nearest snips that a search found, for some of its queries, drawn at random.

    Parameters
    ----------
    found : Neighbours
        Of the search.
    latents : array, shape (n_snips, n_latents)
        Latent means.
    labels, individuals : array, shape (n_snips,)
        Perturbation and individual of each row.
    seed : int
        Of the draw.

    Returns
    -------
    array, shape (min(100, n_queries),)
        Between 0 and 1; 1 = all.
    """
    tried = np.random.default_rng(seed).permutation(len(found.queries))[:TRIED]
    exact = search_neighbours(latents, found.queries[tried], labels=labels, individuals=individuals)
    there = [
        np.isin(right[right >= 0], ours).mean() if (right >= 0).any() else 1.0
        for right, ours in zip(exact.nearest, found.nearest[tried], strict=True)
    ]
    return np.array(there)


def neighbour_recall(shares: FloatArray, /) -> float:
    """Share of the nearest snips that an approximate search found.

    Parameters
    ----------
    shares : array, shape (n_queries,)
        Of queries that were searched exactly too.

    Returns
    -------
    float
        Between 0 and 1, higher is better; 1 = the search missed nothing.

    Raises
    ------
    NotComputable
        If no query was tried.

    Examples
    --------
    >>> neighbour_recall(np.array([1.0, 0.9]))
    0.95
    """
    if not len(shares):
        msg = "no query was searched exactly too"
        raise NotComputable(msg)
    return float(np.mean(shares))


def _cells(X: FloatArray, seed: int) -> tuple[FloatArray, IntArray]:
    """Centres, and the cell of each row."""
    rng = np.random.default_rng(seed)
    centres = X[np.sort(rng.choice(len(X), max(round(np.sqrt(len(X))), 1), replace=False))]
    cell = _nearest(X, centres)
    counts = np.bincount(cell, minlength=len(centres))
    sums = np.zeros(centres.shape)
    np.add.at(sums, cell, X)
    moved = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres).astype(np.float32)
    return moved, _nearest(X, moved)


def _nearest(X: FloatArray, centres: FloatArray) -> IntArray:
    parts = [_squared(X[b : b + _CHUNK], centres).argmin(axis=1) for b in range(0, len(X), _CHUNK)]
    return np.concatenate(parts)


def _squared(X: FloatArray, centres: FloatArray) -> FloatArray:
    """Squared distances but for a term of the row alone."""
    middle = centres.mean(axis=0)
    C = centres - middle
    apart: FloatArray = np.einsum("ij,ij->i", C, C) - 2 * ((X - middle) @ C.T)
    return apart


SPECS = (
    MetricSpec(
        name="neighbour_recall",
        label="Neighbours found",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("neighbour_recalls",),
        function=neighbour_recall,
        description="Share of the ten nearest snips that an approximate search found, among 100 queries that were searched exactly too.",
        shift=False,
        invariances=("translation",),
    ),
)
