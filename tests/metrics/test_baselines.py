"""Baselines use the splits of the main classifier and only what their name says."""

import numpy as np
import pytest

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.metrics import BASELINES, predict_baseline
from morphsweep.records import Settings

SETTINGS = Settings()


def data(seed=0):
    """Two classes that differ in one latent out of five and, by half an hour, in time."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(20), 10)
    label = np.where(who % 2 == 0, "wt", "gdf3")
    latents = rng.normal(size=(200, 5)) * [9, 9, 9, 9, 1]
    latents[:, 4] += 3 * (who % 2)
    times = rng.uniform(0, 10, 200)
    return latents, label, who.astype(str), times, who // 2 % 5


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_predicts_all_test_rows(name):
    """Rows sum to one, the same every time; rows without a fold are not predicted."""
    latents, label, who, times, folds = data()
    folds = np.where(folds == 4, -1, folds)
    classes, found = predict_baseline(name, latents, label, who, times, folds, settings=SETTINGS)
    assert classes == ("gdf3", "wt")
    np.testing.assert_allclose(found[folds >= 0].sum(axis=1), 1.0)
    assert np.isnan(found[folds < 0]).all()
    again = predict_baseline(name, latents, label, who, times, folds, settings=SETTINGS)[1]
    np.testing.assert_array_equal(found, again)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("majority", 0.3, 0.6), ("time", 0.3, 0.7), ("pca3", 0.3, 0.7), ("knn", 0.6, 1.0), ("mlp", 0.8, 1.0)],
)
def test_baselines_know_what_they_should(name, least, most):
    """The class is in a latent of little variance: components of most variance, time and shares miss it."""
    latents, label, who, times, folds = data()
    classes, found = predict_baseline(name, latents, label, who, times, folds, settings=SETTINGS)
    right = np.mean(np.array(classes)[found.argmax(axis=1)] == label)
    assert least <= right <= most


def test_majority_is_the_share_of_training_rows():
    """Its probabilities are the same for every row of a fold."""
    latents, label, who, times, folds = data()
    _, found = predict_baseline("majority", latents, label, who, times, folds, settings=SETTINGS)
    np.testing.assert_allclose(found, 0.5)


def test_too_little_is_not_computable():
    """A training part of one class and arrays that do not correspond have their reasons."""
    latents, label, who, times, folds = data()
    with pytest.raises(NotComputable, match=r"^a training part has rows of 1 perturbation only;"):
        predict_baseline("time", latents, label, who, times, (label == "wt").astype(int), settings=SETTINGS)
    with pytest.raises(ShapeMismatch, match=r"^200 rows, 199 labels, 200 individuals and 200 folds do not"):
        predict_baseline("knn", latents, label[1:], who, times, folds, settings=SETTINGS)
