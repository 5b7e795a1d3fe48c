"""``morphsweep train``."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from morphsweep.cli.progress import progress_bar
from morphsweep.errors import InvalidInput

if TYPE_CHECKING:
    from morphsweep.training import TrainedSweep

__all__ = ["train", "train_with_progress"]

_SWEEP = "sweep.toml with a table named training."
_IMAGES = "Folder with images and their table, or an array (.npz, .npy, .zarr) with a table beside it."
_TABLE = "The table, where it does not lie beside the images."


def train(
    sweep: Annotated[Path, typer.Argument(help=_SWEEP)],
    images: Annotated[Path, typer.Option("--images", help=_IMAGES)],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder of the runs; what is finished in it is kept.")
    ],
    table: Annotated[Path | None, typer.Option(help=_TABLE)] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per processor.")] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Train on a dask cluster instead: tcp://HOST:PORT, or a scheduler file."),
    ] = None,
) -> None:
    """Train a model per combination of the grid, regime and seed; interrupted runs go on (extra 'train').

    Exit status: 0 done; 1 done, but a run failed (named in manifest.csv); 2 unusable input.
    """
    trained = train_with_progress(
        sweep, images=images, out=out, table=table, workers=workers, scheduler=scheduler
    )
    typer.echo(f"next       morphsweep evaluate {trained.path} --out {out / 'results'}")
    raise typer.Exit(trained.exit_status)


def train_with_progress(
    sweep: Path,
    *,
    images: Path,
    out: Path,
    table: Path | None,
    workers: int | None,
    scheduler: str | None = None,
) -> "TrainedSweep":
    """Train behind two progress bars, and say in a few lines what came out."""
    from morphsweep.sweep import cluster_executor
    from morphsweep.training import train as run

    if scheduler is not None and workers is not None:
        msg = "--workers and --scheduler exclude each other; how many workers a cluster has is set where it is started"
        raise InvalidInput(msg)
    with ExitStack() as stack:
        executor = None
        if scheduler is not None:
            out.mkdir(parents=True, exist_ok=True)
            executor = stack.enter_context(cluster_executor(scheduler, shared=[out]))
        reading = stack.enter_context(progress_bar("reading images"))
        training = stack.enter_context(progress_bar("training models"))
        trained = run(
            sweep,
            images=images,
            out=out,
            table=table,
            executor=executor,
            workers=workers,
            progress=training,
            reading=reading,
        )
    for note in trained.notes:
        typer.echo(f"note       {note}")
    counts = trained.runs["status"].value_counts()
    typer.echo(f"runs       {len(trained.runs)} ({', '.join(f'{n} {state}' for state, n in counts.items())})")
    for _, row in trained.runs[trained.runs["completed"] != 1].head(10).iterrows():
        typer.echo(f"failed     {row['name']}: {row['reason']}")
    typer.echo(f"sweep      {trained.path}")
    return trained
