"""Words and columns that figures look up in the document."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

__all__ = ["column_of", "declared_columns", "why_empty"]

Document = Mapping[str, Any]


def column_of(document: Document, metric: str) -> str | None:
    """The column of a metric: its comparison with the other regimes, else the reference regime's."""
    reference = document["regimes"][0]["name"]
    columns = [c for c in document["columns"] if c["metric"] == metric]
    wanted: Sequence[str | None] = (None, reference)
    return next((c["name"] for regime in wanted for c in columns if c["regime"] == regime), None)


def declared_columns(document: Document) -> dict[str, Mapping[str, Any]]:
    """Descriptions of the columns by name."""
    return {column["name"]: column for column in document["columns"]}


def why_empty(frame: pd.DataFrame) -> str:
    """Why a frame has nothing to draw; empty when it has."""
    return "" if len(frame) else "no model has these numbers; failures.csv says why"
