"""What a choice comes to."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from morphsweep.selection.account import Account, account_of
from morphsweep.selection.criterion import Criteria
from morphsweep.selection.table import ModelTable

__all__ = ["Selection"]


@dataclass(frozen=True)
class Selection:
    """Tranches, a first recommendation, and the reasons for it.

    Parameters
    ----------
    table : DataFrame, one row per model, in the order of the input
        The input under our names, with ``tranche`` (1 to 4 or missing), ``pareto``, ``rank`` (1 = first; missing when not
        ranked), ``missing`` (needed columns without a value), ``reason``, ``flags``, ``configuration``.
    tranches : dict of int to list
        Model indices by tranche, best first.
    winner : int or None
        The first of tranche 1; None when it is empty.
    ties : list or None
        Other models of the winner's configuration: its numbers do not separate them. None when the table has no
        replicates to know that from.
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
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float) and plain in {float("inf"), float("-inf")}:
        return None  # JSON knows no infinity
    return plain
