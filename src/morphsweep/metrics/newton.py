"""Proximal Newton for the multinomial elastic net, with a curvature from a sample of the rows.

Each step makes the loss quadratic, solves that quadratic with the L1 penalty, and goes there as far as the objective
falls. The gradient comes from all rows. With many rows the start is the optimum of a sample drawn by class, and the curvature
comes from that sample; once the probabilities hardly move it is kept, and corrected by the changes of the gradient that
the steps show.
"""

from dataclasses import dataclass, replace

import numpy as np

from morphsweep.metrics.elastic_net import ElasticNetProblem, linear_scores, softmax
from morphsweep.metrics.penalised_step import PenalisedQuadratic
from morphsweep.records import FloatArray, IntArray

__all__ = ["NewtonSolution", "solve_newton"]

SAMPLE = 5_000  # rows that the curvature is taken from; more cost time, fewer cost steps
_STILL_MOVING = 1e-3  # expected gain per row above which an old curvature is not worth correcting
_LEAST_STEP = 1e-8
_SAMPLE_TOL, _SAMPLE_STEPS = 1e-3, 3  # of the start: the optimum of a sample is off by more than that anyway
_SINGLE = 2_000  # rows from which the curvature is summed in single precision
_SINGLE_DAMPING = 1e-6  # of the largest curvature: what rounding in single precision may hide
_SUFFICIENT = 1e-4
_PATIENCE = 3  # steps without any gain: the limit of rounding


@dataclass(frozen=True, slots=True)
class NewtonSolution:
    """Where the walk ended.

    Parameters
    ----------
    coef : array, shape (n_scores, n_features + 1)
        Coefficients with, in the last column, the intercepts.
    scores : array, shape (n_classes, n_rows)
        Linear scores of the rows.
    value, residual : float
        Objective, and largest violation of the optimality conditions.
    n_iter : int
        Steps taken.
    converged : bool
        Whether the tolerance was met.
    """

    coef: FloatArray
    scores: FloatArray
    value: float
    residual: float
    n_iter: int
    converged: bool


@dataclass(slots=True)
class _State:
    """Where the walk is; replaced, never shared."""

    coef: FloatArray
    scores: FloatArray
    probabilities: FloatArray
    value: float


def solve_newton(
    problem: ElasticNetProblem, /, *, tol: float, max_iter: int, sample: int = SAMPLE
) -> NewtonSolution:
    """Minimise the objective until the optimality conditions hold to a tolerance.

    Parameters
    ----------
    problem : ElasticNetProblem
        Data and penalties.
    tol : float
        Largest violation of the optimality conditions accepted, per row.
    max_iter : int
        Most steps.
    sample : int
        Most rows that the curvature is taken from.

    Returns
    -------
    NewtonSolution
        With ``converged = False`` where steps or digits ran out first.

    References
    ----------
    .. [1] Lee, Sun & Saunders (2014), Proximal Newton-type methods for minimizing composite functions, SIAM J. Optim. 24(3).
    .. [2] Byrd, Chin, Neveitt & Nocedal (2011), On the use of stochastic Hessian information in optimization methods
       for machine learning, SIAM J. Optim. 21(3).
    """
    chosen, shares = _sample(problem, sample)
    part = problem if chosen is None else _restricted(problem, chosen, shares)
    coef = (
        None
        if part is problem
        else solve_newton(part, tol=_SAMPLE_TOL, max_iter=min(max_iter, _SAMPLE_STEPS)).coef
    )
    exact = len(part.rows) < _SINGLE
    rows = part.rows if exact else part.rows.astype(np.float32)
    state = _start(problem, coef)
    curvature: FloatArray | None = None
    last: tuple[FloatArray, FloatArray] | None = None
    expected, idle, n_iter = -np.inf, 0, 0
    while True:
        gradient = problem.gradient(state.coef, state.probabilities)
        residual = problem.residual(state.coef, gradient)
        if residual <= tol or n_iter == max_iter or idle >= _PATIENCE:
            return NewtonSolution(state.coef, state.scores, state.value, residual, n_iter, residual <= tol)
        if curvature is None or exact or expected < -_STILL_MOVING:
            seen = state.probabilities if chosen is None else state.probabilities[:, chosen]
            curvature = _curvature(part, rows, seen)
        elif last is not None:
            curvature = _corrected(curvature, state.coef - last[0], gradient - last[1])
        last = state.coef, gradient
        step = PenalisedQuadratic(
            curvature, gradient.ravel(), state.coef.ravel(), problem.shape, problem.l1, problem.l2
        )
        direction = step.solve().reshape(problem.shape) - state.coef
        before = state.value
        state, expected = _search(problem, state, direction, gradient)
        idle = idle + 1 if state.value >= before else 0
        n_iter += 1


def _start(problem: ElasticNetProblem, coef: FloatArray | None) -> _State:
    coef = np.zeros(problem.shape) if coef is None else coef
    scores = linear_scores(coef, problem.rows)
    probabilities, log_norm = softmax(scores.copy())
    return _State(coef, scores, probabilities, problem.objective(coef, log_norm))


def _search(
    problem: ElasticNetProblem, state: _State, direction: FloatArray, gradient: FloatArray
) -> tuple[_State, float]:
    """Halve the step until the objective falls as much as the quadratic promises in part."""
    along = linear_scores(direction, problem.rows)
    w, d = state.coef[:, :-1], direction[:, :-1]
    expected = float(np.vdot(gradient, direction)) + problem.l1 * float(np.abs(w + d).sum() - np.abs(w).sum())
    length = 1.0
    while length > _LEAST_STEP:
        coef = state.coef + length * direction
        scores = state.scores + length * along
        probabilities, log_norm = softmax(scores.copy())
        value = problem.objective(coef, log_norm)
        if value <= state.value + _SUFFICIENT * length * min(expected, 0.0) + 4e-16 * abs(state.value):
            return _State(coef, scores, probabilities, value), expected
        length /= 2
    return state, expected


def _sample(problem: ElasticNetProblem, size: int) -> tuple[IntArray | None, FloatArray]:
    """Rows drawn by class, evenly spread over each, and their shares; None = all, where there are few."""
    n = len(problem.rows)
    if n <= 2 * size:
        return None, problem.share
    rng = np.random.default_rng(0)
    counts = np.bincount(problem.codes)
    least = max(size // (4 * len(counts)), 1)
    chosen, shares = [], []
    for k, count in enumerate(counts):
        of_class = np.flatnonzero(problem.codes == k)
        quota = min(int(count), max(round(size * count / n), least))
        picked = of_class[((np.arange(quota) + rng.random(quota)) * count / quota).astype(np.int64)]
        taken = problem.share[picked]
        chosen.append(picked)
        shares.append(taken * (problem.share[of_class].sum() / taken.sum()))
    return np.concatenate(chosen), np.concatenate(shares)


def _restricted(problem: ElasticNetProblem, chosen: IntArray, shares: FloatArray) -> ElasticNetProblem:
    """The same problem on some rows."""
    rows, codes = problem.rows[chosen], problem.codes[chosen]
    n_scores, _ = problem.shape
    belongs = np.zeros((max(n_scores, 2), len(codes)))
    belongs[codes, np.arange(len(codes))] = shares
    return replace(problem, rows=rows, codes=codes, share=shares, moments=belongs[-n_scores:] @ rows)


def _curvature(problem: ElasticNetProblem, rows: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Second derivative of loss + L2 penalty; blocks of a row add up to zero but for the penalty, in all digits."""
    n_scores, n_columns = problem.shape
    blocks = np.zeros((n_scores, n_columns, n_scores, n_columns))
    p = probabilities.astype(rows.dtype)
    s = problem.share.astype(rows.dtype)
    for k in range(len(p)):
        for m in range(k):
            block = ((p[k] * p[m] * s)[:, None] * rows).T @ rows
            if n_scores == 1:
                blocks[0, :, 0, :] = block
                continue
            blocks[k, :, m, :] -= block
            blocks[m, :, k, :] -= block
            blocks[k, :, k, :] += block
            blocks[m, :, m, :] += block
    curvature = blocks.reshape(n_scores * n_columns, -1)
    curvature = (curvature + curvature.T) / 2
    penalised = np.ones(problem.shape)
    penalised[:, -1] = 0.0
    damping = _SINGLE_DAMPING * float(curvature.diagonal().max()) if rows.dtype == np.float32 else 0.0
    curvature[np.diag_indices_from(curvature)] += problem.l2 * penalised.ravel() + damping
    if n_scores > 1:  # a shift common to all intercepts changes nothing; give it any curvature
        intercepts = np.arange(1, n_scores + 1) * n_columns - 1
        curvature[np.ix_(intercepts, intercepts)] += 1.0 / n_scores
    return curvature


def _corrected(curvature: FloatArray, moved: FloatArray, change: FloatArray) -> FloatArray:
    """The curvature that also explains the last change of the gradient (BFGS)."""
    s, y = moved.ravel(), change.ravel()
    along = float(s @ y)
    if along <= 1e-12 * float(np.linalg.norm(s) * np.linalg.norm(y)):
        return curvature
    predicted = curvature @ s
    corrected: FloatArray = (
        curvature + np.outer(y, y) / along - np.outer(predicted, predicted) / float(s @ predicted)
    )
    return corrected
