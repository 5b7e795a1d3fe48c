"""The same snips in two regimes, compared in all latents: shape, similarity, and what carries over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.records import Better, BoolArray, FloatArray, IntArray, MetricSpec

__all__ = [
    "SPECS",
    "MatchedSnips",
    "cka",
    "cka_null",
    "matched_pair",
    "procrustes_orthogonal",
    "procrustes_similarity",
]

FEWEST = 10  # snips in both regimes
_ROUNDING = 64 * np.finfo(np.float64).eps


@dataclass(frozen=True, slots=True)
class MatchedSnips:
    """The cohort's snips in one run, in the cohort's order.

    Parameters
    ----------
    latents : array, shape (n_cohort, n_latents)
        Latent means; NaN for snips that the run does not have.
    labels, individuals : array of str, shape (n_cohort,)
        Perturbation and individual.
    times : array, shape (n_cohort,)
        Times.
    queries : array of int, shape (n_queries,)
        Positions of the snips that transfers are tested on.

    Raises
    ------
    ShapeMismatch
        If the arrays differ in length.
    """

    latents: FloatArray
    labels: NDArray[Any]
    individuals: NDArray[Any]
    times: FloatArray
    queries: IntArray

    def __post_init__(self) -> None:
        lengths = {len(part) for part in (self.latents, self.labels, self.individuals, self.times)}
        if len(lengths) > 1:
            msg = f"matched snips need arrays of one length, found {sorted(lengths)}"
            raise ShapeMismatch(msg)


def matched_pair(reference: FloatArray, other: FloatArray, /) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Centred latents of the snips that both regimes have.

    Parameters
    ----------
    reference, other : array, shape (n_snips, n_latents)
        The same snips in the same order; rows with NaN have no partner. The narrower one is padded with zeros.

    Returns
    -------
    reference, other : array, shape (n_matched, n_latents)
        Centred.
    matched : array of bool, shape (n_snips,)
        Which rows these are.

    Raises
    ------
    ShapeMismatch
        If the numbers of snips differ.
    NotComputable
        If fewer than ten snips are matched, or one side does not vary.
    """
    if len(reference) != len(other):
        msg = f"matched snips: {len(reference)} in the reference but {len(other)} in the other regime"
        raise ShapeMismatch(msg)
    matched: BoolArray = np.asarray(np.isfinite(reference).all(axis=1) & np.isfinite(other).all(axis=1))
    if matched.sum() < FEWEST:
        msg = f"{int(matched.sum())} snips can be matched, needs at least {FEWEST}"
        raise NotComputable(msg)
    width = max(reference.shape[1], other.shape[1])
    sides = []
    for side in (reference, other):
        rows = np.asarray(side, dtype=np.float64)[matched]
        centred = rows - rows.mean(axis=0)
        if not np.abs(centred).max() > _ROUNDING * np.abs(rows).max():
            msg = "the matched snips all lie in one place"
            raise NotComputable(msg)
        sides.append(np.pad(centred, ((0, 0), (0, width - centred.shape[1]))))
    return sides[0], sides[1], matched


def _shape(reference: MatchedSnips, other: MatchedSnips) -> tuple[float, float, float]:
    """Squared sizes of both sides, and the largest sum of products that a rotation or mirror can reach."""
    p, q, _ = matched_pair(reference.latents, other.latents)
    return float((p**2).sum()), float((q**2).sum()), float(np.linalg.svd(p.T @ q, compute_uv=False).sum())


def procrustes_orthogonal(reference: MatchedSnips, other: MatchedSnips, /) -> float:
    """Distance left between the snips of two regimes after the best rotation, mirror and translation in all latents.

    Parameters
    ----------
    reference, other : MatchedSnips
        The same snips in two regimes.

    Returns
    -------
    float
        Root mean squared distance divided by the radius of the reference, 0 or more, lower is better. Differences in size
        count.

    Raises
    ------
    NotComputable
        If fewer than ten snips are matched.

    References
    ----------
    .. [1] Schönemann (1966), A generalized solution of the orthogonal Procrustes problem, Psychometrika 31(1).
    """
    size, other_size, reached = _shape(reference, other)
    left = size + other_size - 2.0 * reached
    return float(np.sqrt(left / size)) if left > _ROUNDING * (size + other_size) else 0.0


def procrustes_similarity(reference: MatchedSnips, other: MatchedSnips, /) -> float:
    """Distance in shape between the snips of two regimes: after the best rotation, mirror, translation and scale.

    Parameters
    ----------
    reference, other : MatchedSnips
        The same snips in two regimes.

    Returns
    -------
    float
        Between 0 (same shape) and 1, lower is better; symmetric. Its square is the disparity of SciPy's ``procrustes``.

    Raises
    ------
    NotComputable
        If fewer than ten snips are matched.

    References
    ----------
    .. [1] Gower (1975), Generalized Procrustes analysis, Psychometrika 40(1), 33.
    """
    size, other_size, reached = _shape(reference, other)
    return _distance(reached / np.sqrt(size * other_size))


def _distance(agreement: float) -> float:
    left = 1.0 - agreement**2
    return float(np.sqrt(left)) if left > _ROUNDING else 0.0


def cka(reference: MatchedSnips, other: MatchedSnips, /) -> float:
    """Linear centred kernel alignment: whether the same pairs of snips are alike in both regimes.

    Parameters
    ----------
    reference, other : MatchedSnips
        The same snips in two regimes.

    Returns
    -------
    float
        Between 0 and 1 (equal but for rotation, mirror and scale), higher is better; compare with ``cka_null``.

    Raises
    ------
    NotComputable
        If fewer than ten snips are matched.

    References
    ----------
    .. [1] Kornblith, Norouzi, Lee & Hinton (2019), Similarity of neural network representations revisited, ICML.
    """
    p, q, _ = matched_pair(reference.latents, other.latents)
    shared = float(np.sum((p.T @ q) ** 2))
    value = shared / (float(np.linalg.norm(p.T @ p)) * float(np.linalg.norm(q.T @ q)))
    return 1.0 if 1.0 - value < _ROUNDING else value


def cka_null(reference: MatchedSnips, other: MatchedSnips, /) -> float:
    """What linear CKA would be on average if the snips of one regime were dealt out at random.

    Parameters
    ----------
    reference, other : MatchedSnips
        The same snips in two regimes.

    Returns
    -------
    float
        Mean over all permutations, in closed form; between 0 and 1. The yardstick of ``cka``, not a merit.

    Raises
    ------
    NotComputable
        If fewer than ten snips are matched.
    """
    p, q, _ = matched_pair(reference.latents, other.latents)
    traces = float((p**2).sum()) * float((q**2).sum())
    return traces / (len(p) - 1) / (float(np.linalg.norm(p.T @ p)) * float(np.linalg.norm(q.T @ q)))


_TURN = ("rotation", "translation", "reflection", "row order", "perturbation order")


def _spec(
    name: str,
    label: str,
    function: Callable[[MatchedSnips, MatchedSnips], float],
    description: str,
    *,
    better: Better,
    high: float | None = 1.0,
    scale: str = "scale",
) -> MetricSpec:
    return MetricSpec(
        name=name,
        label=label,
        unit="",
        better=better,
        bounds=(0.0, high),
        scope="pair",
        per="model",
        needs=("matched",),
        function=function,
        description=description,
        invariances=(*_TURN, scale),
    )


SPECS = (
    _spec(
        "procrustes_orthogonal",
        "Procrustes distance",
        procrustes_orthogonal,
        "Distance of the snips in all latents after the best rotation or mirror, over the radius of the reference.",
        better="lower",
        high=None,
        scale="common scale",
    ),
    _spec(
        "procrustes_similarity",
        "Procrustes distance in shape",
        procrustes_similarity,
        "Distance of the snips in all latents after the best rotation or mirror and scale.",
        better="lower",
    ),
    _spec(
        "cka",
        "Linear CKA",
        cka,
        "Whether the same pairs of snips are alike in both regimes; compare with its null.",
        better="higher",
    ),
    _spec(
        "cka_null",
        "Linear CKA, null",
        cka_null,
        "Linear CKA expected if the snips of one regime were dealt out at random.",
        better="range",
    ),
)
