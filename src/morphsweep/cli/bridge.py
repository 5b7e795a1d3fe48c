"""``morphsweep bridge``."""

from pathlib import Path
from typing import Annotated

import typer

from morphsweep.cli.progress import progress_bar

__all__ = ["bridge"]


def bridge(
    notebook: Annotated[Path, typer.Argument(help="Results folder of 'evaluate --protocol notebook'.")],
    default: Annotated[
        Path, typer.Argument(help="Results folder of the same sweep under the default protocol.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder for the files; default: bridge in the default results folder."
        ),
    ] = None,
    repairs: Annotated[
        bool,
        typer.Option(
            "--repairs", help="Also evaluate the sweep with each repair by itself, to say which one did it."
        ),
    ] = False,
    sweep: Annotated[
        Path | None,
        typer.Option(help="The sweep, for --repairs; default: where the notebook results say that it is."),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per processor.")] = None,
) -> None:
    """Draw an arrow from the notebook's numbers to ours for every model; say which change tranche, and which repair did it."""
    from morphsweep.reporting import bridge_sentences, write_bridge
    from morphsweep.sweep import Results, try_repairs
    from morphsweep.sweep import bridge as compare

    theirs, ours = Results.open(notebook), Results.open(default)
    folder = out or ours.path / "bridge"
    found = compare(theirs, ours)
    if repairs:
        with progress_bar("trying repairs") as update:
            found = try_repairs(
                found, theirs, ours, folder / "repairs", sweep=sweep, workers=workers, progress=update
            )
    write_bridge(found, theirs, folder)
    for sentence in bridge_sentences(found):
        typer.echo(sentence)
    typer.echo(str(folder))
