"""Graph numbers against networkx."""

import networkx as nx
import numpy as np
import pytest

from morphsweep.metrics import METRICS, neighbour_edges
from morphsweep.metrics.graphs import N_SOURCES, path_lengths_of_sources

CLUSTERING, PATH = METRICS["clustering"].function, METRICS["path_length"].function


@pytest.fixture(params=[40, 150])
def edges(request):
    """Neighbours of a cloud."""
    return neighbour_edges(np.random.default_rng(request.param).normal(size=(request.param, 4)))


def test_clustering_equals_networkx(edges):
    """The average over all nodes."""
    assert CLUSTERING(edges) == pytest.approx(nx.average_clustering(nx.Graph(edges.tolist())), abs=1e-12)


def test_clustering_counts_nodes_without_two_neighbours():
    """A tail has clustering 0 and counts, as in networkx."""
    kite = np.array([[0, 1], [0, 2], [1, 2], [0, 3]])
    assert CLUSTERING(kite) == pytest.approx(nx.average_clustering(nx.Graph(kite.tolist())))


def test_path_length_equals_networkx_up_to_sampling(edges):
    """Exactly when all nodes are sources; else source by source, and the mean within four standard errors."""
    graph = nx.Graph(edges.tolist())
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    n = len(graph)
    expected = [sum(lengths[i].values()) / (n - 1) for i in range(min(N_SOURCES, n))]
    found = path_lengths_of_sources(edges)
    assert found == pytest.approx(np.array(expected), abs=1e-12)
    error = found.std(ddof=1) / np.sqrt(len(found)) * np.sqrt(1 - len(found) / n)
    assert abs(PATH(edges) - nx.average_shortest_path_length(graph)) <= 4 * error + 1e-12


def test_paths_stay_in_the_largest_part():
    """A triangle and a pair: only the triangle counts."""
    assert PATH(np.array([[0, 1], [0, 2], [1, 2], [3, 4]])) == 1.0


def test_clustering_depends_on_how_many_snips_there_are():
    """Why graphs are compared at equal n: the same cloud, ten times the snips, another number."""
    X = np.random.default_rng(0).normal(size=(1000, 8))
    assert CLUSTERING(neighbour_edges(X[:100])) > CLUSTERING(neighbour_edges(X)) + 0.1
