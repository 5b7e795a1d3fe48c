"""Drawing what drives what: importances, main effects, matched lines, interactions, correlations."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from morphsweep.influence import BEYOND
from morphsweep.reporting.figure_record import Record, shortened, wrapped
from morphsweep.reporting.figure_style import DOUBLE, INK, MIDDLE, SOFT, class_colors, empty_figure, headed

__all__ = ["draw_correlations", "draw_importances", "draw_interactions", "draw_main_effects", "draw_matched"]

_BLUE, _MAYBE, _PALE = "#0072B2", "#5fa8d3", "#c4cad4"
_COLUMNS = 4


def draw_importances(record: Record, /) -> Figure:
    """Bars with intervals, a panel per metric.

    Parameters
    ----------
    record : Record
        As :func:`prepare_importances` makes it.

    Returns
    -------
    Figure
        Panels in rows of four; hyper-parameters in one order.
    """
    if record.note:
        return empty_figure(record)
    names = list(record.frame.groupby("hyperparameter")["share"].max().sort_values().index)
    figure, panels = _panels(record, row=0.95 + 0.13 * len(names))
    figure.set_layout_engine(
        "constrained", rect=(0.03, 0, 0.97, 1)
    )  # names stand further out than one pass sees
    for place, (axes, (metric, found)) in enumerate(panels):
        rows = found.set_index("hyperparameter").reindex(names)
        for y, (_, row) in enumerate(rows.iterrows()):
            if not np.isfinite(row["share"]):
                continue
            fill = {"acts": _BLUE, "unsure": "#a9cfe8"}.get(row["verdict"], "white")
            hatch = "//////" if row["verdict"] == "alone" else ""
            axes.barh(y, max(row["chance"], 0.0), height=0.8, color="#eceff4", linewidth=0, zorder=1)
            axes.barh(
                y,
                max(row["share"], 0.0),
                height=0.5,
                facecolor=fill,
                edgecolor=_BLUE,
                hatch=hatch,
                linewidth=0.6,
                zorder=2,
            )
            axes.plot([row["low"], row["high"]], [y, y], color=INK, linewidth=0.8, zorder=3)
        axes.set(xlim=(0, 1), ylim=(-0.6, len(names) - 0.4))
        axes.set_yticks(
            range(len(names)),
            [shortened(n, most=18) for n in names] if place % _COLUMNS == 0 else [""] * len(names),
        )
        axes.grid(visible=False, axis="y")
        axes.set_title(f"{_title(metric)}\nR2 {max(rows['r2'].max(), 0.0):.2f}", color=INK)
    return figure


def draw_main_effects(record: Record, /) -> Figure:
    """Means with intervals over levels, a panel per metric.

    Parameters
    ----------
    record : Record
        As :func:`prepare_main_effects` makes it.

    Returns
    -------
    Figure
        Panels in rows of four.
    """
    if record.note:
        return empty_figure(record)
    figure, panels = _panels(record, row=1.35)
    for axes, (metric, found) in panels:
        rows = found.sort_values("order")
        verdicts = set(rows["verdict"])
        color = _BLUE if verdicts & set(BEYOND) else _MAYBE if "alone" in verdicts else SOFT
        half = np.array([rows["mean"] - rows["low"], rows["high"] - rows["mean"]])
        axes.plot(rows["order"], rows["adjusted"], color=color, linewidth=0.9, alpha=0.6)
        axes.errorbar(
            rows["order"],
            rows["mean"],
            yerr=np.nan_to_num(half),
            fmt="o",
            color=color,
            markersize=3,
            linewidth=0.8,
        )
        _levels(axes, rows)
        axes.set_title(_title(metric), color=SOFT if color == SOFT else INK)
        if color == SOFT:
            axes.set_facecolor("#f6f7f9")
    return figure


def draw_matched(record: Record, /) -> Figure:
    """Lines of matched cells, a panel per metric.

    Parameters
    ----------
    record : Record
        As :func:`prepare_matched` makes it.

    Returns
    -------
    Figure
        Panels in rows of four.
    """
    if record.note:
        return empty_figure(record)
    figure, panels = _panels(record, row=1.45)
    for axes, (metric, rows) in panels:
        wide = rows.pivot(index="cell", columns="order", values="value").sort_index(axis=1)
        for _, line in wide.iterrows():
            known = line.dropna()
            axes.plot(known.index, known, color=SOFT, linewidth=0.6, alpha=0.7, marker="o", markersize=1.8)
        whole = wide.dropna().mean()
        axes.plot(whole.index, whole, color=_BLUE, linewidth=1.8)
        _levels(axes, rows.drop_duplicates("order").sort_values("order"))
        told = [wrapped(part, width=34) for part in str(rows["change"].iloc[0]).split("; ")]
        axes.set_title("\n".join([_title(metric), *told]), color=INK, fontsize=5.7)
    return figure


def draw_interactions(record: Record, /) -> Figure:
    """Joint effects of pairs: levels of the first along x, a line per level of the second.

    Parameters
    ----------
    record : Record
        As :func:`prepare_interactions` makes it.

    Returns
    -------
    Figure
        Up to six panels.
    """
    if record.note:
        return empty_figure(record)
    groups = list(record.frame.groupby(["metric", "first", "second"], sort=False))
    rows_of = -(-len(groups) // 3)
    figure = headed(record, width=DOUBLE, height=0.9 + 1.9 * rows_of)
    for place, ((metric, first, second), cells) in enumerate(groups):
        axes = figure.add_subplot(rows_of, 3, place + 1)
        levels = list(dict.fromkeys(cells["first_level"]))
        seconds = list(dict.fromkeys(cells["second_level"]))
        colors = class_colors([str(level) for level in seconds])
        for level, part in cells.groupby("second_level", sort=False):
            x = [levels.index(name) for name in part["first_level"]]
            axes.plot(
                x,
                part["adjusted"],
                color=colors[str(level)],
                linewidth=1,
                label=shortened(str(level), most=16),
            )
            axes.plot(x, part["mean"], "o", color=colors[str(level)], markersize=2.5)
        axes.set_xticks(range(len(levels)), [shortened(str(level), most=10) for level in levels])
        axes.set_xlabel(shortened(str(first), most=30))
        axes.set_title(f"{_title(str(metric))}\nstrength {cells['strength'].iloc[0]:.2f}", color=INK)
        axes.legend(title=shortened(str(second), most=20), frameon=False, fontsize=5, title_fontsize=5)
    return figure


def draw_correlations(record: Record, /) -> Figure:
    """A map of rank correlations with their numbers, kinds boxed.

    Parameters
    ----------
    record : Record
        As :func:`prepare_correlations` makes it.

    Returns
    -------
    Figure
        One square panel.
    """
    if record.note:
        return empty_figure(record)
    frame = record.frame
    kinds: dict[str, Any] = dict(zip(frame["first"], frame["kind_first"], strict=True))
    kinds |= dict(zip(frame["second"], frame["kind_second"], strict=True))
    names = sorted(kinds, key=lambda name: (np.isnan(kinds[name]), kinds[name]))
    place = {name: i for i, name in enumerate(names)}
    figure = headed(record, width=MIDDLE + 0.14 * len(names), height=2.2 + 0.26 * len(names))
    axes = figure.add_subplot()
    grid = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(grid, 1.0)
    veil = np.ones((len(names), len(names), 4)) * [1, 1, 1, 0]  # white over what is not clear of 0
    for row in frame.to_dict("records"):
        i, j = place[row["first"]], place[row["second"]]
        grid[i, j] = grid[j, i] = row["rho"]
        if not np.isfinite(row["rho"]):
            continue
        clear = row["low"] > 0 or row["high"] < 0
        color = "white" if clear and abs(row["rho"]) > 0.7 else INK if clear else SOFT
        veil[[i, j], [j, i], 3] = 0.0 if clear else 0.72
        for a, b in ((i, j), (j, i)):
            axes.text(b, a, f"{row['rho']:.1f}", ha="center", va="center", fontsize=5, color=color, zorder=2)
    shown = axes.imshow(grid, cmap="RdBu_r", vmin=-1, vmax=1)
    axes.imshow(veil, zorder=1.5)
    _boxes(axes, [kinds[name] for name in names])
    labels = [shortened(name.replace("_", " "), most=34) for name in names]
    axes.set_xticks(range(len(names)), labels, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), labels)
    axes.grid(visible=False)
    figure.colorbar(shown, ax=axes, shrink=0.6, label="rank correlation")
    return figure


def _boxes(axes: Axes, kinds: list[float]) -> None:
    start = 0
    for end in range(1, len(kinds) + 1):
        if end == len(kinds) or kinds[end] != kinds[start]:
            if end - start > 1:
                axes.add_patch(
                    Rectangle(
                        (start - 0.5, start - 0.5),
                        end - start,
                        end - start,
                        fill=False,
                        edgecolor=INK,
                        linewidth=1.2,
                    )
                )
            start = end


def _panels(record: Record, *, row: float) -> tuple[Figure, list[tuple[Axes, tuple[str, pd.DataFrame]]]]:
    """A panel per metric, in rows of four."""
    groups = [(str(metric), rows) for metric, rows in record.frame.groupby("metric", sort=False)]
    columns = min(len(groups), _COLUMNS)
    rows_of = -(-len(groups) // columns)
    figure = headed(record, width=DOUBLE if columns > 2 else MIDDLE, height=0.9 + row * rows_of)
    axes = [figure.add_subplot(rows_of, columns, k + 1) for k in range(len(groups))]
    for k, panel in enumerate(axes):
        if record.x and k >= len(groups) - columns:
            panel.set_xlabel(shortened(record.x, most=40))
    return figure, list(zip(axes, groups, strict=True))


def _levels(axes: Axes, rows: pd.DataFrame) -> None:
    """Names of the levels below, turned where they are long."""
    labels = [shortened(str(level), most=18) for level in rows["level"]]
    turned: dict[str, Any] = {"rotation": 30, "ha": "right"} if max(map(len, labels)) > 8 else {}
    axes.set_xticks(list(rows["order"]), labels, **turned)
    axes.set_xlim(rows["order"].min() - 0.4, rows["order"].max() + 0.4)


def _title(metric: str) -> str:
    return wrapped(metric.replace("_", " "), width=26)
