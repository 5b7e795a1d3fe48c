"""The one document of numbers that the page is drawn from; ``docs/report.md`` describes it field by field."""

from collections.abc import Mapping, Sequence
from typing import Any

from morphsweep.errors import InvalidInput
from morphsweep.reporting.catalogue import Column, catalogue, specs
from morphsweep.reporting.colors import perturbation_colors
from morphsweep.reporting.numbers import jsonable
from morphsweep.reporting.prepare_comparison import prepare_reference_vs_other, prepare_rmse
from morphsweep.reporting.prepare_curves import (
    prepare_curves,
    prepare_health,
    prepare_health_counts,
    prepare_points,
)
from morphsweep.reporting.prepare_decision import choose, empty_choice, prepare_decision
from morphsweep.reporting.prepare_provenance import prepare_failures, prepare_provenance, prepare_warnings
from morphsweep.reporting.prepare_scores import (
    prepare_by_perturbation,
    prepare_hyperparameters,
    prepare_models,
)
from morphsweep.reporting.prepare_time import prepare_over_time
from morphsweep.reporting.source import ResultsLike, hyperparameters, regimes

__all__ = ["SCHEMA", "first_models", "prepare_document"]

SCHEMA = 2

_MAIN = (
    "f1",
    "f1_drop",
    "f1_heldout",
    "initial_rmse",
    "aligned_rmse",
    "aligned_rmse_rel",
    "segment_collinearity",
    "segment_collinearity_within",
    "dispersion_first",
    "dispersion_last",
    "dispersion_slope",
    "curves_ok",
)  # shown in the table without asking for all numbers


def prepare_document(
    results: ResultsLike,
    /,
    *,
    where: Sequence[str] | None = None,
    models: Sequence[int] | None = None,
    bulk: bool = True,
) -> dict[str, Any]:
    """Gather all numbers of the report.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    where : sequence of str, optional
        Conditions of the choice; default: the rule of the protocol.
    models : sequence of int, optional
        Indices of the models shown on opening; default: the winner and the best of the next tranche.
    bulk : bool
        Whether to include scores, curves, snips and scores over time; the page takes them packed instead
        (:func:`~morphsweep.reporting.pack_document.pack_document`).

    Returns
    -------
    dict
        JSON-able, without NaN.

    Raises
    ------
    InvalidInput
        If a condition cannot be read, or there is no such model.
    """
    declared = specs()
    columns = catalogue(
        results.summary, results.scores, hyperparameters=hyperparameters(results), declared=declared
    )
    selection, reason = choose(results, where)
    decision = prepare_decision(results, selection, reason, columns)
    choice = empty_choice(results) if selection is None else selection.table
    return {
        "schema": SCHEMA,
        "title": str(results.info.get("name") or "Sweep"),
        "time_unit": str(results.info.get("time_unit") or ""),
        "regimes": _regimes(results),
        "perturbations": _perturbations(results),
        "columns": [column.as_dict() for column in columns.values()],
        "main_columns": _main_columns(columns, decision),
        "hyperparameters": prepare_hyperparameters(results),
        "models": prepare_models(results, columns, choice, bulk=bulk),
        "decision": decision,
        "shown": first_models(results, decision, models),
        "reference_vs_other": prepare_reference_vs_other(
            columns, declared, regimes(results), results.summary
        ),
        "rmse": prepare_rmse(columns),
        "health": prepare_health(results),
        "health_counts": prepare_health_counts(results),
        "failures": prepare_failures(results),
        "warnings": prepare_warnings(results),
        "provenance": prepare_provenance(results),
        **(_bulk(results, columns) if bulk else {}),
    }


def first_models(
    results: ResultsLike, decision: Mapping[str, Any], models: Sequence[int] | None = None, /
) -> list[int]:
    """Which models to look at first: the winner beside the best of the next tranche that has one.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    decision : mapping
        What :func:`prepare_decision` returned.
    models : sequence of int, optional
        Asked for.

    Returns
    -------
    list of int
        Model indices.

    Raises
    ------
    InvalidInput
        If there is no such model.
    """
    known = [int(index) for index in results.summary["model_index"]]
    if models is not None:
        unknown = [model for model in models if model not in known]
        if unknown:
            msg = f"no model {', '.join(map(str, unknown))} in {results.path}; models: {', '.join(map(str, known))}"
            raise InvalidInput(msg)
        return list(models)
    firsts = [tranche["models"][0] for tranche in decision["tranches"] if tranche["models"]]
    wanted = [decision["winner"], *firsts] if decision["winner"] is not None else firsts
    return [int(model) for model in dict.fromkeys(wanted)][:2] or known[:1]


def _bulk(results: ResultsLike, columns: Mapping[str, Column]) -> dict[str, Any]:
    """The many numbers, as plain lists."""
    return {
        "by_perturbation": prepare_by_perturbation(results, columns),
        "over_time": prepare_over_time(results),
        "curves": prepare_curves(results),
        "points": prepare_points(results),
    }


def _regimes(results: ResultsLike) -> list[dict[str, Any]]:
    names = regimes(results)
    held_out = dict(results.info.get("held_out") or {})
    return [
        {"name": name, "reference": name == names[0], "held_out": jsonable(held_out.get(name))}
        for name in names
    ]


def _perturbations(results: ResultsLike) -> list[dict[str, str]]:
    names = [str(name) for name in results.info["perturbations"]]
    colors = perturbation_colors(names, dict(results.info.get("colors") or {}))
    return [{"name": name, "color": colors[name]} for name in names]


def _main_columns(columns: Mapping[str, Column], decision: Mapping[str, Any]) -> list[str]:
    axes = [decision["axes"]["x"], decision["axes"]["y"]]
    named = [c.name for metric in _MAIN for c in columns.values() if c.metric == metric]
    return [name for name in dict.fromkeys([*axes, *named]) if name is not None]
