"""Matched cells: models that differ in one setting only. The nearest to a cause that a finished sweep can show."""

from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.influence.design import NOT_SET, Design
from morphsweep.influence.knob import Knob
from morphsweep.records import FloatArray

__all__ = ["matched_change", "matched_changes", "matched_lines"]

_CHANGES = [
    "hyperparameter",
    "from_level",
    "to_level",
    "cells",
    "change",
    "low",
    "high",
    "p_t",
    "up",
    "down",
    "p",
]


def matched_lines(design: Design, score: FloatArray, knob: Knob, /) -> pd.DataFrame:
    """Lines over a hyper-parameter with all other settings equal.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.
    knob : Knob
        One of the design's.

    Returns
    -------
    DataFrame
        ``cell, setting, level, order, value, replicates``: per cell of equal other settings and level the mean over its
        replicates; cells with one level are left out. Settings that act only at some levels of `knob` are averaged over.
    """
    others = [own.name for own in design.knobs if own.name != knob.name and not _comes_with(own, knob)]
    settings = design.frame[others].astype(object).where(design.frame[others].notna(), NOT_SET).astype(str)
    frame = pd.DataFrame({"order": knob.codes, "value": score})
    frame["setting"] = [
        "; ".join(f"{n} = {v}" for n, v in zip(others, row, strict=True)) for row in settings.to_numpy()
    ]
    frame["cell"] = pd.factorize(frame["setting"])[0]
    frame = frame[(frame["order"] >= 0) & knob.acts]
    lines = frame.groupby(["cell", "setting", "order"], as_index=False).agg(
        value=("value", "mean"), replicates=("value", "size")
    )
    lines = lines[lines.groupby("cell")["order"].transform("nunique") > 1]
    lines["level"] = [knob.levels[code] for code in lines["order"]]
    return lines[["cell", "setting", "level", "order", "value", "replicates"]].reset_index(drop=True)


def matched_changes(design: Design, score: FloatArray, knob: Knob, /) -> pd.DataFrame:
    """Paired change between levels of a hyper-parameter, all other settings equal.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.
    knob : Knob
        One of the design's.

    Returns
    -------
    DataFrame
        ``hyperparameter, from_level, to_level, cells, change, low, high, p_t, up, down, p``: the lowest level against the highest,
        then neighbours; for categories all pairs. Mean over the cells, 95 % interval and p by Student's t (missing with one
        cell), number of cells that go up and down, and the p of the sign test.

    Examples
    --------
    >>> from morphsweep.influence import make_design
    >>> settings = pd.DataFrame({"beta": [1, 10, 1, 10], "flag": [0, 0, 1, 1]})
    >>> design = make_design(settings)
    >>> found = matched_changes(design, np.array([1.0, 3.0, 2.0, 5.0]), design.knobs[0])
    >>> found[["from_level", "to_level", "cells", "change", "up"]].to_dict("records")
    [{'from_level': '1', 'to_level': '10', 'cells': 2, 'change': 2.5, 'up': 2}]
    """
    lines = matched_lines(design, score, knob)
    found = ((a, b, _change(lines, a, b)) for a, b in _pairs(knob))
    rows = [
        (knob.name, knob.levels[a], knob.levels[b], *_summary(change))
        for a, b, change in found
        if len(change)
    ]
    return pd.DataFrame(rows, columns=_CHANGES)


def matched_change(lines: pd.DataFrame, first: int, last: int, /) -> tuple[int, float, float, float] | None:
    """Paired change between any two levels of a hyper-parameter.

    Parameters
    ----------
    lines : DataFrame
        What :func:`matched_lines` gives.
    first, last : int
        Places in the levels of the hyper-parameter.

    Returns
    -------
    cells, change, low, high : int and float
        Number of cells, mean over them, and its 95 % interval; None when no cell has both levels.
    """
    change = _change(lines, first, last)
    return _summary(change)[:4] if len(change) else None


def _change(lines: pd.DataFrame, first: int, last: int) -> FloatArray:
    """Per cell that has both levels, by their places: texts of levels need not differ."""
    wide = lines.pivot(index="cell", columns="order", values="value").reindex(columns=[first, last])
    change: FloatArray = (wide[last] - wide[first]).dropna().to_numpy(dtype=float)
    return change


def _comes_with(own: Knob, knob: Knob) -> bool:
    """Whether `knob` tells if this one acts, as the loss tells if there is a margin: then the two cannot be matched."""
    if own.acts.all():
        return False
    acting = pd.Series(own.acts).groupby(knob.codes).nunique()
    return bool(acting.max() == 1)


def _pairs(knob: Knob) -> list[tuple[int, int]]:
    last = len(knob.levels) - 1
    if knob.kind == "category":
        return [(a, b) for a in range(last) for b in range(a + 1, last + 1)]
    ends = [(0, last)] if last > 1 else []
    return [*ends, *pairwise(range(last + 1))]


def _summary(change: FloatArray) -> tuple[int, float, float, float, float, int, int, float]:
    n, mean = len(change), float(change.mean())
    up, down = int((change > 0).sum()), int((change < 0).sum())
    p = float(stats.binomtest(up, up + down).pvalue) if up + down else 1.0
    if n == 1:
        return n, mean, np.nan, np.nan, np.nan, up, down, p
    error = float(change.std(ddof=1) / np.sqrt(n))
    half = float(stats.t.ppf(0.975, n - 1)) * error
    p_t = float(2 * stats.t.sf(abs(mean) / error, n - 1)) if error > 0 else float(mean == 0)
    return n, mean, mean - half, mean + half, p_t, up, down, p
