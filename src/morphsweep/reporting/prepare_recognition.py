"""Confusion over time and courses of individuals, as the page and the figures want them."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.numbers import rounded
from morphsweep.sweep import Results, recognition

__all__ = [
    "MOST_PER_PERTURBATION",
    "prepare_confusion_figure",
    "prepare_courses_figure",
    "prepare_recognition",
]

MOST_PER_PERTURBATION = 40  # individuals; the same ones in every model


def prepare_recognition(
    results: Results, models: Sequence[int], /, *, most: int = MOST_PER_PERTURBATION
) -> dict[str, Any]:
    """Numbers of single models for the page.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    models : sequence of int
        Which.
    most : int
        Individuals of each perturbation, at most.

    Returns
    -------
    dict
        model_index -> regime -> ``perturbations`` (in order), ``time`` (of the bins), ``confusion`` (actual -> predicted
        -> share per bin, null where there is no snip) and ``courses`` (a list of ``individual, perturbation, p``: the
        probability of its own perturbation per bin). The same individuals in every model. A model without stored predictions
        is absent.
    """
    prepared: dict[str, Any] = {}
    for model in models:
        try:
            found = recognition(results, model)
        except InvalidInput:  # evaluated without predictions: nothing to show
            continue
        prepared[str(model)] = {
            str(regime): _run(rows, found.courses[found.courses["regime"] == regime], most)
            for regime, rows in found.confusion.groupby("regime", sort=False)
        }
    return prepared


def _run(confusion: pd.DataFrame, courses: pd.DataFrame, most: int) -> dict[str, Any]:
    names = list(dict.fromkeys(confusion["perturbation"].tolist()))
    n = len(names)
    times = confusion["time"].to_numpy(float)[: len(confusion) // n**2]  # a block per pair of perturbations
    shares = confusion["share"].to_numpy(float).reshape(n, n, len(times))
    return {
        "perturbations": names,
        "time": rounded(times),
        "confusion": {
            actual: {predicted: rounded(own[k], digits=3) for k, predicted in enumerate(names)}
            for actual, own in zip(names, shares, strict=True)
        },
        "courses": _courses(courses, names, len(times), most),
    }


def _courses(courses: pd.DataFrame, names: list[str], n_bins: int, most: int) -> list[dict[str, Any]]:
    """Lines of individuals, perturbation by perturbation; of each those whose names hash lowest."""
    who, people = pd.factorize(courses["individual"])
    own = pd.Index(names).get_indexer(pd.Index(courses["perturbation"]))
    table = np.full((len(names), len(people), n_bins), np.nan)
    table[own, who, courses["time_bin"].to_numpy()] = courses["probability"].to_numpy(float)
    ordered = sorted(range(len(people)), key=lambda row: _key(str(people[row])))
    there = np.isfinite(table).any(axis=2)
    return [
        {"individual": str(people[row]), "perturbation": name, "p": rounded(table[place, row], digits=3)}
        for place, name in enumerate(names)
        for row in [row for row in ordered if there[place, row]][:most]
    ]


@cache
def _key(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


def prepare_confusion_figure(
    prepared: Mapping[str, Any], model: int, /, *, colors: Mapping[str, str], unit: str = ""
) -> Record:
    """As what the snips of each perturbation are recognised, over time.

    Parameters
    ----------
    prepared : mapping
        What :func:`prepare_recognition` returned.
    model : int
        Its index.
    colors : mapping of str to str
        Of the perturbations.
    unit : str
        Of time.

    Returns
    -------
    Record
        Columns ``regime, perturbation, predicted, time, share``.
    """
    rows = [
        {"regime": regime, "perturbation": actual, "predicted": predicted, "time": time, "share": share}
        for regime, run in prepared.get(str(model), {}).items()
        for actual, own in run["confusion"].items()
        for predicted, shares in own.items()
        for time, share in zip(run["time"], shares, strict=True)
    ]
    return Record(
        file_name("confusion_over_time", model),
        f"Model {model}: what the snips of each perturbation are taken for",
        pd.DataFrame(rows),
        "Each panel is one perturbation; the height of a colour is the share of its snips that are taken for it.",
        _time(unit),
        "Share of snips",
        colors,
        note="" if rows else "no predictions are stored for this model",
    )


def prepare_courses_figure(
    prepared: Mapping[str, Any], model: int, /, *, colors: Mapping[str, str], unit: str = ""
) -> Record:
    """How probable each individual's own perturbation seems, over time.

    Parameters
    ----------
    prepared : mapping
        What :func:`prepare_recognition` returned.
    model : int
        Its index.
    colors : mapping of str to str
        Of the perturbations.
    unit : str
        Of time.

    Returns
    -------
    Record
        Columns ``regime, perturbation, individual, time, probability``.
    """
    rows = [
        {
            "regime": regime,
            "perturbation": line["perturbation"],
            "individual": line["individual"],
            "time": time,
            "probability": p,
        }
        for regime, run in prepared.get(str(model), {}).items()
        for line in run["courses"]
        for time, p in zip(run["time"], line["p"], strict=True)
        if p is not None
    ]
    return Record(
        file_name("individuals_over_time", model),
        f"Model {model}: probability of the own perturbation, individual by individual",
        pd.DataFrame(rows),
        "Thin: individuals that the classifier did not see; thick: their mean. Dotted: a guess among all perturbations.",
        _time(unit),
        "Predicted probability",
        colors,
        note="" if rows else "no predictions are stored for this model",
    )


def _time(unit: str) -> str:
    return f"Time ({unit})" if unit else "Time"
