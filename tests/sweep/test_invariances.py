"""What may be done to the data without changing the numbers, from the tables of a run to its scores."""

import numpy as np
import pytest

from morphsweep.metrics import METRICS
from morphsweep.records import AVERAGE, Cohort, Embedding, Settings, SweepConfig
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.scoring import score_model

SETTINGS = Settings(time_limit=None)
# Discrimination standardises each latent and penalises coefficients, so that it knows the axes.
GEOMETRY = [
    spec
    for spec in METRICS.values()
    if not {"f1_over_time", "f1_to_pair", "pr_auc_over_time", "auroc_over_time"}.intersection(spec.needs)
]


@pytest.fixture(scope="module")
def runs():
    """Both runs of one simulated model."""
    made = simulate(
        SimulationOptions(n_models=1, n_replicates=1, n_individuals=6, n_snips=15, n_perturbations=3, seed=5)
    )
    found = {}
    for regime, table in zip(("all", "hld"), made.embeddings.values(), strict=True):
        latents = [name for name in table if name.startswith("z_mu_b_")]
        obs = table.rename(
            columns={"embryo_id": "individual", "phenotype": "perturbation", "predicted_stage_hpf": "time"}
        )
        obs = obs[["snip_id", "individual", "perturbation", "time"]]
        found[regime] = Embedding(table[latents].to_numpy(np.float64), obs, tuple(latents), source=regime)
    return found


def changed(runs, *, latents=lambda values: values, rows=None):
    """The same runs with other latents or rows in another order."""
    made = {}
    for regime, run in runs.items():
        order = np.arange(run.n_snips) if rows is None else rows(run.n_snips)
        made[regime] = Embedding(
            latents(run.latents)[order],
            run.obs.iloc[order].reset_index(drop=True),
            run.latent_names,
            source=regime,
        )
    return made


def scores(runs, specs=GEOMETRY, perturbations=None):
    """All scores by regime, perturbation and metric."""
    config = SweepConfig(perturbations=perturbations)
    cohort: Cohort = make_cohort(runs["all"], settings=SETTINGS, config=config)
    products = {
        regime: RunProducts(run, cohort, SETTINGS, control="wt", held_out=None)
        for regime, run in runs.items()
    }
    return {(r.regime, r.perturbation, r.metric): r.value for r in score_model(products, "all", specs)}


def assert_close(one, two, *, except_for=(), tolerance=1e-6):
    """Equal numbers, missing ones included."""
    assert one.keys() == two.keys()
    for key, value in one.items():
        if key[2].removesuffix("_shift") not in except_for:
            assert two[key] == pytest.approx(value, rel=tolerance, abs=tolerance, nan_ok=True), key


@pytest.fixture(scope="module")
def base(runs):
    """Scores of the untouched runs."""
    return scores(runs)


def rotation(d):
    """A rotation of the latent space."""
    matrix, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(d, d)))
    return matrix


def test_a_common_rotation_and_translation_change_no_geometric_score(runs, base):
    """Turning and moving the latents of both regimes alike leaves every geometric number as it was."""
    turn = rotation(len(runs["all"].latent_names))
    moved = changed(runs, latents=lambda values: values @ turn + 7.0)
    # Initial RMSE and what is made from it compare two principal component analyses whose signs are arbitrary.
    signs = {"initial_rmse", "initial_rmse_rel", "alignment_gain", "rotation_angle", "aligned_rmse", "aligned_rmse_rel",
             "aligned_rmse_joint", "aligned_rmse_joint_rel", "aligned_rmse_ok", "segment_collinearity"}  # fmt: skip
    axes = {
        "inactive_latents",
        "latent_correlation",
        "total_correlation",
    }  # these are about the latents one by one
    assert_close(base, scores(moved), except_for=signs | axes)


def test_order_of_rows_changes_nothing(runs, base):
    """Shuffled rows give the same numbers."""
    rng = np.random.default_rng(2)
    assert_close(base, scores(changed(runs, rows=rng.permutation)))


def test_order_of_perturbations_changes_nothing(runs, base):
    """A listed order moves columns, not numbers."""
    names = sorted(runs["all"].obs["perturbation"].unique(), reverse=True)
    assert_close(base, scores(runs, perturbations=tuple(names)))


def test_units_scale_what_is_in_latent_units_and_nothing_else(runs, base):
    """Ten times larger latents: lengths grow tenfold, pure numbers stay."""
    larger = scores(changed(runs, latents=lambda values: 10 * values))
    for (regime, perturbation, name), value in base.items():
        spec = METRICS[name.removesuffix("_shift")]
        factor = 10 if spec.unit.startswith("latent units") else 1
        found = larger[regime, perturbation, name]
        assert found == pytest.approx(factor * value, rel=1e-6, abs=1e-6, nan_ok=True), name
    assert base["hld", AVERAGE, "aligned_rmse"] > 0


def test_a_regime_compared_with_itself_is_perfect(runs):
    """Two equal regimes: no RMSE, no angle, collinearity 1, no shift, no drop."""
    twins = {"all": runs["all"], "hld": runs["all"]}
    found = {
        key[2]: value for key, value in scores(twins, METRICS.values()).items() if key[:2] == ("hld", AVERAGE)
    }
    assert found["initial_rmse"] == 0
    assert found["aligned_rmse"] == pytest.approx(0, abs=1e-9)
    assert found["segment_collinearity"] == pytest.approx(1, abs=1e-9)
    assert found["pc_agreement"] == pytest.approx(1)
    assert found["f1_drop"] == 0
    assert all(value == 0 for name, value in found.items() if name.endswith("_shift") and np.isfinite(value))
