"""Words and columns that figures look up in the document."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

__all__ = [
    "column_of",
    "declared_columns",
    "knobs_by_effect",
    "level_names",
    "levels_in_order",
    "regime_column",
    "values_of",
    "why_empty",
]

Document = Mapping[str, Any]

_KEY_METRICS = ("f1", "aligned_rmse", "segment_collinearity_within", "dispersion_first")
_FEWEST = 3  # models that a share of variance can be told from


def column_of(document: Document, metric: str) -> str | None:
    """The column of a metric: its comparison with the other regimes, else the reference regime's."""
    reference = document["regimes"][0]["name"]
    columns = [c for c in document["columns"] if c["metric"] == metric]
    wanted: Sequence[str | None] = (None, reference)
    return next((c["name"] for regime in wanted for c in columns if c["regime"] == regime), None)


def regime_column(document: Document, metric: str, regime: str | None) -> str | None:
    """The column of a metric of a run in one regime, or of a comparison with that regime."""
    columns = [c for c in document["columns"] if c["metric"] == metric]
    wanted = (regime, None) if len(document["regimes"]) <= 2 else (regime,)
    return next((c["name"] for r in wanted for c in columns if c["regime"] == r), None)


def declared_columns(document: Document) -> dict[str, Mapping[str, Any]]:
    """Descriptions of the columns by name."""
    return {column["name"]: column for column in document["columns"]}


def values_of(
    document: Document, column: str, perturbation: str | None = None
) -> "np.ndarray[Any, Any] | None":
    """Numbers of a column in the order of the models, of the model or of one perturbation; None when there are none."""
    if perturbation is None:
        values = document["models"]["values"].get(column)
    else:
        values = document["by_perturbation"].get(column, {}).get(perturbation)
    return None if values is None else np.array([math.nan if v is None else v for v in values], dtype=float)


def why_empty(frame: pd.DataFrame) -> str:
    """Why a frame has nothing to draw; empty when it has."""
    return "" if len(frame) else "no model has these numbers; the reasons are in scores.parquet"


def level_names(document: Document, knob: str) -> list[str]:
    """Value of a hyper-parameter of each model, as text."""
    return ["not set" if level is None else str(level) for level in document["models"]["values"][knob]]


def levels_in_order(document: Document, knob: str) -> list[str]:
    """Its distinct values: numbers by size, then text by letter, then what is not set."""
    levels = {str(v) if v is not None else "not set": v for v in document["models"]["values"][knob]}
    return sorted(levels, key=lambda name: _order(levels[name]))


def knobs_by_effect(document: Document) -> list[str]:
    """Varying hyper-parameters, the one that explains most of the key scores first.

    Notes
    -----
    By the share of variance of the ranks of F1, aligned RMSE, collinearity and dispersion_first between its values,
    corrected for the number of values (epsilon squared), averaged over the scores. It orders pictures and claims nothing.
    """
    knobs = [k["name"] for k in document["hyperparameters"] if k["varies"]]
    columns = [c for m in _KEY_METRICS if (c := column_of(document, m)) is not None]
    strength = {knob: _mean_share(document, knob, columns) for knob in knobs}
    return sorted(knobs, key=lambda knob: -strength[knob])


def _mean_share(document: Document, knob: str, columns: Sequence[str]) -> float:
    levels = pd.Series(level_names(document, knob))
    shares = [_share(levels, pd.Series(document["models"]["values"][c], dtype=float)) for c in columns]
    return float(np.mean(shares)) if shares else 0.0


def _share(levels: "pd.Series[str]", values: "pd.Series[float]") -> float:
    """Epsilon squared of ranks between groups."""
    known = values.notna()
    ranks, groups = values[known].rank(), levels[known]
    n, k = len(ranks), groups.nunique()
    total = float(((ranks - ranks.mean()) ** 2).sum())
    if n < _FEWEST or n <= k or total == 0:
        return 0.0
    within = float(((ranks - ranks.groupby(groups).transform("mean")) ** 2).sum())
    return 1 - (within / (n - k)) / (total / (n - 1))


def _order(level: object) -> tuple[int, float, str]:
    if isinstance(level, int | float):
        return (0, float(level), "")
    return (2, 0.0, "") if level is None else (1, 0.0, str(level))
