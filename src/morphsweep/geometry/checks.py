"""What a principal curve refuses to be asked."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry.arrays import Array, points_array, weight_array

__all__ = [
    "check_bandwidth_fits",
    "check_options",
    "checked_columns",
    "checked_rows",
    "refuse_positional_start",
    "refuse_time",
    "refuse_too_few",
    "start_points",
]

_MIN_ROWS = 5  # fewer points than this allow no local covariance at more than one place


METHODS = ("default", "einbeck", "notebook")

# What only some methods use; None means the method's own default.
_USED_BY: dict[str, tuple[str, ...]] = {
    "step": ("default", "einbeck"),
    "scale": ("einbeck",),
    "boundary": ("einbeck",),
    "way": ("einbeck",),
    "depth": ("einbeck",),
    "rho0": ("einbeck",),
    "prune": ("einbeck",),
    "cross": ("einbeck",),
}


def check_options(options: Any) -> None:
    """Check the values of the options of a LocalPrincipalCurve.

    Parameters
    ----------
    options : LocalPrincipalCurve
        Anything with its parameters as attributes.

    Raises
    ------
    InvalidInput
        If one of them is not allowed, or given although the method ignores it.
    """
    _one_of(options.method, "method", METHODS)
    for name, methods in _USED_BY.items():
        value = getattr(options, name)
        if value is not None and options.method not in methods:
            msg = f"method {options.method!r} ignores {name} = {value!r}; leave it out"
            raise InvalidInput(msg)
    _bandwidth(options)
    for name in ("step", "tol"):
        if getattr(options, name) is not None:
            _at_least_zero(
                getattr(options, name), name, open_end=name == "step" or options.method != "einbeck"
            )
    _at_least_zero(options.angle_penalty, "angle_penalty")
    for name in ("boundary", "rho0", "prune"):
        if getattr(options, name) is not None:
            _at_least_zero(getattr(options, name), name)
    if options.max_iter is not None:
        _whole(options.max_iter, "max_iter")
    if options.scale is not None:
        _one_of(options.scale, "scale", (0, 1, 2))
    if options.way is not None:
        _one_of(options.way, "way", ("two", "one", "back"))
    if options.depth is not None:
        _one_of(options.depth, "depth", (1, 2, 3))
    if options.cross is not None:
        _one_of(options.cross, "cross", (True, False))


def refuse_positional_start(y: object, X: ArrayLike) -> None:
    """Refuse a start given by position, where scikit-learn puts a target.

    Parameters
    ----------
    y : object
        What was given second; one entry per row, or None, is ignored.
    X : array_like, shape (n, d)
        Points.

    Raises
    ------
    InvalidInput
        If `y` has another length than X.
    """
    if y is None:
        return
    given, rows = np.asarray(y), points_array(X, "X")
    if given.shape[:1] != rows.shape[:1]:
        msg = (
            f"y is ignored but must have one entry per row, found shape {given.shape}; give a start as start="
        )
        raise InvalidInput(msg)


def checked_columns(X: ArrayLike, d: int, name: str) -> Array:
    """Rows with the number of coordinates that was fitted to.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Points.
    d : int
        Coordinates fitted to.
    name : str
        What was fitted, for the message.

    Returns
    -------
    array, shape (n, d)
        float64.

    Raises
    ------
    InvalidInput
        If they differ, or a value is not finite.
    """
    shape = np.shape(np.asarray(X))
    if len(shape) == 2 and shape[1] != d:
        msg = f"X has {shape[1]} features, but {name} is expecting {d} features as input"
        raise InvalidInput(msg)
    return points_array(X, "X")


def refuse_time(time: ArrayLike | None) -> None:
    """Refuse times for the method "notebook": its user would believe that they have an effect.

    Parameters
    ----------
    time : array_like or None
        Times.

    Raises
    ------
    InvalidInput
        If they are given.
    """
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


def check_bandwidth_fits(bandwidth: Any, d: int) -> None:
    """Refuse a bandwidth per coordinate that has another number of them.

    Parameters
    ----------
    bandwidth : float, str or array_like
        The option.
    d : int
        Number of coordinates.

    Raises
    ------
    InvalidInput
        If they differ.
    """
    if not isinstance(bandwidth, str) and np.ndim(bandwidth) == 1 and len(bandwidth) != d:
        msg = f"bandwidth must have one entry for each of {d} coordinates, found {len(bandwidth)}"
        raise InvalidInput(msg)


def start_points(start: ArrayLike, d: int, *, several: bool) -> Array:
    """One or several finite points of d coordinates.

    Parameters
    ----------
    start : array_like, shape (d,) or (k, d)
        The points.
    d : int
        Number of coordinates.
    several : bool
        Whether more than one is allowed.

    Returns
    -------
    array, shape (k, d)
        float64.

    Raises
    ------
    InvalidInput
        If it is anything else.
    """
    points = np.asarray(start, dtype=np.float64)
    good = points.shape == (d,) or (
        several and points.ndim == 2 and points.shape[1:] == (d,) and len(points) > 0
    )
    if not good or not np.isfinite(points).all():
        more = f" or (k, {d})" if several else ""
        msg = f"start must be one finite point of shape ({d},){more}, found shape {points.shape}: {points.tolist()}"
        raise InvalidInput(msg)
    return points.reshape(-1, d)


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and bool(np.isfinite(value))


def _at_least_zero(value: Any, name: str, *, open_end: bool = False) -> None:
    if not _is_number(value) or value < 0 or (open_end and value == 0):
        bound = "above 0" if open_end else "of at least 0"
        msg = f"{name} must be a finite number {bound}, found {value!r}"
        raise InvalidInput(msg)


def _whole(value: Any, name: str) -> None:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        msg = f"{name} must be a whole number of at least 1, found {value!r}"
        raise InvalidInput(msg)


def _one_of(value: Any, name: str, allowed: tuple[Any, ...]) -> None:
    if not any(value is one or (type(value) is not bool and value == one) for one in allowed):
        msg = f"{name} must be {', '.join(map(repr, allowed[:-1]))} or {allowed[-1]!r}, found {value!r}"
        raise InvalidInput(msg)


def _bandwidth(options: Any) -> None:
    """A number above 0, one per coordinate, or the name of a rule that the method knows."""
    value, method = options.bandwidth, options.method
    if isinstance(value, str):
        rules = {"default": ("auto", "self_coverage"), "einbeck": ("auto",), "notebook": ()}[method]
        if not rules and value == "auto":
            msg = (
                "method 'notebook' has no automatic bandwidth; give a number (the original scripts used 0.5)"
            )
            raise InvalidInput(msg)
        if value in rules:
            return
    numbers = np.asarray(value if not isinstance(value, str) and value is not None else np.nan)
    fits = numbers.ndim == 0 or (numbers.ndim == 1 and len(numbers) > 0 and method != "notebook")
    numeric = numbers.dtype.kind in "iuf" and fits
    if not numeric or not np.isfinite(numbers).all() or not (numbers > 0).all():
        msg = f"bandwidth must be a finite number above 0 or 'auto', found {value!r}"
        raise InvalidInput(msg)
