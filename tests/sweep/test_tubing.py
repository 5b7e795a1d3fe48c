"""Tubes around the curves of evaluated models."""

import numpy as np
import pytest

import morphsweep as ms
from morphsweep.metrics import individual_weights
from morphsweep.records import Settings
from morphsweep.trajectories import curve_tube, fit_scaffold, fit_space, refit_scaffold


@pytest.fixture(scope="module")
def results(make_sweep, tmp_path_factory):
    config = make_sweep(n_models=1, n_regimes=1)
    out = tmp_path_factory.mktemp("results") / "r"
    return ms.evaluate(config, out, workers=1, only=["dispersion_first"], bootstrap=12)


def test_radii_are_those_of_refits_by_hand(results):
    """Space, bandwidth and health fixed; every individual of a run weighted by its id."""
    embedding = ms.read_embedding(results.runs["path"].iloc[0])
    scores, obs = fit_space(embedding.latents).scores, embedding.obs
    run = scores, obs["perturbation"].to_numpy(), obs["time"].to_numpy(float)
    names = sorted(obs["perturbation"].unique())
    fitted = fit_scaffold(*run, names, settings=Settings(), control="wt")
    ids, who = np.unique(obs["individual"].astype(str), return_inverse=True)
    weights = individual_weights(ids.tolist(), 12, seed=42)[:, who]
    again = [refit_scaffold(fitted, *run, settings=Settings(), control="wt", weight=w) for w in weights]
    for name in names:
        points = [scaffold.fits[name].points for scaffold in again]
        tube = curve_tube(fitted.fits[name].points, points, n_individuals=6)
        stored = results.tubes[results.tubes["perturbation"] == name]
        assert len(stored) == 51
        np.testing.assert_allclose(stored["radius"], tube.radius[stored["point_index"]], rtol=1e-6)


def test_along_scores_are_resampled_too(results, make_sweep, tmp_path):
    """Spread and delay have replicates, which differ."""
    only = ["spread_across", "time_spread", "delay"]
    found = ms.evaluate(
        make_sweep(n_models=1, n_regimes=1), tmp_path / "r", workers=1, only=only, bootstrap=10
    )
    spread = found.replicates.groupby(["metric", "perturbation"], observed=True)["value"].std()
    assert set(spread.index.get_level_values("metric")) == set(only)
    assert (spread > 0).all()
    assert not found.replicates["metric"].astype(str).str.startswith("offset").any()


def test_without_replicates_there_are_no_tubes(results, tmp_path):
    """Ten are needed; those of an earlier evaluation go with its replicates."""
    assert (results.path / "tubes.parquet").is_file()
    again = ms.evaluate(
        results.info["sweep"], results.path, workers=1, only=["dispersion_first"], bootstrap=4
    )
    assert not len(again.tubes)
    ms.evaluate(results.info["sweep"], results.path, workers=1, only=["dispersion_first"], bootstrap=0)
    assert not (results.path / "tubes.parquet").exists()
