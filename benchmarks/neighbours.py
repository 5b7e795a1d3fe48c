"""Neighbours: their overlap between regimes, graph numbers, and the search among many rows.

The straightforward sides are one query per snip with scikit-learn, and networkx.
"""

import time
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from benchmarks.timing import race
from morphsweep.metrics import neighbour_edges, recall_per_query, search_cells, search_neighbours
from morphsweep.metrics.graphs import N_SOURCES, clustering_coefficient, path_length
from morphsweep.metrics.overlap import neighbour_jaccard

Array = NDArray[Any]
K, LISTED = 5, 100  # neighbours that count; neighbours asked for, of which those of the right class are kept


def regimes(rows: int, latents: int) -> tuple[Array, Array, Array, Array]:
    """Latents of the same snips in two regimes, perturbation and individual of each."""
    rng = np.random.default_rng(0)
    person = np.arange(rows) % 100
    label = person % 5
    u = np.arange(rows) / rows
    truth = np.c_[6 * u, 3 * u**2 * np.cos(label), 3 * u**2 * np.sin(label)] @ rng.normal(size=(3, latents))
    return (
        truth + 0.3 * rng.normal(size=truth.shape),
        truth + 0.3 * rng.normal(size=truth.shape),
        label,
        person,
    )


def fast_overlap(P: Array, Q: Array, label: Array, person: Array) -> Array:
    """Overlap among all snips, those of the same perturbation, and those of the others: one search per regime."""
    rows = np.arange(len(P))
    one, two = (search_neighbours(X, rows, labels=label, individuals=person) for X in (P, Q))
    return np.array([
        neighbour_jaccard(
            np.c_[rows, getattr(one, part)[:, :K]],
            np.c_[rows, getattr(two, part)[:, :K]],
        )
        for part in ("nearest", "same", "others")
    ])


def slow_overlap(P: Array, Q: Array, label: Array) -> Array:
    """The same from tables, one query per snip and regime; where a list holds too few of a class, that class is asked."""
    names = [f"z{k}" for k in range(P.shape[1])]
    tables = [pd.DataFrame(X, columns=names).assign(snip_id=np.arange(len(X)), label=label) for X in (P, Q)]
    searched = [_Searched(table, names) for table in tables]
    found = []
    for i in range(len(P)):
        pair = [side.sets(i) for side in searched]
        found.append([len(a & b) / len(a | b) for a, b in zip(*pair, strict=True)])
    mean: Array = np.mean(found, axis=0)
    return mean


class _Searched:
    """One table, a search among all its rows, and searches among those of a class and of all others."""

    def __init__(self, table: pd.DataFrame, names: list[str]) -> None:
        self.table, self.names = table, names
        self.model = NearestNeighbors(n_neighbors=LISTED).fit(table[names])
        self.parts = {
            (kind, alike): table[(table["label"] == kind) == alike]
            for kind in table["label"].unique()
            for alike in (True, False)
        }
        self.models = {
            key: NearestNeighbors(n_neighbors=K + 1).fit(part[names]) for key, part in self.parts.items()
        }

    def sets(self, i: int) -> list[set[int]]:
        """The K nearest of one snip: of all, of its perturbation, of the others."""
        query = self.table.iloc[[i]]
        kind = query["label"].iloc[0]
        near = self._near(self.model, self.table, query)
        found = [set(near["snip_id"][:K])]
        for alike in (True, False):
            own = near[(near["label"] == kind) == alike][:K]
            if len(own) < K:
                own = self._near(self.models[kind, alike], self.parts[kind, alike], query)[:K]
            found.append(set(own["snip_id"]))
        return found

    def _near(self, model: NearestNeighbors, part: pd.DataFrame, query: pd.DataFrame) -> pd.DataFrame:
        near = part.iloc[model.kneighbors(query[self.names], return_distance=False)[0]]
        others: pd.DataFrame = near[near["snip_id"] != query["snip_id"].iloc[0]]
        return others


def graph_numbers(edges: Array) -> Array:
    """Clustering coefficient and average path length."""
    return np.array([clustering_coefficient(edges), path_length(edges)])


def networkx_numbers(edges: Array) -> Array:
    """The same by networkx."""
    graph = nx.Graph(edges.tolist())
    part = graph.subgraph(max(nx.connected_components(graph), key=len))
    sources = sorted(part)[:N_SOURCES]
    steps = [sum(nx.single_source_shortest_path_length(part, node).values()) for node in sources]
    return np.array([nx.average_clustering(graph), np.mean(steps) / (len(part) - 1)])


def overlap_race(rows: int, latents: int) -> dict[str, Any]:
    """Overlap of the neighbours of every snip."""
    P, Q, label, person = regimes(rows, latents)
    return race(
        f"overlap of neighbours, 2 x {rows:,} x {latents}",
        lambda: fast_overlap(P, Q, label, person),
        lambda: slow_overlap(P, Q, label),
        tolerance=1e-10,
        repeats=1,
    )


def graph_race(rows: int, latents: int) -> dict[str, Any]:
    """Graph numbers of one graph."""
    edges = neighbour_edges(regimes(rows, latents)[0])
    return race(
        f"clustering and path lengths, {rows:,} snips",
        lambda: graph_numbers(edges),
        lambda: networkx_numbers(edges),
        tolerance=1e-10,
    )


def search_seconds(queries: int, rows: int, latents: int) -> dict[str, Any]:
    """The exact search alone, all four lists."""
    P, _, label, person = regimes(rows, latents)
    asked = np.random.default_rng(1).choice(rows, queries, replace=False)
    taken = []
    for _ in range(3):
        begun = time.process_time()
        search_neighbours(P, asked, labels=label, individuals=person)
        taken.append(time.process_time() - begun)
    return {
        "step": f"neighbours of {queries:,} snips among {rows:,}, {latents} latents, exact",
        "morphsweep (s)": float(np.median(taken)),
    }


def approximate_seconds(queries: int, rows: int, latents: int) -> dict[str, Any]:
    """The approximate search of the same, and the share of the nearest that it finds."""
    P, _, label, person = regimes(rows, latents)
    asked = np.random.default_rng(1).choice(rows, queries, replace=False)
    taken = []
    for _ in range(3):
        begun = time.process_time()
        found = search_cells(P, asked, labels=label, individuals=person, seed=0)
        taken.append(time.process_time() - begun)
    recall = recall_per_query(found, P, labels=label, individuals=person, seed=0).mean()
    return {
        "step": f"neighbours of {queries:,} snips among {rows:,}, {latents} latents, approximate, {recall:.1%} of the nearest found",
        "morphsweep (s)": float(np.median(taken)),
    }


def measure() -> list[dict[str, Any]]:
    """Overlap, graph numbers, and the search at full size."""
    return [
        overlap_race(800, 80),
        graph_race(2_000, 80),
        search_seconds(8_000, 80_000, 80),
        approximate_seconds(8_000, 80_000, 80),
    ]
