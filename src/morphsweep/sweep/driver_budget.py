"""Columns of other tools that say how long a model was trained or which search it is from: neither setting nor score."""

import re
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

__all__ = ["ignored_columns", "largest_budget"]

# One training, looked at several times: rows that differ in these only are no replicates of each other.
_BUDGETS = re.compile(
    r"(hp_)?(n_|num_|max_)?(budgets?|fidelity|epochs?|steps?|iterations?|iters?|rungs?|resources?)",
    re.IGNORECASE,
)
_KEPT_BOOKS = re.compile(
    r"(run|trial|config|seed|worker|fold|job)s?(_?(id|number|name|index))?", re.IGNORECASE
)


def ignored_columns(frame: pd.DataFrame, knobs: Collection[str], scores: Collection[str], /) -> list[str]:
    """A note on columns that look like a budget or like bookkeeping, vary, and are used as neither setting nor score.

    Parameters
    ----------
    frame : DataFrame
        One row per model.
    knobs, scores : collection of str
        Columns in use.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    names = [
        str(name)
        for name in frame.columns
        if name not in knobs
        and name not in scores
        and (_BUDGETS.fullmatch(str(name)) or _KEPT_BOOKS.fullmatch(str(name)))
        and frame[name].nunique() > 1
    ]
    if not names:
        return []
    they = "it is" if len(names) == 1 else "they are"
    return [f"{', '.join(names)}: taken for bookkeeping; {they} no hyper-parameter unless named with --knob."]


def largest_budget(
    frame: pd.DataFrame, knobs: Sequence[str], scores: Collection[str], /
) -> tuple[pd.DataFrame, list[str]]:
    """Rows with the largest budget of their configuration; the others are the same models earlier in their training.

    Parameters
    ----------
    frame : DataFrame
        One row per model, with ``configuration``.
    knobs : sequence of str
        Hyper-parameter columns; a budget among them is one and nothing is left out for it.
    scores : collection of str
        Score columns.

    Returns
    -------
    DataFrame
        Rows left, numbered anew.
    list of str
        What was left out.
    """
    notes = []
    for name in [str(column) for column in frame.columns if _BUDGETS.fullmatch(str(column))]:
        values = pd.to_numeric(frame[name], errors="coerce").astype(float)
        if name in knobs or name in scores or not np.isfinite(values).any():
            continue
        largest = values.groupby(frame["configuration"], dropna=False).transform("max")
        kept = (values == largest) | largest.isna()
        if kept.all():
            continue
        left = largest[kept & largest.notna()]
        of = (
            f"{left.min():g}"
            if left.min() == left.max()
            else f"between {left.min():g} and {left.max():g}, so that they were not trained alike"
        )
        notes.append(
            f"{name}: several values within configurations, which are no replicates; of each configuration the largest counts "
            f"({of}): {int(kept.sum())} of {len(frame)} rows. --where '{name} == ...' takes another; named by --knob, with the others, it is a hyper-parameter."
        )
        frame = frame[kept].reset_index(drop=True)
    return frame, notes
