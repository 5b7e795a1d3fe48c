"""How much of a score each hyper-parameter explains, judged on models that the forest has not seen."""

from dataclasses import dataclass

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.influence.design import Design
from morphsweep.influence.trees import Forest, grow
from morphsweep.records import FloatArray, IntArray

__all__ = ["LEAST_MODELS", "Explained", "explain", "forest_importance", "group_folds"]

LEAST_MODELS = 8
_FOLDS = 5
_MOST_PROBED = 200_000  # rows asked at once


@dataclass(frozen=True, slots=True)
class Explained:
    """What a forest explains of one score, out of fold.

    Parameters
    ----------
    predicted : array, shape (n_models,)
        Mean out-of-fold prediction.
    residual : array, shape (n_models,)
        Squared error, mean over the repeats.
    increase : array, shape (n_knobs, n_models)
        How much the squared error grows when the setting is dealt out anew; knobs in the order of ``design.varying``.
    variance : float
        Of the score (divisor n).
    """

    predicted: FloatArray
    residual: FloatArray
    increase: FloatArray
    variance: float

    def r2(self, weights: FloatArray | None = None, score: FloatArray | None = None) -> float:
        """Share of the variance that the forest explains; below 0 when it is worse than the mean."""
        if weights is None or score is None:
            return float(1 - self.residual.mean() / self.variance)
        return float(1 - weights @ self.residual / _weighted_variance(score, weights))

    def shares(self, weights: FloatArray | None = None, score: FloatArray | None = None) -> FloatArray:
        """Share of the variance that each knob moves, alone and together with others.

        Half of the increase of the squared error is, for independent settings and a perfect forest, the total-effect
        variance; an imperfect forest understates it.
        """
        if weights is None or score is None:
            return np.asarray(self.increase.mean(axis=1) / (2 * self.variance))
        return np.asarray(self.increase @ weights / (2 * _weighted_variance(score, weights)))


def explain(
    design: Design, score: FloatArray, /, *, n_trees: int, repeats: int, seed: int, coarse: bool = False
) -> Explained:
    """Explain a score by a forest, out of fold, with replicates on one side of every split.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.
    n_trees : int
        Trees per fold.
    repeats : int
        Divisions into folds.
    seed : int
        Of divisions and trees.
    coarse : bool
        Let 8 instead of 24 values stand for a number with many: enough to compare with chance.

    Returns
    -------
    Explained
        Averages over the repeats.

    Raises
    ------
    NotComputable
        If there are too few models or configurations, or the score does not vary.

    References
    ----------
    .. [1] Breiman (2001), Random forests, Machine Learning 45(1): permutation importance.
    .. [2] Saltelli et al. (2010), Variance based sensitivity analysis, Comput. Phys. Commun. 181(2): total effects.
    """
    _check(design, score)
    n, knobs = len(score), design.varying
    predicted, residual, increase = np.zeros(n), np.zeros(n), np.zeros((len(knobs), n))
    for repeat in range(repeats):
        folds = group_folds(design.groups, seed=seed + repeat)
        for fold in np.unique(folds):
            test = np.flatnonzero(folds == fold)
            kept = folds != fold
            forest = grow(
                design.matrix[kept], score[kept], n_trees=n_trees, seed=(seed + repeat) * 100 + int(fold)
            )
            guess = forest.predict(design.matrix[test])
            error = (score[test] - guess) ** 2
            predicted[test] += guess / repeats
            residual[test] += error / repeats
            for place, knob in enumerate(knobs):
                rows = test[knob.acts[test]]
                probes, weights = (
                    _thinned(knob.probes, knob.weights) if coarse else (knob.probes, knob.weights)
                )
                shuffled = _error_when_dealt_out(
                    forest, design.matrix[rows], score[rows], knob.dealt, probes, weights
                )
                increase[place, rows] += (shuffled - error[knob.acts[test]]) / repeats
    return Explained(predicted, residual, increase, float(score.var()))


def forest_importance(
    design: Design, score: FloatArray, /, *, n_trees: int = 100, seed: int = 0
) -> dict[str, float]:
    """The built-in driver: importances that sum to one.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.
    n_trees : int
        Trees per fold.
    seed : int
        Of splits and trees.

    Returns
    -------
    dict of str to float
        Per hyper-parameter that varies; at least 0.

    Raises
    ------
    NotComputable
        If no hyper-parameter explains anything, or there are too few models.

    Examples
    --------
    >>> import pandas as pd
    >>> from morphsweep.influence import make_design
    >>> settings = pd.DataFrame([(a, b) for a in range(6) for b in range(4)], columns=["beta", "other"])
    >>> found = forest_importance(make_design(settings), settings["beta"].to_numpy(dtype=float))
    >>> max(found, key=found.get), round(sum(found.values()), 9)
    ('beta', 1.0)
    """
    found = explain(design, score, n_trees=n_trees, repeats=repeats_for(len(score)), seed=seed)
    return dict(zip((k.name for k in design.varying), normalised(found.shares()).tolist(), strict=True))


def normalised(shares: FloatArray, /) -> FloatArray:
    """Shares as importances: negative ones are 0, the sum is one."""
    positive = np.clip(shares, 0.0, None)
    if not positive.sum():
        msg = "no hyper-parameter lowers the error of the forest on models that it has not seen"
        raise NotComputable(msg)
    return np.asarray(positive / positive.sum())


def repeats_for(n: int, /) -> int:
    """Few models are divided into folds more often; the shares of a score that is hardly explained settle with three."""
    return int(np.clip(np.ceil(600 / n), 3 if n < 1_000 else 1, 20))


def group_folds(groups: IntArray, /, *, seed: int) -> IntArray:
    """Fold of each model: whole groups, dealt out at random, the largest first where sizes differ.

    Parameters
    ----------
    groups : array of int, shape (n_models,)
        Equal for replicates.
    seed : int
        Of the order.

    Returns
    -------
    array of int, shape (n_models,)
        Below 5; fewer folds where there are fewer groups.
    """
    names, sizes = np.unique(groups, return_counts=True)
    order = np.random.default_rng([seed, 101]).permutation(len(names))
    order = order[np.argsort(-sizes[order], kind="stable")]
    n_folds = min(_FOLDS, len(names))
    fold_of, load = np.empty(len(names), dtype=np.int64), np.zeros(n_folds)
    for place in order:
        fold_of[place] = int(load.argmin())
        load[fold_of[place]] += sizes[place]
    return np.asarray(fold_of[np.searchsorted(names, groups)])


def _check(design: Design, score: FloatArray) -> None:
    n_groups = len(np.unique(design.groups))
    if len(score) < LEAST_MODELS or n_groups < _FOLDS:
        msg = f"{len(score)} models of {n_groups} configurations; a forest needs at least {LEAST_MODELS} models of {_FOLDS} configurations"
        raise NotComputable(msg)
    if not design.varying:
        msg = "no hyper-parameter varies among the models that have this score"
        raise NotComputable(msg)
    if float(np.ptp(score)) == 0:
        msg = f"all {len(score)} models have the same value, {score[0]:g}"
        raise NotComputable(msg)


def _error_when_dealt_out(
    forest: Forest, X: FloatArray, y: FloatArray, columns: IntArray, probes: FloatArray, weights: FloatArray
) -> FloatArray:
    """Expected squared error when the columns take the probes' values: every value with its frequency, no chance."""
    total = np.zeros(len(X))
    step = max(_MOST_PROBED // max(len(probes), 1), 1)
    for start in range(0, len(X), step):
        part = X[start : start + step]
        asked = np.repeat(part, len(probes), axis=0)
        asked[:, columns] = np.tile(probes, (len(part), 1))
        guesses = forest.predict(asked).reshape(len(part), len(probes))
        total[start : start + step] = ((y[start : start + step, None] - guesses) ** 2) @ weights
    return total


def _thinned(probes: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The middle of every three quantiles; settings with few values stay as they are."""
    return (
        (probes[1::3], np.full(8, 1 / 8)) if len(probes) == 24 and np.ptp(weights) == 0 else (probes, weights)
    )


def _weighted_variance(score: FloatArray, weights: FloatArray) -> float:
    mean = weights @ score
    return float(weights @ (score - mean) ** 2)
