"""``morphsweep rate``."""

from pathlib import Path
from typing import Annotated

import typer

from morphsweep.errors import InvalidInput

__all__ = ["rate"]


def rate(
    results: Annotated[Path, typer.Argument(help="Results folder made by 'morphsweep evaluate'.")],
    rater: Annotated[str, typer.Option(help="Who scores; goes into the file of scores.")] = "",
    scores: Annotated[
        list[Path] | None,
        typer.Option(help="Scores that the page saved (JSON or CSV): judge the metrics by them; repeatable."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="The page, or with --scores the folder; default: ratings in the results folder.",
        ),
    ] = None,
    regime: Annotated[str | None, typer.Option(help="Whose spaces; default: the reference regime.")] = None,
    repeat: Annotated[float, typer.Option(min=0, max=1, help="Share of the spaces that come twice.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Of the order.")] = 0,
) -> None:
    """Let a person score the spaces blind, then say which metric agrees with that person's "pretty".

    Without --scores: writes an offline page that shows every space, shuffled and unnamed, to be scored with the keys 1 to 5, and
    prints its path. With --scores: prints which metric agrees with the scores, with interval, and writes table and figure.
    """
    from morphsweep.reporting import judge_ratings, write_rating_page
    from morphsweep.reporting.figure_record import file_name
    from morphsweep.sweep import Results

    opened = Results.open(results)
    if not scores:
        page = out or opened.path / "ratings" / f"{file_name('rate', rater or 'anonymous')}.html"
        typer.echo(str(write_rating_page(opened, page, rater=rater, regime=regime, repeat=repeat, seed=seed)))
        return
    if rater or regime:
        msg = "--rater and --regime go with the page; the file of scores says who gave them and on what"
        raise InvalidInput(msg)
    for path in scores:
        found = judge_ratings(opened, path, out=out)
        for sentence in found.sentences:
            typer.echo(sentence)
        typer.echo(str(found.files[0].parent))
