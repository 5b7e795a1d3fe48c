"""Symptoms of a training that went wrong, in words."""

import math
from collections.abc import Sequence

import numpy as np

from morphsweep.records import FloatArray, TrainingSettings

__all__ = ["ACTIVE_VARIANCE", "collapse", "divergence"]

ACTIVE_VARIANCE = 0.01
"""A latent is active when its mean varies more than this over snips (Burda, Grosse & Salakhutdinov 2016)."""

_EXPLODED = 100.0  # times the first epoch's loss


def divergence(terms: Sequence[float], first: float | None, /) -> str:
    """Why training cannot go on.

    Parameters
    ----------
    terms : sequence of float
        Total, image, KL and metric term of a step or an epoch.
    first : float or None
        Total of the first epoch; None within it.

    Returns
    -------
    str
        Empty when all is well.

    Examples
    --------
    >>> divergence([float("nan"), 0.1, float("nan"), 0.2], None)
    'not finite: total, KL'
    """
    names = ("total", "image", "KL", "metric")
    bad = [name for name, value in zip(names, terms, strict=True) if not math.isfinite(value)]
    if bad:
        return f"not finite: {', '.join(bad)}"
    if first is not None and terms[0] > _EXPLODED * max(first, 1e-12):
        return f"the loss is {terms[0]:.3g}, {terms[0] / first:.0f} times that of the first epoch"
    return ""


def collapse(biological: FloatArray, metric: float, settings: TrainingSettings, /) -> str:
    """Whether the biological latents tell snips apart.

    Parameters
    ----------
    biological : array, shape (n, n_biological)
        Means.
    metric : float
        Metric loss of the last epoch.
    settings : TrainingSettings
        Of the run.

    Returns
    -------
    str
        The symptom, and what usually causes it; empty when at least one latent is active.
    """
    largest = float(np.var(biological, axis=0).max())
    if largest > ACTIVE_VARIANCE:
        return ""
    symptom = f"collapsed: the largest variance of a biological latent over snips is {largest:.2g}, below {ACTIVE_VARIANCE}"
    if settings.metric_loss_type == "triplet" and abs(metric - settings.margin) < 0.02 * settings.margin:
        symptom += (
            f"; the triplet loss stands at the margin ({metric:.3g}), as it does when all means coincide"
        )
    return f"{symptom}; lower beta, raise image_weight or metric_weight, or train longer"
