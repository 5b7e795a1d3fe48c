"""Snips placed along a curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import ShapeMismatch
from morphsweep.records.arrays import FloatArray

__all__ = ["AlongCurve"]


@dataclass(frozen=True, slots=True)
class AlongCurve:
    """The snips of one perturbation, placed along its own curve or another's.

    Parameters
    ----------
    individual : array of str, shape (n,)
        Whose snip it is.
    time : array, shape (n,)
        When it was taken.
    arc_length : array, shape (n,)
        Where its foot lies, latent units, between 0 and `length`.
    distance : array, shape (n,)
        How far it is from its foot, latent units.
    across : array, shape (n,)
        The part of that distance that is perpendicular to the curve; smaller only past an end.
    time_on_curve : array, shape (n,)
        Mean time of the curve's own snips at that place, monotone along the curve.
    weight : array, shape (n,)
        Relative weight, not negative.
    length : float
        Of the curve, latent units.
    dimension : int
        Coordinates of the space.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    """

    individual: NDArray[np.object_]
    time: FloatArray
    arc_length: FloatArray
    distance: FloatArray
    across: FloatArray
    time_on_curve: FloatArray
    weight: FloatArray
    length: float
    dimension: int

    def __post_init__(self) -> None:
        columns = (
            self.arc_length,
            self.distance,
            self.across,
            self.time_on_curve,
            self.weight,
            self.individual,
        )
        if any(column.shape != self.time.shape for column in columns):
            msg = f"snips along a curve: shapes {[column.shape for column in columns]} do not agree with times {self.time.shape}"
            raise ShapeMismatch(msg)
