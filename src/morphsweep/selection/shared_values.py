"""What the models of a tranche have in common."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from morphsweep.selection.configurations import varying

__all__ = ["common_sentences", "common_values"]


def common_values(frame: pd.DataFrame, knobs: Sequence[str], tranche: "pd.Series[int]", /) -> pd.DataFrame:
    """What the models of each tranche have in common.

    Parameters
    ----------
    frame : DataFrame, one row per model
        The whole sweep.
    knobs : sequence of str
        Its hyper-parameter columns. Those with one value for all models say nothing and are left out.
    tranche : Series, shape (n_models,)
        1 to 4, or missing.

    Returns
    -------
    DataFrame
        ``tranche, hyperparameter, value, count, n, share, count_all, n_all, share_all``: how many of the `n` models of
        the tranche have the value, against the `n_all` models of the sweep.
    """
    columns = ["tranche", "hyperparameter", "value", "count", "n", "share", "count_all", "n_all", "share_all"]
    rows = []
    for number in sorted(tranche.dropna().unique()):
        members = frame[(tranche == number).fillna(value=False)]
        for knob in varying(frame, knobs):
            everywhere = frame[knob].value_counts(dropna=False, sort=False)
            inside = members[knob].value_counts(dropna=False)
            for value, count in inside.items():
                total = int(everywhere.loc[value] if not pd.isna(value) else frame[knob].isna().sum())
                shares = (count, len(members), count / len(members), total, len(frame), total / len(frame))
                rows.append((int(number), knob, value, *shares))
    return pd.DataFrame(rows, columns=columns)


def common_sentences(common: pd.DataFrame, /) -> list[str]:
    """What all models of a tranche share, in words.

    Parameters
    ----------
    common : DataFrame
        What :func:`common_values` returned.

    Returns
    -------
    list of str
        One sentence per tranche of at least two models that share a value.
    """
    shared = common[(common["count"] == common["n"]) & (common["n"] > 1)]
    sentences = []
    for number, rows in shared.groupby("tranche"):
        values = [
            f"{row.hyperparameter} {_short(row.value)} ({row.count_all} of {row.n_all} in the sweep)"
            for row in rows.itertuples()
        ]
        sentences.append(f"all {rows['n'].iloc[0]} models of tranche {number}: {', '.join(values)}")
    return sentences


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
