"""Numbers of neighbour graphs: how cliquish they are, and how many steps lie between two snips."""

from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from morphsweep.errors import NotComputable
from morphsweep.metrics.neighbours import NEAREST, search_neighbours
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = ["SPECS", "clustering_coefficient", "neighbour_edges", "path_length", "path_lengths_of_sources"]

N_SOURCES = 64  # snips that paths start from


def neighbour_edges(latents: FloatArray, /, *, k: int = NEAREST, labels: IntArray | None = None) -> IntArray:
    """Edges of the graph that joins each snip with its k nearest ones, in either direction.

    Parameters
    ----------
    latents : array, shape (n, n_latents)
        Latent means of the nodes.
    k : int
        Neighbours of each, at most 10; with `labels` at most 5.
    labels : array, shape (n,), optional
        When given, neighbours are sought among the snips of other labels only.

    Returns
    -------
    array of int, shape (n_edges, 2)
        Each edge once, the smaller node first.

    Examples
    --------
    >>> neighbour_edges(np.array([[0.0], [1.0], [5.0]]), k=1).tolist()
    [[0, 1], [1, 2]]
    """
    n = len(latents)
    found = search_neighbours(
        latents,
        np.arange(n),
        labels=np.zeros(n) if labels is None else labels,
        individuals=np.arange(n),
    )
    near = (found.nearest if labels is None else found.others)[:, :k]
    one, two = np.repeat(np.arange(n), near.shape[1]), near.ravel()
    known = two >= 0
    lower, upper = np.sort(np.c_[one[known], two[known]], axis=1).T
    pairs: IntArray = np.stack(np.divmod(np.unique(lower * n + upper), n), axis=1)
    return pairs


def _adjacency(edges: IntArray) -> csr_array:
    """1 where two nodes are joined, both ways."""
    if not len(edges):
        msg = "the graph of neighbours has no edge"
        raise NotComputable(msg)
    n, (one, two) = int(edges.max()) + 1, edges.T
    return csr_array((np.ones(2 * len(edges)), (np.r_[one, two], np.r_[two, one])), shape=(n, n))


def clustering_coefficient(edges: IntArray, /) -> float:
    """How often two neighbours of a snip are neighbours of each other, mean over snips.

    Parameters
    ----------
    edges : array of int, shape (n_edges, 2)
        Each edge once.

    Returns
    -------
    float
        Between 0 and 1. It falls with the number of snips, so that only graphs of equally many are comparable.

    Raises
    ------
    NotComputable
        If there is no edge.

    References
    ----------
    .. [1] Watts & Strogatz (1998), Collective dynamics of small-world networks, Nature 393, 440.

    Examples
    --------
    >>> clustering_coefficient(np.array([[0, 1], [0, 2], [1, 2]]))
    1.0
    """
    joined = _adjacency(edges)
    degree = np.diff(joined.indptr)
    closed = (joined @ joined).multiply(joined).sum(axis=1)  # twice the triangles that a node is in
    return float(np.mean(closed / np.maximum(degree * (degree - 1), 1)))


def path_lengths_of_sources(edges: IntArray, /) -> FloatArray:
    """Mean number of steps from each of up to 64 snips to all others that it is connected with.

    Parameters
    ----------
    edges : array of int, shape (n_edges, 2)
        Each edge once; the first nodes are the sources, so nodes should come in a random order.

    Returns
    -------
    array, shape (n_sources,)
        Steps; sources in the largest connected part only.

    Raises
    ------
    NotComputable
        If there is no edge.
    """
    joined = _adjacency(edges)
    _, part = connected_components(joined, directed=False)
    nodes = np.flatnonzero(part == np.bincount(part).argmax())
    steps = dijkstra(joined, indices=nodes[:N_SOURCES], unweighted=True)[:, nodes]
    means: FloatArray = steps.sum(axis=1) / (len(nodes) - 1)
    return means


def path_length(edges: IntArray, /) -> float:
    """Average number of steps between two snips along the graph of neighbours.

    Parameters
    ----------
    edges : array of int, shape (n_edges, 2)
        Each edge once; nodes in a random order.

    Returns
    -------
    float
        Steps, at least 1, over pairs in the largest connected part, from up to 64 sources; the standard error is in
        ``sampling.parquet``. Comparable between graphs of equally many snips only.

    Raises
    ------
    NotComputable
        If there is no edge.

    Examples
    --------
    >>> path_length(np.array([[0, 1], [1, 2]])) == 4 / 3
    True
    """
    return float(path_lengths_of_sources(edges).mean())


_FREE = ("rotation", "translation", "reflection", "scale", "row order", "perturbation order")


def _specs(
    suffix: str, where: str, product: str, of: str, per: Literal["perturbation", "model"]
) -> tuple[MetricSpec, MetricSpec]:
    common = MetricSpec(
        name=f"clustering{suffix}",
        label=f"Clustering coefficient{where}",
        unit="",
        better="range",
        bounds=(0.0, 1.0),
        scope="run",
        per=per,
        needs=(product,),
        function=clustering_coefficient,
        description=f"How often two neighbours of a snip are neighbours in the graph {of}, equally many in every run.",
        invariances=_FREE,
    )
    return common, replace(
        common,
        name=f"path_length{suffix}",
        label=f"Average path length{where}",
        unit="steps",
        bounds=(1.0, None),
        function=path_length,
        description=f"Average number of steps between two snips in the graph {of}, equally many in every run.",
    )


SPECS = (
    *_specs("", "", "graph_edges", "of sampled snips", "model"),
    *_specs(
        "_within",
        ", within perturbations",
        "within_edges",
        "of sampled snips of a perturbation",
        "perturbation",
    ),
    *_specs(
        "_between",
        ", between perturbations",
        "between_edges",
        "that joins sampled snips of different perturbations",
        "model",
    ),
)
