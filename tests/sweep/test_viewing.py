"""Views without curves, from a sweep on disk to rows with their reasons."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.metrics import METRICS
from morphsweep.records import AVERAGE, Embedding, Settings, Status, SweepConfig
from morphsweep.sweep import evaluate, read_sweep
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.scoring import score_model

VIEWS = (
    "centroid_divergence",
    "shared_trunk",
    "clustering",
    "trustworthiness",
    "flow_coherence",
    "latent_radius",
)
PAIRS = (
    "neighbour_jaccard",
    "cka",
    "procrustes_similarity",
    "label_transfer",
    "time_transfer",
    "scale_ratio",
)


@pytest.fixture(scope="module")
def results(make_sweep, tmp_path_factory):
    """A small simulated sweep, evaluated."""
    sweep = read_sweep(make_sweep(n_models=2, n_individuals=10, n_snips=16))
    return evaluate(sweep, tmp_path_factory.mktemp("views"), workers=1)


def test_every_view_has_a_number_in_every_model(results):
    """Of runs in both regimes, of pairs against the reference; in scores and summary."""
    rows = results.scores[results.scores["perturbation"] == AVERAGE]
    for name in VIEWS:
        assert rows.loc[rows["metric"] == name, "value"].notna().sum() == 4, name
        assert {f"{name}_all", f"{name}_hld"} <= set(results.summary)
    for name in PAIRS:
        assert rows.loc[rows["metric"] == name, "value"].notna().sum() == 2, name
        assert name in results.summary


def test_numbers_over_a_sample_state_their_error(results):
    """A table of its own; no error where all snips were drawn, some where a part was."""
    table = results.sampling.set_index("metric")
    assert {"neighbour_jaccard", "flow_coherence", "trustworthiness", "path_length"} <= set(table.index)
    assert (table.loc["neighbour_jaccard", "standard_error"] == 0).all()  # 480 snips, all of them queries
    assert (table.loc["trustworthiness", "n_sampled"] == 200).all()
    assert (table.loc["trustworthiness", "standard_error"] > 0).all()


def run_of(n, *, batch=None, seed=0):
    """A run of three perturbations with ten individuals each."""
    rng = np.random.default_rng(seed)
    who = np.arange(n) % 30
    obs = pd.DataFrame({
        "snip_id": [f"s{k}" for k in range(n)],
        "individual": who.astype(str),
        "perturbation": np.array(list("abc"))[who % 3],
        "time": rng.uniform(0, 10, n),
    })
    if batch is not None:
        obs["batch"] = batch(who)
    return Embedding(rng.normal(size=(n, 5)), obs, tuple("vwxyz"), source="here")


def scores(runs, names, **settings):
    """Model-wide rows of some metrics by metric."""
    chosen = Settings(**settings)
    cohort = make_cohort(runs["all"], settings=chosen, config=SweepConfig())
    products = {
        regime: RunProducts(run, cohort, chosen, control="a", held_out=None) for regime, run in runs.items()
    }
    rows = score_model(products, "all", [METRICS[name] for name in names])
    return {(row.regime, row.metric): row for row in rows if row.perturbation == AVERAGE}


def test_batches_are_not_applicable_without_a_column():
    """And the reason says where to name it; with one batch, or batches that are individuals, the reason is that."""
    names = ("batch_variance", "batch_neighbours")
    for batch, said in (
        (None, "no column says which batch a snip is from; name it under columns.batch in sweep.toml"),
        (lambda who: np.full(len(who), "b"), "all snips are from one batch"),
    ):
        for row in scores({"all": run_of(300, batch=batch)}, names).values():
            assert row.status is Status.NOT_APPLICABLE
            assert row.reason == said
    found = scores({"all": run_of(300, batch=lambda who: who // 3)}, names)
    assert found["all", "batch_variance"].status is Status.NOT_APPLICABLE
    assert "batch and individual cannot be told apart" in found["all", "batch_variance"].reason
    assert np.isfinite(
        scores({"all": run_of(300, batch=lambda who: who // 6)}, names)["all", "batch_variance"].value
    )


def test_large_runs_are_searched_approximately_and_say_how_well():
    """Above the size in the settings the recall is a number; up to it, it does not apply."""
    names = ("neighbour_recall", "flow_coherence")
    approximate = scores({"all": run_of(3_000)}, names, n_exact_snips=2_999, n_query_snips=60)
    assert 0.5 < approximate["all", "neighbour_recall"].value < 1
    assert approximate["all", "flow_coherence"].status is Status.OK
    exact = scores({"all": run_of(600)}, names, n_exact_snips=600)["all", "neighbour_recall"]
    assert exact.status is Status.NOT_APPLICABLE
    assert exact.reason == "the neighbours are exact, as for all runs of up to 600 snips"


def test_graphs_are_compared_at_equal_size_only():
    """A run with fewer snips than the graphs of the sweep has no graph number, and says so."""
    smaller = run_of(600)
    few = Embedding(smaller.latents[:200], smaller.obs.iloc[:200], smaller.latent_names, source="smaller")
    found = scores({"all": smaller, "hld": few}, ("clustering", "neighbour_jaccard"))
    assert found["hld", "clustering"].status is Status.NOT_APPLICABLE
    assert found["hld", "clustering"].reason == "graphs are compared at 400 snips, and this run has 200"
    assert found["all", "clustering"].status is Status.OK
    assert found["hld", "neighbour_jaccard"].status is Status.OK
