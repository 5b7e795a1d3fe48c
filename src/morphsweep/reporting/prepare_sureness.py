"""How sure the choice is, in words and as a short table."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from morphsweep.reporting.numbers import jsonable
from morphsweep.selection.wording import UNKNOWN_CHANCE, share_of_draws

if TYPE_CHECKING:
    from morphsweep.selection import Selection

__all__ = ["prepare_sureness"]

_MOST_ROWS = 8  # besides those of tranche 1


def prepare_sureness(selection: "Selection", /) -> dict[str, Any]:
    """What other individuals, other trainings and other thresholds would have chosen.

    Parameters
    ----------
    selection : Selection
        The choice.

    Returns
    -------
    dict
        ``sentences``; ``basis`` of the draws in words, their number ``draws`` and the share of them without a winner
        ``no_winner``; ``rows``: configurations that come first most often and all that have a model in tranche 1, with
        ``models``, ``frequency``, ``rank_low``, ``rank_high``, ``tranche_1`` (shares of all draws) and ``tie``.
    """
    from morphsweep.selection.decision import would_change

    said = would_change(selection)
    found = selection.uncertainty
    if found is None:
        return {"sentences": [UNKNOWN_CHANCE, *said], "basis": "", "draws": 0, "no_winner": 0.0, "rows": []}
    ordered = found.configurations.sort_values(["frequency", "tranche_1"], ascending=False, kind="stable")
    acceptable = ordered["models"].map(lambda models: not set(selection.tranches[1]).isdisjoint(models))
    first = (ordered["frequency"] > 0) & (np.arange(len(ordered)) < _MOST_ROWS)
    kept = ordered[first | acceptable.astype(bool)]
    kept = kept.assign(frequency=[share_of_draws(each, found.no_winner) for each in kept["frequency"]])
    return {
        "sentences": said,
        "basis": found.basis,
        "draws": found.n_draws,
        "no_winner": found.no_winner,
        "rows": [_row(row) for row in kept.to_dict("records")],
    }


def _row(row: "dict[Any, Any]") -> dict[str, Any]:
    names = ("frequency", "rank_low", "rank_high", "tranche_1", "tie")
    plain = {name: jsonable(None if pd.isna(row[name]) else row[name]) for name in names}
    return {"models": [jsonable(model) for model in row["models"]], **plain}
