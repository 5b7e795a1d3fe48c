"""Curves at equal times."""

import numpy as np
import pytest

from morphsweep.errors import NotComputable
from morphsweep.records import CurveFit
from morphsweep.trajectories import sample_at_times


def line(times):
    n = len(times)
    return CurveFit(
        "wt", np.linspace([0.0, 0, 0], [4, 0, 0], n), np.linspace(0, 4, n), np.asarray(times, dtype=float)
    )


def test_points_lie_where_the_curve_is_at_those_times():
    """Linear between the points."""
    np.testing.assert_allclose(sample_at_times(line([10, 20, 30, 40, 50]), [10, 25, 50])[:, 0], [0, 1.5, 4])


def test_a_dip_of_time_is_levelled():
    """From 20, 24, 22, 30 the two in the middle both become 23, halfway between them."""
    np.testing.assert_allclose(sample_at_times(line([10, 20, 24, 22, 30]), [23])[:, 0], [2.5])


def test_times_outside_give_the_ends():
    """Before the first and after the last time."""
    np.testing.assert_allclose(sample_at_times(line([10, 20, 30]), [0, 99])[:, 0], [0, 4])


def test_later_times_never_lie_earlier_on_the_curve():
    """However jagged time is along it."""
    rng = np.random.default_rng(0)
    fit = line(np.linspace(10, 40, 200) + rng.normal(size=200) * 3)
    assert np.all(np.diff(sample_at_times(fit, np.linspace(10, 40, 300))[:, 0]) >= -1e-12)


def test_without_curve_or_course_of_time_it_is_not_computable():
    """No curve, constant time, falling time."""
    with pytest.raises(NotComputable, match="no curve for 'wt': too few"):
        sample_at_times(CurveFit("wt", reason="too few"), [1])
    for times in ([5, 5, 5], [30, 20, 10]):
        with pytest.raises(NotComputable, match="time does not rise along the curve of 'wt'"):
            sample_at_times(line(times), [20])
