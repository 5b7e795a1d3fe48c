"""Which hyper-parameter moves which metric, from a results folder, a table, or results in memory."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.influence import Design, Driver, Drivers, Effort, Outcome, drive, make_design
from morphsweep.records import BoolArray, Condition
from morphsweep.selection import (
    DEFAULT_INACTIVE,
    ModelTable,
    SweepFacts,
    configurations,
    model_table,
    noise_floor,
    unknown_column,
)
from morphsweep.sweep.choosing import HasSummary, opened
from morphsweep.sweep.pool import compute_all
from morphsweep.sweep.results import Results

__all__ = ["Material", "column_of", "drivers", "gather"]

LEADING = (
    "f1",
    "f1_drop",
    "aligned_rmse",
    "aligned_rmse_rel",
    "segment_collinearity",
    "segment_collinearity_within",
    "dispersion_first",
    "dispersion_first_rel",
    "dispersion_last",
    "dispersion_last_rel",
    "dispersion_slope",
    "gyration",
)  # explained unless others are asked for
_HP, _METRIC = "hp_", "metric_"  # how tables of other tools mark their columns
_FEW_LEVELS = 10


class Material:
    """A table of models made ready to be explained.

    Parameters
    ----------
    models : ModelTable
        Understood.
    knobs : sequence of str
        Hyper-parameter columns.
    metrics : sequence of str
        Score columns asked for.
    inactive : mapping of str to str
        Hyper-parameter = condition under which it cannot act.
    failed : array of bool, shape (n_models,), or None
        Models that failed as a whole, where a condition says so.
    notes : sequence of str
        What was left out or assumed.
    """

    def __init__(
        self,
        models: ModelTable,
        knobs: Sequence[str],
        metrics: Sequence[str],
        inactive: Mapping[str, str],
        failed: BoolArray | None,
        notes: Sequence[str],
    ) -> None:
        self.models, self.knobs, self.metrics = models, tuple(knobs), tuple(metrics)
        self.inactive, self.failed, self.notes = dict(inactive), failed, list(notes)
        self.frame = models.frame

    def values(self, column: str) -> np.ndarray:
        """A score of all models; NaN where there is none, or the model failed."""
        numbers = pd.to_numeric(self.frame[column], errors="coerce").to_numpy(dtype=float)
        numbers = np.where(np.isfinite(numbers), numbers, np.nan)
        return numbers if self.failed is None else np.where(self.failed, np.nan, numbers)

    def design(self) -> Design:
        """The settings; replicates share a group."""
        groups = self.frame["configuration"].astype(object).where(self.frame["configuration"].notna(), -1)
        return make_design(self.frame[list(self.knobs)], groups=groups.tolist(), inactive=self.inactive)

    def noise(self) -> dict[str, float]:
        """SD of replicates by score; a note where there are none."""
        table = pd.DataFrame({name: self.values(name) for name in self.metrics})
        try:
            floor = noise_floor(table, self.frame["configuration"], models=self.frame["model_index"].tolist())
        except NotComputable as reason:
            self.notes.append(f"No noise floor: {reason}.")
            return {}
        return {name: noise.sd for name, noise in floor.metrics.items()}

    def change(self, column: str) -> np.ndarray | None:
        """Mean of the other regimes minus the reference, for a score that each regime has."""
        score = self.models.scores.get(column)
        if score is None or score.regime is None or score.regime != self.models.reference:
            return None
        others = [
            name
            for name, other in self.models.scores.items()
            if other.metric == score.metric and other.regime not in {None, score.regime}
        ]
        if not others:
            return None
        return np.asarray(np.mean([self.values(name) for name in others], axis=0) - self.values(column))


def gather(
    source: Results | HasSummary | pd.DataFrame | Path | str,
    /,
    *,
    metrics: Sequence[str] | None = None,
    where: Sequence[str] = (),
    ok: str | None = None,
    knobs: Sequence[str] | None = None,
    group: Sequence[str] | None = None,
    inactive: Mapping[str, str] | None = None,
    facts: SweepFacts | None = None,
    lenient: bool = False,
) -> Material:
    """Read and understand what is to be explained; the options are those of :func:`drivers`.

    Parameters
    ----------
    source : Results, DataFrame, Path or str
        Results, or a table of models.
    metrics : sequence of str or None
        Score columns.
    where : sequence of str
        Conditions that models must meet.
    ok : str or None
        Condition that models meet which did not fail.
    knobs : sequence of str or None
        Hyper-parameter columns.
    group : sequence of str or None
        Columns equal for replicates.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act.
    facts : SweepFacts or None
        What is known of the sweep.
    lenient : bool
        Whether a table without any score will do.

    Returns
    -------
    Material
        Ready to be explained.

    Raises
    ------
    InvalidInput
        If the source cannot be read, a column is unknown, or no model is left.
    """
    table, found = opened(source)
    facts = facts or found
    tool = any(
        str(name).startswith(_HP) for name in table.columns
    )  # MorphSeq's own metric_weight is no score
    marked = [str(name) for name in table.columns if tool and str(name).startswith(_METRIC)]
    asked = [name for name in metrics or () if name != "all"]
    models = model_table(
        table, facts=facts, also_scores=[name for name in [*marked, *asked] if name in table]
    )
    notes = list(models.notes)
    frame, kept = _filtered(models.frame, where, notes)
    rule = dict(
        DEFAULT_INACTIVE if inactive is None and facts.inactive is None else inactive or facts.inactive or {}
    )
    columns = [] if lenient and not models.scores else _metric_columns(models, metrics)
    names = _knob_columns(models, knobs, facts, columns, frame, notes)
    frame = frame.assign(configuration=_groups(frame, names, group, rule, models, kept))
    failed = None if ok is None else ~_meets(frame, Condition.parse(ok)).to_numpy()
    part = ModelTable(frame, models.scores, tuple(names), models.reference, models.renamed, models.notes)
    return Material(part, names, columns, rule, failed, notes)


def drivers(
    source: Results | HasSummary | pd.DataFrame | Path | str,
    /,
    *,
    metrics: Sequence[str] | None = None,
    where: Sequence[str] = (),
    ok: str | None = None,
    knobs: Sequence[str] | None = None,
    group: Sequence[str] | None = None,
    inactive: Mapping[str, str] | None = None,
    seed: int = 0,
    permutations: int = 99,
    n_trees: int = 100,
    driver: Driver | None = None,
    executor: Executor | None = None,
    workers: int | None = 1,
    progress: Callable[[int, int], None] | None = None,
    facts: SweepFacts | None = None,
) -> Drivers:
    """Tell which hyper-parameter moves which metric, and which does nothing measurable.

    Parameters
    ----------
    source : Results, DataFrame, Path or str
        What :func:`evaluate` returned, a results folder, or a table with one row per model (CSV or Parquet), also one that
        morphsweep did not make: columns ``hp_*`` are its hyper-parameters and ``metric_*`` its scores.
    metrics : sequence of str or None
        Score columns to explain; ``["all"]`` for every one; None: the leading ones.
    where : sequence of str
        Conditions such as ``"beta <= 10"`` that models must meet; the others are counted and left out.
    ok : str or None
        Condition such as ``"status == 1"`` that models meet which did not fail. Failed ones are kept as an outcome of their
        own. None: a model has failed when it has none of the scores.
    knobs : sequence of str or None
        Hyper-parameter columns; None: what the sweep says, else columns ``hp_*``, else what is neither score nor bookkeeping.
    group : sequence of str or None
        Columns that are equal for replicates; None: equal hyper-parameters.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act; None: what the sweep says, else MorphSeq's rule.
    seed : int
        Of forests, splits, permutations and bootstraps.
    permutations : int
        Of the null, per round; 99 lets a p be as small as 0.01.
    n_trees : int
        Trees per fold.
    driver : callable or None
        ``(design, score) -> importances`` that sum to one, in place of the forest's importances.
    executor : concurrent.futures.Executor or None
        Where metrics are computed; None: `workers` processes of our own.
    workers : int or None
        Number of these; None: one per processor. The result is the same for any number.
    progress : callable or None
        Called with the number of metrics done and of all.
    facts : SweepFacts or None
        What is known of the sweep; None: what the results folder says.

    Returns
    -------
    Drivers
        ``importances, effects, main_effects, interactions, matched, spread, failures``, sentences, notes.

    Raises
    ------
    InvalidInput
        If the source cannot be read, a column is unknown, or no model or hyper-parameter is left.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     [(b, m) for b in (0.1, 1, 10) for m in range(5)], columns=["beta", "metric_weight"]
    ... )
    >>> table["aligned_rmse"] = 3.0 - np.log10(table["beta"])
    >>> drivers(table, permutations=39, n_trees=20).importances["hyperparameter"].tolist()
    ['beta', 'metric_weight']
    """
    material = gather(
        source, metrics=metrics, where=where, ok=ok, knobs=knobs, group=group, inactive=inactive, facts=facts
    )
    noise = material.noise()
    outcomes = [
        Outcome(name, material.values(name), noise.get(name), material.change(name))
        for name in material.metrics
    ]
    count = workers or os.cpu_count() or 1

    def compute(function: Callable[[Any], Any], tasks: Sequence[Any]) -> list[Any]:
        told: dict[int, Any] = {}
        for done, (place, future) in enumerate(
            compute_all(function, tasks, executor=executor, workers=count), start=1
        ):
            told[place] = future.result()
            if progress is not None:
                progress(done, len(tasks))
        return [told[place] for place in sorted(told)]

    effort = Effort(n_trees=n_trees, permutations=permutations, seed=seed)
    return drive(
        material.design(),
        outcomes,
        failed=material.failed,
        effort=effort,
        driver=driver,
        compute=compute,
        notes=material.notes,
    )


def _filtered(
    frame: pd.DataFrame, where: Sequence[str], notes: list[str]
) -> tuple[pd.DataFrame, "pd.Series[bool]"]:
    """Models that meet every condition; how many do not is noted."""
    kept = pd.Series(data=True, index=frame.index)
    for text in where:
        kept &= _meets(frame, Condition.parse(text))
    if not kept.any():
        msg = f"no model meets {' and '.join(where)}: the table has {len(frame)} models"
        raise InvalidInput(msg)
    if not kept.all():
        notes.append(
            f"{int((~kept).sum())} of {len(frame)} models do not meet {' and '.join(where)} and are left out."
        )
    return frame[kept].reset_index(drop=True), kept


def _meets(frame: pd.DataFrame, condition: Condition) -> "pd.Series[bool]":
    if condition.column not in frame:
        raise InvalidInput(unknown_column(condition.column, frame))
    resolved = condition.resolve(frame[condition.column])
    return pd.Series([resolved.holds(value) is True for value in frame[condition.column]], index=frame.index)


def _metric_columns(models: ModelTable, metrics: Sequence[str] | None) -> list[str]:
    """The scores asked for, by column or by bare name."""
    if metrics is None:
        leading = [column for name in LEADING if (column := column_of(models, name)) is not None]
        return leading or _all_scores(models)
    found: list[str] = []
    for name in metrics:
        column = name if name in models.frame else models.renamed.get(name) or column_of(models, name)
        if name == "all":
            found += _all_scores(models)
        elif column is None:
            raise InvalidInput(unknown_column(name, models.frame))
        else:
            found.append(column)
    return list(dict.fromkeys(found))


def _all_scores(models: ModelTable) -> list[str]:
    found = [
        name for name in models.scores if pd.to_numeric(models.frame[name], errors="coerce").notna().any()
    ]
    if not found:
        msg = "no column of the table is a score; name those to explain, for instance --metric COLUMN"
        raise InvalidInput(msg)
    return found


def column_of(models: ModelTable, name: str, /) -> str | None:
    """The comparison of regimes where it is one number, else the reference regime's."""
    return next((c for c in (name, f"{name}_{models.reference}") if c in models.scores), None)


def _knob_columns(
    models: ModelTable,
    knobs: Sequence[str] | None,
    facts: SweepFacts,
    metrics: Sequence[str],
    frame: pd.DataFrame,
    notes: list[str],
) -> list[str]:
    if knobs is not None:
        for name in knobs:
            if name not in frame:
                raise InvalidInput(unknown_column(name, frame))
        return list(knobs)
    names = list(models.hyperparameters)
    marked = [name for name in names if name.startswith(_HP)]
    if facts.hyperparameters is None and marked:
        names = marked
    return list(_without_labels([name for name in names if name not in metrics], frame, notes))


def _without_labels(names: Sequence[str], frame: pd.DataFrame, notes: list[str]) -> Iterator[str]:
    """Text that is different for most models is a label, no setting."""
    for name in names:
        number = pd.to_numeric(frame[name], errors="coerce").notna().any()
        if not number and frame[name].nunique() > max(_FEW_LEVELS, len(frame) // 2):
            notes.append(f"{name}: text that differs between most models, taken for a label and left out.")
        else:
            yield name


def _groups(
    frame: pd.DataFrame,
    names: Sequence[str],
    group: Sequence[str] | None,
    inactive: Mapping[str, str],
    models: ModelTable,
    kept: "pd.Series[bool]",
) -> "pd.Series[Any]":
    if group is not None:
        for name in group:
            if name not in frame:
                raise InvalidInput(unknown_column(name, frame))
        keys = pd.Series(list(frame[list(group)].astype(str).itertuples(index=False, name=None)))
        return pd.Series(pd.factorize(keys)[0], index=frame.index)
    if set(names) == set(models.hyperparameters) and models.frame["configuration"].notna().all():
        return models.frame.loc[kept, "configuration"].reset_index(drop=True)
    return configurations(frame, list(names), inactive=inactive)
