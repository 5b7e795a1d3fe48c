"""Drawing the bridge between both protocols."""

import numpy as np
from matplotlib.figure import Figure

from morphsweep.reporting.figure_labels import label_points
from morphsweep.reporting.figure_record import Record, shortened, wrapped
from morphsweep.reporting.figure_style import DOUBLE, INK, MIDDLE, SOFT, empty_figure, headed, lay_out

__all__ = ["draw_bridge", "draw_repairs"]

_MOVED, _LINE = "#D55E00", "#9a3412"
_COLUMNS = 4
_MOST_NUMBERED = 40


def draw_bridge(record: Record, /) -> Figure:
    """An arrow per model.

    Parameters
    ----------
    record : Record
        Columns ``model_index, x_notebook, y_notebook, x_default, y_default, changed``.

    Returns
    -------
    Figure
        One panel.
    """
    if record.note:
        return empty_figure(record)
    figure = headed(record, width=MIDDLE, height=4.0)
    axes = figure.add_subplot(xlabel=wrapped(record.x, width=52), ylabel=wrapped(record.y, width=46))
    for row in record.frame.to_dict("records"):
        color = _MOVED if row["changed"] else "#7d93ad"
        axes.annotate(
            "", (row["x_default"], row["y_default"]), (row["x_notebook"], row["y_notebook"]), zorder=2,
            arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 0.9, "mutation_scale": 6, "shrinkA": 1.5, "shrinkB": 0},
        )  # fmt: skip
        axes.scatter(
            [row["x_notebook"]],
            [row["y_notebook"]],
            s=9,
            c="white",
            edgecolors=color,
            linewidths=0.8,
            zorder=3,
        )
    for mark in record.marks:
        draw = axes.axvline if mark.axis == "x" else axes.axhline
        draw(
            mark.value,
            color=_LINE,
            linestyle=(0, (4, 2)),
            linewidth=0.9,
            zorder=1,
            label=shortened(mark.text),
        )
    ends = record.frame[["x_default", "y_default"]].to_numpy(dtype=float)
    starts = record.frame[["x_notebook", "y_notebook"]].to_numpy(dtype=float)
    values = np.vstack([
        ends,
        starts,
        *([[m.value, np.nan]] if m.axis == "x" else [[np.nan, m.value]] for m in record.marks),
    ])
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    pad = 0.07 * np.where(high > low, high - low, 1)
    axes.set(xlim=(low[0] - pad[0], high[0] + pad[0]), ylim=(low[1] - pad[1], high[1] + pad[1]))
    if record.marks:
        axes.legend(
            frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, handlelength=2
        )
    lay_out(figure)
    if len(ends) <= _MOST_NUMBERED:
        along = np.linspace(0, 1, 16)[:, None, None] * (ends - starts) + starts  # no number covers an arrow
        label_points(axes, ends, [str(m) for m in record.frame["model_index"]], others=along.reshape(-1, 2))
    return figure


def draw_repairs(record: Record, /) -> Figure:
    """Changes by each repair, a panel per number.

    Parameters
    ----------
    record : Record
        Columns ``column, label, repair, change``.

    Returns
    -------
    Figure
        Up to four panels in a row, which share their rows.
    """
    if record.note:
        return empty_figure(record)
    panels = list(record.frame.groupby("column", sort=False))
    repairs = list(dict.fromkeys(record.frame["repair"]))
    rows = -(-len(panels) // _COLUMNS)
    figure = headed(record, width=DOUBLE, height=0.8 + rows * (0.75 + 0.17 * len(repairs)))
    for place, (_, changes) in enumerate(panels):
        axes = figure.add_subplot(rows, _COLUMNS, place + 1)
        for k, repair in enumerate(repairs):
            values = changes.loc[changes["repair"] == repair, "change"].to_numpy(dtype=float)
            color = INK if k == 0 else "#0072B2"
            axes.scatter(values, np.full(len(values), -k), s=7, c=color, alpha=0.6, linewidths=0, zorder=2)
            if len(values):
                axes.vlines(np.median(values), -k - 0.33, -k + 0.33, color=_MOVED, linewidth=1.4, zorder=3)
        axes.axvline(0, color=SOFT, linewidth=0.6)
        names = [shortened(r, most=34) for r in repairs] if place % _COLUMNS == 0 else []
        axes.set_yticks([-k for k in range(len(repairs))], names or [""] * len(repairs))
        axes.set_title(
            wrapped(
                str(changes["label"].iloc[0]).rpartition(", ")[0] or str(changes["label"].iloc[0]), width=26
            ),
            fontsize=6,
        )
        axes.set_xlabel("change", fontsize=6)
        axes.grid(visible=False, axis="y")
    return figure
