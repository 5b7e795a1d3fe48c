"""Numbers of the figures of models, taken from the same document as the page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.records import AVERAGE
from morphsweep.reporting.colors import TRANCHES
from morphsweep.reporting.figure_record import Mark, Record, file_name
from morphsweep.reporting.figure_words import column_of, declared_columns, why_empty

__all__ = [
    "PAIRS",
    "prepare_pair_figure",
    "prepare_reference_vs_other_figure",
    "prepare_rmse_figure",
    "prepare_selection_figure",
]

Document = Mapping[str, Any]

# Which metrics are drawn against each other: prettiness against accuracy, prettiness against robustness, tree-likeness.
PAIRS = (
    ("f1", "segment_collinearity_within"),
    ("f1", "dispersion_first"),
    ("segment_collinearity_within", "aligned_rmse"),
    ("segment_collinearity", "f1_drop"),
    ("dispersion_first", "dispersion_last"),
    ("dispersion_first", "dispersion_slope"),
)
_NO_TRANCHE = "none"


def prepare_selection_figure(document: Document, /) -> Record:
    """How discriminative against how robust, with the thresholds.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    Record
        Columns ``model_index, x, y, tranche``; with one regime y is the model's number.
    """
    axes = document["decision"]["axes"]
    x, y = axes["x"], axes["y"]
    record = _scatter(
        document, "selection", x, y or "model_index", "Selection: how discriminative, how robust"
    )
    kept = [c for c in axes["conditions"] if c["value"] is not None and c["column"] in {x, y}]
    marks = tuple(Mark("x" if c["column"] == x else "y", float(c["value"]), str(c["text"])) for c in kept)
    return _with(
        record,
        marks=marks,
        reading="Dashed lines are the thresholds that cut the tranches; the ring is the recommended model.",
    )


def prepare_pair_figure(document: Document, x: str, y: str, /) -> Record:
    """Two metrics of the reference regime, or comparisons with it, against each other.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    x, y : str
        Bare names of metrics.

    Returns
    -------
    Record
        Columns ``model_index, x, y, tranche``.
    """
    return _scatter(document, file_name(y, "vs", x), column_of(document, x), column_of(document, y), "")


def prepare_reference_vs_other_figure(document: Document, entry: Mapping[str, Any], other: str, /) -> Record:
    """One metric under two regimes.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    entry : mapping
        One of its ``reference_vs_other``.
    other : str
        The other regime.

    Returns
    -------
    Record
        Columns ``model_index, perturbation, x, y``.
    """
    several = len(entry["others"]) > 1
    name = file_name("reference_vs_other", entry["metric"], *([other] if several else []))
    reading = "On the line the training regime makes no difference."
    return _equality(document, name, entry["reference"], entry["others"][other], str(entry["label"]), reading)


def prepare_rmse_figure(document: Document, entry: Mapping[str, Any], /) -> Record:
    """RMSE before and after alignment.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    entry : mapping
        One of its ``rmse``.

    Returns
    -------
    Record
        Columns ``model_index, perturbation, x, y``.
    """
    name = file_name(
        "initial_vs_aligned_rmse",
        *([entry["regime"]] if entry["regime"] and len(document["rmse"]) > 1 else []),
    )
    reading = "No point can lie above the line; points on it needed no alignment."
    return _equality(
        document, name, entry["initial"], entry["aligned"], "RMSE before and after alignment", reading
    )


def _scatter(document: Document, name: str, x: str | None, y: str | None, title: str) -> Record:
    """Models as points coloured by tranche."""
    declared = declared_columns(document)
    if x is None or y is None:
        return Record(name, title or name.replace("_", " "), pd.DataFrame(), note="a metric was not computed")
    values = document["models"]["values"]
    tranches = [_NO_TRANCHE if t is None else str(t) for t in document["models"]["tranche"]]
    frame = pd.DataFrame({
        "model_index": document["models"]["index"],
        "x": values[x],
        "y": values[y],
        "tranche": tranches,
    })
    frame = frame.dropna(subset=["x", "y"])
    return Record(
        name,
        title or f"{declared[y]['label']} against {declared[x]['label']}",
        frame,
        x=declared[x]["title"],
        y=declared[y]["title"],
        colors={**{str(number): color for number, color in TRANCHES.items()}, _NO_TRANCHE: "#c8c8c8"},
        winner=document["decision"]["winner"],
        note=why_empty(frame),
    )


def _equality(document: Document, name: str, x: str, y: str, title: str, reading: str) -> Record:
    """The same models and perturbations under two conditions."""
    declared = declared_columns(document)
    averages = {AVERAGE: (document["models"]["values"][x], document["models"]["values"][y])}
    singles = {
        p["name"]: (
            document["by_perturbation"].get(x, {}).get(p["name"]),
            document["by_perturbation"].get(y, {}).get(p["name"]),
        )
        for p in document["perturbations"]
    }
    frames = [
        pd.DataFrame({"model_index": document["models"]["index"], "perturbation": p, "x": first, "y": second})
        for p, (first, second) in {**averages, **singles}.items()
        if first is not None and second is not None
    ]
    frame = pd.concat(frames, ignore_index=True).dropna(subset=["x", "y"])
    colors = {p["name"]: p["color"] for p in document["perturbations"]}
    return Record(
        name, title, frame, reading, declared[x]["title"], declared[y]["title"], colors,
        winner=document["decision"]["winner"], note=why_empty(frame),
    )  # fmt: skip


def _with(record: Record, *, marks: tuple[Mark, ...], reading: str) -> Record:
    return Record(
        record.name,
        record.title,
        record.frame,
        reading,
        record.x,
        record.y,
        record.colors,
        marks,
        record.winner,
        record.note,
    )
