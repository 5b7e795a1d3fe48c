"""From when on is a perturbation told from the rest: a null that knows how many bins were looked at, and intervals.

The null is F1 of labels that were dealt out by chance and learned all the same (:func:`relearned_f1`). Intervals come
from weights of individuals; the predictions stay.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from morphsweep.errors import ShapeMismatch
from morphsweep.metrics.individual_counts import IndividualCounts
from morphsweep.metrics.resampling import individual_weights, replicate_interval
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
    null: FloatArray,
    /,
    *,
    n_replicates: int = 200,
    level: float = 0.9,
    family_error: float = 0.05,
    seed: int = 0,
) -> Separability:
    """Test every bin against labels of chance, and find the onset of separability.

    Parameters
    ----------
    counts : IndividualCounts
        Out-of-fold predictions counted per individual.
    edges : array, shape (n_bins + 1,)
        Edges of the time bins.
    null : array, shape (n_permutations, n_bins, n_classes)
        F1 without signal, from :func:`relearned_f1`; none: nothing is tested.
    n_replicates : int
        Bootstrap replicates.
    level : float
        Coverage of the intervals.
    family_error : float
        Chance that a perturbation without signal has any separable bin.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Separability
        One row per perturbation and bin, and one per perturbation.

    Raises
    ------
    ShapeMismatch
        If the null has other bins or classes than the counts.

    References
    ----------
    .. [1] Westfall & Young (1993), Resampling-Based Multiple Testing, Wiley.
    .. [2] Benjamini & Hochberg (1995), Controlling the false discovery rate, JRSS B 57(1).
    """
    observed = counts.f1()[0]
    if null.shape[1:] != observed.shape:
        msg = f"a null of shape {null.shape} does not fit {observed.shape[0]} bins and {observed.shape[1]} classes"
        raise ShapeMismatch(msg)
    chance = _Null.of(null, observed, family_error)
    replicates = counts.f1(individual_weights(counts.individuals, n_replicates, seed=seed))
    people = np.bincount(counts.labels, minlength=len(counts.classes))
    low, high = replicate_interval(replicates, people, level=level, around=observed, bounds=(0.0, 1.0))
    q = false_discovery(chance.p.ravel()).reshape(chance.p.shape)
    separable = chance.beyond(observed)
    n_bins, n_classes = observed.shape
    over_time = pd.DataFrame({
        "perturbation": np.repeat(np.asarray(counts.classes, dtype=object), n_bins),
        "time_bin": np.tile(np.arange(n_bins), n_classes),
        "low": low.T.ravel(),
        "high": high.T.ravel(),
        "p": chance.p.T.ravel(),
        "q": q.T.ravel(),
        "separable": separable.T.ravel(),
    })
    mean = _mean(observed)
    mean_low, mean_high = replicate_interval(
        _mean(replicates), people, level=level, around=mean, bounds=(0.0, 1.0)
    )
    found = _first(separable, edges)
    again = _first(chance.beyond(replicates), edges)
    early, late = _onset_interval(again, level)
    onsets = pd.DataFrame({
        "perturbation": counts.classes,
        "f1": mean,
        "f1_low": mean_low,
        "f1_high": mean_high,
        "p": chance.p_family,
        "onset": found,
        "onset_low": early,
        "onset_high": late,
        "share_with_onset": np.isfinite(again).mean(axis=0) if n_replicates else np.nan,
    })
    return Separability(over_time, onsets)


@dataclass(frozen=True, slots=True)
class _Null:
    """What F1 does without signal: mean and scale per bin and class, and how far the largest bin goes by chance."""

    mean: FloatArray
    scale: FloatArray
    limit: FloatArray
    p: FloatArray
    p_family: FloatArray

    @classmethod
    def of(cls, null: FloatArray, observed: FloatArray, family_error: float) -> "_Null":
        """From F1 of labels by chance, shape (n_permutations, n_bins, n_classes)."""
        n = len(null)
        known = np.isfinite(observed)
        if not n:  # not asked for
            unknown, whole = np.full(observed.shape, np.nan), np.full(observed.shape[1], np.nan)
            return cls(unknown, unknown, np.full(observed.shape[1], np.inf), unknown, whole)
        filled = np.where(
            np.isfinite(null), null, 0.0
        )  # no positive among the permuted: nothing was recognised
        mean, scale = filled.mean(axis=0), _scale(filled.var(axis=0))
        chance, seen = _standard(filled, mean, scale), _standard(observed, mean, scale)
        chance, seen = np.where(known, chance, -np.inf), np.where(known, seen, -np.inf)
        p = np.where(known, (1 + (chance >= seen - _EVEN).sum(axis=0)) / (n + 1), np.nan)
        largest = chance.max(axis=1)
        reached = seen.max(axis=0)
        p_family = (1 + (largest >= reached - _EVEN).sum(axis=0)) / (n + 1)
        # beyond: strictly larger than all but family_error of the maxima, the observed one counted among them
        rank = int(np.floor(family_error * (n + 1)))
        limit = np.sort(largest, axis=0)[n - rank] if 0 < rank <= n else np.full(largest.shape[1], np.inf)
        return cls(mean, scale, limit, p, np.where(known.any(axis=0), p_family, np.nan))

    def beyond(self, scores: FloatArray) -> BoolArray:
        """Whether scores, shape (..., n_bins, n_classes), are larger than chance explains."""
        standard = _standard(scores, self.mean, self.scale)
        larger: BoolArray = np.isfinite(scores) & (standard > self.limit + _EVEN)
        return larger


def _scale(variance: FloatArray) -> FloatArray:
    """Standard deviation that leans on all bins, so that no bin where chance hardly ever hits sets the limit alone."""
    scale: FloatArray = np.sqrt((variance + variance.mean(axis=0)) / 2)
    return scale


def _standard(scores: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    """Deviations from the null in its scale; where chance never varies any excess is infinite."""
    deviation = scores - mean
    fixed = np.where(deviation > _EVEN, np.inf, 0.0)
    standard: FloatArray = np.divide(
        deviation, scale, out=fixed, where=np.broadcast_to(scale > _EVEN, deviation.shape)
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
