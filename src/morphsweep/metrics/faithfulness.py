"""Whether the space shows as near what is near in all latents, and the other way round."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.metrics.neighbours import NEAREST
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = ["SPECS", "continuity", "rank_penalties", "trustworthiness"]

_BLOCK = 32


def rank_penalties(
    latents: FloatArray, scores: FloatArray, queries: IntArray, /, *, k: int = NEAREST
) -> tuple[FloatArray, FloatArray]:
    """Trustworthiness and continuity of the space at each query, ranks taken among all snips.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    scores : array, shape (n_snips, n_components)
        The snips in the space.
    queries : array of int, shape (n_queries,)
        Rows.
    k : int
        Size of the neighbourhoods.

    Returns
    -------
    trustworthiness, continuity : array, shape (n_queries,)
        At most 1; NaN when there are too few snips (fewer than 2 k).
    """
    n = len(latents)
    if n < 2 * k:
        return np.full(len(queries), np.nan), np.full(len(queries), np.nan)
    worst = k * (2 * n - 3 * k - 1) / 2
    trust, continuous = np.empty(len(queries)), np.empty(len(queries))
    sides = [_centred(latents), _centred(scores)]
    for begin in range(0, len(queries), _BLOCK):
        rows = queries[begin : begin + _BLOCK]
        high, low = (_squared(X, square, rows) for X, square in sides)
        trust[begin : begin + _BLOCK] = 1.0 - _excess(high, low, k) / worst
        continuous[begin : begin + _BLOCK] = 1.0 - _excess(low, high, k) / worst
    return trust, continuous


def _centred(places: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places around their mean, and their squared distances from it."""
    X = np.asarray(places, dtype=np.float64)
    X = X - X.mean(axis=0)
    return X, np.einsum("ij,ij->i", X, X)


def _squared(X: FloatArray, square: FloatArray, rows: IntArray) -> FloatArray:
    """Squared distances from some rows to all rows; infinite to themselves."""
    squared: FloatArray = square[rows, None] + square[None] - 2.0 * X[rows] @ X.T
    squared[np.arange(len(rows)), rows] = np.inf
    return squared


def _excess(ranking: FloatArray, choosing: FloatArray, k: int) -> FloatArray:
    """By how many ranks the k nearest of one space lie beyond the k nearest of the other, summed per query."""
    chosen = np.argpartition(choosing, k, axis=1)[:, :k]
    excess = np.zeros(len(ranking))
    for column in chosen.T:
        limit = ranking[np.arange(len(ranking)), column]
        nearer = (ranking < limit[:, None]).sum(axis=1)
        excess += np.maximum(nearer + 1 - k, 0)
    return excess


def trustworthiness(at_queries: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Whether snips that are near in the space are near in all latents.

    Parameters
    ----------
    at_queries : array, shape (n_queries,)
        As from ``rank_penalties``.
    weight : array, shape (n_queries,), optional
        Weight of each query.

    Returns
    -------
    float
        At most 1 (no intruder among the ten nearest), higher is better; near 0.5 for places drawn at random.

    Raises
    ------
    NotComputable
        If there are too few snips.

    References
    ----------
    .. [1] Venna & Kaski (2001), Neighborhood preservation in nonlinear projection methods, ICANN, 485.

    Examples
    --------
    >>> trustworthiness(np.array([1.0, 0.5]))
    0.75
    """
    return _mean(at_queries, weight)


def continuity(at_queries: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Whether snips that are near in all latents are near in the space.

    Parameters
    ----------
    at_queries : array, shape (n_queries,)
        As from ``rank_penalties``.
    weight : array, shape (n_queries,), optional
        Weight of each query.

    Returns
    -------
    float
        At most 1 (none of the ten nearest is torn away), higher is better; near 0.5 for places drawn at random.

    Raises
    ------
    NotComputable
        If there are too few snips.

    References
    ----------
    .. [1] Venna & Kaski (2001), Neighborhood preservation in nonlinear projection methods, ICANN, 485.

    Examples
    --------
    >>> continuity(np.array([1.0, 0.5]))
    0.75
    """
    return _mean(at_queries, weight)


def _mean(values: FloatArray, weight: FloatArray | None) -> float:
    if not len(values) or not np.isfinite(values).all():
        msg = f"neighbourhoods of {NEAREST} snips need at least {2 * NEAREST} snips"
        raise NotComputable(msg)
    return float(np.average(values, weights=weight))


_FREE = ("rotation", "translation", "reflection", "scale", "row order", "perturbation order")

SPECS = (
    MetricSpec(
        name="trustworthiness",
        label="Trustworthiness of the space",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("trust_at_queries",),
        function=trustworthiness,
        description="Whether the ten nearest snips in the space are near in all latents, over sampled snips.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="continuity",
        label="Continuity of the space",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("continuity_at_queries",),
        function=continuity,
        description="Whether the ten nearest snips in all latents are near in the space, over sampled snips.",
        invariances=_FREE,
    ),
)
