"""What became of a claim: number, interval, verdict, and the numbers of its picture."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.influence.claim import Claim
from morphsweep.influence.record import plain_rows
from morphsweep.influence.tested import opposed, tested
from morphsweep.influence.wording import number

__all__ = ["Ledger", "Verdict", "not_testable", "on_side"]

HOLDS, NOT, UNDECIDED, UNTESTABLE = "holds", "does not hold", "undecided", "not testable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A claim and what the sweep says of it.

    Parameters
    ----------
    claim : Claim
        What was claimed.
    verdict : str
        ``holds``, ``does not hold``, ``undecided`` or ``not testable``.
    quantity : str
        What the number is.
    value, low, high : float
        Estimate and 95 % interval; NaN where there is none.
    n : int
        Models, configurations or cells behind it, as `quantity` says.
    reason : str
        Why it cannot be tested; empty otherwise.
    picture : DataFrame
        Columns ``kind, x, y, group``: points, lines or levels to draw; may be empty.
    """

    claim: Claim
    verdict: str
    quantity: str = ""
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    n: int = 0
    reason: str = ""
    picture: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["kind", "x", "y", "group"]))

    @property
    def told(self) -> str:
        """The verdict in words; says when a claim does not hold because the effect is the other way round."""
        other_way = self.verdict == NOT and opposed(self.claim, self.low, self.high)
        return f"{NOT}, the other way round" if other_way else self.verdict

    def __str__(self) -> str:
        says = f"{self.claim.says} Tested: {tested(self.claim)}."
        if self.verdict == UNTESTABLE:
            return f"{says} Not testable: {self.reason}."
        interval = (
            f" (95 % interval {number(self.low)} to {number(self.high)})" if np.isfinite(self.low) else ""
        )
        return (
            f"{says} {self.told.capitalize()}: {self.quantity} {number(self.value)}{interval}, n = {self.n}."
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """All claims, in the order in which they were declared.

    Parameters
    ----------
    verdicts : tuple of Verdict
        One per claim.
    notes : tuple of str
        What was assumed.
    """

    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """``claim, verdict, quantity, value, low, high, n, test, says, reason, tested, told``.

        ``tested`` is the direction in words, ``told`` the verdict, also whether the effect is the other way round.
        """
        rows = [
            (
                v.claim.name,
                v.verdict,
                v.quantity,
                v.value,
                v.low,
                v.high,
                v.n,
                v.claim.test,
                v.claim.says,
                v.reason,
                tested(v.claim),
                v.told,
            )
            for v in self.verdicts
        ]
        names = [
            "claim",
            "verdict",
            "quantity",
            "value",
            "low",
            "high",
            "n",
            "test",
            "says",
            "reason",
            "tested",
            "told",
        ]
        return pd.DataFrame(rows, columns=names)

    @property
    def counts(self) -> dict[str, int]:
        """How many hold, do not, are undecided, cannot be tested."""
        return {
            name: sum(v.verdict == name for v in self.verdicts)
            for name in (HOLDS, NOT, UNDECIDED, UNTESTABLE)
        }

    def to_json(self) -> dict[str, Any]:
        """JSON-able; null where a number is missing."""
        return {"counts": self.counts, "claims": plain_rows(self.table), "notes": list(self.notes)}


def on_side(low: float, high: float, expect: str, /, *, beyond: float = 0.0) -> str:
    """Verdict of an interval about a direction.

    Parameters
    ----------
    low, high : float
        Interval of the quantity.
    expect : {"higher", "lower"}
        Side of `beyond` on which it should lie.
    beyond : float
        The border; for ``lower`` its mirror image is meant by the caller.

    Returns
    -------
    str
        ``holds`` when the whole interval lies on the side, ``does not hold`` when none of it does, else ``undecided``.

    Examples
    --------
    >>> on_side(0.1, 0.5, "higher"), on_side(-0.5, -0.1, "higher"), on_side(-0.1, 0.5, "higher")
    ('holds', 'does not hold', 'undecided')
    """
    if not (np.isfinite(low) and np.isfinite(high)):
        return UNDECIDED
    if expect == "lower":
        low, high, beyond = -high, -low, -beyond
    return HOLDS if low > beyond else NOT if high < beyond else UNDECIDED


def not_testable(claim: Claim, reason: str, /) -> Verdict:
    """A claim that this sweep cannot tell."""
    return Verdict(claim, UNTESTABLE, reason=reason)
