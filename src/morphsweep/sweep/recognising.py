"""What the snips of a model are taken for, from its stored predictions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from morphsweep.metrics import confusion_over_time, probability_courses
from morphsweep.sweep.model_predictions import results_predictions
from morphsweep.sweep.results import Results

__all__ = ["Recognition", "recognition"]


@dataclass(frozen=True, slots=True)
class Recognition:
    """Confusion over time and the courses of individuals, of one model.

    Parameters
    ----------
    confusion : DataFrame
        ``regime, perturbation, predicted, time_bin, time, n, share``.
    courses : DataFrame
        ``regime, individual, perturbation, time_bin, time, n, probability, predicted``.
    """

    confusion: pd.DataFrame
    courses: pd.DataFrame


def recognition(results: Results, model_index: int, /) -> Recognition:
    """What the snips of a model are taken for, over time.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    model_index : int
        The model.

    Returns
    -------
    Recognition
        Of every regime; computed from the stored out-of-fold probabilities.

    Raises
    ------
    InvalidInput
        If there is no such model or its predictions were not stored.

    Examples
    --------
    >>> import morphsweep as ms
    >>> ms.recognition(ms.Results.open("results"), 74).confusion  # doctest: +SKIP
    """
    info = results.info
    edges = np.array(info["cohort"]["bin_edges"])
    found = results_predictions(
        results, model_index, str(model_index), info["regimes"][0], splits=["individual"]
    )
    confusion, courses = [], []
    for (regime, split), frame in found.runs.items():
        if split != "individual":
            continue
        classes = [name.removeprefix("p_") for name in frame.columns if name.startswith("p_")]
        rows = frame[frame["perturbation"].isin(classes)]
        probabilities = rows[[f"p_{name}" for name in classes]].to_numpy(float)
        labels, times = rows["perturbation"].to_numpy(object), rows["time"].to_numpy(float)
        table = confusion_over_time(probabilities, labels, times, edges, classes)
        confusion.append(table.assign(regime=regime))
        table = probability_courses(
            probabilities, labels, rows["individual"].to_numpy(object), times, edges, classes
        )
        courses.append(table.assign(regime=regime))
    return Recognition(_regime_first(confusion), _regime_first(courses))


def _regime_first(frames: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(frames, ignore_index=True)
    return table[["regime", *[name for name in table.columns if name != "regime"]]]
