"""Monotone regression: the best function that never turns back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry.arrays import Array, weight_array
from morphsweep.geometry.ranks import rank_correlation

__all__ = ["MonotoneFit", "fit_monotone"]


@dataclass(frozen=True, slots=True)
class MonotoneFit:
    """A monotone function, straight between its knots and constant beyond them.

    Parameters
    ----------
    x, y : array, shape (k,)
        Knots, x rising; one per level of the regression, at the mean x of the observations on that level.
    residual_sd : float
        Standard deviation of the observations around the function.
    """

    x: Array
    y: Array
    residual_sd: float

    def __call__(self, x: ArrayLike, /) -> Array:
        """The function at `x`, any shape."""
        value: Array = np.interp(np.asarray(x, dtype=np.float64), self.x, self.y)
        return value


def fit_monotone(x: ArrayLike, y: ArrayLike, /, *, weight: ArrayLike | None = None) -> MonotoneFit:
    """Least-squares monotone regression of y on x (pool adjacent violators), rising or falling as the ranks say.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Observations, finite; those at the same x count as one.
    weight : array_like, shape (n,), optional
        Relative weights; rows of weight 0 do not take part.

    Returns
    -------
    MonotoneFit
        Continuous: levels are joined by straight lines between the middles of their observations.

    Raises
    ------
    InvalidInput
        If the shapes differ or a value is not finite.
    NotComputable
        If there is no observation.

    References
    ----------
    .. [1] Barlow, Bartholomew, Bremner & Brunk (1972), Statistical inference under order restrictions.

    Examples
    --------
    >>> fit = fit_monotone([0, 1, 2, 3], [1.0, 3.0, 2.0, 5.0])
    >>> fit([0, 1.5, 3]), round(fit.residual_sd, 4)
    (array([1. , 2.5, 5. ]), 0.8333)
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        msg = f"x and y must be finite with one shape (n,), found {a.shape} and {b.shape}"
        raise InvalidInput(msg)
    if not len(a):
        msg = "no observation to fit a monotone function to"
        raise NotComputable(msg)
    w = weight_array(weight, len(a))
    a, b, w = a[w > 0], b[w > 0], w[w > 0]
    places, group = np.unique(a, return_inverse=True)
    total = np.bincount(group, weights=w)
    means = np.bincount(group, weights=w * b) / total
    falling = rank_correlation(a, b, weight=w) < 0  # false too where there is none
    levels = isotonic_regression(means, weights=total, increasing=not falling)
    first = levels.blocks[:-1]
    knots = np.add.reduceat(places * total, first) / np.add.reduceat(total, first)
    heights = levels.x[first]
    left = b - np.interp(a, knots, heights)
    return MonotoneFit(knots, heights, float(np.sqrt(w @ left**2 / w.sum())))
