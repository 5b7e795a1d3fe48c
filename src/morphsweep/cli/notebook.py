"""``morphsweep notebook``."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["notebook"]


def notebook(
    results: Annotated[Path, typer.Argument(help="Results folder made by 'morphsweep evaluate'.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the entry; default: notebook in the results folder."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Condition of the choice, for instance 'f1_all > 0.7'; repeatable. Default: the protocol's rule."
        ),
    ] = None,
    model: Annotated[
        list[int] | None, typer.Option(help="Model that gets its own figures; repeatable.")
    ] = None,
    date: Annotated[str, typer.Option(help="Date of the entry, as it shall be written.")] = "",
    wiki: Annotated[bool, typer.Option("--wiki", help="Link figures as ![[...]], as Obsidian does.")] = False,
) -> None:
    """Write the decision as Markdown with its figures as attachments, ready for a lab notebook; prints the file.

    In this order: takeaways, key measures, concerns, next steps, figures and tables of the argument, models one by one.
    """
    from morphsweep.reporting import write_notebook
    from morphsweep.sweep import Results

    opened = Results.open(results)
    folder = out or opened.path / "notebook"
    path = write_notebook(opened, folder, where=where or None, models=model or None, date=date, wiki=wiki)
    typer.echo(str(path))
