"""What comes of comparing points, or another curve, with a curve."""

from dataclasses import dataclass

from morphsweep.geometry.arrays import Array

__all__ = ["CurveDistance", "Projection"]


@dataclass(frozen=True, slots=True)
class Projection:
    """Nearest points of a curve.

    Parameters
    ----------
    arc_length : array, shape (n,)
        Where each foot lies, between 0 and the length of the curve.
    distance : array, shape (n,)
        Distance to the foot, 0 or more.
    points : array, shape (n, d)
        The feet.
    """

    arc_length: Array
    distance: Array
    points: Array


@dataclass(frozen=True, slots=True)
class CurveDistance:
    """How far two curves lie apart, as point sets.

    Parameters
    ----------
    mean : float
        Mean distance from a point of either curve to the other, both directions weighing the same.
    hausdorff : float
        Largest such distance.
    """

    mean: float
    hausdorff: float
