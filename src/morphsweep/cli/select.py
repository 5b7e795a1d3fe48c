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
        str | None,
        typer.Option(
            help="Order within a tranche: columns separated by commas, mean-rank, desirability or knee; 'desirability: f1_all=2, aligned_rmse_rel' names columns and weights."
        ),
    ] = None,
    model: Annotated[
        list[int] | None, typer.Option(help="Also give an account of this model; repeatable.")
    ] = None,
    inert: Annotated[
        list[str] | None,
        typer.Option(
            help="Hyper-parameter to take as acting on nothing, so that more models are replicates; repeatable."
        ),
    ] = None,
    upper: Annotated[
        bool, typer.Option("--upper", help="Ties by the upper limit of the noise between replicates.")
    ] = False,
    diff: Annotated[
        Path | None,
        typer.Option(help="Say what differs from an earlier decision: a results folder, or a decision.json."),
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Folder to write decision.json and decision.md of this choice to.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print winner, ties, rule and table as JSON.")
    ] = False,
) -> None:
    """Cut the models into tranches, recommend one, and name what the numbers cannot tell apart.

    Exit status: 0 done; 2 unusable input, such as an unknown column.
    """
    from morphsweep.sweep import decision_of, record_of, write_decision
    from morphsweep.sweep import select as choose

    earlier = None if diff is None else decision_of(diff)
    choice = choose(source, where=where, rule=rule, inert=inert or (), upper=upper)
    decision = record_of(choice, source)
    if record is not None:
        write_decision(decision, record)
    accounts = [choice.describe(number) for number in model or []]
    if as_json:
        document = {**choice.to_json(), **_more(decision, earlier)}
        typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, default=str))
        return
    from rich.console import Console

    console = Console()
    _show(console, choice)
    for account in accounts:
        _lines(
            console, "", f"Model {account.model_index}", *(f"  {line}" for line in str(account).splitlines())
        )
    if earlier is not None:
        _lines(console, "", *_changes(earlier, decision, diff))


def _more(decision: dict[str, Any], earlier: dict[str, Any] | None) -> dict[str, Any]:
    """What the JSON holds besides winner, ties, rule and table."""
    from morphsweep.selection import decision_changes

    found = {key: decision[key] for key in ("noise", "uncertainty", "would_change", "warnings")}
    return found if earlier is None else {**found, "changes": decision_changes(earlier, decision)}


def _changes(earlier: dict[str, Any], decision: dict[str, Any], path: Path | None) -> list[str]:
    from morphsweep.selection import decision_changes

    said = decision_changes(earlier, decision)
    return [
        f"Against the decision in {path}: {'nothing differs' if not said else ''}".rstrip(),
        *(f"  {text}" for text in said),
    ]


def _show(console: "Console", choice: "Selection") -> None:
    from morphsweep.selection import common_sentences

    _lines(console, *_headline(choice), "")
    console.print(_models(choice))
    if choice.tranches[1]:
        console.print(_candidates(choice))
    if choice.noise is not None:
        console.print(_noise(choice))
    _lines(console, f"Rule: {choice.rule}.", *_confidence(choice))
    _lines(console, *(f"In common: {text}" for text in common_sentences(choice.common)))
    _lines(console, *(f"Note: {text}" for text in choice.warnings))


def _headline(choice: "Selection") -> list[str]:
    from morphsweep.selection import why_no_winner

    if choice.account is None:
        return [f"No winner. {why_no_winner(choice)}"]
    first = f"First recommendation: model {choice.winner}"
    if choice.ties:
        first += f"; the numbers do not separate it from {', '.join(map(str, choice.ties))}"
    return [first, *(f"  {line}" for line in str(choice.account).splitlines())]


def _models(choice: "Selection") -> "Table":
    """The winner first; tranche, Pareto front, and the leading scores with their ranks."""
    import pandas as pd

    from morphsweep.selection import direction

    columns = choice.leading_columns()
    table = _table("Models: value (rank)", ["model", "tranche", "Pareto", *columns])
    frame = choice.ordered()
    for row in frame.head(_MOST_ROWS).to_dict("records"):
        tranche = "none" if pd.isna(row["tranche"]) else str(row["tranche"])
        ranks = [
            None if direction(c) == "range" else choice.ranks.loc[row["model_index"], c] for c in columns
        ]
        cells = [_ranked(row[column], rank) for column, rank in zip(columns, ranks, strict=True)]
        table.add_row(str(row["model_index"]), tranche, _front(row), *cells)
    if len(frame) > _MOST_ROWS:
        table.caption = f"and {len(frame) - _MOST_ROWS} more: --json prints all"
    return table


def _candidates(choice: "Selection") -> "Table":
    """Ranks of the models of tranche 1 in every key score, side by side."""
    import pandas as pd

    from morphsweep.selection import direction, key_columns, ordinal

    models = choice.tranches[1][:_MOST_CANDIDATES]
    table = _table("Tranche 1: rank in each score", ["score (models ranked)", *map(str, models)])
    for column in key_columns(choice.models, choice.criteria):
        ranks = [choice.ranks.loc[model, column] for model in models]
        if direction(column) == "range":  # both ends are bad: such a score ranks nobody
            table.add_row(column, *_usual_or_not(choice, column, models))
            continue
        cells = ["-" if pd.isna(rank) else ordinal(int(rank)) for rank in ranks]
        table.add_row(f"{column} ({choice.ranks[column].notna().sum()})", *cells)
    return table


def _usual_or_not(choice: "Selection", column: str, models: list[Any]) -> list[str]:
    """Whether each model lies in the usual range of the sweep."""
    rows = [next(row for row in choice.describe(model).rows if row.column == column) for model in models]
    return [
        "-" if row.usual is None or row.value != row.value else "abnormal" if row.abnormal else "usual"
        for row in rows
    ]


def _noise(choice: "Selection") -> "Table":
    """Standard deviation between replicates of every key score, and the difference that is more than noise."""
    from morphsweep.selection import key_columns

    headers = ["score", "replicate SD", "df", "95 % interval", "repeatability limit"]
    table = _table("Noise between replicates of one configuration", headers)
    floor = choice.noise
    for column in key_columns(choice.models, choice.criteria):
        if floor is None or column not in floor:
            continue
        noise = floor[column]
        interval = f"{noise.low:.2g} to {noise.high:.2g}"
        table.add_row(column, f"{noise.sd:.3g}", str(noise.df), interval, f"{noise.limit:.3g}")
    return table


def _confidence(choice: "Selection") -> list[str]:
    """How often the winner's configuration comes first, what the winner is worth, and what would change the choice."""
    from morphsweep.selection.decision import would_change
    from morphsweep.selection.wording import percent, share_of_draws

    found, said = choice.uncertainty, list[str]()
    if found is None:
        return would_change(choice)
    if choice.winner is None:
        return [_none_chosen(choice)]
    rows = found.configurations.to_dict("records")
    own = next(row for row in rows if choice.winner in row["models"])
    said.append(
        f"How sure ({found.basis}, {found.n_draws} draws): the configuration of {choice.winner} comes first in {percent(share_of_draws(own['frequency'], found.no_winner))}, "
        f"90 % of its ranks are {own['rank_low']:.0f} to {own['rank_high']:.0f}, and it is in tranche 1 in {percent(own['tranche_1'])}."
    )
    if found.no_winner > 0:
        said.append(f"In {percent(found.no_winner)} of the draws none would have been chosen.")
    for row in found.corrected.itertuples():
        said.append(
            f"{row.column}: {row.value:.4g}, 90 % interval {row.low:.4g} to {row.high:.4g}; freed of the optimism of choosing the best {row.corrected:.4g}."
        )
    return [*said, *would_change(choice)]


def _none_chosen(choice: "Selection") -> str:
    """How often there would be a winner, which is not how often a configuration is in tranche 1: partial ones are not ranked."""
    from morphsweep.selection.wording import percent

    found = choice.uncertainty
    if found is None:
        return ""
    said = f"How sure ({found.basis}, {found.n_draws} draws): a configuration would have been chosen in {percent(1 - found.no_winner)}"
    best = set(choice.tranches[1])
    for row in found.configurations.to_dict("records"):
        if best & set(row["models"]):
            said += f"; the configuration of {', '.join(map(str, row['models']))} is in tranche 1 in {percent(row['tranche_1'])}"
    return f"{said}."


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
