"""Tree-likeness: curves that start together and end apart."""

import numpy as np

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.records import FloatArray, MetricSpec, Settings

__all__ = [
    "SPECS",
    "dispersion_first",
    "dispersion_last",
    "dispersion_profile",
]


def dispersion_profile(scaffold: FloatArray, /) -> FloatArray:
    """Distance between curves along their course: mean distance of the points k to their centroid.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        One curve per perturbation; points k of all curves stand at the same fraction (or time). Latent units.

    Returns
    -------
    array, shape (n_points,)
        Dispersion at each point, latent units, at least 0.

    Raises
    ------
    NotComputable
        If there are fewer than two curves.
    ShapeMismatch
        If the array is not three-dimensional.

    Examples
    --------
    >>> dispersion_profile(np.array([[[0.0, 0, 0], [1, 0, 0]], [[0, 0, 0], [-1, 0, 0]]]))
    array([0., 1.])
    """
    if scaffold.ndim != 3:
        msg = f"scaffold has shape {scaffold.shape}, expected (n_perturbations, n_points, n_components)"
        raise ShapeMismatch(msg)
    if len(scaffold) < 2:
        msg = f"dispersion needs at least 2 curves, found {len(scaffold)}"
        raise NotComputable(msg)
    profile: FloatArray = np.linalg.norm(scaffold - scaffold.mean(axis=0), axis=2).mean(axis=0)
    return profile


def dispersion_first(scaffold: FloatArray, settings: Settings, /) -> float:
    """Dispersion at the beginning: mean over the first ``dispersion_n`` points.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.
    settings : Settings
        ``dispersion_n``.

    Returns
    -------
    float
        Latent units, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If there are fewer than two curves, or fewer points than asked for.

    Examples
    --------
    >>> fan = np.stack([np.linspace([0, 0, 0], [1, side, 0], 10) for side in (-9, 9)])
    >>> round(dispersion_first(fan, Settings(dispersion_n=2)), 6)
    0.5
    """
    return float(_ends(scaffold, settings)[: settings.dispersion_n].mean())


def dispersion_last(scaffold: FloatArray, settings: Settings, /) -> float:
    """Dispersion at the end: mean over the last ``dispersion_n`` points.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.
    settings : Settings
        ``dispersion_n``.

    Returns
    -------
    float
        Latent units, at least 0, higher is better.

    Raises
    ------
    NotComputable
        If there are fewer than two curves, or fewer points than asked for.

    Examples
    --------
    >>> fan = np.stack([np.linspace([0, 0, 0], [1, side, 0], 10) for side in (-9, 9)])
    >>> round(dispersion_last(fan, Settings(dispersion_n=2)), 6)
    8.5
    """
    return float(_ends(scaffold, settings)[-settings.dispersion_n :].mean())


def _ends(scaffold: FloatArray, settings: Settings) -> FloatArray:
    profile = dispersion_profile(scaffold)
    if len(profile) < settings.dispersion_n:
        msg = f"the curves have {len(profile)} points, the mean over an end needs {settings.dispersion_n}"
        raise NotComputable(msg)
    return profile


_RIGID = ("rotation", "translation", "reflection", "perturbation order")

SPECS = (
    MetricSpec(
        name="dispersion_first",
        label="Dispersion, first points",
        unit="latent units",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("scaffold", "settings"),
        function=dispersion_first,
        description="Mean distance of the curves to their centroid over the first points.",
        aliases=("dispersion_first_n",),
        invariances=_RIGID,
    ),
    MetricSpec(
        name="dispersion_last",
        label="Dispersion, last points",
        unit="latent units",
        better="higher",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("scaffold", "settings"),
        function=dispersion_last,
        description="Mean distance of the curves to their centroid over the last points.",
        aliases=("dispersion_last_n",),
        invariances=_RIGID,
    ),
    MetricSpec(
        name="dispersion_first_at_time",
        label="Dispersion, first times",
        unit="latent units",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("scaffold_at_time", "settings"),
        function=dispersion_first,
        description="Mean distance of the curves to their centroid over the first of equal times, instead of equal fractions.",
        invariances=_RIGID,
    ),
    MetricSpec(
        name="dispersion_last_at_time",
        label="Dispersion, last times",
        unit="latent units",
        better="higher",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("scaffold_at_time", "settings"),
        function=dispersion_last,
        description="Mean distance of the curves to their centroid over the last of equal times, instead of equal fractions.",
        invariances=_RIGID,
    ),
)
