"""``morphsweep demo``."""

from pathlib import Path
from typing import Annotated

import typer

from morphsweep.cli.evaluate import summarise
from morphsweep.cli.progress import progress_bar

__all__ = ["demo"]


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the example sweep and its results.")
    ] = Path("demo-results"),
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per processor.")] = None,
) -> None:
    """Do the main job on the example sweep that ships with the package, and name the report.

    The sweep: 16 small models of hand-drawn letters that grow stroke by stroke, each trained on all six letters and with two of
    them held out.
    """
    from morphsweep.io import unpack_example
    from morphsweep.reporting import write_figures, write_report
    from morphsweep.sweep import evaluate

    sweep = unpack_example(out / "sweep")
    with progress_bar("evaluating models") as update:
        results = evaluate(sweep, out / "results", workers=workers, progress=update)
    report = write_report(results, results.path / "report.html")
    with progress_bar("drawing figures") as update:
        write_figures(
            results, results.path / "figures", formats=("svg", "png"), workers=workers, progress=update
        )  # without the PDF, whose fonts take a third of the time
    summarise(results)
    typer.echo(f"report     {report.resolve()}")
