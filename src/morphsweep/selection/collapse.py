"""Models whose space has collapsed, in words."""

import numpy as np
import pandas as pd

from morphsweep.selection.table import ModelTable

__all__ = ["collapse_warning", "collapsed_regimes"]

_METRIC = "collapsed"


def collapsed_regimes(table: ModelTable, /) -> list[list[str]]:
    """Per model, the regimes in which its space has collapsed.

    Parameters
    ----------
    table : ModelTable
        The models.

    Returns
    -------
    list of list of str
        In the order of the table; empty lists where nothing is known of it.
    """
    found: list[list[str]] = [[] for _ in range(len(table.frame))]
    for column, score in table.scores.items():
        if score.metric != _METRIC:
            continue
        values = pd.to_numeric(table.frame[column], errors="coerce").to_numpy(dtype=float)
        for row in np.flatnonzero(values > 0.5):
            found[row].append(str(score.regime or table.reference))
    return found


def collapse_warning(table: ModelTable, winner: object, /) -> str:
    """One sentence that names the collapsed models; empty when there is none.

    Parameters
    ----------
    table : ModelTable
        The models.
    winner : object
        Index of the recommended model, or None.

    Returns
    -------
    str
        With the regimes, and whether the winner is among them.
    """
    models = table.frame["model_index"].tolist()
    hit = {model: regimes for model, regimes in zip(models, collapsed_regimes(table), strict=True) if regimes}
    if not hit:
        return ""
    named = ", ".join(f"{model} ({', '.join(regimes)})" for model, regimes in hit.items())
    said = f"collapsed, so that small distances there say nothing: model {named}"
    return f"{said}; the winner is one of them" if winner in hit else said
