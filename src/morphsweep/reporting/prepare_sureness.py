"""How sure the choice is, in words and as a short table."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from morphsweep.reporting.numbers import jsonable

if TYPE_CHECKING:
    from morphsweep.selection import Selection

__all__ = ["prepare_sureness"]

_MOST_ROWS = 8


def prepare_sureness(selection: "Selection", /) -> dict[str, Any]:
    """What other individuals, other trainings and other thresholds would have chosen.

    Parameters
    ----------
    selection : Selection
        The choice.

    Returns
    -------
    dict
        ``sentences``; ``basis`` of the draws in words and their number ``draws``; ``rows``: configurations that come first most often, with ``models``,
        ``frequency``, ``rank_low``, ``rank_high``, ``tranche_1`` (shares of draws) and ``tie``.
    """
    from morphsweep.selection.decision import would_change

    said = would_change(selection)
    found = selection.uncertainty
    if found is None:
        return {"sentences": said, "basis": "", "draws": 0, "rows": []}
    first = found.configurations.sort_values("frequency", ascending=False, kind="stable").head(_MOST_ROWS)
    own = first["models"].map(lambda models: selection.winner in models).astype(bool)
    kept = first[(first["frequency"] > 0) | own]
    return {
        "sentences": said,
        "basis": found.basis,
        "draws": found.n_draws,
        "rows": [_row(row) for row in kept.to_dict("records")],
    }


def _row(row: "dict[Any, Any]") -> dict[str, Any]:
    names = ("frequency", "rank_low", "rank_high", "tranche_1", "tie")
    plain = {name: jsonable(None if pd.isna(row[name]) else row[name]) for name in names}
    return {"models": [jsonable(model) for model in row["models"]], **plain}
