"""Whether individuals move the way their surroundings move, and the way their curve runs."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.metrics.tracks import mean_cosine, row_cosines
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = [
    "SPECS",
    "curve_cosines",
    "flow_against_curve",
    "flow_along_curve",
    "flow_coherence",
    "flow_cosines",
    "flow_opposed",
    "step_vectors",
]

FEWEST_STRANGERS = 3  # moving neighbours below which there is no local mean


def step_vectors(places: FloatArray, start: IntArray, end: IntArray, /) -> FloatArray:
    """Step of each snip to the next one of its individual.

    Parameters
    ----------
    places : array, shape (n_snips, d)
        Latents, or places in the space.
    start, end : array of int, shape (n_steps,)
        Rows of consecutive snips.

    Returns
    -------
    array, shape (n_snips, d)
        NaN for the last snip of an individual.
    """
    steps = np.full(places.shape, np.nan)
    steps[start] = places[end] - places[start]
    return steps


def flow_cosines(steps: FloatArray, queries: IntArray, strangers: IntArray, /) -> FloatArray:
    """Cosine between the step of each query and the mean step of the snips of other individuals around it.

    Parameters
    ----------
    steps : array, shape (n_snips, n_latents)
        As from ``step_vectors``.
    queries : array of int, shape (n_queries,)
        Rows.
    strangers : array of int, shape (n_queries, k)
        Nearest rows of other individuals, -1 for none.

    Returns
    -------
    array, shape (n_queries,)
        NaN where the query does not move on or fewer than three neighbours do.
    """
    around = steps[strangers]
    moving = np.isfinite(around[:, :, 0]) & (strangers >= 0)
    count = moving.sum(axis=1)
    total = np.where(moving[:, :, None], around, 0.0).sum(axis=1)
    cosines = row_cosines(steps[queries], total)  # the direction of a sum is that of the mean
    known: FloatArray = np.where(count >= FEWEST_STRANGERS, cosines, np.nan)
    return known


def curve_cosines(steps: FloatArray, places: FloatArray, curve: FloatArray, /) -> FloatArray:
    """Cosine between steps and the direction of a curve at its nearest point.

    Parameters
    ----------
    steps, places : array, shape (n, n_components)
        Steps in the space and where they begin.
    curve : array, shape (n_points, n_components)
        Points from early to late.

    Returns
    -------
    array, shape (n,)
        NaN where a step is missing or has no length.
    """
    tangent = np.gradient(curve, axis=0)
    square = np.sum(curve**2, axis=1)
    nearest = (square[None] - 2.0 * places @ curve.T).argmin(axis=1)
    return row_cosines(steps, tangent[nearest])


def flow_coherence(cosines: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Whether individuals move the way their surroundings move.

    Parameters
    ----------
    cosines : array, shape (n,)
        As from ``flow_cosines``.
    weight : array, shape (n,), optional
        Weight of each.

    Returns
    -------
    float
        Mean cosine, between -1 and 1, higher is better; 0 where there is no common flow.

    Raises
    ------
    NotComputable
        If no snip moves among others that move.

    Examples
    --------
    >>> flow_coherence(np.array([1.0, 0.5]))
    0.75
    """
    return mean_cosine(cosines, weight=weight)


def flow_opposed(cosines: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Share of snips that move against their surroundings.

    Parameters
    ----------
    cosines : array, shape (n,)
        As from ``flow_cosines``.
    weight : array, shape (n,), optional
        Weight of each.

    Returns
    -------
    float
        Share with an angle above 90 degrees, between 0 and 1, lower is better; 0.5 where there is no common flow.

    Raises
    ------
    NotComputable
        If no snip moves among others that move.

    Examples
    --------
    >>> flow_opposed(np.array([1.0, -0.5]))
    0.5
    """
    return _opposed(cosines, weight)


def flow_along_curve(cosines: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Whether individuals move the way their perturbation's curve runs.

    Parameters
    ----------
    cosines : array, shape (n,)
        As from ``curve_cosines``.
    weight : array, shape (n,), optional
        Weight of each.

    Returns
    -------
    float
        Mean cosine in the space, between -1 and 1, higher is better.

    Raises
    ------
    NotComputable
        If no snip moves.

    Examples
    --------
    >>> flow_along_curve(np.array([1.0, 0.5]))
    0.75
    """
    return mean_cosine(cosines, weight=weight)


def flow_against_curve(cosines: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Share of snips that move against their perturbation's curve.

    Parameters
    ----------
    cosines : array, shape (n,)
        As from ``curve_cosines``.
    weight : array, shape (n,), optional
        Weight of each.

    Returns
    -------
    float
        Between 0 and 1, lower is better.

    Raises
    ------
    NotComputable
        If no snip moves.

    Examples
    --------
    >>> flow_against_curve(np.array([1.0, -0.5]))
    0.5
    """
    return _opposed(cosines, weight)


def _opposed(cosines: FloatArray, weight: FloatArray | None) -> float:
    known = np.isfinite(cosines)
    if not known.any():
        msg = "no snip has a direction of motion to compare"
        raise NotComputable(msg)
    return float(
        np.average(cosines[known] < 0, weights=None if weight is None else np.asarray(weight)[known])
    )


_FREE = ("rotation", "translation", "reflection", "scale", "row order", "perturbation order")

SPECS = (
    MetricSpec(
        name="flow_coherence",
        label="Coherence of flow",
        unit="",
        better="higher",
        bounds=(-1.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("flow_cosines",),
        function=flow_coherence,
        description="Mean cosine between an individual's step and the mean step of the ten nearest snips of other individuals.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="flow_opposed",
        label="Steps against the flow",
        unit="",
        better="lower",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("flow_cosines",),
        function=flow_opposed,
        description="Share of snips whose step opposes the mean step of the ten nearest snips of other individuals.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="flow_along_curve",
        label="Steps along the curve",
        unit="",
        better="higher",
        bounds=(-1.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("curve_cosines",),
        function=flow_along_curve,
        description="Mean cosine between an individual's step and the direction of its perturbation's curve at the nearest point.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="flow_against_curve",
        label="Steps against the curve",
        unit="",
        better="lower",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("curve_cosines",),
        function=flow_against_curve,
        description="Share of snips whose step opposes the direction of their perturbation's curve.",
        invariances=_FREE,
    ),
)
