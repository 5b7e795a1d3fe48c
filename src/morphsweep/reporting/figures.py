"""The full set of figures for print: each as SVG, PDF and PNG, with its numbers as CSV."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np

from morphsweep.errors import InvalidInput
from morphsweep.reporting.draw import draw_equality, draw_histograms, draw_strips
from morphsweep.reporting.draw_model import draw_curves, draw_over_time, draw_versus
from morphsweep.reporting.draw_panels import draw_panels
from morphsweep.reporting.draw_spaces import draw_sheet, draw_wall
from morphsweep.reporting.figure_files import DPI, FORMATS, write_figure
from morphsweep.reporting.figure_record import Draw, Record
from morphsweep.reporting.figure_set import facts_of, model_point_figures
from morphsweep.reporting.figure_words import column_of, values_of
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_figures import prepare_pair_figures, prepare_reference_vs_other_figure
from morphsweep.reporting.prepare_histograms import prepare_histograms
from morphsweep.reporting.prepare_hyperparameter import prepare_hyperparameter_figure
from morphsweep.reporting.prepare_model_figures import (
    prepare_curves_figure,
    prepare_over_time_figure,
    prepare_versus_figure,
)
from morphsweep.reporting.prepare_spaces import prepare_sheets, prepare_wall
from morphsweep.reporting.recognition_figures import recognition_records
from morphsweep.reporting.source import ResultsLike
from morphsweep.sweep.pool import compute_all

__all__ = ["figure_records", "write_figures"]


def write_figures(
    results: ResultsLike,
    out: Path | str,
    /,
    *,
    where: Sequence[str] | None = None,
    models: Sequence[int] | None = None,
    every: bool = False,
    only: Sequence[str] | None = None,
    wall_by: str | None = None,
    formats: Sequence[str] = FORMATS,
    dpi: int = DPI,
    workers: int | None = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write every figure of an evaluated sweep.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    out : Path or str
        Folder for the files.
    where : sequence of str, optional
        Conditions of the choice; default: the rule of the protocol.
    models : sequence of int, optional
        Models that get their own figures; default: the winner and the first of each tranche.
    every : bool
        Compare regimes in every metric instead of the main ones.
    only : sequence of str, optional
        Names of the figures to write, where ``*`` stands for anything; default: all.
    wall_by : str, optional
        Column of the summary that orders the wall of spaces; default: collinearity between perturbations.
    formats : sequence of str
        Some of svg, pdf and png.
    dpi : int
        Of the PNG.
    workers : int, optional
        Processes that draw; None = one per processor, 1 draws in this process.
    progress : callable, optional
        Called with the number of figures done and the number of all.

    Returns
    -------
    list of Path
        The files: the pictures and the ``.csv`` of each figure. The same numbers give the same files.

    Raises
    ------
    InvalidInput
        If a condition or a format cannot be read, or there is no such model, column or figure.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        msg = f"figures cannot be written as {', '.join(unknown)}; there are {', '.join(FORMATS)}"
        raise InvalidInput(msg)
    document = prepare_document(results, where=where, models=models)
    wanted = list(document["shown"]) if models is not None else _exemplars(document)
    every_record = [
        *figure_records(document, wanted, every=every, wall_by=wall_by),
        *recognition_records(results, document, wanted),
    ]
    records = _named(every_record, only)
    tasks = [(record, draw, Path(out), tuple(formats), dpi) for record, draw in records]
    written: dict[int, list[Path]] = {}
    drawn = compute_all(_write, tasks, executor=None, workers=workers or os.cpu_count() or 1)
    for done, (position, future) in enumerate(drawn, start=1):
        written[position] = future.result()
        if progress is not None:
            progress(done, len(tasks))
    return [path for position in sorted(written) for path in written[position]]


def figure_records(
    document: Mapping[str, Any], models: Sequence[int], /, *, every: bool = False, wall_by: str | None = None
) -> Iterator[tuple[Record, Draw]]:
    """Every figure's numbers with the function that draws them.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    models : sequence of int
        Models that get their own figures.
    every : bool
        Compare regimes in every metric instead of the main ones.
    wall_by : str, optional
        Column of the summary that orders the wall of spaces.

    Yields
    ------
    tuple of Record and callable
        In the order of the report.
    """
    every_facts = facts_of(document)
    for facts in every_facts:
        yield from model_point_figures(document, facts)
    yield from ((record, draw_panels) for record in prepare_pair_figures(document))
    main = set(document["main_columns"])
    for entry in (e for e in document["reference_vs_other"] if every or e["reference"] in main):
        for other in entry["others"]:
            yield prepare_reference_vs_other_figure(document, entry, other), draw_equality
    yield from _by_hyperparameter(document, every_facts[0].drivers, every_facts[0].grouping)
    yield prepare_histograms(document), draw_histograms
    yield prepare_wall(document, by=wall_by), draw_wall
    yield from ((record, draw_sheet) for record in prepare_sheets(document))
    for model in models:
        yield prepare_over_time_figure(document, model), draw_over_time
        yield prepare_curves_figure(document, model), draw_curves
    winner, rival = document["decision"]["winner"], _highest_f1(document)
    if winner is not None and rival not in {None, winner}:
        yield prepare_versus_figure(document, winner, int(rival or 0)), draw_versus


def _by_hyperparameter(
    document: Mapping[str, Any], drivers: Sequence[str], grouping: Sequence[str]
) -> Iterator[tuple[Record, Draw]]:
    """Scores by each hyper-parameter, and by the leading ones with a second one side by side."""
    for knob in document["hyperparameters"]:
        if knob["varies"]:
            yield prepare_hyperparameter_figure(document, knob["name"]), draw_strips
    for driver in drivers:
        for second in (knob for knob in grouping if knob != driver):
            yield prepare_hyperparameter_figure(document, driver, apart=second), draw_strips


def _named(records: list[tuple[Record, Draw]], only: Sequence[str] | None) -> list[tuple[Record, Draw]]:
    """The figures whose names are asked for."""
    if not only:
        return records
    kept = [(r, draw) for r, draw in records if any(fnmatchcase(r.name, pattern) for pattern in only)]
    if not kept:
        msg = f"no figure is called {', '.join(only)}; there are {', '.join(r.name for r, _ in records)}"
        raise InvalidInput(msg)
    return kept


def _highest_f1(document: Mapping[str, Any]) -> int | None:
    """The model with the highest F1, whatever else it is."""
    column = column_of(document, "f1")
    values = values_of(document, column) if column else None
    if values is None or np.isnan(values).all():
        return None
    return int(document["models"]["index"][int(np.nanargmax(values))])


def _exemplars(document: Mapping[str, Any]) -> list[int]:
    """The winner and the first model of each tranche."""
    firsts = [t["models"][0] for t in document["decision"]["tranches"] if t["models"] and t["number"]]
    return list(dict.fromkeys([*document["shown"][:1], *firsts]))


def _write(task: tuple[Record, Draw, Path, tuple[str, ...], int]) -> list[Path]:
    """Draw one figure and write its files."""
    record, draw, folder, formats, dpi = task
    return write_figure(record, draw, folder, formats=formats, dpi=dpi)
