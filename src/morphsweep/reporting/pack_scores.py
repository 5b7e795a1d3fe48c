"""Numbers per model, and per model and perturbation, as columns for the page."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import AVERAGE, FloatArray, IntArray
from morphsweep.reporting.catalogue import Column
from morphsweep.reporting.packing import Pack
from morphsweep.reporting.source import ResultsLike

__all__ = ["pack_by_perturbation", "pack_intervals", "pack_notes", "pack_values"]


def pack_values(pack: Pack, results: ResultsLike, columns: Mapping[str, Column], /) -> dict[str, int]:
    """Scores of the models at full precision, so that thresholds in the page cut as ``select`` does.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    results : ResultsLike
        An evaluated sweep.
    columns : mapping of str to Column
        What the summary's columns are.

    Returns
    -------
    dict of str to int
        Column -> array of float64, shape (n_models,), in the order of the summary; NaN = missing.
    """
    return {
        name: pack.add(pd.to_numeric(results.summary[name], errors="coerce").to_numpy(float), "f8")
        for name, column in columns.items()
        if column.kind == "metric"
    }


def pack_intervals(
    pack: Pack, results: ResultsLike, columns: Mapping[str, Column], /
) -> dict[str, list[int]]:
    """Bootstrap intervals of the models' scores, for the columns that have any.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    results : ResultsLike
        An evaluated sweep.
    columns : mapping of str to Column
        What the summary's columns are.

    Returns
    -------
    dict of str to list of int
        Column -> arrays ``low, high`` of float32, shape (n_models,).
    """
    scores = results.scores
    if not {"low", "high"} <= set(scores) or scores["low"].isna().all():
        return {}
    rows = scores[(scores["perturbation"] == AVERAGE) & scores["low"].notna() & scores["high"].notna()]
    models = _model_rows(rows, results)
    found: dict[str, list[int]] = {}
    for pair, places in rows.groupby(["metric", "regime"], sort=False).indices.items():
        names = _named(columns, pair)
        ends = [
            _placed(rows[end].to_numpy(float)[places], models[places], len(results.summary))
            for end in ("low", "high")
        ]
        places_of = [pack.add(end, "f4") for end in ends] if names else []
        found.update((name, places_of) for name in names)
    return found


def pack_by_perturbation(
    pack: Pack, results: ResultsLike, columns: Mapping[str, Column], perturbations: Sequence[str], /
) -> dict[str, int]:
    """Values of single perturbations, where a metric has them.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    results : ResultsLike
        An evaluated sweep.
    columns : mapping of str to Column
        What the summary's columns are.
    perturbations : sequence of str
        In the order of the comparison.

    Returns
    -------
    dict of str to int
        Column -> array of float32, shape (n_perturbations, n_models).
    """
    scores = results.scores
    code = pd.Index(perturbations).get_indexer(pd.Index(scores["perturbation"]))
    rows = scores[code >= 0]
    code, models = code[code >= 0], _model_rows(rows, results)
    values, n = rows["value"].to_numpy(float), len(results.summary)
    found: dict[str, int] = {}
    for pair, places in rows.groupby(["metric", "regime"], sort=False).indices.items():
        names = _named(columns, pair)
        if names:
            cells = code[places] * n + models[places]
            table = _placed(values[places], np.where(models[places] < 0, -1, cells), n * len(perturbations))
            found |= dict.fromkeys(names, pack.add(table, "f4"))
    return found


def pack_notes(pack: Pack, results: ResultsLike, columns: Mapping[str, Column], /) -> dict[str, Any]:
    """Why a model's value is missing or doubtful.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    results : ResultsLike
        An evaluated sweep.
    columns : mapping of str to Column
        What the summary's columns are.

    Returns
    -------
    dict
        ``texts`` and ``columns`` (column -> array of uint16, shape (n_models,): 0, or the place of its text plus one).
    """
    scores = results.scores
    rows = scores[(scores["perturbation"] == AVERAGE) & (scores["status"].astype(str) != "ok")]
    reason = rows["reason"].fillna("").astype(str)
    told = rows["status"].astype(str) + np.where(reason == "", "", ": ") + reason
    codes, texts = pd.factorize(told)
    codes = np.minimum(codes, 65534)
    models, n = _model_rows(rows, results), len(results.summary)
    found: dict[str, int] = {}
    for pair, places in rows.groupby(["metric", "regime"], sort=False).indices.items():
        marks = np.zeros(n, dtype=np.int64)
        known = models[places] >= 0
        marks[models[places][known]] = codes[places][known] + 1
        found |= {name: pack.add(marks, "u2") for name in _named(columns, pair)}
    return {"texts": list(map(str, texts))[:65535], "columns": found}


def _named(columns: Mapping[str, Column], pair: Any) -> list[str]:
    """Columns that hold a metric under a regime: the metric's own, or the bare one of a comparison."""
    metric, regime = str(pair[0]), str(pair[1])
    found = [columns[name] for name in (f"{metric}_{regime}", metric) if name in columns]
    return [column.name for column in found if column.metric == metric and column.regime in {regime, None}]


def _model_rows(rows: pd.DataFrame, results: ResultsLike) -> IntArray:
    """Row of the summary of each score; -1 for a model that it lacks."""
    return np.asarray(pd.Index(results.summary["model_index"]).get_indexer(pd.Index(rows["model_index"])))


def _placed(values: FloatArray, cells: IntArray, size: int) -> FloatArray:
    """Values at their places among `size` cells, NaN elsewhere."""
    table = np.full(size, np.nan)
    table[cells[cells >= 0]] = values[cells >= 0]
    return table
