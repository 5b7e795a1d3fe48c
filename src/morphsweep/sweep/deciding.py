"""The first recommendation that every evaluation ends with."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.selection import SweepFacts, decision_record, decision_text, no_decision, select

__all__ = ["decide"]


def decide(
    summary: pd.DataFrame,
    scores: pd.DataFrame,
    info: Mapping[str, Any],
    /,
    *,
    replicates: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, dict[str, Any], str]:
    """Apply the default rule to a sweep.

    Parameters
    ----------
    summary : DataFrame
        One row per model.
    scores : DataFrame
        Tidy scores, which say for each number whether it is partial.
    info : mapping
        Content of ``run.json``.
    replicates : DataFrame or None
        Bootstrap replicates of the models' scores.

    Returns
    -------
    DataFrame
        `summary` with ``tranche`` and ``pareto``.
    dict
        Content of ``decision.json``.
    str
        Content of ``decision.md``.
    """
    try:
        choice = select(summary, facts=SweepFacts.from_info(info, scores=scores, replicates=replicates))
    except InvalidInput as reason:  # for instance when only some metrics were asked for
        record = no_decision(str(reason), info)
        return summary, record, decision_text(record)
    judged = choice.table.set_index("model_index")
    index = summary["model_index"]
    summary = summary.assign(tranche=index.map(judged["tranche"]), pareto=index.map(judged["pareto"]))
    record = decision_record(choice, info)
    return summary, record, decision_text(record)
