"""Multinomial logistic regression with an elastic-net penalty, solved to a stated optimality."""

import warnings
from dataclasses import dataclass

import numpy as np

from morphsweep.metrics.elastic_net import ElasticNetProblem, linear_scores, softmax
from morphsweep.metrics.newton import solve_newton
from morphsweep.records import FloatArray, IntArray

__all__ = ["LogisticFit", "fit_newton", "fit_saga"]


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """A fitted classifier and how near to the optimum it is.

    Parameters
    ----------
    coef : array, shape (n_classes, n_features), or (1, n_features) for two classes
        Coefficients, per unit of the features.
    intercept : array, shape (n_classes,) or (1,)
        Intercepts.
    objective : float
        Value of the objective, per row; lower is better.
    kkt : float
        Largest violation of the optimality conditions (entry of the subgradient nearest to zero), per row; 0 at the optimum.
    gap : float
        Duality gap: no solution is better by more than this, per row. With weak penalties it is far above the true
        distance unless `kkt` is tiny.
    n_iter : int
        Iterations of the solver.
    converged : bool
        Whether the solver met its own stopping rule.
    """

    coef: FloatArray
    intercept: FloatArray
    objective: float
    kkt: float
    gap: float
    n_iter: int
    converged: bool

    def predict_proba(self, features: FloatArray, /) -> FloatArray:
        """Class probabilities of rows, shape (n_rows, n_classes); rows sum to 1.

        Parameters
        ----------
        features : array, shape (n_rows, n_features)
            On the scale of the training rows.

        Returns
        -------
        array, shape (n_rows, n_classes)
            Probabilities.
        """
        rows = np.column_stack([np.asarray(features, dtype=np.float64), np.ones(len(features))])
        probabilities, _ = softmax(linear_scores(np.column_stack([self.coef, self.intercept]), rows))
        return np.ascontiguousarray(probabilities.T)


def fit_newton(
    features: FloatArray,
    codes: IntArray,
    /,
    *,
    C: float = 10.0,
    l1_ratio: float = 0.2,
    tol: float = 1e-6,
    gap_tol: float = 1e-7,
    max_iter: int = 200,
    weight: FloatArray | None = None,
) -> LogisticFit:
    """Fit by proximal Newton steps until the optimality conditions hold to a tolerance.

    Parameters
    ----------
    features : array, shape (n_rows, n_features)
        Standardised features.
    codes : array of int, shape (n_rows,)
        Class of each row, 0 .. n_classes - 1, every class present.
    C : float
        Inverse strength of the penalty, as in scikit-learn.
    l1_ratio : float
        Share of the L1 penalty, 0 to 1.
    tol : float
        Largest violation of the optimality conditions accepted, per row.
    gap_tol : float
        Largest duality gap accepted, per row; infinity: any. Without an L2 penalty (``l1_ratio = 1``) the gap is recorded
        but not aimed at.
    max_iter : int
        Most steps.
    weight : array, shape (n_rows,), optional
        Weight of each row, not negative.

    Returns
    -------
    LogisticFit
        Coefficients with their certificate.

    Raises
    ------
    NotComputable
        If fewer than two classes are present.
    InvalidInput
        If the arrays do not correspond, or a class has no row.

    References
    ----------
    .. [1] Lee, Sun & Saunders (2014), Proximal Newton-type methods for minimizing composite functions, SIAM J. Optim. 24(3).
    .. [2] Zou & Hastie (2005), Regularization and variable selection via the elastic net, JRSS B 67(2).

    Examples
    --------
    >>> x = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> fit = fit_newton(x, np.array([0, 0, 1, 1]), C=1.0)
    >>> fit.converged, bool(fit.coef[0, 0] > 0)
    (True, True)
    """
    problem = ElasticNetProblem.build(features, codes, C=C, l1_ratio=l1_ratio, weight=weight)
    found = solve_newton(problem, tol=tol, max_iter=max_iter, gap_tol=gap_tol)
    gap = problem.gap(found.value, found.coef, found.scores)
    coef, intercept = found.coef[:, :-1].copy(), found.coef[:, -1].copy()
    return LogisticFit(coef, intercept, found.value, found.residual, gap, found.n_iter, found.converged)


def fit_saga(
    features: FloatArray,
    codes: IntArray,
    /,
    *,
    C: float = 10.0,
    l1_ratio: float = 0.2,
    tol: float = 1e-3,
    max_iter: int = 250,
    seed: int = 42,
    weight: FloatArray | None = None,
) -> LogisticFit:
    """Fit by scikit-learn's stochastic solver, stopped as loosely as asked.

    Parameters
    ----------
    features : array, shape (n_rows, n_features)
        Standardised features.
    codes : array of int, shape (n_rows,)
        Class of each row, 0 .. n_classes - 1, every class present.
    C : float
        Inverse strength of the penalty.
    l1_ratio : float
        Share of the L1 penalty, 0 to 1.
    tol : float
        scikit-learn's tolerance: largest relative change of a coefficient in one epoch.
    max_iter : int
        Most epochs.
    seed : int
        Order in which the rows are visited.
    weight : array, shape (n_rows,), optional
        Weight of each row, not negative.

    Returns
    -------
    LogisticFit
        With ``converged = False`` when the epochs ran out; its certificate tells how far from the optimum it stopped.

    Raises
    ------
    NotComputable
        If fewer than two classes are present.
    InvalidInput
        If the arrays do not correspond, or a class has no row.

    References
    ----------
    .. [1] Defazio, Bach & Lacoste-Julien (2014), SAGA: a fast incremental gradient method, NeurIPS 27.

    Examples
    --------
    >>> x = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> fit_saga(x, np.array([0, 0, 1, 1]), C=1.0, max_iter=1).converged
    False
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    problem = ElasticNetProblem.build(features, codes, C=C, l1_ratio=l1_ratio, weight=weight)
    model = LogisticRegression(
        solver="saga", C=C, l1_ratio=l1_ratio, tol=tol, max_iter=max_iter, random_state=seed
    )
    if getattr(model, "penalty", "deprecated") != "deprecated":  # scikit-learn < 1.8 wants the penalty named
        model.set_params(penalty="elasticnet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # recorded in the certificate instead
        model.fit(np.asarray(features, dtype=np.float64), codes, sample_weight=weight)
    n_iter = int(np.max(model.n_iter_))
    coef = np.column_stack([model.coef_, model.intercept_])
    scores = linear_scores(coef, problem.rows)
    probabilities, log_norm = softmax(scores.copy())
    value = problem.objective(coef, log_norm)
    kkt = problem.residual(coef, problem.gradient(coef, probabilities))
    gap = problem.gap(value, coef, scores)
    return LogisticFit(model.coef_, model.intercept_, value, kkt, gap, n_iter, n_iter < max_iter)
