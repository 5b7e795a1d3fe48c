"""How much the choice hangs on where the thresholds were set."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import FloatArray
from morphsweep.selection.applying import NumericRule

__all__ = ["StableRange", "stable_ranges", "winner_map"]

_STEPS = 25  # thresholds per axis of the map


@dataclass(frozen=True, slots=True)
class StableRange:
    """Between which values one threshold may be set without another model winning, the other threshold as asked.

    Parameters
    ----------
    column : str
        Of the threshold.
    asked : float
        The threshold used.
    low, high : float
        The ends; infinite where nothing changes however far one goes.
    below, above : int or None
        The winner beyond each end; None: no winner there, or no end.
    """

    column: str
    asked: float
    low: float
    high: float
    below: Any
    above: Any

    def __str__(self) -> str:
        if np.isinf(self.low) and np.isinf(self.high):
            return f"no threshold on {self.column} changes the winner"
        parts = []
        if np.isfinite(self.low):
            parts.append(f"below {self.low:.4g} {_named(self.below)}")
        if np.isfinite(self.high):
            parts.append(f"above {self.high:.4g} {_named(self.above)}")
        return (
            f"a threshold on {self.column} (asked: {self.asked:.4g}) changes the winner {' and '.join(parts)}"
        )


def winner_map(
    values: FloatArray,
    rule: NumericRule,
    models: Sequence[Any],
    configurations: "pd.Series[Any]",
    /,
    *,
    n_steps: int = _STEPS,
) -> pd.DataFrame:
    """Winner for every pair of thresholds on a grid over the range of the scores.

    Parameters
    ----------
    values : array, shape (n_models, n_columns)
        The scores that the rule looks at.
    rule : NumericRule
        Its first one or two thresholds are varied.
    models : sequence
        ``model_index`` of the rows.
    configurations : Series, shape (n_models,)
        Their configurations.
    n_steps : int
        Thresholds per axis.

    Returns
    -------
    DataFrame
        ``first, second, winner, configuration, n_best``: thresholds, the model that wins (missing: none), its configuration, and
        how many models are in tranche 1. `second` is missing when there is one threshold.
    """
    grids = [_grid(values[:, at], n_steps) for at, _ in rule.axes]
    pairs = [
        (a,) if len(grids) == 1 else (a, b) for a in grids[0] for b in (grids[1] if grids[1:] else [0.0])
    ]
    rows = []
    for pair in pairs:
        standing = rule.with_thresholds(*pair)(values)
        won = standing.winner
        rows.append((
            pair[0],
            pair[1] if len(pair) > 1 else np.nan,
            models[won] if won >= 0 else pd.NA,
            configurations.iloc[won] if won >= 0 else pd.NA,
            int((standing.tranche == 1).sum()),
        ))
    frame = pd.DataFrame(rows, columns=["first", "second", "winner", "configuration", "n_best"])
    return frame.astype({"winner": "object", "configuration": "Int64"})


def stable_ranges(
    values: FloatArray, rule: NumericRule, models: Sequence[Any], asked: Sequence[float], /
) -> list[StableRange]:
    """For each threshold, how far it may be moved before another model wins.

    Parameters
    ----------
    values : array, shape (n_models, n_columns)
        The scores that the rule looks at.
    rule : NumericRule
        The rule.
    models : sequence
        ``model_index`` of the rows.
    asked : sequence of float
        The thresholds as numbers.

    Returns
    -------
    list of StableRange
        One per threshold; exact, as the winner changes only where a threshold passes a score.
    """
    fixed = rule.with_thresholds(*asked)
    winner = fixed(values).winner
    return [_range(k, values, fixed, list(asked), models, winner) for k in range(len(rule.axes))]


def _range(
    k: int, values: FloatArray, rule: NumericRule, asked: list[float], models: Sequence[Any], winner: int
) -> StableRange:
    at, condition = rule.axes[k]
    scores = np.unique(values[np.isfinite(values[:, at]), at])

    def winner_at(threshold: float) -> int:
        return rule.with_thresholds(*[*asked[:k], threshold, *asked[k + 1 :]])(values).winner

    ends: list[tuple[float, Any]] = []
    for step, beyond in ((-1, scores[scores < asked[k]][::-1]), (1, scores[scores > asked[k]])):
        end: tuple[float, Any] = (step * np.inf, None)
        # Between two scores nothing changes, so one threshold in each gap and beyond the last tells all.
        for number, score in enumerate(beyond):
            after = beyond[number + 1] if number + 1 < len(beyond) else score + step
            other = winner_at(float((score + after) / 2))
            if other != winner:
                end = (float(score), models[other] if other >= 0 else None)
                break
        ends.append(end)
    return StableRange(condition.column, float(asked[k]), ends[0][0], ends[1][0], ends[0][1], ends[1][1])


def _grid(values: FloatArray, n_steps: int) -> FloatArray:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.array([0.0])
    return np.linspace(known.min(), known.max(), n_steps)


def _named(model: Any) -> str:
    return "(then none wins)" if model is None else f"(then model {model} wins)"
