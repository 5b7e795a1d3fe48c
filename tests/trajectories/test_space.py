"""The space of a run."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.trajectories import fit_space


def latents(n=300, d=12, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + rng.normal(size=d) * 10


def test_it_is_the_pca_of_scikit_learn_up_to_signs():
    """Scores, shares of variance and centre agree."""
    Z = latents()
    space, pca = fit_space(Z), PCA(3, svd_solver="full").fit(Z)
    np.testing.assert_allclose(np.abs(space.scores), np.abs(pca.transform(Z)), atol=1e-9)
    np.testing.assert_allclose(space.explained_variance, pca.explained_variance_ratio_)
    np.testing.assert_allclose(space.mean, pca.mean_)
    np.testing.assert_allclose(space.transform(Z), space.scores, atol=1e-9)


def test_effective_dimension_of_known_spectra():
    """Equal variances count as many as there are; one variance counts as one."""
    cross = np.concatenate([np.eye(4), -np.eye(4)])
    assert fit_space(cross).effective_dimension == pytest.approx(4)
    assert fit_space(np.outer(np.arange(5.0), [1, 2, 3])).effective_dimension == pytest.approx(1)


def test_signs_are_fixed_by_the_largest_loading():
    """The loading of largest size is positive in every component."""
    loadings = fit_space(latents()).loadings
    assert (loadings[np.arange(3), np.abs(loadings).argmax(axis=1)] > 0).all()


def test_row_order_and_position_do_not_matter():
    """Shuffled and shifted latents have the same loadings."""
    Z, order = latents(), np.random.default_rng(1).permutation(300)
    space = fit_space(Z)
    np.testing.assert_allclose(fit_space(Z[order] + 1000).loadings, space.loadings, atol=1e-9)


def test_float32_latents_are_accumulated_in_float64():
    """A large offset does not eat the variance."""
    Z = (latents() + 1e4).astype(np.float32)
    np.testing.assert_allclose(fit_space(Z).loadings, fit_space(Z.astype(float)).loadings)
    assert fit_space(Z).scores.dtype == np.float64


def test_weights_count_like_repeated_rows():
    """A weight of 2 equals two copies."""
    Z, weight = latents(), np.random.default_rng(2).integers(0, 3, 300)
    weighted, copies = fit_space(Z, weight=weight), fit_space(Z.repeat(weight, 0))
    np.testing.assert_allclose(weighted.loadings, copies.loadings, atol=1e-10)
    np.testing.assert_allclose(weighted.explained_variance, copies.explained_variance)
    assert len(weighted.scores) == 300


def test_latents_that_allow_no_space_are_not_computable():
    """Constant, too few columns, one row."""
    with pytest.raises(NotComputable, match="the 5 latents are the same for all 10 snips"):
        fit_space(np.full((10, 5), 0.3))
    with pytest.raises(
        NotComputable, match="needs at least 2 snips and 3 latents, found 10 snips with 2 latents"
    ):
        fit_space(latents(10, 2))
    with pytest.raises(NotComputable, match="found 1 snips"):
        fit_space(latents(1, 5))


def test_nonsense_is_refused():
    """Values that are not finite and weights that do not fit."""
    Z = latents()
    with pytest.raises(InvalidInput, match=r"300 finite numbers, .* found shape \(2,\)"):
        fit_space(Z, weight=np.ones(2))
    Z[0, 0] = np.nan
    with pytest.raises(InvalidInput, match="latents must be finite"):
        fit_space(Z)
