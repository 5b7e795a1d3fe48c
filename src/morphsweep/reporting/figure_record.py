"""What a figure is made of: its numbers, and the words around them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["Mark", "Record", "file_name", "shortened"]

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold line: on which axis ("x" or "y"), where, and what to call it."""

    axis: str
    value: float
    text: str


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
