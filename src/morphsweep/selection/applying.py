"""A rule as a function of numbers, so that it can be applied again to every resample and every threshold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from morphsweep.records import BoolArray, Condition, FloatArray, IntArray
from morphsweep.selection.criterion import Criteria
from morphsweep.selection.ordering import Rule, positions
from morphsweep.selection.table import ModelTable

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
    tranche : array of int, shape (n,)
        1 to 4; 0 where there is none.
    rank : array of int, shape (n,)
        1 = first; 0 where a row is not ranked.
    """

    tranche: IntArray
    rank: IntArray

    @property
    def winner(self) -> int:
        """Position of the first of tranche 1; -1 when tranche 1 is empty."""
        first = np.flatnonzero((self.rank == 1) & (self.tranche == 1))
        return int(first[0]) if len(first) else -1


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
    """

    columns: tuple[str, ...]
    axes: tuple[tuple[int, Condition], ...]
    filters: tuple[tuple[int, Condition], ...]
    allowed: BoolArray
    competing: BoolArray
    order: Rule

    def __call__(self, values: FloatArray, /) -> Standing:
        """Apply the rule.

        Parameters
        ----------
        values : array, shape (n, n_columns)
            Scores; NaN where missing.

        Returns
        -------
        Standing
            Tranche and rank of every row.
        """
        known = np.isfinite(values[:, [at for at, _ in self.axes]]).all(axis=1) & self.allowed
        for at, condition in self.filters:
            known = known & _holds(condition, values[:, at])
        holds = [_holds(condition, values[:, at]) for at, condition in self.axes]
        first, second = holds[0], holds[-1]
        tranche = np.where(first & second, 1, np.where(first, 2, np.where(second, 3, 4)))
        tranche = np.where(known, tranche, 0)
        needed = values[:, [self.columns.index(name) for name in self.order.columns]]
        ranked = known & self.competing & np.isfinite(needed).all(axis=1)
        rank = np.zeros(len(values), dtype=np.int64)
        if ranked.any():
            rank[ranked] = positions(needed[ranked], tranche[ranked], self.order)
        return Standing(tranche, rank)

    def rows(self, groups: Sequence[IntArray]) -> "NumericRule":
        """The same rule for means of groups of rows.

        Parameters
        ----------
        groups : sequence of array of int
            Rows of each group.

        Returns
        -------
        NumericRule
            A group is allowed, or competes, when one of its rows is.
        """
        return replace(
            self,
            allowed=np.array([self.allowed[group].any() for group in groups], dtype=bool),
            competing=np.array([self.competing[group].any() for group in groups], dtype=bool),
        )

    def with_thresholds(self, *thresholds: float) -> "NumericRule":
        """The same rule with other thresholds on the axes, as numbers."""
        axes = tuple(
            (at, Condition(condition.column, condition.op, float(value)))
            for (at, condition), value in zip(self.axes, thresholds, strict=True)
        )
        return replace(self, axes=axes)


def numeric_rule(
    models: ModelTable, criteria: Criteria, order: Rule, competing: "pd.Series[bool]", /
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
    )


def _holds(condition: Condition, values: FloatArray) -> BoolArray:
    known = np.isfinite(values)
    if not known.any():
        return known
    against = float(condition.value)
    if condition.is_quantile:
        against = float(np.quantile(values[known], against))
    found: BoolArray = np.zeros(len(values), dtype=bool)
    found[known] = _TESTS[condition.op](values[known], against)
    return found
