"""How much a loosely stopped solver changes F1."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.metrics.over_time import scores_over_time
from morphsweep.metrics.prediction import Predictions, predict_out_of_fold
from morphsweep.records import FloatArray, IntArray, Settings

__all__ = ["tolerance_sensitivity"]

_OPTIMUM = 1e-9  # violation of the optimality conditions that the comparison is made with
_MOST_PASSES = 2_000


def tolerance_sensitivity(
    latents: FloatArray,
    labels: Any,
    individuals: Any,
    times: FloatArray,
    folds: IntArray,
    edges: FloatArray,
    /,
    *,
    settings: Settings,
    tolerances: Sequence[float] = (0.05, 1e-2, 1e-3, 1e-4),
    max_iter: int = _MOST_PASSES,
) -> pd.DataFrame:
    """F1 at several tolerances of scikit-learn's saga, against the optimum of the same problem.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Biological latent means.
    labels, individuals : array-like of str, shape (n_snips,)
        Perturbation and individual of each snip.
    times : array, shape (n_snips,)
        Times.
    folds : array of int, shape (n_snips,)
        Fold of each snip's individual.
    edges : array, shape (n_bins + 1,)
        Edges of the time bins.
    settings : Settings
        Penalty and split; its solver and tolerance are not used.
    tolerances : sequence of float
        Of saga; the notebook tried 0.05 and 1e-4.
    max_iter : int
        Most passes of saga.

    Returns
    -------
    DataFrame
        ``solver, tol, perturbation, f1, change`` (F1 minus that of the optimum), ``agree`` (share of snips predicted as at
        the optimum), ``above`` (mean objective above the optimum, per row), ``kkt, gap`` (worst of the fits, per row),
        ``passes`` (most of the fits), ``converged``: one row per tolerance and perturbation, then per perturbation the
        ``default`` protocol's own solver at its tolerance.

    Raises
    ------
    NotComputable
        If the snips cannot be predicted.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> labels = np.array(["a", "b"] * 40)
    >>> latents = rng.normal(size=(80, 2)) + (labels == "b")[:, None]
    >>> table = tolerance_sensitivity(
    ...     latents, labels, np.arange(80).astype(str), rng.uniform(size=80), np.arange(80) % 5,
    ...     np.array([0.0, 1.0]), settings=Settings(), tolerances=(1e-4,),
    ... )  # fmt: skip
    >>> table["solver"].tolist(), bool((table["above"] < 1e-6).all())
    (['saga', 'saga', 'newton', 'newton'], True)
    """
    solvers = [("saga", tol, max_iter) for tol in tolerances]
    own = Settings.for_protocol("default")
    solvers.append(("newton", own.classifier_tol, own.classifier_max_iter))

    def solved(solver: str, tol: float, most: int) -> Predictions:
        chosen = {"classifier": solver, "classifier_tol": tol, "classifier_max_iter": most}
        return predict_out_of_fold(
            latents, labels, individuals, folds, settings=settings.model_copy(update=chosen)
        )

    optimum = solved("newton", _OPTIMUM, 10 * own.classifier_max_iter)
    best = _f1(optimum, labels, times, edges)
    rows = [
        _described(solver, tol, solved(solver, tol, most), optimum, best, labels, times, edges)
        for solver, tol, most in solvers
    ]
    return pd.concat(rows, ignore_index=True)


def _described(
    solver: str,
    tol: float,
    found: Predictions,
    optimum: Predictions,
    best: "pd.Series[float]",
    labels: Any,
    times: FloatArray,
    edges: FloatArray,
) -> pd.DataFrame:
    f1 = _f1(found, labels, times, edges)
    tested = optimum.test
    same = found.probabilities[tested].argmax(axis=1) == optimum.probabilities[tested].argmax(axis=1)
    pairs = zip(found.certificates, optimum.certificates, strict=True)
    return pd.DataFrame({
        "solver": solver,
        "tol": tol,
        "perturbation": f1.index,
        "f1": f1.to_numpy(),
        "change": (f1 - best).to_numpy(),
        "agree": float(same.mean()),
        "above": max(float(np.mean([one.objective - least.objective for one, least in pairs])), 0.0),
        "kkt": max(one.kkt for one in found.certificates),
        "gap": max(one.gap for one in found.certificates),
        "passes": max(one.n_iter for one in found.certificates),
        "converged": all(one.converged for one in found.certificates),
    })


def _f1(found: Predictions, labels: Any, times: FloatArray, edges: FloatArray) -> "pd.Series[float]":
    """Mean over time bins, by perturbation."""
    tested = found.test
    table = scores_over_time(
        found.probabilities[tested],
        np.asarray(labels, dtype=object)[tested],
        np.asarray(times, dtype=float)[tested],
        edges,
        found.classes,
    )
    return table.groupby("perturbation", sort=True)["f1"].mean()
