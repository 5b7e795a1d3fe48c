"""Nobody is predicted by a classifier that saw them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.metrics import fit_newton, holdout_rows, predict_out_of_fold
from morphsweep.records import Settings

SETTINGS = Settings(C=1.0)
NOTEBOOK = Settings.for_protocol("notebook")


def data(seed=0, n_individuals=20, per=8):
    """Latents of three perturbations in float32, several snips per individual."""
    rng = np.random.default_rng(seed)
    individual = np.repeat(np.arange(n_individuals), per)
    label = np.array(["gdf3", "lmx1b", "wt"])[individual % 3]
    latents = rng.normal(size=(len(individual), 5)) * [1, 10, 0.1, 1, 0]  # the last latent never varies
    latents[:, 0] += 2 * (label == "wt")
    latents[:, 1] += 20 * (label == "gdf3")
    folds = individual % 5
    latents = latents.astype(np.float32)
    latents.setflags(write=False)
    return latents, label, np.char.add("e", individual.astype(str)), folds


def test_each_fold_is_predicted_from_the_others():
    """The pooled probabilities are those of a fit, made by hand, on the standardised rows of the other folds."""
    latents, label, individual, folds = data()
    found = predict_out_of_fold(latents, label, individual, folds, settings=SETTINGS)
    assert found.classes == ("gdf3", "lmx1b", "wt")
    assert found.test.all()
    assert len(found.certificates) == 5
    for fold in range(5):
        train = folds != fold
        scaler = StandardScaler().fit(latents[train].astype(float))
        codes = np.unique(label[train], return_inverse=True)[1]
        fit = fit_newton(scaler.transform(latents[train].astype(float)), codes, C=1.0)
        expected = fit.predict_proba(scaler.transform(latents[~train].astype(float)))
        np.testing.assert_allclose(found.probabilities[~train], expected, atol=1e-9)


def test_certificates_state_the_optimality():
    """Each fit meets the gradient asked for and says how many rows it saw."""
    latents, label, individual, folds = data()
    found = predict_out_of_fold(latents, label, individual, folds, settings=SETTINGS)
    assert all(c.converged and c.kkt <= SETTINGS.classifier_tol for c in found.certificates)
    assert [c.n_train + c.n_test for c in found.certificates] == [160] * 5
    assert list(pd.DataFrame(found.certificates)["fold"]) == [0, 1, 2, 3, 4]


def test_holdout_is_the_notebooks_split_and_solver():
    """Ids in order of appearance, scikit-learn's split and saga: the same probabilities, and only for test rows."""
    latents, label, individual, folds = data()
    order = np.random.default_rng(1).permutation(len(label))
    latents, label, individual = latents[order], label[order], individual[order]
    found = predict_out_of_fold(latents, label, individual, folds, settings=NOTEBOOK)
    train_ids, test_ids = train_test_split(pd.unique(individual), test_size=0.2, random_state=42)
    train, test = np.isin(individual, train_ids), np.isin(individual, test_ids)
    np.testing.assert_array_equal(found.test, test)
    scaler = StandardScaler().fit(latents[train].astype(float))
    model = LogisticRegression(solver="saga", C=10.0, l1_ratio=0.2, tol=1e-3, max_iter=250, random_state=42)
    model.fit(scaler.transform(latents[train].astype(float)), label[train])
    expected = model.predict_proba(scaler.transform(latents[test].astype(float)))
    np.testing.assert_allclose(found.probabilities[test], expected, atol=1e-12)
    assert np.isnan(found.probabilities[~test]).all()


def test_running_out_of_epochs_is_recorded():
    """A solver that stops early raises no warning; its certificate says so."""
    latents, label, individual, folds = data()
    hurried = NOTEBOOK.model_copy(update={"classifier_max_iter": 2, "classifier_tol": 1e-12})
    found = predict_out_of_fold(latents, label, individual, folds, settings=hurried)
    assert [c.converged for c in found.certificates] == [False]


def test_scale_and_origin_of_latents_do_not_matter():
    """Every latent is standardised."""
    latents, label, individual, folds = data()
    base = predict_out_of_fold(latents.astype(float), label, individual, folds, settings=SETTINGS)
    moved = predict_out_of_fold(latents.astype(float) * 7 + 3, label, individual, folds, settings=SETTINGS)
    np.testing.assert_allclose(moved.probabilities, base.probabilities, atol=1e-4)


def test_order_of_rows_does_not_matter():
    """Shuffled rows get the same probabilities, to the optimality of the solver."""
    latents, label, individual, folds = data()
    order = np.random.default_rng(2).permutation(len(label))
    base = predict_out_of_fold(latents, label, individual, folds, settings=SETTINGS)
    turned = predict_out_of_fold(
        latents[order], label[order], individual[order], folds[order], settings=SETTINGS
    )
    np.testing.assert_allclose(turned.probabilities, base.probabilities[order], atol=1e-4)


def test_snips_of_weight_zero_are_not_trained_on():
    """Weighting individuals out equals leaving them out of the training rows."""
    latents, label, individual, folds = data()
    weight = (np.arange(len(label)) // 8 % 4 != 0).astype(float)
    weighted = predict_out_of_fold(latents, label, individual, folds, settings=SETTINGS, weight=weight)
    kept = weight > 0
    alone = predict_out_of_fold(latents[kept], label[kept], individual[kept], folds[kept], settings=SETTINGS)
    assert weighted.test.all()
    np.testing.assert_allclose(weighted.probabilities[kept], alone.probabilities, atol=1e-6)


def test_a_class_in_one_fold_only_gets_probability_zero_and_is_named():
    """Its own rows cannot be recognised, and the certificate says why."""
    latents, label, individual, folds = data()
    label = label.copy()
    label[individual == "e0"] = "rare"
    found = predict_out_of_fold(latents, label, individual, folds, settings=SETTINGS)
    column = found.classes.index("rare")
    assert (found.probabilities[individual == "e0", column] == 0).all()
    assert [c.missing for c in found.certificates] == ["rare", "", "", "", ""]
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0)


def test_too_little_to_split_is_not_computable():
    """One class, one fold, one individual, or a training part of one class: each has its reason."""
    latents, label, individual, folds = data()
    with pytest.raises(NotComputable, match=r"^discrimination needs at least 2 perturbations, found 1$"):
        predict_out_of_fold(latents, np.full(160, "wt"), individual, folds, settings=SETTINGS)
    with pytest.raises(
        NotComputable, match=r"^out-of-fold predictions need individuals in at least 2 folds, found 1$"
    ):
        predict_out_of_fold(latents, label, individual, np.zeros(160, int), settings=SETTINGS)
    with pytest.raises(NotComputable, match=r"^a split by individual needs at least 2 individuals, found 1$"):
        predict_out_of_fold(latents, label, np.full(160, "e"), folds, settings=NOTEBOOK)
    with pytest.raises(NotComputable, match=r"^a training part has rows of 1 perturbation only;"):
        predict_out_of_fold(
            latents, np.where(folds == 0, "wt", "gdf3"), individual, folds.clip(max=1), settings=SETTINGS
        )


def test_lengths_that_differ_are_named():
    """The message says which array and how many entries."""
    latents, label, individual, folds = data()
    with pytest.raises(ShapeMismatch, match=r"^folds has 159 entries, expected one for each of 160 snips$"):
        predict_out_of_fold(latents, label, individual, folds[1:], settings=SETTINGS)


def test_holdout_share_counts_individuals():
    """A fifth of the individuals, whole."""
    individual = np.repeat(list("abcdefghij"), np.arange(1, 11))
    rows = holdout_rows(individual)
    assert len(set(individual[rows])) == 2
    assert not set(individual[rows]) & set(individual[~rows])
