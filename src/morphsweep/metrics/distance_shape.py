"""Whether distances between snips are spread alike in two regimes."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.records import FloatArray, MetricSpec

__all__ = ["SPECS", "distance_divergence"]

N_BINS = 30


def distance_divergence(reference: FloatArray, other: FloatArray, /) -> float:
    """Kullback-Leibler divergence between the histograms of distances in two regimes.

    Parameters
    ----------
    reference, other : array, shape (n_pairs,)
        Distances between pairs of snips; the pairs need not be the same.

    Returns
    -------
    float
        Nats, 0 (equal) or more, lower is better: 30 equal bins from 0 to the largest distance of both, half a pair added
        to every bin.

    Raises
    ------
    NotComputable
        If a regime has no pair, or all distances are 0.

    Examples
    --------
    >>> distance_divergence(np.arange(9.0), np.arange(9.0))
    0.0
    """
    if not len(reference) or not len(other):
        msg = f"histograms of distances need pairs of snips, found {len(reference)} and {len(other)}"
        raise NotComputable(msg)
    largest = float(max(reference.max(), other.max()))
    if not largest > 0:
        msg = "all distances between snips are 0"
        raise NotComputable(msg)
    p, q = (
        np.bincount(np.minimum((side * (N_BINS / largest)).astype(np.int64), N_BINS - 1), minlength=N_BINS)
        + 0.5
        for side in (reference, other)
    )
    p, q = p / p.sum(), q / q.sum()
    return float(max(np.sum(p * np.log(p / q)), 0.0))


SPECS = tuple(
    MetricSpec(
        name=f"distance_kl_{kind}{suffix}",
        label=f"Divergence of distances {where}{title}",
        unit="nats",
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="model",
        needs=(f"{kind}_distances{suffix}",),
        function=distance_divergence,
        description=f"KL divergence between regimes of the distances between snips of {of}{said}.",
        invariances=("rotation", "translation", "reflection", scale, "row order", "perturbation order"),
    )
    for kind, where, of in (
        ("intra", "within perturbations", "one perturbation"),
        ("inter", "between perturbations", "different perturbations"),
    )
    for suffix, title, said, scale in (
        ("", "", "", "common scale"),
        ("_rel", " (relative)", ", each regime's divided by its root mean squared distance", "scale"),
    )
)
