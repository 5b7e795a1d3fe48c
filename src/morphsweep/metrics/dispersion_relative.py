"""Tree-likeness without units: dispersion divided by the size of the scaffold it belongs to."""

from morphsweep.errors import NotComputable
from morphsweep.metrics.dispersion import dispersion_first, dispersion_last
from morphsweep.metrics.dispersion_line import dispersion_slope
from morphsweep.records import FloatArray, MetricSpec, Settings

__all__ = [
    "SPECS",
    "dispersion_first_rel",
    "dispersion_last_rel",
    "dispersion_slope_rel",
]


def dispersion_first_rel(scaffold: FloatArray, gyration: float, settings: Settings, /) -> float:
    """Dispersion at the beginning in units of the scaffold's own size, so that runs of different scale compare.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.
    gyration : float
        Radius of gyration of the scaffold, latent units.
    settings : Settings
        As for ``dispersion_first``.

    Returns
    -------
    float
        Pure number, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If the dispersion is not computable, or all points coincide.
    """
    return dispersion_first(scaffold, settings) / _size(gyration)


def dispersion_last_rel(scaffold: FloatArray, gyration: float, settings: Settings, /) -> float:
    """Dispersion at the end in units of the scaffold's own size, so that runs of different scale compare.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.
    gyration : float
        Radius of gyration of the scaffold, latent units.
    settings : Settings
        As for ``dispersion_last``.

    Returns
    -------
    float
        Pure number, at least 0, higher is better.

    Raises
    ------
    NotComputable
        If the dispersion is not computable, or all points coincide.
    """
    return dispersion_last(scaffold, settings) / _size(gyration)


def dispersion_slope_rel(scaffold: FloatArray, gyration: float, settings: Settings, /) -> float:
    """Slope of the dispersion in units of the scaffold's own size, so that runs of different scale compare.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.
    gyration : float
        Radius of gyration of the scaffold, latent units.
    settings : Settings
        As for ``dispersion_slope``.

    Returns
    -------
    float
        Pure number, bad on both sides when abnormal.

    Raises
    ------
    NotComputable
        If the dispersion is not computable, or all points coincide.
    """
    return dispersion_slope(scaffold, settings) / _size(gyration)


def _size(gyration: float) -> float:
    if not gyration > 0:
        msg = "all curve points coincide; the scaffold has no size to divide by"
        raise NotComputable(msg)
    return gyration


_FREE = ("rotation", "translation", "reflection", "perturbation order", "scale")

SPECS = (
    MetricSpec(
        name="dispersion_first_rel",
        label="Dispersion, first points (relative)",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("scaffold", "gyration", "settings"),
        function=dispersion_first_rel,
        description="Dispersion over the first points divided by the radius of gyration.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="dispersion_last_rel",
        label="Dispersion, last points (relative)",
        unit="",
        better="higher",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("scaffold", "gyration", "settings"),
        function=dispersion_last_rel,
        description="Dispersion over the last points divided by the radius of gyration.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="dispersion_slope_rel",
        label="Dispersion slope (relative)",
        unit="",
        better="range",
        bounds=(None, None),
        scope="run",
        per="model",
        needs=("scaffold", "gyration", "settings"),
        function=dispersion_slope_rel,
        description="Slope of the dispersion divided by the radius of gyration.",
        invariances=_FREE,
    ),
)
