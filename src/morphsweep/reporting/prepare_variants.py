"""The same figure of models once more: apart by a hyper-parameter, or without outliers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.figure_words import level_names, levels_in_order, why_empty

__all__ = ["apart", "without_outliers"]

Document = Mapping[str, Any]

_FENCE = 1.5  # Tukey's rule, in interquartile ranges


def apart(record: Record, document: Document, knob: str, /) -> Record:
    """The models of a one-panel figure in one panel per value of a hyper-parameter.

    Parameters
    ----------
    record : Record
        Of one panel.
    document : mapping
        What ``prepare_document`` returns.
    knob : str
        Column of the hyper-parameter.

    Returns
    -------
    Record
        With a column ``panel``.
    """
    label = knob.removeprefix("hp_")
    if record.note:
        return replace(record, name=file_name(record.name, "apart_by", label))
    of_model = dict(zip(document["models"]["index"], level_names(document, knob), strict=True))
    panel = record.frame["model_index"].map(of_model)
    order = {level: place for place, level in enumerate(levels_in_order(document, knob))}
    place = panel.map(order)
    named = f"{label} = " + panel.astype(str)
    frame = record.frame.assign(panel=named).iloc[place.argsort(kind="stable")]
    return replace(
        record,
        name=file_name(record.name, "apart_by", label),
        title=f"{record.title}, apart by {label}",
        frame=frame.reset_index(drop=True),
    )


def without_outliers(record: Record, /) -> Record:
    """The same figure without models beyond Tukey's fences, which its sentence names.

    Parameters
    ----------
    record : Record
        Of one panel.

    Returns
    -------
    Record
        Without rows whose x or y lies more than 1.5 interquartile ranges above the third quartile.
    """
    name, title = f"{record.name}_without_outliers", f"{record.title}, without outliers"
    if record.note:
        return replace(record, name=name, title=title)
    beyond = np.zeros(len(record.frame), dtype=bool)
    fences = []
    for axis in ("x", "y"):
        values = record.frame[axis].to_numpy(dtype=float)
        q1, q3 = np.quantile(values, [0.25, 0.75])
        fences.append(q3 + _FENCE * (q3 - q1))
        beyond |= values > fences[-1]
    removed = record.frame.loc[beyond, "model_index"].tolist()
    told = f"Removed, above the third quartile by more than {_FENCE} interquartile ranges (x > {fences[0]:.3g} or y > {fences[1]:.3g}): "
    told += f"models {', '.join(map(str, removed))}." if removed else "none."
    frame = record.frame[~beyond].reset_index(drop=True)
    return replace(
        record, name=name, title=title, frame=frame, reading=f"{told} {record.reading}", note=why_empty(frame)
    )
