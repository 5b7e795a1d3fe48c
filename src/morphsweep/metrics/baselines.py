"""What simpler and stronger classifiers make of the same splits: the number beside every number."""

from collections.abc import Callable
from typing import Any

import numpy as np

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.metrics.classifier import fit_newton
from morphsweep.metrics.resampling import permuted_labels
from morphsweep.records import FloatArray, IntArray, Settings

__all__ = ["BASELINES", "predict_baseline"]

_NEIGHBOURS = 15
_HIDDEN = (32,)
_DEGREE = 3  # of the polynomial in time

Fitted = Callable[[FloatArray], FloatArray]
Fit = Callable[[FloatArray, IntArray, Settings], Fitted]


def predict_baseline(
    name: str,
    latents: FloatArray,
    labels: Any,
    individuals: Any,
    times: FloatArray,
    folds: IntArray,
    /,
    *,
    settings: Settings,
) -> tuple[tuple[str, ...], FloatArray]:
    """Out-of-fold probabilities of a baseline on the splits of the main classifier.

    Parameters
    ----------
    name : str
        One of ``BASELINES``: ``majority`` (shares of the training rows), ``time`` (a cubic in time, no latent), ``pca3``
        (three principal components), ``shuffled`` (all latents, labels of training individuals dealt out anew), ``knn``
        (15 nearest neighbours), ``mlp`` (one hidden layer of 32 units).
    latents : array, shape (n_snips, n_latents)
        Biological latent means.
    labels, individuals : array-like of str, shape (n_snips,)
        Perturbation and individual of each snip.
    times : array, shape (n_snips,)
        Times.
    folds : array of int, shape (n_snips,)
        Fold of each snip; one with -1 is never predicted.
    settings : Settings
        ``C, l1_ratio, classifier_tol, classifier_max_iter, seed``.

    Returns
    -------
    tuple of str
        Perturbations, sorted.
    array, shape (n_snips, n_classes)
        Probabilities; NaN for rows that are not predicted.

    Raises
    ------
    NotComputable
        If a training part has one class only.
    ShapeMismatch
        If the arrays do not correspond.
    """
    features = np.asarray(times, dtype=float)[:, None] if name == "time" else np.asarray(latents, dtype=float)
    if not len(features) == len(labels) == len(individuals) == len(folds):
        msg = f"{len(features)} rows, {len(labels)} labels, {len(individuals)} individuals and {len(folds)} folds do not correspond"
        raise ShapeMismatch(msg)
    classes, codes = np.unique(np.asarray(labels, dtype=object).astype(str), return_inverse=True)
    probabilities = np.full((len(codes), len(classes)), np.nan)
    for fold in np.unique(folds[folds >= 0]):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        target = (
            _shuffled(codes[train], np.asarray(individuals, dtype=object)[train], settings.seed)
            if name == "shuffled"
            else codes[train]
        )
        present, compact = np.unique(target, return_inverse=True)
        if len(present) < 2:
            msg = f"a training part has rows of {len(present)} perturbation only; more individuals per perturbation are needed"
            raise NotComputable(msg)
        probabilities[test] = 0.0
        probabilities[np.ix_(test, present)] = BASELINES[name](features[train], compact, settings)(
            features[test]
        )
    return tuple(map(str, classes)), probabilities


def _shuffled(codes: IntArray, individuals: Any, seed: int) -> IntArray:
    """Labels of individuals dealt out anew."""
    _, first, who = np.unique(individuals.astype(str), return_index=True, return_inverse=True)
    own = codes[first]
    dealt: IntArray = permuted_labels(own, np.zeros_like(own), 1, seed=seed)[0][who]
    return dealt


def _majority(train: FloatArray, codes: IntArray, settings: Settings) -> Fitted:
    del train, settings
    shares = np.bincount(codes) / len(codes)
    return lambda rows: np.tile(shares, (len(rows), 1))


def _logistic(train: FloatArray, codes: IntArray, settings: Settings) -> Fitted:
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train)
    fit = fit_newton(scaler.transform(train), codes, C=settings.C, l1_ratio=settings.l1_ratio)
    return lambda rows: fit.predict_proba(scaler.transform(rows))


def _time_only(train: FloatArray, codes: IntArray, settings: Settings) -> Fitted:
    middle, width = train.mean(), max(float(train.std()), np.finfo(float).tiny)

    def powers(rows: FloatArray) -> FloatArray:
        standard: FloatArray = (rows - middle) / width
        return standard ** np.arange(1.0, _DEGREE + 1)

    fitted = _logistic(powers(train), codes, settings)
    return lambda rows: fitted(powers(rows))


def _components(train: FloatArray, codes: IntArray, settings: Settings) -> Fitted:
    from sklearn.decomposition import PCA

    space = PCA(min(3, *train.shape), svd_solver="full").fit(train)
    fitted = _logistic(space.transform(train), codes, settings)
    return lambda rows: fitted(space.transform(rows))


def _neighbours(train: FloatArray, codes: IntArray, settings: Settings) -> Fitted:
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import StandardScaler

    del settings
    scaler = StandardScaler().fit(train)
    model = KNeighborsClassifier(min(_NEIGHBOURS, len(train))).fit(scaler.transform(train), codes)
    return lambda rows: np.asarray(model.predict_proba(scaler.transform(rows)))


def _network(train: FloatArray, codes: IntArray, settings: Settings) -> Fitted:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train)
    model = MLPClassifier(_HIDDEN, alpha=1e-2, max_iter=100, random_state=settings.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a hundred passes are the definition
        model.fit(scaler.transform(train), codes)
    return lambda rows: np.asarray(model.predict_proba(scaler.transform(rows)))


BASELINES: dict[str, Fit] = {
    "majority": _majority,
    "time": _time_only,
    "pca3": _components,
    "shuffled": _logistic,
    "knn": _neighbours,
    "mlp": _network,
}
