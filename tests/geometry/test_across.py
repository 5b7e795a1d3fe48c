"""Places on, and distances across, a curve known by dense points."""

import numpy as np
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.geometry import Curve, distance_across, place_on_polyline

ANGLE = np.linspace(0, np.pi, 2000)
HALF_CIRCLE = np.c_[np.cos(ANGLE), np.sin(ANGLE), 0 * ANGLE]


def test_places_are_those_of_the_curve():
    """The spline's own projection, the slow way, gives the same places and distances."""
    X = np.random.default_rng(0).normal(size=(200, 3))
    place, spline = place_on_polyline(X, HALF_CIRCLE, arc_length=ANGLE), Curve(HALF_CIRCLE).project(X)
    np.testing.assert_allclose(place.arc_length, spline.arc_length, atol=2e-3)
    np.testing.assert_allclose(place.distance, spline.distance, atol=1e-5)


def test_only_past_an_end_is_across_less_than_the_distance():
    """Beside the half circle both are the distance from it; 2 below its first end only what lies sideways counts."""
    beside, below = [[0.0, 3.0, 0.0]], [[1.5, -2.0, 1.0]]
    place = place_on_polyline(beside, HALF_CIRCLE, arc_length=ANGLE)
    assert place.distance[0] == pytest.approx(2.0)
    assert place.across[0] == pytest.approx(2.0)
    past = place_on_polyline(below, HALF_CIRCLE, arc_length=ANGLE)
    assert past.arc_length[0] == 0.0
    assert past.distance[0] == pytest.approx(np.sqrt(0.25 + 4 + 1))
    assert past.across[0] == pytest.approx(np.sqrt(0.25 + 1), abs=2e-3)
    np.testing.assert_allclose(distance_across(below, HALF_CIRCLE), past.across)


def test_other_dimensions_are_refused():
    """Points and curve must live in one space."""
    with pytest.raises(InvalidInput, match=r"^curve points must have shape \(n, 2\), found \(2000, 3\)"):
        distance_across([[0, 0]], HALF_CIRCLE)
