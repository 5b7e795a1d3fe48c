"""``morphsweep select``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from morphsweep.selection import Selection

__all__ = ["select"]

_MOST_ROWS = 30
_MOST_CANDIDATES = 6  # models side by side within 80 columns


def select(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS|TABLE", help="Results folder, or a CSV or Parquet table with one row per model."
        ),
    ],
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Condition such as 'f1_all > 0.7' or 'aligned_rmse < q50'; repeatable. First: discriminative, second: robust, others filter."
        ),
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="Order within a tranche: mean-rank, or columns separated by commas.")
    ] = None,
    model: Annotated[
        list[int] | None, typer.Option(help="Also give an account of this model; repeatable.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print winner, ties, rule and table as JSON.")
    ] = False,
) -> None:
    """Cut the models into tranches, recommend one, and name what the numbers cannot tell apart.

    Exit status: 0 done; 2 unusable input, such as an unknown column.
    """
    from morphsweep.sweep import select as choose

    choice = choose(source, where=where, rule=rule)
    accounts = [choice.describe(number) for number in model or []]
    if as_json:
        typer.echo(json.dumps(choice.to_json(), ensure_ascii=False, allow_nan=False, default=str))
        return
    from rich.console import Console

    console = Console()
    _show(console, choice)
    for account in accounts:
        _lines(
            console, "", f"Model {account.model_index}", *(f"  {line}" for line in str(account).splitlines())
        )


def _show(console: "Console", choice: "Selection") -> None:
    from morphsweep.selection import common_sentences

    _lines(console, *_headline(choice), "")
    console.print(_models(choice))
    if choice.tranches[1]:
        console.print(_candidates(choice))
    _lines(console, f"Rule: {choice.rule}.")
    _lines(console, *(f"In common: {text}" for text in common_sentences(choice.common)))
    _lines(console, *(f"Note: {text}" for text in choice.warnings))


def _headline(choice: "Selection") -> list[str]:
    if choice.account is None:
        return ["No winner: no model is in tranche 1."]
    first = f"First recommendation: model {choice.winner}"
    if choice.ties:
        first += f", or one of its replicates {', '.join(map(str, choice.ties))}"
    return [first, *(f"  {line}" for line in str(choice.account).splitlines())]


def _models(choice: "Selection") -> "Table":
    """The winner first; tranche, Pareto front, and the leading scores with their ranks."""
    import pandas as pd

    columns = choice.leading_columns()
    table = _table("Models: value (rank)", ["model", "tranche", "Pareto", *columns])
    frame = choice.ordered()
    for row in frame.head(_MOST_ROWS).to_dict("records"):
        tranche = "none" if pd.isna(row["tranche"]) else str(row["tranche"])
        cells = [_ranked(row[column], choice.ranks.loc[row["model_index"], column]) for column in columns]
        table.add_row(str(row["model_index"]), tranche, _front(row), *cells)
    if len(frame) > _MOST_ROWS:
        table.caption = f"and {len(frame) - _MOST_ROWS} more: --json prints all"
    return table


def _candidates(choice: "Selection") -> "Table":
    """Ranks of the models of tranche 1 in every key score, side by side."""
    import pandas as pd

    from morphsweep.selection import key_columns, ordinal

    models = choice.tranches[1][:_MOST_CANDIDATES]
    table = _table("Tranche 1: rank in each score", ["score (models ranked)", *map(str, models)])
    for column in key_columns(choice.models, choice.criteria):
        ranks = [choice.ranks.loc[model, column] for model in models]
        cells = ["-" if pd.isna(rank) else ordinal(int(rank)) for rank in ranks]
        table.add_row(f"{column} ({choice.ranks[column].notna().sum()})", *cells)
    return table


def _table(title: str, headers: list[str]) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(
        title=title,
        title_justify="left",
        title_style="",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for position, header in enumerate(headers):
        text = header if position == 0 else header.replace("_", " ")  # wraps between words
        table.add_column(text, justify="left" if position == 0 else "right", overflow="fold")
    return table


def _front(row: Mapping[Any, Any]) -> str:
    """Whether the model is on the Pareto front; partial when it has a tranche and yet no rank."""
    import pandas as pd

    if pd.isna(row["rank"]) and not pd.isna(row["tranche"]):
        return "partial"
    return "yes" if row["pareto"] else ""


def _ranked(value: Any, rank: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return "missing"
    return f"{value:.4g}" if pd.isna(rank) else f"{value:.4g} ({rank})"


def _lines(console: "Console", *texts: str) -> None:
    """Prose: left to the terminal to wrap, so that a pipe gets whole lines."""
    for text in texts:
        console.print(text, markup=False, highlight=False, soft_wrap=True)
