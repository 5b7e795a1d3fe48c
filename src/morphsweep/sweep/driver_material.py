"""A table of models made ready to be explained."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.influence import Design, make_design
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
from morphsweep.sweep.driver_budget import ignored_columns, largest_budget
from morphsweep.sweep.driver_columns import MARKED_KNOB, MARKED_METRIC, knob_columns, metric_columns
from morphsweep.sweep.results import Results

__all__ = ["Material", "gather"]


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
        str(name).startswith(MARKED_KNOB) for name in table.columns
    )  # MorphSeq's own metric_weight is no score
    marked = [str(name) for name in table.columns if tool and str(name).startswith(MARKED_METRIC)]
    asked = [name for name in metrics or () if name != "all"]
    models = model_table(
        table, facts=facts, also_scores=[name for name in [*marked, *asked] if name in table]
    )
    notes = list(models.notes)
    frame, kept = _filtered(models.frame, where, notes)
    rule = dict(
        DEFAULT_INACTIVE if inactive is None and facts.inactive is None else inactive or facts.inactive or {}
    )
    columns = [] if lenient and not models.scores else metric_columns(models, metrics)
    names = knob_columns(models, knobs, facts, columns, frame, notes)
    frame = frame.assign(configuration=_groups(frame, names, group, rule, models, kept))
    if (
        group is None and facts.hyperparameters is None
    ):  # a table of another tool, whose rows nobody has explained
        used = {*columns, *models.scores}
        frame, left_out = largest_budget(frame, names, used)
        notes += [*left_out, *ignored_columns(frame, names, used)]
    failed = None if ok is None else ~_meets(frame, Condition.parse(ok)).to_numpy()
    part = ModelTable(frame, models.scores, tuple(names), models.reference, models.renamed, models.notes)
    return Material(part, names, columns, rule, failed, notes)


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
