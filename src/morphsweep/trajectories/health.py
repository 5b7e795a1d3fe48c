"""May a curve be trusted? The measurements, and the stated rule on them.

A curve is ok when none of the limits below is broken; the reason names every one that is.
"""

from dataclasses import dataclass

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.geometry import Curve, FitHealth, Projection, gain_on_line, rank_correlation, residual_sd
from morphsweep.records import CurveHealth, FloatArray
from morphsweep.trajectories.self_approach import ambiguous_share, closest_approach, time_reversal

__all__ = [
    "CLOSED_APPROACH",
    "LARGEST_AMBIGUOUS",
    "LARGEST_GAP",
    "LARGEST_HALF_DISTANCE",
    "LARGEST_OVERSHOOT",
    "LARGEST_REVERSAL",
    "LARGEST_TURN",
    "LEAST_APPROACH",
    "LEAST_BANDWIDTH_PER_SD",
    "LEAST_COVERAGE",
    "LEAST_GOODNESS",
    "LEAST_LENGTH",
    "LEAST_TIME_CORRELATION",
    "Snips",
    "curve_health",
]

LEAST_COVERAGE = (
    0.85  # more of the snips far off: the curve misses a part of the cloud or sits in a corner of it
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

CLOSED_APPROACH = (
    1.0  # bandwidths: a walk that closed on itself farther away met a neighbouring strand, not itself
)
LARGEST_GAP = 2.0  # bandwidths without a snip: the curve joins clusters, not stages of a course
LEAST_APPROACH = 0.5  # bandwidths: nearer strands are one ridge to the kernel
LARGEST_AMBIGUOUS = 0.25  # more snips between two strands than this: the curve folds within its cloud
LARGEST_REVERSAL = 0.25  # time going backwards along a quarter of the way is no course in time
LEAST_GOODNESS = -0.1  # clearly worse than a straight line
LARGEST_HALF_DISTANCE = 0.5  # bandwidths: half of the snips tell another course

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


def curve_health(
    curve: Curve,
    snips: Snips,
    fit: FitHealth,
    *,
    bandwidth: float,
    half_distance: float = float("nan"),
    projection: Projection | None = None,
) -> CurveHealth:
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
    half_distance : float
        Mean distance between the curves of two halves of the snips, in bandwidths; NaN when not measured.
    projection : Projection, optional
        Feet of all snips on the curve, if they are known.

    Returns
    -------
    CurveHealth
        With ``ok`` and the reason when it is not.
    """
    keep = snips.weight > 0
    scores, times, weight = snips.scores[keep], snips.times[keep], snips.weight[keep]
    known = projection or curve.project(snips.scores)
    projection = Projection(known.arc_length[keep], known.distance[keep], known.points[keep])
    try:
        sd = residual_sd(curve, scores, bandwidth=bandwidth, weight=weight)
    except NotComputable:  # the coverage tells; a spread of the minority would mislead
        sd = float("nan")
    numbers = {
        "coverage": float(weight[projection.distance <= 2 * bandwidth].sum() / weight.sum()),
        "time_correlation": rank_correlation(projection.arc_length, times, weight=weight),
        "overshoot": _overshoot(projection, weight, curve.length),
        "largest_turn": largest_turn(curve, bandwidth),
        "goodness_of_fit": gain_on_line(projection.distance, scores, weight=weight),
        "closest_approach": closest_approach(curve, bandwidth),
        "ambiguous": ambiguous_share(curve, scores, projection, bandwidth=bandwidth, weight=weight),
        "time_reversal": time_reversal(projection.arc_length, times, weight),
        "largest_gap": float(np.diff(np.sort(projection.arc_length)).max(initial=0.0) / bandwidth),
        "half_distance": half_distance,
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
        resolved=fit.resolved,
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
    coverage, correlation, overshoot = (
        numbers[name] for name in ("coverage", "time_correlation", "overshoot")
    )
    turn, approach, between = (numbers[name] for name in ("largest_turn", "closest_approach", "ambiguous"))
    back, goodness, halves = (numbers[name] for name in ("time_reversal", "goodness_of_fit", "half_distance"))
    # What the walk did, and how near strands lie, does not matter where the order of times decided the course.
    walked = not fit.resolved
    stops = {fit.stop_start, fit.stop_end} if walked else set()
    rule = (
        ("closed" in stops and approach < CLOSED_APPROACH, "the walk came back into its own tube"),
        ("max_iter" in stops, "the walk did not end within the allowed steps"),
        (
            coverage < LEAST_COVERAGE,
            f"only {coverage:.0%} of the snips lie within two bandwidths (least {LEAST_COVERAGE:.0%})",
        ),
        (
            not correlation >= LEAST_TIME_CORRELATION,
            f"correlation with time is {correlation:.2f} (least {LEAST_TIME_CORRELATION})",
        ),
        (
            overshoot > LARGEST_OVERSHOOT,
            f"{overshoot:.0%} of its length lies beyond the snips (most {LARGEST_OVERSHOOT:.0%})",
        ),
        (
            turn > LARGEST_TURN,
            f"turns by {turn:.1f} degrees over one bandwidth (most {LARGEST_TURN:.0f})",
        ),
        (
            per_sd < LEAST_BANDWIDTH_PER_SD,
            f"the bandwidth is {per_sd:.2f} residual sd and follows the noise (least {LEAST_BANDWIDTH_PER_SD})",
        ),
        (
            walked and approach < LEAST_APPROACH,
            f"two parts of it come within {approach:.2f} bandwidths (least {LEAST_APPROACH:g})",
        ),
        (
            walked and between > LARGEST_AMBIGUOUS,
            f"{between:.0%} of the snips lie between two parts of it (most {LARGEST_AMBIGUOUS:.0%})",
        ),
        (
            back > LARGEST_REVERSAL,
            f"{back:.0%} of the change of time along it goes backwards (most {LARGEST_REVERSAL:.0%})",
        ),
        (
            goodness < LEAST_GOODNESS,
            f"a straight line is nearer: goodness of fit {goodness:.2f} (least {LEAST_GOODNESS:g})",
        ),
        (
            numbers["largest_gap"] > LARGEST_GAP,
            f"no snip stands beside {numbers['largest_gap']:.1f} bandwidths of it (most {LARGEST_GAP:g})",
        ),
        (
            halves > LARGEST_HALF_DISTANCE,
            f"halves of the snips give curves {halves:.2f} bandwidths apart (most {LARGEST_HALF_DISTANCE:g})",
        ),
        (lengths < LEAST_LENGTH, f"it is {lengths:.1f} bandwidths long (least {LEAST_LENGTH:g})"),
    )
    return [words for broken, words in rule if broken]
