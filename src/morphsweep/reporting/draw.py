"""Drawing records of scores: perturbations and models about y = x, strips by a hyper-parameter, histograms."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from morphsweep.records import AVERAGE
from morphsweep.reporting.figure_labels import label_points
from morphsweep.reporting.figure_record import Record, shortened, wrapped
from morphsweep.reporting.figure_style import (
    DOUBLE,
    INK,
    MIDDLE,
    SOFT,
    empty_figure,
    headed,
    lay_out,
)

__all__ = ["draw_equality", "draw_histograms", "draw_strips"]

_COLUMNS = 3
_GOLDEN = 0.618034  # steps that spread points evenly and without order


def draw_equality(record: Record, /) -> Figure:
    """Two conditions against each other with the line y = x; small points are perturbations, large ones models.

    Parameters
    ----------
    record : Record
        Columns ``model_index, perturbation, x, y``.

    Returns
    -------
    Figure
        One square panel.
    """
    if record.note:
        return empty_figure(record)
    figure = headed(record, width=MIDDLE, height=3.9)
    axes = figure.add_subplot(
        xlabel=wrapped(record.x, width=52), ylabel=wrapped(record.y, width=46), aspect="equal"
    )
    low, high = _extent(record.frame)
    axes.plot([low, high], [low, high], color=SOFT, linestyle=(0, (4, 3)), linewidth=0.8, label="y = x")
    single = record.frame[record.frame["perturbation"] != AVERAGE]
    for name, rows in single.groupby("perturbation", sort=False):
        label, color = shortened(str(name), most=20), record.colors[str(name)]
        axes.scatter(rows["x"], rows["y"], s=9, c=color, alpha=0.8, linewidths=0, label=label)
    average = record.frame[record.frame["perturbation"] == AVERAGE]
    axes.scatter(
        average["x"], average["y"], s=26, c="white", edgecolors=INK, linewidths=0.9, label="model", zorder=3
    )
    axes.set(xlim=(low, high), ylim=(low, high))
    chosen = average[average["model_index"] == record.winner]
    axes.scatter(chosen["x"], chosen["y"], s=90, facecolors="none", edgecolors=INK, linewidths=1.0, zorder=4)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
    lay_out(figure)
    label_points(axes, chosen[["x", "y"]].to_numpy(dtype=float), [f"model {record.winner}"] * len(chosen))
    return figure


def draw_strips(record: Record, /) -> Figure:
    """Scores by the values of a hyper-parameter, a panel per score; side by side what a second one separates.

    Parameters
    ----------
    record : Record
        Columns ``model_index, level, column, label, value`` and, where there is a second hyper-parameter, ``shade``.

    Returns
    -------
    Figure
        Up to three panels in a row.
    """
    if record.note:
        return empty_figure(record)
    panels = list(record.frame.groupby("column", sort=False))
    rows = -(-len(panels) // _COLUMNS)
    figure = headed(record, width=DOUBLE, height=0.7 + 1.9 * rows)
    levels = list(dict.fromkeys(record.frame["level"]))
    colors = dict(record.colors) or {"": "#0072B2"}
    grid = [figure.add_subplot(rows, _COLUMNS, place + 1) for place in range(len(panels))]
    for axes, (_, scores) in zip(grid, panels, strict=True):
        _strip(axes, scores if "shade" in scores else scores.assign(shade=""), levels, colors, record)
    if record.colors:
        last = grid[min(_COLUMNS, len(grid)) - 1]
        dots = [last.scatter([], [], s=16, c=[color]) for color in colors.values()]
        names = [shortened(name, most=20) for name in colors]
        last.legend(
            dots, names, title=shortened(record.shade, most=22), frameon=False, loc="upper left",
            bbox_to_anchor=(1.01, 1.0), borderaxespad=0, alignment="left", handletextpad=0.2,
        )  # fmt: skip
    return figure


def _strip(
    axes: Axes, scores: pd.DataFrame, levels: Sequence[str], colors: Mapping[str, Any], record: Record
) -> None:
    """One panel: points beside each other, and the median of each group."""
    width = 0.72 / len(colors)
    for place, level in enumerate(levels):
        for k, (name, color) in enumerate(colors.items()):
            middle = place + (k - (len(colors) - 1) / 2) * width
            of_group = (scores["level"] == level) & (scores["shade"].astype(str) == name)
            values = scores.loc[of_group, "value"].astype(float).sort_values()
            if not len(values):
                continue
            offsets = ((np.arange(len(values)) * _GOLDEN) % 1 - 0.5) * 0.62 * width * (len(values) > 1)
            axes.scatter(middle + offsets, values, s=10, color=color, alpha=0.85, linewidths=0, zorder=3)
            chosen = (scores.loc[values.index, "model_index"] == record.winner).to_numpy()
            axes.scatter(
                middle + offsets[chosen],
                values[chosen],
                s=44,
                facecolors="none",
                edgecolors=INK,
                linewidths=0.9,
                zorder=4,
            )
            axes.hlines(
                values.median(),
                middle - 0.42 * width,
                middle + 0.42 * width,
                color=INK,
                linewidth=1.2,
                zorder=2,
            )
    axes.set_xticks(range(len(levels)), [shortened(level, most=14) for level in levels])
    axes.set_xlim(-0.5, len(levels) - 0.5)
    axes.grid(visible=False, axis="x")
    label, _, direction = str(scores["label"].iloc[0]).rpartition(
        ", "
    )  # every metric drawn here has a direction
    axes.set_title(f"{wrapped(label, width=38)}\n{direction}", fontsize=6.5)
    axes.set_xlabel(shortened(record.x, most=40))


def draw_histograms(record: Record, /) -> Figure:
    """How each score is distributed over the models, with the quartiles and the chosen model.

    Parameters
    ----------
    record : Record
        Columns ``model_index, column, label, value, place`` (the chosen model's place in words).

    Returns
    -------
    Figure
        Up to three panels in a row.
    """
    if record.note:
        return empty_figure(record)
    panels = list(record.frame.groupby("column", sort=False))
    rows = -(-len(panels) // _COLUMNS)
    figure = headed(record, width=DOUBLE, height=0.7 + 1.55 * rows)
    for place, (_, scores) in enumerate(panels):
        axes = figure.add_subplot(rows, _COLUMNS, place + 1)
        values = scores["value"].to_numpy(dtype=float)
        axes.axvspan(*np.quantile(values, [0.25, 0.75]), color="#eef1f6", zorder=0)
        bins = int(np.clip(np.sqrt(len(values)) * 2, 6, 30))
        axes.hist(values, bins=bins, color="#8fb8d8", edgecolor="white", linewidth=0.5, zorder=2)
        axes.plot(values, np.full(len(values), -0.03), "|", color=SOFT, markersize=4, markeredgewidth=0.6,
                  transform=axes.get_xaxis_transform(), clip_on=False)  # fmt: skip
        told = str(scores["place"].iloc[0])
        for value in scores.loc[scores["model_index"] == record.winner, "value"]:
            axes.axvline(value, color="#D55E00", linewidth=1.4, zorder=3)
        axes.set_title(told, loc="right", fontsize=5.5, color="#b04a00")
        axes.set_xlabel(wrapped(str(scores["label"].iloc[0]), width=46), fontsize=6)
        axes.set_ylabel("models" if place % _COLUMNS == 0 else "", fontsize=6)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.grid(visible=False)
    return figure


def _extent(frame: pd.DataFrame) -> tuple[float, float]:
    both = frame[["x", "y"]].to_numpy(dtype=float)
    low, high = float(both.min()), float(both.max())
    pad = 0.06 * ((high - low) or abs(high) or 1.0)
    return low - pad, high + pad
