"""Compiled loops against plain NumPy."""

import numpy as np
import pytest

from morphsweep.geometry import kernel_mean
from morphsweep.geometry.kernels import Blocks, gaussian_weights, kernel_moments
from morphsweep.geometry.ordering import spatial_order


@pytest.mark.parametrize("d", [2, 3, 10])
@pytest.mark.parametrize("far", [0.0, 1e4])
def test_moments_equal_numpy_also_where_plain_weights_vanish(d, far):
    """Mean, covariance and support agree, near the points and ten thousand bandwidths away."""
    rng = np.random.default_rng(d)
    X, weight, h = rng.normal(size=(1300, d)), rng.uniform(0.2, 3, 1300), 0.7
    x = rng.normal(size=d) + far
    logs = -((X - x) ** 2).sum(axis=1) / (2 * h**2)
    kernel = np.exp(logs - logs.max())
    share = weight * kernel / (weight @ kernel)
    mean, covariance, support = kernel_moments(Blocks.of(X.T, weight), x, h)
    tolerance = 1e-11 * (1 + far**2)
    np.testing.assert_allclose(mean, share @ X, atol=1e-11 * (1 + far))
    np.testing.assert_allclose(
        covariance, (share[:, None] * (X - share @ X)).T @ (X - share @ X), atol=tolerance
    )
    assert support == pytest.approx((weight @ kernel) ** 2 / (weight @ kernel**2))


@pytest.mark.parametrize("d", [2, 3, 5])
def test_moments_of_sorted_points_leave_out_nothing_that_counts(d):
    """Points in spatial order, most of whose blocks are passed over: the same as over all of them, to the last digits."""
    rng = np.random.default_rng(d)
    X = 10 * rng.uniform(size=(20_000, d))
    X = X[spatial_order(X)]
    weight, h, x = rng.exponential(size=len(X)), 0.3, np.full(d, 4.0)
    blocks = Blocks.of(X.T, weight)
    whole = np.empty_like(blocks.bounds)
    whole[0], whole[1] = X.min(axis=0)[:, None], X.max(axis=0)[:, None]
    some, every = kernel_moments(blocks, x, h), kernel_moments(Blocks(blocks.points, whole), x, h)
    for ours, theirs in zip(some, every, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-14)


def test_blocks_hold_every_point_once():
    """Whatever the number of points: coordinates and quantities in order, nothing but weight 0 after them, tight boxes."""
    for n in (1, 127, 128, 129, 400):
        X, weight, time = (
            np.random.default_rng(n).normal(size=(n, 3)),
            np.arange(1.0, n + 1),
            np.arange(n) ** 2.0,
        )
        points, bounds = Blocks.of(X.T, weight, time)
        flat = points.swapaxes(0, 1).reshape(5, -1)
        assert points.shape == (-(-n // 128), 5, 128)
        np.testing.assert_array_equal(flat[:, :n], [*X.T, weight, time])
        assert not flat[3:, n:].any()
        for b in range(len(points)):
            np.testing.assert_array_equal(bounds[0, :, b], X[128 * b : 128 * (b + 1)].min(axis=0))
            np.testing.assert_array_equal(bounds[1, :, b], X[128 * b : 128 * (b + 1)].max(axis=0))


def test_spatial_order_keeps_neighbours_together():
    """Runs of ordered points are small beside the cloud; every row is there once; constant axes do no harm."""
    X = np.random.default_rng(0).uniform(size=(30_000, 3))
    order = spatial_order(X)
    assert sorted(order) == list(range(30_000))
    sizes = [np.ptp(X[order][i : i + 512], axis=0).max() for i in range(0, 30_000, 512)]
    assert np.median(sizes) < 0.5
    assert sorted(spatial_order(X * [1, 0, 1])) == list(range(30_000))


def test_exponential_is_exact_to_14_digits():
    """Over the whole range of weights that matter; to the last digits where they are large; never below 2^-1022."""
    squared = np.r_[np.linspace(0, 1400, 100_001), 1e6, 1e300]
    out = np.empty_like(squared)
    gaussian_weights(squared, 0.0, 1.0, out)
    np.testing.assert_allclose(out[:-2], np.exp(-squared[:-2] / 2), rtol=1e-13)
    near = squared < 2
    np.testing.assert_allclose(out[near], np.exp(-squared[near] / 2), rtol=1e-15)
    assert (out[-2:] > 0).all()
    assert (out[-2:] < 1e-307).all()


def test_kernel_mean_equals_the_formula_and_weights_equal_copies():
    """A slow loop gives the same means; weight 2 equals two rows."""
    rng = np.random.default_rng(0)
    X, values, at, weight = (
        rng.normal(size=(80, 3)),
        rng.normal(size=80),
        rng.normal(size=(7, 3)),
        np.arange(80) % 3,
    )
    got = kernel_mean(X, values, at=at, bandwidth=0.5, weight=weight)
    for place, mean in zip(at, got, strict=True):
        w = weight * np.exp(-((X - place) ** 2).sum(axis=1) / 0.5)
        assert mean == pytest.approx(w @ values / w.sum())
    copies = kernel_mean(X.repeat(weight, 0), values.repeat(weight), at=at, bandwidth=0.5)
    np.testing.assert_allclose(got, copies)


def test_moments_do_not_depend_on_where_arrays_lie_in_memory():
    """Equal numbers at other addresses give equal bits, or two workers would disagree in the last digit."""
    rng = np.random.default_rng(0)
    for n in (40, 137, 300):
        blocks, x = Blocks.of(rng.normal(size=(3, n)), rng.uniform(size=n)), rng.normal(size=3)
        found, kept = set(), []
        for _ in range(60):
            kept = [*kept[-40::2], bytearray(int(rng.integers(1, 9000)))]
            copied = Blocks(blocks.points.copy(), blocks.bounds.copy())
            mean, covariance, support = kernel_moments(copied, x.copy(), 0.9)
            found.add((*mean, *covariance.ravel(), support))
        assert len(found) == 1
