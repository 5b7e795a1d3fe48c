"""Which models may be ranked beside one another: averages over fewer perturbations are not compared with full ones."""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import Status
from morphsweep.selection.facts import SweepFacts
from morphsweep.selection.table import ModelTable

__all__ = ["comparable", "eligible", "full_numbers"]

_NOT_FULL = (Status.PARTIAL, Status.ERROR, Status.NOT_COMPUTABLE, Status.NOT_DONE)


def full_numbers(table: ModelTable, /, *, facts: SweepFacts | None = None) -> pd.DataFrame:
    """For each score, the models whose number is no average over fewer perturbations than asked.

    Parameters
    ----------
    table : ModelTable
        The models. Where `facts` does not tell which numbers are partial, a column ``status`` does for whole models.
    facts : SweepFacts or None
        What else is known of the sweep.

    Returns
    -------
    DataFrame of bool, shape (n_models, n_scores)
        Rows as in the table.
    """
    partial = facts.partial if facts is not None else None
    columns = {
        name: _full(table.frame, None if partial is None else partial.get(name, ())) for name in table.scores
    }
    return pd.DataFrame(columns, index=table.frame.index)


def comparable(table: ModelTable, full: pd.DataFrame, /) -> pd.DataFrame:
    """For each score, the models that are ranked beside one another.

    Parameters
    ----------
    table : ModelTable
        The models.
    full : DataFrame of bool, shape (n_models, n_scores)
        What :func:`full_numbers` returned.

    Returns
    -------
    DataFrame of bool, shape (n_models, n_scores)
        The full ones; in a column without any full number everyone, so that the partial are compared with each other.
    """
    none = [name for name in full if not (full[name] & _has_number(table.frame[name])).any()]
    return full.assign(**dict.fromkeys(map(str, none), True))


def eligible(
    judged: pd.DataFrame, full: pd.DataFrame, columns: Iterable[str], /
) -> tuple["pd.Series[bool]", str]:
    """Models to be ranked: those with a tranche whose needed numbers are full.

    Parameters
    ----------
    judged : DataFrame
        With ``tranche``.
    full : DataFrame of bool
        What :func:`full_numbers` returned.
    columns : iterable of str
        The scores that tranches and order depend on.

    Returns
    -------
    Series of bool, shape (n_models,)
        True for the ranked ones; all with a tranche when the needed numbers of none are full.
    str
        Sentence that names the models set aside, or says that none is full; empty when nothing is to be said.
    """
    placed = judged["tranche"].notna()
    whole = full[[name for name in dict.fromkeys(columns) if name in full]].all(axis=1)
    if not (placed & ~whole).any():
        return placed, ""
    named = ", ".join(map(str, judged.loc[placed & ~whole, "model_index"]))
    if not (placed & whole).any():
        return (
            placed,
            f"every ranked model is partial ({named}): their averages may cover different perturbations",
        )
    return placed & whole, f"partial models keep their tranche but are not ranked beside full ones: {named}"


def _has_number(column: "pd.Series[Any]") -> "pd.Series[bool]":
    return pd.to_numeric(column, errors="coerce").astype(float).abs() < np.inf


def _full(frame: pd.DataFrame, partial: Collection[object] | None) -> "pd.Series[bool]":
    if partial is not None:
        return ~frame["model_index"].isin(list(partial))
    if "status" not in frame:
        return pd.Series(data=True, index=frame.index)
    return ~frame["status"].astype(str).isin(_NOT_FULL)
