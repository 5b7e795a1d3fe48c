"""Scores per time bin equal scikit-learn's, bin by bin and class by class."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from morphsweep.errors import InvalidInput, ShapeMismatch
from morphsweep.metrics import count_tables, scores_over_time, time_bins

CLASSES = ("gdf3", "lmx1b", "wt")
EDGES = np.linspace(0.0, 10.0, 6)


def rows(n=400, seed=0, *, digits=1):
    """Probabilities with many ties, labels that follow them loosely, times that also leave the edges."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, n)
    scores = rng.normal(size=(n, 3)) + 1.5 * np.eye(3)[codes]
    probabilities = np.round(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True), digits)
    times = rng.uniform(-1.0, 11.0, n)
    times[:2] = [0.0, 10.0]
    for array in (probabilities, times):
        array.setflags(write=False)
    return probabilities, np.array(CLASSES)[codes], times


def slow(probabilities, labels, times, weight):
    """scikit-learn, in a loop over classes and bins."""
    predicted = np.array(CLASSES)[probabilities.argmax(axis=1)]
    for c, name in enumerate(CLASSES):
        for b in range(len(EDGES) - 1):
            last = b == len(EDGES) - 2
            inside = (times >= EDGES[b]) & ((times <= EDGES[b + 1]) if last else (times < EDGES[b + 1]))
            truth, score, w = labels[inside] == name, probabilities[inside, c], weight[inside]
            if not truth.any() or truth.all():
                yield name, b, np.nan, np.nan, np.nan
                continue
            yield (
                name,
                b,
                f1_score(truth, predicted[inside] == name, sample_weight=w, zero_division=0.0),
                average_precision_score(truth, score, sample_weight=w),
                roc_auc_score(truth, score, sample_weight=w),
            )


@pytest.mark.parametrize("digits", [1, 12])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n", [30, 400])
def test_equals_a_loop_over_scikit_learn(n, weighted, digits):
    """To 1e-12, with ties or without, with weights or without, and with bins that lack a class."""
    probabilities, labels, times = rows(n, digits=digits)
    weight = np.random.default_rng(3).uniform(0.1, 2.0, n) if weighted else None
    table = scores_over_time(probabilities, labels, times, EDGES, CLASSES, weight=weight)
    expected = list(slow(probabilities, labels, times, np.ones(n) if weight is None else weight))
    assert list(zip(table["perturbation"], table["time_bin"], strict=True)) == [row[:2] for row in expected]
    np.testing.assert_allclose(
        table[["f1", "pr_auc", "auroc"]].to_numpy(),
        np.array([row[2:] for row in expected]),
        rtol=0,
        atol=1e-12,
    )


def test_never_predicted_is_zero_and_absent_is_missing():
    """F1 is 0 when the class is never predicted; a bin without positives or without negatives is missing."""
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.7, 0.3]])
    labels = ["a", "b", "b", "a"]
    times = np.array([0.5, 0.5, 1.5, 2.5])
    table = scores_over_time(probabilities, labels, times, np.array([0.0, 1.0, 2.0, 3.0]), ("a", "b"))
    b = table[table["perturbation"] == "b"]
    assert b["f1"].tolist()[0] == 0.0
    assert b["f1"].isna().tolist() == [False, True, True]
    assert b["pr_auc"].isna().tolist() == [False, True, True]
    assert b["n_positive"].tolist() == [1, 1, 0]
    assert b["n"].tolist() == [2, 1, 1]
    assert b["time"].tolist() == [0.5, 1.5, 2.5]


def test_last_edge_belongs_to_the_last_bin_only_when_closed():
    """Lower edges are in and upper edges out, but for the last one where that is asked for."""
    times = np.array([-0.1, 0.0, 0.99, 1.0, 2.0, 2.1])
    edges = np.array([0.0, 1.0, 2.0])
    assert time_bins(times, edges).tolist() == [-1, 0, 0, 1, 1, -1]
    assert time_bins(times, edges, last_closed=False).tolist() == [-1, 0, 0, 1, -1, -1]


def test_rows_outside_the_edges_do_not_matter():
    """Leaving them out by hand gives the same table."""
    probabilities, labels, times = rows()
    inside = (times >= EDGES[0]) & (times <= EDGES[-1])
    whole = scores_over_time(probabilities, labels, times, EDGES, CLASSES)
    part = scores_over_time(probabilities[inside], labels[inside], times[inside], EDGES, CLASSES)
    np.testing.assert_array_equal(whole["f1"], part["f1"])
    np.testing.assert_array_equal(whole["auroc"], part["auroc"])


def test_order_of_rows_is_irrelevant():
    """Shuffling the rows changes nothing."""
    probabilities, labels, times = rows()
    order = np.random.default_rng(5).permutation(len(times))
    whole = scores_over_time(probabilities, labels, times, EDGES, CLASSES)
    turned = scores_over_time(probabilities[order], labels[order], times[order], EDGES, CLASSES)
    for column in ("f1", "pr_auc", "auroc", "n"):
        np.testing.assert_allclose(turned[column], whole[column], atol=1e-14)


def test_nothing_inside_gives_an_empty_bin_not_a_crash():
    """All rows outside the edges: every score is missing and every count 0."""
    table = scores_over_time(np.array([[1.0, 0.0]]), ["a"], np.array([9.0]), np.array([0.0, 1.0]), ("a", "b"))
    assert table[["f1", "pr_auc", "auroc"]].isna().all().all()
    assert table["n"].tolist() == [0, 0]


def test_counts_per_individual_add_up_to_the_counts_of_all():
    """A table per individual and bin, weighted and summed, is the table of the resampled rows."""
    rng = np.random.default_rng(0)
    predicted, actual = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    bins, individual = rng.integers(-1, 4, 200), rng.integers(0, 10, 200)
    draws = rng.integers(0, 4, 10).astype(float)
    groups = np.where(bins >= 0, individual * 4 + bins, -1)
    per_individual = count_tables(predicted, actual, groups, n_groups=40, n_classes=3)
    resampled = count_tables(predicted, actual, bins, n_groups=4, n_classes=3, weight=draws[individual])
    for table, expected in zip(per_individual, resampled, strict=True):
        np.testing.assert_allclose(np.tensordot(draws, table.reshape(10, 4, 3), axes=1), expected, atol=1e-12)


def test_arrays_that_do_not_correspond_are_named():
    """The message says which shapes were expected and found."""
    probabilities, labels, times = rows(10)
    with pytest.raises(
        ShapeMismatch, match=r"^10 labels and 2 classes need probabilities of shape \(10, 2\) and times"
    ):
        scores_over_time(probabilities, labels, times, EDGES, ("a", "b"))
    with pytest.raises(InvalidInput, match=r"^time-bin edges must rise, got \[1.0, 1.0\]$"):
        scores_over_time(probabilities, labels, times, np.array([1.0, 1.0]), CLASSES)
    with pytest.raises(
        InvalidInput, match=r"^a row has no predicted probability; pass only the rows that were predicted$"
    ):
        scores_over_time(np.full((10, 3), np.nan), labels, times, EDGES, CLASSES)
