"""Discrimination along development: F1, average precision and AUROC per perturbation and time bin, without a loop."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, ShapeMismatch
from morphsweep.metrics.time_bins import time_bins
from morphsweep.records import FloatArray, IntArray

__all__ = ["count_tables", "scores_over_time"]


def count_tables(
    predicted: IntArray,
    actual: IntArray,
    groups: IntArray,
    /,
    *,
    n_groups: int,
    n_classes: int,
    weight: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """True positives, false positives and false negatives of every class in every group.

    Groups are time bins, or time bins of each individual: sums over individuals then give the counts of any resample.

    Parameters
    ----------
    predicted, actual : array of int, shape (n,)
        Classes, 0 .. n_classes - 1; actual may be -1 for a class that cannot be predicted.
    groups : array of int, shape (n,)
        0 .. n_groups - 1; rows with -1 are left out.
    n_groups, n_classes : int
        Numbers of groups and of classes.
    weight : array, shape (n,), optional
        Weight of each row.

    Returns
    -------
    tuple of array, each of shape (n_groups, n_classes)
        tp, fp and fn: counts, or sums of weights.

    Examples
    --------
    >>> tp, fp, fn = count_tables(
    ...     np.array([0, 1, 1]), np.array([0, 1, 0]), np.zeros(3, int), n_groups=1, n_classes=2
    ... )
    >>> tp, fp, fn
    (array([[1., 1.]]), array([[0., 1.]]), array([[1., 0.]]))
    """
    inside = groups >= 0
    # One count of all (group, actual, predicted) triples; actual is moved up by one to make room for -1.
    flat = ((groups * (n_classes + 1) + actual + 1) * n_classes + predicted)[inside]
    size = n_groups * (n_classes + 1) * n_classes
    triples = np.bincount(flat, weights=None if weight is None else weight[inside], minlength=size)
    confusion = triples.astype(np.float64).reshape(n_groups, n_classes + 1, n_classes)
    classes = np.arange(n_classes)
    hits = confusion[:, classes + 1, classes]
    confusion[:, classes + 1, classes] = 0.0  # what is left are the misses
    return hits, confusion.sum(axis=1), confusion[:, 1:].sum(axis=2)


def scores_over_time(
    probabilities: FloatArray,
    labels: Sequence[str] | np.ndarray[Any, Any],
    times: FloatArray,
    edges: FloatArray,
    classes: Sequence[str],
    /,
    *,
    weight: FloatArray | None = None,
    last_closed: bool = True,
) -> pd.DataFrame:
    """How well each perturbation is told from the rest in each time bin.

    Parameters
    ----------
    probabilities : array, shape (n, n_classes)
        Predicted class probabilities of rows the classifier was not trained on.
    labels : sequence of str, length n
        True perturbations.
    times : array, shape (n,)
        Times; rows outside the edges are left out.
    edges : array, shape (n_bins + 1,)
        Rising edges of the time bins: lower edge in, upper edge out.
    classes : sequence of str, length n_classes
        Perturbation of each column of `probabilities`.
    weight : array, shape (n,), optional
        Weight of each row, not negative.
    last_closed : bool
        Whether the upper edge of the last bin belongs to it.

    Returns
    -------
    DataFrame
        ``perturbation, time_bin, time`` (centre of the bin), ``f1, pr_auc, auroc`` (0 to 1, higher is better),
        ``n_positive, n`` (rows, or their weights): one row per perturbation and bin. F1 is 0 when nothing was
        predicted as the perturbation. All three are missing in a bin without the perturbation or without another one.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    InvalidInput
        If the edges do not rise, or a probability is missing.

    References
    ----------
    .. [1] Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27(8).

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    >>> table = scores_over_time(
    ...     p, ["a", "b", "b"], np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0]), ["a", "b"]
    ... )
    >>> table[["perturbation", "f1", "auroc"]]
      perturbation        f1  auroc
    0            a  0.666667    1.0
    1            b  0.666667    1.0
    """
    actual = _codes(probabilities, labels, times, edges, classes)
    n_bins, n_classes = len(edges) - 1, len(classes)
    bins = time_bins(times, edges, last_closed=last_closed)
    tp, fp, fn = count_tables(
        probabilities.argmax(axis=1), actual, bins, n_groups=n_bins, n_classes=n_classes, weight=weight
    )
    positive = tp + fn
    inside = bins >= 0
    total = np.bincount(bins[inside], weights=None if weight is None else weight[inside], minlength=n_bins)
    present = (positive > 0) & (total[:, None] - positive > 0)
    f1 = np.divide(2 * tp, 2 * tp + fp + fn, out=np.full(tp.shape, np.nan), where=present)
    curves = [
        _ranking(
            probabilities[inside, c],
            actual[inside] == c,
            bins[inside],
            n_bins,
            None if weight is None else weight[inside],
        )
        for c in range(n_classes)
    ]
    counts = positive if weight is not None else positive.astype(np.int64)
    return pd.DataFrame({
        "perturbation": np.repeat(np.asarray(classes, dtype=object), n_bins),
        "time_bin": np.tile(np.arange(n_bins), n_classes),
        "time": np.tile((edges[:-1] + edges[1:]) / 2, n_classes),
        "f1": f1.T.ravel(),
        "pr_auc": np.concatenate([np.where(present[:, c], curves[c][0], np.nan) for c in range(n_classes)]),
        "auroc": np.concatenate([np.where(present[:, c], curves[c][1], np.nan) for c in range(n_classes)]),
        "n_positive": counts.T.ravel(),
        "n": np.tile(total, n_classes),
    })


def _codes(
    probabilities: FloatArray,
    labels: Sequence[str] | np.ndarray[Any, Any],
    times: FloatArray,
    edges: FloatArray,
    classes: Sequence[str],
) -> IntArray:
    # Position of each row's label in `classes`, -1 for a label that is none of them.
    if probabilities.shape != (len(labels), len(classes)) or times.shape != (len(labels),):
        msg = (
            f"{len(labels)} labels and {len(classes)} classes need probabilities of shape ({len(labels)}, {len(classes)}) "
            f"and times of shape ({len(labels)},), got {probabilities.shape} and {times.shape}"
        )
        raise ShapeMismatch(msg)
    if len(edges) < 2 or not (np.diff(edges) > 0).all():
        msg = f"time-bin edges must rise, got {edges.tolist()}"
        raise InvalidInput(msg)
    if not np.isfinite(probabilities).all():
        msg = "a row has no predicted probability; pass only the rows that were predicted"
        raise InvalidInput(msg)
    return np.asarray(_names(classes).get_indexer(_names(labels)))


def _names(labels: Sequence[str] | np.ndarray[Any, Any]) -> "pd.Index[Any]":
    """Labels as plain objects, which are looked up twice as fast as pandas' own strings."""
    index: pd.Index[Any] = pd.Index(np.asarray(labels, dtype=object), dtype="object")
    return index


def _ranking(
    score: FloatArray,
    positive: np.ndarray[Any, np.dtype[np.bool_]],
    bins: IntArray,
    n_bins: int,
    weight: FloatArray | None,
) -> tuple[FloatArray, FloatArray]:
    """Average precision and area under the ROC curve in every bin; equal scores count as one threshold."""
    if not len(score):
        return np.full(n_bins, np.nan), np.full(n_bins, np.nan)
    order = np.argsort(-score)  # then by bin, keeping that order: much quicker than both keys at once
    order = order[np.argsort(bins[order].astype(np.min_scalar_type(n_bins)), kind="stable")]
    score, positive, bins = score[order], positive[order], bins[order]
    shares = np.ones(len(order)) if weight is None else weight[order]
    first = np.flatnonzero(
        np.r_[True, (np.diff(bins) != 0) | (np.diff(score) != 0)]
    )  # one entry per threshold
    tp = np.add.reduceat(shares * positive, first)
    fp = np.add.reduceat(shares * ~positive, first)
    at = bins[first]
    all_tp, all_fp = np.bincount(at, tp, n_bins), np.bincount(at, fp, n_bins)
    tp_so_far, fp_so_far = _running(tp, at), _running(fp, at)
    predicted = tp_so_far + fp_so_far
    precision = np.divide(tp_so_far, predicted, out=np.zeros_like(predicted), where=predicted > 0)
    above = tp_so_far - 0.5 * tp  # positives ranked higher, half of the ties
    with np.errstate(
        invalid="ignore", divide="ignore"
    ):  # bins without positives or negatives are blanked by the caller
        pr_auc = np.bincount(at, tp * precision, n_bins) / all_tp
        auroc = np.bincount(at, fp * above, n_bins) / (all_tp * all_fp)
    return np.minimum(pr_auc, 1.0), np.minimum(auroc, 1.0)


def _running(values: FloatArray, bins: IntArray) -> FloatArray:
    """Cumulative sum that begins anew with each bin."""
    total = np.cumsum(values)
    begins = np.r_[True, np.diff(bins) != 0]
    before = np.where(begins, np.r_[0.0, total[:-1]], 0.0)
    running: FloatArray = total - np.maximum.accumulate(before)
    return running
