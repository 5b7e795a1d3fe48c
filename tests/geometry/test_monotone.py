"""Monotone regression."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry import fit_monotone


@pytest.fixture(scope="module")
def noisy():
    rng = np.random.default_rng(3)
    x = np.round(rng.uniform(0, 4, 300), 2)  # with ties
    return x, np.sqrt(x) + 0.3 * rng.normal(size=300), rng.exponential(size=300)


def test_levels_are_those_of_scikit_learn(noisy):
    """Same levels, weights and ties included; ours joins their middles."""
    x, y, w = noisy
    fit = fit_monotone(x, y, weight=w)
    theirs = IsotonicRegression().fit(x, y, sample_weight=w)
    levels = np.unique(theirs.predict(np.unique(x)).round(9))
    np.testing.assert_allclose(fit.y, levels, atol=1e-8)
    assert (np.diff(fit.x) > 0).all()
    for height, middle in zip(fit.y, fit.x, strict=True):
        inside = np.abs(theirs.predict(x) - height) < 1e-8
        assert middle == pytest.approx(np.average(x[inside], weights=w[inside]))


def test_falling_is_as_good_as_rising(noisy):
    """Turned upside down, the function is turned too."""
    x, y, w = noisy
    up, down = fit_monotone(x, y, weight=w), fit_monotone(x, -y, weight=w)
    grid = np.linspace(-1, 5, 50)
    np.testing.assert_allclose(down(grid), -up(grid), atol=1e-12)
    assert down.residual_sd == pytest.approx(up.residual_sd)


def test_weights_count_like_repeated_rows(noisy):
    """Whole weights are repetitions, weight 0 is absence, order is nothing."""
    x, y, _ = noisy
    w = np.random.default_rng(0).integers(0, 4, len(x))
    weighted, repeated = fit_monotone(x, y, weight=w), fit_monotone(np.repeat(x, w), np.repeat(y, w))
    np.testing.assert_allclose(weighted.y, repeated.y)
    np.testing.assert_allclose(weighted.x, repeated.x)
    assert weighted.residual_sd == pytest.approx(repeated.residual_sd)
    backwards = fit_monotone(x[::-1], y[::-1], weight=w[::-1])
    np.testing.assert_allclose(backwards.y, weighted.y)


def test_perfect_and_constant_data():
    """A monotone course is met exactly; one place gives its mean everywhere."""
    fit = fit_monotone([3.0, 1.0, 2.0], [30.0, 10.0, 20.0])
    np.testing.assert_allclose(fit([0, 1.5, 9]), [10.0, 15.0, 30.0])
    assert fit.residual_sd == 0.0
    np.testing.assert_allclose(fit_monotone([1.0, 1.0], [2.0, 4.0])([0, 9]), 3.0)


def test_what_cannot_be_used_is_refused():
    """Shapes, values and emptiness."""
    with pytest.raises(
        InvalidInput, match=r"^x and y must be finite with one shape \(n,\), found \(2,\) and \(3,\)$"
    ):
        fit_monotone([1, 2], [1, 2, 3])
    with pytest.raises(InvalidInput, match=r"^x and y must be finite"):
        fit_monotone([1, 2], [1, np.nan])
    with pytest.raises(NotComputable, match=r"^no observation to fit a monotone function to$"):
        fit_monotone([], [])
