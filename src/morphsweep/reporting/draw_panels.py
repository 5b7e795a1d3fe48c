"""Drawing models as points in one or several panels: coloured by a number or a class, with thresholds and y = x."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.transforms import ScaledTranslation

from morphsweep.geometry.ranks import rank_correlation
from morphsweep.reporting.figure_labels import label_points
from morphsweep.reporting.figure_paint import Paint
from morphsweep.reporting.figure_record import Mark, Record, shortened, wrapped
from morphsweep.reporting.figure_style import (
    DOUBLE,
    INK,
    MIDDLE,
    SOFT,
    empty_figure,
    headed,
    lay_out,
)

__all__ = ["draw_panels", "pareto_line"]

_HALO = [withStroke(linewidth=2, foreground="white")]
_LINE = "#9a3412"
_FEWEST = 4  # models that a trend is told from
_FLATTEST = 0.3  # share of the longer range that the shorter one must span for both axes to be alike
_PLACES = (0.05, 0.72, 0.5, 0.3)  # where the name of y = x may stand, as shares of the panel
_CLEAR = 0.1  # of the panel, between the middle of that name and the nearest point
_MOST_NUMBERED = 24  # models that all get their number; of more, only the winner


def draw_panels(record: Record, /) -> Figure:
    """Models as points, one panel per class of ``panel``.

    Parameters
    ----------
    record : Record
        Columns ``model_index, x, y`` and, where used, ``panel`` and ``shade``.

    Returns
    -------
    Figure
        One panel, or a grid of up to four columns.
    """
    if record.note:
        return empty_figure(record)
    frame = record.frame if "panel" in record.frame else record.frame.assign(panel="")
    names = list(dict.fromkeys(frame["panel"]))
    figure, grid = _grid(record, len(names))
    paint = Paint(record, frame)
    limits = _limits(frame, record) if record.share else None
    for place, (axes, name) in enumerate(zip(grid, names, strict=True)):
        rows = frame[frame["panel"] == name]
        _panel(
            axes, rows, record, paint, limits or _limits(rows, record), told=place == 0 or not record.share
        )
        _titles(axes, str(name), record, rows)
        if len(names) == 1:
            axes.set(xlabel=wrapped(record.x, width=52), ylabel=wrapped(record.y, width=46))
        if record.share and place % _columns(len(names)):
            axes.tick_params(labelleft=False)
        if record.share and place + _columns(len(names)) < len(names):
            axes.tick_params(labelbottom=False)
    if len(names) > 1:
        _shared_titles(grid, record, len(names))
    _legend(figure, grid, record, frame, paint)
    lay_out(figure)
    for axes, name in zip(grid, names, strict=True):
        _numbers(axes, frame[frame["panel"] == name], record.winner)
    return figure


def pareto_line(x: Sequence[float], y: Sequence[float], /, *, better: Sequence[str]) -> np.ndarray:
    """Points that no other point beats in both numbers, in the order of x.

    Parameters
    ----------
    x, y : sequence of float
        Two numbers per model.
    better : sequence of str
        "higher" or "lower" for each.

    Returns
    -------
    array, shape (n_front, 2)
        The front.

    Examples
    --------
    >>> pareto_line([1, 2, 3], [5, 4, 1], better=("higher", "higher")).tolist()
    [[1.0, 5.0], [2.0, 4.0], [3.0, 1.0]]
    """
    points = np.column_stack([x, y]).astype(float)
    signed = points * [1 if direction == "higher" else -1 for direction in better]
    beaten = [(np.all(signed >= p, axis=1) & np.any(signed > p, axis=1)).any() for p in signed]
    front = points[~np.asarray(beaten, dtype=bool)]
    ordered: np.ndarray = front[np.lexsort((front[:, 1], front[:, 0]))]
    return ordered


def _columns(n: int) -> int:
    return n if n <= 3 else 4 if n in {4, 7, 8} or n > 9 else 3


def _grid(record: Record, n: int) -> tuple[Figure, list[Axes]]:
    """The figure and its panels."""
    if n == 1:
        figure = headed(record, width=MIDDLE if record.shade else 3.9, height=3.7)
        return figure, [figure.add_subplot()]
    columns = _columns(n)
    rows = -(-n // columns)
    width = 5.6 if columns == 2 else DOUBLE
    height = 1.75 if columns > 3 else 2.1 if record.diagonal or columns == 3 else 2.6
    figure = headed(record, width=width, height=0.8 + rows * height)
    grid = [figure.add_subplot(rows, columns, place + 1) for place in range(n)]
    return figure, grid


def _panel(axes: Axes, rows: pd.DataFrame, record: Record, paint: Paint, limits: Any, *, told: bool) -> None:
    """Points, lines and numbers of one panel."""
    axes.set(xlim=limits[0], ylim=limits[1])
    if record.diagonal:
        if limits[0] == limits[1]:
            axes.set_aspect("equal")
        both = [min(limits[0][0], limits[1][0]), max(limits[0][1], limits[1][1])]
        axes.plot(both, both, color=SOFT, linestyle=(0, (4, 3)), linewidth=0.8, zorder=1)
        alike: Any = {"fontsize": 5.5, "color": SOFT, "path_effects": _HALO}
        if limits[0] == limits[1]:
            place = _free_place(rows, limits)
            axes.annotate(
                "y = x", (place + 0.06, place), xycoords="axes fraction", ha="left", va="bottom", **alike
            )
        else:
            axes.annotate(
                "y = x",
                (limits[1][1], limits[1][1]),
                xytext=(2, -2),
                textcoords="offset points",
                va="top",
                **alike,
            )
    if record.rule and len(rows) > 1:
        front = pareto_line(rows["x"].tolist(), rows["y"].tolist(), better=record.rule.split())
        axes.plot(*front.T, color=SOFT, linewidth=0.8, zorder=1)
    crowd = 26 if len(rows) <= 60 else 12
    axes.scatter(
        rows["x"], rows["y"], s=crowd, c=paint.colors(rows), edgecolors="white", linewidths=0.4, zorder=3
    )
    for mark in record.marks:
        _threshold(axes, mark, rows, text=shortened(mark.text, most=34) if told else "")
    _quadrants(axes, record)


def _free_place(rows: pd.DataFrame, limits: Any) -> float:
    """Where along the line, as a share of the panel, its name lies farthest from the points; the beginning, if that is free."""
    (left, right), (low, high) = limits
    x = (rows["x"].to_numpy(dtype=float) - left) / (right - left)
    y = (rows["y"].to_numpy(dtype=float) - low) / (high - low)
    free = {  # distance from the middle of the words, twice as wide as high
        place: float(np.hypot((x - place - 0.13) / 2, y - place - 0.03).min(initial=np.inf))
        for place in _PLACES
    }
    return next((place for place, far in free.items() if far > _CLEAR), max(_PLACES, key=free.__getitem__))


def _numbers(axes: Axes, rows: pd.DataFrame, winner: int | None) -> None:
    """The recommended model's ring; the numbers of all models where they are few."""
    chosen = rows[rows["model_index"] == winner]
    axes.scatter(chosen["x"], chosen["y"], s=80, facecolors="none", edgecolors=INK, linewidths=1.0, zorder=4)
    named = (
        pd.concat([chosen, rows[rows["model_index"] != winner]]) if len(rows) <= _MOST_NUMBERED else chosen
    )
    everything = rows[["x", "y"]].to_numpy(dtype=float)
    label_points(
        axes,
        named[["x", "y"]].to_numpy(dtype=float),
        [str(m) for m in named["model_index"]],
        others=everything,
    )


def _threshold(axes: Axes, mark: Mark, rows: pd.DataFrame, *, text: str) -> None:
    """A dashed line with its condition at the emptier end."""
    style: Any = {"color": _LINE, "linestyle": (0, (4, 2)), "linewidth": 0.9, "zorder": 2}
    words: Any = {
        "fontsize": 5.5,
        "color": _LINE,
        "path_effects": _HALO,
        "zorder": 6,
        "textcoords": "offset points",
    }
    if mark.axis == "x":
        axes.axvline(mark.value, **style)
        far = _crowded_far_end(rows["x"], rows["y"], mark.value, axes.get_xlim(), axes.get_ylim())
        at, va, shift = (0.0, "bottom", 2) if far else (1.0, "top", -2)
        axes.annotate(text, (mark.value, at), xycoords=("data", "axes fraction"), xytext=(2, shift), rotation=90,
                      va=va, **words)  # fmt: skip
    else:
        axes.axhline(mark.value, **style)
        far = _crowded_far_end(rows["y"], rows["x"], mark.value, axes.get_ylim(), axes.get_xlim())
        at, ha, shift = (0.0, "left", 2) if far else (1.0, "right", -2)
        axes.annotate(text, (at, mark.value), xycoords=("axes fraction", "data"), xytext=(shift, 2), ha=ha,
                      va="bottom", **words)  # fmt: skip


def _crowded_far_end(
    across: "pd.Series[float]", along: "pd.Series[float]", value: float, span: Any, reach: Any
) -> bool:
    """Whether more points lie near the far end of a line than near its beginning."""
    near = along[(across - value).abs() < 0.09 * (span[1] - span[0])]
    third = (reach[1] - reach[0]) / 3
    return int((near > reach[1] - third).sum()) > int((near < reach[0] + third).sum())


def _quadrants(axes: Axes, record: Record) -> None:
    """The numbers of the tranches in their corners."""
    above = {mark.axis: mark.above for mark in record.marks}
    if len(above) != 2 or len(record.marks) != 2:
        return
    for number, (x_holds, y_holds) in enumerate(
        ((True, True), (True, False), (False, True), (False, False)), start=1
    ):
        right, up = x_holds == above["x"], y_holds == above["y"]
        axes.annotate(
            str(number), (0.985 if right else 0.015, 0.985 if up else 0.015), xycoords="axes fraction", zorder=0.5,
            ha="right" if right else "left", va="top" if up else "bottom", fontsize=13, color="#cdd4df", fontweight="bold",
        )  # fmt: skip


def _titles(axes: Axes, name: str, record: Record, rows: pd.DataFrame) -> None:
    """Name of the panel with the perturbation's own colour; below it how strongly both numbers go together."""
    above: Any = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
        "fontsize": 5.5,
        "color": SOFT,
    }
    if name:
        note, color = record.panel_notes.get(name, ""), record.panel_colors.get(name)
        told = shortened(name, most=30) + (f" \N{MIDDLE DOT} {note}" if note else "")
        axes.set_title(("     " if color else "") + told, loc="left", fontsize=6.5, fontweight="bold", pad=11)
        if color:
            axes.scatter(
                [0.025], [1.0], s=20, c=color, marker="s", clip_on=False, zorder=9,
                transform=axes.transAxes + ScaledTranslation(0, 13.4 / 72, axes.figure.dpi_scale_trans),
            )  # fmt: skip
        if note:
            for side in ("left", "bottom"):
                axes.spines[side].set_linestyle((0, (3, 2)))
    if len(rows) >= _FEWEST:
        rho = rank_correlation(rows["x"].to_numpy(dtype=float), rows["y"].to_numpy(dtype=float))
        if np.isfinite(rho):
            text = f"\N{GREEK SMALL LETTER RHO} = {rho:.2f}, n = {len(rows)}"
            axes.annotate(text, (0, 1), xytext=(0, 2.5), **above)


def _shared_titles(grid: Sequence[Axes], record: Record, n: int) -> None:
    """Axis titles once per row and column."""
    columns = _columns(n)
    x, y = (
        re.sub(r", (higher|lower) is better$", "", text) for text in (record.x, record.y)
    )  # the sentence below says it
    for place, axes in enumerate(grid):
        if place % columns == 0:
            axes.set_ylabel(wrapped(y, width=30), fontsize=6)
        if place + columns >= n:
            axes.set_xlabel(wrapped(x, width=36), fontsize=6)


def _legend(figure: Figure, grid: Sequence[Axes], record: Record, frame: pd.DataFrame, paint: Paint) -> None:
    """What the colours mean, right of the panels."""
    if paint.mappable is not None:
        bar = figure.colorbar(
            paint.mappable,
            ax=list(grid),
            shrink=0.9 if len(grid) == 1 else 0.6,
            aspect=25,
            pad=0.02,
            extend=paint.extend,
        )
        bar.set_label(wrapped(record.shade, width=56), fontsize=6)
        bar.outline.set_linewidth(0.4)
    elif paint.classes:
        last = grid[min(_columns(len(grid)), len(grid)) - 1]
        dots = [
            last.scatter([], [], s=26, c=[c], edgecolors="white", linewidths=0.4)
            for c in paint.classes.values()
        ]
        last.legend(
            dots, [shortened(name, most=24) for name in paint.classes], title=shortened(record.shade, most=24),
            loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, borderaxespad=0, alignment="left",
            handletextpad=0.2,
        )  # fmt: skip


def _limits(rows: pd.DataFrame, record: Record) -> tuple[tuple[float, float], tuple[float, float]]:
    """Room for all points and threshold lines."""
    x, y = (rows[name].to_numpy(dtype=float) for name in ("x", "y"))
    if record.diagonal and min(np.ptp(x), np.ptp(y)) > _FLATTEST * max(np.ptp(x), np.ptp(y)):
        both = _padded(np.concatenate([x, y]))
        return both, both
    if record.diagonal and min(x.min(), y.min()) >= 0:  # from zero, so that the line is seen
        return (0.0, _padded(x)[1]), (0.0, _padded(y)[1])
    marks = {axis: [m.value for m in record.marks if m.axis == axis] for axis in ("x", "y")}
    return _padded(np.append(x, marks["x"])), _padded(np.append(y, marks["y"]))


def _padded(values: np.ndarray) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    pad = 0.09 * ((high - low) or abs(high) or 1.0)
    return low - pad, high + pad
