"""The models that claims are tested on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.influence.design import Design
from morphsweep.influence.knob import Knob
from morphsweep.influence.outcome import Effort
from morphsweep.records import BoolArray, Condition, FloatArray

__all__ = ["Evidence", "with_numbers"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The models that claims are tested on.

    Parameters
    ----------
    frame : DataFrame
        One row per model: settings and scores, and ``model_index``.
    design : Design
        Their settings.
    column : callable
        Name in a claim -> column of `frame`, or None.
    change : callable
        Score column -> other regime minus reference, or None.
    noise : mapping of str to (float, int)
        SD of replicates and its degrees of freedom, by score column.
    effort : Effort
        Of forests.
    """

    frame: pd.DataFrame
    design: Design
    column: Callable[[str], str | None]
    change: Callable[[str], FloatArray | None]
    noise: Mapping[str, tuple[float, int]]
    effort: Effort

    def score(self, name: str) -> FloatArray:
        """Numbers of a score; NaN where missing. Raises NotApplicable when the table lacks it."""
        column = self.named(name)
        numbers = pd.to_numeric(self.frame[column], errors="coerce").to_numpy(dtype=float)
        return np.where(np.isfinite(numbers), numbers, np.nan)

    def named(self, name: str) -> str:
        """The column of a name. Raises NotApplicable when the table lacks it."""
        column = self.column(name)
        if column is None:
            msg = f"the table has no column {name!r}"
            raise NotApplicable(msg)
        return column

    def knob(self, name: str) -> Knob:
        """A hyper-parameter. Raises NotApplicable when it does not vary here."""
        found = next((knob for knob in self.design.varying if knob.name in {name, f"hp_{name}"}), None)
        if found is None:
            msg = f"the hyper-parameter {name!r} does not vary in this sweep"
            raise NotApplicable(msg)
        return found

    def meets(self, text: str) -> tuple[BoolArray, BoolArray]:
        """Models that meet a condition, and those of which it is known."""
        condition = Condition.parse(text)
        column = self.named(condition.column)
        resolved = condition.resolve(self.frame[column])
        told = [resolved.holds(value) for value in self.frame[column]]
        return np.array([answer is True for answer in told]), np.array([
            answer is not None for answer in told
        ])

    def only(self, rows: BoolArray) -> "Evidence":
        """The same for some of the models; quantiles of conditions were taken over all of them before."""
        positions = np.flatnonzero(rows)
        change = self.change

        def part(name: str) -> FloatArray | None:
            whole = change(name)
            return None if whole is None else whole[positions]

        frame = self.frame.iloc[positions].reset_index(drop=True)
        return Evidence(frame, self.design.take(rows), self.column, part, self.noise, self.effort)


def with_numbers(evidence: Evidence, /, *scores: FloatArray) -> tuple[Design, list[FloatArray]]:
    """Models that have all the numbers, and these. Raises NotComputable when fewer than two have."""
    has = np.isfinite(np.array(scores)).all(axis=0)
    if has.sum() < 2:
        msg = f"only {int(has.sum())} models have the numbers"
        raise NotComputable(msg)
    return evidence.design.take(has), [score[has] for score in scores]
