"""Numbers of the figures of a comparison of models."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from morphsweep.records import AVERAGE
from morphsweep.reporting.figure_record import Mark, Record, file_name
from morphsweep.selection import Comparison

__all__ = ["prepare_difference_figure", "prepare_difference_over_time_figure"]

_SPLITS = {"individual": "", "batch": ", batches never seen"}


def prepare_difference_over_time_figure(
    comparison: Comparison, first: str, second: str, /, *, colors: Mapping[str, str], unit: str = ""
) -> Record:
    """Difference of two models in F1 over time, a panel per regime.

    Parameters
    ----------
    comparison : Comparison
        What ``compare`` returned.
    first, second : str
        Which pair.
    colors : mapping of str to str
        Of the perturbations.
    unit : str
        Of time.

    Returns
    -------
    Record
        Columns ``panel, perturbation, time, value, low, high`` and more; marks are the turns of real gains.
    """
    frame = _pair(comparison.over_time, first, second).dropna(subset=["difference"])
    frame = frame.assign(time=(frame["begins"] + frame["ends"]) / 2, value=frame["difference"])
    gains = comparison.gains
    turns = gains[
        gains["winner"].isin([first, second])
        & gains["loser"].isin([first, second])
        & gains["real"]
        & gains["partial"]
    ]
    marks = tuple(_turn(row) for row in turns.to_dict("records"))
    return Record(
        file_name("compare_over_time", first, second),
        f"F1 over time: {first} minus {second}",
        frame[["panel", *[name for name in frame.columns if name != "panel"]]],
        f"Above 0 {first} is better, below 0 {second}. Bands: 90 % interval. Dashed: where a gain ends or begins.",
        f"Time ({unit})" if unit else "Time",
        "Difference of F1",
        colors,
        marks,
        note="" if len(frame) else "no time bin is common",
    )


def prepare_difference_figure(
    comparison: Comparison, first: str, second: str, /, *, colors: Mapping[str, str]
) -> Record:
    """Difference of two models in F1 per perturbation and regime, with intervals.

    Parameters
    ----------
    comparison : Comparison
        What ``compare`` returned.
    first, second : str
        Which pair.
    colors : mapping of str to str
        Of the perturbations.

    Returns
    -------
    Record
        Columns ``panel, perturbation, value, low, high, share`` and more.
    """
    frame = _pair(comparison.by_perturbation, first, second).dropna(subset=["difference"])
    frame = frame.assign(
        value=frame["difference"], perturbation=frame["perturbation"].replace(AVERAGE, "mean")
    )
    return Record(
        file_name("compare", first, second),
        f"Mean F1: {first} minus {second}",
        frame[["panel", *[name for name in frame.columns if name != "panel"]]],
        f"Right of 0 {first} is better, left {second}. Lines: 90 % interval; filled: q or p at most 0.05.",
        "Difference of mean F1",
        "",
        {**colors, "mean": "#1b2330"},
        note="" if len(frame) else "no perturbation is common",
    )


def _pair(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Rows of a pair with the name of their panel: the regime, and what the classifier never saw."""
    rows = table[(table["first"] == first) & (table["second"] == second)]
    return rows.assign(panel=rows["regime"].astype(str) + rows["split"].map(_SPLITS)).reset_index(drop=True)


def _turn(gain: Mapping[Hashable, Any]) -> Mark:
    """Where a gain ends or begins."""
    word = "from" if gain["begins"] == gain["turn"] else "before"
    text = f"{gain['perturbation']}: gain of {gain['winner']} {word} {gain['turn']:.3g}"
    return Mark("x", float(gain["turn"]), text)
