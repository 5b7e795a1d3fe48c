"""``morphsweep evaluate``."""

from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from morphsweep.cli.progress import progress_bar
from morphsweep.errors import InvalidInput

if TYPE_CHECKING:
    from morphsweep.sweep import Results

__all__ = ["evaluate"]

_SHOWN = 8  # lines of what to know; run.json and the report have all


class ProtocolName(StrEnum):
    """Spelled here so that ``--help`` need not load the library."""

    default = "default"
    notebook = "notebook"


def evaluate(
    sweep: Annotated[Path, typer.Argument(help="Manifest, folder holding one, or sweep.toml.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Results folder; what is finished in it is kept.")],
    config: Annotated[Path | None, typer.Option(help="sweep.toml that goes with a bare manifest.")] = None,
    protocol: Annotated[
        ProtocolName, typer.Option(help="'notebook' reproduces the original scripts, faults included.")
    ] = ProtocolName.default,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per processor.")] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Compute on a dask cluster instead: tcp://HOST:PORT, or a scheduler file (extra 'cluster')."
        ),
    ] = None,
    cache: Annotated[
        bool,
        typer.Option(help="Keep converted embeddings (in MORPHSWEEP_CACHE, up to MORPHSWEEP_CACHE_GB = 10)."),
    ] = True,
    projection: Annotated[
        bool,
        typer.Option("--projection", help="Also write projection.parquet: every snip placed on its curve."),
    ] = False,
    only: Annotated[list[str] | None, typer.Option(help="Compute only this metric; repeatable.")] = None,
    bootstrap: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Replicates of the scores over individuals, for intervals and for how sure the choice is; 200 is usual. Default: those that the folder has.",
        ),
    ] = None,
) -> None:
    """Measure every model of a sweep: tree-likeness, robustness across regimes, discrimination over time.

    Exit status: 0 done; 1 done, but something could not be computed (named in failures.csv); 2 unusable input.
    """
    from morphsweep.io import hold_results_folder
    from morphsweep.sweep import cluster_executor, read_sweep
    from morphsweep.sweep import evaluate as run

    if scheduler is not None and workers is not None:
        msg = "--workers and --scheduler exclude each other; how many workers a cluster has is set where it is started"
        raise InvalidInput(msg)
    with ExitStack() as stack:
        executor = None
        if scheduler is not None:
            found = read_sweep(sweep, config)
            with hold_results_folder(out):  # made, and known to be writable, before workers look for it
                pass
            executor = stack.enter_context(cluster_executor(scheduler, shared=[found.source, out]))
        update = stack.enter_context(progress_bar("evaluating models"))
        results = run(
            sweep,
            out,
            protocol=protocol.value,
            config=config,
            executor=executor,
            workers=workers,
            only=only,
            progress=update,
            cache=cache,
            projection=projection,
            bootstrap=bootstrap,
        )
    summarise(results)
    raise typer.Exit(results.exit_status)


def summarise(results: "Results") -> None:
    """Say in a few lines what came out."""
    models = results.models
    counts = models["status"].value_counts()
    states = ", ".join(f"{count} {state}" for state, count in counts.items())
    decision = results.decision
    typer.echo(f"models     {len(models)} ({states}), protocol {results.info['protocol']}")
    typer.echo(f"curves     {_curves(results)}")
    typer.echo(f"tranches   {_tranches(decision)}")
    typer.echo(f"winner     {_winner(decision)}")
    if decision.get("ties") and decision["winner"] is not None:
        typer.echo(
            f"ties       {', '.join(map(str, decision['ties']))}: the numbers do not separate them from it"
        )
    for text in results.info.get("warnings", [])[:_SHOWN]:
        typer.echo(f"to know    {text}")
    typer.echo(
        f"results    {results.path}"
        + (f" ({len(results.failures)} lines in failures.csv)" if len(results.failures) else "")
    )


def _curves(results: "Results") -> str:
    health = results.health
    if not len(health):
        return "none"
    good = int((health["status"] == "ok").sum())
    return f"{good} of {len(health)} are ok"


def _winner(decision: dict[str, Any]) -> str:
    if decision["account"]:
        return str(decision["account"][0])
    return f"none. {decision['why_no_winner']}" if decision["why_no_winner"] else "none"


def _tranches(decision: dict[str, Any]) -> str:
    from morphsweep.selection import tranche_names

    tranches = decision["tranches"]
    if not tranches:
        return "none"
    return "; ".join(
        f"{number} {name}: {len(tranches[number])}" for number, name in tranche_names(decision).items()
    )
