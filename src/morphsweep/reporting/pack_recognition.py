"""Confusion over time and courses of individuals as columns for the page."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from morphsweep.records import FloatArray
from morphsweep.reporting.packing import Pack, share
from morphsweep.reporting.prepare_recognition import MOST_PER_PERTURBATION, prepare_recognition
from morphsweep.reporting.source import ResultsLike
from morphsweep.sweep import Results

__all__ = ["pack_recognition"]

_MOST_MODELS = 100  # the first of the order that is asked for; reading predictions takes time
_COURSES = 80_000  # lines in the whole page
_STEPS = 250  # from probability 0 to 1; 255 means missing


def pack_recognition(
    pack: Pack, results: ResultsLike, order: Sequence[int], perturbations: Sequence[str], /
) -> dict[str, Any]:
    """What the snips of the first models are taken for.

    Parameters
    ----------
    pack : Pack
        Where the numbers go.
    results : ResultsLike
        An evaluated sweep.
    order : sequence of int
        Rows of the summary, the most wanted first.
    perturbations : sequence of str
        In the order of the comparison.

    Returns
    -------
    dict
        ``regimes, individuals`` (names), ``time`` (of the bins); per run ``model`` (row of the summary), ``regime`` and
        ``count`` (its courses); ``confusion``, shape (runs, actual, predicted, bins), 16 bits from 0 to 1; per course
        ``individual``, ``perturbation`` (places in the lists) and ``course``, shape (courses, bins), 0 to 250 for 0 to 1,
        255 = missing. Empty where no predictions are stored.
    """
    if not isinstance(results, Results):
        return {}
    rows = list(order)[:_MOST_MODELS]
    index = results.summary["model_index"].tolist()
    most = int(np.clip(_COURSES // max(2 * len(rows) * len(perturbations), 1), 8, MOST_PER_PERTURBATION))
    prepared = prepare_recognition(results, [index[row] for row in rows], most=most)
    runs = [
        (row, regime, run)
        for row in rows
        for regime, run in prepared.get(str(index[row]), {}).items()
        if run["time"]
    ]
    return _packed(pack, runs, list(perturbations)) if runs else {}


def _packed(
    pack: Pack, runs: Sequence[tuple[int, str, Mapping[str, Any]]], perturbations: list[str]
) -> dict[str, Any]:
    regimes = list(dict.fromkeys(regime for _, regime, _ in runs))
    lines = [[line for line in run["courses"] if line["perturbation"] in perturbations] for _, _, run in runs]
    flat = [line for own in lines for line in own]
    names = {name: place for place, name in enumerate(dict.fromkeys(line["individual"] for line in flat))}
    n_bins = len(runs[0][2]["time"])
    courses = np.array([line["p"] for line in flat], dtype=float).reshape(-1, n_bins)
    confusion = np.stack([_confusion(run, perturbations, n_bins) for *_, run in runs])
    return {
        "regimes": regimes,
        "individuals": list(names),
        "time": runs[0][2]["time"],
        "model": pack.add([row for row, *_ in runs], "u2"),
        "regime": pack.add([regimes.index(regime) for _, regime, _ in runs], "u1"),
        "count": pack.add([len(own) for own in lines], "u2"),
        "confusion": pack.add(share(confusion), "u2"),
        "individual": pack.add([names[line["individual"]] for line in flat], "u4"),
        "perturbation": pack.add([perturbations.index(line["perturbation"]) for line in flat], "u2"),
        "course": pack.add(np.where(np.isfinite(courses), np.round(courses * _STEPS), 255), "u1"),
    }


def _confusion(run: Mapping[str, Any], perturbations: Sequence[str], n_bins: int) -> FloatArray:
    """Shares of one run, shape (actual, predicted, bins); NaN where there are none."""
    table = np.full((len(perturbations), len(perturbations), n_bins), np.nan)
    for actual, own in run["confusion"].items():
        for predicted, shares in own.items():
            if actual in perturbations and predicted in perturbations:
                table[perturbations.index(actual), perturbations.index(predicted)] = np.array(shares, float)
    return table
