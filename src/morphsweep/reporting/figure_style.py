"""Sizes, inks and scales that all figures for print share."""

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from morphsweep.reporting.colors import PALETTE
from morphsweep.reporting.figure_record import Record, shortened

__all__ = [
    "DOUBLE",
    "INK",
    "MIDDLE",
    "SHAPES",
    "SINGLE",
    "SOFT",
    "STYLE",
    "class_colors",
    "empty_figure",
    "headed",
    "lay_out",
    "shades",
]

# Widths that journals print at, in inches: one column (89 mm), one and a half (120 mm), two (183 mm).
SINGLE, MIDDLE, DOUBLE = 3.50, 4.72, 7.20

INK = "#1b2330"
SOFT = "#596579"
SHAPES = {"1": "o", "2": "^", "3": "s", "4": "D", "none": "o"}

STYLE: Any = {
    "svg.hashsalt": "morphsweep",  # with no date in the metadata: the same numbers give the same bytes
    "svg.fonttype": "none",  # text stays text, to be edited
    "pdf.fonttype": 42,  # the same in PDF: whole fonts instead of outlines
    "text.parse_math": False,  # labels come from data: a dollar sign is a dollar sign
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that a figure is the same on every machine
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.labelsize": 7,
    "xtick.labelsize": 6,
    "ytick.labelsize": 6,
    "legend.fontsize": 6,
    "legend.title_fontsize": 6.5,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#eceff4",
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "axes.labelcolor": INK,
    "text.color": INK,
    "savefig.dpi": 300,
    "figure.dpi": 100,
}


def headed(record: Record, /, *, width: float = SINGLE, height: float = 3.1) -> Figure:
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
    figure = Figure(figsize=(width, height), layout="constrained")
    title = textwrap.wrap(shortened(record.title, most=160), int(15 * width))[:2]
    words: Any = {"x": 0.01, "ha": "left", "color": INK}
    figure.suptitle("\n".join(title), fontsize=8, fontweight="bold", **words)
    if record.reading:
        lines = textwrap.wrap(shortened(record.reading, most=600), int(22.5 * width))
        figure.supxlabel("\n".join(lines), fontsize=5.5, **(words | {"color": SOFT}))
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
    figure = headed(record, height=1.6)
    figure.text(0.5, 0.5, "\n".join(textwrap.wrap(record.note, 56)), ha="center", va="center", color=SOFT)
    return figure


def shades() -> Colormap:
    """Dark to light, legible on white to the end, and even for people who do not see all colours (cividis and viridis are).

    Returns
    -------
    Colormap
        Viridis without its palest end.
    """
    whole = mpl.colormaps["viridis"]
    return LinearSegmentedColormap.from_list("shades", [whole(k / 100) for k in range(2, 89)])


def class_colors(classes: Sequence[str], /) -> dict[str, Any]:
    """Colour of each class: along the scale when the classes are numbers, else one of the palette.

    Parameters
    ----------
    classes : sequence of str
        In their order.

    Returns
    -------
    dict of str to colour
        For every class.

    Examples
    --------
    >>> list(class_colors(["triplet", "NT-Xent"]).values())
    ['#0072B2', '#D55E00']
    """
    if all(_is_number(name) for name in classes):
        scale = shades()
        return {name: scale(k / max(len(classes) - 1, 1)) for k, name in enumerate(classes)}
    return {name: PALETTE[k % len(PALETTE)] for k, name in enumerate(classes)}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "").replace("e", "", 1).replace("+", "").isdigit()


def lay_out(figure: Figure, /) -> None:
    """Give all panels their final places, once: all files keep that layout, and numbers can be set between points.

    Parameters
    ----------
    figure : Figure
        With constrained layout; nothing happens when it is laid out already.
    """
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        if figure.axes:  # words alone need no places
            engine.execute(figure)
        figure.set_layout_engine("none")
