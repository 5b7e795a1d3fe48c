"""What each column of the summary is: label, unit and direction, from the one declaration of its metric."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from morphsweep.metrics import METRICS, shift_spec
from morphsweep.records import Better, MetricSpec

__all__ = ["Column", "catalogue", "specs", "title"]

_IDENTITY = {
    "model_index": "Model",
    "configuration": "Configuration",
    "replicate": "Replicate",
    "seed": "Seed",
    "status": "Status",
    "reason": "Reason",
    "tranche": "Tranche",
    "pareto": "Pareto front",
}
_DIRECTION = {"higher": "higher is better", "lower": "lower is better", "range": "abnormal on both sides"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the summary.

    Parameters
    ----------
    name : str
        As in ``summary.csv``.
    label : str
        For people, with the regime.
    kind : {"metric", "hyperparameter", "identity"}
        What sort of column.
    unit : str
        Empty for a pure number.
    better : {"higher", "lower", "range"} or None
        None where a direction has no meaning.
    bounds : tuple of float or None
        Least and greatest possible value.
    metric : str or None
        Bare name of the metric.
    regime : str or None
        The regime; for a pair metric the other regime; None for a mean over regimes or the only pair.
    scope : {"run", "pair"} or None
        Whether the number belongs to one run or to a comparison with the reference.
    description : str
        One sentence.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    better: Better | None = None
    bounds: tuple[float | None, float | None] = (None, None)
    metric: str | None = None
    regime: str | None = None
    scope: str | None = None
    description: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON-able values, with the axis title."""
        return {**asdict(self), "bounds": list(self.bounds), "title": title(self)}


def title(column: Column, /) -> str:
    """Axis title: label, unit and direction.

    Parameters
    ----------
    column : Column
        The column.

    Returns
    -------
    str
        For instance "Aligned RMSE (latent units), lower is better".

    Examples
    --------
    >>> title(Column("f1_all", "F1 · all", "metric", better="higher"))
    'F1 · all, higher is better'
    """
    unit = f" ({column.unit})" if column.unit else ""
    direction = f", {_DIRECTION[column.better]}" if column.better else ""
    return f"{column.label}{unit}{direction}"


def specs() -> dict[str, MetricSpec]:
    """Declared metrics by name, the shifts that follow from them included.

    Returns
    -------
    dict of str to MetricSpec
        In the order of the registry.
    """
    shifts = [shift_spec(spec) for spec in METRICS.values() if spec.scope == "run" and spec.shift]
    return {**METRICS, **{spec.name: spec for spec in shifts}}


def catalogue(
    summary: pd.DataFrame,
    scores: pd.DataFrame,
    /,
    *,
    hyperparameters: list[str],
    declared: Mapping[str, MetricSpec],
) -> dict[str, Column]:
    """Describe every column of the summary.

    Parameters
    ----------
    summary : DataFrame
        One row per model.
    scores : DataFrame
        Tidy; its pairs of metric and regime say how a column's name is to be read.
    hyperparameters : list of str
        The columns that are hyper-parameters (``hp_<name>`` where a name clashed).
    declared : mapping of str to MetricSpec
        Metrics by name.

    Returns
    -------
    dict of str to Column
        In the order of the summary.
    """
    pairs = scores[["metric", "regime"]].drop_duplicates().astype(str)
    places = {f"{metric}_{regime}": (metric, regime) for metric, regime in pairs.itertuples(index=False)}
    places |= {metric: (metric, None) for metric in pairs["metric"]}
    known = set(hyperparameters)
    return {name: _column(name, places, known, declared) for name in map(str, summary.columns)}


def _column(
    name: str,
    places: Mapping[str, tuple[str, str | None]],
    hyperparameters: set[str],
    declared: Mapping[str, MetricSpec],
) -> Column:
    """Describe one column."""
    if name in hyperparameters:
        return Column(name, name.removeprefix("hp_"), "hyperparameter")
    if name in _IDENTITY:
        return Column(name, _IDENTITY[name], "identity")
    if name not in places:
        return Column(name, name.replace("_", " "), "identity")
    metric, regime = places[name]
    spec = declared.get(metric)
    if spec is None:  # measured by a later version, or by a metric that is not registered here
        label = _with_regime(metric.replace("_", " "), regime)
        return Column(name, label, "metric", metric=metric, regime=regime)
    return Column(
        name,
        _with_regime(spec.label, regime),
        "metric",
        spec.unit,
        spec.better,
        spec.bounds,
        metric,
        regime,
        spec.scope,
        spec.description,
    )


def _with_regime(label: str, regime: str | None) -> str:
    return f"{label} · {regime}" if regime else label
