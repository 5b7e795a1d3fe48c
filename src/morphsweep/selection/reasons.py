"""Why the winner and not its rivals: differences in units and in multiples of the noise."""

from typing import Any

import pandas as pd

from morphsweep.selection.names import label
from morphsweep.selection.record import Selection

__all__ = ["reasons"]

_MOST_RIVALS = 3


def reasons(choice: Selection, /) -> list[str]:
    """Compare the winner with the best model of each of the next configurations.

    Parameters
    ----------
    choice : Selection
        The choice.

    Returns
    -------
    list of str
        One sentence per rival: every column of the rule with its difference, in its unit and in replicate SD; empty without
        a winner.

    Examples
    --------
    >>> from morphsweep.selection import select
    >>> models = pd.DataFrame({"model_index": [1, 2], "f1_all": [0.8, 0.9], "aligned_rmse": [0.5, 0.7]})
    >>> reasons(select(models))
    ['Against model 1, next by the rule (tranche 1): F1 (all) 0.1 better, Aligned RMSE 0.2 worse.']
    """
    if choice.winner is None or choice.applied is None:
        return []
    table = choice.ordered().dropna(subset=["rank"])
    winner = table.iloc[0]
    others = table[table["configuration"].isna() | (table["configuration"] != winner["configuration"])]
    rivals = others[~others["configuration"].duplicated() | others["configuration"].isna()]
    rivals = rivals[rivals["model_index"] != choice.winner].head(_MOST_RIVALS)
    return [_against(choice, winner, row) for _, row in rivals.iterrows()]


def _against(choice: Selection, winner: "pd.Series[Any]", rival: "pd.Series[Any]") -> str:
    order = choice.applied.order.higher if choice.applied is not None else {}
    parts = []
    for column, higher in order.items():
        change = float(winner[column]) - float(rival[column])
        size = choice.noise.said(column, abs(change)) if choice.noise is not None else f"{abs(change):.3g}"
        larger = change > 0
        if higher is None:  # good within a range only
            word = "larger" if larger else "smaller"
        else:
            word = "better" if larger == higher else "worse"
        parts.append(f"{label(column)} {'equal' if change == 0 else f'{size} {word}'}")
    return f"Against model {rival['model_index']}, next by the rule (tranche {rival['tranche']}): {', '.join(parts)}."
