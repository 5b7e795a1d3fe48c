"""What changed since an older evaluation; models are matched by what they are, not by their numbers."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from morphsweep.reporting.catalogue import Column
from morphsweep.reporting.numbers import column_values, jsonable
from morphsweep.reporting.prepare_decision import choose
from morphsweep.reporting.source import ResultsLike, hyperparameters

__all__ = ["match_models", "prepare_changes"]

_MOST_MOVES = 200


def prepare_changes(
    results: ResultsLike,
    old: ResultsLike,
    columns: Mapping[str, Column],
    /,
    *,
    where: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Compare two evaluations of overlapping sweeps.

    Parameters
    ----------
    results, old : ResultsLike
        The new and the older evaluation.
    columns : mapping of str to Column
        What the new summary's columns are.
    where : sequence of str, optional
        Conditions of the choice, for both.

    Returns
    -------
    dict
        ``title``, ``facts`` (name, then, now), ``matched`` (pairs of model indices), ``only_then``, ``only_now``,
        ``winner`` (then, now), ``moves`` (model, tranche then and now, of those that changed), ``counts`` (tranche then,
        tranche now, models), ``columns`` and ``values`` (of the older models, in the order of `matched`), ``settings``
        (name, then, now, of those that changed).
    """
    pairs, only_then, only_now = match_models(old, results)
    shared = [
        name
        for name, c in columns.items()
        if c.kind == "metric" and name in old.summary and _numeric(old.summary[name])
    ]
    before = old.summary.set_index("model_index")
    tranche_then, tranche_now = _tranches(old, where), _tranches(results, where)
    moves = [(now, tranche_then.get(then), tranche_now.get(now)) for then, now in pairs]
    changed = [move for move in moves if move[1] != move[2]]
    return {
        "title": f"{old.info.get('name') or 'the older sweep'} ({old.path.name})",
        "facts": _facts(old, results),
        "matched": [[int(then), int(now)] for then, now in pairs],
        "only_then": jsonable(only_then),
        "only_now": jsonable(only_now),
        "winner": [_winner(old, where), _winner(results, where)],
        "moves": [{"model": int(m), "then": a, "now": b} for m, a, b in changed[:_MOST_MOVES]],
        "n_moves": len(changed),
        "columns": shared,
        "values": {name: column_values(before[name].reindex([then for then, _ in pairs])) for name in shared},
        "settings": _settings(old, results),
    }


def match_models(old: ResultsLike, new: ResultsLike, /) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """Pair models with equal hyper-parameters; replicates in the order of their tables.

    Parameters
    ----------
    old, new : ResultsLike
        Two evaluations.

    Returns
    -------
    list of tuple
        Model index then and now.
    list
        Models that only the older sweep has.
    list
        Models that only the newer sweep has.
    """
    knobs = [name for name in hyperparameters(new) if name in set(hyperparameters(old))]
    waiting: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for model, key in _keys(old, knobs):
        waiting[key].append(model)
    pairs, only_now = [], []
    for model, key in _keys(new, knobs):
        if waiting[key]:
            pairs.append((waiting[key].pop(0), model))
        else:
            only_now.append(model)
    return pairs, [model for models in waiting.values() for model in models], only_now


def _keys(results: ResultsLike, knobs: Sequence[str]) -> list[tuple[Any, tuple[str, ...]]]:
    frame = results.summary
    return [
        (row[0], tuple(str(jsonable(value)) for value in row[1:]))
        for row in frame[["model_index", *knobs]].itertuples(index=False)
    ]


def _numeric(values: "pd.Series[Any]") -> bool:
    return bool(pd.api.types.is_numeric_dtype(values)) and not pd.api.types.is_bool_dtype(values)


def _tranches(results: ResultsLike, where: Sequence[str] | None) -> dict[Any, int | None]:
    selection, _ = choose(results, where)
    if selection is None:
        return {}
    return dict(
        zip(selection.table["model_index"].tolist(), map(jsonable, selection.table["tranche"]), strict=True)
    )


def _winner(results: ResultsLike, where: Sequence[str] | None) -> Any:
    selection, _ = choose(results, where)
    return None if selection is None else jsonable(selection.winner)


def _facts(old: ResultsLike, new: ResultsLike) -> list[dict[str, str]]:
    """Version, protocol, regimes, perturbations where they differ."""
    names = ("version", "protocol", "regimes", "perturbations", "held_out")
    told = [(name, str(jsonable(old.info.get(name))), str(jsonable(new.info.get(name)))) for name in names]
    told.append(("models", str(len(old.summary)), str(len(new.summary))))
    return [{"name": n.replace("_", " "), "then": a, "now": b} for n, a, b in told if a != b]


def _settings(old: ResultsLike, new: ResultsLike) -> list[dict[str, str]]:
    def value(info: Mapping[str, Any], name: str) -> str:
        entry = dict(info.get("settings") or {}).get(name, {})
        return str(jsonable(entry.get("value") if isinstance(entry, Mapping) else entry))

    names = list(Counter([*dict(old.info.get("settings") or {}), *dict(new.info.get("settings") or {})]))
    told = [{"name": name, "then": value(old.info, name), "now": value(new.info, name)} for name in names]
    return [entry for entry in told if entry["then"] != entry["now"]]
