"""Which models owe their tranche to curves that may not be trusted."""

import numpy as np
import pandas as pd

from morphsweep.records import Condition
from morphsweep.selection.criterion import Criteria, Criterion
from morphsweep.selection.table import ModelTable

__all__ = ["trusted_changes", "trusted_column", "trusted_sentence"]

_MOST_SHOWN = 12  # models that are spelled out


def trusted_column(column: str, table: ModelTable, /) -> str | None:
    """The twin of a score over trusted curves only.

    Parameters
    ----------
    column : str
        A score, for instance ``aligned_rmse_rel``.
    table : ModelTable
        The models.

    Returns
    -------
    str or None
        For instance ``aligned_rmse_rel_ok``; None when the table has none.
    """
    score = table.scores.get(column)
    if score is None:
        return None
    twin = f"{score.metric}_ok{column.removeprefix(score.metric)}"
    return twin if twin in table.frame else None


def trusted_changes(judged: pd.DataFrame, table: ModelTable, criteria: Criteria, /) -> pd.DataFrame:
    """Models whose tranche changes when only curves that are ok count.

    Parameters
    ----------
    judged : DataFrame
        With ``model_index`` and ``tranche``, in the order of the table.
    table : ModelTable
        The models.
    criteria : Criteria
        The thresholds; the robust one is kept as the number it is, also where it was asked for as a quantile.

    Returns
    -------
    DataFrame
        One row per such model: ``model_index, tranche, tranche_ok``, the latter missing where no curve is ok in both
        regimes. Empty when no model changes, there is one axis only, or the table has no twin of the robust score.
    """
    twin = None if criteria.robust is None else trusted_column(criteria.robust.column, table)
    if twin is None or criteria.robust is None or criteria.robust.threshold is None:
        return pd.DataFrame({"model_index": [], "tranche": [], "tranche_ok": []})
    holds = _holds(criteria.robust, pd.to_numeric(table.frame[twin], errors="coerce"))
    tranche = judged["tranche"].reset_index(drop=True)
    robust_or_not = {1: (1, 2), 2: (1, 2), 3: (3, 4), 4: (3, 4)}
    trusted = [
        pd.NA if pd.isna(before) or ok is None else robust_or_not[int(before)][0 if ok else 1]
        for before, ok in zip(tranche, holds, strict=True)
    ]
    table_ok = pd.DataFrame({
        "model_index": judged["model_index"].to_numpy(),
        "tranche": tranche,
        "tranche_ok": pd.array(trusted, dtype="Int64"),
    })
    differ = tranche.notna() & ~(table_ok["tranche_ok"] == tranche).fillna(value=False).astype(bool)
    return table_ok[differ].reset_index(drop=True)


def _holds(robust: Criterion, values: "pd.Series[float]") -> list[bool | None]:
    condition = Condition(robust.column, robust.asked.op, robust.threshold)  # type: ignore[arg-type]
    return [condition.holds(float(value)) if np.isfinite(value) else None for value in values]


def trusted_sentence(judged: pd.DataFrame, table: ModelTable, criteria: Criteria, /) -> str:
    """The same in words.

    Parameters
    ----------
    judged, table, criteria
        As in :func:`trusted_changes`.

    Returns
    -------
    str
        Empty when the question does not arise.
    """
    twin = None if criteria.robust is None else trusted_column(criteria.robust.column, table)
    if twin is None:
        return ""
    changes = trusted_changes(judged, table, criteria)
    asked = f"with curves that are ok only ({twin})"
    if not len(changes):
        return f"{asked} no model changes tranche"
    trusted = changes["tranche_ok"].astype(object).where(changes["tranche_ok"].notna(), "none")
    named = [
        f"{model} ({before} to {after})"
        for model, before, after in zip(changes["model_index"], changes["tranche"], trusted, strict=True)
    ]
    more = f" and {len(named) - _MOST_SHOWN} more" if len(named) > _MOST_SHOWN else ""
    return (
        f"{asked} {len(named)} of {len(judged)} models change tranche: {', '.join(named[:_MOST_SHOWN])}{more}"
    )
