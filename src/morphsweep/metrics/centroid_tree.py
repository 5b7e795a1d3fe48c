"""Tree-likeness from centroids in time bins: the mirror, without curves, of dispersion and collinearity."""

from collections.abc import Callable
from itertools import combinations

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.metrics.centroids import TimeCentroids, common_points
from morphsweep.metrics.dispersion import dispersion_profile
from morphsweep.records import Better, FloatArray, MetricSpec

__all__ = [
    "SPECS",
    "centroid_collinearity",
    "centroid_dispersion_first",
    "centroid_dispersion_intercept",
    "centroid_dispersion_last",
    "centroid_dispersion_slope",
    "centroid_divergence",
    "centroid_size",
]

ENDS = 2  # time bins at each end, a tenth of the twenty


def _profile(centroids: TimeCentroids) -> tuple[FloatArray, FloatArray]:
    points, share = common_points(centroids)
    return dispersion_profile(points), share


def centroid_size(centroids: TimeCentroids, /) -> float:
    """Size of the centroid trajectories: root mean squared distance of all centroids to their common mean.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Latent units, above 0. A size, not a merit: scale-free twins are divided by it.

    Raises
    ------
    NotComputable
        If there is no common course, or all centroids coincide.
    """
    points, _ = common_points(centroids)
    flat = points.reshape(-1, points.shape[-1])
    size = float(np.sqrt(np.mean(np.sum((flat - flat.mean(axis=0)) ** 2, axis=1))))
    if not size > 1e-12 * float(np.abs(flat).max()):
        msg = "all centroids coincide"
        raise NotComputable(msg)
    return size


def centroid_dispersion_first(centroids: TimeCentroids, /) -> float:
    """Mean distance of the perturbations to their common centre in the first two common time bins.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Latent units, at least 0, lower is better.
    """
    return float(_profile(centroids)[0][:ENDS].mean())


def centroid_dispersion_last(centroids: TimeCentroids, /) -> float:
    """Mean distance of the perturbations to their common centre in the last two common time bins.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Latent units, at least 0, higher is better.
    """
    return float(_profile(centroids)[0][-ENDS:].mean())


def centroid_dispersion_slope(centroids: TimeCentroids, /) -> float:
    """How fast the perturbations spread apart over the common window: least-squares slope of their dispersion.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Latent units per window; abnormal values on both sides are bad.
    """
    profile, share = _profile(centroids)
    return float(np.polyfit(share, profile, 1)[0])


def centroid_dispersion_intercept(centroids: TimeCentroids, /) -> float:
    """Dispersion that the fitted line gives to the beginning of the common window.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Latent units, lower is better; negative when the dispersion rises faster than a line.
    """
    profile, share = _profile(centroids)
    return float(np.polyfit(share, profile, 1)[1])


def centroid_dispersion_first_rel(centroids: TimeCentroids, /) -> float:
    """Dispersion in the first bins divided by the size of the trajectories.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        At least 0, lower is better.
    """
    return centroid_dispersion_first(centroids) / centroid_size(centroids)


def centroid_dispersion_last_rel(centroids: TimeCentroids, /) -> float:
    """Dispersion in the last bins divided by the size of the trajectories.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        At least 0, higher is better.
    """
    return centroid_dispersion_last(centroids) / centroid_size(centroids)


def centroid_dispersion_slope_rel(centroids: TimeCentroids, /) -> float:
    """Slope of the dispersion divided by the size of the trajectories.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Per window; abnormal values on both sides are bad.
    """
    return centroid_dispersion_slope(centroids) / centroid_size(centroids)


def centroid_divergence(centroids: TimeCentroids, /) -> float:
    """Whether the perturbations begin together and end apart: (last - first) / (last + first) of their dispersion.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Between -1 and 1, higher is better; 0 where they stay as far apart as they began.

    Raises
    ------
    NotComputable
        If the perturbations coincide at both ends.
    """
    first, last = centroid_dispersion_first(centroids), centroid_dispersion_last(centroids)
    if not first + last > 0:
        msg = "the perturbations coincide at both ends of the common window"
        raise NotComputable(msg)
    return (last - first) / (last + first)


def centroid_collinearity(centroids: TimeCentroids, /) -> float:
    """Whether the perturbations move in the same direction: mean cosine of their centroids' steps between time bins.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    float
        Between -1 and 1, higher is better; mean over pairs of perturbations and steps, 0 where a centroid stands still.
    """
    points, _ = common_points(centroids)
    step = np.diff(points, axis=1)
    length = np.linalg.norm(step, axis=2, keepdims=True)
    unit = np.divide(step, length, out=np.zeros_like(step), where=length > 0)
    cosines = [
        float(np.mean(np.sum(unit[i] * unit[j], axis=1))) for i, j in combinations(range(len(unit)), 2)
    ]
    return float(np.clip(np.mean(cosines), -1.0, 1.0))


_RIGID = ("rotation", "translation", "reflection", "row order", "perturbation order")
_LATENT = "latent units"


def _spec(
    name: str,
    label: str,
    function: Callable[[TimeCentroids], float],
    description: str,
    *,
    better: Better,
    low: float | None = 0.0,
    high: float | None = None,
    unit: str = "",
) -> MetricSpec:
    return MetricSpec(
        name=name,
        label=label,
        unit=unit,
        better=better,
        bounds=(low, high),
        scope="run",
        per="model",
        needs=("centroids",),
        function=function,
        description=description,
        invariances=_RIGID if unit else (*_RIGID, "scale"),
    )


SPECS = (
    _spec(
        "centroid_dispersion_first",
        "Centroid dispersion, first bins",
        centroid_dispersion_first,
        "Mean distance of the perturbations' centroids to their common centre in the first two time bins.",
        better="lower",
        unit=_LATENT,
    ),
    _spec(
        "centroid_dispersion_last",
        "Centroid dispersion, last bins",
        centroid_dispersion_last,
        "Mean distance of the perturbations' centroids to their common centre in the last two time bins.",
        better="higher",
        unit=_LATENT,
    ),
    _spec(
        "centroid_dispersion_slope",
        "Centroid dispersion slope",
        centroid_dispersion_slope,
        "Least-squares slope of the centroids' dispersion over the time that all perturbations share.",
        better="range",
        low=None,
        unit=_LATENT,
    ),
    _spec(
        "centroid_dispersion_intercept",
        "Centroid dispersion, fitted start",
        centroid_dispersion_intercept,
        "Dispersion of the centroids at the beginning on the fitted line.",
        better="lower",
        low=None,
        unit=_LATENT,
    ),
    _spec(
        "centroid_dispersion_first_rel",
        "Centroid dispersion, first bins (relative)",
        centroid_dispersion_first_rel,
        "Dispersion of the centroids in the first bins divided by the size of their trajectories.",
        better="lower",
    ),
    _spec(
        "centroid_dispersion_last_rel",
        "Centroid dispersion, last bins (relative)",
        centroid_dispersion_last_rel,
        "Dispersion of the centroids in the last bins divided by the size of their trajectories.",
        better="higher",
    ),
    _spec(
        "centroid_dispersion_slope_rel",
        "Centroid dispersion slope (relative)",
        centroid_dispersion_slope_rel,
        "Slope of the centroids' dispersion divided by the size of their trajectories.",
        better="range",
        low=None,
    ),
    _spec(
        "centroid_divergence",
        "Centroid divergence",
        centroid_divergence,
        "Growth of the centroids' dispersion as a share of its sum over both ends: 1 begins together and ends apart.",
        better="higher",
        low=-1.0,
        high=1.0,
    ),
    _spec(
        "centroid_collinearity",
        "Centroid collinearity",
        centroid_collinearity,
        "Mean cosine between the steps that the perturbations' centroids take at the same time.",
        better="higher",
        low=-1.0,
        high=1.0,
    ),
)
