"""The four tranches that two thresholds cut."""

import pandas as pd

from morphsweep.selection.criterion import Criteria, Criterion
from morphsweep.selection.table import ModelTable

__all__ = ["TRANCHES", "TRANCHES_ONE_AXIS", "judge"]

TRANCHES = {1: "both hold", 2: "only discriminative", 3: "only robust", 4: "neither"}
TRANCHES_ONE_AXIS = {1: "the threshold holds", 4: "it does not"}

_TRANCHE_OF = {(True, True): 1, (True, False): 2, (False, True): 3, (False, False): 4}


def judge(table: ModelTable, criteria: Criteria, /) -> pd.DataFrame:
    """Give every model its tranche, or the reason why it has none.

    Parameters
    ----------
    table : ModelTable
        The models.
    criteria : Criteria
        The thresholds and filters, applied to the same models.

    Returns
    -------
    DataFrame
        The models' frame with ``tranche`` (1 both thresholds hold, 2 only the discriminative, 3 only the robust,
        4 neither; with one threshold 1 or 4; missing when a needed value is missing or a filter does not hold),
        ``missing`` (the columns whose needed values are missing, comma-separated) and ``reason`` (why there is no
        tranche, or what the table says of a model whose status is not ok).
    """
    frame = table.frame
    absent = [_columns(criteria.axes, row, None) for row in range(len(frame))]
    excluded = [_filtered(criteria.filters, row) for row in range(len(frame))]
    tranche = [
        pd.NA if absent[row] or excluded[row] else _tranche(criteria, row) for row in range(len(frame))
    ]
    said = (
        frame["reason"].astype(object).fillna("").astype(str)
        if "reason" in frame
        else pd.Series("", index=frame.index)
    )
    reasons = [
        "; ".join(filter(None, (_absence(absent[row]), excluded[row], said.iloc[row])))
        for row in range(len(frame))
    ]
    return frame.assign(
        tranche=pd.array(tranche, dtype="Int64"),
        missing=[", ".join(names) for names in absent],
        reason=reasons,
    )


def _tranche(criteria: Criteria, row: int) -> int:
    first = criteria.discriminative.holds[row] is True
    if criteria.robust is None:
        return 1 if first else 4
    return _TRANCHE_OF[first, criteria.robust.holds[row] is True]


def _columns(criteria: tuple[Criterion, ...], row: int, answer: bool | None) -> list[str]:
    return list(dict.fromkeys(c.column for c in criteria if c.holds[row] is answer))


def _absence(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} missing" if names else ""


def _filtered(filters: tuple[Criterion, ...], row: int) -> str:
    failed = [f"excluded by {c.asked}" for c in filters if c.holds[row] is False]
    unknown = [f"excluded by {c.asked}: {c.column} is missing" for c in filters if c.holds[row] is None]
    return "; ".join(failed + unknown)
