"""Numbers of the figures that show many spaces beside each other, taken from the same document as the page."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.reporting.colors import TRANCHE_NAMES, TRANCHE_NAMES_ONE_AXIS
from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.figure_words import column_of, declared_columns, values_of
from morphsweep.reporting.prepare_model_figures import perturbation_inks
from morphsweep.reporting.spaces import common_view, flattened

__all__ = ["prepare_sheets", "prepare_wall"]

Document = Mapping[str, Any]

_A_DOZEN = 12
_KEPT = 40  # points of a curve on the wall


def prepare_wall(document: Document, /, *, by: str | None = None) -> Record:
    """All spaces as small scaffolds in one common view, grouped by tranche.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    by : str, optional
        Column of the summary that orders the models within a tranche, the best first; default: collinearity between
        perturbations.

    Returns
    -------
    Record
        Columns ``model_index, group, value, perturbation, x, y``, in the order of the wall.

    Raises
    ------
    InvalidInput
        If there is no such number.
    """
    column = by or column_of(document, "segment_collinearity_within") or column_of(document, "f1")
    declared = declared_columns(document)
    if column is not None and (column not in declared or declared[column]["kind"] == "identity"):
        known = [name for name, entry in declared.items() if entry["kind"] == "metric"]
        msg = f"the wall cannot be sorted by {column!r}: no such number in the summary; there are {', '.join(known)}"
        raise InvalidInput(msg)
    order = _sorted_models(document, column)
    groups = _groups(document)
    views, scaffolds = _views(document, order)
    values = dict(
        zip(document["models"]["index"], document["models"]["values"].get(column, []), strict=False)
    )
    frames = [
        _paper(document, model, views[model], _reference(document), every=True).assign(
            group=name, value=values.get(model)
        )
        for name, members in groups
        for model in order
        if model in members and model in views
    ]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    word = declared[column]["title"] if column else "model"
    return Record(
        "wall", f"Wall of spaces, by {word}", frame,
        f"Reference spaces ({_reference(document)}) of one size, turned (or mirrored) to one common view; dot: start of a curve; "
        f"number: model and {declared[column]['label'] if column else 'index'}.",
        colors=perturbation_inks(document), winner=document["decision"]["winner"],
        note="" if len(frame) and scaffolds else "no curve could be fitted",
    )  # fmt: skip


def prepare_sheets(document: Document, /) -> list[Record]:
    """One sheet of curves per tranche, at most a dozen models each, the first of the order of the choice.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    list of Record
        Columns ``model_index, title, regime, perturbation, stroke, x, y``; tranches without models have no sheet.
    """
    records = []
    everyone = [int(m) for m in document["models"]["index"]]
    views, _ = _views(document, everyone)
    labels = dict(zip(document["models"]["index"], document["models"]["label"], strict=True))
    for tranche in document["decision"]["tranches"]:
        shown = [m for m in tranche["models"] if m in views][:_A_DOZEN]
        if not shown or tranche["number"] is None:
            continue
        frames = [
            _sheet_rows(document, model, views[model]).assign(title=_sheet_title(document, model, labels))
            for model in shown
        ]
        more = len(tranche["models"]) - len(shown)
        records.append(Record(
            file_name("curves_tranche", tranche["number"]),
            f"Tranche {tranche['name']}" + (f" (the first {len(shown)} of {len(tranche['models'])})" if more else ""),
            pd.concat(frames, ignore_index=True),
            "Spaces of one size in one common view. Solid: reference; dotted: other regime after alignment; dot: start of a curve.",
            colors=perturbation_inks(document), winner=document["decision"]["winner"],
        ))  # fmt: skip
    return records


def _views(document: Document, models: Sequence[int]) -> tuple[Mapping[int, Any], Mapping[int, Any]]:
    """The common view, as the recommended model is seen, or else the first that has curves."""
    reference = _reference(document)
    scaffolds = {m: flattened(document["curves"].get(str(m), {}).get(reference, {})) for m in models}
    scaffolds = {m: s for m, s in scaffolds.items() if s}
    winner = document["decision"]["winner"]
    template = winner if winner in scaffolds else next(iter(scaffolds), -1)
    return common_view(scaffolds, template), scaffolds


def _sorted_models(document: Document, column: str | None) -> list[int]:
    """Models, best first; those without the number last."""
    models = [int(m) for m in document["models"]["index"]]
    values = (
        values_of(document, column)
        if column and declared_columns(document)[column]["kind"] == "metric"
        else None
    )
    if values is None:
        return models
    sign = 1 if declared_columns(document)[column or ""]["better"] == "lower" else -1
    ranked = pd.Series(sign * values, index=models).sort_values(kind="stable", na_position="last")
    return [int(m) for m in ranked.index]


def _groups(document: Document) -> list[tuple[str, set[int]]]:
    """Models of each tranche, and the rest."""
    axes = document["decision"]["axes"]
    names = TRANCHE_NAMES if axes["y"] else TRANCHE_NAMES_ONE_AXIS
    found = [
        (names.get(t["number"], "no tranche"), set(t["models"])) for t in document["decision"]["tranches"]
    ]
    placed = set().union(*(members for _, members in found)) if found else set()
    rest = {int(m) for m in document["models"]["index"]} - placed
    return [(f"Tranche {n}" if n[0].isdigit() else n.capitalize(), m) for n, m in found if m] + (
        [("No tranche", rest)] if rest else []
    )


def _sheet_rows(document: Document, model: int, view: Any) -> pd.DataFrame:
    """The reference and the aligned copies of the others."""
    reference = _reference(document)
    regimes = [reference, *(r for r in document["curves"][str(model)] if str(r).endswith("_aligned"))]
    parts = [
        _paper(document, model, view, regime).assign(stroke="solid" if regime == reference else "dotted")
        for regime in regimes
    ]
    return pd.concat(parts, ignore_index=True)


def _sheet_title(document: Document, model: int, labels: Mapping[int, str]) -> str:
    """The model with its hyper-parameters, and where it stands on the axes of the choice."""
    place = document["models"]["index"].index(model)
    axes = document["decision"]["axes"]
    numbers = [(c, document["models"]["values"][c][place]) for c in (axes["x"], axes["y"]) if c]
    return labels[model] + "\n" + ", ".join(f"{c} {v:.2f}" for c, v in numbers if v is not None)


def _paper(document: Document, model: int, view: Any, regime: str, *, every: bool = False) -> pd.DataFrame:
    """Curves of one regime on paper; with `every`, thinned for a small picture."""
    parts = []
    for name, points in flattened(document["curves"].get(str(model), {}).get(regime, {})).items():
        seen = view(points)
        seen = seen[:: max(len(seen) // _KEPT, 1)] if every else seen
        parts.append(
            pd.DataFrame({
                "model_index": model,
                "regime": regime,
                "perturbation": name,
                "x": seen[:, 0],
                "y": seen[:, 1],
            })
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _reference(document: Document) -> str:
    return str(document["regimes"][0]["name"])
