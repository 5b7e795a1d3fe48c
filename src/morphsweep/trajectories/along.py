"""Snips placed along the curves of a run, and the time that a place on a curve stands for."""

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import NotComputable
from morphsweep.geometry import MonotoneFit, PolylinePlace, fit_monotone, place_on_polyline
from morphsweep.records import AlongCurve, CurveFit, FloatArray

__all__ = ["calibrate_time", "place_on_curve", "snips_along"]


def place_on_curve(fit: CurveFit, scores: FloatArray, /) -> PolylinePlace:
    """Where snips lie along a fitted curve.

    Parameters
    ----------
    fit : CurveFit
        Of any perturbation.
    scores : array, shape (n, n_components)
        Snips in the space of the run.

    Returns
    -------
    PolylinePlace
        Arc length and distances, latent units. The curve is taken through its stored points, so that the same answer comes
        from a results folder.

    Raises
    ------
    NotComputable
        If there is no curve.
    """
    if fit.points is None or fit.arc_length is None:
        msg = f"no curve for {fit.perturbation!r}: {fit.reason}"
        raise NotComputable(msg)
    return place_on_polyline(scores, fit.points, arc_length=fit.arc_length)


def calibrate_time(
    fit: CurveFit, place: PolylinePlace, times: FloatArray, /, *, weight: FloatArray | None = None
) -> MonotoneFit:
    """The time that a place on a curve stands for: monotone regression of time on arc length.

    Parameters
    ----------
    fit : CurveFit
        The curve.
    place : PolylinePlace
        The curve's own snips on it.
    times : array, shape (n,)
        Their times.
    weight : array, shape (n,), optional
        Their weights.

    Returns
    -------
    MonotoneFit
        Time as a function of arc length, straight between the points of the curve, with the spread of times around it.

    Raises
    ------
    NotComputable
        If there is no snip, or no curve.
    """
    if fit.arc_length is None:
        msg = f"no curve for {fit.perturbation!r}: {fit.reason}"
        raise NotComputable(msg)
    regression = fit_monotone(place.arc_length, times, weight=weight)
    knots = fit.arc_length.astype(np.float64, copy=False)
    return MonotoneFit(knots, regression(knots), regression.residual_sd)


def snips_along(
    fit: CurveFit,
    clock: MonotoneFit,
    scores: FloatArray,
    times: FloatArray,
    individuals: ArrayLike,
    /,
    *,
    weight: FloatArray | None = None,
) -> AlongCurve:
    """Snips of one perturbation on a curve.

    Parameters
    ----------
    fit : CurveFit
        The curve: their own, or another perturbation's.
    clock : MonotoneFit
        Its time as a function of arc length.
    scores : array, shape (n, n_components)
        Where the snips are.
    times : array, shape (n,)
        When they were taken.
    individuals : array_like of str, shape (n,)
        Whose they are.
    weight : array, shape (n,), optional
        Their weights.

    Returns
    -------
    AlongCurve
        In the order given.

    Raises
    ------
    NotComputable
        If there is no curve.
    """
    place = place_on_curve(fit, scores)
    return AlongCurve(
        individual=np.asarray(individuals, dtype=object),
        time=times,
        arc_length=place.arc_length,
        distance=place.distance,
        across=place.across,
        time_on_curve=clock(place.arc_length),
        weight=np.ones(len(times)) if weight is None else weight,
        length=float(fit.arc_length[-1]) if fit.arc_length is not None else 0.0,
        dimension=scores.shape[1],
    )
