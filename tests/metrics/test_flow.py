"""Flow of individuals against their surroundings and against a curve."""

import numpy as np
import pytest

from morphsweep.metrics import METRICS, curve_cosines, flow_cosines, step_vectors, track_steps

COHERENT, OPPOSED = METRICS["flow_coherence"].function, METRICS["flow_opposed"].function


@pytest.fixture
def stream():
    """Thirty individuals that drift along x; the last one swims back."""
    rng = np.random.default_rng(0)
    x = np.tile(np.arange(6.0), (30, 1))
    x[-1] = x[-1, ::-1]
    X = np.column_stack([x.ravel(), rng.normal(size=180) * 0.01])
    start, end = track_steps(np.repeat(np.arange(30), 6).astype(str), np.tile(np.arange(6.0), 30))
    return step_vectors(X, start, end), X


def strangers(X):
    """Ten nearest of other individuals, by a full sort."""
    who = np.repeat(np.arange(30), 6)
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    return np.argsort(np.where(who[:, None] == who[None], np.inf, distances), axis=1)[:, :10]


def test_the_one_that_swims_back_is_opposed(stream):
    """Cosines of 1 for the others, -1 for it, unknown where a track or its surroundings end."""
    steps, X = stream
    cosines = flow_cosines(steps, np.arange(180), strangers(X)).reshape(30, 6)
    assert np.isnan(cosines[:, -1]).all()
    assert np.nanmin(cosines[:-1]) > 0.9
    assert np.nanmax(cosines[-1]) < -0.9
    assert OPPOSED(cosines.ravel()) == pytest.approx(np.mean(cosines[np.isfinite(cosines)] < 0))


def test_random_motion_has_no_common_flow():
    """Coherence near 0, half of the steps opposed."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(600, 3))
    steps = rng.normal(size=(600, 3))
    near = np.argsort(np.linalg.norm(X[:, None] - X[None], axis=2), axis=1)[:, 1:11]
    cosines = flow_cosines(steps, np.arange(600), near)
    assert abs(COHERENT(cosines)) < 0.1
    assert OPPOSED(cosines) == pytest.approx(0.5, abs=0.1)


def test_steps_follow_the_curve_where_they_are_nearest():
    """A quarter circle: steps along it have cosine 1, radial ones 0."""
    angle = np.linspace(0, np.pi / 2, 200)
    curve = np.column_stack([np.cos(angle), np.sin(angle)])
    places = 1.1 * curve[20:180:20]
    along = np.column_stack([-places[:, 1], places[:, 0]])
    assert curve_cosines(along, places, curve) == pytest.approx(np.ones(8), abs=1e-3)
    assert curve_cosines(places, places, curve) == pytest.approx(np.zeros(8), abs=0.02)
    assert curve_cosines(-along, places, curve) == pytest.approx(-np.ones(8), abs=1e-3)
