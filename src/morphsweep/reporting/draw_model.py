"""Drawing records of single models: F1 over time, curves in space."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D

from morphsweep.reporting.draw import empty_figure, headed
from morphsweep.reporting.figure_record import Record, shortened

__all__ = ["draw_curves", "draw_over_time"]

_MARKERS = "osD^Pxv*hp"
_STROKES = {"solid": ("-", 2.4), "dashed": ("--", 1.6), "dotted": (":", 1.8)}


def draw_over_time(record: Record, /) -> Figure:
    """One panel per regime, one line per perturbation.

    Parameters
    ----------
    record : Record
        Columns ``regime, perturbation, held_out, time, f1``.

    Returns
    -------
    Figure
        Panels share their axes.
    """
    if record.note:
        return empty_figure(record)
    regimes = list(dict.fromkeys(record.frame["regime"]))
    figure = headed(record, width=1.4 + 4.2 * len(regimes), height=3.8)
    panels = figure.subplots(1, len(regimes), sharex=True, sharey=True, squeeze=False)[0]
    for axes, regime in zip(panels, regimes, strict=True):
        for (name, held_out), rows in record.frame[record.frame["regime"] == regime].groupby(
            ["perturbation", "held_out"], sort=False
        ):
            marker = _MARKERS[list(record.colors).index(str(name)) % len(_MARKERS)]
            axes.plot(
                rows["time"],
                rows["f1"].astype(float),
                "--" if held_out else "-",
                color=record.colors[str(name)],
                marker=marker,
                markersize=4,
                linewidth=1.6,
                label=shortened(str(name), most=24),
            )
        axes.set_title(f"trained on {shortened(str(regime), most=30)}", fontsize=9)
        axes.set_xlabel(record.x)
    panels[0].set(ylabel=record.y, ylim=(-0.02, 1.04))
    panels[-1].legend(fontsize=7.5, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def draw_curves(record: Record, /) -> Figure:
    """Curves in three dimensions, the axes on one scale.

    Parameters
    ----------
    record : Record
        Columns ``regime, perturbation, stroke, x, y, z``.

    Returns
    -------
    Figure
        One panel.
    """
    if record.note:
        return empty_figure(record)
    figure = headed(record, width=7.2, height=5.6)
    axes = figure.add_subplot(projection="3d")
    assert isinstance(axes, Axes3D)  # noqa: S101 - tells the type checker what the projection makes
    named: set[str] = set()
    for (_, name, stroke), rows in record.frame.groupby(["regime", "perturbation", "stroke"], sort=False):
        style, width = _STROKES[str(stroke)]
        color = record.colors[str(name)]
        label = shortened(str(name), most=24) if str(name) not in named else "_nolegend_"
        named.add(str(name))
        points = rows[["x", "y", "z"]].to_numpy(dtype=float)
        axes.plot(*points.T, style, color=color, linewidth=width, label=label)
        axes.scatter(*points[:1].T, color=color, s=14)
    _equal_scale(axes, record.frame)
    axes.legend(fontsize=7.5, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 0.95))
    return figure


def _equal_scale(axes: Axes3D, frame: pd.DataFrame) -> None:
    """The same length for the same distance on all three axes."""
    points = frame[["x", "y", "z"]].to_numpy(dtype=float)
    spans = np.nanmax(points, axis=0) - np.nanmin(points, axis=0)
    spans = np.maximum(spans, 0.05 * (spans.max() or 1.0))  # a flat direction still needs some width
    middle = (np.nanmax(points, axis=0) + np.nanmin(points, axis=0)) / 2
    limits = zip(("xlim", "ylim", "zlim"), middle - 0.54 * spans, middle + 0.54 * spans, strict=True)
    axes.set(xlabel="PC 1", ylabel="PC 2", zlabel="PC 3", **{name: (low, high) for name, low, high in limits})
    axes.set_box_aspect(tuple(spans.tolist()))
    axes.tick_params(labelsize=7)
