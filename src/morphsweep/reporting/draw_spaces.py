"""Drawing records of many spaces: the wall, and the sheets of a tranche."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from morphsweep.reporting.figure_record import Record, shortened, wrapped
from morphsweep.reporting.figure_style import DOUBLE, INK, SOFT, empty_figure, headed

__all__ = ["draw_sheet", "draw_wall"]

_CELL = 3.9  # radii of gyration from one space of the wall to the next
_TALLEST = 9.4  # inches: a journal's page
_SHEET_COLUMNS = 4


def draw_sheet(record: Record, /) -> Figure:
    """A dozen spaces, each with its aligned copies, at one size.

    Parameters
    ----------
    record : Record
        Columns ``model_index, title, perturbation, stroke, x, y``.

    Returns
    -------
    Figure
        Four panels in a row.
    """
    if record.note:
        return empty_figure(record)
    models = list(dict.fromkeys(record.frame["model_index"]))
    columns = min(_SHEET_COLUMNS, len(models))
    rows = -(-len(models) // columns)
    figure = headed(record, width=max(1.0 + 1.55 * columns, 3.5), height=0.6 + 1.85 * rows)
    reach = float(np.quantile(np.abs(record.frame[["x", "y"]].to_numpy(dtype=float)), 0.998)) * 1.08
    for place, model in enumerate(models):
        axes = figure.add_subplot(rows, columns, place + 1, aspect="equal")
        part = record.frame[record.frame["model_index"] == model]
        first, _, second = str(part["title"].iloc[0]).partition("\n")
        name, _, knobs = first.partition(" · ")
        axes.set_title(
            name,
            fontsize=6,
            loc="left",
            fontweight="bold",
            color="#b04a00" if model == record.winner else INK,
            y=1.0,
        )
        axes.text(0, 0.99, f"{wrapped(knobs, width=42)}\n{shortened(second, most=44)}", fontsize=4.5, va="top", color=SOFT,
                  transform=axes.transAxes)  # fmt: skip
        axes.set(xlim=(-reach, reach), ylim=(-reach, 1.25 * reach))
        axes.set_axis_off()
        for stroke, style, width in (("solid", "-", 1.3), ("dotted", (0, (1, 1)), 1.0)):
            _draw_lines(axes, part[part["stroke"] == stroke], record, style, width, dots=stroke == "solid")
    _legend(figure.axes[columns - 1], record)
    return figure


def draw_wall(record: Record, /) -> Figure:
    """All spaces in one panel, a block per tranche.

    Parameters
    ----------
    record : Record
        Columns ``model_index, group, value, perturbation, x, y``, in the order of the wall.

    Returns
    -------
    Figure
        At most a page; with more models the spaces are smaller.
    """
    if record.note:
        return empty_figure(record)
    blocks = [(str(g), rows) for g, rows in record.frame.groupby("group", sort=False)]
    sizes = [rows["model_index"].nunique() for _, rows in blocks]
    columns = _columns(sizes)
    total = sum(-(-size // columns) for size in sizes) + 0.45 * len(blocks)
    cell = (DOUBLE - 0.2) / columns
    figure = headed(record, width=DOUBLE, height=min(0.65 + cell * total, _TALLEST + 0.65))
    axes = figure.add_subplot(aspect="equal")
    axes.set_axis_off()
    line = max(0.4, min(1.1, cell * 1.2))
    for model, rows, (x, y) in _places(axes, blocks, columns):
        moved = rows.assign(x=rows["x"] + x, y=rows["y"] + y)
        _draw_lines(axes, moved, record, "-", line, dots=True, size=3 * line)
        value = rows["value"].iloc[0]
        told = (
            f"{model}  {value:.2f}" if isinstance(value, float | int) and np.isfinite(value) else str(model)
        )
        axes.text(x, y - 0.49 * _CELL, told, ha="center", va="bottom", fontsize=min(5.5, max(4.0, 5.2 * cell + 1)), color=INK,
                  fontweight="bold" if model == record.winner else "normal")  # fmt: skip
    axes.set(xlim=(0, columns * _CELL), ylim=(-total * _CELL, 0.1))
    _legend(axes, record, below=True)
    return figure


def _columns(sizes: list[int]) -> int:
    """As few in a row as fit on a page."""
    for columns in range(8, 41):
        cell = (DOUBLE - 0.2) / columns
        if cell * (sum(-(-size // columns) for size in sizes) + 0.45 * len(sizes)) <= _TALLEST:
            return columns
    return 40


def _places(
    axes: Axes, blocks: list[tuple[str, pd.DataFrame]], columns: int
) -> Iterator[tuple[Any, pd.DataFrame, tuple[float, float]]]:
    """Every space with the middle of its cell; headings are written on the way."""
    top = 0.0
    for group, rows in blocks:
        models = [(model, part) for model, part in rows.groupby("model_index", sort=False)]
        axes.text(
            0.1,
            top - 0.2 * _CELL,
            f"{shortened(group, most=60)}  ({len(models)})",
            fontsize=7,
            fontweight="bold",
            va="center",
        )
        axes.plot([0, columns * _CELL], [top - 0.37 * _CELL] * 2, color="#d5dae2", linewidth=0.6)
        top -= 0.45 * _CELL
        for place, (model, part) in enumerate(models):
            yield model, part, ((place % columns + 0.5) * _CELL, top - (place // columns + 0.5) * _CELL)
        top -= -(-len(models) // columns) * _CELL


def _draw_lines(
    axes: Axes, rows: pd.DataFrame, record: Record, style: Any, width: float, *, dots: bool, size: float = 6
) -> None:
    """Curves of one space."""
    groups = list(rows.groupby(["regime", "perturbation"], sort=False))
    lines = [part[["x", "y"]].to_numpy(dtype=float) for _, part in groups]
    colors = [record.colors[str(key[1])] for key, _ in groups]
    axes.add_collection(
        LineCollection(lines, colors=colors, linestyles=[style], linewidths=width, capstyle="round", zorder=2)
    )
    if dots and lines:
        starts = np.array([line[0] for line in lines])
        axes.scatter(starts[:, 0], starts[:, 1], s=size, c=colors, linewidths=0, zorder=3)


def _legend(axes: Axes, record: Record, *, below: bool = False) -> None:
    lines = [axes.plot([], [], color=color, linewidth=1.8)[0] for color in record.colors.values()]
    names = [shortened(name, most=22) for name in record.colors]
    where: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
    if below:
        where = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "ncols": min(len(names), 8)}
    axes.legend(lines, names, frameon=False, borderaxespad=0, handlelength=1.4, labelcolor=SOFT, **where)
