"""Tubes around curves, and the refits that they are made from."""

import numpy as np
import pytest

from morphsweep.errors import InvalidInput, NotComputable, ShapeMismatch
from morphsweep.records import Settings
from morphsweep.trajectories import curve_tube, fit_scaffold, refit_scaffold

LINE = np.linspace([0.0, 0.0, 0.0], [9.0, 0.0, 0.0], 10)


def shifted(*by):
    return LINE + np.array(by)


def test_radius_is_the_quantile_of_distances_across():
    """Replicates 0 to 10 away on alternating sides: half of them within 5, nine tenths within 9."""
    replicates = [shifted(0, (-1) ** y * y, 0) for y in range(11)]
    np.testing.assert_allclose(curve_tube(LINE, replicates, level=0.5).radius, 5.0)
    np.testing.assert_allclose(curve_tube(LINE, replicates, level=0.9).radius, 9.0)


def test_sliding_along_the_curve_is_not_moving():
    """Replicates that are longer, shorter or shifted along a straight curve leave a tube without width."""
    replicates = [shifted(s, 0, 0) for s in range(-4, 5)] + [LINE[2:7], LINE[::-1]]
    np.testing.assert_allclose(curve_tube(LINE, replicates).radius, 0.0, atol=1e-12)


def test_a_tube_says_what_it_covers():
    """A parallel within the radius is covered everywhere, one outside nowhere, a crossing one in part."""
    tube = curve_tube(LINE, [shifted(0, y, 0) for y in np.linspace(-1, 1, 11)], level=0.5)
    assert tube.covers(shifted(0, 0, 0.59)).all()
    assert not tube.covers(shifted(0, 0, 0.61)).any()
    crossing = np.linspace([0.0, -3.0, 0.0], [9.0, 3.0, 0.0], 50)
    covered = tube.covers(crossing)
    assert covered[4:6].all()
    assert not covered[[0, -1]].any()
    assert (tube.n_replicates, tube.level) == (11, 0.5)


def test_radii_are_widened_for_few_individuals():
    """Exponential weights on 3 individuals understate the standard error of a mean by sqrt(2)."""
    replicates = [shifted(0, y, 0) for y in range(11)]
    wide = curve_tube(LINE, replicates, level=0.5, n_individuals=3)
    np.testing.assert_allclose(wide.radius, 5.0 * np.sqrt(2))
    rng = np.random.default_rng(0)
    x = rng.normal(
        size=(4000, 3)
    )  # 4,000 samples of 3: mean variance over weights, against that over samples
    w = rng.dirichlet(np.ones(3), size=(200, 1))
    within = (w * x).sum(axis=2).var(axis=0).mean()
    assert within == pytest.approx((1 / 3) * (3 - 1) / (3 + 1), rel=0.1)
    with pytest.raises(InvalidInput, match=r"^resampling needs at least 2 individuals, found 1$"):
        curve_tube(LINE, replicates, n_individuals=1)


def test_what_cannot_be_used_is_refused():
    """Too few replicates, other dimensions, and levels outside 0 to 1."""
    with pytest.raises(NotComputable, match=r"^a tube needs at least 10 replicates of the curve, found 3$"):
        curve_tube(LINE, [LINE] * 3)
    with pytest.raises(ShapeMismatch, match=r"^a replicate has shape \(10, 2\), the curve \(10, 3\);"):
        curve_tube(LINE, [LINE[:, :2]] * 10)
    with pytest.raises(InvalidInput, match=r"^the level of a tube must lie between 0 and 1, found 90$"):
        curve_tube(LINE, [LINE] * 10, level=90)


@pytest.fixture(scope="module")
def fitted(run):
    settings = Settings()
    known = (run.scores, run.labels, run.times)
    return known, fit_scaffold(*known, run.names, settings=settings, control="wt")


def again(fitted, weight):
    known, scaffold = fitted
    return refit_scaffold(scaffold, *known, settings=Settings(), control="wt", weight=weight)


def test_equal_weights_give_the_same_curves(fitted):
    """A refit with weights of one is the fit, with its bandwidth and its health."""
    known, scaffold = fitted
    same = again(fitted, np.ones(len(known[0])))
    assert same.bandwidth == scaffold.bandwidth
    for name, fit in scaffold.fits.items():
        np.testing.assert_allclose(same.fits[name].points, fit.points, atol=1e-12)
        assert same.fits[name].health is fit.health


def test_random_weights_move_curves_by_far_less_than_the_noise(fitted):
    """Twenty replicates of 600 snips of noise 0.12: tubes of a fraction of it, and not of nothing."""
    known, scaffold = fitted
    rng = np.random.default_rng(5)
    runs = [again(fitted, rng.exponential(size=len(known[0]))) for _ in range(20)]
    for name, fit in scaffold.fits.items():
        tube = curve_tube(fit.points, [run.fits[name].points for run in runs])
        assert 0.005 < np.median(tube.radius) < 0.06


def test_a_perturbation_without_weight_has_a_reason_and_the_others_a_curve(fitted, run):
    """Weights of zero for one perturbation take its curve away; the others stay as they were."""
    _, scaffold = fitted
    less = again(fitted, (run.labels != "gdf3").astype(float))
    assert less.fits["gdf3"].reason == "all snips of 'gdf3' have weight 0"
    np.testing.assert_allclose(less.fits["wt"].points, scaffold.fits["wt"].points, atol=1e-9)
