"""``morphsweep project``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from morphsweep.errors import InvalidInput

__all__ = ["project"]

_SUFFIXES = {".csv", ".parquet"}


def project(
    results: Annotated[Path, typer.Argument(help="Results folder.")],
    embedding: Annotated[Path, typer.Argument(help="Table of snips with the latents of that model's run.")],
    model: Annotated[int, typer.Option("--model", "-m", help="Its model_index.")],
    regime: Annotated[
        str | None, typer.Option(help="Whose space and curves; default: the reference regime.")
    ] = None,
    onto: Annotated[
        str,
        typer.Option(help="'own' perturbation's curve, the 'nearest' one, or the name of a perturbation."),
    ] = "own",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=".csv or .parquet; default: CSV on standard output.")
    ] = None,
) -> None:
    """Place snips, also new ones, on the curves of a model: how far along, how far off, and which time that stands for."""
    if out is not None and out.suffix not in _SUFFIXES:
        msg = f"{out}: cannot write a table with the ending {out.suffix!r}; expected .csv or .parquet"
        raise InvalidInput(msg)
    from morphsweep.io import write_table
    from morphsweep.sweep import project as place

    table = place(results, model, embedding, regime=regime, onto=onto)
    if out is None:
        table.to_csv(sys.stdout, index=False)
        return
    write_table(table, out)
    without = int(table["arc_length"].isna().sum())
    typer.echo(f"{len(table)} snips placed on {table['curve'].replace('', None).nunique()} curves: {out}")
    if without:
        typer.echo(
            f"{without} of them belong to a perturbation without a curve (--onto places them on another)"
        )
