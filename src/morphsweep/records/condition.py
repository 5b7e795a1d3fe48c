"""One small grammar for thresholds and conditions: ``column operator value``.

The value is a number, a quoted text, or a quantile of the column such as ``q50``. Nothing is ever evaluated as code.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput

__all__ = ["Condition"]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_PATTERN = re.compile(
    r"""^\s*(?P<column>[^\s<>=!'"]+(?:[^<>=!'"]*[^\s<>=!'"])?)\s*
    (?P<op>==|!=|<=|>=|<|>)\s*
    (?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|q(?P<quantile>\d+(?:\.\d+)?)|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\s*$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of one column with one value.

    Parameters
    ----------
    column : str
        Name of the column.
    op : str
        One of ``== != <= >= < >``.
    value : float or str
        What to compare with; for a quantile, its level between 0 and 1.
    is_quantile : bool
        Whether `value` is a quantile level of the column itself.

    Examples
    --------
    >>> Condition.parse("f1_all > 0.7")
    Condition(column='f1_all', op='>', value=0.7, is_quantile=False)
    >>> str(Condition.parse("aligned_rmse<q50"))
    'aligned_rmse < q50'
    """

    column: str
    op: str
    value: float | str
    is_quantile: bool = False

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read ``column operator value``.

        Parameters
        ----------
        text : str
            For instance ``"beta == 10"``, ``"metric_loss_type == 'NT-Xent'"`` or ``"aligned_rmse < q50"``.

        Returns
        -------
        Condition
            The comparison.

        Raises
        ------
        InvalidInput
            If the text is not of this form.
        """
        match = _PATTERN.match(text)
        if match is None:
            msg = (
                f"cannot read the condition {text!r}; expected: column operator value, where operator is one of "
                f"{' '.join(_OPERATORS)} and value is a number, a 'quoted text' or a quantile such as q50"
            )
            raise InvalidInput(msg)
        column, op = match["column"], match["op"]
        if match["number"] is not None:
            return cls(column, op, float(match["number"]))
        if match["quantile"] is not None:
            level = float(match["quantile"]) / 100
            if level > 1:
                msg = f"the condition {text!r} asks for quantile q{match['quantile']}; quantiles go from q0 to q100"
                raise InvalidInput(msg)
            return cls(column, op, level, is_quantile=True)
        return cls(column, op, match["single"] if match["single"] is not None else match["double"])

    def __str__(self) -> str:
        if self.is_quantile:
            return f"{self.column} {self.op} q{100 * float(self.value):g}"
        return (
            f"{self.column} {self.op} {self.value:g}"
            if isinstance(self.value, float)
            else f"{self.column} {self.op} '{self.value}'"
        )

    def resolve(self, values: "pd.Series[Any]") -> "Condition":
        """The same condition with a quantile replaced by its number in `values`.

        Parameters
        ----------
        values : Series
            The column over the population that the quantile refers to; missing values are left out.

        Returns
        -------
        Condition
            Without quantile.

        Raises
        ------
        InvalidInput
            If no value is left to take a quantile of.
        """
        if not self.is_quantile:
            return self
        known = pd.to_numeric(values, errors="coerce").dropna()
        if known.empty:
            msg = f"{self}: the column {self.column!r} has no number to take a quantile of"
            raise InvalidInput(msg)
        return Condition(self.column, self.op, float(known.quantile(float(self.value))))

    def holds(self, value: object) -> bool | None:
        """Whether the condition holds for one value; None when the value is missing.

        Parameters
        ----------
        value : object
            A number or text. Numbers are compared as numbers, also when they are written as text.

        Returns
        -------
        bool or None
            None when `value` is None or NaN.

        Raises
        ------
        InvalidInput
            If a quantile was not resolved first, or a text is compared with a number by order.
        """
        if self.is_quantile:
            msg = f"{self}: resolve the quantile first"
            raise InvalidInput(msg)
        if value is None or (isinstance(value, float) and pd.isna(value)):
            return None
        if isinstance(self.value, str):
            if self.op not in {"==", "!="}:
                msg = f"{self}: text can only be compared with == or !="
                raise InvalidInput(msg)
            return bool(_OPERATORS[self.op](str(value), self.value))
        number = pd.to_numeric(str(value) if isinstance(value, str) else value, errors="coerce")  # type: ignore[call-overload]
        if pd.isna(number):
            if self.op in {"==", "!="}:
                return self.op == "!="
            msg = f"{self}: {value!r} is not a number"
            raise InvalidInput(msg)
        return bool(_OPERATORS[self.op](float(number), self.value))
