"""Numbers as the page wants them: short, finite or null."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["column_values", "jsonable", "rounded"]


def rounded(values: Iterable[float], /, *, digits: int = 4) -> list[float | None]:
    """Numbers with a few significant digits; null where there is none.

    Parameters
    ----------
    values : iterable of float
        Any unit.
    digits : int
        Significant digits.

    Returns
    -------
    list
        Of equal length; None for NaN and infinities.

    Examples
    --------
    >>> rounded([1.23456, float("nan"), float("inf"), 0.0])
    [1.235, None, None, 0.0]
    """
    numbers = (float(value) for value in values)
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in numbers]


def column_values(column: "pd.Series[Any]", /, *, digits: int = 6) -> list[Any]:
    """A column as a list: numbers rounded, text as it is, missing values null.

    Parameters
    ----------
    column : Series
        Numbers, text or truth values.
    digits : int
        Significant digits of numbers that are not whole.

    Returns
    -------
    list
        JSON-able, one entry per row.

    Examples
    --------
    >>> column_values(pd.Series([10.0, 0.1, None]))
    [10, 0.1, None]
    """
    return [_value(value, digits) for value in column.tolist()]


def jsonable(thing: object, /) -> Any:
    """Anything found in a run's record as plain JSON: NaN and infinities null, unknown types as text.

    Parameters
    ----------
    thing : object
        Mappings, sequences, sets, arrays, numbers, text, paths.

    Returns
    -------
    dict, list, str, int, float, bool or None
        Of the same structure.

    Examples
    --------
    >>> jsonable({"a": (1, float("nan")), 2: {"x"}})
    {'a': [1, None], '2': ['x']}
    """
    if isinstance(thing, Mapping):
        return {str(key): jsonable(value) for key, value in thing.items()}
    if isinstance(thing, set | frozenset):
        return [jsonable(value) for value in sorted(thing, key=str)]
    if isinstance(thing, list | tuple | np.ndarray):
        return [jsonable(value) for value in thing]
    return _value(thing, 12)


def _value(value: object, digits: int) -> Any:
    """One cell."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        if not math.isfinite(number):
            return None
        return int(number) if number.is_integer() and abs(number) < 1e15 else float(f"{number:.{digits}g}")
    return str(value)
