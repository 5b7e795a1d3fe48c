"""Numbers of the figure of scores by a hyper-parameter, taken from the same document as the page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.figure_words import column_of, declared_columns, why_empty

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


def prepare_hyperparameter_figure(document: Document, knob: str, /) -> Record:
    """Key metrics by the values of one hyper-parameter.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    knob : str
        Its column.

    Returns
    -------
    Record
        Columns ``model_index, level, column, label, value``; levels in their order.
    """
    levels = document["models"]["values"][knob]
    declared = declared_columns(document)
    frames = [
        pd.DataFrame({
            "model_index": document["models"]["index"],
            "level": ["not set" if level is None else str(level) for level in levels],
            "order": [_order(level) for level in levels],
            "column": column,
            "label": declared[column]["title"],
            "value": document["models"]["values"][column],
        })
        for metric in _BY_HYPERPARAMETER
        if (column := column_of(document, metric)) is not None
    ]
    frame = pd.concat(frames).dropna(subset="value").sort_values("order", kind="stable") if frames else _EMPTY
    label = knob.removeprefix("hp_")
    return Record(
        file_name("metrics_by", label),
        f"Scores by {label}",
        frame.drop(columns="order", errors="ignore"),
        "A point is a model, the bar the median of its group.",
        x=label,
        note=why_empty(frame),
    )


def _order(level: object) -> tuple[int, float, str]:
    """Numbers by size, then text by letter, then what is not set."""
    if isinstance(level, int | float):
        return (0, float(level), "")
    return (2, 0.0, "") if level is None else (1, 0.0, str(level))
