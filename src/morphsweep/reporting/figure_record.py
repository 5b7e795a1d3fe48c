"""What a figure is made of: its numbers, and the words around them."""

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.figure import Figure

__all__ = ["Draw", "Mark", "Record", "file_name", "shortened", "wrapped"]

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold line: on which axis ("x" or "y"), where, what to call it, and whether what is wanted lies above."""

    axis: str
    value: float
    text: str
    above: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """Numbers and words of one figure.

    Parameters
    ----------
    name : str
        Of the files, without ending.
    title : str
        Above the figure.
    frame : DataFrame
        The numbers drawn, one row per mark; written beside the figure as CSV.
    reading : str
        One sentence on how to read it.
    x, y : str
        Axis titles.
    colors : mapping of str to str
        Colour of each class.
    marks : tuple of Mark
        Threshold lines.
    winner : int or None
        The recommended model.
    note : str
        Why there is nothing to draw; empty when there is.
    shade : str
        What the column ``shade`` of the frame colours by; empty when points are coloured otherwise.
    scale : {"linear", "log", "classes"}
        How `shade` becomes colour.
    diagonal : bool
        Whether both axes show the same quantity, so that y = x means equality.
    share : bool
        Whether all panels have the same limits.
    panel_notes : mapping of str to str
        What to add to a panel's name, for instance that a perturbation was held out.
    panel_colors : mapping of str to str
        The fixed colour of a panel's perturbation.
    rule : str
        How the panels' Pareto front is directed, two of "higher", "lower" separated by a blank; empty: none is drawn.
    """

    name: str
    title: str
    frame: pd.DataFrame
    reading: str = ""
    x: str = ""
    y: str = ""
    colors: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    winner: int | None = None
    note: str = ""
    shade: str = ""
    scale: str = "linear"
    diagonal: bool = False
    share: bool = True
    panel_notes: Mapping[str, str] = field(default_factory=dict)
    panel_colors: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""


Draw = Callable[[Record], Figure]


def file_name(*words: object) -> str:
    """Words joined into a name that every file system takes.

    Parameters
    ----------
    *words : object
        May hold anything.

    Returns
    -------
    str
        Letters, digits, dots, hyphens and underscores; at most 100 characters.

    Examples
    --------
    >>> file_name("metrics_by", "learning rate/decay")
    'metrics_by_learning_rate_decay'
    """
    return re.sub(r"[^\w.-]+", "_", "_".join(map(str, words))).strip("._")[:100] or "figure"


def shortened(text: str, /, *, most: int = _LONGEST) -> str:
    """A label that fits a figure.

    Parameters
    ----------
    text : str
        May hold anything.
    most : int
        Greatest number of characters.

    Returns
    -------
    str
        On one line, printable.

    Examples
    --------
    >>> shortened("a very long label", most=8)
    'a very …'
    """
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= most else line[: most - 1] + "…"


def wrapped(text: str, /, *, width: int, lines: int = 2) -> str:
    r"""A label on several lines.

    Parameters
    ----------
    text : str
        May hold anything.
    width : int
        Characters per line.
    lines : int
        Most lines.

    Returns
    -------
    str
        Shortened where it does not fit.

    Examples
    --------
    >>> wrapped("F1 under both regimes", width=12)
    'F1 under\nboth regimes'
    """
    return "\n".join(textwrap.wrap(shortened(text, most=width * lines), width)[: lines + 1])
