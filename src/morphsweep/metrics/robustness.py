"""Whether a space stays the same when the model is trained on something else: distances between two regimes' curves.

All RMSE here are per coordinate: the root of the mean over points AND coordinates. Per point they are sqrt(3) larger.
"""

from collections.abc import Sequence

import numpy as np

from morphsweep.errors import NotApplicable, NotComputable, ShapeMismatch
from morphsweep.geometry import kabsch, rmse
from morphsweep.records import FloatArray, MetricSpec

__all__ = [
    "COMMON",
    "SPECS",
    "aligned_rmse",
    "aligned_rmse_reflection",
    "check_pair",
    "initial_rmse",
    "root_mean_square",
    "rotation_angle",
]

COMMON = (
    "common rotation",
    "common translation",
    "common reflection",
    "perturbation order",
)  # what both regimes may undergo together


def root_mean_square(values: Sequence[float] | FloatArray, /) -> float:
    """Pool the RMSE of curves with equally many points: the RMSE over all points of all curves.

    Parameters
    ----------
    values : array-like, shape (n_perturbations,)
        One RMSE per curve.

    Returns
    -------
    float
        Same unit, at least 0.

    Examples
    --------
    >>> root_mean_square([3.0, 4.0])
    3.5355339059327378
    """
    return float(np.sqrt(np.mean(np.square(values))))


def initial_rmse(reference: FloatArray, other: FloatArray, /) -> float:
    """Distance between the curves of one perturbation in two regimes, as they lie.

    Parameters
    ----------
    reference, other : array, shape (n_points, n_components)
        Points at equal fractions of the two curves, latent units.

    Returns
    -------
    float
        Root mean square per coordinate, latent units; 0 for equal curves, lower is better.

    Raises
    ------
    ShapeMismatch
        If the curves differ in shape.

    Examples
    --------
    >>> initial_rmse(np.zeros((4, 3)), np.full((4, 3), 2.0))
    2.0
    """
    check_pair(reference, other)
    return float(rmse(reference, other))


def aligned_rmse(reference: FloatArray, other: FloatArray, /) -> float:
    """Distance left between the two curves after the best rotation and translation of one onto the other.

    Parameters
    ----------
    reference, other : array, shape (n_points, n_components)
        Points at equal fractions of the two curves, latent units.

    Returns
    -------
    float
        Root mean square per coordinate, latent units; 0 for congruent curves, lower is better. Never above
        ``initial_rmse`` of the same curves.

    Raises
    ------
    ShapeMismatch
        If the curves differ in shape.

    References
    ----------
    .. [1] Kabsch (1976), A solution for the best rotation to relate two sets of vectors, Acta Cryst. A32.
    .. [2] Horn (1987), Closed-form solution of absolute orientation using unit quaternions, JOSA A 4(4).

    Examples
    --------
    >>> line = np.linspace([0.0, 0, 0], [1, 0, 0], 5)
    >>> round(aligned_rmse(line, line[:, [1, 0, 2]] + 2.0), 9)
    0.0
    """
    check_pair(reference, other)
    return float(kabsch(reference, other).rmse_after)


def aligned_rmse_reflection(reference: FloatArray, other: FloatArray, /) -> float:
    """Distance left after the best motion when mirror images count as equal.

    The sign of a principal component is arbitrary, and no rotation undoes one flipped axis.

    Parameters
    ----------
    reference, other : array, shape (n_points, n_components)
        Points at equal fractions of the two curves, latent units.

    Returns
    -------
    float
        Root mean square per coordinate, latent units, lower is better. Never above ``aligned_rmse``.

    Raises
    ------
    ShapeMismatch
        If the curves differ in shape.

    Examples
    --------
    >>> helix = np.column_stack([np.cos(np.arange(9)), np.sin(np.arange(9)), np.arange(9) / 3])
    >>> round(aligned_rmse_reflection(helix, helix * [1, 1, -1]), 9)
    0.0
    """
    check_pair(reference, other)
    return float(kabsch(reference, other, reflection=True).rmse_after)


def rotation_angle(reference: FloatArray, other: FloatArray, /) -> float:
    """Angle of the rotation that carries the other regime's curve onto the reference.

    Parameters
    ----------
    reference, other : array, shape (n_points, n_components)
        Points at equal fractions of the two curves, latent units.

    Returns
    -------
    float
        Degrees between 0 and 180, lower is better.

    Raises
    ------
    NotApplicable
        If the curves have more than 3 coordinates, where one angle says too little.
    ShapeMismatch
        If the curves differ in shape.

    Examples
    --------
    >>> bend = np.array([[0.0, 0, 0], [2, 0, 0], [2, 1, 0], [2, 1, 3]])
    >>> quarter = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]])
    >>> round(rotation_angle(bend, bend @ quarter.T), 6)
    90.0
    """
    check_pair(reference, other)
    if reference.shape[-1] > 3:
        msg = f"a rotation in {reference.shape[-1]} dimensions has no single angle"
        raise NotApplicable(msg)
    return float(kabsch(reference, other).angle)


def check_pair(reference: FloatArray, other: FloatArray, /) -> None:
    """Make sure that two curves, or two scaffolds, can be compared point by point.

    Parameters
    ----------
    reference, other : array, shape (..., n_points, n_components)
        Curves or scaffolds.

    Raises
    ------
    ShapeMismatch
        If their shapes differ.
    NotComputable
        If there are fewer than two points to compare.
    """
    if reference.shape != other.shape:
        msg = (
            f"curves have shape {reference.shape} in the reference but {other.shape} in the other regime; "
            "resample both with the same n_points"
        )
        raise ShapeMismatch(msg)
    if reference.size == 0 or reference.shape[-2] < 2:
        msg = f"curves of shape {reference.shape} have too few points to compare, needs at least 2 per curve"
        raise NotComputable(msg)


_MOTION = (*COMMON, "rotation", "translation")
_LATENT = "latent units per coordinate"

SPECS = (
    MetricSpec(
        name="initial_rmse",
        label="Initial RMSE",
        unit=_LATENT,
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="perturbation",
        needs=("curves",),
        function=initial_rmse,
        description="Root mean squared distance of a curve to its counterpart in the reference regime, as they lie.",
        combine=root_mean_square,
        aliases=("Initial_RMSE",),
        invariances=COMMON,
    ),
    MetricSpec(
        name="aligned_rmse",
        label="Aligned RMSE",
        unit=_LATENT,
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="perturbation",
        needs=("curves",),
        function=aligned_rmse,
        description="Root mean squared distance left after the best rotation and translation of each curve onto its counterpart.",
        combine=root_mean_square,
        aliases=("Aligned_RMSE",),
        invariances=_MOTION,
    ),
    MetricSpec(
        name="aligned_rmse_reflection",
        label="Aligned RMSE, mirror allowed",
        unit=_LATENT,
        better="lower",
        bounds=(0.0, None),
        scope="pair",
        per="perturbation",
        needs=("curves",),
        function=aligned_rmse_reflection,
        description="Aligned RMSE when a curve may also be mirrored (signs of principal components are arbitrary).",
        combine=root_mean_square,
        invariances=(*_MOTION, "reflection"),
    ),
    MetricSpec(
        name="rotation_angle",
        label="Rotation angle",
        unit="degrees",
        better="lower",
        bounds=(0.0, 180.0),
        scope="pair",
        per="perturbation",
        needs=("curves",),
        function=rotation_angle,
        description="Angle of the rotation that carries a curve onto its counterpart in the reference regime.",
        invariances=("translation", "scale", *COMMON, "common scale"),
    ),
)
