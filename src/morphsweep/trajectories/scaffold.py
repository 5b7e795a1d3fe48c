"""The curves of a run, one per perturbation, or the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry import LocalPrincipalCurve, Projection, kernel_mean, resample_by_index
from morphsweep.records import CurveFit, CurveHealth, FloatArray, IntArray, Scaffold, Settings
from morphsweep.trajectories.health import Snips, curve_health

__all__ = ["fit_scaffold", "refit_scaffold"]

SAMPLING_SEED = 42  # of the original scripts; a part of the notebook protocol, not a choice


@dataclass(frozen=True, slots=True)
class _Task:
    """One perturbation: all its snips, the rows to fit to, and where to start."""

    snips: Snips
    rows: IntArray
    start: FloatArray


def fit_scaffold(
    scores: FloatArray,
    labels: ArrayLike,
    times: FloatArray,
    perturbations: Sequence[str],
    /,
    *,
    settings: Settings,
    control: str,
    weight: FloatArray | None = None,
    diagnostics: bool = True,
) -> Scaffold:
    """Principal curves of the perturbations of one run.

    Parameters
    ----------
    scores : array, shape (n_snips, n_components)
        Snips in the space of the run, in file order (the ``notebook`` protocol samples by position).
    labels : array_like of str, shape (n_snips,)
        Perturbation of each snip.
    times : array, shape (n_snips,)
        Time of each snip.
    perturbations : sequence of str
        Which curves, in the order of the comparison.
    settings : Settings
        Method, bandwidth, limits, early window, sampling and number of points.
    control : str
        The perturbation that has a sampling share of its own.
    weight : array, shape (n_snips,), optional
        Relative weight of each snip.
    diagnostics : bool
        Whether to measure the health of each curve; resamples do without.

    Returns
    -------
    Scaffold
        One entry per perturbation; those without a curve carry the reason. With an automatic bandwidth all curves
        share one, the median over the perturbations, so that they are smoothed alike. If none of the perturbations
        has a curve the bandwidth is NaN when it was to be found automatically.

    Raises
    ------
    InvalidInput
        If lengths disagree or a value is not finite.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> time = rng.uniform(0, 3, 300)
    >>> scores = np.c_[np.cos(time), np.sin(time), 0 * time] + 0.05 * rng.normal(size=(300, 3))
    >>> scaffold = fit_scaffold(scores, ["wt"] * 300, time, ["wt", "x"], settings=Settings(), control="wt")
    >>> scaffold.perturbations, scaffold.fits["x"].reason
    (('wt',), "no snip is labelled 'x'")
    """
    snips, names = _checked(scores, labels, times, weight)
    tasks: dict[str, _Task | str] = {}
    for name in perturbations:
        fraction = settings.control_sample_fraction if name == control else settings.sample_fraction
        tasks[name] = _task(name, snips, names == name, fraction, settings)
    bandwidth = settings.bandwidth
    if bandwidth == "auto":
        bandwidth, failures = _common_bandwidth(tasks, settings)
        tasks.update(failures)
    fits = {name: _fit(name, task, bandwidth, settings, diagnostics) for name, task in tasks.items()}
    return Scaffold(fits, float(bandwidth))


def refit_scaffold(
    scaffold: Scaffold,
    scores: FloatArray,
    labels: ArrayLike,
    times: FloatArray,
    /,
    *,
    settings: Settings,
    control: str,
    weight: FloatArray,
) -> Scaffold:
    """The curves of a run once more, with other weights: one replicate of a bootstrap.

    The bandwidth stays that of the run, and so does the health of each curve: neither is estimated again, which makes a
    replicate several times quicker than a first fit.

    Parameters
    ----------
    scaffold : Scaffold
        What :func:`fit_scaffold` returned.
    scores : array, shape (n_snips, n_components)
        The same snips, in the same order.
    labels : array_like of str, shape (n_snips,)
        Perturbation of each snip.
    times : array, shape (n_snips,)
        Time of each snip.
    settings : Settings
        The same settings.
    control : str
        The perturbation that has a sampling share of its own.
    weight : array, shape (n_snips,)
        Relative weight of each snip.

    Returns
    -------
    Scaffold
        An entry for every perturbation of `scaffold`; those that had no curve keep their reason, those that lose theirs
        have a new one.

    Raises
    ------
    InvalidInput
        If lengths disagree or a value is not finite.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> time = rng.uniform(0, 3, 300)
    >>> run = (
    ...     np.c_[np.cos(time), np.sin(time), 0 * time] + 0.05 * rng.normal(size=(300, 3)),
    ...     ["wt"] * 300,
    ...     time,
    ... )
    >>> scaffold = fit_scaffold(*run, ["wt"], settings=Settings(), control="wt")
    >>> again = refit_scaffold(
    ...     scaffold, *run, settings=Settings(), control="wt", weight=rng.exponential(size=300)
    ... )
    >>> again.bandwidth == scaffold.bandwidth, again.fits["wt"].points.shape
    (True, (500, 3))
    """
    again = fit_scaffold(
        scores,
        labels,
        times,
        scaffold.perturbations,
        settings=settings.model_copy(update={"bandwidth": scaffold.bandwidth}),
        control=control,
        weight=weight,
        diagnostics=False,
    )
    fits = {name: _judged(again.fits.get(name, fit), fit.health) for name, fit in scaffold.fits.items()}
    return Scaffold(fits, scaffold.bandwidth)


def _judged(fit: CurveFit, health: CurveHealth | None) -> CurveFit:
    return fit if fit.points is None else replace(fit, health=health)


def _common_bandwidth(tasks: Mapping[str, _Task | str], settings: Settings) -> tuple[float, dict[str, str]]:
    """Median of the perturbations' own bandwidths; reasons for all of them if there is none."""
    own, reasons = [], {}
    for name, task in tasks.items():
        if isinstance(task, str):
            continue
        try:
            own.append(_estimator(task, "auto", settings).bandwidth_)
        except NotComputable as error:  # it may still have a curve with the bandwidth of the others
            reasons[name] = str(error)
    return (float(np.median(own)), {}) if own else (float("nan"), reasons)


def _fit(name: str, task: _Task | str, bandwidth: float, settings: Settings, diagnostics: bool) -> CurveFit:
    if isinstance(task, str):
        return CurveFit(name, reason=task)
    try:
        lpc = _estimator(task, bandwidth, settings)
    except NotComputable as error:
        return CurveFit(name, reason=str(error))
    if settings.curve_method == "notebook":
        points = resample_by_index(lpc.points_, settings.n_points)
    else:
        points = lpc.curve_.resample(settings.n_points)
    snips = task.snips
    return CurveFit(
        name,
        points=points,
        arc_length=np.linspace(0.0, lpc.curve_.length, settings.n_points),
        time=kernel_mean(snips.scores, snips.times, at=points, bandwidth=bandwidth, weight=snips.weight),
        health=_health(task, lpc, bandwidth, settings) if diagnostics else None,
    )


def _health(task: _Task, lpc: LocalPrincipalCurve, bandwidth: float, settings: Settings) -> CurveHealth:
    feet = lpc.curve_.project(task.snips.scores)
    halves = _half_distance(task, feet, bandwidth, settings)
    return curve_health(
        lpc.curve_, task.snips, lpc.health_, bandwidth=bandwidth, half_distance=halves, projection=feet
    )


def _half_distance(task: _Task, feet: Projection, bandwidth: float, settings: Settings) -> float:
    """Mean distance between the curves of every other snip along the curve, in bandwidths; infinite if one has none.

    Halves are drawn along the curve, so that both hold all of its course and the order of the rows plays no part.
    """
    if (
        settings.curve_method == "notebook"
    ):  # its walks cost too much to repeat, and its bandwidth is what it is
        return float("nan")
    rows = task.rows[task.snips.weight[task.rows] > 0]
    # snips beyond an end share its place; their coordinates, not their rows, say which comes first
    order = rows[np.lexsort((task.snips.scores[rows, 0], feet.arc_length[rows]))]
    try:
        halves = [
            _estimator(_Task(task.snips, half, task.start), bandwidth, settings)
            for half in (order[::2], order[1::2])
        ]
    except NotComputable:
        return float("inf")
    return halves[0].curve_.distance_to(halves[1].curve_).mean / bandwidth


def _estimator(task: _Task, bandwidth: object, settings: Settings) -> LocalPrincipalCurve:
    lpc = LocalPrincipalCurve(
        method=settings.curve_method,
        bandwidth=bandwidth,  # type: ignore[arg-type]
        angle_penalty=settings.angle_penalty,
        max_iter=settings.curve_max_iter,
        tol=settings.curve_tol,
    )
    snips = task.snips
    return lpc.fit(
        snips.scores[task.rows],
        start=task.start,
        time=None if settings.curve_method == "notebook" else snips.times[task.rows],
        sample_weight=snips.weight[task.rows],
    )


def _task(name: str, snips: Snips, chosen: FloatArray, fraction: float, settings: Settings) -> _Task | str:
    """What to fit for one perturbation, or why nothing can be fitted."""
    own = Snips(snips.scores[chosen], snips.times[chosen], snips.weight[chosen])
    if not len(own.times):
        return f"no snip is labelled {name!r}"
    if not own.weight.sum() > 0:
        return f"all snips of {name!r} have weight 0"
    present = own.weight > 0
    early = present & (own.times < own.times[present].min() + settings.early_window)
    mean = own.weight[early] @ own.scores[early] / own.weight[early].sum()
    rows: IntArray = np.arange(len(own.times))
    if fraction < 1:
        rows = pd.Series(rows).sample(frac=fraction, random_state=SAMPLING_SEED).to_numpy()
    if not own.weight[rows].sum() > 0:
        return f"a sample of {fraction:.0%} of the {len(own.times)} snips of {name!r} is empty"
    if settings.curve_method == "notebook":
        sample = own.scores[rows[own.weight[rows] > 0]]
        mean = sample[np.argmin(((sample - mean) ** 2).sum(axis=1))]
    return _Task(own, rows, mean)


def _checked(
    scores: FloatArray, labels: ArrayLike, times: FloatArray, weight: FloatArray | None
) -> tuple[Snips, FloatArray]:
    places, when, names = (
        np.asarray(scores, dtype=np.float64),
        np.asarray(times, dtype=np.float64),
        np.asarray(labels),
    )
    w = np.ones(len(places)) if weight is None else np.asarray(weight, dtype=np.float64)
    shapes = (places.shape, names.shape, when.shape, w.shape)
    if places.ndim != 2 or any(shape != (len(places),) for shape in shapes[1:]):
        msg = f"scores, labels, times and weights must have one row per snip, found shapes {', '.join(map(str, shapes))}"
        raise InvalidInput(msg)
    if not (
        np.isfinite(places).all() and np.isfinite(when).all() and np.isfinite(w).all() and (w >= 0).all()
    ):
        msg = "scores, times and weights must be finite and weights not negative; drop the other rows before"
        raise InvalidInput(msg)
    return Snips(places, when, w), names
