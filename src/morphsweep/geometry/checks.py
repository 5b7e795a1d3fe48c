"""What a principal curve refuses to be asked."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry.arrays import Array, points_array, weight_array

__all__ = ["check_options", "checked_rows", "refuse_ignored", "refuse_too_few", "start_point"]

_MIN_ROWS = 5  # fewer points than this allow no local covariance at more than one place


def check_options(options: Any) -> None:
    """Check the values of the options of a LocalPrincipalCurve.

    Parameters
    ----------
    options : LocalPrincipalCurve
        Anything with its parameters as attributes.

    Raises
    ------
    InvalidInput
        If one of them is not allowed.
    """
    if options.method not in {"default", "notebook"}:
        msg = f"method must be 'default' or 'notebook', found {options.method!r}"
        raise InvalidInput(msg)
    if not (isinstance(options.bandwidth, str) and options.bandwidth == "auto"):
        _positive(options.bandwidth, "bandwidth", " or 'auto'")
    if options.step is not None:
        _positive(options.step, "step", " or None")
    _positive(options.tol, "tol")
    if not _is_number(options.angle_penalty) or options.angle_penalty < 0:
        msg = f"angle_penalty must be a finite number of at least 0, found {options.angle_penalty!r}"
        raise InvalidInput(msg)
    whole = isinstance(options.max_iter, int | np.integer) and not isinstance(options.max_iter, bool)
    if not whole or options.max_iter < 1:
        msg = f"max_iter must be a whole number of at least 1, found {options.max_iter!r}"
        raise InvalidInput(msg)


def refuse_ignored(*, automatic: bool, step: float | None, time: ArrayLike | None) -> None:
    """Refuse what the method "notebook" would ignore: its user would believe that it has an effect.

    Parameters
    ----------
    automatic : bool
        Whether the bandwidth is to be found automatically.
    step : float or None
        Step length.
    time : array_like or None
        Times.

    Raises
    ------
    InvalidInput
        If one of them is given.
    """
    if automatic:
        msg = "method 'notebook' has no automatic bandwidth; give a number (the original scripts used 0.5)"
        raise InvalidInput(msg)
    if step is not None:
        msg = f"method 'notebook' steps by the bandwidth and ignores step = {step!r}; leave it out"
        raise InvalidInput(msg)
    if time is not None:
        msg = "method 'notebook' does not orient the curve and ignores time; leave it out"
        raise InvalidInput(msg)


def checked_rows(
    X: ArrayLike, time: ArrayLike | None, sample_weight: ArrayLike | None
) -> tuple[Array, Array, Array | None]:
    """Rows, weights and times of a fit; rows of weight 0 are left out.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Points.
    time, sample_weight : array_like, shape (n,), or None
        Times and relative weights.

    Returns
    -------
    rows : array, shape (m, d)
        Points of weight above 0.
    weight : array, shape (m,)
        Mean 1 over all n rows.
    times : array, shape (m,), or None
        Their times.

    Raises
    ------
    InvalidInput
        If shapes disagree or a value is not finite.
    NotComputable
        If there is no row.
    """
    rows = points_array(X, "X")
    if not len(rows):
        msg = "a curve needs points, found none"
        raise NotComputable(msg)
    weight = weight_array(sample_weight, len(rows))
    keep = weight > 0
    if time is None:
        return rows[keep], weight[keep], None
    times = np.asarray(time, dtype=np.float64)
    if times.shape != (len(rows),) or not np.isfinite(times).all():
        wrong = int((~np.isfinite(times)).sum())
        msg = f"times must be finite, one for each of {len(rows)} rows; found shape {times.shape}, {wrong} not finite"
        raise InvalidInput(msg)
    return rows[keep], weight[keep], times[keep]


def refuse_too_few(rows: Array) -> None:
    """Refuse fewer than 5 different points.

    Parameters
    ----------
    rows : array, shape (n, d)
        Points. The first are looked at first: nearly always they differ, and sorting all rows costs.

    Raises
    ------
    NotComputable
        If there are fewer.
    """
    for some in (rows[: 10 * _MIN_ROWS], rows):
        different = len(np.unique(some, axis=0))
        if different >= _MIN_ROWS:
            return
    msg = f"a curve needs at least {_MIN_ROWS} different points, found {different}"
    raise NotComputable(msg)


def start_point(start: ArrayLike, d: int) -> Array:
    """One finite point of d coordinates.

    Parameters
    ----------
    start : array_like, shape (d,)
        The point.
    d : int
        Number of coordinates.

    Returns
    -------
    array, shape (d,)
        float64.

    Raises
    ------
    InvalidInput
        If it is anything else.
    """
    point = np.asarray(start, dtype=np.float64)
    if point.shape != (d,) or not np.isfinite(point).all():
        msg = f"start must be one finite point of shape ({d},), found shape {point.shape}: {point.tolist()}"
        raise InvalidInput(msg)
    return point


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and bool(np.isfinite(value))


def _positive(value: Any, name: str, alternative: str = "") -> None:
    if not _is_number(value) or not value > 0:
        msg = f"{name} must be a finite number above 0{alternative}, found {value!r}"
        raise InvalidInput(msg)
