"""The time until which perturbations go together."""

import numpy as np
import pytest

from morphsweep.errors import NotApplicable
from morphsweep.metrics import TimeCentroids, pair_separation, time_centroids, trunk_lengths


def fork(at, *, n_bins=10, apart=3.0, halves_agree=True):
    """Two perturbations that part at a bin, with unit spread of the snips."""
    points = np.zeros((2, n_bins, 2))
    points[0, at:, 0], points[1, at:, 0] = apart / 2, -apart / 2
    other = points if halves_agree else -points
    return TimeCentroids(
        ("a", "b"),
        np.arange(n_bins + 1.0),
        points,
        np.stack([points, other]),
        np.full((2, 2, n_bins), 20),
        np.broadcast_to(np.eye(2), (n_bins, 2, 2)),
    )


def test_the_trunk_ends_where_the_paths_part():
    """Four of ten bins together: 0.4; parting from the first bin on: 0; never: 1."""
    for at, share in ((4, 0.4), (0, 0.0), (10, 1.0)):
        assert trunk_lengths(fork(at)) == {"a": share, "b": share}


def test_separation_is_in_standard_deviations():
    """Three units apart with unit spread are three; halves that disagree count against it."""
    assert pair_separation(fork(4))["a", "b"] == pytest.approx([0.0] * 4 + [3.0] * 6)
    assert pair_separation(fork(4, halves_agree=False))["a", "b"] == pytest.approx([0.0] * 4 + [-3.0] * 6)
    assert trunk_lengths(fork(4, apart=0.9)) == {"a": 1.0, "b": 1.0}


def test_chance_differences_in_many_latents_are_no_fork():
    """Forty latents of noise: the squared distance of two centroids is large, that across halves is not."""
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(40), 10)
    made = time_centroids(
        rng.normal(size=(400, 40)),
        np.where(person % 2, "a", "b"),
        person.astype(str),
        np.tile(np.arange(10.0), 40),
        perturbations=("a", "b"),
        edges=np.arange(11.0),
    )
    assert trunk_lengths(made)["a"] >= 0.9


def test_too_few_common_bins_are_refused():
    """The message says what is needed and what there is."""
    with pytest.raises(NotApplicable, match=r"needs 2 of them with 4 time bins .* found 2 with 3$"):
        trunk_lengths(fork(1, n_bins=3))
