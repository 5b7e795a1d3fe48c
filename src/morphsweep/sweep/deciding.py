"""The first recommendation that every evaluation ends with."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.selection import Selection, SweepFacts, select

__all__ = ["decide"]


def decide(
    summary: pd.DataFrame, scores: pd.DataFrame, info: Mapping[str, Any], /
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
        choice = select(summary, facts=SweepFacts.from_info(info, scores=scores))
    except InvalidInput as reason:  # for instance when only some metrics were asked for
        return summary, _no_choice(str(reason), info), f"# No choice\n\n{reason}\n"
    judged = choice.table.set_index("model_index")
    index = summary["model_index"]
    summary = summary.assign(tranche=index.map(judged["tranche"]), pareto=index.map(judged["pareto"]))
    return summary, _record(choice, info), _account(choice, info)


def _record(choice: Selection, info: Mapping[str, Any]) -> dict[str, Any]:
    record = choice.to_json()
    criteria = choice.criteria
    return {
        "winner": record["winner"],
        "ties": record["ties"],
        "rule": record["rule"],
        "thresholds": [str(criterion) for criterion in (*criteria.axes, *criteria.filters)],
        "tranches": {str(number): members for number, members in choice.tranches.items()},
        "account": str(choice.account).splitlines() if choice.account else [],
        "warnings": list(choice.warnings),
        "protocol": info["protocol"],
        "version": info["version"],
    }


def _no_choice(reason: str, info: Mapping[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "winner": None,
        "ties": None,
        "rule": "",
        "thresholds": [],
        "tranches": {},
        "account": [],
    }
    return {**empty, "warnings": [reason], "protocol": info["protocol"], "version": info["version"]}


def _account(choice: Selection, info: Mapping[str, Any]) -> str:
    account = str(choice.account).splitlines() if choice.account else ["No model passes both thresholds."]
    tranches = [
        f"- tranche {number}: {', '.join(map(str, members)) or 'none'}"
        for number, members in choice.tranches.items()
    ]
    lines = [
        f"# Choice among the models of {info['name']}",
        "",
        *[f"- {line}" for line in account],
        "",
        f"Rule: {choice.rule}.",
        "",
        *tranches,
        "",
        *[f"- {text}" for text in choice.warnings],
        "",
        f"Computed by morphsweep {info['version']}, protocol {info['protocol']}.",
    ]
    return "\n".join(lines) + "\n"
