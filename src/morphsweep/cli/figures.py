"""``morphsweep figures``."""

from pathlib import Path
from typing import Annotated

import typer

from morphsweep.cli.progress import progress_bar

__all__ = ["figures"]


def figures(
    results: Annotated[Path, typer.Argument(help="Results folder made by 'morphsweep evaluate'.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the files; default: figures in the results folder."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Condition of the choice, for instance 'f1_all > 0.7'; repeatable. Default: the protocol's rule."
        ),
    ] = None,
    model: Annotated[
        list[int] | None, typer.Option(help="Index of a model that gets its own figures; repeatable.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--every", help="Compare regimes in every metric instead of the main ones.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Name of a figure, for instance 'selection*' or wall; repeatable. Default: all."),
    ] = None,
    wall_by: Annotated[
        str | None, typer.Option(help="Column that orders the wall of spaces, for instance f1_all.")
    ] = None,
    format_: Annotated[
        list[str] | None, typer.Option("--format", help="svg, pdf or png; repeatable. Default: all three.")
    ] = None,
    dpi: Annotated[int, typer.Option(min=50, max=1200, help="Dots per inch of the PNG.")] = 300,
) -> None:
    """Write the figures for print as SVG, PDF and PNG in journal sizes, each with its numbers as CSV; prints the folder."""
    from morphsweep.reporting import write_figures
    from morphsweep.sweep import Results

    opened = Results.open(results)
    folder = out or opened.path / "figures"
    with progress_bar("drawing figures") as update:
        write_figures(
            opened,
            folder,
            where=where or None,
            models=model or None,
            every=every,
            only=only or None,
            wall_by=wall_by,
            formats=format_ or ("svg", "pdf", "png"),
            dpi=dpi,
            workers=None,
            progress=update,
        )
    typer.echo(str(folder))
