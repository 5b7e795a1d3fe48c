"""``morphsweep figures``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from morphsweep.cli.progress import progress_bar

if TYPE_CHECKING:
    from morphsweep.sweep import Results

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
    drivers: Annotated[
        bool,
        typer.Option(
            "--drivers",
            help="Also draw what drives what, which metrics say the same, and the claims (a minute more).",
        ),
    ] = False,
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
    if drivers:
        _draw_drivers(opened, folder, tuple(format_ or ("svg", "pdf", "png")), dpi)
    typer.echo(str(folder))


def _draw_drivers(results: "Results", folder: Path, formats: tuple[str, ...], dpi: int) -> None:
    from morphsweep.reporting import write_influence_figures
    from morphsweep.sweep import claims, drivers, tradeoffs

    with progress_bar("explaining metrics") as update:
        found = drivers(results, workers=None, progress=update)
    traded, ledger = tradeoffs(results), claims(results)
    write_influence_figures(folder, drivers=found, tradeoffs=traded, ledger=ledger, formats=formats, dpi=dpi)
