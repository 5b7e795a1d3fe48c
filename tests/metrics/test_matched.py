"""Matched snips of two regimes, against SciPy and permutations."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes

from morphsweep.errors import NotComputable
from morphsweep.metrics import METRICS, MatchedSnips
from morphsweep.metrics.matched import matched_pair

FUNCTIONS = {
    name: METRICS[name].function
    for name in (
        "procrustes_orthogonal",
        "procrustes_similarity",
        "cka",
        "cka_null",
        "label_transfer",
        "time_transfer",
    )
}


def snips(latents, *, labels=None):
    """Matched snips of twenty individuals with six snips each."""
    n = len(latents)
    who = (np.arange(n) // 6).astype(str)
    labels = np.array(list("ab"))[np.arange(n) // 6 % 2] if labels is None else labels
    return MatchedSnips(latents, labels, who, np.tile(np.arange(6.0), n // 6), np.arange(n))


@pytest.fixture
def pair():
    """The same 120 snips in two regimes that are alike."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 5)) * [3, 2, 1, 1, 0.5] + 4
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    return X, 0.7 * (X + 0.5 * rng.normal(size=X.shape)) @ turn - 2


def test_procrustes_equals_scipy(pair):
    """Disparity is the square of the distance in shape; the orthogonal residual is that of the best orthogonal matrix."""
    P, Q = pair
    _, _, disparity = procrustes(P, Q)
    assert FUNCTIONS["procrustes_similarity"](snips(P), snips(Q)) ** 2 == pytest.approx(disparity, abs=1e-12)
    p, q = P - P.mean(axis=0), Q - Q.mean(axis=0)
    turn, _ = orthogonal_procrustes(q, p)
    expected = np.linalg.norm(q @ turn - p) / np.linalg.norm(p)
    assert FUNCTIONS["procrustes_orthogonal"](snips(P), snips(Q)) == pytest.approx(expected, abs=1e-12)


def test_identity_is_exact(pair):
    """A regime with itself, turned and moved: exactly 0 or 1; also with one snip missing."""
    P = pair[0]
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0]
    for Q in (P, P @ turn + 3.0, np.where(np.arange(120)[:, None] == 9, np.nan, P)):
        assert FUNCTIONS["procrustes_orthogonal"](snips(P), snips(Q)) == 0.0
        assert FUNCTIONS["procrustes_similarity"](snips(P), snips(Q)) == 0.0
        assert FUNCTIONS["cka"](snips(P), snips(Q)) == 1.0


def test_cka_equals_the_kernel_formula(pair):
    """Centred kernel matrices, multiplied out."""
    P, Q = pair
    centre = np.eye(120) - 1 / 120
    K, L = centre @ P @ P.T @ centre, centre @ Q @ Q.T @ centre
    expected = np.sum(K * L) / np.sqrt(np.sum(K * K) * np.sum(L * L))
    assert FUNCTIONS["cka"](snips(P), snips(Q)) == pytest.approx(expected, abs=1e-12)


def test_null_of_cka_is_the_mean_over_permutations(pair):
    """Within three standard errors of 300 shuffles."""
    P, Q = pair
    rng = np.random.default_rng(2)
    drawn = [FUNCTIONS["cka"](snips(P), snips(Q[rng.permutation(120)])) for _ in range(300)]
    error = np.std(drawn) / np.sqrt(300)
    assert abs(np.mean(drawn) - FUNCTIONS["cka_null"](snips(P), snips(Q))) < 3 * error


def test_regimes_may_differ_in_width(pair):
    """A latent more that is constant changes nothing."""
    P, Q = pair
    wider = np.c_[Q, np.full(120, 5.0)]
    for name, function in FUNCTIONS.items():
        assert function(snips(P), snips(wider)) == pytest.approx(function(snips(P), snips(Q))), name


def test_transfer_finds_labels_and_times_across_a_turn():
    """Two lanes along time, the other regime turned and stretched: both are read off; unrelated places tell nothing."""
    rng = np.random.default_rng(3)
    made = snips(np.zeros((240, 3)))
    lane = (made.labels == "a").astype(float)
    P = np.c_[2 * made.times, 3 * lane, 0 * lane] + 0.3 * rng.normal(size=(240, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    there = 5 * (P + 0.2 * rng.normal(size=P.shape)) @ turn + 9
    one, other = replace(made, latents=P), replace(made, latents=there)
    assert FUNCTIONS["label_transfer"](one, other) > 0.97
    assert FUNCTIONS["time_transfer"](one, other) > 0.9
    noise = replace(made, latents=rng.normal(size=P.shape))
    assert FUNCTIONS["label_transfer"](one, noise) < 0.65
    assert FUNCTIONS["time_transfer"](one, noise) < 0.2


def test_transfer_does_not_use_the_own_individual():
    """Each individual a cluster of its own with a label at random: no better than chance, though its own snips are nearest."""
    rng = np.random.default_rng(4)
    centre = np.repeat(10 * rng.normal(size=(60, 3)), 6, axis=0)
    labels = np.repeat(np.array(list("ab"))[rng.integers(0, 2, 60)], 6)
    made = snips(centre + 0.01 * rng.normal(size=centre.shape), labels=labels)
    assert FUNCTIONS["label_transfer"](made, made) < 0.7


def test_too_few_matches_are_refused():
    """The message counts them."""
    X = np.full((12, 2), np.nan)
    X[:3] = [[0, 1], [2, 3], [4, 7]]
    with pytest.raises(NotComputable, match=r"^3 snips can be matched, needs at least 10$"):
        matched_pair(X, X)
