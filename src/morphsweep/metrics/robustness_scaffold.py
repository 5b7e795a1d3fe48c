"""Robustness of a scaffold as a whole: one motion for all curves, what alignment gains, and trusted curves only."""

from collections.abc import Mapping

import numpy as np

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.geometry import kabsch
from morphsweep.metrics.robustness import COMMON, aligned_rmse, check_pair, initial_rmse, root_mean_square
from morphsweep.records import CurveFit, FloatArray, MetricSpec

__all__ = [
    "SPECS",
    "aligned_rmse_joint",
    "aligned_rmse_ok",
    "aligned_rmse_rel_ok",
    "alignment_gain",
]


def aligned_rmse_joint(reference: FloatArray, other: FloatArray, /) -> float:
    """Distance left after ONE motion of the whole scaffold, so that branches that moved apart are seen.

    Parameters
    ----------
    reference, other : array, shape (n_perturbations, n_points, n_components)
        Curves of the same perturbations in two regimes, latent units.

    Returns
    -------
    float
        Root mean square per coordinate, latent units, lower is better. Never below the pooled ``aligned_rmse``, never
        above the pooled ``initial_rmse``.

    Raises
    ------
    ShapeMismatch
        If the scaffolds differ in shape.

    Examples
    --------
    >>> curves = np.random.default_rng(0).normal(size=(2, 5, 3))
    >>> round(aligned_rmse_joint(curves, curves + 1.0), 9)
    0.0
    """
    check_pair(reference, other)
    n_components = reference.shape[-1]
    motion = kabsch(reference.reshape(-1, n_components), other.reshape(-1, n_components))
    return float(motion.rmse_after)


def alignment_gain(reference: FloatArray, other: FloatArray, /) -> float:
    """Share of the initial distance that alignment takes away, every curve aligned on its own.

    Parameters
    ----------
    reference, other : array, shape (n_perturbations, n_points, n_components)
        Curves of the same perturbations in two regimes, latent units.

    Returns
    -------
    float
        1 - pooled aligned RMSE / pooled initial RMSE, between 0 (no alignment needed, or none helps) and 1.

    Raises
    ------
    NotApplicable
        If the curves coincide to begin with: then there is nothing to take away.
    ShapeMismatch
        If the scaffolds differ in shape.

    Examples
    --------
    >>> line = np.linspace([0.0, 0, 0], [1, 0, 0], 5)[None]
    >>> round(alignment_gain(line, line + 2.0), 9)
    1.0
    """
    check_pair(reference, other)
    initial = root_mean_square([initial_rmse(p, q) for p, q in zip(reference, other, strict=True)])
    if not initial > 0:
        msg = "the curves of both regimes coincide; there is nothing to gain from alignment"
        raise NotApplicable(msg)
    aligned = root_mean_square([aligned_rmse(p, q) for p, q in zip(reference, other, strict=True)])
    return float(np.clip(1.0 - aligned / initial, 0.0, 1.0))


def aligned_rmse_ok(reference: Mapping[str, CurveFit], other: Mapping[str, CurveFit], /) -> float:
    """Aligned RMSE over the perturbations whose curve may be trusted in both regimes.

    Parameters
    ----------
    reference, other : mapping of str to CurveFit
        All compared perturbations of two regimes.

    Returns
    -------
    float
        Pooled root mean square per coordinate, latent units, lower is better.

    Raises
    ------
    NotApplicable
        If no perturbation has a curve that is ok in both; ``curves_ok`` tells why.
    """
    pairs = [
        (fit.points, other[name].points)
        for name, fit in reference.items()
        if name in other and fit.ok and other[name].ok
    ]
    if not pairs:
        msg = "no perturbation has a curve that is ok in both regimes"
        raise NotApplicable(msg)
    return root_mean_square([aligned_rmse(p, q) for p, q in pairs if p is not None and q is not None])


def aligned_rmse_rel_ok(
    reference: Mapping[str, CurveFit], gyration: float, other: Mapping[str, CurveFit], _: float, /
) -> float:
    """Aligned RMSE over trusted curves in units of the reference scaffold's size.

    Parameters
    ----------
    reference : mapping of str to CurveFit
        All compared perturbations in the reference regime.
    gyration : float
        Radius of gyration of the whole reference scaffold, latent units.
    other : mapping of str to CurveFit
        All compared perturbations in the other regime.

    Returns
    -------
    float
        Pure number, at least 0, lower is better.

    Raises
    ------
    NotComputable
        If no perturbation has a curve that is ok in both, or the reference scaffold has no size.
    """
    if not gyration > 0:
        msg = "all points of the reference scaffold coincide; it has no size to divide by"
        raise NotComputable(msg)
    return aligned_rmse_ok(reference, other) / gyration


_MOTION = (*COMMON, "rotation", "translation")
_LATENT = "latent units per coordinate"

SPECS = (
    MetricSpec(
        name="aligned_rmse_joint",
        label="Aligned RMSE, one motion",
        unit=_LATENT,
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="model",
        needs=("scaffold",),
        function=aligned_rmse_joint,
        description="Aligned RMSE when all curves of the run move together.",
        invariances=_MOTION,
    ),
    MetricSpec(
        name="aligned_rmse_ok",
        label="Aligned RMSE, trusted curves",
        unit=_LATENT,
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="model",
        needs=("fits",),
        function=aligned_rmse_ok,
        description="Aligned RMSE over the perturbations whose curve is ok in both regimes.",
        invariances=_MOTION,
    ),
    MetricSpec(
        name="aligned_rmse_rel_ok",
        label="Aligned RMSE, trusted curves (relative)",
        unit="",
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="model",
        needs=("fits", "gyration"),
        function=aligned_rmse_rel_ok,
        description="Aligned RMSE over the perturbations whose curve is ok in both regimes, divided by the radius of gyration of the reference scaffold.",
        invariances=(*_MOTION, "common scale"),
    ),
    MetricSpec(
        name="alignment_gain",
        label="Alignment gain",
        unit="",
        better="range",
        bounds=(0.0, 1.0),
        scope="pair",
        per="model",
        needs=("scaffold",),
        function=alignment_gain,
        description="Share of the initial RMSE that alignment takes away.",
        invariances=(*COMMON, "common scale"),
    ),
)
