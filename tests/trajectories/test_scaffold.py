"""The curves of a run."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.geometry import Curve, LocalPrincipalCurve, kernel_mean, resample_by_index
from morphsweep.records import Settings
from morphsweep.trajectories import fit_scaffold


def fit(run, settings=None, **options):
    settings = settings or Settings()
    return fit_scaffold(
        run.scores, run.labels, run.times, run.names, settings=settings, control="wt", **options
    )


@pytest.fixture(scope="module")
def scaffold(run):
    return fit(run)


def test_every_branch_is_followed_from_early_to_late(run, scaffold):
    """Each curve lies within the noise of its own truth and its time rises."""
    assert scaffold.perturbations == run.names
    for branch, name in enumerate(run.names):
        fitted = scaffold.fits[name]
        distance = Curve(run.truth(branch, np.linspace(0, 1, 200))).distance_to(Curve(fitted.points))
        assert distance.mean < 0.05
        assert fitted.time[0] < 14
        assert fitted.time[-1] > 36
        assert fitted.ok, fitted.health.reason
        np.testing.assert_allclose(np.diff(fitted.arc_length), fitted.arc_length[-1] / 499)


def test_all_curves_share_the_median_bandwidth(run, scaffold):
    """It is the median of the perturbations' own automatic bandwidths."""
    own = []
    for name in run.names:
        rows = run.labels == name
        X, time = run.scores[rows], run.times[rows]
        start = X[time < time.min() + 1].mean(axis=0)
        own.append(LocalPrincipalCurve().fit(X, start=start, time=time).bandwidth_)
    assert scaffold.bandwidth == pytest.approx(np.median(own))
    assert {fitted.health.bandwidth for fitted in scaffold.fits.values()} == {scaffold.bandwidth}


def test_time_is_the_kernel_mean_with_the_bandwidth(run, scaffold):
    """Of the perturbation's own snips, at every point."""
    rows, fitted = run.labels == "wt", scaffold.fits["wt"]
    expected = kernel_mean(run.scores[rows], run.times[rows], at=fitted.points, bandwidth=scaffold.bandwidth)
    np.testing.assert_allclose(fitted.time, expected)


def test_row_order_does_not_matter(run, scaffold):
    """Shuffled rows give the same curves to 1e-8."""
    again = fit(run.reordered(np.random.default_rng(0).permutation(len(run.times))))
    np.testing.assert_allclose(again.stack(run.names), scaffold.stack(run.names), atol=1e-8)


def test_other_perturbations_and_their_order_do_not_matter(run):
    """With a given bandwidth a curve depends on its own snips only."""
    settings = Settings(bandwidth=0.3)
    both, alone = (
        fit_scaffold(run.scores, run.labels, run.times, names, settings=settings, control="wt")
        for names in (("wt", "gdf3"), ("gdf3",))
    )
    np.testing.assert_array_equal(both.fits["gdf3"].points, alone.fits["gdf3"].points)


def test_weights_reach_the_curves(run):
    """Weight 0 for one perturbation leaves it without a curve and the others as they were."""
    weight = (run.labels != "gdf3").astype(float)
    settings = Settings(bandwidth=0.3)
    weighted, plain = fit(run, settings, weight=weight), fit(run, settings)
    assert weighted.fits["gdf3"].reason == "all snips of 'gdf3' have weight 0"
    np.testing.assert_allclose(weighted.fits["wt"].points, plain.fits["wt"].points, atol=1e-12)


def test_failures_become_reasons(run):
    """An absent label and a perturbation of coincident points have no curve, the others do."""
    labels = np.r_[run.labels, ["dot"] * 50]
    scores, times = np.r_[run.scores, np.ones((50, 3))], np.r_[run.times, np.linspace(10, 40, 50)]
    scaffold = fit_scaffold(scores, labels, times, ("wt", "dot", "absent"), settings=Settings(), control="wt")
    assert scaffold.perturbations == ("wt",)
    assert scaffold.fits["absent"].reason == "no snip is labelled 'absent'"
    assert scaffold.fits["dot"].reason == "a curve needs at least 5 different points, found 1"


def test_a_run_without_any_curve_says_why(run):
    """Every perturbation carries its reason and the automatic bandwidth is missing."""
    scaffold = fit_scaffold(
        np.ones((20, 3)), ["a"] * 20, np.arange(20.0), ("a",), settings=Settings(), control="a"
    )
    assert scaffold.perturbations == ()
    assert np.isnan(scaffold.bandwidth)
    assert "different points" in scaffold.fits["a"].reason


def test_notebook_curves_follow_the_recipe_to_the_letter(run):
    """Sampled with pandas in file order, started at the sampled point nearest the mean of the first hour."""
    settings = Settings.for_protocol("notebook")
    scaffold = fit(run, settings)
    for name, fraction in (("wt", 0.05), ("gdf3", 0.10)):
        rows = pd.DataFrame(run.scores[run.labels == name]).assign(time=run.times[run.labels == name])
        early = rows[rows.time < rows.time.min() + 1][[0, 1, 2]].mean().to_numpy()
        sample = rows.sample(frac=fraction, random_state=42)[[0, 1, 2]].to_numpy()
        start = sample[np.linalg.norm(sample - early, axis=1).argmin()]
        lpc = LocalPrincipalCurve("notebook", bandwidth=0.5, tol=1e-4).fit(sample, start=start)
        fitted = scaffold.fits[name]
        np.testing.assert_allclose(fitted.points, resample_by_index(lpc.points_, 500), atol=1e-12)
        assert fitted.health.points_used == len(sample)
        assert fitted.health.bandwidth == 0.5


def test_inputs_of_unequal_length_or_not_finite_are_refused(run):
    """The message names the shapes."""
    with pytest.raises(InvalidInput, match=r"found shapes \(1800, 3\), \(1800,\), \(5,\), \(1800,\)"):
        fit_scaffold(run.scores, run.labels, run.times[:5], ("wt",), settings=Settings(), control="wt")
    with pytest.raises(InvalidInput, match="must be finite"):
        fit_scaffold(run.scores, run.labels, run.times * np.nan, ("wt",), settings=Settings(), control="wt")


@pytest.mark.parametrize("protocol", ["default", "notebook"])
def test_real_embeddings_give_curves_or_reasons(shared, protocol):
    """A real run of drawings: nothing hangs, every perturbation has a curve with health, or a reason."""
    sweep = shared / "data" / "sweep_latin"
    folder = sweep / pd.read_csv(sweep / "sweep01_00.csv").model_path[0]
    table = pd.read_csv(next(folder.glob("**/embryo_stats_df.csv")))
    latents = table[[column for column in table if column.startswith("z_mu_b")]].to_numpy()
    scores = (latents - latents.mean(axis=0))[:, :3]
    names = sorted(table.character.unique())
    settings = Settings.for_protocol(protocol, early_window=0.05)
    scaffold = fit_scaffold(
        scores, table.character, table.progress.to_numpy(), names, settings=settings, control=names[0]
    )
    for fitted in scaffold.fits.values():
        assert (fitted.points is None) == bool(fitted.reason)
        if fitted.points is not None:
            assert np.isfinite(fitted.points).all()
            assert fitted.health.ok == (not fitted.health.reason)
