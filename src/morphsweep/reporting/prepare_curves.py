"""Curves, snips and the health of curves for the 3-D pictures."""

from typing import Any

import numpy as np
import pandas as pd

from morphsweep.reporting.numbers import column_values, rounded
from morphsweep.reporting.source import ResultsLike

__all__ = ["prepare_curves", "prepare_health", "prepare_health_counts", "prepare_points", "thinned"]

_POINTS_PER_CURVE = 100
_CURVE_POINTS = 300_000  # in the whole page, so that a sweep of hundreds of models stays a file one can mail
_SNIPS_PER_RUN = 300
_SNIPS = 60_000
_AXES = {"x": "pc_1", "y": "pc_2", "z": "pc_3"}
_KEY = ["model_index", "regime", "perturbation"]


def prepare_curves(results: ResultsLike, /) -> dict[str, Any]:
    """Every curve, thinned.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    dict
        model_index -> regime ("<other>_aligned" for aligned copies) -> perturbation -> ``x, y, z`` (latent units), ``t`` (time).
    """
    frame = results.curves
    if frame.empty:
        return {}
    groups = frame.groupby(_KEY, sort=False)
    kept = int(np.clip(_CURVE_POINTS // max(groups.ngroups, 1), 20, _POINTS_PER_CURVE))
    prepared: dict[str, Any] = {}
    for (model, regime, perturbation), rows in groups:
        points = thinned(rows.sort_values("point_index"), kept)
        place = prepared.setdefault(str(model), {}).setdefault(str(regime), {})
        place[str(perturbation)] = _coordinates(points) | {"t": rounded(points["time"].astype(float))}
    return prepared


def prepare_points(results: ResultsLike, /) -> dict[str, Any]:
    """Some snips of every run, at equal steps through the stored sample.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    dict
        model_index -> regime -> perturbation -> ``x, y, z`` (latent units).
    """
    frame = results.points_sample
    if frame.empty:
        return {}
    runs = frame.groupby(["model_index", "regime"], sort=False)
    kept = int(np.clip(_SNIPS // max(runs.ngroups, 1), 50, _SNIPS_PER_RUN))
    prepared: dict[str, Any] = {}
    for (model, regime), rows in runs:
        place = prepared.setdefault(str(model), {}).setdefault(str(regime), {})
        for perturbation, snips in thinned(rows, kept).groupby("perturbation", sort=False):
            place[str(perturbation)] = _coordinates(snips, digits=3)
    return prepared


def prepare_health(results: ResultsLike, /) -> list[dict[str, Any]]:
    """Curves that are not ok, with the reason.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    list of dict
        ``model_index, regime, perturbation, reason``.
    """
    frame = results.health
    if frame.empty:
        return []
    doubtful = frame.loc[~frame["ok"].astype(bool), [*_KEY, "reason"]]
    columns = {str(name): column_values(doubtful[name]) for name in doubtful}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def prepare_health_counts(results: ResultsLike, /) -> dict[str, Any]:
    """How many curves of each perturbation and regime are not ok.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    dict
        ``regimes`` and ``rows``: ``perturbation`` and ``cells``, one per regime: curves that are not ok, and all.
    """
    frame = results.health
    if frame.empty:
        return {"regimes": [], "rows": []}
    names = [str(name) for name in frame["regime"].unique()]
    counts = (
        frame
        .assign(bad=~frame["ok"].astype(bool))
        .groupby(["perturbation", "regime"])["bad"]
        .agg(["sum", "size"])
    )
    found = {
        (str(p), str(r)): (int(bad), int(n))
        for (p, r), (bad, n) in zip(counts.index, counts.to_numpy(), strict=True)
    }
    rows = [
        {"perturbation": str(p), "cells": [list(found.get((str(p), name), (0, 0))) for name in names]}
        for p in frame["perturbation"].unique()
    ]
    return {"regimes": names, "rows": rows}


def thinned(rows: pd.DataFrame, n: int, /) -> pd.DataFrame:
    """Rows at equal steps, the first and the last among them.

    Parameters
    ----------
    rows : DataFrame
        In order.
    n : int
        Most rows kept.

    Returns
    -------
    DataFrame
        At most `n` rows, in order.

    Examples
    --------
    >>> thinned(pd.DataFrame({"k": range(9)}), 3)["k"].tolist()
    [0, 4, 8]
    """
    if len(rows) <= n:
        return rows
    return rows.iloc[np.unique(np.linspace(0, len(rows) - 1, n).round().astype(int))]


def _coordinates(rows: pd.DataFrame, digits: int = 4) -> dict[str, list[float | None]]:
    return {axis: rounded(rows[column].astype(float), digits=digits) for axis, column in _AXES.items()}
