"""Planted shapes: what tells a tree from what is none, without curves."""

import numpy as np
import pytest
from validation.planted import COURSES, SHAPES, graded, planted

from morphsweep.metrics import METRICS, time_centroids, trunk_lengths

SEEDS = range(4)


def centroids(run):
    """Of a planted run, in twenty bins."""
    obs = run.obs
    times = obs["time"].to_numpy(float)
    return time_centroids(
        run.latents,
        obs["perturbation"].to_numpy(),
        obs["individual"].to_numpy(),
        times,
        perturbations=sorted(set(obs["perturbation"])),
        edges=np.linspace(times.min(), times.max(), 21),
    )


@pytest.fixture(scope="module")
def numbers():
    """Divergence and mean trunk of every shape and seed."""
    found = {}
    for shape in SHAPES:
        made = [centroids(planted(shape, seed)) for seed in SEEDS]
        divergence = [METRICS["centroid_divergence"].function(one) for one in made]
        trunk = [np.mean(list(trunk_lengths(one).values())) for one in made]
        found[shape] = np.array([divergence, trunk])
    return found


def test_divergence_tells_a_tree_from_parallels_blob_and_loop(numbers):
    """Every tree above every one of them."""
    for shape in ("parallel lines", "blob", "loop"):
        assert numbers["tree"][0].min() > numbers[shape][0].max() + 0.3


def test_a_star_is_told_by_its_missing_trunk(numbers):
    """It diverges as a tree does, but has hardly a trunk; the tree's ends near the planted fork at 0.4."""
    assert numbers["star without trunk"][0].min() > 0.7
    assert numbers["star without trunk"][1].max() < 0.15
    assert numbers["tree"][1] == pytest.approx(np.full(4, 0.4), abs=0.1)


def test_a_twisted_tree_is_a_tree(numbers):
    """The same snips turned about the trunk: the same numbers within a twentieth."""
    assert numbers["twisted tree"] == pytest.approx(numbers["tree"], abs=0.05)


@pytest.mark.parametrize("course", COURSES)
def test_graded_trees_rank_where_curves_fail(course):
    """Divergence rises with the planted tree-likeness on a plain course, in a ball, on a spiral and on a ring."""
    levels = [
        np.mean([
            METRICS["centroid_divergence"].function(centroids(graded(course, level, seed))) for seed in SEEDS
        ])
        for level in (0.1, 0.5, 0.9)
    ]
    assert levels == sorted(levels)
    assert levels[2] > levels[0] + 0.05
