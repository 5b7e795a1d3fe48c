"""Which columns of the summary are the same number under two regimes, and which are RMSE before and after alignment."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from morphsweep.records import MetricSpec
from morphsweep.reporting.catalogue import Column

__all__ = ["prepare_reference_vs_other", "prepare_rmse"]


def prepare_reference_vs_other(
    columns: Mapping[str, Column],
    declared: Mapping[str, MetricSpec],
    regimes: Sequence[str],
    summary: pd.DataFrame,
    /,
) -> list[dict[str, Any]]:
    """Metrics of a run that some model has for the reference and for another regime.

    Parameters
    ----------
    columns : mapping of str to Column
        What the summary's columns are.
    declared : mapping of str to MetricSpec
        Metrics by name.
    regimes : sequence of str
        The reference first.
    summary : DataFrame
        One row per model.

    Returns
    -------
    list of dict
        ``metric, label, unit, better, description, reference`` (column) and ``others`` (regime -> column).
    """
    found = {(column.metric, column.regime): column for column in columns.values() if column.metric}
    metrics = dict.fromkeys(c.metric for c in columns.values() if c.metric and c.scope != "pair")
    prepared = []
    for metric in metrics:
        reference = found.get((metric, regimes[0]))
        others = {
            regime: found[metric, regime].name
            for regime in regimes[1:]
            if (metric, regime) in found and _both(summary, reference, found[metric, regime])
        }
        if reference is not None and others:
            prepared.append(_entry(str(metric), reference, others, declared.get(str(metric))))
    return prepared


def _both(summary: pd.DataFrame, one: Column | None, two: Column) -> bool:
    """Whether some model has both numbers."""
    return one is not None and bool(summary[[one.name, two.name]].notna().all(axis=1).any())


def prepare_rmse(columns: Mapping[str, Column], /) -> list[dict[str, Any]]:
    """Columns of RMSE before and after alignment.

    Parameters
    ----------
    columns : mapping of str to Column
        What the summary's columns are.

    Returns
    -------
    list of dict
        ``regime`` (None: the only other regime, or the mean over them), ``initial`` and ``aligned`` (columns).
    """
    found = {(column.metric, column.regime): column.name for column in columns.values() if column.metric}
    return [
        {"regime": regime, "initial": name, "aligned": found["aligned_rmse", regime]}
        for (metric, regime), name in found.items()
        if metric == "initial_rmse" and ("aligned_rmse", regime) in found
    ]


def _entry(
    metric: str, reference: Column, others: Mapping[str, str], spec: MetricSpec | None
) -> dict[str, Any]:
    """One metric under several regimes."""
    return {
        "metric": metric,
        "label": spec.label if spec else metric.replace("_", " "),
        "unit": reference.unit,
        "better": reference.better,
        "description": reference.description,
        "reference": reference.name,
        "others": dict(others),
    }
