"""The numbers of the table and the scatter plots: one value per model and column, with what is to be said of it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.records import AVERAGE
from morphsweep.reporting.catalogue import Column
from morphsweep.reporting.numbers import column_values, jsonable
from morphsweep.reporting.source import ResultsLike, hyperparameters, varying

__all__ = ["model_labels", "prepare_by_perturbation", "prepare_hyperparameters", "prepare_models"]

_MOST_VALUES_AS_CLASSES = 8  # numbers with more distinct values are coloured on a continuous scale


def prepare_models(
    results: ResultsLike, columns: Mapping[str, Column], choice: pd.DataFrame, /, *, bulk: bool = True
) -> dict[str, Any]:
    """One entry per model, in the order of the summary.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    columns : mapping of str to Column
        What the summary's columns are.
    choice : DataFrame
        Columns ``model_index, tranche, pareto``.
    bulk : bool
        Whether to include scores and notes.

    Returns
    -------
    dict
        ``index, label, tranche, pareto, values`` (column -> list) and ``notes`` (column -> row -> status and reason).
    """
    summary = results.summary
    chosen = choice.drop_duplicates("model_index").set_index("model_index").reindex(summary["model_index"])
    shown = [name for name, column in columns.items() if name not in {"tranche", "pareto"} or column.metric]
    shown = shown if bulk else [name for name in shown if columns[name].kind != "metric"]
    return {
        "index": column_values(summary["model_index"]),
        "label": list(model_labels(results).values()),
        "tranche": column_values(chosen["tranche"]),
        "pareto": [value is True or value == 1 for value in column_values(chosen["pareto"])],
        "values": {name: column_values(summary[name], digits=6 if bulk else 17) for name in shown},
        "notes": _notes(results, columns) if bulk else {},
    }


def model_labels(results: ResultsLike, /) -> dict[int, str]:
    """What to call each model: its number and the hyper-parameters that vary in the sweep.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    dict of int to str
        By model_index, in the order of the summary; plain text that may hold anything.
    """
    names = varying(results)
    rows = results.summary[["model_index", *names]].itertuples(index=False)
    return {
        int(row[0]): " · ".join([
            f"model {row[0]}",
            *(f"{n.removeprefix('hp_')} {_short(v)}" for n, v in zip(names, row[1:], strict=True)),
        ])
        for row in rows
    }


def prepare_hyperparameters(results: ResultsLike, /) -> list[dict[str, Any]]:
    """Hyper-parameters, whether they vary, and how they are to be coloured.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    list of dict
        ``name, label, varies, scale`` ("classes" or "numbers") and ``classes`` (sorted distinct values).
    """
    changing = set(varying(results))
    return [_hyperparameter(results.summary[name], name in changing) for name in hyperparameters(results)]


def prepare_by_perturbation(results: ResultsLike, columns: Mapping[str, Column], /) -> dict[str, Any]:
    """Values of single perturbations, where a metric has them.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    columns : mapping of str to Column
        What the summary's columns are.

    Returns
    -------
    dict
        column -> perturbation -> list of values in the order of the summary.
    """
    scores = results.scores[results.scores["perturbation"] != AVERAGE]
    order = results.summary["model_index"]
    prepared: dict[str, Any] = {}
    for (metric, regime), rows in scores.groupby(["metric", "regime"], sort=False):
        named = [c.name for c in columns.values() if c.metric == metric and c.regime in {regime, None}]
        wide = rows.pivot_table(index="model_index", columns="perturbation", values="value", sort=False)
        values = {str(p): column_values(wide[p].reindex(order), digits=4) for p in wide.columns}
        prepared |= dict.fromkeys(named, values) if values else {}
    return prepared


def _hyperparameter(values: "pd.Series[Any]", varies: bool) -> dict[str, Any]:
    """Describe one hyper-parameter."""
    known = values.dropna()
    numeric = pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known)
    distinct = sorted(set(column_values(known)), key=(lambda v: v) if numeric else str)
    continuous = numeric and len(distinct) > _MOST_VALUES_AS_CLASSES
    return {
        "name": str(values.name),
        "label": str(values.name).removeprefix("hp_"),
        "varies": varies,
        "scale": "numbers" if continuous else "classes",
        "classes": [] if continuous else distinct,
    }


def _notes(results: ResultsLike, columns: Mapping[str, Column]) -> dict[str, dict[str, str]]:
    """Why a model's value is missing or doubtful, by column and row."""
    scores = results.scores
    doubtful = scores[(scores["perturbation"] == AVERAGE) & (scores["status"].astype(str) != "ok")]
    row_of = {int(index): str(row) for row, index in enumerate(results.summary["model_index"])}
    notes: dict[str, dict[str, str]] = {}
    cells = zip(
        *(doubtful[name] for name in ("model_index", "metric", "regime", "status", "reason")), strict=True
    )
    for model, metric, regime, status, reason in cells:
        told = f"{status}: {reason}" if jsonable(reason) else str(status)
        for name in (f"{metric}_{regime}", str(metric)):
            column = columns.get(name)
            if column is not None and column.metric is not None and int(model) in row_of:
                notes.setdefault(name, {})[row_of[int(model)]] = told
    return notes


def _short(value: object) -> str:
    plain = jsonable(value)
    return "none" if plain is None else f"{plain:g}" if isinstance(plain, float) else str(plain)
