"""Sentences of the notebook entry: what the numbers say, what to doubt, what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from morphsweep.influence.relations import LEAST, configuration_means, spearman
from morphsweep.reporting.figure_words import (
    column_of,
    declared_columns,
    knobs_by_effect,
    level_names,
    levels_in_order,
    regime_column,
    values_of,
)

__all__ = ["concerns", "next_steps", "takeaways"]

Document = Mapping[str, Any]

_WEAK, _STRONG = 0.3, 0.6  # |rho| that is called weak below, strong from


def takeaways(document: Document, /) -> list[str]:
    """What the sweep shows, each with its numbers.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    list of str
        Sentences.
    """
    reference = str(document["regimes"][0]["name"])
    others = [str(r["name"]) for r in document["regimes"][1:]]
    f1 = regime_column(document, "f1", reference)
    within = regime_column(document, "segment_collinearity_within", reference)
    across, rmse = column_of(document, "segment_collinearity"), column_of(document, "aligned_rmse")
    told = [
        _trend(document, f1, within, "Classification and prettiness"),
        _trend(document, rmse, across, "Robustness and collinearity across regimes"),
    ]
    for other in others:
        told += [
            _trend(document, within, regime_column(document, "segment_collinearity_within", other),
                   f"Collinearity in {reference} and in {other}"),
            _shift(document, "dispersion_slope", reference, other),
            _aligned(document, other),
        ]  # fmt: skip
    return [text for text in [*_drivers(document), *told] if text]


def concerns(document: Document, /) -> list[str]:
    """What to doubt.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    list of str
        Sentences; at least one.
    """
    told = [str(text) for text in document["decision"]["warnings"]]
    sick = document["health"]
    if sick:
        models = {row["model_index"] for row in sick}
        total = sum(
            len(curves)
            for m in document["curves"].values()
            for r, curves in m.items()
            if not str(r).endswith("_aligned")
        )
        told.append(
            f"{len(sick)} of {max(total, len(sick))} curves, in {len(models)} models, are not ok; scores made from them are flagged."
        )
        winner = document["decision"]["winner"]
        own = [
            f"{row['perturbation']} in {row['regime']} ({_first_reason(row['reason'])})"
            for row in sick
            if row["model_index"] == winner
        ]
        if own:
            told.append(f"Of the recommended model these curves are not ok: {'; '.join(own)}.")
    failed = int(document["failures"]["total"])
    if failed:
        told.append(
            f"{failed} {'line' if failed == 1 else 'lines'} of failures.csv tell what could not be computed, or only with a reservation."
        )
    return [*dict.fromkeys(told)] or ["None was found by the checks that ran."]


def next_steps(document: Document, /) -> list[str]:
    """What would make the choice surer.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    list of str
        Sentences.
    """
    decision, tranches = (
        document["decision"],
        {t["number"]: t["models"] for t in document["decision"]["tranches"]},
    )
    steps = []
    if decision["winner"] is None and tranches.get(1):
        steps.append(
            f"Find out why tranche 1 ({', '.join(map(str, tranches[1]))}) cannot be ranked: failures.csv names what is missing."
        )
    elif decision["winner"] is None:
        steps.append(
            "Loosen a threshold (morphsweep select --where …), or train models nearer to the thresholds: tranche 1 is empty."
        )
    elif decision["ties"]:
        steps.append(
            f"Choose among the tied models {', '.join(map(str, [decision['winner'], *decision['ties']]))} by eye or by a new criterion: the numbers do not separate them."
        )
    elif decision["ties"] is None:
        steps.append(
            "Train the recommended configuration once or twice more: without replicates its lead cannot be told from chance."
        )
    best = tranches.get(1) or []
    if best and decision["winner"] is not None:
        for knob, value, end in _at_the_edge(document, int(decision["winner"])):
            steps.append(
                f"Extend the sweep in {knob}: the recommended model sits at its {end} value ({value})."
            )
    steps.append("Score the spaces blind (morphsweep rate) to learn which number agrees with the eye.")
    steps.append("Look at the curves that are not ok before believing numbers made from them." if document["health"] else
                 "Compare with the numbers of the notebook protocol (morphsweep bridge).")  # fmt: skip
    return steps


def _drivers(document: Document) -> list[str]:
    """The hyper-parameter that separates the key scores best, with medians by value."""
    knobs = knobs_by_effect(document)
    if not knobs:
        return []
    knob, told = knobs[0], []
    names, levels = np.array(level_names(document, knob)), levels_in_order(document, knob)
    declared = declared_columns(document)
    for metric in ("segment_collinearity_within", "aligned_rmse", "f1"):
        column = column_of(document, metric)
        values = values_of(document, column) if column else None
        if column is None or values is None:
            continue
        by_level = [(level, values[(names == level) & np.isfinite(values)]) for level in levels]
        medians = ", ".join(f"{np.median(v):.3g} at {level}" for level, v in by_level[:6] if len(v))
        told.append(f"{declared[column]['label']} by {knob.removeprefix('hp_')} (medians): {medians}.")
    return [f"Of the hyper-parameters, {knob.removeprefix('hp_')} separates the key scores best.", *told]


def _trend(document: Document, x: str | None, y: str | None, subject: str) -> str:
    if x is None or y is None:
        return ""
    a, b = values_of(document, x), values_of(document, y)
    if a is None or b is None:
        return ""
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any():
        return ""
    means = configuration_means(pd.DataFrame({"x": a[both], "y": b[both]}), _configurations(document)[both])
    rho, _, _, n = spearman(means["x"].to_numpy(dtype=float), means["y"].to_numpy(dtype=float))
    if not np.isfinite(rho):
        return (
            f"{subject}: whether they go together is not testable: {n} configuration{'s have' if n != 1 else ' has'} both numbers "
            f"({x}, {y}); a rank correlation needs at least {LEAST} that differ."
        )
    declared = declared_columns(document)
    better = [declared[c]["better"] for c in (x, y)]
    agree = rho * (1 if better[0] == better[1] else -1)
    strength = (
        "hardly related" if abs(rho) < _WEAK else "related" if abs(rho) < _STRONG else "strongly related"
    )
    word = (
        ""
        if abs(rho) < _WEAK
        else ", together for the better"
        if agree > 0
        else ", one at the cost of the other"
    )
    return f"{subject} are {strength}{word}: rho = {rho:.2f} over {n} configurations ({x}, {y})."


def _configurations(document: Document) -> NDArray[Any]:
    """Equal for replicates; a model of no known configuration stands for itself."""
    index = document["models"]["index"]
    known = document["models"]["values"].get("configuration") or [None] * len(index)
    return np.array([f"model {m}" if c is None else str(c) for m, c in zip(index, known, strict=True)])


def _shift(document: Document, metric: str, reference: str, other: str) -> str:
    columns = [regime_column(document, metric, r) for r in (reference, other)]
    values = [values_of(document, c) if c else None for c in columns]
    if values[0] is None or values[1] is None or not np.isfinite(values[1] - values[0]).any():
        return ""
    change = float(np.nanmedian(values[1] - values[0]))
    word = "steeper" if change > 0 else "flatter"
    return f"Dispersion grows {word} along the curves in {other} than in {reference}: median change of the slope {change:+.3g}."


def _aligned(document: Document, other: str) -> str:
    columns = [regime_column(document, m, other) for m in ("initial_rmse", "aligned_rmse")]
    values = [values_of(document, c) if c else None for c in columns]
    if values[0] is None or values[1] is None:
        return ""
    both = np.isfinite(values[0]) & np.isfinite(values[1]) & (values[0] > 0)
    if not both.any():
        return ""
    gain = float(np.median(1 - values[1][both] / values[0][both]))
    above = int((values[1][both] > values[0][both] * (1 + 1e-9)).sum())
    check = (
        "aligned RMSE is never above initial RMSE"
        if not above
        else f"in {above} models it is above the initial RMSE, which cannot be"
    )
    return f"Alignment to {other} removes a median {gain:.0%} of the RMSE; {check}."


def _at_the_edge(document: Document, winner: int) -> Sequence[tuple[str, str, str]]:
    """Hyper-parameters in which the winner has the smallest or largest number tried."""
    place, found = document["models"]["index"].index(winner), []
    for knob in document["hyperparameters"]:
        values = document["models"]["values"][knob["name"]]
        numbers = sorted({v for v in values if isinstance(v, int | float) and not isinstance(v, bool)})
        own = values[place]
        if knob["varies"] and len(numbers) > 2 and own in {numbers[0], numbers[-1]}:
            found.append((str(knob["label"]), str(own), "smallest" if own == numbers[0] else "largest"))
    return found


def _first_reason(reason: object) -> str:
    return str(reason or "no reason given").split(";")[0]
