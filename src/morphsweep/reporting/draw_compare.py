"""Drawing records of comparisons: differences over time, differences per perturbation."""

import numpy as np
from matplotlib.figure import Figure

from morphsweep.reporting.figure_record import Record, shortened
from morphsweep.reporting.figure_style import DOUBLE, empty_figure, headed

__all__ = ["draw_difference", "draw_difference_over_time"]

_SOFT = "#596579"
_CERTAIN = 0.05
_DASHES = ("--", ":", "-.", (0, (1, 4)))
_OTHER = "#8A8A8A"


def draw_difference_over_time(record: Record, /) -> Figure:
    """One panel per regime, one line per perturbation with its band.

    Parameters
    ----------
    record : Record
        Columns ``panel, perturbation, time, value, low, high``.

    Returns
    -------
    Figure
        Panels share their axes.
    """
    if record.note:
        return empty_figure(record)
    names = list(dict.fromkeys(record.frame["panel"]))
    figure = headed(record, width=min(DOUBLE, 1.6 + 2.8 * len(names)), height=2.9)
    panels = figure.subplots(1, len(names), sharex=True, sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        inside = record.frame[record.frame["panel"] == name]
        axes.axhline(0.0, color=_SOFT, linewidth=0.7)
        for perturbation, rows in inside.sort_values("time").groupby("perturbation", sort=False):
            color = record.colors.get(str(perturbation), _OTHER)
            low, high = rows["low"].astype(float), rows["high"].astype(float)
            axes.fill_between(rows["time"], low, high, color=color, alpha=0.13, linewidth=0)
            axes.plot(
                rows["time"],
                rows["value"],
                color=color,
                linewidth=1.1,
                marker="o",
                markersize=2.5,
                label=shortened(str(perturbation), most=24),
            )
        for place, mark in enumerate(record.marks):
            axes.axvline(
                mark.value,
                color=_SOFT,
                linestyle=_DASHES[place % 4],
                linewidth=0.9,
                label=shortened(mark.text, most=44),
            )
        axes.set_title(shortened(name, most=40), loc="left", fontweight="bold")
        axes.set_xlabel(record.x)
    panels[0].set_ylabel(record.y)
    panels[-1].legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def draw_difference(record: Record, /) -> Figure:
    """One panel per regime, one row per perturbation: point and interval.

    Parameters
    ----------
    record : Record
        Columns ``panel, perturbation, value, low, high, p, q``.

    Returns
    -------
    Figure
        Panels share their axes.
    """
    if record.note:
        return empty_figure(record)
    names = list(dict.fromkeys(record.frame["panel"]))
    order = list(dict.fromkeys(record.frame["perturbation"]))
    figure = headed(record, width=min(DOUBLE, 1.6 + 2.2 * len(names)), height=1.1 + 0.22 * len(order))
    panels = figure.subplots(1, len(names), sharex=True, sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        axes.axvline(0.0, color=_SOFT, linewidth=0.7)
        for row in record.frame[record.frame["panel"] == name].itertuples():
            place, color = order.index(row.perturbation), record.colors.get(str(row.perturbation), _OTHER)
            chance = row.p if np.isnan(row.q) else row.q
            axes.plot([row.low, row.high], [place, place], color=color, linewidth=1.4)
            face = color if chance <= _CERTAIN else "white"
            axes.plot([row.value], [place], "o", color=color, markerfacecolor=face, markersize=4)
        axes.set_title(shortened(name, most=34), loc="left", fontweight="bold")
        axes.set_xlabel(record.x)
    panels[0].set_yticks(range(len(order)), [shortened(name, most=24) for name in order])
    panels[0].set_ylim(len(order) - 0.5, -0.5)
    return figure
