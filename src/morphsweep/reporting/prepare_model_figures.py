"""Numbers of the figures of single models, taken from the same document as the page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.reporting.figure_record import Record, file_name

__all__ = ["prepare_curves_figure", "prepare_over_time_figure"]

Document = Mapping[str, Any]


def prepare_over_time_figure(document: Document, model: int, /) -> Record:
    """F1 over time of one model.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    model : int
        Its index.

    Returns
    -------
    Record
        Columns ``regime, perturbation, held_out, time, f1`` and the other scores over time.
    """
    runs = document["over_time"]["runs"].get(str(model), {})
    held_out = {r["name"]: set(r["held_out"] or ()) for r in document["regimes"]}
    frames = [
        pd.DataFrame({
            "regime": regime,
            "perturbation": p,
            "held_out": p in held_out.get(regime, ()),
            **series,
        })
        for regime, lines in runs.items()
        for p, series in lines.items()
    ]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    unit = f" ({document['time_unit']})" if document["time_unit"] else ""
    empty = frame.empty or bool(frame["f1"].isna().all())
    return Record(
        file_name("f1_over_time", model),
        _title(document, model),
        frame,
        "Higher is better; dashed: held out in this regime.",
        f"Time{unit}",
        "F1, higher is better",
        _colors(document),
        note="F1 over time was not computed for this model" if empty else "",
    )


def prepare_curves_figure(document: Document, model: int, /) -> Record:
    """Curves of one model in its space.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    model : int
        Its index.

    Returns
    -------
    Record
        Columns ``regime, perturbation, stroke, x, y, z, t``; stroke is "solid" for the reference, "dashed" for other
        regimes and "dotted" for their aligned copies.
    """
    strokes = {r["name"]: "solid" if r["reference"] else "dashed" for r in document["regimes"]}
    frames = [
        pd.DataFrame({"regime": regime, "perturbation": p, "stroke": strokes.get(regime, "dotted"), **points})
        for regime, lines in document["curves"].get(str(model), {}).items()
        for p, points in lines.items()
    ]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return Record(
        file_name("curves", model),
        _title(document, model),
        frame,
        "Solid: reference; dashed: other regimes; dotted: other regimes after alignment; the dot marks the start.",
        colors=_colors(document),
        note="" if len(frame) else "no curve could be fitted",
    )


def _title(document: Document, model: int) -> str:
    place = document["models"]["index"].index(model)
    return str(document["models"]["label"][place])


def _colors(document: Document) -> dict[str, str]:
    return {p["name"]: p["color"] for p in document["perturbations"]}
