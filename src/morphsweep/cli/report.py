"""``morphsweep report``."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["report"]


def report(
    results: Annotated[Path, typer.Argument(help="Results folder made by 'morphsweep evaluate'.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The page; default: report.html in the results folder.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Condition of the choice, for instance 'f1_all > 0.7'; repeatable. Default: the protocol's rule."
        ),
    ] = None,
    model: Annotated[
        list[int] | None, typer.Option(help="Index of a model to show on opening; repeatable, up to four.")
    ] = None,
) -> None:
    """Write the report: one self-contained page that works offline; prints its path."""
    from morphsweep.reporting import write_report
    from morphsweep.sweep import Results

    opened = Results.open(results)
    page = write_report(opened, out or opened.path / "report.html", where=where or None, models=model or None)
    typer.echo(str(page))
