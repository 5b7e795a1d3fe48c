"""Numbers of the figures that show perturbations and models about y = x, taken from the same document as the page."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from morphsweep.records import AVERAGE
from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.figure_words import column_of, declared_columns, why_empty
from morphsweep.reporting.prepare_panels import model_figure, shade_of

__all__ = ["prepare_pair_figures", "prepare_reference_vs_other_figure"]

Document = Mapping[str, Any]

# Which metrics are drawn against each other: prettiness against accuracy, prettiness against robustness, tree-likeness.
_PAIRS = (
    ("f1", "dispersion_first"),
    ("segment_collinearity_within", "aligned_rmse"),
    ("dispersion_first", "dispersion_slope"),
)


def prepare_pair_figures(document: Document, /) -> Iterator[Record]:
    """Metrics of the reference regime, or comparisons with it, against each other, coloured by tranche.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Yields
    ------
    Record
        Columns ``model_index, x, y, shade``; with the front of both where both have a direction.
    """
    declared = declared_columns(document)
    for x, y in _PAIRS:
        columns = column_of(document, x), column_of(document, y)
        better = [declared[c]["better"] if c else None for c in columns]
        directed = set(better) <= {"higher", "lower"}
        labels = [declared[c]["label"] if c else m for c, m in zip(columns, (x, y), strict=True)]
        yield model_figure(
            document, file_name(y, "vs", x), columns[0], columns[1], shade_of(document, "tranche"),
            f"{labels[1]} against {labels[0]}",
            "The line joins models that no other beats in both." if directed else "",
            rule=" ".join(map(str, better)) if directed else "",
        )  # fmt: skip


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
    reading = (
        "On the line the training regime makes no difference. Large: models; small: their perturbations."
    )
    return _equality(document, name, entry["reference"], entry["others"][other], str(entry["label"]), reading)


def _equality(document: Document, name: str, x: str, y: str, title: str, reading: str) -> Record:
    """The same models and perturbations under two conditions."""
    declared = declared_columns(document)
    averages = {AVERAGE: (document["models"]["values"][x], document["models"]["values"][y])}
    single = document["by_perturbation"]
    names = [p["name"] for p in document["perturbations"]]
    singles = {p: (single.get(x, {}).get(p), single.get(y, {}).get(p)) for p in names}
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
