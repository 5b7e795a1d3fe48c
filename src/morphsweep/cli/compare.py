"""``morphsweep compare``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from morphsweep.selection import Comparison

__all__ = ["compare"]


def compare(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            help="RESULTS followed by model indices, or RESULTS:INDEX, or embeddings.",
        ),
    ],
    results: Annotated[
        Path | None, typer.Option(help="Results folder that bare model indices belong to.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            help="Compare each model with this one too: RESULTS (the model it recommends), RESULTS:INDEX, or an embedding."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="sweep.toml that says how to read embeddings when no results do.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for figures, their numbers, text and JSON.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Compare models on common snips and individuals: who tells which perturbation apart, and when.

    A gain is put to the test where the perturbation was held out of training, and by classifiers that never saw the
    batch. Example: morphsweep compare results 74 97 --out comparison

    Exit status: 0 done; 2 unusable input, such as an unknown model or no common snips.
    """
    from morphsweep.reporting import write_comparison
    from morphsweep.sweep import compare as run

    made = run(*models, results=results, baseline=baseline, config=config)
    if out is not None:
        write_comparison(made, out)
    if as_json:
        typer.echo(json.dumps(made.to_json(), ensure_ascii=False, allow_nan=False))
        return
    from rich.console import Console

    console = Console()
    _show(console, made)
    if out is not None:
        typer.echo(str(out))


def _show(console: "Console", made: "Comparison") -> None:
    for line in str(made).splitlines():
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for _, rows in made.by_perturbation.groupby(["first", "second"], sort=False):
        console.print(_table(rows))


def _table(rows: "pd.DataFrame") -> "Table":
    """Mean F1 of one pair, per perturbation and regime."""
    from rich import box
    from rich.table import Table

    first, second = rows[["first", "second"]].iloc[0]
    table = Table(
        title=f"Mean F1: {first} minus {second}",
        title_justify="left",
        title_style="",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for position, header in enumerate(("regime", "perturbation", "difference", "90 % interval", "q")):
        table.add_column(header, justify="right" if position > 1 else "left", overflow="fold")
    for row in rows.to_dict("records"):
        unseen = "" if row["split"] == "individual" else ", unseen batches"
        average = row["perturbation"] == "avg_pert"
        table.add_row(
            f"{row['regime']}{unseen}",
            str(row["perturbation"]),
            f"{row['difference']:+.3f}",
            f"{row['low']:+.3f} to {row['high']:+.3f}",
            f"p {row['p']:.3f}" if average else f"{row['q']:.3f}",
        )
    return table
