"""Trustworthiness and continuity against scikit-learn."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from morphsweep.metrics import METRICS, rank_penalties
from morphsweep.metrics.distance_shape import distance_divergence


@pytest.mark.parametrize("k", [5, 10])
def test_equal_scikit_learn_when_every_snip_is_a_query(k):
    """Continuity is the trustworthiness with the spaces exchanged."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(130, 6))
    low = X[:, :2]
    trust, continuous = rank_penalties(X, low, rng.permutation(130), k=k)
    assert METRICS["trustworthiness"].function(trust) == pytest.approx(trustworthiness(X, low, n_neighbors=k))
    assert METRICS["continuity"].function(continuous) == pytest.approx(trustworthiness(low, X, n_neighbors=k))


def test_a_space_that_is_the_latents_is_fully_trusted():
    """Exactly 1, both ways, also after a turn."""
    X = np.random.default_rng(2).normal(size=(60, 3))
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
    for low in (X, X @ turn):
        assert all((part == 1.0).all() for part in rank_penalties(X, low, np.arange(60)))


def test_divergence_equals_a_plain_histogram():
    """NumPy's histogram, half a pair in each bin, the formula written out."""
    rng = np.random.default_rng(0)
    P, Q = rng.gamma(3, size=400), rng.gamma(4, size=300)
    edges = np.linspace(0, max(P.max(), Q.max()), 31)
    p, q = (np.histogram(side, edges)[0] + 0.5 for side in (P, Q))
    p, q = p / p.sum(), q / q.sum()
    expected = sum(a * np.log(a / b) for a, b in zip(p, q, strict=True))
    assert distance_divergence(P, Q) == pytest.approx(expected)
    assert distance_divergence(P, P) == 0.0
