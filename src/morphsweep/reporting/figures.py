"""The report's pictures as files for print: SVG and PNG, each with its numbers as CSV."""

import io
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from morphsweep.io.pages import write_bytes_atomic, write_text_atomic
from morphsweep.reporting.draw import draw_equality, draw_scatter, draw_strips
from morphsweep.reporting.draw_model import draw_curves, draw_over_time
from morphsweep.reporting.draw_recognition import draw_confusion, draw_courses
from morphsweep.reporting.figure_record import Record
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_figures import (
    PAIRS,
    prepare_pair_figure,
    prepare_reference_vs_other_figure,
    prepare_rmse_figure,
    prepare_selection_figure,
)
from morphsweep.reporting.prepare_hyperparameter import prepare_hyperparameter_figure
from morphsweep.reporting.prepare_model_figures import prepare_curves_figure, prepare_over_time_figure
from morphsweep.reporting.prepare_recognition import (
    prepare_confusion_figure,
    prepare_courses_figure,
    prepare_recognition,
)
from morphsweep.reporting.source import ResultsLike
from morphsweep.sweep import Results
from morphsweep.sweep.pool import compute_all

__all__ = ["figure_records", "write_figures", "write_record"]

Draw = Callable[[Record], Figure]

_STYLE: Any = {
    "svg.hashsalt": "morphsweep",  # with no date in the metadata: the same numbers give the same bytes
    "svg.fonttype": "none",  # text stays text, to be edited
    "text.parse_math": False,  # labels come from data: a dollar sign is a dollar sign
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e8ecf2",
    "axes.axisbelow": True,
}


def write_figures(
    results: ResultsLike,
    out: Path | str,
    /,
    *,
    where: Sequence[str] | None = None,
    models: Sequence[int] | None = None,
    every: bool = False,
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
    workers : int, optional
        Processes that draw; None = one per processor, 1 draws in this process.
    progress : callable, optional
        Called with the number of figures done and the number of all.

    Returns
    -------
    list of Path
        The files: ``.svg``, ``.png`` and ``.csv`` of each figure. The same numbers give the same files.

    Raises
    ------
    InvalidInput
        If a condition cannot be read, or there is no such model.
    """
    document = prepare_document(results, where=where, models=models)
    wanted = list(document["shown"]) if models is not None else _exemplars(document)
    records = list(figure_records(document, wanted, every=every))
    records += recognition_records(results, document, wanted)
    tasks = [(record, draw, Path(out)) for record, draw in records]
    written: dict[int, list[Path]] = {}
    drawn = compute_all(_write, tasks, executor=None, workers=workers or os.cpu_count() or 1)
    for done, (position, future) in enumerate(drawn, start=1):
        written[position] = future.result()
        if progress is not None:
            progress(done, len(tasks))
    return [path for position in sorted(written) for path in written[position]]


def figure_records(
    document: Mapping[str, Any], models: Sequence[int], /, *, every: bool = False
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

    Yields
    ------
    tuple of Record and callable
        In the order of the report.
    """
    yield prepare_selection_figure(document), draw_scatter
    for x, y in PAIRS:
        yield prepare_pair_figure(document, x, y), draw_scatter
    main = set(document["main_columns"])
    for entry in (e for e in document["reference_vs_other"] if every or e["reference"] in main):
        for other in entry["others"]:
            yield prepare_reference_vs_other_figure(document, entry, other), draw_equality
    for entry in document["rmse"]:
        yield prepare_rmse_figure(document, entry), draw_equality
    for model in models:
        yield prepare_over_time_figure(document, model), draw_over_time
        yield prepare_curves_figure(document, model), draw_curves
    for knob in document["hyperparameters"]:
        if knob["varies"]:
            yield prepare_hyperparameter_figure(document, knob["name"]), draw_strips


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


def _exemplars(document: Mapping[str, Any]) -> list[int]:
    """The winner and the first model of each tranche."""
    firsts = [t["models"][0] for t in document["decision"]["tranches"] if t["models"] and t["number"]]
    return list(dict.fromkeys([*document["shown"][:1], *firsts]))


def _write(task: tuple[Record, Draw, Path]) -> list[Path]:
    """Draw one figure and write its three files."""
    record, draw, folder = task
    paths = [folder / f"{record.name}{ending}" for ending in (".svg", ".png", ".csv")]
    png, svg = io.BytesIO(), io.BytesIO()
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # The font for print lacks some scripts; the SVG keeps the text, and a viewer has the glyphs.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        figure = draw(record)
        raster: Any = FigureCanvasAgg(figure)  # matplotlib leaves the two writers untyped
        raster.print_png(png, metadata={"Software": None})
        figure.set_layout_engine("none")  # laid out once; both files keep that layout
        vector: Any = FigureCanvasSVG(figure)
        vector.print_svg(svg, metadata={"Date": None})
    write_bytes_atomic(paths[0], svg.getvalue())
    write_bytes_atomic(paths[1], png.getvalue())
    write_text_atomic(paths[2], record.frame.to_csv(index=False))
    return paths


def write_record(record: Record, draw: Draw, folder: Path, /) -> list[Path]:
    """Draw one record and write its files.

    Parameters
    ----------
    record : Record
        Numbers and words.
    draw : callable
        Makes the figure.
    folder : Path
        Where to.

    Returns
    -------
    list of Path
        ``.svg``, ``.png`` and ``.csv``.
    """
    return _write((record, draw, folder))
