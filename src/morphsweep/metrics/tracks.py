"""How individuals move from snip to snip: roughness and persistence of their tracks."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import NotComputable
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = [
    "SPECS",
    "mean_cosine",
    "row_cosines",
    "track_bends",
    "track_persistence",
    "track_roughness",
    "track_steps",
    "track_triples",
    "turn_cosines",
]


def track_steps(individuals: NDArray[Any], times: FloatArray, /) -> tuple[IntArray, IntArray]:
    """Rows of consecutive snips of one individual.

    Parameters
    ----------
    individuals : array of str, shape (n_snips,)
        Individual of each snip.
    times : array, shape (n_snips,)
        Times; snips without one, and steps without duration, are left out.

    Returns
    -------
    start, end : array of int, shape (n_steps,)
        Rows; ordered by individual and time.

    Examples
    --------
    >>> track_steps(np.array(["a", "b", "a"]), np.array([2.0, 0.0, 1.0]))
    (array([2]), array([0]))
    """
    _, code = np.unique(individuals.astype(str), return_inverse=True)
    known = np.flatnonzero(np.isfinite(times))
    order = known[np.lexsort((times[known], code[known]))]
    start, end = order[:-1], order[1:]
    onward = (code[start] == code[end]) & (times[end] > times[start])
    return start[onward], end[onward]


def track_triples(start: IntArray, end: IntArray, /) -> IntArray:
    """Rows of three consecutive snips, shape (n_triples, 3), from the steps of ``track_steps``.

    Parameters
    ----------
    start, end : array of int, shape (n_steps,)
        Rows of consecutive snips.

    Returns
    -------
    array of int, shape (n_triples, 3)
        Before, middle, after.

    Examples
    --------
    >>> track_triples(np.array([4, 5, 0]), np.array([5, 6, 1])).tolist()
    [[4, 5, 6]]
    """
    goes_on = np.flatnonzero(end[:-1] == start[1:])
    triples: IntArray = np.column_stack([start[goes_on], end[goes_on], end[goes_on + 1]])
    return triples


def track_bends(latents: FloatArray, times: FloatArray, triples: IntArray, /) -> FloatArray:
    """How far the middle one of three snips lies off the straight line, and how far the outer two are apart.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    times : array, shape (n_snips,)
        Times.
    triples : array of int, shape (n_triples, 3)
        Rows of consecutive snips.

    Returns
    -------
    array, shape (n_triples, 2)
        Squared distance of the middle snip to where even motion would put it, squared distance of the outer two.
    """
    X = np.asarray(latents, dtype=np.float64)
    before, middle, after = X[triples[:, 0]], X[triples[:, 1]], X[triples[:, 2]]
    t = times[triples]
    share = ((t[:, 1] - t[:, 0]) / (t[:, 2] - t[:, 0]))[:, None]
    off = middle - (before + share * (after - before))
    return np.column_stack([np.sum(off**2, axis=1), np.sum((after - before) ** 2, axis=1)])


def track_roughness(bends: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """How jagged individuals' tracks are: distance off even motion as a share of the distance made good.

    Parameters
    ----------
    bends : array, shape (n_triples, 2)
        As from ``track_bends``.
    weight : array, shape (n_triples,), optional
        Weight of each.

    Returns
    -------
    float
        Root of the mean squares' ratio, lower is smoother: 0 for even straight motion, 0.87 for snips placed at random
        around a fixed place, more for tracks that return.

    Raises
    ------
    NotComputable
        If no individual has three snips, or none moves.

    Examples
    --------
    >>> track_roughness(np.array([[1.0, 4.0]]))
    0.5
    """
    w = np.ones(len(bends)) if weight is None else np.asarray(weight, dtype=np.float64)
    off, chord = w @ bends if len(bends) else (0.0, 0.0)
    if not chord > 0:
        msg = f"roughness needs individuals with 3 snips at different places, found {len(bends)} triples"
        raise NotComputable(msg)
    return float(np.sqrt(off / chord))


def row_cosines(a: FloatArray, b: FloatArray, /) -> FloatArray:
    """Cosine of the angle between matching rows, NaN where one has no direction.

    Parameters
    ----------
    a, b : array, shape (n, d)
        Directions of any length.

    Returns
    -------
    array, shape (n,)
        Between -1 and 1.

    Examples
    --------
    >>> row_cosines(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 0.0]]))
    array([ 1., nan])
    """
    length = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    cosine = np.divide(np.sum(a * b, axis=1), length, out=np.full(len(a), np.nan), where=length > 0)
    bounded: FloatArray = np.clip(cosine, -1.0, 1.0)
    return bounded


def turn_cosines(latents: FloatArray, triples: IntArray, /) -> FloatArray:
    """Cosine between consecutive steps of an individual, shape (n_triples,).

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    triples : array of int, shape (n_triples, 3)
        Rows of consecutive snips.

    Returns
    -------
    array, shape (n_triples,)
        Between -1 and 1; NaN where a step has no length.
    """
    X = np.asarray(latents, dtype=np.float64)
    before, middle, after = X[triples[:, 0]], X[triples[:, 1]], X[triples[:, 2]]
    return row_cosines(middle - before, after - middle)


def mean_cosine(cosines: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Mean of the cosines that are known.

    Parameters
    ----------
    cosines : array, shape (n,)
        NaN = unknown.
    weight : array, shape (n,), optional
        Weight of each.

    Returns
    -------
    float
        Between -1 and 1.

    Raises
    ------
    NotComputable
        If none is known.

    Examples
    --------
    >>> mean_cosine(np.array([1.0, np.nan, 0.0]))
    0.5
    """
    known = np.isfinite(cosines)
    if weight is not None:
        known &= np.asarray(weight) > 0
    if not known.any():
        msg = "no snip has a direction of motion to compare"
        raise NotComputable(msg)
    return float(np.average(cosines[known], weights=None if weight is None else np.asarray(weight)[known]))


def track_persistence(cosines: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Whether individuals keep their direction: mean cosine between consecutive steps.

    Parameters
    ----------
    cosines : array, shape (n_triples,)
        As from ``turn_cosines``.
    weight : array, shape (n_triples,), optional
        Weight of each.

    Returns
    -------
    float
        Between -1 and 1, higher is better; -0.5 for snips placed at random around a fixed place.

    Raises
    ------
    NotComputable
        If no individual makes two steps.

    Examples
    --------
    >>> track_persistence(np.array([1.0, 0.5]))
    0.75
    """
    return mean_cosine(cosines, weight=weight)


_FREE = ("rotation", "translation", "reflection", "scale", "row order", "perturbation order")

SPECS = (
    MetricSpec(
        name="track_roughness",
        label="Roughness of tracks",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="perturbation",
        needs=("track_bends",),
        function=track_roughness,
        description="Distance of snips off even motion between their neighbours in time, as a share of the way made good.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="track_persistence",
        label="Persistence of tracks",
        unit="",
        better="higher",
        bounds=(-1.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("turn_cosines",),
        function=track_persistence,
        description="Mean cosine between consecutive steps of an individual.",
        invariances=_FREE,
    ),
)
