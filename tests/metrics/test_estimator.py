"""The classifier as scikit-learn expects it, and as accurate as it says."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from morphsweep.errors import InvalidInput
from morphsweep.metrics import ElasticNetMultinomial


def data(n_classes, n=240, d=5, seed=0):
    """Overlapping classes of unequal size, standardised features, read-only."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, n_classes, n) * (rng.random(n) < 0.8)
    codes[:n_classes] = np.arange(n_classes)
    X = rng.normal(size=(n, d)) + 1.2 * rng.normal(size=(n_classes, d))[codes]
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    X.setflags(write=False)
    return X, np.array([f"p{c:02d}" for c in codes])


@parametrize_with_checks([ElasticNetMultinomial()])
def test_scikit_learn_contract(estimator, check):
    """Every check that scikit-learn ships for classifiers passes."""
    check(estimator)  # raises what it has to say
    assert isinstance(estimator, ElasticNetMultinomial)


@pytest.mark.parametrize("n_classes", [2, 3, 6])
@pytest.mark.parametrize(("C", "l1_ratio"), [(10.0, 0.2), (1.0, 0.2), (0.05, 0.5), (0.2, 1.0), (1.0, 0.0)])
@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_saga_solved_tightly(n_classes, C, l1_ratio, weighted):
    """Coefficients to 1e-4 (but for a shift common to all classes), probabilities to 1e-5, zeros alike."""
    X, y = data(n_classes)
    weight = np.random.default_rng(1).uniform(0.2, 2.0, len(y)) if weighted else None
    balance = "balanced" if weighted else None
    ours = ElasticNetMultinomial(C=C, l1_ratio=l1_ratio, tol=1e-9, class_weight=balance)
    ours.fit(X, y, sample_weight=weight)
    theirs = LogisticRegression(
        solver="saga",
        C=C,
        l1_ratio=l1_ratio,
        tol=1e-8,
        max_iter=50_000,
        random_state=0,
        class_weight=balance,
    ).fit(X, y, sample_weight=weight)
    assert ours.converged_
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(_centred(ours.coef_), _centred(theirs.coef_), atol=1e-4)
    assert ours.kkt_ <= 1e-9


def test_gap_bounds_the_distance_to_the_optimum():
    """A loose fit is above a tight one by no more than its gap, and the tight gap is tiny."""
    X, y = data(4)
    tight = ElasticNetMultinomial(tol=1e-10).fit(X, y)
    assert 0 <= tight.gap_ <= 1e-9
    for max_iter in range(1, 6):
        loose = ElasticNetMultinomial(tol=1e-10, max_iter=max_iter).fit(X, y)
        assert loose.objective_ - tight.objective_ + 1e-13 >= 0
        assert loose.objective_ - tight.objective_ <= loose.gap_ + 1e-13
    lasso = ElasticNetMultinomial(C=0.3, l1_ratio=1.0, tol=1e-10).fit(X, y)
    assert lasso.converged_
    assert 0 <= lasso.gap_ <= 1e-8


def test_curvature_from_a_sample_reaches_the_same_optimum():
    """With many more rows than the curvature is taken from, the tolerance is met all the same."""
    X, y = data(3, n=20_000)
    fit = ElasticNetMultinomial(tol=1e-9).fit(X, y)
    assert fit.converged_
    assert fit.kkt_ <= 1e-9
    assert fit.gap_ <= 1e-7


def test_separable_classes_have_a_certified_answer():
    """Only the penalty keeps the coefficients finite; the optimum is found all the same."""
    X = np.repeat([[-3.0, 0.0], [0.0, 3.0], [3.0, 0.0]], 10, axis=0)
    y = np.repeat(["a", "b", "c"], 10)
    fit = ElasticNetMultinomial().fit(X, y)
    assert fit.converged_
    assert fit.score(X, y) == 1.0


def test_constant_features_predict_the_shares():
    """Without information the probabilities are the shares of the classes and the coefficients zero."""
    y = np.array(["a"] * 6 + ["b"] * 3 + ["c"])
    fit = ElasticNetMultinomial(tol=1e-9).fit(np.zeros((10, 3)), y)
    assert fit.converged_
    np.testing.assert_allclose(fit.predict_proba(np.zeros((1, 3))), [[0.6, 0.3, 0.1]], atol=1e-6)
    assert not fit.coef_.any()


def test_fifty_classes_are_solved():
    """Many classes take longer, not another route."""
    X, y = data(50, n=1_500, d=4)
    fit = ElasticNetMultinomial(C=1.0).fit(X, y)
    assert fit.converged_
    assert fit.coef_.shape == (50, 4)


def test_options_out_of_range_are_named():
    """Each message says what was found and what is expected."""
    X, y = data(2)
    with pytest.raises(InvalidInput, match=r"^C is 0; expected a number above 0$"):
        ElasticNetMultinomial(C=0).fit(X, y)
    with pytest.raises(InvalidInput, match=r"^l1_ratio is 1.5; expected 0 to 1$"):
        ElasticNetMultinomial(l1_ratio=1.5).fit(X, y)
    with pytest.raises(
        InvalidInput, match=r"^ElasticNetMultinomial needs at least 2 classes, found 1 class$"
    ):
        ElasticNetMultinomial().fit(X, ["wt"] * len(y))


def _centred(coef):
    return coef - coef.mean(axis=0) if len(coef) > 1 else coef
