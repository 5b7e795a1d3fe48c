"""How closely snips keep to their curve, and how well their place on it tells the time."""

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.records import AlongCurve, FloatArray, MetricSpec, Settings

__all__ = [
    "SPECS",
    "curve_bins",
    "spread_across",
    "spread_across_rel",
    "time_spread",
    "time_spread_rel",
]

FEWEST = 3  # snips in a stretch of curve for its variance to count


def curve_bins(along: AlongCurve, /, *, n_bins: int) -> pd.DataFrame:
    """Variance across the curve and spread of time, stretch by stretch.

    Parameters
    ----------
    along : AlongCurve
        Snips on their own curve.
    n_bins : int
        Stretches of equal arc length.

    Returns
    -------
    DataFrame
        One row per stretch: ``bin, arc_length`` (its middle, latent units), ``n`` snips, ``time`` (mean), ``variance_across``
        (per perpendicular coordinate, squared latent units), ``time_sd`` (of times around the time of the curve, unit of
        time). NaN where fewer than 3 snips stand.

    Examples
    --------
    >>> along = AlongCurve(
    ...     np.array(list("aab"), object),
    ...     np.array([1.0, 2.0, 3.0]),
    ...     np.array([0.0, 1.0, 0.5]),
    ...     np.ones(3),
    ...     np.array([1.0, 1.0, 2.0]),
    ...     np.full(3, 2.0),
    ...     np.ones(3),
    ...     1.0,
    ...     3,
    ... )
    >>> curve_bins(along, n_bins=1)[["n", "time", "variance_across"]].values.tolist()
    [[3.0, 2.0, 1.0]]
    """
    place = np.clip((along.arc_length / along.length * n_bins).astype(np.int64), 0, n_bins - 1)
    present = along.weight > 0

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(place, weights=along.weight * values, minlength=n_bins).astype(np.float64)

    count = np.bincount(place[present], minlength=n_bins)
    weight = np.where(count >= FEWEST, summed(np.ones(len(place))), np.nan)
    return pd.DataFrame({
        "bin": np.arange(n_bins),
        "arc_length": (np.arange(n_bins) + 0.5) * along.length / n_bins,
        "n": count,
        "time": summed(along.time) / weight,
        "variance_across": summed(along.across**2) / weight / (along.dimension - 1),
        "time_sd": np.sqrt(summed((along.time - along.time_on_curve) ** 2) / weight),
    })


def spread_across(along: AlongCurve, settings: Settings, /) -> float:
    """How far snips scatter across their curve, every stretch of the curve counting equally.

    Parameters
    ----------
    along : AlongCurve
        Snips on their own curve.
    settings : Settings
        ``n_curve_bins``.

    Returns
    -------
    float
        Root mean variance per perpendicular coordinate over the stretches that hold 3 snips or more; latent units, at
        least 0, lower is better.

    Raises
    ------
    NotComputable
        If no stretch holds 3 snips.
    """
    return _root_mean(curve_bins(along, n_bins=settings.n_curve_bins)["variance_across"].to_numpy(float))


def spread_across_rel(along: AlongCurve, gyration: float, settings: Settings, /) -> float:
    """Spread across the curve in units of the scaffold's size, so that shrinking the latents wins nothing.

    Parameters
    ----------
    along : AlongCurve
        Snips on their own curve.
    gyration : float
        Radius of gyration of the run's scaffold, latent units.
    settings : Settings
        ``n_curve_bins``.

    Returns
    -------
    float
        Pure number, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If no stretch holds 3 snips, or the scaffold has no size.
    """
    if not gyration > 0:
        msg = "all curve points coincide; the scaffold has no size to divide by"
        raise NotComputable(msg)
    return spread_across(along, settings) / gyration


def time_spread(along: AlongCurve, settings: Settings, /) -> float:
    """How far the times of snips at the same place of their curve scatter: the error of reading the time off the space.

    Parameters
    ----------
    along : AlongCurve
        Snips on their own curve.
    settings : Settings
        ``n_curve_bins``.

    Returns
    -------
    float
        Root mean square of time around the time of the curve, every stretch counting equally; unit of time, at least 0,
        lower is better.

    Raises
    ------
    NotComputable
        If no stretch holds 3 snips.
    """
    return _root_mean(curve_bins(along, n_bins=settings.n_curve_bins)["time_sd"].to_numpy(float) ** 2)


def time_spread_rel(along: AlongCurve, settings: Settings, /) -> float:
    """Spread of time in units of the spread of all times: 0 when the place tells the time, about 1 when it tells nothing.

    Parameters
    ----------
    along : AlongCurve
        Snips on their own curve.
    settings : Settings
        ``n_curve_bins``.

    Returns
    -------
    float
        Pure number, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If no stretch holds 3 snips, or all snips are of one time.
    """
    spread = time_spread(along, settings)
    share = along.weight / along.weight.sum()
    sd = float(np.sqrt(share @ (along.time - share @ along.time) ** 2))
    if not sd > 0:
        msg = "all snips are of one time"
        raise NotComputable(msg)
    return spread / sd


def _root_mean(variances: FloatArray) -> float:
    known = variances[np.isfinite(variances)]
    if not len(known):
        msg = f"no stretch of the curve holds {FEWEST} snips"
        raise NotComputable(msg)
    return float(np.sqrt(known.mean()))


_MOVES = ("rotation", "translation", "reflection", "row order")

SPECS = (
    MetricSpec(
        name="spread_across",
        label="Spread across the curve",
        unit="latent units per coordinate",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="perturbation",
        needs=("along", "settings"),
        function=spread_across,
        description="Standard deviation of snips across their curve, all stretches of it counting equally.",
        invariances=_MOVES,
    ),
    MetricSpec(
        name="spread_across_rel",
        label="Spread across the curve (relative)",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="perturbation",
        needs=("along", "gyration", "settings"),
        function=spread_across_rel,
        description="Spread across the curve divided by the radius of gyration of the scaffold.",
        invariances=(*_MOVES, "scale"),
    ),
    MetricSpec(
        name="time_spread",
        label="Spread of time along the curve",
        unit="time units",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="perturbation",
        needs=("along", "settings"),
        function=time_spread,
        description="Standard deviation of the times of snips at the same place of their curve.",
        invariances=(*_MOVES, "scale"),
    ),
    MetricSpec(
        name="time_spread_rel",
        label="Spread of time along the curve (relative)",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="perturbation",
        needs=("along", "settings"),
        function=time_spread_rel,
        description="Spread of time along the curve divided by the standard deviation of all times.",
        invariances=(*_MOVES, "scale"),
    ),
)
