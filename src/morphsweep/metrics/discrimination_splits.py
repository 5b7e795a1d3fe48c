"""Discrimination where it is harder: individuals that training never saw, and batches that the classifier never saw."""

import numpy as np

from morphsweep.errors import NotApplicable
from morphsweep.metrics.discrimination import mean_over_bins
from morphsweep.records import FloatArray, MetricSpec

__all__ = ["SPECS", "f1_by_batch", "f1_unseen"]


def f1_unseen(over_time: FloatArray, /) -> float:
    """How well a perturbation is recognised among individuals that the training of the embedding never saw.

    Parameters
    ----------
    over_time : array, shape (n_bins,)
        F1 per time bin among unseen individuals, NaN where the bin is missing.

    Returns
    -------
    float
        Between 0 and 1, higher is better.

    Raises
    ------
    NotApplicable
        If every bin is missing: no such individual of the perturbation stands beside one of another.

    Examples
    --------
    >>> f1_unseen(np.array([0.5, np.nan, 1.0]))
    0.75
    """
    if not np.isfinite(over_time).any():
        msg = "no time bin has an unseen individual of this perturbation and one of another"
        raise NotApplicable(msg)
    return mean_over_bins(over_time)


def f1_by_batch(over_time: FloatArray, /) -> float:
    """How well a perturbation is recognised by a classifier that never saw the batch.

    Parameters
    ----------
    over_time : array, shape (n_bins,)
        F1 per time bin with folds of whole batches, NaN where the bin is missing.

    Returns
    -------
    float
        Between 0 and 1, higher is better. What is lost against ``f1`` may have been the batch.

    Raises
    ------
    NotApplicable
        If every bin is missing: then the perturbation lies in one batch only.

    Examples
    --------
    >>> f1_by_batch(np.array([0.25, 0.75]))
    0.5
    """
    if not np.isfinite(over_time).any():
        msg = (
            "all its snips lie in one fold of batches, or no time bin has both this perturbation and another"
        )
        raise NotApplicable(msg)
    return mean_over_bins(over_time)


_FREE = ("translation", "scale", "row order")

SPECS = (
    MetricSpec(
        name="f1_unseen",
        label="F1, unseen individuals",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("f1_unseen_over_time",),
        function=f1_unseen,
        description="F1 among the individuals that the training of the embedding did not see, mean over time bins.",
        shift=False,
        invariances=_FREE,
    ),
    MetricSpec(
        name="f1_by_batch",
        label="F1, unseen batches",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("f1_by_batch_over_time",),
        function=f1_by_batch,
        description="F1 when whole batches are held out of the classifier, mean over time bins.",
        shift=False,
        invariances=_FREE,
    ),
)
