"""Two models on the same individuals."""

import numpy as np
import pytest

from morphsweep.errors import NotComputable
from morphsweep.metrics import count_individuals, individual_weights, paired_f1

CLASSES = ["a", "b"]


def counts(seed, *, accuracy, people=24, snips=6):
    """Counts of a model that is right with some probability, in two bins."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), snips)
    codes = who % 2
    right = rng.random(len(who)) < accuracy
    called = np.where(right, codes, 1 - codes)
    bins = np.tile(np.arange(snips) % 2, people)
    return count_individuals(
        called, np.array(CLASSES)[codes], [f"e{i}" for i in who], bins, CLASSES, n_bins=2
    )


def test_difference_replicates_and_swaps_are_what_they_say():
    """Each replicate is F1 with weights, first minus second; exchanged models differ by nothing on average."""
    one, two = counts(0, accuracy=0.9), counts(1, accuracy=0.6)
    pair = paired_f1(one, two, n_replicates=7, n_swaps=400, seed=3)
    weights = individual_weights(one.individuals, 7, seed=3)
    np.testing.assert_allclose(pair.replicates, one.f1(weights) - two.f1(weights))
    np.testing.assert_allclose(pair.difference, one.f1()[0] - two.f1()[0])
    assert np.abs(pair.swapped.mean(axis=0)).max() < 0.02
    assert (pair.difference > np.quantile(pair.swapped, 0.95, axis=0)).all()
    np.testing.assert_allclose(pair.turned().difference, -pair.difference)


def test_swapping_everyone_turns_the_difference_round():
    """No swap lies beyond the two extremes when all individuals are of one mind."""
    one, two = counts(0, accuracy=1.0), counts(0, accuracy=0.0)
    pair = paired_f1(one, two, n_swaps=200)
    assert np.abs(pair.swapped).max() <= 1.0
    np.testing.assert_allclose(pair.difference, 1.0)


def test_equal_models_do_not_differ():
    """A model beside itself: every difference, replicate and swap is 0."""
    one = counts(0, accuracy=0.7)
    pair = paired_f1(one, one, n_replicates=5, n_swaps=5)
    assert not pair.difference.any()
    assert not pair.replicates.any()
    assert not pair.swapped.any()


def test_other_snips_are_refused():
    """Models that were scored on different snips cannot be paired."""
    with pytest.raises(NotComputable, match=r"^the two models were not scored on the same snips$"):
        paired_f1(counts(0, accuracy=0.7), counts(0, accuracy=0.7, snips=4))
