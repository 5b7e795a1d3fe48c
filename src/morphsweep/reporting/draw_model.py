"""Drawing records of single models: F1 over time, curves in space."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from morphsweep.reporting.figure_record import Record, shortened
from morphsweep.reporting.figure_style import DOUBLE, INK, SOFT, empty_figure, headed
from morphsweep.reporting.spaces import oblique

__all__ = ["draw_curves", "draw_over_time", "draw_versus", "triad"]

_MARKERS = "osD^Pxv*hp"
_DASHES = {"solid": "-", "dashed": (0, (3, 1.5)), "dotted": (0, (1, 1.2))}


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
    figure = headed(record, width=min(DOUBLE, 1.3 + 2.95 * len(regimes)), height=2.9)
    panels = figure.subplots(1, len(regimes), sharex=True, sharey=True, squeeze=False)[0]
    for axes, regime in zip(panels, regimes, strict=True):
        rows_of_regime = record.frame[record.frame["regime"] == regime]
        for (name, held_out), rows in rows_of_regime.groupby(["perturbation", "held_out"], sort=False):
            _line(axes, rows, str(name), record, dashed=bool(held_out))
        axes.set_title(f"trained on {shortened(str(regime), most=30)}", loc="left", fontweight="bold")
        axes.set_xlabel(record.x)
    panels[0].set(ylabel=record.y, ylim=(-0.02, 1.04))
    panels[-1].legend(
        frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, handlelength=2.4
    )
    return figure


def draw_versus(record: Record, /) -> Figure:
    """Two models: a column per perturbation, a row per regime.

    Parameters
    ----------
    record : Record
        Columns ``model_index, regime, perturbation, held_out, time, f1``.

    Returns
    -------
    Figure
        Panels share their axes.
    """
    if record.note:
        return empty_figure(record)
    regimes = list(dict.fromkeys(record.frame["regime"]))
    names = [name for name in record.colors if (record.frame["perturbation"] == name).any()]
    figure = headed(record, width=DOUBLE, height=0.75 + 1.35 * len(regimes))
    grid = figure.subplots(len(regimes), len(names), sharex=True, sharey=True, squeeze=False)
    for row, regime in enumerate(regimes):
        for column, name in enumerate(names):
            axes = grid[row, column]
            rows = record.frame[(record.frame["regime"] == regime) & (record.frame["perturbation"] == name)]
            for model, line in rows.groupby("model_index", sort=False):
                own = model == record.winner
                axes.plot(line["time"], line["f1"].astype(float), "-" if own else (0, (3, 1.5)),
                          color=record.colors[name] if own else SOFT, linewidth=1.4 if own else 1.0)  # fmt: skip
            if bool(rows["held_out"].any()):
                axes.annotate("held out", (0.97, 0.05), xycoords="axes fraction", ha="right", fontsize=5.5)
            if row == 0:
                axes.set_title(shortened(name, most=14), color=INK, fontweight="bold")
            axes.set_xlabel(record.x if row == len(regimes) - 1 else "", fontsize=6)
            axes.set_ylabel(
                f"{record.y} · {shortened(str(regime), most=12)}" if column == 0 else "", fontsize=6
            )
    grid[0, 0].set_ylim(-0.02, 1.04)
    return figure


def draw_curves(record: Record, /) -> Figure:
    """A panel per regime, and one with the aligned copies over the reference; all at one scale.

    Parameters
    ----------
    record : Record
        Columns ``regime, perturbation, stroke, x, y, z``.

    Returns
    -------
    Figure
        With a scale bar in latent units and the directions of the components.
    """
    if record.note:
        return empty_figure(record)
    seen = record.frame[["x", "y", "z"]].to_numpy(dtype=float) @ oblique()
    frame = record.frame.assign(right=seen[:, 0], up=seen[:, 1])
    panels = _panels(frame)
    wide = min(len(panels), 3)
    rows = -(-len(panels) // wide)
    figure = headed(record, width=0.9 + 2.1 * wide, height=0.7 + 2.1 * rows)
    centres = [_middle(part) for _, part in panels]
    reach = max(_reach(part, centre) for (_, part), centre in zip(panels, centres, strict=True))
    for place, ((title, part), centre) in enumerate(zip(panels, centres, strict=True)):
        axes = figure.add_subplot(rows, wide, place + 1, aspect="equal")
        axes.set(xlim=(centre[0] - reach, centre[0] + reach), ylim=(centre[1] - reach, centre[1] + reach))
        axes.set_axis_off()
        axes.set_title(shortened(title, most=44), loc="left", fontweight="bold")
        _scaffold(axes, part, record)
        triad(axes)
        if place == 0:
            _scale_bar(axes, reach)
    _names(figure.axes[wide - 1], record, frame)
    return figure


def triad(axes: Axes, /, *, length: float = 0.10) -> None:
    """The directions of the three components, in the lower left corner.

    Parameters
    ----------
    axes : Axes
        A panel without axes.
    length : float
        Of a direction in the plane of the paper, as a share of the panel.
    """
    foot = (0.05, 0.05)
    for number, (right, up) in enumerate(oblique() * length, start=1):
        tip, reach = (foot[0] + right, foot[1] + up), 1 + 0.035 / float(np.hypot(right, up))
        axes.annotate(
            "",
            tip,
            foot,
            xycoords="axes fraction",
            textcoords="axes fraction",
            arrowprops={"arrowstyle": "-", "color": SOFT, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0},
        )
        place = (foot[0] + right * reach, foot[1] + up * reach)
        axes.annotate(
            f"PC{number}",
            place,
            xycoords="axes fraction",
            ha="center",
            va="center",
            fontsize=4.5,
            color=SOFT,
        )


def _line(axes: Axes, rows: pd.DataFrame, name: str, record: Record, *, dashed: bool) -> None:
    """F1 of one perturbation, with its interval."""
    color = record.colors[name]
    if {"low", "high"} <= set(rows):
        axes.fill_between(
            rows["time"],
            rows["low"].astype(float),
            rows["high"].astype(float),
            color=color,
            alpha=0.13,
            linewidth=0,
        )
    axes.plot(
        rows["time"], rows["f1"].astype(float), linestyle="--" if dashed else "-", color=color,
        marker=_MARKERS[list(record.colors).index(name) % len(_MARKERS)], markersize=2.6, linewidth=1.1,
        label=shortened(name, most=24),
    )  # fmt: skip


def _panels(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of each regime, then the reference under each aligned copy."""
    copies = list(dict.fromkeys(frame.loc[frame["stroke"] == "dotted", "regime"]))
    regimes = [name for name in dict.fromkeys(frame["regime"]) if name not in copies]
    found = [(f"trained on {name}", frame[frame["regime"] == name]) for name in regimes]
    lines = frame[frame["stroke"] != "snip"]
    reference = lines[lines["regime"] == regimes[0]] if regimes else lines.iloc[:0]
    return found + [
        (
            f"{regimes[0] if regimes else ''} and {str(copy).removesuffix('_aligned')} aligned",
            pd.concat([reference, lines[lines["regime"] == copy]]),
        )
        for copy in copies
    ]


def _scaffold(axes: Axes, part: pd.DataFrame, record: Record) -> None:
    """Snips, then curves with their starts."""
    snips = part[part["stroke"] == "snip"]
    axes.scatter(
        snips["right"], snips["up"], s=2.6, c=[record.colors[str(p)] for p in snips["perturbation"]], alpha=0.4,
        linewidths=0, zorder=1, rasterized=True,
    )  # fmt: skip
    over = bool((part["stroke"] == "dotted").any())
    for (_, name, stroke), rows in part[part["stroke"] != "snip"].groupby(
        ["regime", "perturbation", "stroke"], sort=False
    ):
        copy = stroke == "dotted"
        style = "-" if over and not copy else _DASHES[str(stroke)]
        axes.plot(rows["right"], rows["up"], linestyle=style, color=record.colors[str(name)], linewidth=1.5,
                  alpha=0.45 if over and not copy else 1.0, zorder=3 if copy else 2)  # fmt: skip
        axes.scatter(rows["right"].iloc[:1], rows["up"].iloc[:1], s=12, color=record.colors[str(name)], zorder=4,
                     edgecolors="white", linewidths=0.4)  # fmt: skip


def _middle(part: pd.DataFrame) -> np.ndarray:
    points = _curve_points(part)
    middle: np.ndarray = (np.nanmax(points, axis=0) + np.nanmin(points, axis=0)) / 2
    return middle


def _reach(part: pd.DataFrame, centre: np.ndarray) -> float:
    return 1.12 * float(np.nanmax(np.abs(_curve_points(part) - centre))) or 1.0


def _curve_points(part: pd.DataFrame) -> np.ndarray:
    return part.loc[part["stroke"] != "snip", ["right", "up"]].to_numpy(dtype=float)


def _scale_bar(axes: Axes, reach: float) -> None:
    """A round length in latent units, in the lower right corner."""
    length = next(
        (s * 10.0**e for e in range(4, -6, -1) for s in (5, 2, 1) if s * 10.0**e <= 0.6 * reach), reach
    )
    right, low = axes.get_xlim()[1] - 0.05 * reach, axes.get_ylim()[0] + 0.06 * reach
    axes.plot([right - length, right], [low, low], color=INK, linewidth=1.2, solid_capstyle="butt", zorder=6)
    axes.annotate(
        f"{length:g} latent units",
        (right, low),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        fontsize=5.5,
    )


def _names(axes: Axes, record: Record, frame: pd.DataFrame) -> None:
    """Which colour is which perturbation."""
    shown = [name for name in record.colors if (frame["perturbation"] == name).any()]
    lines = [axes.plot([], [], color=record.colors[name], linewidth=1.8)[0] for name in shown]
    axes.legend(lines, [shortened(name, most=24) for name in shown], frameon=False, loc="upper left",
                bbox_to_anchor=(1.01, 1.0), borderaxespad=0, handlelength=1.4)  # fmt: skip
