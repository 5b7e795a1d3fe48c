"""Records check their shape once, at birth."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput, NotComputable, ShapeMismatch
from morphsweep.records import Cohort, CurveFit, Embedding, Scaffold, Settings, Space, SweepConfig


def test_embedding_refuses_rows_that_do_not_correspond():
    """Latents and labels must have the same number of rows."""
    obs = pd.DataFrame({"snip_id": ["a"], "individual": ["e"], "perturbation": ["wt"], "time": [0.0]})
    with pytest.raises(ShapeMismatch, match=r"latents have shape \(2, 3\)"):
        Embedding(np.zeros((2, 3), np.float32), obs, ("a", "b", "c"))
    with pytest.raises(InvalidInput, match="no column"):
        Embedding(np.zeros((1, 3), np.float32), obs.drop(columns="time"), ("a", "b", "c"))


def test_space_places_its_own_latents_where_they_are():
    """Transforming the latents that made a space gives its scores."""
    latents = np.array([[1.0, 0.0], [3.0, 2.0]])
    space = Space(latents.mean(axis=0), np.eye(2), latents - latents.mean(axis=0), np.array([0.6, 0.4]), 1.9)
    np.testing.assert_array_equal(space.transform(latents), space.scores)
    with pytest.raises(ShapeMismatch):
        Space(np.zeros(3), np.eye(2), np.zeros((4, 2)), np.ones(2), 1.0)


def test_curve_is_there_or_has_a_reason():
    """No curve without points, unless it says why."""
    with pytest.raises(ShapeMismatch, match="neither points nor a reason"):
        CurveFit("wt")
    with pytest.raises(ShapeMismatch, match="one entry for each of 3 points"):
        CurveFit("wt", np.zeros((3, 3)), np.zeros(2), np.zeros(3))
    assert not CurveFit("wt", reason="too few snips").ok


def test_scaffold_names_the_curve_it_lacks():
    """Stacking curves fails with the name of the missing one."""
    fit = CurveFit("wt", np.zeros((3, 3)), np.zeros(3), np.zeros(3))
    scaffold = Scaffold({"wt": fit, "a": CurveFit("a", reason="none")}, 1.0)
    assert scaffold.perturbations == ("wt",)
    assert scaffold.stack(["wt"]).shape == (1, 3, 3)
    with pytest.raises(NotComputable, match="no curve for 'a'"):
        scaffold.stack(["wt", "a"])


def test_cohort_edges_rise():
    """Time bins have a width."""
    with pytest.raises(InvalidInput, match="must rise"):
        Cohort(pd.DataFrame(), ("wt",), {}, np.array([0.0, 0.0]), {}, 5, "")


def test_protocols_differ_where_they_should_and_are_checked():
    """The notebook protocol has its own numbers; unknown settings are refused."""
    assert Settings.for_protocol("notebook", n_points=100).n_points == 100
    assert Settings.for_protocol("notebook").split == "holdout"
    assert Settings.for_protocol().version == "default-3"
    with pytest.raises(ValueError, match="n_pints"):
        Settings.for_protocol(n_pints=3)


def test_sweep_file_conditions_are_checked_on_the_way_in():
    """A threshold that cannot be read is refused where it stands."""
    with pytest.raises(ValueError, match="cannot read the condition"):
        SweepConfig(thresholds=("f1_all above 0.7",))
