"""The verbs gathered, and the one place where an error becomes a message and an exit status."""

import sys
from typing import Annotated

import typer

from morphsweep import __version__
from morphsweep.cli.bridge import bridge
from morphsweep.cli.check import check
from morphsweep.cli.claims import claims
from morphsweep.cli.compare import compare
from morphsweep.cli.demo import demo
from morphsweep.cli.drivers import drivers
from morphsweep.cli.evaluate import evaluate
from morphsweep.cli.export import export
from morphsweep.cli.figures import figures
from morphsweep.cli.notebook import notebook
from morphsweep.cli.project import project
from morphsweep.cli.rate import rate
from morphsweep.cli.report import report
from morphsweep.cli.run import run
from morphsweep.cli.select import select
from morphsweep.cli.simulate import simulate
from morphsweep.cli.train import train
from morphsweep.cli.unseen import unseen
from morphsweep.errors import MorphsweepError

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Choose, out of a sweep of trained embedding models, the space worth using, and know why.",
    epilog="Start with: morphsweep demo",
)
for verb in (
    demo,
    check,
    evaluate,
    select,
    drivers,
    claims,
    unseen,
    report,
    figures,
    compare,
    notebook,
    rate,
    bridge,
    export,
    project,
    simulate,
    train,
    run,
):
    app.command()(verb)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"morphsweep {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Choose, out of a sweep of trained embedding models, the space worth using, and know why."""


def main() -> None:
    """Run the command line; unusable input ends with one message and status 2."""
    try:
        app()
    except MorphsweepError as error:
        typer.secho("error: ", fg="red", bold=True, err=True, nl=False)
        typer.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output went away, for instance `| head`
        sys.exit(0)
