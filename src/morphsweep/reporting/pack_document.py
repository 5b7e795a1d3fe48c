"""The many numbers of the page, packed; ``docs/report.md`` describes them field by field."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from morphsweep.reporting.catalogue import Column
from morphsweep.reporting.pack_curves import Grid, Pieces, pack_curves, pack_points, regimes_of
from morphsweep.reporting.pack_recognition import pack_recognition
from morphsweep.reporting.pack_scores import pack_by_perturbation, pack_intervals, pack_notes, pack_values
from morphsweep.reporting.pack_time import pack_over_time
from morphsweep.reporting.pack_views import common_turns
from morphsweep.reporting.packing import Pack
from morphsweep.reporting.source import ResultsLike, regimes

__all__ = ["pack_document", "snip_names"]


def pack_document(
    results: ResultsLike, columns: Mapping[str, Column], /, *, onto: int = 0, order: Sequence[int] = ()
) -> tuple[dict[str, Any], str]:
    """Pack scores, curves, snips and scores over time.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    columns : mapping of str to Column
        What the summary's columns are.
    onto : int
        Row of the model whose view the others are turned into.
    order : sequence of int
        Rows of the models whose predictions are wanted, the most wanted first.

    Returns
    -------
    dict
        Where each array lies; JSON-able.
    str
        The arrays, compressed, as ASCII.
    """
    pack, grid = Pack(), Grid(results)
    perturbations = [str(name) for name in results.info["perturbations"]]
    ids = snip_names(results)
    frame = results.curves
    curves = Pieces(frame, grid, regimes_of(frame), perturbations, "point_index")
    described = {
        "values": pack_values(pack, results, columns),
        "intervals": pack_intervals(pack, results, columns),
        "by_perturbation": pack_by_perturbation(pack, results, columns, perturbations),
        "notes": pack_notes(pack, results, columns),
        "centre": pack.add(grid.centre, "f4"),
        "step": pack.add(grid.step, "f4"),
        "curves": pack_curves(pack, frame, curves, grid),
        "points": pack_points(pack, results, grid, perturbations, ids),
        "over_time": pack_over_time(pack, results, grid, perturbations),
        "recognition": pack_recognition(pack, results, order, perturbations),
        "turns": pack.add(common_turns(frame, curves, regimes(results), len(results.summary), onto), "f4"),
    }
    return {"arrays": pack.entries, **described}, pack.payload()


def snip_names(results: ResultsLike, /) -> pd.Index:
    """Names of the snips that the page knows, each once.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    Index
        In the order of the stored sample.
    """
    sample = results.points_sample
    return pd.Index(sample["snip_id"].unique() if "snip_id" in sample else [])
