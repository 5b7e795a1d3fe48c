"""``morphsweep run``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from morphsweep.cli.evaluate import summarise
from morphsweep.cli.progress import progress_bar
from morphsweep.cli.train import train_with_progress
from morphsweep.errors import MorphsweepError

if TYPE_CHECKING:
    from morphsweep.sweep import Results

__all__ = ["run"]


def run(
    sweep: Annotated[Path, typer.Argument(help="sweep.toml with a table named training.")],
    images: Annotated[
        Path,
        typer.Option(
            "--images",
            help="Folder with images and their table, or an array (.npz, .npy, .zarr) with a table beside it.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for sweep/ and results/; what is finished is kept.")
    ],
    table: Annotated[
        Path | None, typer.Option(help="The table, where it does not lie beside the images.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per processor.")] = None,
) -> None:
    """Train, evaluate, select, explain and report in one go (extra 'train'); ends by naming the report.

    Exit status: 0 done; 1 done, but something failed (named in failures.csv); 2 unusable input.
    """
    from morphsweep.reporting import write_report
    from morphsweep.sweep import evaluate, select

    trained = train_with_progress(sweep, images=images, out=out / "sweep", table=table, workers=workers)
    with progress_bar("evaluating models") as update:
        results = evaluate(trained.path, out / "results", workers=workers, progress=update)
    select(results)
    untold = _explain(results, workers)
    report = write_report(results, results.path / "report.html")
    summarise(results)
    if untold:
        typer.echo(f"drivers    not told: {untold}")
    typer.echo(f"report     {report.resolve()}")
    raise typer.Exit(max(trained.exit_status, results.exit_status))


def _explain(results: "Results", workers: int | None) -> str:
    """Write what drives what beside the results, where the report finds it; why that cannot be told, or empty."""
    from morphsweep.sweep import drivers, write_drivers

    try:
        with progress_bar("explaining metrics") as update:
            found = drivers(results.path, workers=workers, progress=update)
    except MorphsweepError as error:  # two models, say: no reason to end without a report
        return str(error)
    write_drivers(found, results.path / "drivers")
    return ""
