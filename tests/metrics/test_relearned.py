"""The null of separability: labels of chance, learned all the same."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from morphsweep.errors import ShapeMismatch
from morphsweep.metrics import anchored_null, deal_into_folds, permuted_labels, relearned_f1
from morphsweep.metrics.over_time import scores_over_time

N, SNIPS, BINS, CLASSES = 18, 4, 2, 3


@pytest.fixture(scope="module")
def world():
    """Latents, individuals and bins of snips; permuted labels and folds of individuals."""
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(N), SNIPS)
    latents = rng.normal(size=(N * SNIPS, 3)) + rng.normal(size=(N, 3))[who]
    labels = permuted_labels(np.arange(N) % CLASSES, np.zeros(N, int), 6, seed=0)
    return latents, who, np.tile([0, 0, 1, 1], N), labels, deal_into_folds(labels, np.arange(N), 3)


def by_scikit_learn(latents, who, bins, label, fold):
    """The same F1 from linear regressions of class indicators, fold by fold."""
    scores = np.full((len(who), CLASSES), np.nan)
    for k in range(fold.max() + 1):
        test = fold[who] == k
        own = np.eye(CLASSES)[label[who[~test]]]
        share = own.mean(axis=0)
        fitted = LinearRegression().fit(latents[~test], own).predict(latents[test])
        scores[test] = np.log(share) + (fitted - share) / share
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    names = [f"c{k}" for k in range(CLASSES)]
    table = scores_over_time(p, np.array(names)[label[who]], bins + 0.5, np.arange(BINS + 1.0), names)
    return table["f1"].to_numpy().reshape(CLASSES, BINS).T


def test_every_permutation_is_one_newton_step_of_scikit_learns_regression(world):
    """Logarithm of the share plus the regression of the indicator over the share: the step from shares only."""
    latents, who, bins, labels, folds = world
    found = relearned_f1(latents, who, bins, labels, folds, n_bins=BINS, n_classes=CLASSES)
    expected = [by_scikit_learn(latents, who, bins, *one) for one in zip(labels, folds, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_with_too_many_individuals_a_fold_has_its_share_of_the_squares(world, monkeypatch):
    """The way without squares per individual gives nearly the same."""
    latents, who, bins, labels, folds = world
    exact = relearned_f1(latents, who, bins, labels, folds, n_bins=BINS, n_classes=CLASSES)
    monkeypatch.setattr("morphsweep.metrics.relearned._MOST_SQUARES", 0)
    rough = relearned_f1(latents, who, bins, labels, folds, n_bins=BINS, n_classes=CLASSES)
    assert np.abs(exact - rough).mean() < 0.1


def test_held_out_individuals_alone_are_scored(world):
    """With one split, folds of -1 are learned from and not counted."""
    latents, who, bins, labels, _ = world
    folds = np.broadcast_to(np.where(np.arange(N) < 6, 0, -1), labels.shape)
    found = relearned_f1(latents, who, bins, labels, folds, n_bins=BINS, n_classes=CLASSES)
    some = who < 6
    scored = np.where(some, bins, -1)
    same = relearned_f1(latents, who, scored, labels, folds, n_bins=BINS, n_classes=CLASSES)
    np.testing.assert_array_equal(found, same)


def test_constant_latents_and_a_label_without_training_rows_are_defined(world):
    """Nothing can be learned from latents that do not vary; a label that only the test part has is never called."""
    latents, who, bins, labels, folds = world
    flat = relearned_f1(np.ones_like(latents), who, bins, labels, folds, n_bins=BINS, n_classes=CLASSES)
    assert np.isfinite(flat).all()
    lone = np.where(np.arange(N) == 0, 2, np.arange(N) % 2)[None]
    dealt = np.where(np.arange(N) == 0, 0, np.arange(N) % 3)[None]
    found = relearned_f1(latents, who, bins, lone, dealt, n_bins=BINS, n_classes=CLASSES)
    assert (found[0, :, 2] == 0).all()


def test_where_nothing_is_permuted_the_null_is_the_observed():
    """And where labels move, it keeps only the share that stayed."""
    own = np.array([0, 0, 1, 1])
    labels = np.array([[0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 0, 0]])
    one_step, observed = np.array([[0.6, 0.7]]), np.array([[0.9, 0.6]])
    null = anchored_null(np.broadcast_to(one_step, (3, 1, 2)), one_step, observed, labels, own)
    np.testing.assert_allclose(null[:, 0], [[0.9, 0.6], [0.75, 0.65], [0.6, 0.7]])


def test_labels_are_dealt_evenly():
    """Every label is spread over the folds, and the order decides who goes where."""
    labels = np.array([[0, 0, 0, 1, 1, 1]])
    order = np.array([5, 4, 3, 2, 1, 0])
    np.testing.assert_array_equal(deal_into_folds(labels, order, 3), [[2, 1, 0, 2, 1, 0]])


def test_arrays_that_do_not_correspond_are_refused(world):
    """Sizes are named."""
    latents, who, bins, labels, folds = world
    with pytest.raises(ShapeMismatch, match=r"^72 rows, 72 individuals of rows, 71 bins"):
        relearned_f1(latents, who, bins[:-1], labels, folds, n_bins=BINS, n_classes=CLASSES)
