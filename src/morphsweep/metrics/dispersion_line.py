"""Tree-likeness in one equation: the straight line through the dispersion along the curves."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.metrics.dispersion import dispersion_profile
from morphsweep.records import FloatArray, MetricSpec, Settings

__all__ = [
    "SPECS",
    "dispersion_end",
    "dispersion_intercept",
    "dispersion_r2",
    "dispersion_slope",
]


def dispersion_slope(scaffold: FloatArray, settings: Settings, /) -> float:
    """How fast the curves spread apart: least-squares slope of the dispersion along the curves.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.
    settings : Settings
        ``dispersion_slope_unit``: ``fraction`` = from the beginning (u = 0) to the end (u = 1); ``index`` = per point
        index times the number of points, larger by n_points / (n_points - 1).

    Returns
    -------
    float
        Latent units per course. Negative = the curves converge; abnormal values on both sides are bad.

    Raises
    ------
    NotComputable
        If there are fewer than two curves or two points.

    Examples
    --------
    >>> fan = np.stack([np.linspace([0, 0, 0], [1, side, 0], 10) for side in (-9, 9)])
    >>> round(dispersion_slope(fan, Settings()), 6)
    9.0
    """
    _, slope, _ = _line(scaffold)
    n_points = scaffold.shape[1]
    return slope * n_points / (n_points - 1) if settings.dispersion_slope_unit == "index" else slope


def dispersion_intercept(scaffold: FloatArray, /) -> float:
    """Dispersion that the fitted line gives to the beginning of the curves (u = 0).

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.

    Returns
    -------
    float
        Latent units, lower is better; negative when the dispersion rises faster than a line.

    Raises
    ------
    NotComputable
        If there are fewer than two curves or two points.

    Examples
    --------
    >>> fan = np.stack([np.linspace([0, 1, 0], [1, side, 0], 10) for side in (-9, 11)])
    >>> round(abs(dispersion_intercept(fan)), 6)
    0.0
    """
    return _line(scaffold)[0]


def dispersion_end(scaffold: FloatArray, /) -> float:
    """Dispersion that the fitted line gives to the end of the curves (u = 1).

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.

    Returns
    -------
    float
        Latent units, higher is better.

    Raises
    ------
    NotComputable
        If there are fewer than two curves or two points.

    Examples
    --------
    >>> fan = np.stack([np.linspace([0, 1, 0], [1, side, 0], 10) for side in (-9, 11)])
    >>> round(dispersion_end(fan), 6)
    10.0
    """
    intercept, slope, _ = _line(scaffold)
    return intercept + slope


def dispersion_r2(scaffold: FloatArray, /) -> float:
    """How well one line describes the dispersion along the curves.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.

    Returns
    -------
    float
        Share of the dispersion's variance along the curves, between 0 and 1, higher is better.

    Raises
    ------
    NotComputable
        If there are fewer than two curves or two points, or the dispersion is the same everywhere.

    Examples
    --------
    >>> fan = np.stack([np.linspace([0, 1, 0], [1, side, 0], 10) for side in (-9, 11)])
    >>> round(dispersion_r2(fan), 6)
    1.0
    """
    _, slope, profile = _line(scaffold)
    total = float(np.sum((profile - profile.mean()) ** 2))
    if total <= (1e-12 * float(profile.max())) ** 2 * len(profile):
        msg = "the dispersion is the same all along the curves; no share of its variance can be explained"
        raise NotComputable(msg)
    u = np.linspace(0.0, 1.0, len(profile))
    return float(min(slope**2 * np.sum((u - 0.5) ** 2) / total, 1.0))


def _line(scaffold: FloatArray) -> tuple[float, float, FloatArray]:
    # Least-squares line of the profile over u: its value at u = 0, its slope, and the profile.
    profile = dispersion_profile(scaffold)
    if len(profile) < 2:
        msg = f"the slope of the dispersion needs at least 2 points per curve, found {len(profile)}"
        raise NotComputable(msg)
    u = np.linspace(0.0, 1.0, len(profile)) - 0.5  # centred: its mean is 0 by symmetry
    slope = float(u @ profile / (u @ u))
    return float(profile.mean()) - 0.5 * slope, slope, profile


_RIGID = ("rotation", "translation", "reflection", "perturbation order")

SPECS = (
    MetricSpec(
        name="dispersion_slope",
        label="Dispersion slope",
        unit="latent units",
        better="range",
        bounds=(None, None),
        scope="run",
        per="model",
        needs=("scaffold", "settings"),
        function=dispersion_slope,
        description="How fast the curves spread apart: least-squares slope of the dispersion along them.",
        aliases=("disp_coefficient",),
        invariances=_RIGID,
    ),
    MetricSpec(
        name="dispersion_intercept",
        label="Dispersion, fitted start",
        unit="latent units",
        better="lower",
        bounds=(None, None),
        scope="run",
        per="model",
        needs=("scaffold",),
        function=dispersion_intercept,
        description="Dispersion at the beginning of the curves on the fitted line.",
        invariances=_RIGID,
    ),
    MetricSpec(
        name="dispersion_end",
        label="Dispersion, fitted end",
        unit="latent units",
        better="higher",
        bounds=(None, None),
        scope="run",
        per="model",
        needs=("scaffold",),
        function=dispersion_end,
        description="Dispersion at the end of the curves on the fitted line.",
        invariances=_RIGID,
    ),
    MetricSpec(
        name="dispersion_r2",
        label="Dispersion R2",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("scaffold",),
        function=dispersion_r2,
        description="Share of the dispersion's variance along the curves that a line explains.",
        invariances=(*_RIGID, "scale"),
    ),
    MetricSpec(
        name="dispersion_slope_at_time",
        label="Dispersion slope over time",
        unit="latent units",
        better="range",
        bounds=(None, None),
        scope="run",
        per="model",
        needs=("scaffold_at_time", "settings"),
        function=dispersion_slope,
        description="Least-squares slope of the dispersion over the window of time that all curves share.",
        invariances=_RIGID,
    ),
)
