"""Spread across curves, spread of time, and delay."""

import numpy as np
import pytest

from morphsweep.errors import NotComputable
from morphsweep.metrics import METRICS, curve_bins, individual_delays
from morphsweep.records import AlongCurve, Settings


def snips(time, arc_length, *, across=None, clock=None, individual=None, weight=None, length=10.0):
    n = len(time)
    across = np.zeros(n) if across is None else np.asarray(across, float)
    return AlongCurve(
        individual=np.array(["e"] * n if individual is None else individual, object),
        time=np.asarray(time, float),
        arc_length=np.asarray(arc_length, float),
        distance=across,
        across=across,
        time_on_curve=np.asarray(arc_length if clock is None else clock, float),
        weight=np.ones(n) if weight is None else np.asarray(weight, float),
        length=length,
        dimension=3,
    )


def score(name, *arguments, bins=2):
    return METRICS[name].function(*arguments, Settings(n_curve_bins=bins))


# Two stretches: three snips 1, 2, 3 off and 1 h late; four snips 2 off and on time; the ends belong to the stretches.
HAND = snips(
    [2.0, 3.0, 4.0, 6.0, 7.0, 8.0, 10.0],
    [1.0, 2.0, 3.0, 6.0, 7.0, 8.0, 10.0],
    across=[1, 2, 3, 2, 2, 2, 2],
)


def test_stretches_are_described():
    """Hand-worked: mean squares over two perpendicular coordinates, and root mean squares of time."""
    table = curve_bins(HAND, n_bins=2)
    assert table["n"].tolist() == [3, 4]
    assert table["arc_length"].tolist() == [2.5, 7.5]
    assert table["time"].tolist() == [3.0, 7.75]
    np.testing.assert_allclose(table["variance_across"], [14 / 3 / 2, 2.0])
    np.testing.assert_allclose(table["time_sd"], [1.0, 0.0])


def test_every_stretch_counts_equally():
    """Root of the mean of the two variances, not of all snips."""
    assert score("spread_across", HAND) == pytest.approx(np.sqrt((7 / 3 + 2) / 2))
    assert score("time_spread", HAND) == pytest.approx(np.sqrt(0.5))
    assert score("spread_across_rel", HAND, 2.0) == pytest.approx(np.sqrt((7 / 3 + 2) / 2) / 2)
    assert score("time_spread_rel", HAND) == pytest.approx(np.sqrt(0.5) / HAND.time.std())


def test_stretches_with_few_snips_are_left_out():
    """Of three stretches the middle one holds one snip, which does not count; of ten none holds three."""
    assert score("spread_across", HAND, bins=3) == pytest.approx(np.sqrt((7 / 3 + 2) / 2))
    with pytest.raises(NotComputable, match=r"^no stretch of the curve holds 3 snips$"):
        score("spread_across", HAND, bins=10)


def test_weights_count_like_repeated_rows():
    """Doubling a weight is doubling a row; a row of weight 0 is not there."""
    w = np.array([2, 1, 1, 1, 1, 1, 0])
    weighted = snips(HAND.time, HAND.arc_length, across=HAND.across, weight=w)
    rows = np.repeat(np.arange(7), w)
    repeated = snips(HAND.time[rows], HAND.arc_length[rows], across=HAND.across[rows])
    for name in ("spread_across", "time_spread", "time_spread_rel"):
        assert score(name, weighted) == pytest.approx(score(name, repeated))


def test_one_time_only_has_no_relative_spread():
    """Nothing to compare the spread of time with."""
    with pytest.raises(NotComputable, match=r"^all snips are of one time$"):
        score("time_spread_rel", snips([5.0] * 6, [1, 2, 3, 6, 7, 8]))
    with pytest.raises(NotComputable, match=r"has no size"):
        score("spread_across_rel", HAND, 0.0)


def course(time, delay):
    """Places of an individual on a curve along which the control walks one unit an hour, from 0 h to 10 h."""
    return np.clip(np.asarray(time) - delay, 0.0, 10.0)


CONTROL = snips(np.linspace(0, 10, 101), course(np.linspace(0, 10, 101), 0.0), individual=["c"] * 101)


@pytest.mark.parametrize("delay", [-2.5, 0.0, 1.0, 3.0])
def test_a_planted_delay_is_found(delay):
    """Also by individuals that were imaged at few times, and that leave the curve at an end."""
    time = np.r_[np.linspace(0, 10, 21), [5.0, 6.0]]
    table = individual_delays(snips(time, course(time, delay), individual=["a"] * 21 + ["b"] * 2), CONTROL)
    np.testing.assert_allclose(table["delay"], delay, atol=1e-4)
    assert table["n"].tolist() == [21, 2]


def test_scatter_of_places_and_late_imaging_do_not_bias_it():
    """Noise shrinks the time read off a place towards the middle; the delay is 3 h all the same."""
    rng = np.random.default_rng(1)

    def noisy(n, first, delay):
        time = rng.uniform(first, 30, (n, 30)).ravel()
        place = time - delay + 4 * rng.normal(size=time.size)
        return time, place, np.repeat([f"e{i}" for i in range(n)], 30)

    time, place, who = noisy(60, 0, 0.0)
    shrunk = 15 + (place - 15) * 75 / (75 + 16)  # what the regression of time on place gives
    control = snips(time, place, clock=shrunk, individual=who)
    time, place, who = noisy(60, 15, 3.0)
    late = individual_delays(snips(time, place, clock=15 + (place - 15) * 75 / 91, individual=who), control)
    assert late["delay"].mean() == pytest.approx(3.0, abs=0.25)
    assert METRICS["delay"].function(late) == pytest.approx(late["delay"].mean())
    assert individual_delays(control, control)["delay"].mean() == pytest.approx(0.0, abs=0.05)


def test_individuals_beyond_the_course_have_no_delay():
    """Whoever stands at the last stage all the time may be ahead by any amount."""
    table = individual_delays(snips([5.0, 6.0], [10.0, 10.0]), CONTROL)
    assert np.isnan(table["delay"][0])
    with pytest.raises(NotComputable, match=r"^no individual lies between the first and the last stage"):
        METRICS["delay"].function(table)
    with pytest.raises(
        NotComputable, match=r"^the control's place along its curve does not change with time$"
    ):
        individual_delays(CONTROL, snips([1.0, 2.0], [5.0, 5.0]))


def test_individuals_count_by_their_weight():
    """A bootstrap weight acts on the individual."""
    time = np.linspace(0, 10, 21)
    both = snips(
        np.tile(time, 2),
        np.r_[course(time, 1.0), course(time, 3.0)],
        individual=["a"] * 21 + ["b"] * 21,
        weight=[3.0] * 21 + [1.0] * 21,
    )
    assert METRICS["delay"].function(individual_delays(both, CONTROL)) == pytest.approx(1.5, abs=1e-3)
