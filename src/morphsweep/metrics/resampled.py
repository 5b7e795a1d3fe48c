"""Discrimination over time of many resamples at once: predictions stay, only the weights of individuals change."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from morphsweep.metrics.individual_counts import count_individuals
from morphsweep.metrics.resampling import individual_weights
from morphsweep.metrics.time_bins import time_bins
from morphsweep.records import BoolArray, FloatArray, IntArray

__all__ = ["resampled_over_time"]

_AT_ONCE = 2**22  # weights in one block, so that large runs stay within memory


def resampled_over_time(
    probabilities: FloatArray,
    labels: Sequence[str] | np.ndarray[Any, Any],
    individuals: Sequence[str] | np.ndarray[Any, Any],
    times: FloatArray,
    edges: FloatArray,
    classes: Sequence[str],
    /,
    *,
    n_replicates: int,
    seed: int,
    first: int = 0,
    last_closed: bool = True,
) -> dict[str, FloatArray]:
    """F1, average precision and AUROC per perturbation and bin, for each set of bootstrap weights of the individuals.

    Parameters
    ----------
    probabilities : array, shape (n, n_classes)
        Out-of-fold class probabilities.
    labels, individuals : sequence of str, length n
        True perturbation and individual of each row.
    times : array, shape (n,)
        Times; rows outside the edges are left out.
    edges : array, shape (n_bins + 1,)
        Rising edges of the time bins.
    classes : sequence of str, length n_classes
        Perturbation of each column.
    n_replicates : int
        The replicates are `first` to ``n_replicates - 1``.
    seed : int
        Of the bootstrap, see :func:`individual_weights`.
    first : int
        The first replicate wanted.
    last_closed : bool
        Whether the upper edge of the last bin belongs to it.

    Returns
    -------
    dict of str to array, shape (n_replicates - first, n_classes, n_bins)
        ``f1, pr_auc, auroc``, each 0 to 1; NaN in a bin without the perturbation or without another.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    >>> found = resampled_over_time(
    ...     p,
    ...     ["a", "b", "b"],
    ...     ["e1", "e2", "e3"],
    ...     np.zeros(3),
    ...     np.array([0.0, 1.0]),
    ...     ["a", "b"],
    ...     n_replicates=2,
    ...     seed=0,
    ... )
    >>> found["auroc"][:, 0, 0].tolist()
    [1.0, 1.0]
    """
    n_bins = len(edges) - 1
    bins = time_bins(times, edges, last_closed=last_closed)
    counts = count_individuals(
        probabilities.argmax(axis=1), labels, individuals, bins, classes, n_bins=n_bins
    )
    weights = individual_weights(counts.individuals, n_replicates, seed=seed)[first:]
    f1 = counts.f1(weights).swapaxes(1, 2)
    who = np.searchsorted(np.asarray(counts.individuals), np.asarray(individuals, dtype=object).astype(str))
    codes = np.searchsorted(np.asarray(classes), np.asarray(labels, dtype=object).astype(str))
    inside = np.flatnonzero(bins >= 0)
    ranked = np.stack([
        _ranking(probabilities[inside, c], codes[inside] == c, bins[inside], n_bins, weights, who[inside])
        for c in range(len(classes))
    ])  # class, score, replicate, bin
    present = np.isfinite(f1)
    pr_auc, auroc = (np.where(present, ranked[:, k].swapaxes(0, 1), np.nan) for k in (0, 1))
    return {"f1": f1, "pr_auc": pr_auc, "auroc": auroc}


def _ranking(
    score: FloatArray, positive: BoolArray, bins: IntArray, n_bins: int, weights: FloatArray, who: IntArray
) -> FloatArray:
    """Average precision and AUROC per replicate and bin, shape (2, n_replicates, n_bins); ties are one threshold."""
    out = np.full((2, len(weights), n_bins), np.nan)
    if not len(score):
        return out
    order = np.lexsort((-score, bins))
    score, positive, bins, who = score[order], positive[order], bins[order], who[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(bins) != 0) | (np.diff(score) != 0)])
    at = bins[starts]
    begins = np.flatnonzero(np.r_[True, np.diff(at) != 0])  # first threshold of each bin that has rows
    length = np.diff(np.r_[begins, len(at)])
    block = max(1, _AT_ONCE // len(score))
    for low in range(0, len(weights), block):
        shares = weights[low : low + block, who]
        tp = np.add.reduceat(shares * positive, starts, axis=1)
        fp = np.add.reduceat(shares * ~positive, starts, axis=1)
        tp_so_far, fp_so_far = _running(tp, begins, length), _running(fp, begins, length)
        all_tp, all_fp = np.add.reduceat(tp, begins, axis=1), np.add.reduceat(fp, begins, axis=1)
        predicted = tp_so_far + fp_so_far
        precision = np.divide(tp_so_far, predicted, out=np.zeros_like(predicted), where=predicted > 0)
        with np.errstate(invalid="ignore", divide="ignore"):  # blanked by the caller
            pr_auc = np.add.reduceat(tp * precision, begins, axis=1) / all_tp
            auroc = np.add.reduceat(fp * (tp_so_far - 0.5 * tp), begins, axis=1) / (all_tp * all_fp)
        out[:, low : low + block, at[begins]] = np.minimum(np.stack([pr_auc, auroc]), 1.0)
    return out


def _running(values: FloatArray, begins: IntArray, length: IntArray) -> FloatArray:
    """Cumulative sums along each row that begin anew with each bin."""
    total = np.cumsum(values, axis=1)
    before = np.where(begins > 0, total[:, begins - 1], 0.0)
    running: FloatArray = total - np.repeat(before, length, axis=1)
    return running
