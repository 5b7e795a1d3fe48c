"""Snips on the curves of evaluated models."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import morphsweep as ms
from morphsweep.cli.app import app
from morphsweep.errors import InvalidInput
from morphsweep.geometry import Curve


@pytest.fixture(scope="module")
def evaluated(make_sweep, tmp_path_factory):
    """A small sweep with its projection, without the classifier's scores."""
    config = make_sweep(n_models=2, n_individuals=8)
    only = ["spread_across", "time_spread", "delay", "aligned_rmse"]
    out = tmp_path_factory.mktemp("results") / "r"
    return ms.evaluate(config, out, workers=1, only=only, projection=True)


@pytest.fixture(scope="module")
def table(evaluated):
    """Path of the embedding of model 1 in the other regime."""
    runs = evaluated.runs.query("model_index == 1 and regime == 'hld'")
    return runs["path"].iloc[0]


def own_rows(evaluated, model, regime):
    rows = evaluated.projection
    return rows[(rows["model_index"] == model) & (rows["regime"] == regime)].reset_index(drop=True)


def test_every_snip_is_projected_once_per_run(evaluated):
    """All snips of all runs, on their own curve and the control's; the control's own two places are one."""
    rows = evaluated.projection
    assert len(rows) == 4 * len(evaluated.snips)
    assert not rows.duplicated(["model_index", "regime", "snip_id"]).any()
    assert list(rows)[2:9] == [
        "snip_id", "individual", "perturbation", "arc_length", "distance", "time", "time_on_curve",
    ]  # fmt: skip
    wild = rows[rows["perturbation"] == "wt"]
    np.testing.assert_allclose(wild["arc_length"], wild["arc_length_on_control"])
    other = rows[rows["perturbation"] != "wt"]
    assert (other["distance_on_control"] > other["distance"]).mean() > 0.6


def test_places_are_feet_on_the_stored_curves(evaluated):
    """Recomputed with the spline through the stored points, from the stored space."""
    found = ms.project(evaluated, 0, evaluated.runs["path"].iloc[0])
    curves = evaluated.curves.query("model_index == 0 and regime == 'all'")
    for name, rows in found.groupby("perturbation"):
        curve = Curve(curves[curves["perturbation"] == name][["pc_1", "pc_2", "pc_3"]].to_numpy())
        feet = curve.project(rows[["pc_1", "pc_2", "pc_3"]].to_numpy())
        np.testing.assert_allclose(rows["distance"], feet.distance, atol=1e-3)
        assert np.median(np.abs(rows["arc_length"] - feet.arc_length)) < 1e-2


def test_projecting_a_run_again_gives_what_was_stored(evaluated, table):
    """`project` needs the results folder only, and agrees with the projection to rounding."""
    found, stored = ms.project(evaluated, 1, table, regime="hld"), own_rows(evaluated, 1, "hld")
    assert found["snip_id"].tolist() == stored["snip_id"].tolist()
    for name in ("arc_length", "distance", "time", "time_on_curve"):
        np.testing.assert_allclose(found[name], stored[name], atol=1e-6)
    onto = ms.project(evaluated, 1, table, regime="hld", onto="wt")
    np.testing.assert_allclose(onto["time_on_curve"], stored["time_on_control"], atol=1e-6)
    assert set(onto["curve"]) == {"wt"}


def test_the_nearest_curve_is_the_nearest(evaluated, table):
    """Its distance is the least of those to all curves."""
    nearest = ms.project(evaluated, 1, table, regime="hld", onto="nearest")
    each = [
        ms.project(evaluated, 1, table, regime="hld", onto=n)["distance"]
        for n in evaluated.info["perturbations"]
    ]
    np.testing.assert_allclose(nearest["distance"], np.min(each, axis=0))


def test_a_few_new_snips_of_one_time_can_be_placed(evaluated, table, tmp_path):
    """Three snips, one of them of a perturbation nobody has seen."""
    few = pd.read_csv(table).head(3).assign(predicted_stage_hpf=20.0)
    few["phenotype"] = [*few["phenotype"][:2], "novel"]
    few["embryo_id"] = ["n1", "n2", "n3"]
    few.to_csv(tmp_path / "few.csv", index=False)
    found = ms.project(evaluated, 1, tmp_path / "few.csv", regime="hld")
    stored = own_rows(evaluated, 1, "hld").head(2)
    np.testing.assert_allclose(found["time_on_curve"][:2], stored["time_on_curve"], atol=1e-6)
    assert found["arc_length"].isna().tolist() == [False, False, True]
    assert found["curve"].tolist()[2] == ""


def test_time_on_curve_is_monotone_along_every_curve(evaluated):
    """The stored calibration never turns back, and stays within the times that were seen."""
    for _, curve in evaluated.curves.groupby(["model_index", "regime", "perturbation"]):
        assert (np.diff(curve["time_calibrated"]) >= -1e-12).all()
        assert 12 <= curve["time_calibrated"].min() < curve["time_calibrated"].max() <= 38


def test_individuals_and_stretches_have_tables(evaluated):
    """One row per individual and per stretch; the control's delays average about 0."""
    delays, bins = evaluated.delays, evaluated.curve_bins
    assert len(delays) == 4 * evaluated.snips["individual"].nunique()
    wild = delays[delays["perturbation"] == "wt"]
    assert wild.groupby(["model_index", "regime"])["delay"].mean().abs().max() < 1.0
    assert (bins.groupby(["model_index", "regime", "perturbation"])["n"].sum() == 8 * 12).all()
    mean = delays.query("model_index == 0 and regime == 'all'").groupby("perturbation")["delay"].mean()
    scores = evaluated.scores.query("model_index == 0 and regime == 'all' and metric == 'delay'")
    for row in scores[scores["perturbation"] != "avg_pert"].itertuples():
        assert row.value == pytest.approx(mean[row.perturbation])


def test_without_asking_there_is_no_projection(evaluated, make_sweep, tmp_path):
    """And an older one is taken away with the evaluation that made it."""
    config = make_sweep(n_models=1, n_regimes=1)
    out = tmp_path / "r"
    assert (
        ms.evaluate(config, out, workers=1, only=["delay"], projection=True).path / "projection.parquet"
    ).is_file()
    assert not (ms.evaluate(config, out, workers=1, only=["delay"]).path / "projection.parquet").exists()


def test_a_sweep_without_its_control_has_no_delay_and_says_why(make_sweep, tmp_path):
    """Not applicable, with the way out."""
    config = make_sweep(n_models=1, n_regimes=1)
    config.write_text('control = "mock"\n' + config.read_text())
    results = ms.evaluate(config, tmp_path / "r", workers=1, only=["delay", "time_spread"])
    row = results.scores.query("metric == 'delay' and perturbation == 'avg_pert'").iloc[0]
    assert row["status"] == "not_applicable"
    assert row["reason"].startswith("the control 'mock' is not among the compared perturbations (")
    assert results.delays["delay"].isna().all()
    assert results.exit_status == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": 9}, r"no model 9; it holds 0, 1$"),
        ({"regime": "holdout"}, r"no regime 'holdout'; it holds 'all', 'hld'$"),
        ({"onto": "noto"}, r"no curve 'noto' to project onto; expected 'own', 'nearest' or one of 'gdf3', "),
    ],
)
def test_what_does_not_exist_is_refused_by_name(evaluated, table, options, message):
    """Model, regime and curve."""
    options = {"model": 1, **options}
    with pytest.raises(InvalidInput, match=message):
        ms.project(evaluated, options.pop("model"), table, **options)


def test_other_latents_are_refused(evaluated, table, tmp_path):
    """An embedding of another model has no place in this space."""
    pd.read_csv(table).drop(columns="z_mu_b_05").to_csv(tmp_path / "less.csv", index=False)
    with pytest.raises(InvalidInput, match=r"less.csv has 11 latents \(z_mu_b_04, .*was made from 12 \("):
        ms.project(evaluated, 1, tmp_path / "less.csv")


def test_the_command_writes_and_prints(evaluated, table, tmp_path):
    """CSV on standard output, or a file; another ending is refused."""
    call = ["project", str(evaluated.path), str(table), "--model", "1", "--regime", "hld"]
    printed = CliRunner().invoke(app, call)
    assert printed.exit_code == 0
    assert printed.output.startswith(
        "snip_id,individual,perturbation,curve,arc_length,distance,time,time_on_curve,pc_1"
    )
    written = CliRunner().invoke(app, [*call, "--out", str(tmp_path / "p.parquet")])
    assert "snips placed on 3 curves" in written.output
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "p.parquet"), ms.project(evaluated, 1, table, regime="hld")
    )
    refused = CliRunner().invoke(app, [*call, "--out", "p.xlsx"])
    assert isinstance(refused.exception, InvalidInput)
    assert (
        str(refused.exception)
        == "p.xlsx: cannot write a table with the ending '.xlsx'; expected .csv or .parquet"
    )
