"""May a curve be trusted? The measurements, and the stated rule on them.

A curve is ok when none of the limits below is broken; the reason names every one that is.
"""

from dataclasses import dataclass

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.geometry import Curve, FitHealth, Projection, rank_correlation, residual_sd
from morphsweep.records import CurveHealth, FloatArray

__all__ = [
    "LARGEST_OVERSHOOT",
    "LARGEST_TURN",
    "LEAST_BANDWIDTH_PER_SD",
    "LEAST_COVERAGE",
    "LEAST_LENGTH",
    "LEAST_TIME_CORRELATION",
    "Snips",
    "curve_health",
]

LEAST_COVERAGE = (
    0.75  # a quarter of the snips far off: the curve misses a part of the cloud or sits in a corner of it
)
LEAST_TIME_CORRELATION = 0.5  # below, going along the curve is not going on in time
LARGEST_OVERSHOOT = 0.1  # more than a tenth of the curve without snips at its side is invention
LARGEST_TURN = (
    115.0  # degrees (2 rad) over one bandwidth: a bend of half a bandwidth's radius, which no kernel resolves
)
LEAST_BANDWIDTH_PER_SD = (
    1.25  # narrower kernels follow the noise: lengths of 1.2 to 1.9 times the truth were seen
)
LEAST_LENGTH = 2.0  # bandwidths: a shorter curve is the middle of a blob, not a course through it

_TURN_SAMPLES = 500


@dataclass(frozen=True, slots=True)
class Snips:
    """The snips that a curve is judged by.

    Parameters
    ----------
    scores : array, shape (n, d)
        Where they are, latent units.
    times : array, shape (n,)
        Their times.
    weight : array, shape (n,)
        Relative weights.
    """

    scores: FloatArray
    times: FloatArray
    weight: FloatArray


def curve_health(curve: Curve, snips: Snips, fit: FitHealth, *, bandwidth: float) -> CurveHealth:
    """Measure a fitted curve against its snips and apply the rule.

    Parameters
    ----------
    curve : Curve
        From early to late.
    snips : Snips
        All snips of the perturbation, also those the fit did not use.
    fit : FitHealth
        How the fit went.
    bandwidth : float
        Kernel bandwidth of the fit, latent units.

    Returns
    -------
    CurveHealth
        With ``ok`` and the reason when it is not.
    """
    keep = snips.weight > 0
    scores, times, weight = snips.scores[keep], snips.times[keep], snips.weight[keep]
    projection = curve.project(scores)
    try:
        sd = residual_sd(curve, scores, bandwidth=bandwidth, weight=weight)
    except NotComputable:  # the coverage tells; a spread of the minority would mislead
        sd = float("nan")
    numbers = {
        "coverage": float(weight[projection.distance <= 2 * bandwidth].sum() / weight.sum()),
        "time_correlation": rank_correlation(projection.arc_length, times, weight=weight),
        "overshoot": _overshoot(projection, weight, curve.length),
        "largest_turn": largest_turn(curve, bandwidth),
    }
    reason = "; ".join(
        _complaints(numbers, fit, bandwidth / sd if sd > 0 else float("inf"), curve.length / bandwidth)
    )
    return CurveHealth(
        stop_start=fit.stop_start,
        stop_end=fit.stop_end,
        steps=fit.steps,
        points_used=fit.rows,
        bandwidth=bandwidth,
        residual_sd=sd,
        ok=not reason,
        reason=reason,
        **numbers,
    )


def largest_turn(curve: Curve, bandwidth: float) -> float:
    """Largest angle between directions one bandwidth of arc length apart, degrees, 0 to 180."""
    s = np.linspace(0.0, curve.length, _TURN_SAMPLES)
    here, there = s, np.minimum(s + bandwidth, curve.length)
    cosine = (curve.tangent(here) * curve.tangent(there)).sum(axis=1)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)).max()))


def _overshoot(projection: Projection, weight: FloatArray, length: float) -> float:
    order = np.argsort(projection.arc_length)
    feet, share = projection.arc_length[order], np.cumsum(weight[order]) / weight.sum()
    first = feet[np.searchsorted(share, 0.005)]
    last = feet[min(int(np.searchsorted(share, 0.995)), len(feet) - 1)]
    return float((first + length - last) / length)


def _complaints(numbers: dict[str, float], fit: FitHealth, per_sd: float, lengths: float) -> list[str]:
    """What breaks the rule, in words; a correlation that does not exist (one time only) breaks it too."""
    found = []
    if "closed" in {fit.stop_start, fit.stop_end}:
        found.append("the walk came back into its own tube")
    if "max_iter" in {fit.stop_start, fit.stop_end}:
        found.append("the walk did not end within the allowed steps")
    if numbers["coverage"] < LEAST_COVERAGE:
        found.append(
            f"only {numbers['coverage']:.0%} of the snips lie within two bandwidths (least {LEAST_COVERAGE:.0%})"
        )
    if not numbers["time_correlation"] >= LEAST_TIME_CORRELATION:
        found.append(
            f"correlation with time is {numbers['time_correlation']:.2f} (least {LEAST_TIME_CORRELATION})"
        )
    if numbers["overshoot"] > LARGEST_OVERSHOOT:
        found.append(
            f"{numbers['overshoot']:.0%} of its length lies beyond the snips (most {LARGEST_OVERSHOOT:.0%})"
        )
    if numbers["largest_turn"] > LARGEST_TURN:
        found.append(
            f"turns by {numbers['largest_turn']:.0f} degrees over one bandwidth (most {LARGEST_TURN:.0f})"
        )
    if per_sd < LEAST_BANDWIDTH_PER_SD:
        found.append(
            f"the bandwidth is {per_sd:.2f} residual sd and follows the noise (least {LEAST_BANDWIDTH_PER_SD})"
        )
    if lengths < LEAST_LENGTH:
        found.append(f"it is {lengths:.1f} bandwidths long (least {LEAST_LENGTH:g})")
    return found
