"""Centroids in time bins."""

import numpy as np
import pytest

from morphsweep.metrics import time_centroids
from morphsweep.metrics.centroids import common_points, half_of_individual


@pytest.fixture
def snips():
    """Latents, labels, individuals and times of a small cohort."""
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(12), 8)
    return (
        rng.normal(size=(96, 3)),
        np.array(["a", "b", "c"])[person % 3],
        person.astype(str),
        np.tile(np.arange(8.0), 12),
    )


def test_centroids_equal_a_slow_loop(snips):
    """Weighted means of each cell and of each half, and the pooled covariance."""
    X, labels, people, times = snips
    weight = np.random.default_rng(2).uniform(0.5, 2, 96)
    made = time_centroids(
        X, labels, people, times, perturbations=("c", "a"), edges=np.array([0.0, 4.0, 7.0]), weight=weight
    )
    half = half_of_individual(people, labels)
    for p, name in enumerate(("c", "a")):
        for b, inside in enumerate((times < 4, times >= 4)):
            cell = (labels == name) & inside
            assert made.points[p, b] == pytest.approx(np.average(X[cell], axis=0, weights=weight[cell]))
            for side in (0, 1):
                rows = cell & (half == side)
                expected = np.average(X[rows], axis=0, weights=weight[rows])
                assert made.halves[side, p, b] == pytest.approx(expected)
    rows = (labels != "b") & (times >= 4)
    centred = np.array([X[i] - made.points[0 if labels[i] == "c" else 1, 1] for i in np.flatnonzero(rows)])
    assert made.within[1] == pytest.approx(np.cov(centred.T, aweights=weight[rows], ddof=0), abs=1e-9)


def test_whole_weights_are_repeated_rows(snips):
    """A snip of weight two is two snips."""
    X, labels, people, times = snips
    weight = np.random.default_rng(3).integers(0, 3, 96)
    rows = np.repeat(np.arange(96), weight)
    options = {"perturbations": ("a", "b", "c"), "edges": np.array([0.0, 4.0, 7.0])}
    weighted = time_centroids(X, labels, people, times, weight=weight.astype(float), **options)
    repeated = time_centroids(X[rows], labels[rows], people[rows], times[rows], **options)
    assert weighted.points == pytest.approx(repeated.points)
    assert weighted.within == pytest.approx(repeated.within)


def test_halves_are_balanced_within_each_perturbation(snips):
    """Four individuals of each perturbation: two in each half, whatever the order of the rows."""
    _, labels, people, _ = snips
    half = half_of_individual(people, labels)
    for name in "abc":
        assert sorted(half[labels == name]) == [0] * 16 + [1] * 16
    order = np.random.default_rng(0).permutation(96)
    assert (half_of_individual(people[order], labels[order]) == half[order]).all()


def test_bins_that_one_perturbation_lacks_are_left_out(snips):
    """The common window has the bins of all."""
    X, labels, people, times = snips
    kept = ~((labels == "b") & (times == 2))
    made = time_centroids(
        X[kept], labels[kept], people[kept], times[kept], perturbations=("a", "b"), edges=np.arange(9.0)
    )
    points, share = common_points(made)
    assert points.shape == (2, 7, 3)
    assert share == pytest.approx(np.array([0, 1, 3, 4, 5, 6, 7]) / 7)
