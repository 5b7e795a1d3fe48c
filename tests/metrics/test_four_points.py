"""The four-point condition, along graphs."""

from itertools import combinations
from math import comb

import networkx as nx
import numpy as np
import pytest

from morphsweep.errors import NotApplicable
from morphsweep.metrics import METRICS, four_points, path_distances
from morphsweep.metrics.four_points import quartet_sums

DELTA, WORST = METRICS["four_point_delta_snips"].function, METRICS["hyperbolicity_snips"].function


def slow(distances):
    """Mean delta and worst violation over all quartets."""
    deltas, worst = [], 0.0
    for a, b, c, d in combinations(range(len(distances)), 4):
        D = distances
        last, middle, first = sorted([D[a, b] + D[c, d], D[a, c] + D[b, d], D[a, d] + D[b, c]])
        deltas.append((first - middle) / (first - last) if first - last > 1e-9 * first else 0.0)
        worst = max(worst, (first - middle) / 2)
    return np.mean(deltas), worst / distances.max()


def cloud(n, seed=0):
    """Distances of points without any order."""
    points = np.random.default_rng(seed).normal(size=(n, 3))
    return np.linalg.norm(points[:, None] - points[None], axis=2)


@pytest.mark.parametrize("n", [4, 5, 9, 22])
def test_every_quartet_of_a_handful_counts(n):
    """Mean and worst over all quartets, as a slow loop finds them; among 22 points a sample would miss the worst."""
    mean, worst = slow(cloud(n))
    assert DELTA(cloud(n)) == pytest.approx(mean, rel=1e-12)
    assert WORST(cloud(n)) == pytest.approx(worst, rel=1e-12)


def test_one_bad_quartet_among_millions_is_found():
    """Of 116 points at equal distances two pairs lie farther apart: only the quartet of both is worst."""
    distances = 2.0 * (1 - np.eye(116))
    for i, j in ((3, 50), (70, 111)):
        distances[i, j] = distances[j, i] = 3.0
    assert WORST(distances) == pytest.approx((6 - 4) / 2 / 3)
    assert DELTA(distances) == pytest.approx((2 * comb(114, 2) - 1) / comb(116, 4))


def test_sample_of_quartets_agrees_with_all_of_them(monkeypatch):
    """Of many points quartets are drawn: the mean within four standard errors, the worst never above."""
    distances = cloud(14)
    mean, worst = slow(distances)
    monkeypatch.setattr(four_points, "ALL_UP_TO", 0)
    assert DELTA(distances) == pytest.approx(mean, abs=4 * 0.5 / np.sqrt(5000))
    assert 0.8 * worst <= WORST(distances) <= worst + 1e-12


def test_any_tree_has_delta_zero_and_a_cycle_does_not():
    """Path lengths in a random weighted tree; in a ring of equal steps the worst quartet reaches half the diameter."""
    rng = np.random.default_rng(1)
    tree = nx.random_labeled_tree(40, seed=1)
    for _, _, edge in tree.edges(data=True):
        edge["weight"] = rng.uniform(0.1, 2)
    lengths = dict(nx.all_pairs_dijkstra_path_length(tree))
    distances = np.array([[lengths[i][j] for j in range(40)] for i in range(40)])
    assert DELTA(distances) == pytest.approx(0.0, abs=1e-9)
    assert WORST(distances) == pytest.approx(0.0, abs=1e-12)
    ring = np.minimum(
        np.abs(np.subtract.outer(np.arange(40), np.arange(40))),
        40 - np.abs(np.subtract.outer(np.arange(40), np.arange(40))),
    )
    assert DELTA(ring.astype(float)) > 0.2
    assert WORST(ring.astype(float)) == pytest.approx(0.5)


def test_paths_equal_networkx():
    """Shortest paths along the symmetrised graph of nearest neighbours and the extra links."""
    points = np.random.default_rng(2).normal(size=(30, 3))
    links = np.array([[0, 29], [3, 4]])
    graph = nx.Graph()
    direct = np.linalg.norm(points[:, None] - points[None], axis=2)
    for i in range(30):
        for j in np.argsort(direct[i])[1:6]:
            graph.add_edge(i, int(j), weight=direct[i, j])
    for i, j in links:
        graph.add_edge(int(i), int(j), weight=direct[i, j])
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph))
    expected = np.array([[lengths[i][j] for j in range(30)] for i in range(30)])
    assert path_distances(points, k=5, links=links) == pytest.approx(expected)


def test_points_that_do_not_hang_together_are_no_tree():
    """Two far clusters: not applicable, with the number of parts; a straggler alone is left out."""
    cluster = np.random.default_rng(3).normal(size=(40, 2))
    with pytest.raises(NotApplicable, match=r"^the points fall into 2 parts, the largest with 50% of them;"):
        path_distances(np.concatenate([cluster, cluster + 100]), k=5)
    pair = np.concatenate([cluster, cluster + 100])[:42]
    assert path_distances(pair, k=1, links=np.c_[np.arange(39), np.arange(1, 40)]).shape == (40, 40)


def test_quartets_are_of_four_different_points():
    """With four points there is one quartet, and no sum contains a distance of 0."""
    distances = 1.0 - np.eye(4)
    assert (quartet_sums(distances) == 2.0).all()
