"""Developmental delay: by how much time the control's course must be shifted to be where an individual is."""

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.geometry import MonotoneFit, fit_monotone
from morphsweep.records import AlongCurve, FloatArray, IntArray, MetricSpec

__all__ = ["SPECS", "delay", "individual_delays"]

_SECANTS, _HALVINGS = 12, 50
_FLAT = 1e-3  # a course that hardly rises gives no secant
_EXACT = 1e-6  # of the span of the control's times


def individual_delays(along: AlongCurve, control: AlongCurve, /) -> pd.DataFrame:
    """Delay of every individual against the control.

    An individual's delay d solves: mean over its snips of c(t - d) = mean of the times of the control's curve at their
    places, where c(t) is the time of the curve at which the control itself stands, on average, at time t. For the control
    the delay is therefore 0 on average whatever scatter does to c, and times that only some individuals were imaged at do no
    harm.

    Parameters
    ----------
    along : AlongCurve
        Snips placed along the control's curve.
    control : AlongCurve
        The control's own snips on that curve.

    Returns
    -------
    DataFrame
        One row per individual: ``individual, n`` snips, ``weight``, ``delay`` (unit of time, positive = behind the control;
        NaN where it lies beyond every time of the control), ``distance`` (root mean square from the control's curve, latent
        units).

    Raises
    ------
    NotComputable
        If the control's place does not change with time.

    Examples
    --------
    >>> def snips(delay):
    ...     t = np.arange(10.0)
    ...     s = np.maximum(t - delay, 0)
    ...     return AlongCurve(np.full(10, "e", object), t, s, 0 * t, 0 * t, s, np.ones(10), 9.0, 3)
    >>> individual_delays(snips(2.0), snips(0.0))[["individual", "n", "delay"]].round(6).values.tolist()
    [['e', 10, 2.0]]
    """
    course = fit_monotone(control.time, control.time_on_curve, weight=control.weight)
    if not course.y[-1] > course.y[0]:
        msg = "the control's place along its curve does not change with time"
        raise NotComputable(msg)
    names, who = np.unique(along.individual.astype(str), return_inverse=True)
    count = np.bincount(who, minlength=len(names))
    weight = np.bincount(who, weights=along.weight, minlength=len(names)) / count
    target = np.bincount(who, weights=along.time_on_curve, minlength=len(names)) / count
    squared = np.bincount(who, weights=along.distance**2, minlength=len(names)) / count
    delays = _shifts(course, along.time, who, count, target)
    return pd.DataFrame({
        "individual": names,
        "n": count,
        "weight": weight,
        "delay": delays,
        "distance": np.sqrt(squared),
    })


def _shifts(
    course: MonotoneFit, time: FloatArray, who: IntArray, count: IntArray, target: FloatArray
) -> FloatArray:
    """Root of each individual's equation: secants within a bracket, then halving; NaN where the course never gets there."""

    def ahead(delay: FloatArray) -> FloatArray:
        """How much later than the individual the control would be, were it as late as `delay`; falls with the delay."""
        total = np.bincount(who, weights=course(time - delay[who]), minlength=len(count)).astype(np.float64)
        return total / count - target

    first, last = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    np.minimum.at(first, who, time)
    np.maximum.at(last, who, time)
    low, high = (
        first - course.x[-1],
        last - course.x[0],
    )  # where the control would be at its late, its early end
    reachable = (target < course.y[-1]) & (target > course.y[0])
    exact = _EXACT * (course.x[-1] - course.x[0])
    guess = np.clip(np.zeros(len(count)), low, high)
    value, slope = ahead(guess), np.full(len(count), -1.0)
    for done in range(_SECANTS + _HALVINGS):
        settled = (np.abs(value) <= exact) | ~reachable
        if settled.all():
            break
        low, high = np.where(value > 0, guess, low), np.where(value > 0, high, guess)
        secant = guess - value / slope
        usable = (secant > low) & (secant < high) & (done < _SECANTS)
        moved = np.where(settled, guess, np.where(usable, secant, (low + high) / 2))
        changed = ahead(moved)
        steep = (changed - value) / np.where(moved == guess, 1.0, moved - guess)
        guess, value, slope = moved, changed, np.where(steep < -_FLAT, steep, -1.0)
    return np.where(reachable, guess, np.nan)


def delay(delays: pd.DataFrame, /) -> float:
    """Mean developmental delay of a perturbation's individuals against the control.

    Parameters
    ----------
    delays : DataFrame
        What :func:`individual_delays` returned.

    Returns
    -------
    float
        Unit of time; positive = behind the control, negative = ahead of it; every individual counts by its weight.

    Raises
    ------
    NotComputable
        If no individual lies within the course of the control.
    """
    known = delays[np.isfinite(delays["delay"]) & (delays["weight"] > 0)]
    if not len(known):
        msg = "no individual lies between the first and the last stage of the control's curve"
        raise NotComputable(msg)
    return float(np.average(known["delay"], weights=known["weight"]))


SPECS = (
    MetricSpec(
        name="delay",
        label="Developmental delay",
        unit="time units",
        better="range",
        bounds=(None, None),
        scope="run",
        per="perturbation",
        needs=("delays",),
        function=delay,
        description="How far individuals are behind the control in development, read off the control's curve.",
        invariances=("rotation", "translation", "reflection", "scale", "row order"),
    ),
)
