"""Drops between regimes are taken on the same individuals and bins."""

import numpy as np
import pytest

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics import IndividualCounts, common_individuals, held_out_drops

CLASSES = ("gdf3", "lmx1b", "wt")


def counts(accuracy, *, names=None, seed=0, n=30, bins=4, label_shift=0):
    """Individuals whose snips are called right with a given chance per class, else anything."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(n) + label_shift) % 3
    predicted = np.zeros((n, bins, 3))
    for i, label in enumerate(labels):
        for b in range(bins):
            for _ in range(6):
                right = rng.random() < accuracy[label]
                predicted[i, b, label if right else rng.integers(0, 3)] += 1
    names = [f"e{i:02d}" for i in range(n)] if names is None else names
    return IndividualCounts(tuple(names), CLASSES, labels, np.zeros(n, int), predicted)


def test_held_out_perturbations_lose_more_than_kept_ones():
    """gdf3 falls from nearly always right to hardly, the others stay: the excess is told with an interval above 0."""
    table = held_out_drops(counts((0.9, 0.8, 0.8)), counts((0.2, 0.8, 0.8), seed=1), {"gdf3"})
    by = table[table["perturbation"] == ""].set_index("group")
    assert by.loc["held out", "drop"] == pytest.approx(table.set_index("perturbation").loc["gdf3", "drop"])
    assert by.loc["excess", "drop"] == pytest.approx(by.loc["held out", "drop"] - by.loc["kept", "drop"])
    assert 0 < by.loc["excess", "low"] <= by.loc["excess", "drop"] <= by.loc["excess", "high"]


def test_the_same_predictions_drop_nothing():
    """Drop and interval are exactly 0, because replicates are paired."""
    same = counts((0.7, 0.7, 0.7))
    table = held_out_drops(same, same, {"gdf3"}, n_replicates=20)
    assert (table[["drop", "low", "high"]] == 0).all(axis=None)


def test_only_common_individuals_count():
    """An individual of one side changes nothing."""
    more = counts((0.9, 0.5, 0.7), n=36)
    some = counts((0.9, 0.5, 0.7), seed=2)
    one, two = common_individuals(more, some)
    assert one.individuals == two.individuals == some.individuals
    np.testing.assert_array_equal(one.predicted, more.predicted[:30])


def test_what_cannot_be_paired_is_named():
    """Other classes, no common individual, another label, nothing held out."""
    base = counts((0.7, 0.7, 0.7))
    with pytest.raises(NotComputable, match=r"^no individual is in both$"):
        common_individuals(base, counts((0.7, 0.7, 0.7), names=[f"x{i}" for i in range(30)]))
    with pytest.raises(NotComputable, match=r"^the individual 'e00' has different perturbations in the two$"):
        common_individuals(base, counts((0.7, 0.7, 0.7), label_shift=1))
    with pytest.raises(NotComputable, match=r"or their time bins, differ; compare on one cohort$"):
        common_individuals(base, counts((0.7, 0.7, 0.7), bins=5))
    with pytest.raises(
        NotApplicable, match=r"^a drop of held-out perturbations needs some that were held out"
    ):
        held_out_drops(base, base, set())
