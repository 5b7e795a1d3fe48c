"""Scores: one declaration per metric, one row per number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np

__all__ = ["AVERAGE", "Better", "MetricSpec", "ScoreRow", "Status"]

AVERAGE = "avg_pert"  # the value of `perturbation` that means "the model's value"

Better = Literal["higher", "lower", "range"]


class Status(StrEnum):
    """How a number, a run or a model came out."""

    OK = "ok"
    FLAGGED = "flagged"  # computed from a curve that is not ok
    PARTIAL = "partial"  # averaged over fewer perturbations than asked
    NOT_APPLICABLE = "not_applicable"
    NOT_COMPUTABLE = "not_computable"
    NOT_DONE = "not_done"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """Everything that is known of a metric, said once.

    Parameters
    ----------
    name : str
        Bare name, as in the ``metric`` column of the scores.
    label : str
        Axis title.
    unit : str
        Unit, empty for a pure number.
    better : {"higher", "lower", "range"}
        Direction; "range" means that both extremes are bad.
    bounds : tuple of float or None
        Least and greatest possible value; None where there is none.
    scope : {"run", "pair"}
        Of one run, or of a run against the reference run.
    per : {"perturbation", "model"}
        Whether `function` is called for each perturbation and the results combined, or once for the model.
    needs : tuple of str
        Cached products handed to `function`, in this order; for a pair first all of the reference, then all of the other.
        A product that is a mapping is handed over perturbation by perturbation when `per` is "perturbation".
    function : callable
        Pure function of arrays that returns a float (or raises NotComputable).
    description : str
        One sentence saying what the number means.
    combine : callable
        How the perturbations' values become the model's value; default: mean.
    shift : bool
        Whether ``<name>_shift`` = other - reference is reported (run metrics only).
    aliases : tuple of str
        Other labs' column stems, for import and export.
    invariances : tuple of str
        Changes of the input that leave the value unchanged ("rotation", "translation", "scale", "reflection", "row order").
    """

    name: str
    label: str
    unit: str
    better: Better
    bounds: tuple[float | None, float | None]
    scope: Literal["run", "pair"]
    per: Literal["perturbation", "model"]
    needs: tuple[str, ...]
    function: Callable[..., float]
    description: str
    combine: Callable[[Any], Any] = np.mean
    shift: bool = True
    aliases: tuple[str, ...] = ()
    invariances: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One number of one model, with its status and, where it is missing or doubtful, the reason."""

    regime: str
    perturbation: str
    metric: str
    value: float
    low: float = float("nan")
    high: float = float("nan")
    status: Status = Status.OK
    reason: str = ""

    def as_dict(self) -> Mapping[str, Any]:
        """The row as a mapping of column to value."""
        return {
            "regime": self.regime,
            "perturbation": self.perturbation,
            "metric": self.metric,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "status": str(self.status),
            "reason": self.reason,
        }
