"""Drawing records of recognition: confusion over time, courses of individuals."""

import numpy as np
from matplotlib.figure import Figure

from morphsweep.reporting.figure_record import Record, shortened
from morphsweep.reporting.figure_style import DOUBLE, empty_figure, headed

__all__ = ["draw_confusion", "draw_courses"]

_OTHER = "#8A8A8A"


def draw_confusion(record: Record, /) -> Figure:
    """Stacked shares: a row of panels per regime, a column per perturbation.

    Parameters
    ----------
    record : Record
        Columns ``regime, perturbation, predicted, time, share``.

    Returns
    -------
    Figure
        Panels share their axes.
    """
    if record.note:
        return empty_figure(record)
    frame = record.frame
    regimes, names = list(dict.fromkeys(frame["regime"])), list(dict.fromkeys(frame["perturbation"]))
    figure = headed(record, width=DOUBLE, height=0.8 + 1.3 * len(regimes))
    grid = figure.subplots(len(regimes), len(names), sharex=True, sharey=True, squeeze=False)
    for row, regime in zip(grid, regimes, strict=True):
        for axes, name in zip(row, names, strict=True):
            own = frame[(frame["regime"] == regime) & (frame["perturbation"] == name)]
            wide = own.pivot_table(index="time", columns="predicted", values="share", sort=False).dropna()
            order = [name, *[other for other in names if other != name and other in wide]]
            order = [other for other in order if other in wide]
            shades = [record.colors.get(other, _OTHER) for other in order]
            if len(wide):
                axes.stackplot(
                    wide.index.to_numpy(float),
                    *(wide[other].to_numpy(float) for other in order),
                    colors=shades,
                    linewidth=0,
                )
            axes.set(ylim=(0, 1))
            axes.set_title(shortened(f"{name} · {regime}", most=18), fontsize=6.5)
    for axes in grid[-1]:
        axes.set_xlabel(record.x)
    for row in grid:
        row[0].set_ylabel(record.y)
    handles = [
        figure.axes[0].fill_between(
            [], [], color=record.colors.get(name, _OTHER), label=shortened(name, most=24)
        )
        for name in names
    ]
    grid[0][-1].legend(
        handles=handles,
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        borderaxespad=0,
        title="taken for",
    )
    return figure


def draw_courses(record: Record, /) -> Figure:
    """Lines of individuals: a row of panels per regime, a column per perturbation.

    Parameters
    ----------
    record : Record
        Columns ``regime, perturbation, individual, time, probability``.

    Returns
    -------
    Figure
        Panels share their axes.
    """
    if record.note:
        return empty_figure(record)
    frame = record.frame
    regimes, names = list(dict.fromkeys(frame["regime"])), list(dict.fromkeys(frame["perturbation"]))
    figure = headed(record, width=DOUBLE, height=0.8 + 1.3 * len(regimes))
    grid = figure.subplots(len(regimes), len(names), sharex=True, sharey=True, squeeze=False)
    for row, regime in zip(grid, regimes, strict=True):
        for axes, name in zip(row, names, strict=True):
            own = frame[(frame["regime"] == regime) & (frame["perturbation"] == name)]
            color = record.colors.get(name, _OTHER)
            for _, line in own.groupby("individual", sort=False):
                axes.plot(line["time"], line["probability"], color=color, linewidth=0.4, alpha=0.45)
            mean = own.groupby("time")["probability"].mean()
            axes.plot(mean.index.to_numpy(float), mean.to_numpy(float), color="#1b2330", linewidth=1.4)
            axes.axhline(1 / len(names), color="#596579", linestyle=":", linewidth=0.8)
            axes.set(ylim=(-0.02, 1.02), yticks=np.linspace(0, 1, 3))
            axes.set_title(shortened(f"{name} · {regime}", most=18), fontsize=6.5)
    for axes in grid[-1]:
        axes.set_xlabel(record.x)
    for row in grid:
        row[0].set_ylabel(record.y)
    return figure
