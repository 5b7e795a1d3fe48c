"""From when on is a perturbation told from the rest: a null that knows how many bins were looked at, and intervals.

The null deals the labels of the individuals out anew, within batches, against the fixed out-of-fold predictions. That
is slightly conservative: a classifier that never saw an individual knows a little less than nothing of a label that is
pure chance, because the other labels were all it had.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from morphsweep.metrics.individual_counts import IndividualCounts
from morphsweep.metrics.resampling import individual_weights, permuted_labels
from morphsweep.records import BoolArray, FloatArray

__all__ = ["Separability", "false_discovery", "separability"]

_EVEN = 1e-12  # scores that differ by less are equal


@dataclass(frozen=True, slots=True)
class Separability:
    """Discrimination over time with its null and its intervals.

    Parameters
    ----------
    over_time : DataFrame
        ``perturbation, time_bin, low, high, p, q, separable``: interval of F1, chance of an F1 so large without any
        signal, the same corrected for all bins and perturbations of the run (false discovery rate), and whether the bin
        is beyond what the largest of all bins of the perturbation reaches by chance.
    onsets : DataFrame
        ``perturbation, f1, f1_low, f1_high, p, onset, onset_low, onset_high, share_with_onset``: mean F1 with interval, the
        family-wise chance of its most separable bin, the lower edge of the first separable bin (NaN: none) with interval
        (NaN: beyond the last bin), and the share of replicates that have an onset.
    """

    over_time: pd.DataFrame
    onsets: pd.DataFrame


def separability(
    counts: IndividualCounts,
    edges: FloatArray,
    /,
    *,
    n_permutations: int = 1_000,
    n_replicates: int = 200,
    level: float = 0.9,
    family_error: float = 0.05,
    seed: int = 0,
) -> Separability:
    """Test every bin against permuted labels, and find the onset of separability.

    Parameters
    ----------
    counts : IndividualCounts
        Out-of-fold predictions counted per individual.
    edges : array, shape (n_bins + 1,)
        Edges of the time bins.
    n_permutations, n_replicates : int
        Permutations of the labels and bootstrap replicates.
    level : float
        Coverage of the intervals.
    family_error : float
        Chance that a perturbation without signal has any separable bin.
    seed : int
        Of both.

    Returns
    -------
    Separability
        One row per perturbation and bin, and one per perturbation.

    References
    ----------
    .. [1] Westfall & Young (1993), Resampling-Based Multiple Testing, Wiley.
    .. [2] Benjamini & Hochberg (1995), Controlling the false discovery rate, JRSS B 57(1).
    """
    observed = counts.f1()[0]
    permuted = permuted_labels(counts.labels, counts.batches, n_permutations, seed=seed)
    null = _Null.of(counts.f1_of_labels(permuted), observed, family_error)
    replicates = counts.f1(individual_weights(counts.individuals, n_replicates, seed=seed))
    low, high = _interval(replicates, level)
    q = false_discovery(null.p.ravel()).reshape(null.p.shape)
    separable = null.beyond(observed)
    n_bins, n_classes = observed.shape
    over_time = pd.DataFrame({
        "perturbation": np.repeat(np.asarray(counts.classes, dtype=object), n_bins),
        "time_bin": np.tile(np.arange(n_bins), n_classes),
        "low": low.T.ravel(),
        "high": high.T.ravel(),
        "p": null.p.T.ravel(),
        "q": q.T.ravel(),
        "separable": separable.T.ravel(),
    })
    mean = _mean(observed)
    mean_low, mean_high = _interval(_mean(replicates), level)
    found = _first(separable, edges)
    again = _first(null.beyond(replicates), edges)
    early, late = _onset_interval(again, level)
    onsets = pd.DataFrame({
        "perturbation": counts.classes,
        "f1": mean,
        "f1_low": mean_low,
        "f1_high": mean_high,
        "p": null.p_family,
        "onset": found,
        "onset_low": early,
        "onset_high": late,
        "share_with_onset": np.isfinite(again).mean(axis=0) if n_replicates else np.nan,
    })
    return Separability(over_time, onsets)


@dataclass(frozen=True, slots=True)
class _Null:
    """What F1 does without signal: mean and spread per bin and class, and how far the largest bin goes by chance."""

    mean: FloatArray
    spread: FloatArray
    limit: FloatArray
    p: FloatArray
    p_family: FloatArray

    @classmethod
    def of(cls, null: FloatArray, observed: FloatArray, family_error: float) -> "_Null":
        """From F1 of permuted labels, shape (n_permutations, n_bins, n_classes)."""
        n = len(null)
        known = np.isfinite(observed)
        filled = np.where(
            np.isfinite(null), null, 0.0
        )  # no positive among the permuted: nothing was recognised
        mean, spread = filled.mean(axis=0), filled.std(axis=0)
        chance, seen = _standard(filled, mean, spread), _standard(observed, mean, spread)
        chance, seen = np.where(known, chance, -np.inf), np.where(known, seen, -np.inf)
        p = np.where(known, (1 + (chance >= seen - _EVEN).sum(axis=0)) / (n + 1), np.nan)
        largest = chance.max(axis=1)
        reached = seen.max(axis=0)
        p_family = (1 + (largest >= reached - _EVEN).sum(axis=0)) / (n + 1)
        # beyond: strictly larger than all but family_error of the maxima, the observed one counted among them
        rank = int(np.floor(family_error * (n + 1)))
        limit = np.sort(largest, axis=0)[n - rank] if 0 < rank <= n else np.full(largest.shape[1], np.inf)
        return cls(mean, spread, limit, p, np.where(known.any(axis=0), p_family, np.nan))

    def beyond(self, scores: FloatArray) -> BoolArray:
        """Whether scores, shape (..., n_bins, n_classes), are larger than chance explains."""
        standard = _standard(scores, self.mean, self.spread)
        larger: BoolArray = np.isfinite(scores) & (standard > self.limit + _EVEN)
        return larger


def _standard(scores: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    """Deviations from the null in its spreads; 0 where it has none."""
    deviation = scores - mean
    standard: FloatArray = np.divide(
        deviation,
        spread,
        out=np.zeros(deviation.shape),
        where=np.broadcast_to(spread > _EVEN, deviation.shape),
    )
    return standard


def _mean(scores: FloatArray) -> FloatArray:
    """Mean over bins (the last axis but one) that have a score."""
    known = np.isfinite(scores)
    number = known.sum(axis=-2)
    mean: FloatArray = np.divide(
        np.where(known, scores, 0.0).sum(axis=-2), number, out=np.full(number.shape, np.nan), where=number > 0
    )
    return mean


def _interval(replicates: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Percentiles over the first axis; NaN where a replicate has no score."""
    if not len(replicates):
        return np.full(replicates.shape[1:], np.nan), np.full(replicates.shape[1:], np.nan)
    low, high = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _first(separable: BoolArray, edges: FloatArray) -> FloatArray:
    """Lower edge of the first separable bin, shape (..., n_classes); NaN where there is none."""
    begins: FloatArray = np.where(separable.any(axis=-2), edges[:-1][separable.argmax(axis=-2)], np.nan)
    return begins


def _onset_interval(onsets: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Percentiles over replicates, no onset counted as later than any; NaN for a limit beyond the last bin."""
    if not len(onsets):
        return np.full(onsets.shape[1:], np.nan), np.full(onsets.shape[1:], np.nan)
    late = np.where(np.isfinite(onsets), onsets, np.inf)
    low, high = np.quantile(late, [(1 - level) / 2, (1 + level) / 2], axis=0, method="nearest")
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def false_discovery(p: FloatArray, /) -> FloatArray:
    """Benjamini-Hochberg q-values.

    Parameters
    ----------
    p : array, shape (n,)
        Chances under the null; NaN where there is none.

    Returns
    -------
    array, shape (n,)
        Smallest false discovery rate at which each would be named; NaN where `p` is.

    Examples
    --------
    >>> false_discovery(np.array([0.01, 0.04, np.nan, 0.5]))
    array([0.03, 0.06,  nan, 0.5 ])
    """
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q
