"""Models that the numbers do not separate from the winner."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import BoolArray, FloatArray
from morphsweep.selection.applying import NumericRule
from morphsweep.selection.noise import NoiseFloor

__all__ = ["in_order", "within_limits"]


def within_limits(
    values: FloatArray,
    rule: NumericRule,
    thresholds: Sequence[float],
    winner: int,
    noise: NoiseFloor,
    /,
    *,
    upper: bool = False,
) -> BoolArray:
    """Models whose distance from the winner, and from the thresholds, replicates of one configuration may have.

    Parameters
    ----------
    values : array, shape (n_models, n_columns)
        The scores that the rule looks at.
    rule : NumericRule
        Thresholds and order.
    thresholds : sequence of float
        The thresholds of the axes as numbers.
    winner : int
        Row of the winner.
    noise : NoiseFloor
        Repeatability limits; a column without noise has the limit 0.
    upper : bool
        Use the limits at the upper end of the interval of the noise.

    Returns
    -------
    array of bool, shape (n_models,)
        True for a model that misses no threshold by more than the limit, and is behind the winner by no more than the limit:
        in the first column of a lexicographic order, in every column of the other rules. The winner is one of them.
    """
    limits = np.array([_limit(noise, name, upper=upper) for name in rule.columns])
    near = rule.allowed & rule.competing
    for (at, condition), threshold in zip(rule.axes, thresholds, strict=True):
        up = condition.op in {">", ">="}
        short = threshold - values[:, at] if up else values[:, at] - threshold
        near = near & (short <= limits[at])
    decisive = rule.order.columns[:1] if rule.order.kind == "lexicographic" else rule.order.columns
    for name in decisive:
        at, higher = rule.columns.index(name), rule.order.higher[name]
        behind = values[winner, at] - values[:, at]
        behind = np.abs(behind) if higher is None else behind if higher else -behind
        near = near & (behind <= limits[at])
    near[winner] = True
    found: BoolArray = near
    return found


def _limit(noise: NoiseFloor, column: str, *, upper: bool) -> float:
    if column not in noise:
        return 0.0
    return noise[column].upper_limit if upper else noise[column].limit


def in_order(models: Sequence[Any], ranks: "pd.Series[Any]", /) -> list[Any]:
    """Models by rank, those without a rank last."""
    return sorted(
        models, key=lambda model: (pd.isna(ranks[model]), 0 if pd.isna(ranks[model]) else ranks[model])
    )
