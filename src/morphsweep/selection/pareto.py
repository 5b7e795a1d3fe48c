"""Models that no other model beats on every axis."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import ShapeMismatch
from morphsweep.records import BoolArray

__all__ = ["pareto_front"]


def pareto_front(values: ArrayLike, /, *, higher: Sequence[bool]) -> BoolArray:
    """Which rows are on the Pareto front.

    A row is beaten when another one is at least as good on every axis and better on one. Equal rows do not beat each
    other.

    Parameters
    ----------
    values : array, shape (n_models, n_axes)
        A row with a missing value is on no front and beats nobody.
    higher : sequence of bool, length n_axes
        Whether higher is better; else lower is.

    Returns
    -------
    array of bool, shape (n_models,)
        True on the front.

    Raises
    ------
    ShapeMismatch
        If `values` has not one column per axis.

    Examples
    --------
    >>> pareto_front([[0.9, 2.0], [0.8, 1.0], [0.7, 1.5]], higher=[True, False]).tolist()
    [True, True, False]
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or table.shape[1] != len(higher):
        msg = f"values has shape {table.shape} but there are {len(higher)} axes; expected (n_models, {len(higher)})"
        raise ShapeMismatch(msg)
    gains = np.where(list(higher), table, -table)
    known = ~np.isnan(gains).any(axis=1)
    rivals = np.unique(gains[known], axis=0)  # replicated rows would only be compared again
    front = np.zeros(len(gains), dtype=bool)
    for row in np.flatnonzero(known):  # row by row keeps the memory at one table
        as_good = (rivals >= gains[row]).all(axis=1)
        front[row] = not (as_good & (rivals > gains[row]).any(axis=1)).any()
    return front
