"""Data that make classifiers stumble: every case has a defined answer or one clear reason."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.records import Embedding, Settings, SweepConfig
from morphsweep.sweep import discriminating
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.products import RunProducts

QUICK = {"n_permutations": 50, "n_replicates": 20, "baselines": (), "n_time_bins": 4, "time_limit": None}


def embedding(sizes, *, apart=3.0, snips=8, latents=4, times=None, constant=False):
    """Perturbations c00, c01, … of so many individuals, moved apart along the latents in turn."""
    rng = np.random.default_rng(0)
    own = np.repeat(np.arange(len(sizes)), sizes)
    codes = np.repeat(own, snips)
    who = np.repeat(np.arange(len(own)), snips)
    course = np.tile(np.linspace(0, 1, snips), len(own)) if times is None else times(codes, snips)
    z = rng.normal(size=(len(codes), latents))
    z[np.arange(len(codes)), codes % latents] += apart * (1 + codes // latents)
    if constant:
        z[:] = 1.0
    obs = pd.DataFrame({
        "snip_id": [f"s{i}" for i in range(len(codes))],
        "individual": [f"e{i:03d}" for i in who],
        "perturbation": [f"c{code:02d}" for code in codes],
        "time": course,
    })
    return Embedding(z.astype(np.float32), obs, tuple(f"z{i}" for i in range(latents)))


def run_of(table, **options):
    """Products of one run with a cohort of its own."""
    settings = Settings.for_protocol("default", **{**QUICK, **options})
    cohort = make_cohort(table, settings=settings, config=SweepConfig())
    return RunProducts(table, cohort, settings, control="c00", held_out=frozenset())


def whole(run):
    """Everything that is computed from the classifier, checked for sense."""
    found = run.get("predictions")
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0, atol=1e-9)
    table, onsets = run.get("over_time"), run.get("separability").onsets
    assert table["f1"].dropna().between(0, 1).all()
    scored = table["f1"].notna()
    assert (table.loc[scored, "low"] <= table.loc[scored, "high"]).all()
    assert table.loc[scored, "q"].between(0, 1).all()
    assert all(np.isfinite([made.kkt, made.gap]).all() for made in found.certificates)
    return table, onsets.set_index("perturbation")


def test_a_class_with_one_individual():
    """Never trained on when it is predicted: no F1, as 0 would be no finding; named in the certificate, no onset."""
    table, onsets = whole(run_of(embedding([8, 8, 1]), min_individuals=1))
    lone = table[table["perturbation"] == "c02"]
    assert lone[["f1", "pr_auc", "auroc", "low", "high", "p", "q"]].isna().all(axis=None)
    assert not lone["separable"].any()
    assert np.isnan(onsets.loc["c02", "onset"])
    run = run_of(embedding([8, 8, 1]), min_individuals=1)
    assert [made.missing for made in run.get("predictions").certificates].count("c02") == 1


def test_a_baseline_that_gives_a_class_no_chance_has_a_score_of_0(monkeypatch):
    """Its splits held the class, so that this is a finding; only what the splits never held has no score."""

    def one_class(*_, **__):
        return ("c00", "c01", "c02"), np.tile([1.0, 0.0, 0.0], (17 * 8, 1))

    monkeypatch.setattr(discriminating, "predict_baseline", one_class)
    run = run_of(embedding([8, 8, 1]), min_individuals=1, baselines=("knn",))
    f1 = run.get("baselines").set_index("perturbation")["f1"]
    assert (f1["c01"] == 0).all()
    assert (f1["c00"] > 0).all()
    assert f1["c02"].isna().all()


def test_a_bin_without_positives_is_missing():
    """c01 is imaged in the second half only: no F1, interval or q before, and none of it counts in its mean."""

    def late(codes, snips):
        course = np.tile(np.linspace(0, 1, snips), len(codes) // snips)
        return np.where(codes == 1, 0.5 + course / 2, course)

    table, onsets = whole(run_of(embedding([6, 6], times=late)))
    early = table[(table["perturbation"] == "c01") & (table["time_bin"] < 2)]
    assert early[["f1", "pr_auc", "auroc", "low", "q"]].isna().all().all()
    assert onsets.loc["c01", "f1"] == pytest.approx(
        table[table["perturbation"] == "c01"]["f1"].mean(), abs=1e-12
    )


def test_more_folds_than_individuals():
    """Every individual is a fold of its own."""
    run = run_of(embedding([5, 5]), n_folds=40)
    whole(run)
    assert len(run.get("predictions").certificates) == 10


@pytest.mark.parametrize("classes", [2, 50])
def test_two_and_fifty_classes(classes):
    """Both are solved to the stated conditions and separable ones are recognised."""
    run = run_of(embedding([5] * classes, latents=12, apart=5.0))
    table, _ = whole(run)
    assert table["f1"].mean() > 0.9
    assert all(made.converged and made.kkt <= 1e-6 for made in run.get("predictions").certificates)


def test_separable_data():
    """Classes far apart: all recognised, and a finite, certified answer."""
    run = run_of(embedding([8, 8], apart=1_000.0))
    table, onsets = whole(run)
    assert (table["f1"] == 1).all()
    assert (onsets["onset"] == 0).all()


def test_constant_latents():
    """Nothing to learn: everyone is taken for the largest class, and nothing is separable."""
    run = run_of(embedding([9, 6], constant=True))
    table, onsets = whole(run)
    assert (table.loc[table["perturbation"] == "c01", "f1"] == 0).all()
    assert onsets["onset"].isna().all()


def test_a_perturbation_that_is_its_batch_is_not_separable():
    """With one perturbation per batch nothing can be permuted, so that even perfect recognition proves nothing."""
    table = embedding([8, 8, 8])
    obs = table.obs.assign(batch=table.obs["perturbation"].str.replace("c", "d"))
    _, onsets = whole(run_of(Embedding(table.latents, obs, table.latent_names)))
    assert (onsets["f1"] > 0.8).all()
    assert onsets["onset"].isna().all()
    assert (onsets["p"] == 1).all()


def test_one_perturbation_is_not_applicable():
    """There is nothing to tell apart, and the reason says so."""
    with pytest.raises(NotComputable, match=r"^one perturbation only: there is nothing to tell apart$"):
        run_of(embedding([8])).get("predictions")


def test_too_few_individuals_anywhere_is_refused():
    """No perturbation that can be compared: found, expected, what to do."""
    with pytest.raises(
        InvalidInput, match=r"^no perturbation has at least 5 individuals \(found .*lower settings"
    ):
        run_of(embedding([3, 2]))
