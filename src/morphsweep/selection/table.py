"""The table that a choice works on: one row per model, our names, configurations known."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.records import AVERAGE, IntArray
from morphsweep.selection.configurations import DEFAULT_INACTIVE, configurations, hyperparameter_columns
from morphsweep.selection.facts import SweepFacts
from morphsweep.selection.names import ScoreColumn, rename_map, score_columns

__all__ = ["ModelTable", "all_scores", "model_table", "precedence", "scores_of"]


@dataclass(frozen=True, slots=True)
class ModelTable:
    """One row per model.

    Parameters
    ----------
    frame : DataFrame
        With the columns ``model_index`` and ``configuration`` (numbers; missing when no hyper-parameter is known).
    scores : dict of str to ScoreColumn
        The columns that hold scores.
    hyperparameters : tuple of str
        The columns that hold hyper-parameters.
    reference : str or None
        The reference regime.
    renamed : dict of str to str
        Columns that came under another lab's name, and what they are called here.
    notes : tuple of str
        What was assumed.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act.
    """

    frame: pd.DataFrame
    scores: dict[str, ScoreColumn]
    hyperparameters: tuple[str, ...]
    reference: str | None
    renamed: dict[str, str]
    notes: tuple[str, ...] = ()
    inactive: Mapping[str, str] | None = None


def model_table(
    table: pd.DataFrame, /, *, facts: SweepFacts | None = None, also_scores: Collection[str] = ()
) -> ModelTable:
    """Understand a table of models, ours or another lab's.

    Parameters
    ----------
    table : DataFrame, one row per model
        Where it has a column ``Perturbation`` (or ``perturbation``), only the rows ``avg_pert`` are models.
    facts : SweepFacts or None
        What else is known of the sweep.
    also_scores : collection of str
        Columns that hold scores although no declared metric is called so.

    Returns
    -------
    ModelTable
        Rows in the order of `table`.

    Raises
    ------
    InvalidInput
        If no row is left, or a model has several rows.
    """
    facts = facts or SweepFacts()
    frame = _models_only(table)
    renamed = rename_map(frame.columns)
    frame = frame.rename(columns=renamed)
    frame, notes = _with_model_index(frame)
    scores = score_columns(_not_knobs(frame, facts), regimes=facts.regimes)
    scores |= {name: ScoreColumn(name, name) for name in also_scores}
    knobs = hyperparameter_columns(frame, scores=scores, listed=facts.hyperparameters)
    acting = _acting(knobs, facts)
    if "configuration" not in frame or facts.inert:
        frame = frame.assign(configuration=configurations(frame, acting, inactive=facts.inactive))
    if facts.inert:
        notes = (*notes, f"{', '.join(facts.inert)}: taken to act on nothing, as told")
    inactive = DEFAULT_INACTIVE if facts.inactive is None else facts.inactive
    return ModelTable(frame, scores, knobs, _reference(scores, facts), renamed, notes, inactive)


def scores_of(table: ModelTable, column: str, models: "pd.Series[bool]", /) -> "pd.Series[float]":
    """One score by ``model_index``, missing for the models that do not count.

    Parameters
    ----------
    table : ModelTable
        The models.
    column : str
        A score column.
    models : Series of bool, shape (n_models,)
        The models that count.

    Returns
    -------
    Series of float
        Index ``model_index``; what is no finite number is missing.
    """
    values = pd.to_numeric(table.frame[column], errors="coerce").astype(float)
    values = values.where(models & np.isfinite(values))
    return values.set_axis(pd.Index(table.frame["model_index"]), axis=0)


def all_scores(table: ModelTable, counted: pd.DataFrame, /) -> pd.DataFrame:
    """Every score by ``model_index``, missing for the models that do not count there.

    Parameters
    ----------
    table : ModelTable
        The models.
    counted : DataFrame of bool, shape (n_models, n_scores)
        The models that count, score by score.

    Returns
    -------
    DataFrame of float, shape (n_models, n_scores)
        Index ``model_index``; what is no finite number is missing.
    """
    names = list(table.scores)
    values = np.empty((len(table.frame), len(names)))
    for k, name in enumerate(names):
        values[:, k] = pd.to_numeric(table.frame[name], errors="coerce").to_numpy(
            dtype=float, na_value=np.nan
        )
    values[~(counted[names].to_numpy(dtype=bool) & np.isfinite(values))] = np.nan
    return pd.DataFrame(values, index=pd.Index(table.frame["model_index"]), columns=names)


def precedence(index: "pd.Series[Any]", /) -> IntArray:
    """Who comes first where nothing else tells: the lowest ``model_index``, wherever its row stands.

    Parameters
    ----------
    index : Series, shape (n_models,)
        ``model_index``: numbers, or texts.

    Returns
    -------
    array of int, shape (n_models,)
        0 = first.

    Examples
    --------
    >>> precedence(pd.Series([7, 48, 3])).tolist()
    [1, 2, 0]
    """
    numbers = pd.to_numeric(index, errors="coerce")
    keys = numbers if numbers.notna().all() else index.map(str)
    place = np.empty(len(index), dtype=np.int64)
    place[np.argsort(keys.to_numpy(), kind="stable")] = np.arange(len(index))
    return place


def _models_only(table: pd.DataFrame) -> pd.DataFrame:
    frame = table.rename(columns=str)
    column = next((name for name in ("Perturbation", "perturbation") if name in frame), None)
    if column is not None:
        frame = frame[frame[column].astype(str) == AVERAGE]
    if frame.empty:
        where = f" with {column} == {AVERAGE!r}" if column else ""
        msg = f"the table has no row{where}: expected one row per model, found {len(table)} rows in all"
        raise InvalidInput(msg)
    return frame.reset_index(
        drop=True
    ).copy()  # a table that was put together column by column is slow to add to


def _with_model_index(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    if "model_index" not in frame:
        note = "the table has no column 'model_index': models are numbered by their row, from 0"
        return frame.assign(model_index=range(len(frame))), (note,)
    index = frame["model_index"]
    if index.isna().any():
        msg = f"column 'model_index' is empty in row {int(index.isna().to_numpy().argmax()) + 1} of the models; every model needs its number"
        raise InvalidInput(msg)
    if index.duplicated().any():
        twice = ", ".join(str(value) for value in index[index.duplicated()].unique()[:5])
        msg = f"several rows have the same model_index ({twice}); expected one row per model"
        raise InvalidInput(msg)
    numbers = pd.to_numeric(index, errors="coerce")
    whole = bool(numbers.notna().all() and (numbers % 1 == 0).all())
    return (frame.assign(model_index=numbers.astype(int)) if whole else frame), ()


def _not_knobs(frame: pd.DataFrame, facts: SweepFacts) -> list[str]:
    knobs = {name for name in facts.hyperparameters or () if f"hp_{name}" not in frame}
    return [column for column in frame.columns if column not in knobs]


def _acting(knobs: tuple[str, ...], facts: SweepFacts) -> list[str]:
    unknown = [name for name in facts.inert if name not in knobs]
    if unknown:
        msg = f"{unknown[0]!r} is no hyper-parameter of the table, so it cannot be called inert; hyper-parameters: {', '.join(knobs) or 'none'}"
        raise InvalidInput(msg)
    return [name for name in knobs if name not in facts.inert]


def _reference(scores: dict[str, ScoreColumn], facts: SweepFacts) -> str | None:
    if facts.reference:
        return facts.reference
    regimes = [score.regime for score in scores.values() if score.metric == "f1" and score.regime]
    return "all" if "all" in regimes else next(iter(regimes), None)
