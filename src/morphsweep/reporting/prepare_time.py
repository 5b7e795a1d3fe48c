"""Discrimination over time, per model, regime and perturbation."""

from typing import Any

import pandas as pd

from morphsweep.reporting.catalogue import specs
from morphsweep.reporting.numbers import rounded
from morphsweep.reporting.source import ResultsLike

__all__ = ["MEASURES", "prepare_over_time"]

MEASURES = ("f1", "pr_auc", "auroc")


def prepare_over_time(results: ResultsLike, /) -> dict[str, Any]:
    """Scores per time bin.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    dict
        ``measures`` (name and label) and ``runs``: model_index -> regime -> perturbation -> ``time`` and a list per
        measure, plus ``n_positive`` and, where they are known, ``low`` and ``high`` of F1.
    """
    frame = results.f1_over_time
    if frame.empty:
        return {"measures": [], "runs": {}}
    declared = specs()
    known = [name for name in MEASURES if name in frame]
    runs: dict[str, Any] = {}
    for (model, regime, perturbation), rows in frame.groupby(
        ["model_index", "regime", "perturbation"], sort=False
    ):
        place = runs.setdefault(str(model), {}).setdefault(str(regime), {})
        place[str(perturbation)] = _series(rows.sort_values("time"), known)
    return {
        "measures": [
            {"name": name, "label": declared[name].label if name in declared else name} for name in known
        ],
        "runs": runs,
    }


def _series(rows: pd.DataFrame, known: list[str]) -> dict[str, list[float | None]]:
    """Time and values of one line."""
    optional = [n for n in ("n_positive", "low", "high") if n in rows and rows[n].notna().any()]
    return {name: rounded(rows[name].astype(float)) for name in ("time", *known, *optional)}
