"""Numbers printed by the scripts behind the notebook come out of the same inputs."""

import json

import numpy as np
import pandas as pd
import pytest

from morphsweep.metrics import METRICS, dispersion_profile
from morphsweep.records import AVERAGE

POOLED = {71: 0.196193, 77: 0.833381, 78: 4.256144}


@pytest.fixture
def printed(shared):
    """Per perturbation and pooled, as printed (RMSE per point)."""
    return pd.read_csv(shared / "data/morphseq_facts/metrics_models_71_77_78.csv")


@pytest.fixture
def example(shared):
    """Five curve points at either end of a scaffold, with centroid and distances."""
    return json.loads((shared / "data/morphseq_facts/dispersion_worked_example.json").read_text())


@pytest.mark.parametrize("metric", ["initial_rmse", "aligned_rmse"])
@pytest.mark.parametrize("model", POOLED)
def test_pooling_reproduces_the_printed_model_value(printed, model, metric):
    """The model's RMSE is the root of the mean squared RMSE of its perturbations."""
    spec = METRICS[metric]
    rows = printed[printed["model_index"] == model].set_index("Perturbation")[spec.aliases[0]]
    assert spec.combine(rows.drop(AVERAGE).to_numpy()) == pytest.approx(rows[AVERAGE], abs=1.5e-6)


def test_the_three_printed_values_are_the_ones_quoted(printed):
    """The reference itself holds the three pooled numbers."""
    rows = printed[printed["Perturbation"] == AVERAGE].set_index("model_index")["Aligned_RMSE"]
    assert rows.to_dict() == pytest.approx(POOLED)


@pytest.mark.parametrize("model", POOLED)
def test_collinearity_of_the_model_is_the_plain_mean(printed, model):
    """Segment collinearity is averaged, not pooled."""
    spec = METRICS["segment_collinearity"]
    rows = printed[printed["model_index"] == model].set_index("Perturbation")[spec.aliases[0]]
    assert spec.combine(rows.drop(AVERAGE).to_numpy()) == pytest.approx(rows[AVERAGE], abs=1.5e-6)


def test_dispersion_of_the_worked_example(example):
    """Mean distance to the centroid at the first and the last point of model 71."""
    ends = [example["point_0"], example["point_499"]]
    scaffold = np.stack([end["xyz"] for end in ends], axis=1)
    expected = [end["mean_distance"] for end in ends]
    assert dispersion_profile(scaffold) == pytest.approx(expected, abs=2e-6)
    assert expected == pytest.approx([0.1144915, 1.3554998], abs=1e-7)


def test_aligned_rmse_of_reference_point_sets(shared):
    """Real point sets with the answers of three independent implementations; per point, so sqrt(3) larger."""
    folder = shared / "data/alignment_cases"
    cases = json.loads((folder / "expected.json").read_text())
    pairs = np.load(folder / "pairs.npz")
    assert len(cases) > 5
    for case in cases:
        p, q = pairs[f"{case['case']}_P"], pairs[f"{case['case']}_Q"]
        assert np.sqrt(3) * METRICS["initial_rmse"].function(p, q) == pytest.approx(
            case["rmsd_raw"], abs=1e-6
        )
        assert np.sqrt(3) * METRICS["aligned_rmse"].function(p, q) == pytest.approx(
            case["rmsd_kabsch"], abs=1e-6
        )
        mirrored = np.sqrt(3) * METRICS["aligned_rmse_reflection"].function(p, q)
        assert mirrored == pytest.approx(case["rmsd_if_reflection_allowed"], abs=1e-6)
