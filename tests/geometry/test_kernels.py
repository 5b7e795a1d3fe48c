"""Compiled loops against plain NumPy."""

import numpy as np
import pytest

from morphsweep.geometry import kernel_mean
from morphsweep.geometry.kernels import block_bounds, gaussian_weights, kernel_moments
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
    coordinates = np.ascontiguousarray(X.T)
    mean, covariance, support = kernel_moments(
        coordinates, weight, x, h, np.empty(1300), block_bounds(coordinates)
    )
    tolerance = 1e-11 * (1 + far**2)
    np.testing.assert_allclose(mean, share @ X, atol=1e-11 * (1 + far))
    np.testing.assert_allclose(
        covariance, (share[:, None] * (X - share @ X)).T @ (X - share @ X), atol=tolerance
    )
    assert support == pytest.approx((weight @ kernel) ** 2 / (weight @ kernel**2))


@pytest.mark.parametrize("d", [2, 3, 5])
def test_moments_of_sorted_points_leave_out_nothing_that_counts(d):
    """Points in spatial order, most of whose blocks are passed over: the same as over all of them."""
    rng = np.random.default_rng(d)
    X = 10 * rng.uniform(size=(20_000, d))
    X = X[spatial_order(X)]
    weight, h, x = rng.exponential(size=len(X)), 0.3, np.full(d, 4.0)
    coordinates = np.ascontiguousarray(X.T)
    bounds = block_bounds(coordinates)
    whole = bounds.copy()
    whole[0], whole[1] = coordinates.min(axis=1)[:, None], coordinates.max(axis=1)[:, None]
    some = kernel_moments(coordinates, weight, x, h, np.full(len(X), np.nan), bounds)
    every = kernel_moments(coordinates, weight, x, h, np.empty(len(X)), whole)
    for ours, theirs in zip(some, every, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_spatial_order_keeps_neighbours_together():
    """Blocks of ordered points are small beside the cloud; every row is there once; constant axes do no harm."""
    X = np.random.default_rng(0).uniform(size=(30_000, 3))
    order = spatial_order(X)
    assert sorted(order) == list(range(30_000))
    sizes = [np.ptp(X[order][i : i + 512], axis=0).max() for i in range(0, 30_000, 512)]
    assert np.median(sizes) < 0.5
    assert sorted(spatial_order(X * [1, 0, 1])) == list(range(30_000))


def test_exponential_is_exact_to_14_digits():
    """Over the whole range of weights that matter."""
    squared = np.linspace(0, 1400, 100_001)
    out, bits = np.empty_like(squared), np.empty(len(squared), np.int64)
    gaussian_weights(squared, 0.0, 1.0, out, bits)
    np.testing.assert_allclose(out, np.exp(-squared / 2), rtol=1e-13)


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
        coordinates, x, weight = rng.normal(size=(3, n)), rng.normal(size=3), rng.uniform(size=n)
        found, kept = set(), []
        for _ in range(60):
            kept = [*kept[-40::2], bytearray(int(rng.integers(1, 9000)))]
            mean, covariance, support = kernel_moments(
                coordinates.copy(), weight.copy(), x.copy(), 0.9, np.empty(n), block_bounds(coordinates)
            )
            found.add((*mean, *covariance.ravel(), support))
        assert len(found) == 1
