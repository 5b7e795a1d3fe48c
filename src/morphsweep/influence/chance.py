"""What importances chance gives: the same forest on the score dealt out anew."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from morphsweep.influence.design import Design
from morphsweep.influence.forest import explain, group_folds
from morphsweep.influence.trees import grow
from morphsweep.records import BoolArray, FloatArray, IntArray

__all__ = ["LEVEL", "Chance", "against_chance", "dealt_out"]

LEVEL = 0.025  # of each of the two rounds: together at most 5 % of scores without signal name any knob
_TREES = 25
_MOST_MODELS = 400
_OBSERVED = 5  # forests whose mean is compared with single forests of the null


@dataclass(frozen=True, slots=True)
class Chance:
    """Each knob against chance; knobs in the order of ``design.varying``.

    Parameters
    ----------
    p : array, shape (n_knobs,)
        Chance of the largest share of any knob being as large as this one's, the smaller of the two rounds.
    limit : array, shape (n_knobs,)
        Share of the score's variance that chance alone reaches in 2.5 % of the cases, of the round that `p` is from.
    acts : array of bool, shape (n_knobs,)
        Whether `p` is at most 2.5 %.
    models : int
        Models used.
    """

    p: FloatArray
    limit: FloatArray
    acts: BoolArray
    models: int


def against_chance(
    design: Design,
    score: FloatArray,
    /,
    *,
    permutations: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Chance:
    """Tell hyper-parameters that act from those with which nothing measurable changes.

    First the score itself is dealt out anew among the configurations. Then what the knobs that stand out leave
    unexplained is, because a weak knob drowns in the variance that a strong one makes.

    Parameters
    ----------
    design : Design
        Settings; replicates share a group and stay together.
    score : array, shape (n_models,)
        Finite numbers.
    permutations : int
        Of each round.
    seed : int
        Of forests and permutations.
    progress : callable or None
        Called with the number of permutations done and of all.

    Returns
    -------
    Chance
        The smallest p is 1 / (permutations + 1).

    Raises
    ------
    NotComputable
        As :func:`morphsweep.influence.explain`.

    References
    ----------
    .. [1] Altmann et al. (2010), Permutation importance: a corrected feature importance measure, Bioinformatics 26(10).
    .. [2] Westfall & Young (1993), Resampling-based multiple testing: the largest statistic of all.
    """
    rows = _some_groups(design.groups, seed)
    names = [knob.name for knob in design.varying]
    design, score = (design.take(rows), score[rows]) if len(rows) < len(score) else (design, score)
    kept = [knob.name for knob in design.varying]
    p, limit = _round(design, score, permutations, seed, progress, 0)
    first = dict(zip(kept, p <= LEVEL, strict=True))
    if any(first.values()) and not all(first.values()):
        strong = [name for name in kept if first[name]]
        left = score - _explained_by(design, score, strong, seed)
        if np.ptp(left) > 0:
            p2, limit2 = _round(design, left, permutations, seed + 1, progress, permutations)
            better = ~np.array([first[name] for name in kept]) & (p2 < p)
            p, limit = np.where(better, p2, p), np.where(better, limit2 * left.var() / score.var(), limit)
    by_name = {name: (a, b) for name, a, b in zip(kept, p, limit, strict=True)}
    p = np.array([by_name.get(name, (np.nan, np.nan))[0] for name in names])
    limit = np.array([by_name.get(name, (np.nan, np.nan))[1] for name in names])
    return Chance(p, limit, np.nan_to_num(p, nan=1.0) <= LEVEL, len(score))


def dealt_out(score: FloatArray, groups: IntArray, /, *, seed: int) -> FloatArray:
    """The score dealt out anew, with the values of replicates staying together.

    Parameters
    ----------
    score : array, shape (n_models,)
        Any numbers.
    groups : array of int, shape (n_models,)
        Equal for replicates.
    seed : int
        Of the order.

    Returns
    -------
    array, shape (n_models,)
        A permutation of `score`; with groups of one size whole groups change places.

    Examples
    --------
    >>> dealt_out(np.array([1.0, 1.0, 5.0, 5.0]), np.array([0, 0, 1, 1]), seed=0).tolist() in (
    ...     [1.0, 1.0, 5.0, 5.0],
    ...     [5.0, 5.0, 1.0, 1.0],
    ... )
    True
    """
    blocks = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    order = np.random.default_rng([seed, 202]).permutation(len(blocks))
    dealt = np.empty_like(score)
    dealt[np.concatenate(blocks)] = score[np.concatenate([blocks[place] for place in order])]
    return dealt


def _round(
    design: Design,
    score: FloatArray,
    permutations: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
    before: int,
) -> tuple[FloatArray, FloatArray]:
    """Chance of each share, and the share that chance reaches, by the largest share of any knob."""
    observed = explain(design, score, n_trees=_TREES, repeats=_OBSERVED, seed=seed, coarse=True).shares()
    largest = np.empty(permutations)
    for place in range(permutations):
        other = dealt_out(score, design.groups, seed=seed * 10_000 + place)
        largest[place] = (
            explain(design, other, n_trees=_TREES, repeats=1, seed=seed + 17 * place, coarse=True)
            .shares()
            .max()
        )
        if progress is not None:
            progress(before + place + 1, 2 * permutations)
    p = (1 + (largest[None, :] >= observed[:, None]).sum(axis=1)) / (permutations + 1)
    return p, np.full(len(observed), float(np.quantile(largest, 1 - LEVEL)))


def _explained_by(design: Design, score: FloatArray, strong: list[str], seed: int) -> FloatArray:
    """What forests predict out of fold from the strong knobs' columns alone."""
    X = design.matrix[:, np.concatenate([knob.dealt for knob in design.varying if knob.name in strong])]
    predicted = np.zeros(len(score))
    for repeat in range(_OBSERVED):
        folds = group_folds(design.groups, seed=seed + repeat)
        for fold in np.unique(folds):
            here = folds == fold
            forest = grow(X[~here], score[~here], n_trees=2 * _TREES, seed=(seed + repeat) * 100 + int(fold))
            predicted[here] += forest.predict(X[here]) / _OBSERVED
    return predicted


def _some_groups(groups: IntArray, seed: int) -> IntArray:
    """Positions of all models, or of whole groups drawn until there are enough."""
    if len(groups) <= _MOST_MODELS:
        return np.arange(len(groups))
    names, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.random.default_rng([seed, 303]).permutation(len(names))
    drawn = order[np.cumsum(sizes[order]) <= _MOST_MODELS]
    return np.flatnonzero(np.isin(codes, drawn))
