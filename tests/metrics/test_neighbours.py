"""The one exact search, against slow loops and scikit-learn."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

from morphsweep.metrics import (
    nearest_strangers,
    neighbour_edges,
    recall_per_query,
    sampled_rows,
    sampling_positions,
    search_cells,
    search_neighbours,
)


@pytest.fixture(scope="module")
def cloud():
    """Latents far from the origin, labels and individuals of 500 snips."""
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(500, 7)) + 300.0,
        np.array(list("abc"))[rng.integers(0, 3, 500)],
        (np.arange(500) // 10).astype(str),
    )


def first(distances, allowed, k):
    """The k nearest allowed rows, by a full sort."""
    return np.argsort(np.where(allowed, distances, np.inf), kind="stable")[:k]


def test_all_lists_equal_full_sorts(cloud):
    """Nearest of all, of the perturbation, of the others, of other individuals; self never among them."""
    X, labels, people = cloud
    queries = np.arange(0, 500, 3)
    found = search_neighbours(X, queries, labels=labels, individuals=people)
    distances = cdist(X, X)
    np.fill_diagonal(distances, np.inf)
    for q, row in enumerate(queries):
        d = distances[row]
        assert (found.nearest[q] == first(d, np.isfinite(d), 10)).all()
        assert (found.same[q] == first(d, labels == labels[row], 5)).all()
        assert (found.others[q] == first(d, labels != labels[row], 5)).all()
        assert (found.strangers[q] == first(d, people != people[row], 10)).all()


@pytest.mark.parametrize("n_places", [40, 4_000])
def test_courses_of_coming_and_coincident_rows(n_places):
    """Rows in the order of a course that parts by label, more of them than are looked at together; few places repeat."""
    rng = np.random.default_rng(n_places)
    u, labels = np.arange(5_000) / 5_000, rng.integers(0, 3, 5_000)
    X = np.c_[6 * u, 4 * u * (labels - 1), rng.normal(size=5_000)][np.sort(rng.integers(0, n_places, 5_000))]
    people, queries = rng.integers(0, 50, 5_000), rng.choice(5_000, 60, replace=False)
    found = search_neighbours(X, queries, labels=labels, individuals=people)
    for q, row in enumerate(queries):
        d, other = ((X - X[row]) ** 2).sum(axis=1), np.arange(5_000) != row
        assert (found.nearest[q] == first(d, other, 10)).all()
        assert (found.same[q] == first(d, other & (labels == labels[row]), 5)).all()
        assert (found.others[q] == first(d, labels != labels[row], 5)).all()
        assert (found.strangers[q] == first(d, people != people[row], 10)).all()


def test_nearest_equal_scikit_learn(cloud):
    """The same rows in the same order."""
    X, labels, people = cloud
    found = search_neighbours(X, np.arange(500), labels=labels, individuals=people)
    expected = NearestNeighbors(n_neighbors=10).fit(X).kneighbors(return_distance=False)
    assert (found.nearest == expected).all()


def test_missing_neighbours_are_minus_one():
    """Three snips, two of them of one individual."""
    found = search_neighbours(
        np.array([[0.0], [1.0], [3.0]]),
        np.array([0]),
        labels=np.array(["a", "a", "b"]),
        individuals=np.array(["x", "x", "y"]),
    )
    assert found.nearest[0].tolist() == [1, 2] + [-1] * 8
    assert found.same[0].tolist() == [1] + [-1] * 4
    assert found.others[0].tolist() == [2] + [-1] * 4
    assert found.strangers[0].tolist() == [2] + [-1] * 9


def test_strangers_of_foreign_places(cloud):
    """Places that are no rows; rows of the asker are left out."""
    X, _, people = cloud
    places = X[:40] + 0.1
    found = nearest_strangers(X, places, individuals=people, whose=people[:40], k=4)
    distances = cdist(places, X)
    for q in range(40):
        assert (found[q] == first(distances[q], people != people[q], 4)).all()


def test_coincident_snips_come_in_the_order_of_rows():
    """Ties are broken by row."""
    X = np.zeros((30, 2))
    found = search_neighbours(X, np.array([3]), labels=np.zeros(30), individuals=np.arange(30))
    assert len(set(found.nearest[0])) == 10
    assert (np.diff(found.nearest[0]) > 0).all()


def test_every_individual_is_sampled_alike_whatever_the_order_of_rows():
    """A tenth of each of ten individuals of 30, by id."""
    ids, people = np.array([f"s{k}" for k in range(300)]), np.arange(300) // 30
    rows = sampled_rows(*sampling_positions(ids, people), 30)
    assert np.bincount(people[rows]).tolist() == [3] * 10
    order = np.random.default_rng(0).permutation(300)
    again = sampled_rows(*sampling_positions(ids[order], people[order]), 30)
    assert (ids[order][again] == ids[rows]).all()
    assert sorted(sampled_rows(*sampling_positions(ids, people), 999)) == list(range(300))


def test_edges_join_either_way_once(cloud):
    """The symmetrised graph of five neighbours equals scikit-learn's."""
    X = cloud[0][:80]
    graph = NearestNeighbors(n_neighbors=5).fit(X).kneighbors_graph().toarray()
    expected = np.argwhere(np.triu(graph + graph.T) > 0)
    assert (neighbour_edges(X, k=5) == expected).all()


def test_cells_that_are_all_searched_miss_nothing(cloud):
    """With every cell the approximate search is the exact one."""
    X, labels, people = cloud
    who = {"labels": labels, "individuals": people}
    queries = np.arange(0, 500, 3)
    exact, found = search_neighbours(X, queries, **who), search_cells(X, queries, **who, seed=3, searched=1.0)
    for part in ("nearest", "same", "others", "strangers"):
        np.testing.assert_array_equal(getattr(found, part), getattr(exact, part))
    assert (recall_per_query(found, X, **who, seed=0) == 1).all()


def test_cells_hold_strangers_however_far_they_are():
    """Two perturbations far apart and many cells between: the others' nearest snips are found all the same."""
    X, labels = np.random.default_rng(5).normal(size=(6_000, 3)), np.repeat([0, 1], 3_000)
    X[labels == 1] += 500
    who, queries = {"labels": labels, "individuals": np.arange(6_000)}, np.arange(0, 6_000, 100)
    found = search_cells(X, queries, **who, seed=0, searched=0.2)
    exact = search_neighbours(X, queries, **who)
    assert (found.others >= 0).all()
    assert np.mean([np.isin(a, b).mean() for a, b in zip(exact.others, found.others, strict=True)]) > 0.8


def test_stated_recall_is_the_recall():
    """Of ten latents and 6,000 snips most neighbours are found, and as many as is said; same seed, same lists."""
    rng = np.random.default_rng(2)
    X, labels, people = rng.normal(size=(6_000, 10)), rng.integers(0, 3, 6_000), np.arange(6_000) // 60
    who, queries = {"labels": labels, "individuals": people}, np.arange(0, 6_000, 60)
    found = search_cells(X, queries, **who, seed=0)
    exact = search_neighbours(X, queries, **who)
    truth = [len(set(a) & set(b)) / 10 for a, b in zip(exact.nearest, found.nearest, strict=True)]
    assert recall_per_query(found, X, **who, seed=0).mean() == pytest.approx(np.mean(truth))
    assert 0.8 < np.mean(truth) < 1
    again = search_cells(X, queries, **who, seed=0)
    np.testing.assert_array_equal(again.nearest, found.nearest)
    assert (labels[found.others] != labels[queries][:, None]).all()
    assert not (found.nearest == queries[:, None]).any()
