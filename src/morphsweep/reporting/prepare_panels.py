"""Numbers of the figures that show models as points, taken from the same document as the page."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from morphsweep.reporting.colors import TRANCHES
from morphsweep.reporting.figure_record import Mark, Record
from morphsweep.reporting.figure_style import class_colors
from morphsweep.reporting.figure_words import (
    declared_columns,
    level_names,
    levels_in_order,
    values_of,
    why_empty,
)

__all__ = [
    "Panel",
    "Shade",
    "model_figure",
    "panel_figure",
    "perturbation_figure",
    "shade_of",
    "threshold_marks",
]

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shade:
    """What colours the points: a column of the document, its words, and how values become colour."""

    column: str
    label: str
    scale: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its name, the columns on its axes and, when it is not the figure's, what shades it."""

    name: str
    x: str | None
    y: str | None
    shade: str | None = None


def shade_of(document: Document, column: str | None) -> Shade | None:
    """How a column colours points: a hyper-parameter of few values by class, numbers along a scale.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    column : str or None
        A score, a hyper-parameter or "tranche".

    Returns
    -------
    Shade or None
        None without a column.
    """
    if column is None:
        return None
    if column == "tranche":
        return Shade("tranche", "Tranche", "classes")
    for knob in document["hyperparameters"]:
        if knob["name"] == column:
            numbers = [v for v in document["models"]["values"][column] if v is not None]
            log = knob["scale"] == "numbers" and min(numbers) > 0 and max(numbers) > 50 * min(numbers)
            scale = "classes" if knob["scale"] == "classes" else "log" if log else "linear"
            return Shade(column, str(knob["label"]), scale)
    declared = declared_columns(document)[column]
    return Shade(column, str(declared["title"]), "linear")


def model_figure(
    document: Document,
    name: str,
    x: str | None,
    y: str | None,
    shade: Shade | None,
    title: str,
    reading: str,
    **more: Any,
) -> Record:
    """Models as points in one panel.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    name : str
        Of the files.
    x, y : str or None
        Columns; None when the metric was not computed.
    shade : Shade or None
        What colours the points.
    title, reading : str
        Words of the figure.
    **more : object
        Further fields of the record.

    Returns
    -------
    Record
        Columns ``model_index, x, y`` and ``shade``.
    """
    return panel_figure(document, name, [Panel("", x, y)], shade, title, reading, **more)


def panel_figure(
    document: Document,
    name: str,
    panels: Sequence[Panel],
    shade: Shade | None,
    title: str,
    reading: str,
    **more: Any,
) -> Record:
    """Models as points, a panel for each pair of columns.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    name, title, reading : str
        Of the files; words of the figure.
    panels : sequence of Panel
        Those whose columns were not computed are left out.
    shade : Shade or None
        What colours the points.
    **more : object
        Further fields of the record; ``x`` and ``y`` replace the axis titles of the first panel.

    Returns
    -------
    Record
        Columns ``panel`` (when there are several), ``model_index, x, y`` and ``shade``.
    """
    known = [p for p in panels if p.x is not None and p.y is not None]
    if not known:
        return Record(
            name, title, pd.DataFrame(), note="a metric was not computed, or there is one regime only"
        )
    parts = [
        _rows(document, p.x, p.y, p.shade or (shade.column if shade else None)).assign(panel=p.name)
        for p in known
    ]
    frame = pd.concat(parts, ignore_index=True)
    if len(panels) == 1:
        frame = frame.drop(columns="panel")
    return _record(document, name, frame, shade, title, reading, _axis_titles(document, known[0]) | more)


def perturbation_figure(
    document: Document,
    name: str,
    x: str | None,
    y: str | None,
    shade: Shade | None,
    title: str,
    reading: str,
    **more: Any,
) -> Record:
    """The same pair of columns in one panel per perturbation, those held out marked.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    name, title, reading : str
        Of the files; words of the figure.
    x, y : str or None
        Columns that have values of single perturbations.
    shade : Shade or None
        A hyper-parameter, or a column whose value of the same perturbation colours the point where it has one.
    **more : object
        Further fields of the record.

    Returns
    -------
    Record
        Columns ``panel, model_index, x, y, shade``.
    """
    if x is None or y is None:
        return Record(
            name, title, pd.DataFrame(), note="a metric was not computed, or there is one regime only"
        )
    column = shade.column if shade else None
    parts = [
        _rows(document, x, y, column, p["name"]).assign(panel=p["name"]) for p in document["perturbations"]
    ]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    notes = {
        p: f"held out in {regime['name']}" for regime in document["regimes"] for p in regime["held_out"] or ()
    }
    words = _axis_titles(document, Panel("", x, y)) | {"panel_notes": notes} | more
    words["panel_colors"] = {p["name"]: p["color"] for p in document["perturbations"]}
    return _record(document, name, frame, shade, f"{title}, per perturbation", reading, words)


def threshold_marks(document: Document, x: str | None, y: str | None, /) -> tuple[Mark, ...]:
    """The thresholds of the choice that lie on two axes.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    x, y : str or None
        Columns of the axes.

    Returns
    -------
    tuple of Mark
        One per condition.
    """
    kept = [
        c
        for c in document["decision"]["axes"]["conditions"]
        if c["value"] is not None and c["column"] in {x, y}
    ]
    return tuple(
        Mark(
            "x" if c["column"] == x else "y", float(c["value"]), str(c["text"]), str(c["op"]).startswith(">")
        )
        for c in kept
    )


def _rows(
    document: Document, x: str | None, y: str | None, shade: str | None, perturbation: str | None = None
) -> pd.DataFrame:
    """A row per model that has both numbers."""
    models = document["models"]
    numbers = {axis: values_of(document, str(column), perturbation) for axis, column in (("x", x), ("y", y))}
    if numbers["x"] is None or numbers["y"] is None:
        return pd.DataFrame({"model_index": [], "x": [], "y": []})
    frame = pd.DataFrame({"model_index": models["index"], **numbers})
    if shade is not None:
        frame["shade"] = _shades(document, shade, perturbation)
    return frame.dropna(subset=["x", "y"])


def _shades(document: Document, column: str, perturbation: str | None) -> Any:
    """What colours each model."""
    if column == "tranche":
        return ["none" if t is None else str(t) for t in document["models"]["tranche"]]
    for knob in document["hyperparameters"]:
        if knob["name"] == column:
            continuous = knob["scale"] == "numbers"
            values = document["models"]["values"][column]
            return (
                [math.nan if v is None else v for v in values]
                if continuous
                else level_names(document, column)
            )
    own = values_of(document, column, perturbation)
    return values_of(document, column) if own is None else own


def _axis_titles(document: Document, panel: Panel) -> dict[str, Any]:
    declared = declared_columns(document)
    return {"x": str(declared[str(panel.x)]["title"]), "y": str(declared[str(panel.y)]["title"])}


def _record(
    document: Document,
    name: str,
    frame: pd.DataFrame,
    shade: Shade | None,
    title: str,
    reading: str,
    words: Mapping[str, Any],
) -> Record:
    """The record, with the colours of classes in their order."""
    classes: Mapping[str, Any] = {}
    if shade and shade.column == "tranche":
        classes = {str(n): c for n, c in TRANCHES.items()} | {"none": "#B8C0CC"}
    elif shade and shade.scale == "classes":
        classes = class_colors(levels_in_order(document, shade.column))
    return Record(
        name, title, frame, reading,
        **{
            "colors": classes,
            "winner": document["decision"]["winner"],
            "shade": shade.label if shade else "",
            "scale": shade.scale if shade else "linear",
            "note": why_empty(frame),
            **words,
        },
    )  # fmt: skip
