"""Weighted rank correlation."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from morphsweep.errors import ShapeMismatch
from morphsweep.geometry import rank_correlation


def test_without_weights_it_is_spearman_with_ties():
    """SciPy gives the same number, also when half the values repeat."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 20, 200), rng.normal(size=200)
    assert rank_correlation(a, a + 5 * b) == pytest.approx(spearmanr(a, a + 5 * b).statistic)


def test_weights_count_like_repeated_rows():
    """A weight of 3 equals three copies."""
    rng = np.random.default_rng(1)
    a, b, weight = rng.normal(size=50), rng.normal(size=50), rng.integers(0, 4, 50)
    assert rank_correlation(a, b, weight=weight) == pytest.approx(
        spearmanr(a.repeat(weight), b.repeat(weight)).statistic
    )


def test_a_constant_has_no_correlation():
    """NaN, not a number made of rounding."""
    assert np.isnan(rank_correlation(np.full(37, 0.1), np.arange(37)))


def test_unequal_lengths_are_refused():
    """The message names both shapes."""
    with pytest.raises(ShapeMismatch, match=r"found \(3,\) and \(2,\)"):
        rank_correlation([1, 2, 3], [1, 2])
