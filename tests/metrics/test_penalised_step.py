"""The inner problem of a Newton step."""

import numpy as np
import pytest

from morphsweep.metrics.penalised_step import PenalisedQuadratic


def quadratic(seed, *, spread, l1, l2=1e-5):
    """Curvature and gradient of a multinomial loss of three classes at random coefficients, as a fit meets them."""
    rng = np.random.default_rng(seed)
    n, d, k = 120, 4, 3
    mixing = rng.normal(size=(d, d)) * np.geomspace(1, 1 / spread, d)[:, None]
    rows = np.column_stack([rng.normal(size=(n, d)) @ mixing, np.ones(n)])
    rows[:, :d] /= rows[:, :d].std(axis=0)
    w = rng.normal(size=(k, d + 1))
    scores = rows @ w.T
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    own = np.eye(k)[rng.integers(0, k, n)]
    blocks = np.einsum("nk,km->nkm", p, np.eye(k)) - p[:, :, None] * p[:, None, :]
    curvature = np.einsum("nkm,ni,nj->kimj", blocks, rows, rows).reshape(k * (d + 1), -1) / n
    free = np.tile(np.r_[np.ones(d), 0.0], k)
    curvature += l2 * np.diag(free)
    curvature[d :: d + 1, d :: d + 1] += 1 / k  # a shift common to all intercepts changes nothing
    gradient = ((p - own).T @ rows / n).ravel() + l2 * free * w.ravel()
    return PenalisedQuadratic((curvature + curvature.T) / 2, gradient, w.ravel(), (k, d + 1), l1, l2)


def value(problem, u):
    """The quadratic with its penalty, written down."""
    moved = u - problem.w
    size = np.abs(u.reshape(problem.shape)[:, :-1]).sum()
    return problem.gradient @ moved + moved @ problem.curvature @ moved / 2 + problem.l1 * size


@pytest.mark.parametrize("spread", [1.0, 1e2, 1e4])
@pytest.mark.parametrize("l1", [1e-6, 1e-3, 1e-1])
def test_a_step_never_leads_uphill(spread, l1):
    """Also where the signs do not settle, the end is no higher than the beginning."""
    for seed in range(40):
        problem = quadratic(seed, spread=spread, l1=l1)
        w = problem.w.reshape(problem.shape).copy()
        w[:, -1] -= w[:, -1].mean()  # what the common shift of the intercepts alone costs is no matter
        assert value(problem, problem.solve()) <= value(problem, w.ravel()) + 1e-10
