"""How well the curves were fitted, as scores like any other."""

from collections.abc import Mapping

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.records import Better, CurveFit, CurveHealth, MetricSpec

__all__ = [
    "SPECS",
    "curve_coverage",
    "curve_length",
    "curve_overshoot",
    "curve_points_used",
    "curve_residual_sd",
    "curve_steps",
    "curve_time_correlation",
    "curve_turn",
    "curves_ok",
]


def curve_coverage(fit: CurveFit, /) -> float:
    """Share of the perturbation's snips within two bandwidths of its curve.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation with its health.

    Returns
    -------
    float
        Between 0 and 1, higher is better.

    Raises
    ------
    NotComputable
        If there is no curve or no health.
    """
    return float(_health(fit).coverage)


def curve_time_correlation(fit: CurveFit, /) -> float:
    """Whether the curve runs with time: Spearman correlation of arc length with time.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation with its health.

    Returns
    -------
    float
        Between -1 and 1, higher is better.

    Raises
    ------
    NotComputable
        If there is no curve, no health, or the correlation is not defined.
    """
    return _finite(_health(fit).time_correlation, "the correlation of arc length with time", fit)


def curve_overshoot(fit: CurveFit, /) -> float:
    """Share of the curve's length that lies beyond its outermost snips.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation with its health.

    Returns
    -------
    float
        Between 0 and 1, lower is better.

    Raises
    ------
    NotComputable
        If there is no curve or no health.
    """
    return float(_health(fit).overshoot)


def curve_turn(fit: CurveFit, /) -> float:
    """Sharpest bend of the curve: largest turning angle over one bandwidth of arc length.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation with its health.

    Returns
    -------
    float
        Degrees, between 0 and 180, lower is better.

    Raises
    ------
    NotComputable
        If there is no curve or no health.
    """
    return float(_health(fit).largest_turn)


def curve_residual_sd(fit: CurveFit, /) -> float:
    """Spread of the snips across the curve.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation with its health.

    Returns
    -------
    float
        Standard deviation per coordinate, latent units, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If there is no curve or no health, or the curve passes most snips too far away to speak of a spread around it.
    """
    health = _health(fit)
    if np.isnan(health.residual_sd):
        msg = f"the curve passes most snips too far away ({health.coverage:.0%} lie within two bandwidths)"
        raise NotComputable(msg)
    return float(health.residual_sd)


def curve_steps(fit: CurveFit, /) -> float:
    """Steps that the walk along the data took, both directions together.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation with its health.

    Returns
    -------
    float
        Number of steps; the cap times two means that the walk never came to an end.

    Raises
    ------
    NotComputable
        If there is no curve or no health.
    """
    return float(_health(fit).steps)


def curve_points_used(fit: CurveFit, /) -> float:
    """Snips that the curve was fitted to.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation with its health.

    Returns
    -------
    float
        Number of snips, higher is better.

    Raises
    ------
    NotComputable
        If there is no curve or no health.
    """
    return float(_health(fit).points_used)


def curve_length(fit: CurveFit, /) -> float:
    """Length of the curve.

    Parameters
    ----------
    fit : CurveFit
        Curve of one perturbation.

    Returns
    -------
    float
        Latent units, at least 0.

    Raises
    ------
    NotComputable
        If there is no curve.
    """
    if fit.points is None:
        raise NotComputable(fit.reason)
    return float(np.linalg.norm(np.diff(fit.points, axis=0), axis=1).sum())


def curves_ok(fits: Mapping[str, CurveFit], /) -> float:
    """Share of the compared perturbations whose curve may be trusted; one without a curve counts as not ok.

    Parameters
    ----------
    fits : mapping of str to CurveFit
        All compared perturbations of a run, also those without a curve.

    Returns
    -------
    float
        Between 0 and 1, higher is better.

    Raises
    ------
    NotComputable
        If no perturbation is compared.

    Examples
    --------
    >>> curves_ok({"wt": CurveFit("wt", reason="4 snips")})
    0.0
    """
    if not fits:
        msg = "no perturbation is compared"
        raise NotComputable(msg)
    return float(np.mean([fit.ok for fit in fits.values()]))


def _health(fit: CurveFit) -> CurveHealth:
    if fit.points is None:
        raise NotComputable(fit.reason)
    if fit.health is None:
        msg = f"the health of the curve of {fit.perturbation!r} was not recorded"
        raise NotComputable(msg)
    return fit.health


def _finite(value: float, what: str, fit: CurveFit) -> float:
    if not np.isfinite(value):
        msg = f"{what} of {fit.perturbation!r} is not defined"
        raise NotComputable(msg)
    return float(value)


_RIGID = ("rotation", "translation", "reflection")


def _spec(
    function: object,
    label: str,
    better: Better,
    bounds: tuple[float | None, float | None],
    description: str,
    *,
    unit: str = "",
    scale_free: bool = True,
) -> MetricSpec:
    """Declaration of one number of a fit; they differ in little else than their words."""
    name = getattr(function, "__name__", "")
    return MetricSpec(
        name=name,
        label=label,
        unit=unit,
        better=better,
        bounds=bounds,
        scope="run",
        per="perturbation",
        needs=("fits",),
        function=function,  # type: ignore[arg-type]
        description=description,
        shift=False,
        invariances=(*_RIGID, "scale") if scale_free else _RIGID,
    )


SPECS = (
    MetricSpec(
        name="curves_ok",
        label="Curves ok",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("fits",),
        function=curves_ok,
        description="Share of the compared perturbations whose curve was fitted and may be trusted.",
        invariances=(*_RIGID, "scale", "perturbation order"),
    ),
    _spec(
        curve_coverage,
        "Curve coverage",
        "higher",
        (0.0, 1.0),
        "Share of the snips within two bandwidths of the curve.",
    ),
    _spec(
        curve_time_correlation,
        "Curve-time correlation",
        "higher",
        (-1.0, 1.0),
        "Spearman correlation of arc length along the curve with time.",
    ),
    _spec(
        curve_overshoot,
        "Curve overshoot",
        "lower",
        (0.0, 1.0),
        "Share of the curve's length beyond its outermost snips.",
    ),
    _spec(
        curve_turn,
        "Largest turn",
        "lower",
        (0.0, 180.0),
        "Largest turning angle of the curve over one bandwidth.",
        unit="degrees",
    ),
    _spec(
        curve_length,
        "Curve length",
        "range",
        (0.0, None),
        "Length of the curve.",
        unit="latent units",
        scale_free=False,
    ),
    _spec(
        curve_residual_sd,
        "Spread across the curve",
        "lower",
        (0.0, None),
        "Standard deviation of the snips across the curve, per coordinate.",
        unit="latent units",
        scale_free=False,
    ),
    _spec(
        curve_steps,
        "Curve steps",
        "range",
        (0.0, None),
        "Steps the curve took along the data, both directions together.",
        unit="steps",
    ),
    _spec(
        curve_points_used,
        "Snips used",
        "higher",
        (0.0, None),
        "Snips that the curve was fitted to.",
        unit="snips",
    ),
)
