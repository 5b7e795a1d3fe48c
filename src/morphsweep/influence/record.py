"""What drives what: the tables, and the sentences that say the same."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["Drivers", "plain_rows"]


@dataclass(frozen=True, slots=True)
class Drivers:
    """Which hyper-parameter moves which metric.

    Parameters
    ----------
    fits : DataFrame
        One row per metric: models with and without the number, configurations, cross-validated R2 with interval, noise SD,
        and the reason when nothing can be told.
    importances : DataFrame
        One row per metric and hyper-parameter: importance (of those that vary, summing to one), share of variance with
        interval, what chance reaches, p, verdict (``acts``, ``unsure`` = only matched cells say so,
        ``alone`` = only a single comparison does, not beyond chance among all tests, ``inert``, ``constant``, ``fixed where it acts``), and which
        other hyper-parameter it goes with.
    effects : DataFrame
        Linear effects from the lowest to the highest setting, with intervals, also in noise SDs.
    main_effects, interactions, cells : DataFrame
        Means per level; strength of pairwise interactions; the joint effect cell by cell.
    matched, lines : DataFrame
        Paired changes with all other settings equal, and the lines behind them.
    spread : DataFrame
        Spread of (other regime - reference) and of replicates, per pair of levels, with ratios.
    failures : DataFrame
        Share of models without the number per level, for every outcome that some models lack.
    sentences : tuple of str
        The answer in words.
    notes : tuple of str
        What was left out, counted, and what was assumed.
    """

    fits: pd.DataFrame
    importances: pd.DataFrame
    effects: pd.DataFrame
    main_effects: pd.DataFrame
    interactions: pd.DataFrame
    cells: pd.DataFrame
    matched: pd.DataFrame
    lines: pd.DataFrame
    spread: pd.DataFrame
    failures: pd.DataFrame
    sentences: tuple[str, ...]
    notes: tuple[str, ...]

    def frames(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        return {
            name: getattr(self, name)
            for name in self.__slots__
            if isinstance(getattr(self, name), pd.DataFrame)
        }

    def to_json(self) -> dict[str, Any]:
        """JSON-able: sentences, notes, and every table as a list of rows; null where a number is missing."""
        tables = {name: plain_rows(frame) for name, frame in self.frames().items()}
        return {"sentences": list(self.sentences), "notes": list(self.notes), **tables}

    def wide(self, column: str = "share") -> pd.DataFrame:
        """One column of the importances as a table.

        Parameters
        ----------
        column : str
            Such as ``"share"``, ``"importance"``, ``"p"``.

        Returns
        -------
        DataFrame
            Metrics by hyper-parameters, in their order.
        """
        if self.importances.empty:
            return pd.DataFrame()
        table = self.importances.pivot(index="metric", columns="hyperparameter", values=column)
        order = self.importances["hyperparameter"].drop_duplicates()
        return table.loc[self.importances["metric"].drop_duplicates(), order]


def plain_rows(frame: pd.DataFrame, /) -> list[dict[str, Any]]:
    """Rows of a table for JSON; null where a number is missing."""
    return [{str(key): _value(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _value(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return None if value is pd.NA else value
