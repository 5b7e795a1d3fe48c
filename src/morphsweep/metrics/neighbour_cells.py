"""Nearest neighbours among very many snips: only the cells near a query are searched, and what that misses is measured."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import NotComputable
from morphsweep.metrics.neighbour_lists import Share, shuffled_by_label
from morphsweep.metrics.neighbours import Neighbours, coded, listed, search_neighbours
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = ["SPECS", "neighbour_recall", "recall_per_query", "search_cells"]

SEARCHED = 0.1  # of the cells, at least
FEWEST_CELLS = 8
TRIED = 100  # queries that are searched exactly too
_DRAWN = 50  # rows per cell that its centre is learned from
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
    moved once to the mean of the rows near them (one step of k-means on fifty rows per cell). Each query looks into the
    cells nearest to it, the nearest of those that hold its perturbation, and the nearest of those that hold others;
    within them nothing is missed.

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
        Share of the cells that each query looks into of each kind, above 0; 1 = all, which finds every neighbour.

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
    known = coded(latents, labels, individuals)
    asked = known.at(queries)
    X = np.asarray(latents, np.float32)
    centres, cell = _cells(X, seed)
    n_searched = min(len(centres), max(FEWEST_CELLS, round(searched * len(centres))))
    looked = _looked_into(
        _squared(X[queries], centres), _held(cell, known.label, len(centres)), asked.label, n_searched
    )
    return listed(known, asked, _shares(looked, cell, known.label))


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


def _held(cell: IntArray, label: IntArray, n_cells: int) -> IntArray:
    """How many rows of each class each cell holds, of shape (n_cells, n_classes)."""
    counts = np.zeros((n_cells, int(label.max()) + 1), dtype=np.int64)
    np.add.at(counts, (cell, label), 1)
    return counts


def _looked_into(apart: FloatArray, held: IntArray, wanted: IntArray, n_searched: int) -> NDArray[np.bool_]:
    """Cells that each place looks into: those nearest to it, nearest of those with its class, and of those with others."""
    own = held.T[wanted]
    looked = np.zeros(apart.shape, dtype=np.bool_)
    for useful in (np.ones_like(looked), own > 0, held.sum(axis=1) > own):
        nearest = np.argpartition(np.where(useful, apart, np.inf), n_searched - 1, axis=1)[:, :n_searched]
        np.put_along_axis(looked, nearest, values=True, axis=1)
    return looked


def _shares(looked: NDArray[np.bool_], cell: IntArray, label: IntArray) -> Iterator[Share]:
    order = shuffled_by_label(label)
    order = order[np.argsort(cell[order], kind="stable")]
    ends = np.cumsum(np.bincount(cell, minlength=looked.shape[1]))
    for places, rows in zip(looked.T, np.split(order, ends[:-1]), strict=True):
        yield Share(np.flatnonzero(places), rows)


def _cells(X: FloatArray, seed: int) -> tuple[FloatArray, IntArray]:
    """Centres, and the cell of each row."""
    rng = np.random.default_rng(seed)
    n_cells = max(round(np.sqrt(len(X))), 1)
    drawn = X[rng.permutation(len(X))[: n_cells * _DRAWN]]
    centres = drawn[:n_cells]
    cell = _nearest(drawn, centres)
    sums, counts = np.zeros(centres.shape), np.bincount(cell, minlength=n_cells)[:, None]
    np.add.at(sums, cell, drawn)
    moved = np.where(counts > 0, sums / np.maximum(counts, 1), centres).astype(np.float32)
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
