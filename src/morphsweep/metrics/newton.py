"""Proximal Newton for the multinomial elastic net, with a curvature from a sample of the rows.

Each step makes the loss quadratic, solves that quadratic with the L1 penalty, and goes there as far as the objective
falls. The gradient comes from all rows. With many rows the start is the optimum of a small sample drawn by class, and the
curvature comes from a larger one; once the probabilities hardly move it is kept, and corrected by the changes of the
gradient that the steps show.
"""

from dataclasses import dataclass

import numpy as np

from morphsweep.metrics.curvature import Curvature, corrected, restricted, spread_sample
from morphsweep.metrics.elastic_net import ElasticNetProblem, linear_scores, softmax
from morphsweep.metrics.penalised_step import PenalisedQuadratic
from morphsweep.records import FloatArray

__all__ = ["NewtonSolution", "solve_newton"]

START = 8_000  # rows whose optimum is the start, where there are twice as many
_SAMPLE_TOL, _SAMPLE_STEPS = 1e-3, 3  # of the start: the optimum of a sample is off by more than that anyway
_FEWEST, _WORK = 5_000, 10_000_000  # rows that the curvature is taken from, and rows times coefficients
_FEWEST_ROUGH = 2_000  # rows of the curvature of the first steps, where no sample gave a start
_STILL_MOVING = 3e-3  # expected gain per row above which an old curvature is not worth correcting
_SLOW = 0.1  # of what the step before promised: more than that left shows a curvature too rough
_LEAST_STEP = 1e-8
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
        Whether the tolerances were met.
    curvature : array, shape (p, p), or None
        That of the last step; None if no step was taken.
    """

    coef: FloatArray
    scores: FloatArray
    value: float
    residual: float
    n_iter: int
    converged: bool
    curvature: FloatArray | None


@dataclass(frozen=True, slots=True)
class _State:
    """Where the walk is."""

    coef: FloatArray
    scores: FloatArray
    probabilities: FloatArray
    value: float

    @classmethod
    def at(cls, problem: ElasticNetProblem, coef: FloatArray, scores: FloatArray | None = None) -> "_State":
        """At coefficients, whose scores may be known."""
        scores = linear_scores(coef, problem.rows) if scores is None else scores
        probabilities, log_norm = softmax(scores.copy())
        return cls(coef, scores, probabilities, problem.objective(coef, log_norm))

    def balanced(self, problem: ElasticNetProblem) -> "_State":
        """The same with the best intercepts, for which the duality gap is known."""
        shift, probabilities, log_norm = problem.balance(self.scores)
        coef = self.coef.copy()
        coef[:, -1] += shift[-len(coef) :]
        return _State(coef, self.scores + shift[:, None], probabilities, problem.objective(coef, log_norm))


@dataclass(frozen=True, slots=True)
class _Goal:
    """When to stop."""

    tol: float
    gap_tol: float
    max_iter: int

    def met(self, problem: ElasticNetProblem, coef: FloatArray, gradient: FloatArray) -> bool:
        """Whether the coefficients are good enough, supposed that their intercepts are the best."""
        if problem.residual(coef, gradient) > self.tol:
            return False
        return self.gap_tol == np.inf or problem.balanced_gap(coef, gradient) <= self.gap_tol


def solve_newton(
    problem: ElasticNetProblem,
    /,
    *,
    tol: float,
    max_iter: int,
    gap_tol: float = np.inf,
    sample: int | None = None,
) -> NewtonSolution:
    """Minimise the objective until the optimality conditions, and the duality gap, are below a tolerance.

    Parameters
    ----------
    problem : ElasticNetProblem
        Data and penalties.
    tol : float
        Largest violation of the optimality conditions accepted, per row.
    max_iter : int
        Most steps.
    gap_tol : float
        Largest duality gap accepted, per row; not looked at without an L2 penalty.
    sample : int, optional
        Rows that the curvature is taken from; default: as many as make its cost that of a few steps. More cost time,
        fewer cost steps.

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
    goal = _Goal(tol, gap_tol if problem.l2 > 0 else np.inf, max_iter)
    size = sample or max(_FEWEST, _WORK // problem.moments.size)
    if len(problem.rows) <= 2 * START:
        walk = _Walk(Curvature.of(problem, size), _State.at(problem, np.zeros(problem.shape)))
        if len(problem.rows) > 2 * _FEWEST_ROUGH:
            walk.rough = Curvature.of(problem, max(len(problem.rows) // 3, _FEWEST_ROUGH))
    else:
        part = restricted(problem, *spread_sample(problem, START))
        start = solve_newton(part, tol=_SAMPLE_TOL, max_iter=min(max_iter, _SAMPLE_STEPS))
        walk = _Walk(Curvature.of(problem, size), _State.at(problem, start.coef), curvature=start.curvature)
    residual, met = walk.go(problem, goal, certify=goal.gap_tol < np.inf)
    state = walk.state
    return NewtonSolution(state.coef, state.scores, state.value, residual, walk.n_iter, met, walk.curvature)


@dataclass(slots=True)
class _Walk:
    """Steps from a state, with the curvature that goes from one to the next."""

    source: Curvature
    state: _State
    rough: Curvature | None = None  # for the first steps, whose length the sample hardly matters for
    curvature: FloatArray | None = None
    last: tuple[FloatArray, FloatArray] | None = None
    expected: float = 0.0  # change of the objective, of the last step
    before: float = -np.inf  # and of the step before that
    n_iter: int = 0

    def go(self, problem: ElasticNetProblem, goal: _Goal, *, certify: bool = False) -> tuple[float, bool]:
        """Step until the goal is met, or steps or digits run out; returns the residual and whether it is met."""
        idle = 0
        while True:
            gradient = problem.gradient(self.state.coef, self.state.probabilities)
            met = goal.met(problem, self.state.coef, gradient)
            if met and certify:
                self.state = self.state.balanced(problem)
                gradient = problem.gradient(self.state.coef, self.state.probabilities)
                met = goal.met(problem, self.state.coef, gradient)
            if met or self.n_iter == goal.max_iter or idle >= _PATIENCE:
                return problem.residual(self.state.coef, gradient), met
            before = self.state.value
            self._step(problem, gradient)
            idle = idle + 1 if self.state.value >= before else 0
            self.n_iter += 1

    def _step(self, problem: ElasticNetProblem, gradient: FloatArray) -> None:
        coef = self.state.coef
        if self.curvature is None or self.expected < -_STILL_MOVING:
            self.curvature = (self.rough or self.source).at(self.state.probabilities)
        elif self.source.exact or self.rough is not None:
            self.curvature, self.rough = self.source.at(self.state.probabilities), None
        elif self.expected < _SLOW * self.before and self.source.rows.dtype == np.float32:
            self.source = self.source.in_double()
            self.curvature = self.source.at(self.state.probabilities)
        elif self.last is not None:
            self.curvature = corrected(self.curvature, coef - self.last[0], gradient - self.last[1])
        self.last = coef, gradient
        model = PenalisedQuadratic(
            self.curvature, gradient.ravel(), coef.ravel(), problem.shape, problem.l1, problem.l2
        )
        direction = model.solve().reshape(problem.shape) - coef
        self.before = self.expected
        self.state, self.expected = _search(problem, self.state, direction, gradient)


def _search(
    problem: ElasticNetProblem, state: _State, direction: FloatArray, gradient: FloatArray
) -> tuple[_State, float]:
    """Halve the step until the objective falls as much as the quadratic promises in part."""
    along = linear_scores(direction, problem.rows)
    w, d = state.coef[:, :-1], direction[:, :-1]
    expected = float(np.vdot(gradient, direction)) + problem.l1 * float(np.abs(w + d).sum() - np.abs(w).sum())
    length = 1.0
    while length > _LEAST_STEP:
        there = _State.at(problem, state.coef + length * direction, state.scores + length * along)
        promised = _SUFFICIENT * length * min(expected, 0.0)
        if there.value <= state.value + promised + 4e-16 * abs(state.value):
            return there, expected
        length /= 2
    return state, expected
