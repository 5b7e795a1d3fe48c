"""Why the recommended model, and not the one that is best in a single number."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from morphsweep.reporting.numbers import jsonable
from morphsweep.selection import ordinal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphsweep.reporting.catalogue import Column
    from morphsweep.selection import Selection

__all__ = ["prepare_rivals"]


def prepare_rivals(selection: "Selection", columns: "Mapping[str, Column]", /) -> list[dict[str, Any]]:
    """For each threshold, the model that is best in its number, and what became of it.

    Parameters
    ----------
    selection : Selection
        The choice.
    columns : mapping of str to Column
        What the summary's columns are.

    Returns
    -------
    list of dict
        ``model`` and ``text``, which goes on after the model's name; empty without a winner.
    """
    if (
        selection.winner is None or len(selection.table) < 2
    ):  # alone it is the best of all, which says nothing
        return []
    best: dict[int, list[str]] = {}
    for axis in selection.criteria.axes:
        row = _best(selection, axis.column, columns)
        if row is not None:
            best.setdefault(row, []).append(axis.column)
    return [
        {
            "model": jsonable(selection.table["model_index"].iloc[row]),
            "text": _told(selection, row, names, columns),
        }
        for row, names in best.items()
    ]


def _best(selection: "Selection", column: str, columns: "Mapping[str, Column]") -> int | None:
    values = pd.to_numeric(selection.table[column], errors="coerce")
    values = values.where(selection.comparable[column]) if column in selection.comparable else values
    if values.isna().all():
        return None
    known = columns.get(column)
    numbers = values.to_numpy(float)
    lower = known is not None and known.better == "lower"
    return int(np.nanargmin(numbers) if lower else np.nanargmax(numbers))


def _told(selection: "Selection", row: int, names: list[str], columns: "Mapping[str, Column]") -> str:
    """One sentence."""
    table = selection.table
    model = table["model_index"].iloc[row]
    said = [f"{_label(name, columns)} ({_number(table[name].iloc[row])})" for name in names]
    best = f"has the best {' and the best '.join(said)} of all"
    if model == selection.winner:
        return f"{best}."
    failed = [
        f"{_label(c.column, columns)} is {_number(table[c.column].iloc[row])}, not {c.asked.op} {_number(c.threshold)}"
        for c in (*selection.criteria.axes, *selection.criteria.filters)
        if c.holds[row] is not True
    ]
    if failed:
        return f"{best}, but {' and '.join(failed)}."
    rank = table["rank"].iloc[row]
    place = "" if pd.isna(rank) else f" and comes {ordinal(int(rank))} by the rule"
    passes = f"passes {'both thresholds' if len(selection.criteria.axes) > 1 else 'the threshold'} too"
    if selection.ties and model in selection.ties:
        return f"{best}; it {passes}, and the numbers do not separate it from the recommended model."
    return f"{best}; it {passes}{place}."


def _label(column: str, columns: "Mapping[str, Column]") -> str:
    return columns[column].label if column in columns else column


def _number(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "missing" if value is None or pd.isna(value) else f"{value:.3g}"
