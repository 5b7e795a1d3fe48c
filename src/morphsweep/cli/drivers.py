"""``morphsweep drivers``."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from morphsweep.cli.progress import progress_bar

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from morphsweep.influence import Drivers

__all__ = ["drivers"]


def drivers(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS|TABLE", help="Results folder, or a CSV or Parquet table with one row per model."
        ),
    ],
    metric: Annotated[
        list[str] | None,
        typer.Option(help="Score to explain; repeatable; 'all' for every one. Default: the leading ones."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Condition that models must meet, such as 'beta <= 10'; repeatable."),
    ] = None,
    ok: Annotated[
        str | None,
        typer.Option(
            help="Condition that models meet which did not fail, such as 'status == 1'; the others are kept as failed."
        ),
    ] = None,
    knob: Annotated[
        list[str] | None, typer.Option(help="Hyper-parameter column; repeatable. Default: recognised.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            help="Column that is equal for replicates; repeatable. Default: equal hyper-parameters."
        ),
    ] = None,
    inactive: Annotated[
        list[str] | None,
        typer.Option(
            help="Where a hyper-parameter cannot act, as 'margin: metric_loss_type == 'NT-Xent''; repeatable. Default: what the sweep says."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.")] = 0,
    permutations: Annotated[int, typer.Option(min=39, help="Of the scores, for what chance reaches.")] = 99,
    workers: Annotated[
        int | None, typer.Option("--workers", "-j", min=1, help="Processes; default: one per processor.")
    ] = None,
    trade_offs: Annotated[
        bool,
        typer.Option("--trade-offs", help="Also tell what scores cost each other, and which say the same."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder for every table as CSV, drivers.json, drivers.md, and figures."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Tell which hyper-parameter moves which metric, and which does nothing measurable.

    Exit status: 0 done; 2 unusable input, such as an unknown column.
    """
    from morphsweep.reporting import write_influence_figures
    from morphsweep.sweep import drivers as explain
    from morphsweep.sweep import read_inactive, tradeoffs, write_drivers

    with progress_bar("explaining metrics") as update:
        found = explain(
            source,
            metrics=metric,
            where=where or (),
            ok=ok,
            knobs=knob,
            group=group,
            inactive=read_inactive(inactive),
            seed=seed,
            permutations=permutations,
            workers=workers,
            progress=update,
        )
    rule = read_inactive(inactive)
    traded = (
        tradeoffs(source, where=where or (), knobs=knob, inactive=rule, seed=seed) if trade_offs else None
    )
    if out is not None:
        write_drivers(found, out, tradeoffs=traded)
        with progress_bar("drawing figures") as update:
            write_influence_figures(
                out / "figures", drivers=found, tradeoffs=traded, workers=workers, progress=update
            )
    if as_json:
        document = found.to_json() | ({"trade_offs": traded.to_json()} if traded else {})
        typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, default=str))
        return
    _show(found, traded.sentences if traded else (), out)


def _show(found: "Drivers", traded: Sequence[str], out: Path | None) -> None:
    from rich.console import Console

    console = Console()
    console.print(_table(found))
    for text in (*found.sentences, *traded):
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    for text in found.notes:
        console.print(f"Note: {text}", markup=False, highlight=False, soft_wrap=True)
    if out is not None:
        console.print(f"Tables: {out}", markup=False, highlight=False, soft_wrap=True)


def _table(found: "Drivers") -> "Table":
    """A row per metric: what moves it and what does not."""
    from rich import box
    from rich.table import Table

    table = Table(
        title="Share of each metric's variance that a hyper-parameter moves (95 % interval)",
        title_justify="left",
        title_style="",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        caption="R2: explained in models that the forest has not seen, all settings together.",
        caption_justify="left",
    )
    table.add_column("metric", overflow="fold")
    table.add_column("models", justify="right")
    table.add_column("R2", justify="right")
    table.add_column("moved by", overflow="fold")
    table.add_column("nothing measurable", overflow="fold")
    told: set[str] = set()
    for fit in found.fits.to_dict("records"):
        rows = found.importances[found.importances["metric"] == fit["metric"]]
        r2 = "-" if fit["reason"] else f"{max(fit['r2'], 0.0):.2f}"
        inert = ", ".join(rows.loc[rows["verdict"] == "inert", "hyperparameter"]) if len(rows) else ""
        reason = "as above" if fit["reason"] and fit["reason"] in told else fit["reason"]
        told.add(fit["reason"])
        table.add_row(fit["metric"].replace("_", " "), str(fit["models"]), r2, reason or _movers(rows), inert)
    return table


_LESS = {"unsure": "in matched cells only", "alone": "maybe: in a single comparison only"}


def _movers(rows: "pd.DataFrame") -> str:
    acting = rows[rows["verdict"].isin(["acts", *_LESS])]
    return "\n".join(
        f"{row['hyperparameter']} ({_LESS[row['verdict']]})"
        if row["verdict"] in _LESS
        else f"{row['hyperparameter']} {100 * row['share']:.0f} % ({100 * row['low']:.0f} to {100 * row['high']:.0f})"
        for row in acting.to_dict("records")
    )
