"""The drivers in plain sentences: every adjective has its number."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from morphsweep.influence.chance import LEVEL
from morphsweep.influence.grades import BEYOND, JUDGED, SINGLE, single_words

__all__ = [
    "driver_sentences",
    "failure_sentences",
    "inert_sentences",
    "number",
    "percent",
    "single_sentences",
    "spread_sentences",
    "together",
]


def percent(share: float, /) -> str:
    """A share as whole per cent; below 1 as such."""
    return f"{100 * share:.0f} %" if abs(share) >= 0.01 else "under 1 %"


def number(value: float, /) -> str:
    """Three significant digits."""
    return f"{value:.3g}"


def together(names: Sequence[str], /) -> str:
    """a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def driver_sentences(fit: Any, importances: pd.DataFrame, matched: pd.DataFrame, /) -> list[str]:
    """What moves one metric.

    Parameters
    ----------
    fit : Series or mapping
        Its row of ``fits``.
    importances, matched : DataFrame
        Its rows.

    Returns
    -------
    list of str
        One sentence per kind of finding.
    """
    name = "failing" if fit["metric"] == "failed" else fit["metric"]
    if fit["reason"]:
        return [f"{name}: nothing can be told: {fit['reason']}."]
    acting = importances[importances["verdict"] == "acts"]
    inert = importances.loc[importances["verdict"] == "inert", "hyperparameter"].tolist()
    told = [_explains(name, row) for row in acting.head(4).to_dict("records")]
    if inert:
        verb = "does" if len(inert) == 1 else "do"
        told.append(f"{together(inert)} {verb} nothing measurable to {name}.")
    n_tests = int(importances["verdict"].isin(JUDGED).sum())
    for knob in importances.loc[importances["verdict"] == "unsure", "hyperparameter"]:
        rows = matched[matched["hyperparameter"] == knob]
        told += [
            f"{_matched(name, row)[:-1]}; {single_words(row, 'unsure', n_tests)}. The forest alone cannot tell this from chance."
            for row in rows.head(1).to_dict("records")
        ]
    for row in importances[importances["verdict"] == "alone"].to_dict("records"):
        told.append(_alone(name, row, matched[matched["hyperparameter"] == row["hyperparameter"]], n_tests))
    r2 = f"A forest of all settings explains {percent(max(fit['r2'], 0.0))} of {name} in models it has not seen"
    told.append(f"{r2} ({fit['models']} models of {fit['configurations']} configurations).")
    for knob in acting["hyperparameter"].head(2):
        rows = matched[matched["hyperparameter"] == knob]
        told += [_matched(name, row) for row in rows.head(1).to_dict("records")]
    return told


def _explains(name: str, row: Mapping[Any, Any]) -> str:
    text = (
        f"{row['hyperparameter']} explains {percent(row['share'])} of the variance of {name} "
        f"(95 % interval {percent(max(row['low'], 0.0))} to {percent(row['high'])})"
    )
    other = (
        f"; it goes with {row['goes_with']}, so that the two cannot be told apart" if row["goes_with"] else ""
    )
    return f"{text}{other}."


def _alone(name: str, row: Mapping[Any, Any], matched: pd.DataFrame, n_tests: int) -> str:
    """An effect of which only a single comparison speaks: its numbers, and that they are not beyond chance."""
    says = [f"{row['hyperparameter']} may move {name}"]
    says += [
        f"{_changes(change)}; {single_words(change, 'alone', n_tests)}"
        for change in matched.head(1).to_dict("records")
        if change["p_t"] <= SINGLE
    ]
    if row["p"] <= SINGLE:
        says.append(
            f"its share of the variance, {percent(row['share'])} (95 % interval {percent(max(row['low'], 0.0))} to "
            f"{percent(row['high'])}), has p = {row['p']:.2g} in the forest, where at most {LEVEL:g} counts"
        )
    return f"{says[0]}: {'; '.join(says[1:])}."


def _changes(row: Mapping[Any, Any]) -> str:
    return (
        f"{row['from_level']} to {row['to_level']}, all else equal, changes it by {_amount(row)}; "
        f"{row['up']} of {row['cells']} matched cells go up, {row['down']} down"
    )


def _amount(row: Mapping[Any, Any]) -> str:
    interval = (
        "" if pd.isna(row["low"]) else f" (95 % interval {number(row['low'])} to {number(row['high'])})"
    )
    noise = "" if pd.isna(row["change_in_noise"]) else f", {abs(row['change_in_noise']):.1f} replicate SD"
    return f"{number(row['change'])}{interval}{noise}"


def _matched(name: str, row: Mapping[Any, Any]) -> str:
    return (
        f"All else equal, {row['hyperparameter']} {row['from_level']} to {row['to_level']} changes {name} by "
        f"{_amount(row)}; {row['up']} of {row['cells']} matched cells go up, {row['down']} down."
    )


def inert_sentences(importances: pd.DataFrame, /) -> list[str]:
    """Hyper-parameters that act on none of the metrics; they are found so, not known to be so."""
    if importances.empty:
        return []
    judged = importances[importances["verdict"].isin(JUDGED)]
    acts = judged.groupby("hyperparameter", sort=False)["verdict"].agg(
        lambda verdicts: not set(verdicts) <= {"inert"}
    )
    none = [str(name) for name in acts.index[~acts.astype(bool)]]
    if not none:
        return []
    n = judged["metric"].nunique()
    return [
        f"{together(none)}: nothing measurable in any of {n} metrics; found, not known: a larger sweep may show more."
    ]


def single_sentences(importances: pd.DataFrame, /) -> list[str]:
    """How many effects rest on a single comparison, beside how many chance alone makes; empty when none does."""
    if importances.empty or not (importances["verdict"] == "alone").any():
        return []
    judged = importances[importances["verdict"].isin(JUDGED)]
    n, quiet = int((judged["verdict"] == "alone").sum()), int((~judged["verdict"].isin(BEYOND)).sum())
    return [
        f"{n} of {quiet} pairs of hyper-parameter and metric that are not beyond chance have p of at most {SINGLE:g} in a single "
        f"comparison ('may move'); without any effect about {SINGLE * quiet:.1f} would."
    ]


def spread_sentences(spread: pd.DataFrame, /) -> list[str]:
    """Where one setting scatters more than another, beyond chance; one sentence per metric and hyper-parameter."""
    if spread.empty:
        return []
    clear = spread[(spread["low"] > 1) | (spread["high"] < 1)]
    return [
        f"{row['metric']}: {row['hyperparameter']} = {row['level']} scatters {number(row['ratio'])} times as much as "
        f"{row['against']} in {_of(row['of'])} (95 % interval {number(row['low'])} to {number(row['high'])}; {row['n']} and {row['n_against']} "
        f"{'degrees of freedom' if row['of'] == 'replicates' else 'models'})."
        for row in clear.to_dict("records")
    ]


def _of(what: str) -> str:
    return "its replicates" if what == "replicates" else "other minus reference, so around y = x"


def failure_sentences(failures: pd.DataFrame, total: int, /) -> list[str]:
    """Which settings lack numbers: the hyper-parameter whose levels differ most, where intervals do not overlap."""
    told = []
    for outcome, rows in failures.groupby("outcome", sort=False):
        first = rows[rows["hyperparameter"] == rows["hyperparameter"].iloc[0]]
        count = int(first["failed"].sum())
        text = f"{outcome}: {count} of {total} models"
        extremes = [
            (
                group.iloc[int(group["rate"].to_numpy().argmax())],
                group.iloc[int(group["rate"].to_numpy().argmin())],
            )
            for _, group in rows.groupby("hyperparameter", sort=False)
        ]
        apart = [(worst, best) for worst, best in extremes if worst["low"] > best["high"]]
        apart.sort(key=lambda pair: pair[1]["rate"] - pair[0]["rate"])
        if apart:
            worst, best = apart[0]
            text += (
                f", most often where {worst['hyperparameter']} is {worst['level']} ({percent(worst['rate'])} of {worst['n']}, "
                f"against {percent(best['rate'])} of {best['n']} where it is {best['level']})"
            )
        told.append(f"{text}.")
    return told
