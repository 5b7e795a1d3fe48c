"""``morphsweep claims``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from morphsweep.cli.progress import progress_bar

if TYPE_CHECKING:
    from rich.table import Table

    from morphsweep.influence import Ledger

__all__ = ["claims"]

_COLORS = {"holds": "green", "does not hold": "red", "undecided": "yellow", "not testable": "dim"}


def claims(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS|TABLE", help="Results folder, or a CSV or Parquet table with one row per model."
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Option("--claims", help="A lab's own claims (TOML), tested after the shipped ones."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Condition that models must meet, such as 'beta <= 10'; repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for claims.csv, claims.json, claims.md, and the figure."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Test takeaways on a sweep: each holds, does not hold, is undecided, or cannot be tested, with number and interval.

    Exit status: 0 done, whatever the verdicts; 2 unusable input, such as a claim that is not well declared.
    """
    from morphsweep.reporting import write_influence_figures
    from morphsweep.sweep import claims as test_claims
    from morphsweep.sweep import write_claims

    with progress_bar("testing claims") as update:
        ledger = test_claims(source, file, where=where or (), seed=seed, progress=update)
    if out is not None:
        write_claims(ledger, out)
        write_influence_figures(out / "figures", ledger=ledger)
    if as_json:
        typer.echo(json.dumps(ledger.to_json(), ensure_ascii=False, allow_nan=False, default=str))
        return
    from rich.console import Console

    console = Console()
    console.print(_table(ledger))
    counts = ", ".join(f"{count} {name}" for name, count in ledger.counts.items())
    console.print(f"{len(ledger.verdicts)} claims: {counts}.", markup=False, highlight=False, soft_wrap=True)
    for text in ledger.notes:
        console.print(f"Note: {text}", markup=False, highlight=False, soft_wrap=True)


def _table(ledger: "Ledger") -> "Table":
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("claim, and what is tested", overflow="fold")
    table.add_column("verdict", overflow="fold")
    table.add_column("number (95 % interval)", overflow="fold")
    table.add_column("what it is", overflow="fold")
    for row in ledger.table.to_dict("records"):
        interval = (
            f" ({row['low']:.3g} to {row['high']:.3g})" if row["low"] == row["low"] else ""
        )  # missing: NaN
        numbers = "" if row["reason"] else f"{row['value']:.3g}{interval}"
        verdict = f"[{_COLORS[row['verdict']]}]{row['told']}[/]"
        claim = f"{escape(row['claim'])}\n[dim]{escape(row['tested'])}[/]"
        table.add_row(claim, verdict, numbers, row["reason"] or row["quantity"].rstrip(","))
    return table
