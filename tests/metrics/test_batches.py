"""Batches: a planted effect is seen, none is not, and what cannot be told is said."""

import numpy as np
import pytest

from morphsweep.errors import NotApplicable
from morphsweep.metrics import METRICS, batch_neighbour_shares, batch_variance_shares, search_neighbours

OBSERVED, NULL = METRICS["batch_variance"].function, METRICS["batch_variance_null"].function


def cohort(effect, seed=0):
    """Sixty individuals of three perturbations and four batches, eight snips each in two cells."""
    rng = np.random.default_rng(seed)
    label = np.arange(60) % 3
    batch = rng.permuted(np.arange(60) // 3 % 4)
    people = np.repeat(np.arange(60), 8)
    own = 0.5 * rng.normal(size=(60, 6)) + effect * rng.normal(size=(4, 6))[batch]
    X = rng.normal(size=(480, 6)) + own[people] + 5 * np.eye(6)[label][people]
    return X, label[people] * 2 + np.tile([0, 1], 240), people, batch, label


def test_share_equals_a_slow_loop():
    """Cell by cell and batch by batch."""
    X, cells, people, batch, label = cohort(0.5)
    shares = batch_variance_shares(X, cells, people, batch, label, seed=1)
    within = between = 0.0
    for cell in np.unique(cells):
        rows = X[cells == cell]
        within += ((rows - rows.mean(axis=0)) ** 2).sum()
        for b in range(4):
            mine = X[(cells == cell) & (batch[people] == b)]
            between += len(mine) * ((mine.mean(axis=0) - rows.mean(axis=0)) ** 2).sum() if len(mine) else 0
    assert OBSERVED(shares) == pytest.approx(between / within)


def neighbour_shares(X, people, batch, label):
    """Of the ten nearest snips of other individuals."""
    found = search_neighbours(X, np.arange(0, 480, 2), labels=label[people], individuals=people)
    return batch_neighbour_shares(people[found.queries], people[found.strangers], batch, label, seed=1)


def test_planted_effect_lies_above_the_null_and_none_does_not():
    """In ten seeds each: always seen when planted, at most twice when not."""
    seen = {0.0: [0, 0], 1.0: [0, 0]}
    for effect, count in seen.items():
        for seed in range(10):
            X, cells, people, batch, label = cohort(effect, seed)
            shares = batch_variance_shares(X, cells, people, batch, label, seed=seed)
            count[0] += OBSERVED(shares) > NULL(shares)
            near = neighbour_shares(X, people, batch, label)
            count[1] += OBSERVED(near) > NULL(near)
    assert seen[1.0] == [10, 10]
    assert max(seen[0.0]) <= 2


def test_batches_that_are_individuals_cannot_be_told():
    """One individual per batch in every perturbation."""
    X, cells, people, _, label = cohort(0.0)
    with pytest.raises(NotApplicable, match=r"batch and individual cannot be told apart$"):
        batch_variance_shares(X, cells, people, np.arange(60) // 3, label, seed=1)
