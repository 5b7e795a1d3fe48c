"""Drawing records of models: scatter plots, lines of equality, strips."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from morphsweep.records import AVERAGE
from morphsweep.reporting.figure_record import Record, shortened

__all__ = ["draw_equality", "draw_scatter", "draw_strips", "empty_figure", "headed"]

_SHAPES = {"1": "o", "2": "^", "3": "s", "4": "D", "none": "o"}
_INK = "#1b2330"
_SOFT = "#596579"


def headed(record: Record, /, *, width: float = 6.4, height: float = 5.0) -> Figure:
    """An empty figure with the title and the sentence of the record.

    Parameters
    ----------
    record : Record
        What is drawn.
    width, height : float
        Inches.

    Returns
    -------
    Figure
        With constrained layout.
    """
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    figure.suptitle(
        shortened(record.title, most=int(13 * width)),
        x=0.02,
        ha="left",
        fontsize=11,
        fontweight="bold",
        color=_INK,
    )
    if record.reading:
        figure.supxlabel(
            shortened(record.reading, most=int(16 * width)), x=0.02, ha="left", fontsize=7.5, color=_SOFT
        )
    return figure


def empty_figure(record: Record, /) -> Figure:
    """A figure that says why there is nothing to see.

    Parameters
    ----------
    record : Record
        With a note.

    Returns
    -------
    Figure
        Text only.
    """
    figure = headed(record, height=2.5)
    figure.text(0.5, 0.5, record.note, ha="center", va="center", color=_SOFT)
    return figure


def draw_scatter(record: Record, /) -> Figure:
    """Models as points, coloured by tranche, with threshold lines.

    Parameters
    ----------
    record : Record
        Columns ``model_index, x, y, tranche``.

    Returns
    -------
    Figure
        One panel.
    """
    if record.note:
        return empty_figure(record)
    figure = headed(record)
    axes = figure.add_subplot(xlabel=shortened(record.x, most=90), ylabel=shortened(record.y, most=75))
    for tranche, rows in record.frame.groupby("tranche"):
        color = record.colors[str(tranche)]
        axes.scatter(
            rows["x"],
            rows["y"],
            s=42,
            c=color,
            marker=_SHAPES[str(tranche)],
            edgecolors="white",
            linewidths=0.6,
            label=f"tranche {tranche}",
            zorder=3,
        )
    for mark in record.marks:
        line = axes.axvline if mark.axis == "x" else axes.axhline
        line(mark.value, color=_SOFT, linestyle="--", linewidth=1, label=shortened(mark.text))
    _ring(axes, record.frame, record.winner)
    axes.legend(fontsize=7.5, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


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
    figure = headed(record, width=6.6)
    axes = figure.add_subplot(
        xlabel=shortened(record.x, most=80), ylabel=shortened(record.y, most=70), aspect="equal"
    )
    low, high = _extent(record.frame)
    axes.plot([low, high], [low, high], color=_SOFT, linestyle="--", linewidth=1, label="y = x")
    for name, rows in record.frame[record.frame["perturbation"] != AVERAGE].groupby(
        "perturbation", sort=False
    ):
        axes.scatter(
            rows["x"],
            rows["y"],
            s=13,
            c=record.colors[str(name)],
            alpha=0.75,
            linewidths=0,
            label=shortened(str(name), most=24),
        )
    average = record.frame[record.frame["perturbation"] == AVERAGE]
    axes.scatter(
        average["x"], average["y"], s=44, c="white", edgecolors=_INK, linewidths=1.2, label="model", zorder=3
    )
    _ring(axes, average, record.winner)
    axes.set(xlim=(low, high), ylim=(low, high))
    axes.legend(fontsize=7.5, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def draw_strips(record: Record, /) -> Figure:
    """Scores by the values of a hyper-parameter, a panel per score.

    Parameters
    ----------
    record : Record
        Columns ``model_index, level, column, label, value``.

    Returns
    -------
    Figure
        Up to three panels in a row.
    """
    if record.note:
        return empty_figure(record)
    panels = list(record.frame.groupby("column", sort=False))
    rows = -(-len(panels) // 3)
    figure = headed(record, width=9.5, height=0.8 + 2.7 * rows)
    levels = list(dict.fromkeys(record.frame["level"]))
    for axes, (_, scores) in zip(_grid(figure, rows, 3, len(panels)), panels, strict=True):
        _strip(axes, scores, levels, record.x)
    return figure


def _strip(axes: Axes, scores: pd.DataFrame, levels: Sequence[str], knob: str) -> None:
    """One panel: points beside each other, and the median of each level."""
    for place, level in enumerate(levels):
        values = scores.loc[scores["level"] == level, "value"].astype(float).sort_values()
        offsets = np.linspace(-0.18, 0.18, len(values)) if len(values) > 1 else np.zeros(len(values))
        axes.scatter(place + offsets, values, s=18, c="#0072B2", alpha=0.75, linewidths=0)
        if len(values):
            axes.hlines(values.median(), place - 0.28, place + 0.28, color=_INK, linewidth=1.6)
    axes.set_xticks(range(len(levels)), [shortened(level, most=14) for level in levels], fontsize=8)
    label, _, direction = str(scores["label"].iloc[0]).rpartition(
        ", "
    )  # every metric drawn here has a direction
    axes.set_title(f"{shortened(label, most=44)}\n{direction}", fontsize=8, color=_INK)
    axes.set_xlabel(shortened(knob, most=40), fontsize=8)


def _grid(figure: Figure, rows: int, columns: int, n: int) -> Iterator[Axes]:
    """The first `n` panels of a grid."""
    for place in range(n):
        yield figure.add_subplot(rows, columns, place + 1)


def _ring(axes: Axes, frame: pd.DataFrame, winner: int | None) -> None:
    """Mark the recommended model."""
    for x, y in frame.loc[frame["model_index"] == winner, ["x", "y"]].to_numpy(dtype=float):
        axes.scatter(x, y, s=170, facecolors="none", edgecolors=_INK, linewidths=1.3, zorder=4)
        where: dict[str, Any] = {
            "textcoords": "offset points",
            "xytext": (0, 10),
            "ha": "center",
            "fontsize": 8,
        }
        axes.annotate(f"model {winner}", (x, y), **where)


def _extent(frame: pd.DataFrame) -> tuple[float, float]:
    both = frame[["x", "y"]].to_numpy(dtype=float)
    low, high = float(both.min()), float(both.max())
    pad = 0.06 * ((high - low) or abs(high) or 1.0)
    return low - pad, high + pad
