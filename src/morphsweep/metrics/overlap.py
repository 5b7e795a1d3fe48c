"""Whether a snip keeps its neighbours from one regime to the other."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = ["ABSENT", "SPECS", "UNKNOWN", "jaccard_overlaps", "neighbour_jaccard"]

ABSENT, UNKNOWN = -2, -1  # no such neighbour; a neighbour that the cohort does not know


def jaccard_overlaps(reference: IntArray, other: IntArray, /) -> FloatArray:
    """Jaccard index of the neighbours of each snip that is a query in both regimes.

    Parameters
    ----------
    reference, other : array of int, shape (n_queries, 1 + k)
        Id of the query, then ids of its neighbours: -1 for a snip that only this regime has, -2 for none.

    Returns
    -------
    array, shape (n_matched,)
        Shared neighbours over all neighbours, in the order of the queries' ids; queries without neighbours are left out.

    Examples
    --------
    >>> jaccard_overlaps(np.array([[7, 1, 2]]), np.array([[7, 2, 3]]))
    array([0.33333333])
    """
    _, left, right = np.intersect1d(reference[:, 0], other[:, 0], return_indices=True)
    a, b = reference[left, 1:], other[right, 1:]
    shared = ((a[:, :, None] == b[:, None, :]) & (a >= 0)[:, :, None]).sum(axis=(1, 2))
    either = (a > ABSENT).sum(axis=1) + (b > ABSENT).sum(axis=1) - shared
    overlaps: FloatArray = shared[either > 0] / either[either > 0]
    return overlaps


def neighbour_jaccard(reference: IntArray, other: IntArray, /) -> float:
    """How many of a snip's five nearest snips stay the same from the reference to the other regime.

    Parameters
    ----------
    reference, other : array of int, shape (n_queries, 1 + k)
        Id of the query, then ids of its neighbours.

    Returns
    -------
    float
        Mean Jaccard index over the queries that both regimes have, between 0 and 1 (all stay), higher is better.

    Raises
    ------
    NotComputable
        If no query is in both regimes.

    References
    ----------
    .. [1] Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11(2), 37.

    Examples
    --------
    >>> neighbour_jaccard(np.array([[7, 1, 2]]), np.array([[7, 2, 1]]))
    1.0
    """
    overlaps = jaccard_overlaps(reference, other)
    if not len(overlaps):
        msg = "no snip with neighbours was searched in both regimes"
        raise NotComputable(msg)
    return float(overlaps.mean())


SPECS = tuple(
    MetricSpec(
        name=f"neighbour_jaccard{suffix}",
        label=f"Overlap of neighbours{where}",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="pair",
        per="model",
        needs=(product,),
        function=neighbour_jaccard,
        description=f"Mean Jaccard index of the five nearest snips {of} in both regimes, over sampled snips.",
        invariances=("rotation", "translation", "reflection", "scale", "row order", "perturbation order"),
    )
    for suffix, where, product, of in (
        ("", "", "nearest_ids", "of all"),
        ("_intra", ", same perturbation", "same_ids", "of the same perturbation"),
        ("_inter", ", other perturbations", "others_ids", "of other perturbations"),
    )
)
