"""What becomes of discrimination when perturbations are held out of training."""

from collections.abc import Mapping, Sequence

import numpy as np

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics.discrimination import mean_over_bins
from morphsweep.records import FloatArray, MetricSpec

__all__ = ["SPECS", "f1_drop", "f1_heldout", "f1_kept"]


def f1_drop(reference: FloatArray, other: FloatArray, /) -> float:
    """What recognition loses in the other regime: F1 of the reference minus F1 of the other, over the bins of both.

    Parameters
    ----------
    reference, other : array, shape (n_bins,)
        F1 per time bin in the two regimes, NaN where a bin is missing. A bin that one of them lacks does not count.

    Returns
    -------
    float
        Between -1 and 1, lower is better.

    Raises
    ------
    NotComputable
        If no bin has a score in both.

    Examples
    --------
    >>> f1_drop(np.array([1.0, 0.5]), np.array([0.5, 0.5]))
    0.25
    """
    mean_over_bins(reference), mean_over_bins(other)  # what one regime lacks altogether is its own reason
    both = np.isfinite(reference) & np.isfinite(other)
    if not both.any():
        msg = "no time bin has a score in both regimes"
        raise NotComputable(msg)
    return float(np.mean(reference[both]) - np.mean(other[both]))


def f1_heldout(over_time: Mapping[str, FloatArray], held_out: frozenset[str] | None, /) -> float:
    """How well the perturbations that the regime did not train on are recognised all the same.

    Parameters
    ----------
    over_time : mapping of str to array, shape (n_bins,)
        F1 per perturbation and time bin.
    held_out : frozenset of str or None
        What the regime held out; None when that is not known.

    Returns
    -------
    float
        Mean F1, between 0 and 1, higher is better.

    Raises
    ------
    NotApplicable
        If nothing was held out, or it is not known what.
    NotComputable
        If none of the held-out perturbations has a score.

    Examples
    --------
    >>> f1_heldout({"wt": np.array([1.0]), "gdf3": np.array([0.5])}, frozenset({"gdf3"}))
    0.5
    """
    names = _named(held_out)
    return _mean_over([name for name in over_time if name in names], over_time, "held out")


def f1_kept(over_time: Mapping[str, FloatArray], held_out: frozenset[str] | None, /) -> float:
    """How well the perturbations that the regime did train on are recognised.

    Parameters
    ----------
    over_time : mapping of str to array, shape (n_bins,)
        F1 per perturbation and time bin.
    held_out : frozenset of str or None
        What the regime held out; None when that is not known.

    Returns
    -------
    float
        Mean F1, between 0 and 1, higher is better.

    Raises
    ------
    NotApplicable
        If nothing was held out, or it is not known what.
    NotComputable
        If none of the kept perturbations has a score.

    Examples
    --------
    >>> f1_kept({"wt": np.array([1.0]), "gdf3": np.array([0.5])}, frozenset({"gdf3"}))
    1.0
    """
    names = _named(held_out)
    return _mean_over([name for name in over_time if name not in names], over_time, "kept")


def _named(held_out: frozenset[str] | None) -> frozenset[str]:
    if held_out is None:
        msg = "the sweep file does not say which perturbations this regime held out; name them under held_out"
        raise NotApplicable(msg)
    if not held_out:
        msg = "this regime held no perturbation out"
        raise NotApplicable(msg)
    return held_out


def _mean_over(names: Sequence[str], over_time: Mapping[str, FloatArray], what: str) -> float:
    scored = [mean_over_bins(over_time[name]) for name in names if np.isfinite(over_time[name]).any()]
    if not scored:
        msg = f"none of the perturbations that this regime {what} has a score; scored: {', '.join(over_time) or 'none'}"
        raise NotComputable(msg)
    return float(np.mean(scored))


_SUBSET = ("row order", "perturbation order")

SPECS = (
    MetricSpec(
        name="f1_drop",
        label="Drop of F1",
        unit="",
        better="lower",
        bounds=(-1.0, 1.0),
        scope="pair",
        per="perturbation",
        needs=("f1_to_pair",),
        function=f1_drop,
        description="F1 in the reference regime minus F1 in the other, over the time bins that both have.",
        invariances=("translation", "scale", "row order"),
    ),
    MetricSpec(
        name="f1_heldout",
        label="F1 of held-out perturbations",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("f1_over_time", "held_out"),
        function=f1_heldout,
        description="Mean F1 over the perturbations that the regime did not train on.",
        shift=False,
        invariances=_SUBSET,
    ),
    MetricSpec(
        name="f1_kept",
        label="F1 of kept perturbations",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("f1_over_time", "held_out"),
        function=f1_kept,
        description="Mean F1 over the perturbations that the regime did train on.",
        shift=False,
        invariances=_SUBSET,
    ),
)
