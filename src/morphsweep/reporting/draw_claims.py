"""Drawing the claims ledger: a small picture per claim, framed in the colour of its verdict."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, MaxNLocator

from morphsweep.reporting.figure_record import Record, shortened, wrapped
from morphsweep.reporting.figure_style import DOUBLE, INK, SOFT, class_colors, empty_figure, headed

__all__ = ["draw_claims"]

_COLUMNS = 4
_VERDICTS = {"holds": "#00714f", "does not hold": "#b3261e", "undecided": "#8a6d00"}
_BLUE = "#0072B2"


def draw_claims(record: Record, /) -> Figure:
    """All claims that can be tested.

    Parameters
    ----------
    record : Record
        As :func:`prepare_claims` makes it.

    Returns
    -------
    Figure
        Panels in rows of four.
    """
    if record.note:
        return empty_figure(record)
    groups = [
        (name, rows)
        for name, rows in record.frame.groupby("claim", sort=False)
        if rows["kind"].iloc[0] != "none"
    ]
    rows_of = -(-len(groups) // _COLUMNS)
    figure = headed(record, width=DOUBLE, height=0.9 + 2.1 * rows_of)
    for place, (name, rows) in enumerate(groups):
        axes = figure.add_subplot(rows_of, _COLUMNS, place + 1)
        _PICTURES[str(rows["kind"].iloc[0])](axes, rows)
        verdict = str(rows["verdict"].iloc[0])
        color = _VERDICTS[verdict]
        value, low, high = rows[["value", "low", "high"]].iloc[0].astype(float)
        interval = f" ({low:.2g} to {high:.2g})" if np.isfinite(low) else ""
        told = f"{rows['told'].iloc[0]}: {value:.2g}{interval}"
        lines = (
            wrapped(str(name), width=30),
            wrapped(str(rows["tested"].iloc[0]).replace("_", " "), width=34, lines=3),
        )
        axes.set_title("\n".join([*lines, wrapped(told, width=32)]), color=color, fontsize=5)
        _name_axes(axes, rows)
        for side in ("left", "bottom"):
            axes.spines[side].set_color(color)
    return figure


def _name_axes(axes: Axes, rows: pd.DataFrame) -> None:
    """What is plotted, and few ticks, so that their labels stay apart."""
    axes.set_xlabel(wrapped(str(rows["x_title"].iloc[0]), width=34, lines=3), fontsize=5)
    axes.set_ylabel(wrapped(str(rows["y_title"].iloc[0]), width=28), fontsize=5)
    axes.tick_params(labelsize=5)
    for axis, most in ((axes.xaxis, 3), (axes.yaxis, 4)):
        if isinstance(axis.get_major_locator(), AutoLocator):  # places of names stay as they are
            axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))


def _points(axes: Axes, rows: pd.DataFrame) -> None:
    axes.plot(rows["x"].astype(float), rows["y"].astype(float), "o", color=_BLUE, markersize=2.2, alpha=0.8)


def _lines(axes: Axes, rows: pd.DataFrame) -> None:
    levels = _ordered(rows["x"])
    placed = rows.assign(place=[levels.index(str(level)) for level in rows["x"]]).sort_values("place")
    for _, line in placed.groupby("group", sort=False):
        axes.plot(line["place"], line["y"], color=SOFT, linewidth=0.7, marker="o", markersize=1.8)
    axes.set_xticks(range(len(levels)), [shortened(level, most=10) for level in levels])


def _bars(axes: Axes, rows: pd.DataFrame) -> None:
    names = [shortened(str(name), most=14) for name in rows["x"]]
    axes.barh(range(len(rows)), rows["y"].astype(float), color=_BLUE, height=0.6)
    axes.set_yticks(range(len(rows)), names, fontsize=5)
    axes.invert_yaxis()


def _strip(axes: Axes, rows: pd.DataFrame) -> None:
    groups = [str(name) for name in dict.fromkeys(rows["group"])]
    colors = class_colors(groups) if groups != [""] else {"": _BLUE}
    for place, (name, part) in enumerate(rows.groupby("group", sort=False)):
        values = part["x"].astype(float).sort_values().to_numpy()
        offsets = np.linspace(-0.25, 0.25, len(values)) if len(values) > 1 else np.zeros(len(values))
        axes.plot(values, place + offsets, "o", color=colors[str(name)], markersize=2)
        axes.plot([np.median(values)] * 2, [place - 0.35, place + 0.35], color=INK, linewidth=1)
    axes.set_yticks(range(len(groups)), [shortened(name, most=12) for name in groups])


_PICTURES: Mapping[str, Callable[[Axes, pd.DataFrame], None]] = {
    "point": _points,
    "line": _lines,
    "bar": _bars,
    "count": _bars,
    "strip": _strip,
}


def _ordered(levels: "pd.Series[str]") -> list[str]:
    """Numbers by size, else by letter."""
    names = [str(name) for name in levels.unique()]
    numbers = pd.to_numeric(pd.Series(names), errors="coerce")
    return sorted(names, key=float) if numbers.notna().all() else sorted(names)
