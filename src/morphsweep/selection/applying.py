"""A rule as a function of numbers, so that it can be applied again to every resample and every threshold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import BoolArray, Condition, FloatArray, IntArray
from morphsweep.selection.criterion import Criteria
from morphsweep.selection.ordering import Rule, equal_to, positions
from morphsweep.selection.table import ModelTable, precedence

__all__ = ["NumericRule", "Standing", "numeric_rule"]

_TESTS = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where each row stands.

    Parameters
    ----------
    tranche : array of int, shape (n,) or (n_draws, n)
        1 to 4; 0 where there is none.
    rank : array of int, of the same shape
        1 = first; 0 where a row is not ranked.
    """

    tranche: IntArray
    rank: IntArray

    @property
    def winners(self) -> IntArray:
        """Position of the first of tranche 1 in each draw, shape () or (n_draws,); -1 when tranche 1 is empty."""
        won = (self.rank == 1) & (self.tranche == 1)
        found: IntArray = np.where(won.any(axis=-1), won.argmax(axis=-1), -1)
        return found

    @property
    def winner(self) -> int:
        """The same of a single draw."""
        return int(self.winners)


@dataclass(frozen=True, slots=True)
class NumericRule:
    """Thresholds and order of a choice, as a function of the scores that they look at.

    Parameters
    ----------
    columns : tuple of str
        What each column of the values is.
    axes, filters : tuple of (int, Condition)
        Column and condition: the one or two thresholds, and further conditions on scores.
    allowed : array of bool, shape (n,)
        Rows that the filters on other columns let through.
    competing : array of bool, shape (n,)
        Rows that are ranked, where they have a tranche.
    order : Rule
        Within a tranche.
    counted : array of bool, shape (n, n_columns)
        Rows that quantiles of a column are taken over: those whose number is not partial.
    precedence : array of int, shape (n,)
        Puts exactly equal rows in order, the lowest first.
    """

    columns: tuple[str, ...]
    axes: tuple[tuple[int, Condition], ...]
    filters: tuple[tuple[int, Condition], ...]
    allowed: BoolArray
    competing: BoolArray
    order: Rule
    counted: BoolArray
    precedence: IntArray

    def __call__(self, values: FloatArray, /) -> Standing:
        """Apply the rule.

        Parameters
        ----------
        values : array, shape (n, n_columns) or (n_draws, n, n_columns)
            Scores; NaN where missing. Each draw is judged by itself, quantiles included.

        Returns
        -------
        Standing
            Tranche and rank of every row.
        """
        if values.ndim == 2:
            one = self(values[None])
            return Standing(one.tranche[0], one.rank[0])
        known = np.isfinite(values[..., [at for at, _ in self.axes]]).all(axis=-1) & self.allowed
        for at, condition in self.filters:
            known = known & _holds(condition, values[..., at], self.counted[:, at])
        holds = [_holds(condition, values[..., at], self.counted[:, at]) for at, condition in self.axes]
        first, second = holds[0], holds[-1]
        tranche = np.where(first & second, 1, np.where(first, 2, np.where(second, 3, 4)))
        tranche = np.where(known, tranche, 0)
        needed = values[..., [self.columns.index(name) for name in self.order.columns]]
        ranked = known & self.competing & np.isfinite(needed).all(axis=-1)
        return Standing(tranche, _ranks(needed, tranche, ranked, self.order, self.precedence))

    def equals(self, values: FloatArray, row: int, /) -> BoolArray:
        """Other ranked rows that the rule cannot tell from one, shape (n,); `values` has shape (n, n_columns)."""
        standing = self(values)
        inside = np.flatnonzero(standing.rank > 0)
        found = np.zeros(len(values), dtype=bool)
        if row in inside:
            needed = values[:, [self.columns.index(name) for name in self.order.columns]]
            own = int(np.flatnonzero(inside == row)[0])
            found[inside] = equal_to(needed[inside], standing.tranche[inside], self.order, own)
            found[row] = False
        return found

    def rows(self, groups: Sequence[IntArray]) -> "NumericRule":
        """The same rule for means of groups of rows.

        Parameters
        ----------
        groups : sequence of array of int
            Rows of each group.

        Returns
        -------
        NumericRule
            A group is allowed, competes, or counts, when one of its rows does.
        """
        return replace(
            self,
            allowed=np.array([self.allowed[group].any() for group in groups], dtype=bool),
            competing=np.array([self.competing[group].any() for group in groups], dtype=bool),
            counted=np.array([self.counted[group].any(axis=0) for group in groups], dtype=bool),
            precedence=np.array([self.precedence[group].min() for group in groups], dtype=np.int64),
        )

    def with_thresholds(self, *thresholds: float) -> "NumericRule":
        """The same rule with other thresholds on the axes, as numbers."""
        axes = tuple(
            (at, Condition(condition.column, condition.op, float(value)))
            for (at, condition), value in zip(self.axes, thresholds, strict=True)
        )
        return replace(self, axes=axes)


def numeric_rule(
    models: ModelTable,
    criteria: Criteria,
    order: Rule,
    competing: "pd.Series[bool]",
    population: pd.DataFrame,
    /,
) -> NumericRule:
    """Read a choice's thresholds and order as a function of numbers.

    Parameters
    ----------
    models : ModelTable
        The models.
    criteria : Criteria
        Thresholds and filters.
    order : Rule
        Order within a tranche.
    competing : Series of bool, shape (n_models,)
        Models to rank.
    population : DataFrame of bool, shape (n_models, n_scores)
        For each score the models that count in its quantiles.

    Returns
    -------
    NumericRule
        Applied to the models' own numbers it gives their tranches and ranks.
    """
    on_scores = [
        c for c in criteria.filters if c.column in models.scores and not isinstance(c.asked.value, str)
    ]
    fixed = [c for c in criteria.filters if c not in on_scores]
    columns = tuple(
        dict.fromkeys([
            *(axis.column for axis in criteria.axes),
            *order.columns,
            *(c.column for c in on_scores),
        ])
    )
    allowed = np.ones(len(models.frame), dtype=bool)
    for criterion in fixed:
        allowed &= np.array([answer is True for answer in criterion.holds])
    # A model with a tranche that does not compete is partial; one without a tranche now may have one in a resample.
    ranked = competing.to_numpy(dtype=bool)
    return NumericRule(
        columns,
        tuple((columns.index(axis.column), axis.asked) for axis in criteria.axes),
        tuple((columns.index(c.column), c.asked) for c in on_scores),
        allowed,
        ranked,
        order,
        np.column_stack([population[name].to_numpy(dtype=bool) for name in columns]),
        precedence(models.frame["model_index"]),
    )


def _holds(condition: Condition, values: FloatArray, counted: BoolArray) -> BoolArray:
    """Along the last axis, each draw with its own quantile; False where a value is missing."""
    known = np.isfinite(values)
    against: Any = float(condition.value)
    if condition.is_quantile and known.any():
        against = _quantile(np.where(known, values, np.nan)[..., counted], against)[..., None]
    with np.errstate(invalid="ignore"):
        found: BoolArray = _TESTS[condition.op](values, against) & known
    return found


def _quantile(values: FloatArray, level: float) -> FloatArray:
    """Of each draw, shape (n_draws,); NaN where a draw has no number."""
    found: FloatArray = np.quantile(values, level, axis=-1)
    for draw in np.flatnonzero(~np.isfinite(values).all(axis=-1)):
        row = values[draw]
        found[draw] = np.quantile(row[np.isfinite(row)], level) if np.isfinite(row).any() else np.nan
    return found


def _ranks(
    values: FloatArray, tranche: IntArray, ranked: BoolArray, order: Rule, precedence: IntArray
) -> IntArray:
    """Ranks of each draw, shape (n_draws, n); 0 where a row is not ranked."""
    rank = np.zeros(tranche.shape, dtype=np.int64)
    if order.kind != "lexicographic":
        for draw in np.flatnonzero(ranked.any(axis=1)):
            inside = ranked[draw]
            rank[draw, inside] = positions(
                values[draw, inside], tranche[draw, inside], order, precedence=precedence[inside]
            )
        return rank
    up = np.array([higher is not False for higher in order.higher.values()])
    gains = np.where(up, -values, values)
    gains = np.where(ranked[:, :, None], gains, 0.0)
    by_column = [gains[:, :, k] for k in reversed(range(gains.shape[2]))]
    last = np.broadcast_to(precedence, tranche.shape)
    keys = [last, *by_column, np.where(ranked, tranche, np.iinfo(np.int64).max)]
    place = np.lexsort(keys, axis=-1)
    np.put_along_axis(rank, place, np.arange(1, values.shape[1] + 1)[None], axis=1)
    return np.where(ranked, rank, 0)
