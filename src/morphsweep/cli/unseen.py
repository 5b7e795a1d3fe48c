"""``morphsweep unseen``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from morphsweep.cli.progress import progress_bar

__all__ = ["unseen"]


def unseen(
    results: Annotated[Path, typer.Argument(help="Results folder made by 'morphsweep evaluate'.")],
    linear: Annotated[
        bool, typer.Option(help="Also compute the linear baseline, which reads the embeddings again.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for unseen.csv and unseen_summary.csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Tell whether perturbations that a regime did not train on land where they should.

    Exit status: 0 done; 2 unusable input, such as a sweep whose regimes held nothing out.
    """
    from morphsweep.sweep import unseen as tell
    from morphsweep.sweep import write_unseen

    with progress_bar("placing held-out perturbations") as update:
        found = tell(results, linear=linear, progress=update)
    if out is not None:
        write_unseen(found, out)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False, default=str))
        return
    for text in found.sentences:
        typer.echo(text)
    for text in found.notes:
        typer.echo(f"Note: {text}")
