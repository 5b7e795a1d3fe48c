"""The figures of what drives what, written like the others."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from morphsweep.influence import Drivers, Ledger, TradeOffs
from morphsweep.reporting.draw_claims import draw_claims
from morphsweep.reporting.draw_influence import (
    draw_correlations,
    draw_importances,
    draw_interactions,
    draw_main_effects,
    draw_matched,
)
from morphsweep.reporting.figure_files import DPI, FORMATS, write_figure
from morphsweep.reporting.figure_record import Draw, Record
from morphsweep.reporting.prepare_influence import (
    prepare_claims,
    prepare_correlations,
    prepare_importances,
    prepare_interactions,
    prepare_main_effects,
    prepare_matched,
)
from morphsweep.sweep.pool import compute_all

__all__ = ["influence_records", "write_influence_figures"]


def influence_records(
    drivers: Drivers | None = None, tradeoffs: TradeOffs | None = None, ledger: Ledger | None = None
) -> Iterator[tuple[Record, Draw]]:
    """Every figure's numbers with the function that draws them.

    Parameters
    ----------
    drivers : Drivers or None
        Importances, main effects, matched lines, interactions.
    tradeoffs : TradeOffs or None
        Correlations of metrics.
    ledger : Ledger or None
        Claims.

    Yields
    ------
    tuple of Record and callable
        For what is given.
    """
    if drivers is not None:
        yield prepare_importances(drivers), draw_importances
        yield from ((record, draw_main_effects) for record in prepare_main_effects(drivers))
        yield from ((record, draw_matched) for record in prepare_matched(drivers))
        yield prepare_interactions(drivers), draw_interactions
    if tradeoffs is not None:
        yield prepare_correlations(tradeoffs), draw_correlations
    if ledger is not None:
        yield prepare_claims(ledger), draw_claims


def write_influence_figures(
    out: Path | str,
    /,
    *,
    drivers: Drivers | None = None,
    tradeoffs: TradeOffs | None = None,
    ledger: Ledger | None = None,
    formats: tuple[str, ...] = FORMATS,
    dpi: int = DPI,
    workers: int | None = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write the figures of what drives what.

    Parameters
    ----------
    out : Path or str
        Folder for the files.
    drivers, tradeoffs, ledger : optional
        What :func:`morphsweep.drivers`, :func:`morphsweep.tradeoffs` and :func:`morphsweep.claims` returned.
    formats : tuple of str
        Some of svg, pdf and png.
    dpi : int
        Of the PNG.
    workers : int or None
        Processes that draw; None = one per processor.
    progress : callable or None
        Called with the number of figures done and of all.

    Returns
    -------
    list of Path
        Pictures, and the numbers of each as CSV.
    """
    tasks = [
        (record, draw, Path(out), formats, dpi)
        for record, draw in influence_records(drivers, tradeoffs, ledger)
    ]
    written: dict[int, list[Path]] = {}
    for done, (place, future) in enumerate(
        compute_all(_write, tasks, executor=None, workers=workers or os.cpu_count() or 1), start=1
    ):
        written[place] = future.result()
        if progress is not None:
            progress(done, len(tasks))
    return [path for place in sorted(written) for path in written[place]]


def _write(task: tuple[Record, Draw, Path, tuple[str, ...], int]) -> list[Path]:
    record, draw, folder, formats, dpi = task
    return write_figure(record, draw, folder, formats=formats, dpi=dpi)
