"""Whether an unseen perturbation lands: curves with known places."""

import numpy as np
import pytest

from morphsweep.errors import NotApplicable
from morphsweep.influence import landing

LINE = np.linspace([0.0, 0, 0], [6, 0, 0], 40)
REFERENCE = {
    "wt": LINE,
    "a": LINE + np.outer(np.linspace(0, 1, 40), [0, 3.0, 0]),
    "b": LINE + np.outer(np.linspace(0, 1, 40), [0, -2.0, 2]),
    "c": LINE + np.outer(np.linspace(0, 1, 40), [1, 2.0, 3]),
    "x": LINE + np.outer(np.linspace(0, 1, 40), [-2, 0, -4.0]),
}
TURN = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, -1]])  # with a mirror


def other(**changed):
    rng = np.random.default_rng(0)
    curves = {name: curve + 0.05 * rng.normal(size=3) for name, curve in (REFERENCE | changed).items()}
    return {name: curve @ TURN + 5 for name, curve in curves.items()}


def test_a_perturbation_that_comes_to_lie_as_if_trained_on_lands():
    """Only the motion of the kept curves is undone; what is left is as small as for the kept ones."""
    found = landing(REFERENCE, other(), "x", ["x"], control="wt")
    assert found["verdict"] == "lands where it should"
    assert found["nearest"] == "x"
    assert found["error"] < 0.15
    assert found["skill"] > 0.9
    assert found["direction"] > 0.99
    assert found["kept"] == 4


def test_a_perturbation_that_lies_on_the_control_does_not_land():
    """A run that maps what it never saw to wild type: error as of the trivial prediction, skill about 0."""
    found = landing(REFERENCE, other(x=LINE), "x", ["x"], control="wt")
    assert found["verdict"] == "does not land"
    assert found["nearest"] == "wt"
    assert found["control"] == pytest.approx(np.sqrt(np.mean((REFERENCE["x"] - LINE) ** 2)))
    assert found["skill"] < 0.2


def test_between_the_two_it_is_nearest_to_itself_only():
    """Three quarters of the way: nearest to its own curve, but further off than any kept one."""
    found = landing(REFERENCE, other(x=LINE + 0.75 * (REFERENCE["x"] - LINE)), "x", ["x"], control="wt")
    assert found["verdict"] == "lands nearest to itself"


def test_the_held_out_curve_takes_no_part_in_the_alignment():
    """Moving it further away moves nothing else: the error of the others stays as it was."""
    near, far = (
        landing(REFERENCE, other(x=REFERENCE["x"] + shift), "x", ["x"], control="wt") for shift in (0.0, 50.0)
    )
    assert near["retraining"] == far["retraining"]
    assert far["error"] == pytest.approx(50.0, rel=0.01)


def test_what_cannot_be_told_says_why():
    """No curve, or too few kept perturbations."""
    with pytest.raises(NotApplicable, match="'z' has no curve in the reference run"):
        landing(REFERENCE, other(), "z", ["z"], control="wt")
    with pytest.raises(
        NotApplicable,
        match="1 perturbations that both runs trained on have curves; aligning on them needs at least 2",
    ):
        landing(REFERENCE, other(), "x", ["x", "a", "b", "c"], control="wt")
