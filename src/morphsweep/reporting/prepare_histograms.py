"""Numbers of the histograms of scores, taken from the same document as the page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.reporting.figure_record import Record
from morphsweep.reporting.figure_words import declared_columns, regime_column, values_of, why_empty

__all__ = ["prepare_histograms"]

Document = Mapping[str, Any]

_SHOWN = (
    "f1", "f1_drop", "aligned_rmse", "aligned_rmse_rel", "segment_collinearity", "segment_collinearity_within",
    "dispersion_first", "dispersion_last", "dispersion_slope",
)  # fmt: skip


def prepare_histograms(document: Document, /) -> Record:
    """How the main scores are distributed, and where the chosen model stands.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    Record
        Columns ``model_index, column, label, value, place``.
    """
    declared = declared_columns(document)
    reference = str(document["regimes"][0]["name"])
    winner = document["decision"]["winner"]
    columns = dict.fromkeys(regime_column(document, metric, reference) for metric in _SHOWN)
    frames = []
    for column in columns:
        values = values_of(document, column) if column else None
        if column is None or values is None:
            continue
        rows = pd.DataFrame({"model_index": document["models"]["index"], "column": column,
                             "label": declared[column]["title"], "value": values}).dropna(subset="value")  # fmt: skip
        frames.append(rows.assign(place=_place(rows, winner, declared[column]["better"])))
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return Record(
        "histograms",
        "Where the recommended model stands in every score" if winner is not None else "Scores of all models",
        frame,
        "Band: middle half of the models; orange line: the recommended model; a tick under the axis is a model.",
        winner=winner,
        note=why_empty(frame),
    )


def _place(rows: pd.DataFrame, winner: object, better: str | None) -> str:
    """The winner's rank where more or less is better, else its quantile."""
    own = rows.loc[rows["model_index"] == winner, "value"]
    if own.empty:
        return ""
    value, n = float(own.iloc[0]), len(rows)
    if better not in {"higher", "lower"}:
        return f"model {winner}: quantile {(rows['value'] <= value).mean():.2f}"
    beating = rows["value"] > value if better == "higher" else rows["value"] < value
    return f"model {winner}: rank {int(beating.sum()) + 1} of {n}"
