"""Discrimination of whole sweeps: the notebook's numbers exactly, and what stands beside every number."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from morphsweep.io import read_embedding
from morphsweep.records import Settings, SweepConfig
from morphsweep.sweep import evaluate, read_sweep
from morphsweep.sweep.cohort import fold_rows, make_cohort
from morphsweep.sweep.products import RunProducts

QUICK = {"n_permutations": 200, "n_replicates": 20}


def products(embedding, protocol="default", **options):
    """Products of one run, its own cohort."""
    settings = Settings.for_protocol(protocol, **{**QUICK, **options})
    cohort = make_cohort(embedding, settings=settings, config=SweepConfig())
    return RunProducts(embedding, cohort, settings, control="wt", held_out=frozenset())


def scikit_learn_f1(embedding, perturbations):
    """The original scripts' F1 per perturbation and bin, with scikit-learn alone."""
    rows = embedding.obs["perturbation"].isin(perturbations).to_numpy()
    obs, latents = embedding.obs[rows], embedding.latents[rows].astype(float)
    ids = pd.unique(obs["individual"].to_numpy(object))
    train_ids, test_ids = train_test_split(ids, test_size=0.2, random_state=42)
    train, test = obs["individual"].isin(train_ids).to_numpy(), obs["individual"].isin(test_ids).to_numpy()
    scaler = StandardScaler().fit(latents[train])
    model = LogisticRegression(solver="saga", C=10.0, l1_ratio=0.2, tol=1e-3, max_iter=250, random_state=42)
    model.fit(scaler.transform(latents[train]), obs["perturbation"].to_numpy(object)[train])
    predicted = model.predict(scaler.transform(latents[test]))
    truth, times = obs["perturbation"].to_numpy(object)[test], obs["time"].to_numpy()[test]
    edges = np.linspace(times.min(), min(40.0, times.max()), 21)
    for name in model.classes_:
        for b in range(20):
            inside = (times >= edges[b]) & (times < edges[b + 1])
            own = truth[inside] == name
            missing = not own.any() or own.all()
            yield (
                name,
                b,
                np.nan if missing else f1_score(own, predicted[inside] == name, zero_division=0.0),
            )


@pytest.fixture(scope="module")
def embedding(make_sweep):
    """One run of a simulated sweep."""
    sweep = read_sweep(make_sweep(n_models=1, n_individuals=10, seed=3))
    return read_embedding(sweep.models[0].runs["all"].embedding)


def same_f1(embedding):
    """Assert that the notebook protocol gives scikit-learn's F1 in every bin."""
    run = products(embedding, "notebook")
    table = run.get("over_time")
    expected = pd.DataFrame(
        scikit_learn_f1(embedding, run.cohort.perturbations), columns=["perturbation", "time_bin", "f1"]
    )
    merged = table.merge(expected, on=["perturbation", "time_bin"], suffixes=("", "_theirs"))
    assert len(merged) == len(table) == len(expected)
    np.testing.assert_array_equal(merged["f1"], merged["f1_theirs"])


@pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning")
def test_notebook_equals_scikit_learn_on_a_simulated_sweep(embedding):
    """Same split, solver and tolerance: F1 per perturbation and bin is the same number."""
    same_f1(embedding)


@pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning")
def test_notebook_equals_scikit_learn_on_drawings(shared):
    """The same on the first model of the sweep of growing letters, in both regimes."""
    sweep = read_sweep(shared / "data" / "sweep_latin")
    for run in sweep.models[0].runs.values():
        same_f1(read_embedding(run.embedding, columns=sweep.config.columns))


def test_scores_over_time_carry_interval_and_null(make_sweep, tmp_path):
    """Every bin with F1 has low, high and q; onsets and baselines have a table of their own."""
    results = evaluate(make_sweep(n_models=2, n_individuals=10, seed=5), tmp_path, workers=1)
    table = results.f1_over_time
    scored = table["f1"].notna()
    for name in ("low", "high", "q", "pr_auc_low", "pr_auc_high", "auroc_low", "auroc_high"):
        assert table.loc[scored, name].notna().all()
        assert table.loc[~scored, name].isna().all()
    for name in ("pr_auc", "auroc"):
        ends = table.loc[scored, [f"{name}_low", name, f"{name}_high"]].to_numpy()
        assert (ends[:, 0] <= ends[:, 2]).all()
        assert ((ends >= 0) & (ends <= 1)).all()
        assert ((ends[:, 0] <= ends[:, 1]) & (ends[:, 1] <= ends[:, 2])).mean() > 0.9
        varied = (ends[:, 1] > 0) & (ends[:, 1] < 1)
        assert (ends[varied, 0] < ends[varied, 2]).mean() > 0.9  # an interval, not a point
    assert (table.loc[scored, "low"] <= table.loc[scored, "high"]).all()
    assert set(results.baselines["classifier"]) == {"majority", "time", "pca3", "shuffled"}
    assert len(results.onsets) == 2 * 2 * 3
    assert list(results.drops["group"].iloc[-3:]) == ["held out", "kept", "excess"]
    drops = results.drops.query("perturbation != ''")
    reported = results.scores.query("metric == 'f1_drop' and perturbation != 'avg_pert'")
    paired = drops.merge(reported, on=["model_index", "regime", "perturbation"])
    np.testing.assert_allclose(paired["drop"], paired["value"], atol=1e-9)
    f1 = results.scores.query("metric == 'f1' and perturbation != 'avg_pert'")
    merged = results.onsets.merge(f1, on=["model_index", "regime", "perturbation"])
    np.testing.assert_allclose(merged["f1"], merged["value"], atol=1e-12)


def test_baselines_stand_beside_the_same_bins(embedding):
    """What the classifier is above a baseline is the difference of the two F1, bin by bin."""
    run = products(embedding, baselines=("time", "knn"))
    main = run.get("over_time").set_index(["perturbation", "time_bin"])["f1"]
    for _, table in run.get("baselines").groupby("classifier"):
        beside = table.set_index(["perturbation", "time_bin"])
        np.testing.assert_allclose(beside["f1"] + beside["f1_above"], main.loc[beside.index], atol=1e-12)


def test_repeated_splits_differ_and_are_averaged(embedding):
    """Each repeat deals the individuals anew, stratified; certificates of all of them are kept."""
    run = products(embedding, n_repeats=3)
    individuals = run.embedding.obs["individual"].tolist()
    first, second = (fold_rows(individuals, run.cohort, seed=42, repeat=r) for r in (0, 1))
    assert (first != second).any()
    table = pd.DataFrame({"p": run.embedding.obs["perturbation"], "i": individuals, "f": second})
    per_fold = table.drop_duplicates("i").groupby(["p", "f"]).size()
    assert per_fold.max() - per_fold.min() <= 1
    found = run.get("predictions")
    assert [c.fold for c in found.certificates] == list(range(15))
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0)


def test_unseen_individuals_are_scored_apart(embedding):
    """Only individuals without a training row count; without the column the question does not arise."""
    run = products(embedding)
    split = run.embedding.obs["split"]
    unseen = run.get("unseen")
    n_bins = len(run.cohort.bin_edges) - 1
    late = run.embedding.obs["time"] > run.cohort.bin_edges[-1]
    assert unseen["n"].iloc[:n_bins].sum() == ((split != "train") & ~late).sum()


def test_batches_are_held_out_whole(embedding):
    """A perturbation confined to one batch has no score of it; the others do."""
    obs = embedding.obs.assign(
        batch=np.where(
            embedding.obs["perturbation"] == "wt",
            "d0",
            embedding.obs["individual"].map(lambda name: f"d{sum(map(ord, name)) % 3}"),
        )
    )
    other = type(embedding)(embedding.latents, obs, embedding.latent_names)
    table = products(other).get("f1_by_batch_over_time")
    assert np.isnan(table["wt"]).all()
    assert np.isfinite(table["gdf3"]).any()
