"""Numbers of the figures of what drives what."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from morphsweep.influence import (
    BEYOND,
    JUDGED,
    Claim,
    Drivers,
    Ledger,
    TradeOffs,
    kinds,
    single_words,
    tested,
)
from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.selection.names import label, unit

__all__ = [
    "prepare_claims",
    "prepare_correlations",
    "prepare_importances",
    "prepare_interactions",
    "prepare_main_effects",
    "prepare_matched",
]

_MOST_PAIRS = 6
_GRADES = {
    "acts": "beyond chance in the forest",
    "alone": "in the forest alone, not beyond chance",
    "inert": "nothing measurable",
}


def prepare_importances(drivers: Drivers, /) -> Record:
    """Share of variance of every metric that each hyper-parameter moves.

    Parameters
    ----------
    drivers : Drivers
        What was found.

    Returns
    -------
    Record
        Columns ``metric, hyperparameter, share, low, high, chance, verdict, r2``.
    """
    columns = ["metric", "hyperparameter", "share", "low", "high", "chance", "verdict"]
    judged = drivers.importances[drivers.importances.get("verdict", pd.Series(dtype=str)).isin(JUDGED)]
    frame = (
        judged[columns].merge(drivers.fits[["metric", "r2"]], on="metric") if len(judged) else pd.DataFrame()
    )
    return Record(
        "drivers_importances",
        "What moves which metric",
        frame,
        "Share of the metric's variance that changes with the hyper-parameter, alone and together with others, in models that the "
        "forest has not seen; bars: 95 % interval over configurations. Grey: up to there by chance alone. Full: beyond chance "
        "among all hyper-parameters tested. Pale: only matched cells are. Hatched: only a single comparison says so, not beyond chance "
        "among all; hollow: nothing measurable.",
        x="Share of variance",
        note="" if len(frame) else "no metric could be explained",
    )


def prepare_main_effects(drivers: Drivers, /) -> Iterator[Record]:
    """Every metric by the levels of each hyper-parameter that acts on any.

    Parameters
    ----------
    drivers : Drivers
        What was found.

    Yields
    ------
    Record
        Per hyper-parameter; columns ``metric, level, order, n, mean, low, high, adjusted, verdict``.
    """
    for knob in _acting(drivers):
        own = drivers.main_effects[drivers.main_effects["hyperparameter"] == knob]
        verdicts = drivers.importances.loc[
            drivers.importances["hyperparameter"] == knob, ["metric", "verdict"]
        ]
        yield Record(
            file_name("drivers_main_effects", knob),
            f"Metrics by {knob}",
            own.merge(verdicts, on="metric"),
            "Dots: mean over configurations with 95 % interval. Line: what a forest says with all other settings as they are in the "
            "whole sweep. Intervals are not corrected for many. Pale blue: only a single comparison says so, not beyond chance among all "
            "hyper-parameters tested. Grey panels: nothing measurable.",
            x=knob,
        )


def prepare_matched(drivers: Drivers, /) -> Iterator[Record]:
    """Lines over each hyper-parameter that acts, all other settings equal.

    Parameters
    ----------
    drivers : Drivers
        What was found.

    Yields
    ------
    Record
        Per hyper-parameter; columns ``metric, cell, setting, level, order, value, replicates, change`` with the paired change
        from end to end in words.
    """
    for knob in _acting(drivers):
        lines = drivers.lines[drivers.lines["hyperparameter"] == knob]
        if lines.empty:
            continue
        ends = (
            drivers.matched[drivers.matched["hyperparameter"] == knob].groupby("metric", sort=False).head(1)
        )
        words = {
            row["metric"]: _change_words(row, *_verdict(drivers, row["metric"], knob))
            for row in ends.to_dict("records")
        }
        yield Record(
            file_name("drivers_matched", knob),
            f"Matched cells: only {knob} differs along a line",
            lines.assign(change=lines["metric"].map(words).fillna("")),
            "A line joins models that are equal in everything else (replicates averaged); bold: mean of the lines that span all levels. "
            "Each change has the 95 % interval of a single comparison, not corrected for many; 'beyond chance' also holds among as many "
            "tests as hyper-parameters vary, by matched cells or by the forest.",
            x=knob,
        )


def prepare_interactions(drivers: Drivers, /) -> Record:
    """The strongest pairs of hyper-parameters whose effects depend on each other.

    Parameters
    ----------
    drivers : Drivers
        What was found.

    Returns
    -------
    Record
        Columns ``metric, first, second, strength, first_level, second_level, n, mean, adjusted``.
    """
    pairs = drivers.interactions
    if "strength" in pairs:
        pairs = pairs[pairs["metric"] != "failed"].nlargest(_MOST_PAIRS, "strength")
    keys = ["metric", "first", "second"]
    frame = pairs.merge(drivers.cells, on=keys, how="left") if {"strength"} <= set(pairs) else pd.DataFrame()
    return Record(
        "drivers_interactions",
        "Where the effect of one setting depends on another",
        frame,
        "Dots: means of models; lines: the forest with all other settings as they are in the whole sweep. Number: variance of the joint "
        "effect beyond the sum of both, as a share of the metric's variance.",
        note="" if len(frame) else "fewer than two hyper-parameters vary",
    )


def prepare_correlations(tradeoffs: TradeOffs, /) -> Record:
    """Rank correlation of every pair of metrics, in the order of their kinds.

    Parameters
    ----------
    tradeoffs : TradeOffs
        What was found.

    Returns
    -------
    Record
        Columns ``first, second, rho, low, high, n, kind_first, kind_second``.
    """
    whole = tradeoffs.correlations[tradeoffs.correlations["within"] == ""].drop(columns="within")
    kind = kinds(whole)  # of all metrics together, raw and scale-free
    frame = whole.assign(kind_first=whole["first"].map(kind), kind_second=whole["second"].map(kind))
    return Record(
        "drivers_correlations",
        "Which metrics say the same",
        frame,
        "Spearman's rank correlation over configurations; pale where the 95 % interval holds 0. Boxes: kinds of metrics (average "
        "absolute correlation of at least 0.7).",
        note="" if len(frame) else "fewer than two metrics",
    )


def prepare_claims(ledger: Ledger, /) -> Record:
    """All claims with their verdicts and the numbers of their small pictures.

    Parameters
    ----------
    ledger : Ledger
        Tested claims.

    Returns
    -------
    Record
        Columns ``claim, verdict, told, tested, value, low, high, kind, x, y, group, x_title, y_title``; a claim that cannot be tested has one row.
    """
    parts = []
    for verdict in ledger.verdicts:
        told: dict[str, Any] = {
            "claim": verdict.claim.name,
            "verdict": verdict.verdict,
            "told": verdict.told,
            "tested": tested(verdict.claim),
            "value": verdict.value,
            "low": verdict.low,
            "high": verdict.high,
        }
        picture = (
            verdict.picture
            if len(verdict.picture)
            else pd.DataFrame({"kind": ["none"], "x": [""], "y": [0.0], "group": [""]})
        )
        x_title, y_title = _axes(verdict.claim)
        parts.append(picture.astype({"x": object}).assign(**told, x_title=x_title, y_title=y_title))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    drawn = ["kind", "x", "y", "group", "x_title", "y_title"]
    columns = ["claim", "verdict", "told", "tested", "value", "low", "high", *drawn]
    return Record(
        "claims",
        "Takeaways, tested on this sweep",
        frame[columns] if len(frame) else frame,
        "Points are models, lines join models equal in everything else, bars are shares or counts, an upright line is a median. "
        "Titles: the claim, what is tested, the verdict with its number and 95 % interval. Claims that cannot be tested here are not drawn.",
        note="" if len(frame) and (frame["kind"] != "none").any() else "no claim can be tested on this sweep",
    )


def _axes(claim: Claim) -> tuple[str, str]:
    """Titles of the axes of a claim's picture: what is plotted, with its unit."""
    fields = claim.fields
    metric = _axis_title(fields["metric"]) if "metric" in fields else ""
    change = f"{metric}, other regime minus reference" if fields.get("of", "regimes") == "regimes" else metric
    return {
        "change": (str(fields.get("hyperparameter")), metric),
        "drives": (f"share of the variance of {metric}", ""),
        "relation": (_axis_title(str(fields.get("against"))), metric),
        "mean": (metric, ""),
        "share": (f"number of models; yes: {fields.get('holds')}", ""),
        "spread": (change, ""),
        "varies": (metric, ""),
        "difference": (metric, "model"),
    }[claim.test]


def _axis_title(column: str) -> str:
    named = unit(column)
    return f"{label(column)} ({named})" if named else label(column)


def _acting(drivers: Drivers) -> list[str]:
    """Hyper-parameters that act on any metric, in order of their greatest share."""
    if drivers.importances.empty:
        return []
    rows = drivers.importances[drivers.importances["verdict"].isin([*BEYOND, "alone"])]
    return [
        str(name) for name in rows.groupby("hyperparameter")["share"].max().sort_values(ascending=False).index
    ]


def _verdict(drivers: Drivers, metric: str, knob: str) -> tuple[str, int]:
    """Verdict on a hyper-parameter for a metric, and the number of hyper-parameters tested there."""
    rows = drivers.importances[drivers.importances["metric"] == metric].set_index("hyperparameter")["verdict"]
    return str(rows.get(knob, "")), int(rows.isin(JUDGED).sum())


def _change_words(row: Mapping[Any, Any], verdict: str, n_tests: int) -> str:
    interval = "" if pd.isna(row["low"]) else f" ({row['low']:.2g} to {row['high']:.2g})"
    change = f"{row['from_level']} to {row['to_level']}: {row['change']:+.2g}{interval}"
    grade = single_words(row, verdict, n_tests) or _GRADES.get(verdict, "")
    return f"{change}; {grade}" if grade else change
