"""Confusion over time and courses of individuals, as the page and the figures want them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

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
    names = list(dict.fromkeys(confusion["perturbation"]))
    times = confusion.drop_duplicates("time_bin").sort_values("time_bin")
    shares = {
        str(actual): {
            str(predicted): rounded(rows.sort_values("time_bin")["share"], digits=3)
            for predicted, rows in own.groupby("predicted", sort=False)
        }
        for actual, own in confusion.groupby("perturbation", sort=False)
    }
    wide = _few(courses, most).pivot(
        index=["perturbation", "individual"], columns="time_bin", values="probability"
    )
    wide = wide.reindex(columns=range(len(times)))
    lines = [
        {"individual": str(who), "perturbation": str(label), "p": rounded(p, digits=3)}
        for (label, who), p in zip(wide.index, wide.to_numpy(float), strict=True)
    ]
    lines.sort(key=lambda line: names.index(line["perturbation"]))
    return {"perturbations": names, "time": rounded(times["time"]), "confusion": shares, "courses": lines}


def _few(courses: pd.DataFrame, most: int) -> pd.DataFrame:
    """Those whose names hash lowest, per perturbation."""
    people = courses[["individual", "perturbation"]].drop_duplicates()
    keys = [hashlib.blake2b(str(name).encode(), digest_size=8).hexdigest() for name in people["individual"]]
    ordered = people.assign(key=keys).sort_values(["perturbation", "key"])
    kept = ordered.groupby("perturbation").head(most)["individual"]
    return courses[courses["individual"].isin(kept)]


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
