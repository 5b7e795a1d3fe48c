"""Numbers of neighbour graphs: how cliquish they are, and how many steps lie between two snips."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.metrics.neighbours import NEAREST, search_neighbours
from morphsweep.records import FloatArray, IntArray, MetricSpec

if TYPE_CHECKING:
    import igraph

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
    pairs: IntArray = np.unique(np.sort(np.c_[one[known], two[known]], axis=1), axis=0)
    return pairs


def _graph(edges: IntArray) -> "igraph.Graph":
    import igraph  # here, because it brings matplotlib, which most commands never need

    if not len(edges):
        msg = "the graph of neighbours has no edge"
        raise NotComputable(msg)
    return igraph.Graph(n=int(edges.max()) + 1, edges=edges)


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
    return float(_graph(edges).transitivity_avglocal_undirected(mode="zero"))


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
    graph = _graph(edges)
    part = graph.connected_components().giant() if not graph.is_connected() else graph
    steps = np.array(part.distances(source=range(min(N_SOURCES, part.vcount()))), dtype=np.float64)
    means: FloatArray = steps.sum(axis=1) / (part.vcount() - 1)
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
