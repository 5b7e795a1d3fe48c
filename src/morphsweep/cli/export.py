"""``morphsweep export``."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["export"]


def export(
    results: Annotated[Path, typer.Argument(help="Results folder.")],
    names: Annotated[str, typer.Option(help="Whose file and column names: morphseq.")] = "morphseq",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write to; default: the results folder.")
    ] = None,
) -> None:
    """Write scores and curves under another lab's file and column names."""
    from morphsweep.sweep import export as write

    for path in write(results, out, names=names):
        typer.echo(str(path))
