"""Curves and snips as 16-bit numbers; all of a model in one grid, so that its curves stay comparable."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import FloatArray, IntArray
from morphsweep.reporting.packing import MISSING, Pack, quantised
from morphsweep.reporting.source import ResultsLike

__all__ = ["Grid", "Pieces", "even_steps", "pack_curves", "pack_points", "regimes_of"]

_AXES = ["pc_1", "pc_2", "pc_3"]
_POINTS_PER_CURVE = 100
_CURVE_POINTS = 480_000  # in the whole page, so that a sweep of hundreds of models stays a file one can mail
_SNIPS_PER_RUN = 300
_SNIPS = 80_000
_STEPS = 31_000  # from a model's centre to its furthest point


class Grid:
    """Centre and step of each model's numbers.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep; the grid holds all its curves, and snips up to a tenth beyond them.
    """

    def __init__(self, results: ResultsLike) -> None:
        n = len(results.summary)
        self.centre, self.step = np.zeros((n, 3)), np.ones(n)
        self._index = pd.Index(results.summary["model_index"])
        for frame in (results.points_sample, results.curves):  # curves have the last word
            if not frame.empty:
                self._fit(frame)

    def rows(self, models: "pd.Series[Any]", /) -> IntArray:
        """Row of the summary of each model; -1 for an unknown one."""
        return np.asarray(self._index.get_indexer(pd.Index(models)))

    def cells(self, frame: pd.DataFrame, rows: IntArray, /) -> FloatArray:
        """Quantised coordinates, shape (3, n)."""
        xyz = frame[_AXES].to_numpy(float)
        return quantised(xyz, self.centre[rows], self.step[rows, None]).T

    def _fit(self, frame: pd.DataFrame) -> None:
        spans = frame.groupby("model_index", sort=False)[_AXES].agg(["min", "max"])
        rows = self.rows(spans.index.to_series())
        low, high = (spans.xs(end, axis=1, level=1).to_numpy(float)[rows >= 0] for end in ("min", "max"))
        rows = rows[rows >= 0]
        self.centre[rows] = np.nan_to_num((low + high) / 2)
        half = np.nan_to_num((high - low).max(axis=1) / 2)
        self.step[rows] = np.where(half > 0, half, 1) * 1.1 / _STEPS


def pack_curves(pack: Pack, frame: pd.DataFrame, found: "Pieces", grid: Grid, /) -> dict[str, Any]:
    """Every curve at equal steps along its points.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    frame : DataFrame
        Points of all curves.
    found : Pieces
        Its curves; those of other perturbations than the compared ones are left out.
    grid : Grid
        Of the same sweep.

    Returns
    -------
    dict
        ``regimes`` (names, "<other>_aligned" for aligned copies), per curve ``model`` (row of the summary), ``regime``,
        ``perturbation`` (places in the lists) and ``count`` (points), all points of all curves as ``x, y, z`` (steps of the
        grid) and ``t`` (steps of ``time``: lowest value and size of a step).
    """
    kept = int(np.clip(_CURVE_POINTS // max(len(found.count), 1), 16, _POINTS_PER_CURVE))
    points, count = even_steps(found, kept)
    rows = frame.iloc[points]
    x, y, z = grid.cells(rows, np.repeat(found.model, count))
    time, scale = _times(rows["time"].to_numpy(float))
    return {
        "regimes": found.regimes,
        "time": scale,
        "model": pack.add(found.model, "u2"),
        "regime": pack.add(found.regime, "u1"),
        "perturbation": pack.add(found.perturbation, "u2"),
        "count": pack.add(count, "u2"),
        **{name: pack.add_smooth(values) for name, values in zip("xyzt", (x, y, z, time), strict=True)},
    }


def pack_points(
    pack: Pack, results: ResultsLike, grid: Grid, perturbations: Sequence[str], snips: pd.Index, /
) -> dict[str, Any]:
    """Some snips of every run, at equal steps through the stored sample.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    results : ResultsLike
        An evaluated sweep.
    grid : Grid
        Of the same sweep.
    perturbations : sequence of str
        In the order of the comparison; other snips are left out.
    snips : Index
        Names of the snips that the page knows.

    Returns
    -------
    dict
        As of :func:`pack_curves`, with ``snip`` (place in `snips`) instead of ``t``.
    """
    frame = results.points_sample
    regimes = regimes_of(frame)
    found = Pieces(frame, grid, regimes, perturbations, None)
    runs = len(np.unique(np.stack([found.model, found.regime]), axis=1).T) if len(found.count) else 0
    most = int(np.clip(_SNIPS // max(runs, 1), 40, _SNIPS_PER_RUN))
    points, count = even_steps(found, max(most // max(len(perturbations), 1), 4))
    rows = frame.iloc[points]
    x, y, z = grid.cells(rows, np.repeat(found.model, count))
    named = snips.get_indexer(pd.Index(rows["snip_id"])) if "snip_id" in rows else np.full(len(rows), -1)
    return {
        "regimes": regimes,
        "model": pack.add(found.model, "u2"),
        "regime": pack.add(found.regime, "u1"),
        "perturbation": pack.add(found.perturbation, "u2"),
        "count": pack.add(count, "u2"),
        **{name: pack.add(values, "i2") for name, values in zip("xyz", (x, y, z), strict=True)},
        "snip": pack.add(np.where(named < 0, 2**32 - 1, named), "u4"),
    }


class Pieces:
    """Rows of a table cut into one piece per model, regime and perturbation.

    Parameters
    ----------
    frame : DataFrame
        With ``model_index, regime, perturbation``.
    grid : Grid
        Knows the models' rows.
    regimes, perturbations : sequence of str
        Names, by place.
    order : str or None
        Column that orders the rows of a piece; None = as they stand.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        grid: Grid,
        regimes: Sequence[str],
        perturbations: Sequence[str],
        order: str | None,
    ) -> None:
        self.regimes, self.perturbations = list(regimes), list(perturbations)
        empty: IntArray = np.zeros(0, dtype=np.int64)
        self.rows: IntArray = empty
        self.count: IntArray = empty
        self.model: IntArray = empty
        self.regime: IntArray = empty
        self.perturbation: IntArray = empty
        if frame.empty:
            return
        model = grid.rows(frame["model_index"])
        regime, perturbation = (
            _places(frame["regime"], regimes),
            _places(frame["perturbation"], perturbations),
        )
        last = frame[order].to_numpy() if order else np.arange(len(frame))
        place = (model * (len(regimes) + 1) + regime) * (len(perturbations) + 1) + perturbation
        rows = np.lexsort((last, place))
        rows = rows[(model[rows] >= 0) & (perturbation[rows] >= 0)]
        starts = np.flatnonzero(np.diff(place[rows], prepend=-1))
        first = rows[starts]
        self.rows, self.count = rows, np.diff(np.append(starts, len(rows)))
        self.model, self.regime, self.perturbation = model[first], regime[first], perturbation[first]


def even_steps(found: Pieces, most: int, /) -> tuple[IntArray, IntArray]:
    """At most `most` rows of each piece at equal steps, the first and the last among them.

    Parameters
    ----------
    found : Pieces
        Rows by piece.
    most : int
        Greatest number kept.

    Returns
    -------
    rows, count : arrays of int
        Rows of the table, piece after piece; how many of each.
    """
    starts = np.concatenate([[0], np.cumsum(found.count)[:-1]]) if len(found.count) else found.count
    kept = [
        start + np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(np.int64))
        for start, n in zip(starts.tolist(), found.count.tolist(), strict=True)
    ]
    count = np.array([len(places) for places in kept], dtype=np.int64)
    return found.rows[np.concatenate(kept)] if kept else found.rows, count


def _places(labels: "pd.Series[Any]", names: Sequence[str]) -> IntArray:
    """Place of each label in a list of names; -1 for one that is not in it."""
    codes, distinct = pd.factorize(labels)
    return np.asarray(pd.Index(names).get_indexer(pd.Index(distinct)))[codes]


def regimes_of(frame: pd.DataFrame, /) -> list[str]:
    """Names of the regimes in a table, aligned copies included, in order of appearance."""
    return [str(name) for name in frame["regime"].unique()] if not frame.empty else []


def _times(times: FloatArray) -> tuple[FloatArray, list[float]]:
    """Quantised times, and the value of step 0 with the size of a step."""
    known = times[np.isfinite(times)]
    if not len(known):
        return np.full(len(times), MISSING), [0.0, 1.0]
    low = float(known.min() + known.max()) / 2
    step = (float(known.max()) - low) / _STEPS or 1.0
    return quantised(times, low, step), [low, step]
