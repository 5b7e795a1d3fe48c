"""Which figures of recognition the models have: confusion over time, courses of individuals."""

from collections.abc import Mapping, Sequence
from typing import Any

from morphsweep.reporting.draw_recognition import draw_confusion, draw_courses
from morphsweep.reporting.figure_record import Draw, Record
from morphsweep.reporting.prepare_recognition import (
    prepare_confusion_figure,
    prepare_courses_figure,
    prepare_recognition,
)
from morphsweep.reporting.source import ResultsLike
from morphsweep.sweep import Results

__all__ = ["recognition_records"]


def recognition_records(
    results: ResultsLike, document: Mapping[str, Any], models: Sequence[int], /
) -> list[tuple[Record, Draw]]:
    """Confusion over time and courses of individuals; none where no predictions are stored.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    document : mapping
        What ``prepare_document`` returns.
    models : sequence of int
        Which.

    Returns
    -------
    list of tuple of Record and callable
        Two per model.
    """
    if not isinstance(results, Results):
        return []
    prepared = prepare_recognition(results, models)
    words: Any = {
        "colors": {p["name"]: p["color"] for p in document["perturbations"]},
        "unit": document["time_unit"],
    }
    found: list[tuple[Record, Draw]] = []
    for model in (model for model in models if str(model) in prepared):
        found.append((prepare_confusion_figure(prepared, model, **words), draw_confusion))
        found.append((prepare_courses_figure(prepared, model, **words), draw_courses))
    return found
