"""What a choice comes to."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.records import FloatArray
from morphsweep.selection.account import Account, account_of
from morphsweep.selection.applying import NumericRule
from morphsweep.selection.criterion import Criteria
from morphsweep.selection.noise import NoiseFloor
from morphsweep.selection.rating import values_of
from morphsweep.selection.sensitivity import StableRange, stable_ranges, winner_map
from morphsweep.selection.table import ModelTable
from morphsweep.selection.uncertainty import ChoiceUncertainty

__all__ = ["Selection"]


@dataclass(frozen=True)
class Selection:
    """Tranches, a first recommendation, and the reasons for it.

    Parameters
    ----------
    table : DataFrame, one row per model, in the order of the input
        The input under our names, with ``tranche`` (1 to 4 or missing), ``pareto``, ``rank`` (1 = first; missing when not
        ranked), ``missing`` (needed columns without a value), ``reason``, ``flags``, ``configuration``; with replicates of
        either kind also ``tie`` (the winner and its ties), and of its configuration ``frequency`` (share of the draws with
        a winner in which it comes first), ``rank_low, rank_high`` and ``p_tranche_1`` to ``p_tranche_4``.
    tranches : dict of int to list
        Model indices by tranche, best first.
    winner : int or None
        The first of tranche 1; None when it is empty.
    ties : list or None
        Other models that the numbers do not separate from the winner, by rank: those of its configuration, those within the
        repeatability limit, those of the configurations that win in nine draws of ten, and those exactly equal to it by the
        rule. None when there are no replicates, neither of a configuration nor over individuals, to know that from, and no
        model is equal.
    rule : str
        The rule in words.
    account : Account or None
        Of the winner.
    common : DataFrame
        Share of each hyper-parameter value in each tranche against the whole sweep.
    warnings : tuple of str
        What to know before believing the numbers.
    ranks : DataFrame
        Rank of every comparable model in every score.
    comparable : DataFrame of bool
        Score by score, the models that are ranked beside one another: not partial ones, unless there are no others.
    full : DataFrame of bool
        Score by score, the models whose number is no average over fewer perturbations than asked.
    criteria : Criteria
        Thresholds and filters as applied.
    models : ModelTable
        The table as understood.
    noise : NoiseFloor or None
        How much replicates of a configuration differ; None when there are none.
    uncertainty : ChoiceUncertainty or None
        What would have been chosen from other individuals and other trainings; None when nothing tells.
    applied : NumericRule or None
        The rule as a function of numbers.
    """

    table: pd.DataFrame
    tranches: dict[int, list[Any]]
    winner: Any
    ties: list[Any] | None
    rule: str
    account: Account | None
    common: pd.DataFrame
    warnings: tuple[str, ...]
    ranks: pd.DataFrame
    comparable: pd.DataFrame
    full: pd.DataFrame
    criteria: Criteria
    models: ModelTable
    noise: NoiseFloor | None = None
    uncertainty: ChoiceUncertainty | None = None
    applied: NumericRule | None = None

    @cached_property
    def winner_map(self) -> pd.DataFrame:
        """Winner over a grid of both thresholds, see :func:`~morphsweep.selection.sensitivity.winner_map`."""
        rule, values = self._numbers()
        frame = self.models.frame
        return winner_map(values, rule, frame["model_index"].tolist(), frame["configuration"])

    @cached_property
    def stable_ranges(self) -> list[StableRange]:
        """How far each threshold may be moved before another model wins; empty without a winner."""
        thresholds = [axis.threshold for axis in self.criteria.axes]
        if self.winner is None or any(value is None for value in thresholds):
            return []
        rule, values = self._numbers()
        asked = [float(value) for value in thresholds if value is not None]
        return stable_ranges(values, rule, self.models.frame["model_index"].tolist(), asked)

    def _numbers(self) -> tuple[NumericRule, FloatArray]:
        if self.applied is None:
            msg = "this selection was not made by 'select', so its rule cannot be applied again"
            raise InvalidInput(msg)
        return self.applied, values_of(self.models, self.applied)

    def describe(self, model_index: int) -> Account:
        """Account of any model of the table.

        Parameters
        ----------
        model_index : int
            The model.

        Returns
        -------
        Account
            With its rank in every key score and the population of each.
        """
        return account_of(
            model_index,
            table=self.models,
            judged=self.table,
            comparable=self.comparable,
            criteria=self.criteria,
            noise=self.noise,
        )

    def ordered(self) -> pd.DataFrame:
        """The table with the winner first and models that are not ranked last."""
        return self.table.sort_values(
            ["rank", "tranche"], kind="stable", na_position="last", ignore_index=True
        )

    def leading_columns(self) -> list[str]:
        """The few scores to show beside each model: the axes, then how tree-like the space is."""
        first = [axis.column for axis in self.criteria.axes]
        tree = [
            f"{metric}_{self.models.reference}"
            for metric in ("segment_collinearity_within", "dispersion_first")
        ]
        return list(dict.fromkeys(name for name in [*first, *tree] if name in self.ranks))

    def to_json(self) -> dict[str, Any]:
        """The choice as plain values: ``winner, ties, rule, table``; missing values are None."""
        frame = self.ordered()
        records = [
            {str(key): _plain(value) for key, value in zip(frame.columns, row, strict=True)}
            for row in frame.itertuples(index=False, name=None)
        ]
        ties = None if self.ties is None else [_plain(model) for model in self.ties]
        return {"winner": _plain(self.winner), "ties": ties, "rule": self.rule, "table": records}

    def __repr__(self) -> str:
        sizes = ", ".join(f"{number}: {len(models)}" for number, models in self.tranches.items())
        return f"Selection(winner={self.winner}, ties={self.ties}, tranches={{{sizes}}})"


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value  # most values of a large table: asked first
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float) and plain in {float("inf"), float("-inf")}:
        return None  # JSON knows no infinity
    return plain
