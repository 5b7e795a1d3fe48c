"""Tracks of individuals."""

import numpy as np
import pytest

from morphsweep.metrics import METRICS, track_bends, track_steps, track_triples, turn_cosines

ROUGH, PERSISTENT = METRICS["track_roughness"].function, METRICS["track_persistence"].function


def tracks(place, *, n=200, steps=12, seed=0):
    """Latents, times and triples of individuals that follow a function of time and chance."""
    rng = np.random.default_rng(seed)
    times = np.tile(np.sort(rng.uniform(0, 1, steps)), n)
    X = place(times, rng)
    return X, times, track_triples(*track_steps(np.repeat(np.arange(n), steps).astype(str), times))


def test_even_motion_is_smooth_and_persistent():
    """A straight course at uneven times: roughness 0, persistence 1."""
    X, times, triples = tracks(lambda t, _: t[:, None] * np.array([3.0, -1, 2]))
    assert ROUGH(track_bends(X, times, triples)) == pytest.approx(0, abs=1e-9)
    assert PERSISTENT(turn_cosines(X, triples)) == pytest.approx(1)


def test_snips_placed_at_random_have_the_stated_values():
    """At equal steps: the root of 3/4, and a cosine of -1/2 in many latents."""
    rng = np.random.default_rng(1)
    X, times = rng.normal(size=(4000, 50)), np.tile(np.arange(20.0), 200)
    triples = track_triples(*track_steps(np.repeat(np.arange(200), 20).astype(str), times))
    assert ROUGH(track_bends(X, times, triples)) == pytest.approx(np.sqrt(0.75), abs=0.01)
    assert PERSISTENT(turn_cosines(X, triples)) == pytest.approx(-0.5, abs=0.01)


def test_steps_join_consecutive_snips_of_one_individual_only():
    """Unsorted rows, a missing time and a repeated one."""
    who = np.array(["b", "a", "a", "b", "a", "a"])
    times = np.array([1.0, 3.0, 1.0, 2.0, np.nan, 3.0])
    start, end = track_steps(who, times)
    assert sorted(zip(start.tolist(), end.tolist(), strict=True)) == [(0, 3), (2, 1)]


def test_weights_count_triples():
    """Weight two is twice the same triple."""
    bends = np.random.default_rng(2).uniform(size=(5, 2))
    weight = np.array([2.0, 0, 1, 1, 3])
    assert ROUGH(bends, weight=weight) == pytest.approx(ROUGH(np.repeat(bends, weight.astype(int), axis=0)))
