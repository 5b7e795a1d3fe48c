"""A comparison of models as files: figures, their numbers, sentences and JSON."""

import json
from collections.abc import Iterator
from pathlib import Path

from morphsweep.io.pages import write_text_atomic
from morphsweep.reporting.colors import perturbation_colors
from morphsweep.reporting.draw_compare import draw_difference, draw_difference_over_time
from morphsweep.reporting.figure_files import write_figure
from morphsweep.reporting.figure_record import Draw, Record
from morphsweep.reporting.prepare_compare_figures import (
    prepare_difference_figure,
    prepare_difference_over_time_figure,
)
from morphsweep.selection import Comparison

__all__ = ["write_comparison"]


def write_comparison(
    comparison: Comparison,
    out: Path | str,
    /,
) -> list[Path]:
    """Write a comparison.

    Parameters
    ----------
    comparison : Comparison
        What ``compare`` returned.
    out : Path or str
        Folder for the files.

    Returns
    -------
    list of Path
        ``comparison.json``, ``comparison.txt``, and per pair two figures as SVG, PNG and CSV.

    Raises
    ------
    NotWritable
        If the folder cannot be written to.
    """
    folder = Path(out)
    paths = [folder / "comparison.json", folder / "comparison.txt"]
    for path, text in (
        (paths[0], json.dumps(comparison.to_json(), ensure_ascii=False, allow_nan=False, indent=1)),
        (paths[1], f"{comparison}\n"),
    ):
        write_text_atomic(path, text)
    for record, draw in _records(comparison):
        paths += write_figure(record, draw, folder)
    return paths


def _records(comparison: Comparison) -> Iterator[tuple[Record, Draw]]:
    names = list(dict.fromkeys(comparison.over_time["perturbation"]))
    colors = perturbation_colors(names, comparison.colors)
    pairs = comparison.over_time[["first", "second"]].drop_duplicates()
    for first, second in pairs.itertuples(index=False):
        record = prepare_difference_over_time_figure(
            comparison, first, second, colors=colors, unit=comparison.unit
        )
        yield record, draw_difference_over_time
        yield prepare_difference_figure(comparison, first, second, colors=colors), draw_difference
