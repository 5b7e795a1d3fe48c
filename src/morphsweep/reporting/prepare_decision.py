"""The choice as the page tells it: winner, ties, rule, thresholds, tranches and what they have in common."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.reporting.catalogue import Column
from morphsweep.reporting.colors import TRANCHE_NAMES, TRANCHE_NAMES_ONE_AXIS
from morphsweep.reporting.numbers import column_values, jsonable
from morphsweep.reporting.prepare_rivals import prepare_rivals
from morphsweep.reporting.prepare_sureness import prepare_sureness
from morphsweep.reporting.source import ResultsLike, varying

if TYPE_CHECKING:
    from morphsweep.selection import Selection

__all__ = ["choose", "empty_choice", "prepare_decision"]

_HEADLINE = (
    "f1_drop",
    "aligned_rmse",
    "segment_collinearity",
    "segment_collinearity_within",
    "dispersion_first",
    "dispersion_slope",
)
_MOST_HEADLINES = 8


def choose(results: ResultsLike, /, where: Sequence[str] | None = None) -> "tuple[Selection | None, str]":
    """Apply the rule of the sweep, or the conditions given.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    where : sequence of str, optional
        Conditions; default: the rule of the protocol.

    Returns
    -------
    Selection or None
        None when the default rule cannot be applied to this sweep.
    str
        Why not; empty otherwise.

    Raises
    ------
    InvalidInput
        If the given conditions cannot be used.
    """
    from morphsweep.selection import SweepFacts, select

    facts = SweepFacts.from_info(
        results.info, scores=results.scores, replicates=getattr(results, "average_replicates", None)
    )
    try:
        return select(results.summary, where=where, facts=facts), ""
    except InvalidInput as reason:
        if where:
            raise
        return None, str(
            reason
        )  # for instance when only other metrics were computed: the rest of the page still holds


def empty_choice(results: ResultsLike, /) -> pd.DataFrame:
    """Models without tranche.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    DataFrame
        ``model_index, tranche, pareto``.
    """
    return pd.DataFrame({"model_index": results.summary["model_index"], "tranche": None, "pareto": False})


def prepare_decision(
    results: ResultsLike, selection: "Selection | None", reason: str, columns: Mapping[str, Column], /
) -> dict[str, Any]:
    """Everything of the choice that the page shows.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    selection : Selection or None
        The choice.
    reason : str
        Why there is none.
    columns : mapping of str to Column
        What the summary's columns are.

    Returns
    -------
    dict
        ``winner, winner_hyperparameters, winner_numbers, ties, rule, account, warnings, axes, tranches, common``.
    """
    if selection is None:
        axes: dict[str, Any] = {"x": _first_score(columns), "y": None, "conditions": [], "n_axes": 0}
        return {
            **_NOTHING,
            "warnings": [reason],
            "axes": axes,
            "tranches": _tranches({}, results, two_axes=True),
        }
    from morphsweep.selection import key_columns, why_no_winner

    criteria = selection.criteria
    axis_names = [axis.column for axis in criteria.axes]
    x, y = axis_names[0], (axis_names[1] if len(axis_names) > 1 else None)
    return {
        "winner": jsonable(selection.winner),
        "winner_hyperparameters": _knobs(results, selection.winner),
        "winner_numbers": _numbers(results, selection.winner, columns, axis_names),
        "ties": jsonable(selection.ties),
        "rule": selection.rule,
        "account": _account(selection),
        "rivals": prepare_rivals(selection, columns),
        "warnings": list(selection.warnings),
        "axes": {
            "x": x,
            "y": y,
            "conditions": [_condition(c) for c in (*criteria.axes, *criteria.filters)],
            "n_axes": len(axis_names),
        },
        "why_one": criteria.why_one,
        "why_no_winner": why_no_winner(selection),
        "partial": _partial(selection),
        "collapsed": _collapsed(selection),
        "table_columns": [str(name) for name in selection.table.columns],
        "key_columns": key_columns(selection.models, criteria),
        "judged": _judged(selection, results),
        "record": _record(selection, results),
        "sure": prepare_sureness(selection),
        "noise": _noise(selection),
        "tranches": _tranches(selection.tranches, results, two_axes=y is not None),
        "common": _common(selection.common),
    }


_NOTHING: dict[str, Any] = {
    "winner": None,
    "winner_hyperparameters": [],
    "winner_numbers": [],
    "ties": None,
    "rule": "",
    "account": {"sentences": [], "rows": []},
    "common": [],
    "rivals": [],
    "why_one": "",
    "why_no_winner": "",
    "partial": {},
    "collapsed": [],
    "table_columns": [],
    "key_columns": [],
    "judged": {},
    "record": {},
    "sure": {"sentences": [], "basis": "", "draws": 0, "no_winner": 0.0, "rows": []},
    "noise": {},
}


def _noise(selection: "Selection") -> dict[str, Any]:
    """How much replicates of one configuration differ, by column."""
    if selection.noise is None:
        return {}
    names = ("sd", "df", "low", "high", "limit")
    metrics = selection.noise.metrics
    return {column: {n: _plain(float(getattr(noise, n))) for n in names} for column, noise in metrics.items()}


def _judged(selection: "Selection", results: ResultsLike) -> dict[str, list[Any]]:
    """What the choice adds to the table beyond tranche and rank: ties, and how often each comes first."""
    known = {
        *results.summary.columns,
        "tranche",
        "missing",
        "reason",
        "pareto",
        "rank",
        "flags",
        "configuration",
    }
    return {
        str(name): column_values(selection.table[name], digits=17)
        for name in selection.table.columns
        if name not in known
    }


def _record(selection: "Selection", results: ResultsLike) -> dict[str, Any]:
    """What ``select --json`` prints besides winner, ties, rule and table."""
    from morphsweep.selection import decision_record

    record = decision_record(selection, results.info)
    return {name: record[name] for name in ("noise", "uncertainty", "would_change", "warnings")}


def _partial(selection: "Selection") -> dict[str, list[int]]:
    """Rows whose number averages over fewer perturbations than asked, by column, where there are any."""
    full = selection.full
    return {str(name): np.flatnonzero(~full[name]).tolist() for name in full if not full[name].all()}


def _collapsed(selection: "Selection") -> list[str]:
    """Per model, where its space has collapsed; empty where it has not."""
    from morphsweep.selection.collapse import collapsed_regimes

    found = collapsed_regimes(selection.models)
    return [f"collapsed in {', '.join(regimes)}" if regimes else "" for regimes in found]


def _knobs(results: ResultsLike, winner: object) -> list[dict[str, Any]]:
    """Hyper-parameters of the winner, those that vary in the sweep."""
    row = _row(results, winner)
    return (
        []
        if row is None
        else [{"label": name.removeprefix("hp_"), "value": jsonable(row[name])} for name in varying(results)]
    )


def _numbers(
    results: ResultsLike, winner: object, columns: Mapping[str, Column], axes: Sequence[str]
) -> list[dict[str, Any]]:
    """Its headline numbers: what it was chosen by first."""
    row = _row(results, winner)
    if row is None:
        return []
    reference = str(results.info["regimes"][0])
    headline = [
        c.name for m in _HEADLINE for c in columns.values() if c.metric == m and c.regime in {None, reference}
    ]
    names = [n for n in dict.fromkeys([*axes, *headline]) if n in columns][:_MOST_HEADLINES]
    return [{"column": n, "label": columns[n].label, "value": jsonable(row[n])} for n in names]


def _row(results: ResultsLike, model: object) -> "pd.Series[Any] | None":
    rows = results.summary[results.summary["model_index"] == model]
    return None if model is None or rows.empty else rows.iloc[0]


def _account(selection: "Selection") -> dict[str, Any]:
    account = selection.account
    if account is None:
        return {"sentences": [], "rows": []}
    fields = ("column", "label", "value", "better", "rank", "population", "quantile", "low", "high", "usual")
    rows = [{name: jsonable(getattr(row, name)) for name in fields} for row in account.rows]
    return {"sentences": list(account.sentences), "rows": rows}


def _condition(criterion: Any) -> dict[str, Any]:
    asked = criterion.asked
    return {
        "column": criterion.column,
        "op": asked.op,
        "value": _plain(criterion.threshold),
        "quantile": float(asked.value) if asked.is_quantile else None,
        "text": f"{asked} = {criterion.threshold:.3g}"
        if asked.is_quantile and criterion.threshold is not None
        else str(asked),
    }


def _plain(threshold: float | str | None) -> float | str | None:
    """At full precision, so that the page cuts as the command line does."""
    return None if isinstance(threshold, float) and not math.isfinite(threshold) else threshold


def _tranches(
    tranches: Mapping[int, Sequence[Any]], results: ResultsLike, *, two_axes: bool
) -> list[dict[str, Any]]:
    """The tranches that the thresholds cut, and the models without one."""
    names = TRANCHE_NAMES if two_axes else TRANCHE_NAMES_ONE_AXIS
    placed = {model for models in tranches.values() for model in models}
    rest = [int(model) for model in results.summary["model_index"] if model not in placed]
    found = [
        {"number": n, "name": name, "models": jsonable(list(tranches.get(n, ())))}
        for n, name in names.items()
    ]
    return (
        [*found, {"number": None, "name": "none: a value is missing or a filter excludes it", "models": rest}]
        if rest
        else found
    )


def _common(common: pd.DataFrame) -> list[dict[str, Any]]:
    columns = {str(name): [jsonable(value) for value in common[name]] for name in common.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _first_score(columns: Mapping[str, Column]) -> str | None:
    return next((column.name for column in columns.values() if column.kind == "metric"), None)
