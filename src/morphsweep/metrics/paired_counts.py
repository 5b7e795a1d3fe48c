"""Two sets of predictions of the same individuals: drop between regimes, difference between models."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics.individual_counts import IndividualCounts
from morphsweep.metrics.resampling import individual_weights, replicate_interval
from morphsweep.records import FloatArray

__all__ = ["common_individuals", "held_out_drops", "mean_over_common_bins"]


def common_individuals(
    first: IndividualCounts, second: IndividualCounts, /
) -> tuple[IndividualCounts, IndividualCounts]:
    """The individuals that both have, in the same order.

    Parameters
    ----------
    first, second : IndividualCounts
        Of the same time bins and classes.

    Returns
    -------
    tuple of IndividualCounts
        Both on the common individuals.

    Raises
    ------
    NotComputable
        If bins or classes differ, no individual is common, or an individual has two perturbations.
    """
    if first.classes != second.classes or first.n_bins != second.n_bins:
        msg = (
            f"classes {first.classes} and {second.classes}, or their time bins, differ; compare on one cohort"
        )
        raise NotComputable(msg)
    shared = sorted(set(first.individuals) & set(second.individuals))
    if not shared:
        msg = "no individual is in both"
        raise NotComputable(msg)
    one, two = _restricted(first, shared), _restricted(second, shared)
    if (one.labels != two.labels).any():
        name = shared[int((one.labels != two.labels).argmax())]
        msg = f"the individual {name!r} has different perturbations in the two"
        raise NotComputable(msg)
    return one, two


def _restricted(counts: IndividualCounts, individuals: list[str]) -> IndividualCounts:
    at = pd.Index(counts.individuals).get_indexer(pd.Index(individuals))
    return replace(
        counts,
        individuals=tuple(individuals),
        labels=counts.labels[at],
        batches=counts.batches[at],
        predicted=counts.predicted[at],
    )


def mean_over_common_bins(*scores: FloatArray) -> tuple[FloatArray, ...]:
    """Mean over the bins that all have.

    Parameters
    ----------
    *scores : array, shape (..., n_bins, n_classes)
        NaN where a bin is missing.

    Returns
    -------
    tuple of array, shape (..., n_classes)
        NaN where no bin is common.
    """
    known = np.logical_and.reduce([np.isfinite(one) for one in scores])
    number = known.sum(axis=-2)
    return tuple(
        np.divide(
            np.where(known, one, 0.0).sum(axis=-2),
            number,
            out=np.full(number.shape, np.nan),
            where=number > 0,
        )
        for one in scores
    )


def held_out_drops(
    reference: IndividualCounts,
    other: IndividualCounts,
    held_out: Collection[str],
    /,
    *,
    n_replicates: int = 200,
    level: float = 0.9,
    seed: int = 0,
) -> pd.DataFrame:
    """What recognition loses in a regime, per perturbation, and whether held-out perturbations lose more.

    Parameters
    ----------
    reference, other : IndividualCounts
        Predictions in the reference regime and in the other.
    held_out : collection of str
        Perturbations that the other regime did not train on.
    n_replicates : int
        Bootstrap replicates.
    level : float
        Coverage of the intervals.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``perturbation, group, drop, low, high``: one row per perturbation (group ``held out`` or ``kept``), then
        ``held out`` (mean over them), ``kept`` (the yardstick) and ``excess`` (the former minus the latter), whose
        perturbation is empty. Drops are F1 of the reference minus F1 of the other over bins and individuals of both.

    Raises
    ------
    NotComputable
        If nothing is common.
    NotApplicable
        If nothing was held out, or everything was.
    """
    own = np.array([name in set(held_out) for name in reference.classes])
    if own.all() or not own.any():
        msg = "a drop of held-out perturbations needs some that were held out and some that were not"
        raise NotApplicable(msg)
    first, second = common_individuals(reference, other)
    drops = _drops(first, second, None, own)
    weights = individual_weights(first.individuals, n_replicates, seed=seed)
    replicates = _drops(first, second, weights, own)
    people = np.bincount(first.labels, minlength=len(own))
    out, kept = int(people[own].sum()), int(people[~own].sum())
    reach = np.append(np.ones(len(own) + 2), 2.0)  # of a difference of F1, and of a difference of such
    low, high = replicate_interval(
        replicates,
        np.array([*people, out, kept, min(out, kept)]),
        level=level,
        around=drops[0],
        bounds=(-reach, reach),
    )
    return pd.DataFrame({
        "perturbation": [*first.classes, "", "", ""],
        "group": [*np.where(own, "held out", "kept"), "held out", "kept", "excess"],
        "drop": drops[0],
        "low": low,
        "high": high,
    })


def _drops(
    first: IndividualCounts, second: IndividualCounts, weights: FloatArray | None, own: np.ndarray
) -> FloatArray:
    """Per class, then mean of the held out, mean of the kept and their difference; shape (n_replicates, n_classes + 3)."""
    before, after = mean_over_common_bins(first.f1(weights), second.f1(weights))
    drop = before - after
    out, kept = _mean_of_known(drop[:, own]), _mean_of_known(drop[:, ~own])
    columns: FloatArray = np.column_stack([drop, out, kept, out - kept])
    return columns


def _mean_of_known(columns: FloatArray) -> FloatArray:
    """Mean of each row over what is there; NaN where nothing is."""
    known = np.isfinite(columns)
    number = known.sum(axis=1)
    mean: FloatArray = np.divide(
        np.where(known, columns, 0.0).sum(axis=1), number, out=np.full(len(columns), np.nan), where=number > 0
    )
    return mean
