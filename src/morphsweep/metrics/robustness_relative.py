"""Robustness without units: distances divided by the size of the reference scaffold, so that shrinking wins nothing."""

from morphsweep.errors import NotComputable
from morphsweep.metrics.robustness import COMMON, aligned_rmse, initial_rmse, root_mean_square
from morphsweep.metrics.robustness_scaffold import aligned_rmse_joint
from morphsweep.records import FloatArray, MetricSpec

__all__ = [
    "SPECS",
    "aligned_rmse_joint_rel",
    "aligned_rmse_rel",
    "initial_rmse_rel",
]


def initial_rmse_rel(reference: FloatArray, gyration: float, other: FloatArray, _: float, /) -> float:
    """Initial RMSE in units of the reference scaffold's size.

    Parameters
    ----------
    reference : array, shape (n_points, n_components)
        Curve in the reference regime, latent units.
    gyration : float
        Radius of gyration of the reference scaffold, latent units.
    other : array, shape (n_points, n_components)
        Curve in the other regime, latent units.

    Returns
    -------
    float
        Pure number, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If the reference scaffold has no size.
    """
    return initial_rmse(reference, other) / _size(gyration)


def aligned_rmse_rel(reference: FloatArray, gyration: float, other: FloatArray, _: float, /) -> float:
    """Aligned RMSE in units of the reference scaffold's size: shrinking the latents no longer looks robust.

    Parameters
    ----------
    reference : array, shape (n_points, n_components)
        Curve in the reference regime, latent units.
    gyration : float
        Radius of gyration of the reference scaffold, latent units.
    other : array, shape (n_points, n_components)
        Curve in the other regime, latent units.

    Returns
    -------
    float
        Pure number, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If the reference scaffold has no size.
    """
    return aligned_rmse(reference, other) / _size(gyration)


def aligned_rmse_joint_rel(reference: FloatArray, gyration: float, other: FloatArray, _: float, /) -> float:
    """Aligned RMSE of the whole scaffold in units of the reference scaffold's size.

    Parameters
    ----------
    reference : array, shape (n_perturbations, n_points, n_components)
        Curves in the reference regime, latent units.
    gyration : float
        Radius of gyration of the reference scaffold, latent units.
    other : array, shape (n_perturbations, n_points, n_components)
        Curves of the same perturbations in the other regime, latent units.

    Returns
    -------
    float
        Pure number, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If the reference scaffold has no size.
    """
    return aligned_rmse_joint(reference, other) / _size(gyration)


def _size(gyration: float) -> float:
    if not gyration > 0:
        msg = "all points of the reference scaffold coincide; it has no size to divide by"
        raise NotComputable(msg)
    return gyration


_SCALED = (*COMMON, "common scale")
_MOTION = (*_SCALED, "rotation", "translation")

SPECS = (
    MetricSpec(
        name="initial_rmse_rel",
        label="Initial RMSE (relative)",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="perturbation",
        needs=("curves", "gyration"),
        function=initial_rmse_rel,
        description="Initial RMSE divided by the radius of gyration of the reference scaffold.",
        combine=root_mean_square,
        invariances=_SCALED,
    ),
    MetricSpec(
        name="aligned_rmse_rel",
        label="Aligned RMSE (relative)",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="perturbation",
        needs=("curves", "gyration"),
        function=aligned_rmse_rel,
        description="Aligned RMSE divided by the radius of gyration of the reference scaffold.",
        combine=root_mean_square,
        invariances=_MOTION,
    ),
    MetricSpec(
        name="aligned_rmse_joint_rel",
        label="Aligned RMSE, one motion (relative)",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="model",
        needs=("scaffold", "gyration"),
        function=aligned_rmse_joint_rel,
        description="Aligned RMSE with one motion, divided by the radius of gyration of the reference scaffold.",
        invariances=_MOTION,
    ),
)
