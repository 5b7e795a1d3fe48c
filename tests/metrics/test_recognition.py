"""Confusion over time and courses of individuals."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from morphsweep.errors import InvalidInput, ShapeMismatch
from morphsweep.metrics import confusion_over_time, probability_courses

CLASSES = ["a", "b", "c"]
EDGES = np.linspace(0.0, 4.0, 5)


@pytest.fixture(scope="module")
def snips():
    """Probabilities, labels, individuals, times; some outside the edges."""
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(12), 10)
    p = rng.dirichlet(np.ones(3), size=120)
    return p, np.array(CLASSES)[who % 3], np.char.add("e", who.astype(str)), rng.uniform(-0.5, 4.5, 120)


def test_counts_are_scikit_learns_in_every_bin(snips):
    """An independent confusion matrix per bin, and shares that add up to one."""
    p, labels, _, times = snips
    table = confusion_over_time(p, labels, times, EDGES, CLASSES)
    predicted = np.array(CLASSES)[p.argmax(axis=1)]
    for b in range(4):
        inside = (times >= EDGES[b]) & ((times < EDGES[b + 1]) | ((b == 3) & (times == EDGES[4])))
        own = table[table["time_bin"] == b].pivot_table(index="perturbation", columns="predicted", values="n")
        expected = confusion_matrix(labels[inside], predicted[inside], labels=CLASSES)
        np.testing.assert_array_equal(own.to_numpy(), expected)
    shares = table.groupby(["perturbation", "time_bin"])["share"].sum()
    np.testing.assert_allclose(shares, 1.0)


def test_courses_are_means_per_individual_and_bin(snips):
    """Every value by a plain loop; snips outside the edges are in none."""
    p, labels, individuals, times = snips
    table = probability_courses(p, labels, individuals, times, EDGES, CLASSES)
    assert table["n"].sum() == ((times >= 0) & (times <= 4)).sum()
    for row in table.itertuples():
        inside = (individuals == row.individual) & (np.floor(times) == row.time_bin)
        mean = p[inside].mean(axis=0)
        assert row.probability == pytest.approx(mean[CLASSES.index(row.perturbation)])
        assert row.predicted == CLASSES[mean.argmax()]
        assert row.time == row.time_bin + 0.5


def test_a_bin_without_snips_has_no_share_and_no_course():
    """Missing, not 0."""
    p = np.array([[1.0, 0.0]])
    table = confusion_over_time(p, ["a"], np.array([0.5]), np.array([0.0, 1.0, 2.0]), ["a", "b"])
    assert table[(table["perturbation"] == "a") & (table["time_bin"] == 0)]["share"].tolist() == [1.0, 0.0]
    assert table[table["time_bin"] == 1]["share"].isna().all()
    late = probability_courses(p, ["a"], ["e"], np.array([5.0]), np.array([0.0, 1.0]), ["a", "b"])
    assert late.empty


def test_unknown_labels_and_other_sizes_are_refused(snips):
    """Named in the message."""
    p, labels, individuals, times = snips
    with pytest.raises(InvalidInput, match=r"^the label 'c' is none of the classes \['a', 'b'\]$"):
        confusion_over_time(p[:, :2], labels, times, EDGES, ["a", "b"])
    with pytest.raises(ShapeMismatch, match=r"^119 individuals for 120 rows$"):
        probability_courses(p, labels, individuals[1:], times, EDGES, CLASSES)
    with pytest.raises(ShapeMismatch, match=r"^120 labels and 3 classes do not fit"):
        confusion_over_time(p, labels, times[1:], EDGES, CLASSES)
