"""Discrimination of many resamples at once, against one resample at a time."""

import numpy as np
import pytest

from morphsweep.metrics import individual_weights, resampled_over_time, scores_over_time


@pytest.fixture
def rows():
    """300 snips of 30 individuals, three perturbations, rounded probabilities so that many tie."""
    rng = np.random.default_rng(4)
    who = np.repeat(np.arange(30), 10)
    labels = np.array(["a", "b", "c"])[who % 3]
    p = np.round(rng.dirichlet([1.0, 1, 1], 300) + np.equal.outer(who % 3, np.arange(3)), 1)
    ids = np.array([f"e{k}" for k in who])
    times = rng.uniform(0, 6, 300)
    times[(labels == "c") & (times < 1)] = 5.0  # a bin without c
    return p / p.sum(axis=1, keepdims=True), labels, ids, times, np.linspace(0, 5, 6)


def test_each_replicate_equals_the_weighted_scores(rows):
    """The block of replicates gives what the plain function gives with the weights of each, bin by bin."""
    p, labels, ids, times, edges = rows
    found = resampled_over_time(p, labels, ids, times, edges, ["a", "b", "c"], n_replicates=4, seed=7)
    names = sorted(set(ids))
    weights = individual_weights(names, 4, seed=7)[:, np.searchsorted(names, ids)]
    for b in range(4):
        table = scores_over_time(p, labels, times, edges, ["a", "b", "c"], weight=weights[b])
        for score in ("f1", "pr_auc", "auroc"):
            assert found[score][b].ravel() == pytest.approx(table[score].to_numpy(), nan_ok=True)
    assert np.isnan(found["f1"][:, 2, 0]).all()


def test_later_replicates_do_not_depend_on_where_one_starts(rows):
    """Replicates 2 and 3 are the same whether 0 and 1 were asked for or not."""
    p, labels, ids, times, edges = rows
    whole, end = (
        resampled_over_time(
            p, labels, ids, times, edges, ["a", "b", "c"], n_replicates=4, seed=7, first=first
        )
        for first in (0, 2)
    )
    for score, values in whole.items():
        np.testing.assert_array_equal(values[2:], end[score])


def test_blocks_change_nothing(rows, monkeypatch):
    """Whether the replicates are computed at once or one by one."""
    p, labels, ids, times, edges = rows
    at_once = resampled_over_time(p, labels, ids, times, edges, ["a", "b", "c"], n_replicates=4, seed=7)
    monkeypatch.setattr("morphsweep.metrics.resampled._AT_ONCE", 1)
    one_by_one = resampled_over_time(p, labels, ids, times, edges, ["a", "b", "c"], n_replicates=4, seed=7)
    np.testing.assert_allclose(at_once["auroc"], one_by_one["auroc"], rtol=1e-12)
