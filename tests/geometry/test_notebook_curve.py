"""The recurrence of the original scripts."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from morphsweep.errors import NotComputable
from morphsweep.geometry import LocalPrincipalCurve, resample_by_index
from morphsweep.geometry.notebook_curve import notebook_walk


def one_way(X, x, h, direction, steps, tol):
    """The published recurrence, one step after the other, to the last step."""
    path = [x]
    for _ in range(steps):
        w = np.array([np.exp(-sum((p - x) ** 2) / (2 * h * h)) for p in X])
        w = w / w.sum()
        mu = sum(wi * p for wi, p in zip(w, X, strict=True))
        cov = sum(wi * np.outer(p - mu, p - mu) for wi, p in zip(w, X, strict=True))
        values, vectors = np.linalg.eig(cov)
        e = vectors[:, values.argmax()].real
        if direction is not None:
            cos = e @ direction / np.linalg.norm(e) / np.linalg.norm(direction)
            e = -e if cos < 0 else e
            a = abs(cos) ** 2
            e = a * e + (1 - a) * direction
            e = e / np.linalg.norm(e)
        if np.linalg.norm(mu - x) < tol:
            break
        x = mu + h * e
        direction = e
        path.append(x)
    return path


@pytest.fixture
def small():
    rng = np.random.default_rng(4)
    u = rng.uniform(0, 3, 60)
    return np.c_[2 * np.cos(u), 2 * np.sin(u), u] + 0.1 * rng.normal(size=(60, 3))


def test_walk_equals_a_slow_loop(small):
    """Predictors of both ways, up to the overall sign of the eigensolver, without duplicates."""
    h, start = 0.5, small[small[:, 2].argmin()]
    out = one_way(small, start, h, None, 60, 1e-4)
    back = one_way(small, start, h, -(out[1] - out[0]) / h, 60, 1e-4)
    expected = np.array(back[::-1] + out)
    walked, _, _, _ = notebook_walk(small, start, h, 60, 1e-4, 2.0, np.ones(60))
    assert len(walked) > 15
    # Duplicates differ in the last digits, so compare as courses: every point of one has a twin in the other.
    apart = np.linalg.norm(walked[:, None] - expected[None], axis=2)
    assert apart.min(axis=0).max() < 1e-9
    assert apart.min(axis=1).max() < 1e-9


def test_it_overshoots_the_data_as_the_scripts_do():
    """On a straight line the predictor runs past the last point, a fault that the default does not have."""
    X = np.c_[np.linspace(0, 10, 400), np.zeros(400)] + 0.05 * np.random.default_rng(0).normal(size=(400, 2))
    notebook = LocalPrincipalCurve("notebook", bandwidth=0.5, tol=1e-4).fit(X, start=X[5])
    default = LocalPrincipalCurve(bandwidth=0.5).fit(X, start=X[5])
    assert notebook.curve_.length > 10
    assert default.curve_.length < 10


def test_stopping_early_changes_nothing(small):
    """300 and 500 steps give the same points once the ends repeat."""
    walks = [notebook_walk(small, small[0], 0.5, steps, 1e-4, 2.0, np.ones(60))[0] for steps in (300, 500)]
    np.testing.assert_array_equal(walks[0], walks[1])


def test_resampling_follows_the_recipe():
    """Spline over the index, 5000 samples of arc length, linear inversion."""
    points = np.cumsum(np.random.default_rng(0).normal(size=(20, 3)), axis=0)
    spline, fine = CubicSpline(np.arange(20), points), np.linspace(0, 19, 5000)
    walked = np.r_[0, np.cumsum(np.linalg.norm(np.diff(spline(fine), axis=0), axis=1))]
    expected = [spline(np.interp(s, walked, fine)) for s in np.linspace(0, walked[-1], 500)]
    np.testing.assert_allclose(resample_by_index(points, 500), expected, atol=1e-12)


def test_curve_is_the_resampled_spline(small):
    """curve_ runs through the 500 points of the recipe, points_ are the predictors."""
    lpc = LocalPrincipalCurve("notebook", bandwidth=0.5, tol=1e-4).fit(small, start=small[0])
    np.testing.assert_allclose(lpc.curve_.points, resample_by_index(lpc.points_, 500))
    assert lpc.bandwidth_ == 0.5


def test_weights_of_zero_leave_rows_out(small):
    """Weights act on the kernel; the piled-up ends depend on rounding, and through the index so does the spline."""
    weight = np.r_[np.ones(50), np.zeros(10)]
    kept = LocalPrincipalCurve("notebook", bandwidth=0.5).fit(small[:50], start=small[0])
    weighted = LocalPrincipalCurve("notebook", bandwidth=0.5).fit(small, start=small[0], sample_weight=weight)
    np.testing.assert_allclose(weighted.curve_.points, kept.curve_.points, atol=1e-3)


def test_a_start_out_of_reach_is_not_computable(small):
    """Where all weights vanish there is a reason instead of 0 / 0."""
    with pytest.raises(NotComputable, match="all kernel weights vanish"):
        LocalPrincipalCurve("notebook", bandwidth=0.5).fit(small, start=[1e4, 0, 0])


def test_a_walk_on_the_spot_is_not_computable():
    """A start that is its own local mean ends the recurrence at once."""
    X = np.array([[-1.0, 0], [1, 0], [0, 1], [0, -1], [0, 0], [2, 0], [-2, 0]])
    with pytest.raises(NotComputable, match="the walk did not leave its start"):
        LocalPrincipalCurve("notebook", bandwidth=0.5).fit(X, start=[0, 0])
