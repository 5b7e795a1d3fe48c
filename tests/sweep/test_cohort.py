"""The cohort: same folds, bins and perturbations for every model."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.records import Embedding, Settings, SweepConfig
from morphsweep.sweep.cohort import compared_perturbations, fold_of, fold_rows, make_cohort


def embedding(counts, n_times=4):
    """A table with the given number of individuals per perturbation."""
    rows = [
        (f"{label}{k}_{t}", f"{label}{k}", label, float(t))
        for label, count in counts.items()
        for k in range(count)
        for t in range(n_times)
    ]
    obs = pd.DataFrame(rows, columns=["snip_id", "individual", "perturbation", "time"])
    return Embedding(np.zeros((len(obs), 3), np.float32), obs, ("a", "b", "c"), source="made")


def test_every_perturbation_is_spread_over_the_folds():
    """Ten individuals of each perturbation in five folds: two of each in every fold."""
    cohort = make_cohort(embedding({"wt": 10, "a": 10}), settings=Settings(), config=SweepConfig())
    frame = cohort.snips.drop_duplicates("individual")
    assert (frame.groupby(["perturbation", "fold"]).size() == 2).all()
    assert frame["fold"].nunique() == 5


def test_order_of_rows_changes_nothing():
    """Shuffled rows give the same folds, edges and fingerprint."""
    table = embedding({"wt": 7, "a": 6})
    order = np.random.default_rng(0).permutation(table.n_snips)
    shuffled = Embedding(table.latents, table.obs.iloc[order].reset_index(drop=True), table.latent_names)
    one = make_cohort(table, settings=Settings(), config=SweepConfig())
    two = make_cohort(shuffled, settings=Settings(), config=SweepConfig())
    assert one.folds == two.folds
    assert one.fingerprint == two.fingerprint


def test_rare_perturbations_are_named_and_left_out():
    """Fewer than five individuals are not compared; the reason gives both numbers."""
    cohort = make_cohort(embedding({"wt": 6, "rare": 2, "b": 5}), settings=Settings(), config=SweepConfig())
    assert cohort.perturbations == ("b", "wt")
    assert cohort.left_out == {"rare": "2 individuals, fewer than 5"}


def test_a_listed_order_is_kept():
    """A list in the sweep file decides which perturbations and in which order; unknown names are refused."""
    obs = embedding({"wt": 6, "b": 5, "c": 1}).obs
    chosen, left = compared_perturbations(
        obs, settings=Settings(), config=SweepConfig(perturbations=("wt", "c"))
    )
    assert chosen == ("wt", "c")
    assert left == {"b": "not listed in the sweep file"}
    with pytest.raises(InvalidInput, match=r"\['x'\] not found in the data; known: \['b', 'c', 'wt'\]"):
        compared_perturbations(obs, settings=Settings(), config=SweepConfig(perturbations=("x",)))


def test_nobody_left_is_refused_with_the_counts():
    """Without a perturbation to compare there is nothing to do."""
    with pytest.raises(InvalidInput, match="at least 5 individuals"):
        make_cohort(embedding({"wt": 2}), settings=Settings(), config=SweepConfig())


def test_unknown_individuals_get_a_fold_by_hash():
    """An individual that the cohort does not know has a fold, always the same."""
    cohort = make_cohort(embedding({"wt": 6, "a": 6}), settings=Settings(), config=SweepConfig())
    folds = {fold_of(f"new{k}", cohort.folds, n_folds=5, seed=42) for k in range(60)}
    assert folds == {0, 1, 2, 3, 4}
    rows = fold_rows(["wt0", "new1", "wt0"], cohort, seed=42)
    assert rows[0] == rows[2] == cohort.folds["wt0"]


def test_time_limit_cuts_the_bins():
    """The last edge is the smaller of the limit and the largest time."""
    table = embedding({"wt": 6, "a": 6}, n_times=50)
    cohort = make_cohort(table, settings=Settings(), config=SweepConfig())
    assert cohort.bin_edges[0] == 0
    assert cohort.bin_edges[-1] == 40
    assert len(cohort.bin_edges) == 21
    unlimited = make_cohort(table, settings=Settings(time_limit=None), config=SweepConfig())
    assert unlimited.bin_edges[-1] == 49
