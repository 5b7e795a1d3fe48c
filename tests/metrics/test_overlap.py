"""Overlap of neighbours between regimes, against a loop with one query per snip."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from morphsweep.metrics import METRICS, search_neighbours

JACCARD = METRICS["neighbour_jaccard"].function


def ids(X, rows=None):
    """Queries and five neighbours by the ids of the rows."""
    rows = np.arange(len(X)) if rows is None else rows
    found = search_neighbours(X, np.arange(len(X)), labels=np.zeros(len(X)), individuals=np.arange(len(X)))
    return np.c_[rows, rows[found.nearest[:, :5]]]


@pytest.fixture
def regimes():
    """The same 120 snips twice, with noise."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(120, 5))
    return X, X + 0.3 * rng.normal(size=X.shape)


def test_equals_a_slow_loop(regimes):
    """Sets of neighbours, one query after the other."""
    P, Q = regimes
    found = []
    for i in range(len(P)):
        sets = []
        for X in (P, Q):
            near = NearestNeighbors(n_neighbors=6).fit(X).kneighbors(X[i : i + 1], return_distance=False)[0]
            sets.append(set(near.tolist()) - {i})
        found.append(len(sets[0] & sets[1]) / len(sets[0] | sets[1]))
    assert JACCARD(ids(P), ids(Q)) == pytest.approx(np.mean(found), abs=1e-10)


def test_identity_is_exactly_one_whatever_the_order_of_rows(regimes):
    """A regime with itself, shuffled, turned and stretched."""
    P = regimes[0]
    order = np.random.default_rng(0).permutation(len(P))
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0]
    assert JACCARD(ids(P), ids(P)) == 1.0
    assert JACCARD(ids(P), ids(3 * P[order] @ turn + 7, order)) == 1.0


def test_snips_of_one_regime_only_are_no_match():
    """Unknown neighbours (-1) count as neighbours and never as shared."""
    assert JACCARD(np.array([[0, 1, -1]]), np.array([[0, 1, -1]])) == 1 / 3


def test_unrelated_regimes_share_what_chance_gives():
    """Five of 119 at random: about 0.02."""
    rng = np.random.default_rng(5)
    assert JACCARD(ids(rng.normal(size=(120, 5))), ids(rng.normal(size=(120, 5)))) < 0.06
