"""``morphsweep report``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from morphsweep.sweep import Results

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
        list[int] | None, typer.Option(help="Index of a model to compare on opening; repeatable, up to two.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="OLD_RESULTS", help="Also tell what changed since this evaluation.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="INDEX|RESULTS:INDEX", help="A model that is drawn as a star in every plot."),
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            help="Pictures of the snips: a table with ids and files, or a folder of files named like the ids. "
            "Default: the column 'image' of the embeddings."
        ),
    ] = None,
) -> None:
    """Write the report: one self-contained page that works offline; prints its path."""
    from morphsweep.reporting import write_report
    from morphsweep.sweep import Results

    opened = Results.open(results)
    page = write_report(
        opened,
        out or opened.path / "report.html",
        where=where or None,
        models=model or None,
        images=images,
        baseline=None if baseline is None else _baseline(baseline, opened),
        compare=None if compare is None else Results.open(compare),
    )
    typer.echo(str(page))


def _baseline(text: str, opened: "Results") -> "tuple[Results, int]":
    """``INDEX`` of the same sweep, or ``RESULTS:INDEX``."""
    from morphsweep.errors import InvalidInput
    from morphsweep.sweep import Results

    folder, _, index = text.rpartition(":")
    try:
        number = int(index)
    except ValueError:
        msg = f"--baseline {text!r}: expected a model's index, or RESULTS:INDEX"
        raise InvalidInput(msg) from None
    return (Results.open(folder) if folder else opened), number
