"""Numbers of the figure of scores by a hyper-parameter, taken from the same document as the page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.figure_style import class_colors
from morphsweep.reporting.figure_words import (
    column_of,
    declared_columns,
    level_names,
    levels_in_order,
    why_empty,
)

__all__ = ["prepare_hyperparameter_figure"]

Document = Mapping[str, Any]

_BY_HYPERPARAMETER = (
    "f1",
    "f1_drop",
    "aligned_rmse",
    "aligned_rmse_rel",
    "segment_collinearity_within",
    "dispersion_first",
)
_EMPTY = pd.DataFrame({"value": []})


def prepare_hyperparameter_figure(document: Document, knob: str, /, *, apart: str | None = None) -> Record:
    """Key metrics by the values of one hyper-parameter.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    knob : str
        Its column.
    apart : str, optional
        Column of a second hyper-parameter, whose values stand side by side.

    Returns
    -------
    Record
        Columns ``model_index, level, column, label, value`` and, with `apart`, ``shade``; levels in their order.
    """
    levels, order = level_names(document, knob), levels_in_order(document, knob)
    declared = declared_columns(document)
    frames = [
        pd.DataFrame({
            "model_index": document["models"]["index"],
            "level": levels,
            **({} if apart is None else {"shade": level_names(document, apart)}),
            "column": column,
            "label": declared[column]["title"],
            "value": document["models"]["values"][column],
        })
        for metric in _BY_HYPERPARAMETER
        if (column := column_of(document, metric)) is not None
    ]
    frame = pd.concat(frames).dropna(subset="value") if frames else _EMPTY
    if len(frame):
        frame = frame.sort_values("level", key=lambda names: names.map(order.index), kind="stable")
    label, second = knob.removeprefix("hp_"), (apart or "").removeprefix("hp_")
    return Record(
        file_name("metrics_by", label, *(["and", second] if apart else [])),
        f"Scores by {label}" + (f" and {second}" if apart else ""),
        frame,
        "A point is a model, the bar the median of its group, the ring the recommended model.",
        x=label,
        colors={} if apart is None else class_colors(levels_in_order(document, apart)),
        shade=second,
        winner=document["decision"]["winner"],
        note=why_empty(frame),
    )
