"""Numbers of the figures of single models, taken from the same document as the page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.reporting.figure_record import Record, file_name

__all__ = ["perturbation_inks", "prepare_curves_figure", "prepare_over_time_figure", "prepare_versus_figure"]

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
    frame = _over_time(document, model)
    empty = frame.empty or bool(frame["f1"].isna().all())
    return Record(
        file_name("f1_over_time", model),
        _title(document, model),
        frame,
        "Higher is better; dashed: held out in this regime; bands: interval over individuals, where it is known.",
        _time(document),
        "F1, higher is better",
        perturbation_inks(document),
        note="F1 over time was not computed for this model" if empty else "",
    )


def prepare_versus_figure(document: Document, model: int, rival: int, /) -> Record:
    """F1 over time of two models, a panel per perturbation and regime.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    model, rival : int
        Indices; the first is drawn in the perturbation's colour, the other in grey.

    Returns
    -------
    Record
        Columns ``model_index, regime, perturbation, held_out, time, f1`` and the other scores over time.
    """
    parts = [_over_time(document, m).assign(model_index=m) for m in (model, rival)]
    frame = pd.concat(parts, ignore_index=True)
    empty = frame.empty or bool(frame["f1"].isna().all())
    return Record(
        file_name("f1_over_time", model, "vs", rival),
        f"F1 over time: model {model} against model {rival}",
        frame,
        f"Higher is better. Coloured: model {model}; grey, dashed: model {rival}. A gain that vanishes where the perturbation was "
        "held out was learned from its labels.",
        _time(document),
        "F1",
        perturbation_inks(document),
        winner=model,
        note="F1 over time was not computed for these models" if empty else "",
    )


def prepare_curves_figure(document: Document, model: int, /) -> Record:
    """Curves of one model in its spaces, with some snips.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    model : int
        Its index.

    Returns
    -------
    Record
        Columns ``regime, perturbation, stroke, x, y, z, t``; stroke is "solid", "dashed" where the perturbation was held out
        in the regime, "dotted" for aligned copies and "snip" for single snips.
    """
    held_out = {r["name"]: set(r["held_out"] or ()) for r in document["regimes"]}
    frames = [
        pd.DataFrame({"regime": regime, "perturbation": p, "stroke": _stroke(held_out, regime, p), **points})
        for regime, lines in document["curves"].get(str(model), {}).items()
        for p, points in lines.items()
    ]
    frames += [
        pd.DataFrame({"regime": regime, "perturbation": p, "stroke": "snip", **points})
        for regime, groups in document["points"].get(str(model), {}).items()
        for p, points in groups.items()
        if frames and p in perturbation_inks(document)
    ]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return Record(
        file_name("curves", model),
        _title(document, model),
        frame,
        "The space is seen obliquely, all panels at one scale. Large dot: start of a curve; dashed: held out in this regime; faint "
        "dots: snips. Last panel: reference (solid) under the aligned copy of the other regime (dotted).",
        colors=perturbation_inks(document),
        note="" if len(frame) else "no curve could be fitted",
    )


def perturbation_inks(document: Document, /) -> dict[str, str]:
    """The fixed colour of each perturbation.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    dict of str to str
        In the order of the comparison.
    """
    return {p["name"]: p["color"] for p in document["perturbations"]}


def _over_time(document: Document, model: int) -> pd.DataFrame:
    """Scores over time of one model."""
    held_out = {r["name"]: set(r["held_out"] or ()) for r in document["regimes"]}
    frames = [
        pd.DataFrame({
            "regime": regime,
            "perturbation": p,
            "held_out": p in held_out.get(regime, ()),
            **series,
        })
        for regime, lines in document["over_time"]["runs"].get(str(model), {}).items()
        for p, series in lines.items()
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _stroke(held_out: Mapping[str, set[str]], regime: str, perturbation: str) -> str:
    if regime not in held_out:
        return "dotted"
    return "dashed" if perturbation in held_out[regime] else "solid"


def _time(document: Document) -> str:
    return f"Time ({document['time_unit']})" if document["time_unit"] else "Time"


def _title(document: Document, model: int) -> str:
    place = document["models"]["index"].index(model)
    return str(document["models"]["label"][place])
