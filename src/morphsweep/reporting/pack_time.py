"""Discrimination over time as columns for the page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.reporting.pack_curves import Grid, Pieces
from morphsweep.reporting.packing import Pack, share
from morphsweep.reporting.prepare_time import MEASURES
from morphsweep.reporting.source import ResultsLike, regimes

__all__ = ["pack_over_time"]

_OPTIONAL = ("low", "high", "pr_auc_low", "pr_auc_high", "auroc_low", "auroc_high", "q")


def pack_over_time(
    pack: Pack, results: ResultsLike, grid: Grid, perturbations: Sequence[str], /
) -> dict[str, Any]:
    """Scores per time bin.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    results : ResultsLike
        An evaluated sweep.
    grid : Grid
        Of the same sweep.
    perturbations : sequence of str
        In the order of the comparison.

    Returns
    -------
    dict
        Per line ``model, regime, perturbation, count``; all points of all lines as ``time`` and one array per measure
        (16 bits from 0 to 1), plus ``n_positive`` and, where they are known, ``low`` and ``high`` of F1, those of the other measures, and ``q``.
    """
    frame = results.f1_over_time
    found = Pieces(frame, grid, regimes(results), perturbations, "time")
    if not len(found.count):
        return {}
    rows = frame.iloc[found.rows]
    known = [n for n in (*MEASURES, *_OPTIONAL) if n in rows and rows[n].notna().any()]
    values = {name: pack.add(share(rows[name].to_numpy(float)), "u2") for name in known}
    if "n_positive" in rows:
        counts = pd.to_numeric(rows["n_positive"], errors="coerce").fillna(0).clip(0, 65535)
        values["n_positive"] = pack.add(counts.to_numpy(), "u2")
    return {
        "regimes": regimes(results),
        "model": pack.add(found.model, "u2"),
        "regime": pack.add(found.regime, "u1"),
        "perturbation": pack.add(found.perturbation, "u2"),
        "count": pack.add(found.count, "u2"),
        "time": pack.add(np.nan_to_num(rows["time"].to_numpy(float)), "f4"),
        **values,
    }
