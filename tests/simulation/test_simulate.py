"""A simulated sweep is what its truth says, measured without our own geometry."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.spatial import procrustes
from scipy.stats import spearmanr
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from morphsweep.errors import InvalidInput
from morphsweep.simulation import TRUTHS, SimulationOptions, simulate

SMALL = {"n_models": 4, "n_individuals": 3, "n_snips": 4, "n_latents": 6}


@pytest.fixture(scope="module")
def sweep():
    """The default sweep."""
    return simulate()


def latents(table):
    """Biological latents of a table."""
    return table.filter(like="z_mu_b_").to_numpy()


def mean_courses(table, n_bins=6):
    """Mean place of each perturbation in each time bin, in the space of the run: shape (perturbations, bins, 3)."""
    centred = latents(table) - latents(table).mean(axis=0)
    places = centred @ np.linalg.svd(centred, full_matrices=False)[2][:3].T
    bins = pd.cut(table["predicted_stage_hpf"], n_bins, labels=False).to_numpy()
    names = sorted(set(table["phenotype"]))
    return np.array([
        [places[(table["phenotype"] == p).to_numpy() & (bins == b)].mean(axis=0) for b in range(n_bins)]
        for p in names
    ])


def early_spread(courses):
    """Distance of the perturbations to their centroid in the first bin, relative to all."""
    spread = np.linalg.norm(courses - courses.mean(axis=0), axis=-1).mean(axis=0)
    return spread[0] / np.sqrt(((courses - courses.mean(axis=(0, 1))) ** 2).sum(axis=-1).mean())


def separation(table):
    """Accuracy of a linear classifier on the latents beyond the first three components, individuals held out."""
    odd = table["embryo_id"].str[-1].astype(int).to_numpy() % 2 == 1
    model = LinearDiscriminantAnalysis().fit(latents(table)[odd], table["phenotype"][odd])
    return model.score(latents(table)[~odd], table["phenotype"][~odd])


def measured(sweep, measure):
    """One number per model, from its two tables."""
    tables = list(sweep.embeddings.values())
    return [measure(tables[i], tables[i + 1]) for i in range(0, len(tables), 2)]


def rank_agreement(values, truth):
    """Spearman correlation."""
    return spearmanr(values, truth).statistic


def test_tree_likeness_is_recovered_in_rank(sweep):
    """The more tree-like, the closer together perturbations start."""
    assert (
        -rank_agreement(
            measured(sweep, lambda a, _: early_spread(mean_courses(a))), sweep.truth["tree_likeness"]
        )
        > 0.9
    )


def test_robustness_is_recovered_in_rank(sweep):
    """The more robust, the less of a perturbation's course is left over after superposition of the regimes."""

    def left_over(reference, other):
        return np.mean([
            procrustes(p, q)[2] for p, q in zip(mean_courses(reference), mean_courses(other), strict=True)
        ])

    assert -rank_agreement(measured(sweep, left_over), sweep.truth["robustness"]) > 0.9


def test_separability_is_recovered_in_rank(sweep):
    """The more separable, the better a linear classifier on unseen individuals."""
    assert rank_agreement(measured(sweep, lambda a, _: separation(a)), sweep.truth["separability"]) > 0.9


def test_truths_are_independent_of_each_other(sweep):
    """A design in which one knob stands for another could not be told apart."""
    correlations = np.corrcoef(sweep.truth[list(TRUTHS)].T)[np.triu_indices(3, 1)]
    assert np.abs(correlations).max() < 0.25


def test_each_hyperparameter_drives_what_it_says(sweep):
    """Beta: tree-likeness and scale; learning rate: robustness; loss: separability; margin: nothing."""
    truth = sweep.truth
    assert rank_agreement(truth["beta"], truth["tree_likeness"]) > 0.9
    assert rank_agreement(truth["beta"], truth["scale"]) == pytest.approx(-1)
    assert rank_agreement(-truth["learning_rate"], truth["robustness"]) > 0.9
    means = truth.groupby("metric_loss_type")["separability"].mean()
    assert means["NT-Xent"] > means["triplet"] + 0.3


def test_scale_is_the_size_of_the_latents():
    """Latents shrink as the truth says and nothing else changes with it."""
    wide, equal = (simulate(SimulationOptions(**SMALL, shrinkage=s)) for s in (3.0, 1.0))
    for (a, b), scale in zip(
        zip(wide.embeddings.values(), equal.embeddings.values(), strict=True),
        np.repeat(wide.truth["scale"], 2),
        strict=True,
    ):
        assert_allclose(latents(a), scale * latents(b), rtol=1e-10)


def test_the_same_seed_gives_the_same_sweep_and_another_does_not():
    """Nothing depends on what ran before."""
    one, same, other = (simulate(SimulationOptions(**SMALL, seed=seed)) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one.truth, same.truth)
    for path, table in one.embeddings.items():
        pd.testing.assert_frame_equal(table, same.embeddings[path])
    first = next(iter(one.embeddings))
    assert not np.allclose(latents(one.embeddings[first]), latents(next(iter(other.embeddings.values()))))


@pytest.mark.parametrize("n_regimes", [1, 2, 3])
def test_regimes_hold_out_what_they_say(n_regimes):
    """The split column marks exactly the perturbations that a regime held out."""
    sweep = simulate(SimulationOptions(**SMALL, n_regimes=n_regimes))
    assert len(sweep.embeddings) == 4 * n_regimes
    assert len(sweep.held_out) == n_regimes - 1
    for i, (path, table) in enumerate(sweep.embeddings.items()):
        regime = path.split("/")[1].split("_", 2)[2]
        away = table.loc[table["train_cat"] == "holdout", "phenotype"]
        assert set(away) == set(sweep.held_out.get(regime, ()))
        assert (regime == "all") == (i % n_regimes == 0)


def test_all_runs_have_the_same_snips():
    """Snips, individuals, labels and times are facts of the world."""
    tables = list(simulate(SimulationOptions(**SMALL)).embeddings.values())
    labels = ["snip_id", "embryo_id", "experiment_date", "phenotype", "predicted_stage_hpf"]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table[labels], tables[0][labels])
    assert tables[0]["snip_id"].is_unique
    assert (tables[0].groupby("embryo_id")["phenotype"].nunique() == 1).all()
    assert (tables[0]["snip_id"].str.rpartition("_")[0] == tables[0]["embryo_id"]).all()


def test_every_perturbation_begins_within_the_first_hour():
    """Curves start from the first hour, so that every perturbation needs snips there."""
    table = next(iter(simulate(SimulationOptions(**SMALL)).embeddings.values()))
    starts = table.groupby("phenotype")["predicted_stage_hpf"].min()
    assert (starts < 13).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_models": 0}, "n_models is 0; expected at least 1"),
        ({"n_latents": 5}, "n_latents is 5; expected at least 6"),
        ({"n_regimes": 4}, "n_regimes is 4; expected 1, 2 or 3"),
        ({"shrinkage": 0.5}, "shrinkage is 0.5; expected at least 1"),
        ({"noise": -1.0}, "noise is -1.0; expected at least 0"),
    ],
)
def test_impossible_options_are_refused(options, message):
    """The option, its value and what is allowed."""
    with pytest.raises(InvalidInput) as error:
        SimulationOptions(**options)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "options",
    [{"n_models": 1}, {"n_perturbations": 2}, {"n_perturbations": 9, "n_batches": 12}, {"n_replicates": 5}],
)
def test_unusual_sizes_work(options):
    """From one model to many perturbations."""
    sweep = simulate(SimulationOptions(**{**SMALL, **options}))
    assert len(sweep.truth) == options.get("n_models", 4)
    assert all(np.isfinite(latents(table)).all() for table in sweep.embeddings.values())
