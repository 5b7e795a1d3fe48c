"""A short account of one model: each key score with its rank, its quantile, and the population of both."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import Better
from morphsweep.selection.configurations import replicates_of, varying
from morphsweep.selection.criterion import Criteria
from morphsweep.selection.names import direction, label
from morphsweep.selection.noise import MetricNoise, NoiseFloor
from morphsweep.selection.table import ModelTable, scores_of
from morphsweep.selection.usual import usual_range
from morphsweep.selection.wording import listed, ordinal

__all__ = ["Account", "AccountRow", "account_of", "key_columns", "replicates_sentence"]

_KEY = (
    "f1", "f1_drop", "initial_rmse", "aligned_rmse", "aligned_rmse_rel", "segment_collinearity",
    "segment_collinearity_within", "dispersion_first", "dispersion_first_rel", "dispersion_last", "dispersion_slope",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One score of one model.

    Parameters
    ----------
    column, label : str
        The score and its title.
    value : float
        NaN when missing.
    better : {"higher", "lower", "range"} or None
        Which end is good.
    rank : int or None
        1 = best among the population, or the smallest where neither end is good.
    population : int
        Comparable models that have a number in this column.
    partial : int
        Models whose number is partial and therefore left out of the population.
    n_models : int
        Models in the table.
    quantile : float or None
        Share of the population below the value, equal values counted half.
    low, high : float
        Least and greatest value among the model's replicates, itself included.
    usual : tuple of float or None
        Median -/+ 3 MAD of the population, for scores whose both extremes are bad.
    noise : MetricNoise or None
        How much replicates of a configuration differ in it; None when that is not known.
    """

    column: str
    label: str
    value: float
    better: Better | None
    rank: int | None
    population: int
    partial: int
    n_models: int
    quantile: float | None
    low: float
    high: float
    usual: tuple[float, float] | None = None
    noise: MetricNoise | None = None

    @property
    def abnormal(self) -> bool:
        """Whether the value lies outside the usual range."""
        return self.usual is not None and not (self.usual[0] <= self.value <= self.usual[1])

    def __str__(self) -> str:
        if self.rank is None:
            value = "is missing" if np.isnan(self.value) else f"{self.value:.4g}, not ranked"
            return f"{self.column} {value} ({self.population} of {self.n_models} models are ranked)"
        ends = {"higher": "highest first", "lower": "lowest first"}.get(
            self.better or "", "by value, smallest first"
        )
        text = f"{self.column} {self.value:.4g}: {ordinal(self.rank)} of {self.population}, {ends}"
        text += f"; quantile {self.quantile:.2f} of the {self.population} models with a number"
        text += f" ({self.partial} partial left out)" if self.partial else ""
        if self.usual is not None:
            place = "outside" if self.abnormal else "inside"
            text += f"; {place} the usual {self.usual[0]:.3g} to {self.usual[1]:.3g}"
        return text if self.noise is None else f"{text}; {self.noise}"


@dataclass(frozen=True, slots=True)
class Account:
    """What the numbers say of one model.

    Parameters
    ----------
    model_index : int
        The model.
    rows : tuple of AccountRow
        Its key scores.
    sentences : tuple of str
        Tranche, Pareto front and replicates, in words.
    """

    model_index: Any
    rows: tuple[AccountRow, ...]
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*self.sentences, *(str(row) for row in self.rows)])


def account_of(
    model_index: Any,
    /,
    *,
    table: ModelTable,
    judged: pd.DataFrame,
    comparable: pd.DataFrame,
    criteria: Criteria,
    noise: NoiseFloor | None = None,
) -> Account:
    """Give an account of one model.

    Parameters
    ----------
    model_index : int
        The model.
    table : ModelTable
        All models.
    judged : DataFrame
        With ``tranche`` and ``pareto``.
    comparable : DataFrame of bool, shape (n_models, n_scores)
        The population of ranks and quantiles, score by score.
    criteria : Criteria
        The thresholds.
    noise : NoiseFloor or None
        Of the sweep.

    Returns
    -------
    Account
        Over the key scores that the table has.

    Raises
    ------
    InvalidInput
        If there is no such model.
    """
    group = [model_index, *replicates_of(table.frame, model_index)]
    rows = tuple(_row(column, group, table, comparable, noise) for column in key_columns(table, criteria))
    row = judged.loc[judged["model_index"] == model_index].iloc[0]
    sentences = [_place(row, criteria)]
    if len(group) > 1:
        sentences.append(replicates_sentence(model_index, table))
    sentences += [f"{r.column} is abnormal: {r}" for r in rows if r.abnormal]
    return Account(model_index, rows, tuple(sentences))


def key_columns(table: ModelTable, criteria: Criteria, /) -> list[str]:
    """The axes first, then the key scores that the table has: of every regime for F1, of the reference for the rest."""
    first = [axis.column for axis in criteria.axes if axis.column in table.scores]
    rest = [
        name
        for metric in _KEY
        for name, score in table.scores.items()
        if score.metric == metric and (score.regime in {None, table.reference} or metric == "f1")
    ]
    return list(dict.fromkeys([*first, *rest]))


def replicates_sentence(model_index: Any, table: ModelTable, /) -> str:
    """That the numbers do not separate a model from its replicates, and in what they differ on paper."""
    frame = table.frame
    others = replicates_of(frame, model_index)
    group = frame[frame["model_index"].isin([model_index, *others])]
    differ = varying(group, table.hyperparameters)
    same = (
        f"same configuration, equal but for {listed(differ)}, which cannot act there"
        if differ
        else "same configuration"
    )
    return f"These numbers do not separate {model_index} from {listed(others)}: {same}."


def _row(
    column: str, group: list[Any], table: ModelTable, comparable: pd.DataFrame, noise: NoiseFloor | None
) -> AccountRow:
    everyone = scores_of(table, column, pd.Series(data=True, index=table.frame.index))
    known = scores_of(table, column, comparable[column]).dropna()
    value = float(everyone.loc[group[0]])
    better = direction(column)
    ranked = group[0] in known.index
    beaten_by = known > value if better == "higher" else known < value
    return AccountRow(
        column=column,
        label=label(column),
        value=value,
        better=better,
        rank=int(beaten_by.sum()) + 1 if ranked else None,
        population=len(known),
        partial=int(everyone.notna().sum()) - len(known),
        n_models=len(everyone),
        quantile=float(((known < value).mean() + (known <= value).mean()) / 2) if ranked else None,
        low=float(everyone.loc[group].min()),
        high=float(everyone.loc[group].max()),
        usual=usual_range(known) if better == "range" else None,
        noise=noise[column] if noise is not None and column in noise else None,
    )


def _place(row: "pd.Series[Any]", criteria: Criteria) -> str:
    name = row["model_index"]
    if pd.isna(row["tranche"]):
        return f"Model {name} has no tranche: {row['reason']}."
    axes = " and ".join(axis.column for axis in criteria.axes)
    front = f"{'' if row['pareto'] else 'not '}on the Pareto front of {axes}"
    return f"Model {name} is in tranche {row['tranche']}, {front}."
