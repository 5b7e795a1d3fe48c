"""``morphsweep check``: is everything there, before anything is computed."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from morphsweep.sweep.check_report import SweepCheck

__all__ = ["check"]

_MOST = 200  # runs of which every row is read unless asked for; of the others the columns, in seconds
_SHOWN = 20  # lines of a list; the rest is counted


def check(
    sweep: Annotated[Path, typer.Argument(help="Manifest, folder holding one, or sweep.toml.")],
    config: Annotated[Path | None, typer.Option(help="A sweep.toml that goes with a bare manifest.")] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help=f"Read every row of every run, also if there are more than {_MOST} runs."),
    ] = False,
) -> None:
    """Read every run of a sweep and say what is there and what is missing; nothing is computed."""
    from rich.console import Console

    from morphsweep.cli.progress import progress_bar
    from morphsweep.sweep import check_sweep, read_sweep

    found = read_sweep(sweep, config)
    with progress_bar("reading runs") as update:
        report = check_sweep(found, most=None if every else _MOST, on_run=update)
    console = Console(highlight=False, emoji=False)
    _print_models(console, report)
    console.print(_regime_table(report))
    console.print(_hyperparameter_table(report))
    _print_replicates(console, report)
    _print_list(
        console, "Unusable runs", (f"model {r.model_index}, {r.regime}: {r.reason}" for r in report.unusable)
    )
    _print_list(
        console, "Missing runs", (f"model {model} has no run in {regime}" for model, regime in report.missing)
    )
    _print_list(console, "To know", report.problems)
    if report.refused:
        console.print(f"\nIt cannot be evaluated: {report.refused}", markup=False, soft_wrap=True)
    if not report.ok:
        raise typer.Exit(1)
    console.print("Every run can be used." if report.problems else "Everything can be used.")


def _print_models(console: "Console", report: "SweepCheck") -> None:
    """What was found, in one line or two."""
    sweep = report.sweep
    models = [model for model in sweep.models if not model.duplicate]
    repeated = len(sweep.models) - len(models)
    configurations = {model.configuration for model in models}
    usable = len(report.runs) - len(report.unusable)
    console.print(
        f"{sweep.source}: {sweep.layout} layout, {len(models)} models of {len(configurations)} configurations, "
        f"{len(report.runs)} runs in {len(sweep.regimes)} regimes, {usable} usable{f', {repeated} repeated' if repeated else ''}",
        markup=False,
    )


def _regime_table(report: "SweepCheck") -> "Table":
    """One column per regime: runs, rows, individuals, individuals of each perturbation."""
    from rich.table import Table
    from rich.text import Text

    regimes = report.regimes
    table = Table(title="Regimes (individuals per perturbation)", title_justify="left")
    table.add_column("")
    for regime in regimes:
        title = f"{regime.regime} (reference)" if regime.regime == report.sweep.reference else regime.regime
        table.add_column(Text(title), justify="right")
    table.add_row("usable runs", *(f"{r.usable} of {r.runs}" for r in regimes))
    table.add_row("rows", *(_span(r.rows) for r in regimes))
    table.add_row("individuals", *(_span(r.individuals) for r in regimes), end_section=True)
    for label in sorted({label for regime in regimes for label in regime.perturbations}):
        cells = []
        for regime in regimes:
            away = label in report.sweep.config.held_out.get(regime.regime, ())
            cells.append(_span(regime.perturbations.get(label, (0, 0))) + (" held out" if away else ""))
        table.add_row(Text(label), *cells)
    return table


def _hyperparameter_table(report: "SweepCheck") -> "Table":
    """Values of the hyper-parameters that vary; the constant ones in one line."""
    from rich.table import Table
    from rich.text import Text

    inactive = report.sweep.config.inactive or {}
    values = report.hyperparameters
    constant = ", ".join(f"{name} = {found[0]}" for name, found in values.items() if len(found) == 1)
    table = Table(
        title="Hyper-parameters that vary",
        title_justify="left",
        caption=Text(f"constant: {constant or 'none'}"),
        caption_justify="left",
    )
    table.add_column("name")
    table.add_column("values")
    table.add_column("cannot act when")
    for name, found in values.items():
        if len(found) > 1:
            shown = ", ".join(map(str, found[:8])) + (f" ... ({len(found)} values)" if len(found) > 8 else "")
            table.add_row(Text(name), Text(shown), Text(inactive.get(name, "")))
    return table


def _print_replicates(console: "Console", report: "SweepCheck") -> None:
    """Which models are equal but for chance."""
    groups = (", ".join(map(str, models)) for models in report.replicates.values())
    _print_list(console, "Replicates of one configuration: models", groups)


def _print_list(console: "Console", title: str, lines: Iterable[str]) -> None:
    """A titled list, cut after a screenful; nothing if there is nothing to say."""
    found = list(lines)
    if not found:
        return
    console.print(f"\n{title}", style="bold")
    for line in found[:_SHOWN]:
        console.print(f"- {line}", markup=False, soft_wrap=True)  # paths stay whole
    if len(found) > _SHOWN:
        console.print(f"... and {len(found) - _SHOWN} more")


def _span(span: tuple[int, int]) -> str:
    """Least to greatest, or the one number."""
    return str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"
