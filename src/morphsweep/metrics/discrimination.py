"""How well perturbations are told apart, averaged over time bins."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.records import FloatArray, MetricSpec

__all__ = ["SPECS", "auroc", "f1", "mean_over_bins", "pr_auc"]


def mean_over_bins(over_time: FloatArray, /) -> float:
    """Mean of a score over the time bins that have it.

    Parameters
    ----------
    over_time : array, shape (n_bins,)
        Score per time bin, NaN where the bin is missing.

    Returns
    -------
    float
        In the unit of the score.

    Raises
    ------
    NotComputable
        If every bin is missing.
    """
    present = over_time[np.isfinite(over_time)]
    if not len(present):
        msg = (
            f"none of the {len(over_time)} time bins has a score: this perturbation or all others are missing there, "
            "or no classifier had learned it (as when all its individuals lie in one fold)"
        )
        raise NotComputable(msg)
    return float(present.mean())


def f1(over_time: FloatArray, /) -> float:
    """How well a perturbation is recognised: F1 one-vs-rest, mean over the time bins that have it.

    Parameters
    ----------
    over_time : array, shape (n_bins,)
        F1 per time bin, NaN where the bin is missing.

    Returns
    -------
    float
        Between 0 and 1, higher is better.

    Raises
    ------
    NotComputable
        If every bin is missing.

    Examples
    --------
    >>> f1(np.array([0.5, np.nan, 1.0]))
    0.75
    """
    return mean_over_bins(over_time)


def pr_auc(over_time: FloatArray, /) -> float:
    """How well a perturbation is ranked before the others: average precision, mean over time bins.

    Parameters
    ----------
    over_time : array, shape (n_bins,)
        Average precision per time bin, NaN where the bin is missing.

    Returns
    -------
    float
        Between 0 and 1, higher is better; chance is the perturbation's share of the bin.

    Raises
    ------
    NotComputable
        If every bin is missing.

    Examples
    --------
    >>> pr_auc(np.array([0.5, np.nan, 1.0]))
    0.75
    """
    return mean_over_bins(over_time)


def auroc(over_time: FloatArray, /) -> float:
    """How well a perturbation is ranked before the others: area under the ROC curve, mean over time bins.

    Parameters
    ----------
    over_time : array, shape (n_bins,)
        AUROC per time bin, NaN where the bin is missing.

    Returns
    -------
    float
        Between 0 and 1, higher is better; chance is 0.5.

    Raises
    ------
    NotComputable
        If every bin is missing.

    Examples
    --------
    >>> auroc(np.array([0.5, np.nan, 1.0]))
    0.75
    """
    return mean_over_bins(over_time)


_FREE = (
    "translation",
    "scale",
    "row order",
)  # not rotation: each latent is standardised and penalised by itself

SPECS = (
    MetricSpec(
        name="f1",
        label="F1",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("f1_over_time",),
        function=f1,
        description="F1 of recognising the perturbation among all, mean over time bins.",
        shift=False,  # its drop has a name and a sign of its own
        aliases=("F1_score",),
        invariances=_FREE,
    ),
    MetricSpec(
        name="pr_auc",
        label="PR-AUC",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("pr_auc_over_time",),
        function=pr_auc,
        description="Average precision of ranking the perturbation before the others, mean over time bins.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="auroc",
        label="AUROC",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("auroc_over_time",),
        function=auroc,
        description="Area under the ROC curve of the perturbation against the others, mean over time bins.",
        invariances=_FREE,
    ),
)
