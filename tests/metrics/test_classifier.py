"""The classifier solves scikit-learn's problem, to the optimality that it states."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.metrics import fit_newton, fit_saga
from morphsweep.metrics.elastic_net import ElasticNetProblem, linear_scores, weighted_sums
from morphsweep.metrics.newton import solve_newton


def problem(n_classes=3, n=150, d=4, seed=0):
    """Overlapping classes, standardised features, read-only."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % n_classes
    features = rng.normal(size=(n, d)) + 1.2 * rng.normal(size=(n_classes, d))[codes]
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    features.setflags(write=False)
    return features, codes


def slow_objective(coef, intercept, features, codes, *, C, l1_ratio, weight):
    """The objective as it is written down, row by row."""
    total = 0.0
    for x, code, w in zip(features, codes, weight, strict=True):
        scores = coef @ x + intercept
        if len(scores) == 1:
            scores = np.array([0.0, scores[0]])
        total += w * (np.log(np.exp(scores).sum()) - scores[code])
    penalty = l1_ratio * np.abs(coef).sum() + (1 - l1_ratio) / 2 * (coef**2).sum()
    return (total + penalty / C) / weight.sum()


@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.2, 1.0])
def test_agrees_with_scikit_learn_solved_tightly(n_classes, l1_ratio):
    """Probabilities to 1e-5 and coefficients, up to a shift common to all classes, to 1e-4."""
    features, codes = problem(n_classes)
    ours = fit_newton(features, codes, C=1.0, l1_ratio=l1_ratio, tol=1e-8)
    theirs = LogisticRegression(
        solver="saga", C=1.0, l1_ratio=l1_ratio, tol=1e-8, max_iter=20_000, random_state=0
    ).fit(features, codes)
    np.testing.assert_allclose(ours.predict_proba(features), theirs.predict_proba(features), atol=1e-5)
    np.testing.assert_allclose(_centred(ours.coef), _centred(theirs.coef_), atol=1e-4)


def test_weak_penalty_and_weights_agree_with_scikit_learn():
    """The same with C = 10 and weights per row, at the default optimality."""
    features, codes = problem()
    weight = np.random.default_rng(1).uniform(0.0, 3.0, len(codes))
    ours = fit_newton(features, codes, C=10.0, l1_ratio=0.2, weight=weight)
    theirs = LogisticRegression(
        solver="saga", C=10.0, l1_ratio=0.2, tol=1e-8, max_iter=20_000, random_state=0
    )
    theirs.fit(features, codes, sample_weight=weight)
    np.testing.assert_allclose(ours.predict_proba(features), theirs.predict_proba(features), atol=2e-5)


def test_weights_are_counts():
    """A row of weight 2 is two rows; a row of weight 0 is none."""
    features, codes = problem(n=60)
    weight = np.array([0.0, 1.0, 2.0, 1.0] * 15)
    repeated = np.repeat(np.arange(60), weight.astype(int))
    weighted = fit_newton(features, codes, tol=1e-8, weight=weight)
    copied = fit_newton(features[repeated], codes[repeated], tol=1e-8)
    assert weighted.objective == pytest.approx(copied.objective, abs=1e-10)
    np.testing.assert_allclose(weighted.predict_proba(features), copied.predict_proba(features), atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_objective_is_the_one_written_down(n_classes):
    """The recorded value equals the slow loop over rows."""
    features, codes = problem(n_classes)
    weight = np.linspace(0.5, 1.5, len(codes))
    fit = fit_newton(features, codes, C=3.0, l1_ratio=0.4, weight=weight)
    expected = slow_objective(fit.coef, fit.intercept, features, codes, C=3.0, l1_ratio=0.4, weight=weight)
    assert fit.objective == pytest.approx(expected, rel=1e-12)


def test_no_neighbour_is_better():
    """Moving any coefficient a little, either way, does not lower the objective."""
    features, codes = problem()
    options = {"C": 0.5, "l1_ratio": 0.5, "weight": np.ones(len(codes))}
    fit = fit_newton(features, codes, C=0.5, l1_ratio=0.5, tol=1e-9)
    best = slow_objective(fit.coef, fit.intercept, features, codes, **options)
    for index in np.ndindex(fit.coef.shape):
        for step in (-1e-3, 1e-3):
            moved = fit.coef.copy()
            moved[index] += step
            assert slow_objective(moved, fit.intercept, features, codes, **options) > best


def test_l1_penalty_makes_coefficients_exactly_zero():
    """With a strong L1 penalty nothing but the intercepts is left."""
    features, codes = problem()
    assert not fit_newton(features, codes, C=1e-3, l1_ratio=1.0).coef.any()


def test_certificate_states_the_optimality_reached():
    """The recorded gradient meets the tolerance; a capped fit says that it does not."""
    features, codes = problem()
    good, capped = fit_newton(features, codes, tol=1e-6), fit_newton(features, codes, tol=1e-6, max_iter=2)
    assert good.converged
    assert good.kkt <= 1e-6
    assert not capped.converged
    assert capped.kkt > 1e-6
    assert capped.objective > good.objective


@pytest.mark.parametrize("n_classes", [2, 4])
def test_gap_is_the_distance_to_the_dual(n_classes):
    """Written out: the objective minus entropy and conjugate of the penalty at probabilities with balanced classes."""
    features, codes = problem(n_classes)
    fit = fit_newton(features, codes, C=2.0, l1_ratio=0.3, tol=1e-3, gap_tol=1e-3)
    probabilities = fit.predict_proba(features)
    counts = np.bincount(codes) / len(codes)
    np.testing.assert_allclose(probabilities.mean(axis=0), counts, atol=1e-12)
    slope = (probabilities - np.eye(n_classes)[codes]).T @ features / len(codes)
    l1, l2 = 0.3 / (2.0 * len(codes)), 0.7 / (2.0 * len(codes))
    beyond = np.maximum(np.abs(slope[1:] if n_classes == 2 else slope) - l1, 0)
    entropy = -(probabilities * np.log(probabilities)).sum(axis=1).mean()
    assert fit.gap == pytest.approx(fit.objective - entropy + (beyond**2).sum() / (2 * l2), abs=1e-14)
    assert fit.gap >= fit.objective - fit_newton(features, codes, C=2.0, l1_ratio=0.3, tol=1e-9).objective


def test_optimum_of_many_rows():
    """Start and curvature come from samples; the optimum is that of all rows, and the gap asked for is reached."""
    features, codes = problem(4, n=18_000, d=3)
    fit = fit_newton(features, codes, C=0.01, tol=1e-7)
    best = LogisticRegression(C=0.01, l1_ratio=0.2, solver="saga", tol=1e-8, max_iter=500, random_state=0)
    best.fit(features, codes)
    assert fit.converged
    assert fit.gap <= 1e-7
    assert fit.kkt <= 1e-5
    np.testing.assert_allclose(fit.predict_proba(features), best.predict_proba(features), atol=1e-5)
    np.testing.assert_allclose(_centred(fit.coef), _centred(best.coef_), atol=1e-4)
    asked = ElasticNetProblem.build(features, codes, C=10.0, l1_ratio=0.2, weight=None)
    sampled, again, whole = (
        solve_newton(asked, tol=1e-7, max_iter=50, sample=size) for size in (3_000, 3_000, 18_000)
    )
    assert sampled.converged
    np.testing.assert_array_equal(sampled.coef, again.coef)
    np.testing.assert_allclose(sampled.value, whole.value, atol=1e-11)


@pytest.mark.parametrize("n_classes", [3, 12])
def test_compiled_products_are_matrix_products(n_classes):
    """For few classes and for many, for a number of rows that no block divides."""
    rng = np.random.default_rng(0)
    rows, coef, weights = (
        rng.normal(size=shape) for shape in ((1_103, 7), (n_classes, 7), (n_classes, 1_103))
    )
    np.testing.assert_allclose(linear_scores(coef, rows), coef @ rows.T, atol=1e-13)
    np.testing.assert_allclose(weighted_sums(weights, rows), weights @ rows, atol=1e-11)


def test_loose_solver_is_recorded_not_announced():
    """Running out of epochs raises no warning and is written in the record."""
    features, codes = problem()
    fit = fit_saga(features, codes, tol=1e-12, max_iter=3)
    assert not fit.converged
    assert fit.n_iter == 3
    assert fit.kkt > fit_newton(features, codes).kkt


def test_loose_solver_is_scikit_learns():
    """Same coefficients as scikit-learn's own estimator with the same options."""
    features, codes = problem()
    ours = fit_saga(features, codes, tol=1e-3, max_iter=250, seed=42)
    theirs = LogisticRegression(solver="saga", C=10.0, l1_ratio=0.2, tol=1e-3, max_iter=250, random_state=42)
    np.testing.assert_array_equal(ours.coef, theirs.fit(features, codes).coef_)
    np.testing.assert_allclose(ours.predict_proba(features), theirs.predict_proba(features), atol=1e-12)


def test_large_scores_do_not_overflow():
    """Far outliers get probability 0 or 1 and a finite objective."""
    features, codes = problem()
    fit = fit_newton(features, codes)
    probabilities = fit.predict_proba(1e5 * features)
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)


def test_one_class_is_not_computable():
    """There is nothing to tell apart."""
    with pytest.raises(NotComputable, match=r"^a classifier needs at least 2 classes, found 1$"):
        fit_newton(np.zeros((3, 2)), np.zeros(3, int))


def test_unusable_input_names_what_was_found():
    """Shapes that do not correspond and negative weights are refused with their shape."""
    features, codes = problem()
    with pytest.raises(
        InvalidInput, match=r"^features \(150, 4\) and codes \(149,\) do not correspond; expected"
    ):
        fit_newton(features, codes[1:])
    with pytest.raises(
        InvalidInput, match=r"^class 1 has no row of positive weight; number the classes that are"
    ):
        fit_newton(features, 2 * (codes % 2))
    with pytest.raises(
        InvalidInput, match=r"^weight has shape \(150,\), expected \(150,\) numbers that are not negative$"
    ):
        fit_newton(features, codes, weight=-np.ones(150))


def _centred(coef):
    return coef - coef.mean(axis=0) if len(coef) > 1 else coef
