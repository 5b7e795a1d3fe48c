"""Class probabilities of snips whose individual the classifier never saw."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.metrics.classifier import LogisticFit, fit_newton, fit_saga
from morphsweep.records import BoolArray, FloatArray, IntArray, Settings

__all__ = ["FitCertificate", "Predictions", "holdout_rows", "never_learned", "predict_out_of_fold"]


@dataclass(frozen=True, slots=True)
class FitCertificate:
    """What is known of one fit of the classifier, without its coefficients.

    Parameters
    ----------
    fold : int
        Which fold was predicted.
    n_train, n_test : int
        Rows trained on and predicted.
    objective : float
        Value reached, per row; lower is better.
    kkt : float
        Largest violation of the optimality conditions; 0 at the optimum.
    gap : float
        Duality gap: no solution is better by more than this.
    n_iter : int
        Iterations.
    converged : bool
        Whether the solver met its own stopping rule.
    missing : str
        Classes without a training row, which get probability 0; empty when there is none.
    """

    fold: int
    n_train: int
    n_test: int
    objective: float
    kkt: float
    gap: float
    n_iter: int
    converged: bool
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Predictions:
    """Out-of-fold class probabilities of one run.

    Parameters
    ----------
    classes : tuple of str
        Perturbations, sorted by name; columns of `probabilities`.
    probabilities : array, shape (n_snips, n_classes)
        Rows sum to 1; NaN where there is no prediction.
    test : array of bool, shape (n_snips,)
        Rows that have an out-of-fold prediction.
    certificates : tuple of FitCertificate
        One per fit.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    """

    classes: tuple[str, ...]
    probabilities: FloatArray
    test: BoolArray
    certificates: tuple[FitCertificate, ...]

    def __post_init__(self) -> None:
        if self.probabilities.shape != (len(self.test), len(self.classes)):
            msg = f"probabilities {self.probabilities.shape} do not fit {len(self.test)} rows and {len(self.classes)} classes"
            raise ShapeMismatch(msg)


def predict_out_of_fold(
    latents: FloatArray,
    labels: Any,
    individuals: Any,
    folds: IntArray,
    /,
    *,
    settings: Settings,
    weight: FloatArray | None = None,
) -> Predictions:
    """Predict the perturbation of every snip by classifiers that never saw its individual.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Biological latent means; standardised on the training rows of each fit.
    labels : array-like of str, shape (n_snips,)
        Perturbations.
    individuals : array-like of str, shape (n_snips,)
        Individual of each snip, in file order.
    folds : array of int, shape (n_snips,)
        Fold of each snip's individual. Not used when ``settings.split`` is "holdout".
    settings : Settings
        ``split, classifier, C, l1_ratio, classifier_tol, classifier_max_iter, test_size, seed``.
    weight : array, shape (n_snips,), optional
        Weight of each snip in training.

    Returns
    -------
    Predictions
        Pooled over folds; with "holdout" only the test individuals are predicted. A class that a fit has no training
        row for gets probability 0 from that fit, and its certificate says so.

    Raises
    ------
    NotComputable
        If there are fewer than two classes or two folds, too few individuals to hold some out, or a training part
        with a single class.
    ShapeMismatch
        If the arrays do not correspond.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> labels = np.array(["a", "b"] * 30)
    >>> latents = rng.normal(size=(60, 2)) + 4 * (labels == "b")[:, None]
    >>> individuals = np.repeat(np.arange(10).astype(str), 6)
    >>> found = predict_out_of_fold(
    ...     latents, labels, individuals, np.repeat(np.arange(5), 12), settings=Settings()
    ... )
    >>> found.classes, bool(found.test.all()), len(found.certificates)
    (('a', 'b'), True, 5)
    """
    n = len(latents)
    for name, values in (
        ("labels", labels),
        ("individuals", individuals),
        ("folds", folds),
        ("weight", weight),
    ):
        if values is not None and len(values) != n:
            msg = f"{name} has {len(values)} entries, expected one for each of {n} snips"
            raise ShapeMismatch(msg)
    classes, codes = np.unique(np.asarray(labels, dtype=object).astype(str), return_inverse=True)
    if len(classes) < 2:
        msg = f"discrimination needs at least 2 perturbations, found {len(classes)}"
        raise NotComputable(msg)
    features = np.asarray(latents, dtype=np.float64)
    probabilities = np.full((n, len(classes)), np.nan)
    certificates = []
    for fold, test in _splits(individuals, np.asarray(folds), settings):
        part, fit, present = _fit(features, codes, test, settings, weight)
        probabilities[test] = 0.0
        probabilities[np.ix_(test, present)] = part
        missing = ", ".join(np.delete(classes, present))
        certificates.append(
            FitCertificate(
                fold,
                int((~test).sum()),
                int(test.sum()),
                fit.objective,
                fit.kkt,
                fit.gap,
                fit.n_iter,
                fit.converged,
                missing,
            )
        )
    tested = ~np.isnan(probabilities[:, 0])
    return Predictions(tuple(map(str, classes)), probabilities, tested, tuple(certificates))


def holdout_rows(individuals: Any, /, *, test_size: float = 0.2, seed: int = 42) -> BoolArray:
    """Rows of the individuals that one random split holds out, drawn as scikit-learn does from ids in order of appearance.

    Parameters
    ----------
    individuals : array-like of str, shape (n_snips,)
        Individual of each snip, in file order.
    test_size : float
        Share of individuals held out, rounded up.
    seed : int
        Seed of the split.

    Returns
    -------
    array of bool, shape (n_snips,)
        Test rows.

    Raises
    ------
    NotComputable
        If there are too few individuals to split.

    Examples
    --------
    >>> int(holdout_rows(np.repeat(list("abcdefghij"), 3)).sum())
    6
    """
    from sklearn.model_selection import train_test_split

    ids = pd.unique(np.asarray(individuals, dtype=object))
    if len(ids) < 2:
        msg = f"a split by individual needs at least 2 individuals, found {len(ids)}"
        raise NotComputable(msg)
    _, held_out = train_test_split(ids, test_size=test_size, random_state=seed)
    rows: BoolArray = np.isin(
        pd.factorize(np.asarray(individuals, dtype=object))[0], pd.Index(ids).get_indexer(held_out)
    )
    return rows


def never_learned(predictions: Predictions, labels: Any, /) -> tuple[str, ...]:
    """Classes whose own snips were only predicted by fits that had no training row of them.

    Parameters
    ----------
    predictions : Predictions
        Of all snips.
    labels : array-like of str, shape (n_snips,)
        Perturbations.

    Returns
    -------
    tuple of str
        For instance a perturbation that lies in a single batch, when whole batches are held out.

    Examples
    --------
    >>> found = Predictions(("a", "b"), np.array([[1.0, 0.0], [1.0, 0.0]]), np.ones(2, bool), ())
    >>> never_learned(found, ["a", "b"])
    ('b',)
    """
    actual = np.asarray(labels, dtype=object)
    columns = zip(predictions.classes, predictions.probabilities.T, strict=True)
    own = {name: column[predictions.test & (actual == name)] for name, column in columns}
    return tuple(name for name, values in own.items() if len(values) and not values.any())


def _splits(individuals: Any, folds: IntArray, settings: Settings) -> Iterable[tuple[int, BoolArray]]:
    if settings.split == "holdout":
        return [(0, holdout_rows(individuals, test_size=settings.test_size, seed=settings.seed))]
    used = np.unique(folds)
    if len(used) < 2:
        msg = f"out-of-fold predictions need individuals in at least 2 folds, found {len(used)}"
        raise NotComputable(msg)
    return [(int(fold), folds == fold) for fold in used]


def _fit(
    features: FloatArray, codes: IntArray, test: BoolArray, settings: Settings, weight: FloatArray | None
) -> tuple[FloatArray, LogisticFit, IntArray]:
    # Probabilities of the test rows, the fit, and which classes the columns are.
    from sklearn.preprocessing import StandardScaler

    train = ~test if weight is None else ~test & (weight > 0)
    shares = None if weight is None else weight[train]
    present, compact = np.unique(codes[train], return_inverse=True)
    if len(present) < 2:
        msg = f"a training part has rows of {len(present)} perturbation only; more individuals per perturbation are needed"
        raise NotComputable(msg)
    scaler = StandardScaler().fit(features[train], sample_weight=shares)
    standard = scaler.transform(features[train])
    solve = partial(fit_saga, seed=settings.seed) if settings.classifier == "saga" else fit_newton
    fit = solve(
        standard,
        compact,
        C=settings.C,
        l1_ratio=settings.l1_ratio,
        tol=settings.classifier_tol,
        max_iter=settings.classifier_max_iter,
        weight=shares,
    )
    return fit.predict_proba(scaler.transform(features[test])), fit, present
