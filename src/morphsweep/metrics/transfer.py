"""What carries over from one regime to another: labels and times of nearest snips, and the shape of the courses."""

import numpy as np

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.geometry import kabsch
from morphsweep.metrics.centroids import TimeCentroids
from morphsweep.metrics.matched import MatchedSnips, matched_pair
from morphsweep.metrics.neighbours import NEAREST, nearest_strangers
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = ["SPECS", "label_transfer", "procrustes_centroids", "procrustes_self", "time_transfer"]


def _carried(reference: MatchedSnips, other: MatchedSnips) -> tuple[IntArray, IntArray]:
    """Queries, and their nearest snips of other individuals in the reference once the other regime is aligned."""
    p, q, matched = matched_pair(reference.latents, other.latents)
    moved = kabsch(p, q, reflection=True, scaling=True).apply(q)
    place = np.cumsum(matched) - 1
    queries = reference.queries[matched[reference.queries]]
    people = reference.individuals[matched]
    found = nearest_strangers(
        p, moved[place[queries]], individuals=people, whose=reference.individuals[queries]
    )
    known = found[:, 0] >= 0
    if not known.any():
        msg = "no snip that both regimes have is left to test the transfer on"
        raise NotComputable(msg)
    return queries[known], np.where(found >= 0, np.flatnonzero(matched)[found], -1)[known]


def label_transfer(reference: MatchedSnips, other: MatchedSnips, /) -> float:
    """Whether labels learnt in the reference's space are right in the other regime's space.

    The other regime's snips are moved onto the reference by the best similarity of all matched snips; each tested one takes
    the label that most of its ten nearest reference snips of other individuals have (of equally many, the nearest's).

    Parameters
    ----------
    reference, other : MatchedSnips
        The same snips in two regimes.

    Returns
    -------
    float
        Balanced accuracy: mean over perturbations of the share that is right, between 0 and 1, higher is better; one over
        the number of perturbations by chance.

    Raises
    ------
    NotComputable
        If fewer than ten snips are matched.
    NotApplicable
        If there is one perturbation only.
    """
    queries, near = _carried(reference, other)
    names, code = np.unique(reference.labels.astype(str), return_inverse=True)
    if len(names) < 2:
        msg = "one perturbation only: there is no label to carry over"
        raise NotApplicable(msg)
    votes = np.zeros((len(queries), len(names)))
    for rank, column in enumerate(near.T):
        cast = np.flatnonzero(column >= 0)
        votes[cast, code[column[cast]]] += 1.0 + 2.0 ** -(rank + 10)  # the earlier decides between equals
    right = votes.argmax(axis=1) == code[queries]
    truth = code[queries]
    return float(np.mean([right[truth == label].mean() for label in np.unique(truth)]))


def time_transfer(reference: MatchedSnips, other: MatchedSnips, /) -> float:
    """Whether times learnt in the reference's space are right in the other regime's space.

    Parameters
    ----------
    reference, other : MatchedSnips
        The same snips in two regimes.

    Returns
    -------
    float
        Share of the variance of time that the mean time of the ten nearest reference snips of other individuals explains;
        at most 1, higher is better, 0 or less when it explains nothing.

    Raises
    ------
    NotComputable
        If fewer than ten snips are matched, or time does not vary.
    """
    queries, near = _carried(reference, other)
    known = near >= 0
    guess = np.where(known, reference.times[near], 0.0).sum(axis=1) / known.sum(axis=1)
    truth = reference.times[queries]
    variance = float(np.mean((truth - truth.mean()) ** 2))
    if not variance > 0:
        msg = "all tested snips have the same time"
        raise NotComputable(msg)
    return float(1.0 - np.mean((truth - guess) ** 2) / variance)


def procrustes_self(centroids: TimeCentroids, /) -> float:
    """Distance in shape between the courses of two halves of the individuals in one run: the yardstick between regimes.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Between 0 and 1, lower is better: what other individuals alone change.

    Raises
    ------
    NotComputable
        If the halves have too few centroids in common.
    """
    return _shape_distance(centroids.halves[0], centroids.halves[1])


def procrustes_centroids(reference: TimeCentroids, other: TimeCentroids, /) -> float:
    """Distance in shape between the courses of one half of the individuals in one regime and of the other half in the other.

    Parameters
    ----------
    reference, other : TimeCentroids
        Of two regimes.

    Returns
    -------
    float
        Between 0 and 1, lower is better, mean of both ways; to be compared with ``procrustes_self``, which has the same
        individuals on both sides and no change of regime.

    Raises
    ------
    NotComputable
        If the halves have too few centroids in common.
    """
    (a, b), (c, d) = reference.halves, other.halves
    return (_shape_distance(a, d) + _shape_distance(b, c)) / 2


def _shape_distance(one: FloatArray, two: FloatArray) -> float:
    p, q, _ = matched_pair(one.reshape(-1, one.shape[-1]), two.reshape(-1, two.shape[-1]))
    agreement = np.linalg.svd(p.T @ q, compute_uv=False).sum() / np.sqrt((p**2).sum() * (q**2).sum())
    return float(np.sqrt(max(1.0 - float(agreement) ** 2, 0.0)))


_FREE = ("rotation", "translation", "reflection", "scale", "row order", "perturbation order")

SPECS = (
    MetricSpec(
        name="label_transfer",
        label="Transfer of labels",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="pair",
        per="model",
        needs=("matched",),
        function=label_transfer,
        description=f"Balanced accuracy of labels taken from the {NEAREST} nearest reference snips of other individuals, after alignment.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="time_transfer",
        label="Transfer of time",
        unit="",
        better="higher",
        bounds=(None, 1.0),
        scope="pair",
        per="model",
        needs=("matched",),
        function=time_transfer,
        description=f"Share of the variance of time that the {NEAREST} nearest reference snips of other individuals explain, after alignment.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="procrustes_centroids",
        label="Procrustes distance of courses",
        unit="",
        better="lower",
        bounds=(0.0, 1.0),
        scope="pair",
        per="model",
        needs=("centroids",),
        function=procrustes_centroids,
        description="Distance in shape between the time-binned centroids of one half of the individuals here and the other half there.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="procrustes_self",
        label="Procrustes distance of halves",
        unit="",
        better="lower",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("centroids",),
        function=procrustes_self,
        description="Distance in shape between the time-binned centroids of two halves of the individuals: the yardstick between regimes.",
        shift=False,
        invariances=_FREE,
    ),
)
