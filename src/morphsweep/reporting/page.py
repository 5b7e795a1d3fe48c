"""One self-contained page: numbers, pictures and libraries in a single file that never asks the network for anything."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from morphsweep.io.pages import write_text_atomic
from morphsweep.reporting.prepare_page import prepare_page
from morphsweep.reporting.source import ResultsLike
from morphsweep.selection.wording import percent

__all__ = ["embedded_json", "render_page", "write_report"]

SCRIPTS = (
    "text",
    "data",
    "unpack",
    "state",
    "theme",
    "controls",
    "cut",
    "record",
    "colouring",
    "points",
    "thresholds",
    "view_explore",
    "view_regimes",
    "view_knobs",
    "view_parallel",
    "space",
    "lines",
    "recognition",
    "filmstrip",
    "model_parts",
    "card",
    "view_compare",
    "view_table",
    "view_wall",
    "view_changes",
    "view_health",
    "main",
)  # joined in this order into one script
_SECTIONS = (
    ("decision", "Decision"),
    ("choose", "Choosing"),
    ("drivers", "Drivers"),
    ("compare", "Compare"),
    ("wall", "Spaces"),
    ("table", "Table"),
    ("regimes", "Regimes"),
    ("common", "Tranches"),
    ("failures", "Failures"),
    ("provenance", "Provenance"),
    ("glossary", "Words"),
)


def write_report(
    results: ResultsLike,
    out: Path | str,
    /,
    *,
    where: Sequence[str] | None = None,
    models: Sequence[int] | None = None,
    images: Path | str | None = None,
    baseline: "tuple[ResultsLike, int] | int | None" = None,
    compare: ResultsLike | None = None,
) -> Path:
    """Write the report of an evaluated sweep.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    out : Path or str
        The HTML file; written at once or not at all.
    where : sequence of str, optional
        Conditions of the choice, as for ``select``; default: the rule of the protocol.
    models : sequence of int, optional
        Indices of the models compared on opening (the first two); default: the winner and the best of the next tranche.
    images : Path or str, optional
        Pictures of the snips: a table with their ids and files, or a folder whose files are called like the ids; default:
        the column ``image`` of the embeddings.
    baseline : int, or tuple of Results and int, optional
        A model of this or another sweep that is drawn as a star in every plot.
    compare : Results, optional
        An older evaluation; the page then tells what changed since.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InvalidInput
        If a condition cannot be read, there is no such model, or the pictures cannot be found.
    """
    path = Path(out)
    document, numbers = prepare_page(
        results,
        where=where,
        models=models,
        images=None if images is None else Path(images),
        baseline=(results, baseline) if isinstance(baseline, int) else baseline,
        compare=compare,
    )
    write_text_atomic(path, render_page(document, numbers))
    return path


def render_page(document: Mapping[str, Any], numbers: str, /) -> str:
    """Turn the document into HTML.

    Parameters
    ----------
    document : mapping
        What :func:`~morphsweep.reporting.prepare_page.prepare_page` returns.
    numbers : str
        Its packed numbers.

    Returns
    -------
    str
        A whole page.
    """
    scripts = [_asset("d3.min.js"), _behaviour()]
    environment = Environment(
        loader=PackageLoader("morphsweep.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["short"] = _short
    environment.filters["percent"] = percent
    return environment.get_template("report.html").render(
        document=document,
        columns={column["name"]: column for column in document["columns"]},
        data=embedded_json(document),
        numbers=numbers,
        scripts=scripts,
        style=_asset("report.css"),
        policy=_policy(scripts),
        sections=_SECTIONS,
    )


def embedded_json(document: Mapping[str, Any], /) -> str:
    r"""JSON that cannot end the element it stands in, whatever the labels are.

    Parameters
    ----------
    document : mapping
        JSON-able.

    Returns
    -------
    str
        ASCII, without ``<``, ``>`` and ``&``.

    Examples
    --------
    >>> embedded_json({"label": "</script>"})
    '{"label":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(document, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _short(value: object) -> str:
    """A number with a few significant digits, a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _policy(scripts: Sequence[str]) -> str:
    """Only our own scripts, told by their hashes, and no connection to anywhere."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (files("morphsweep.reporting") / "assets" / name).read_text(encoding="utf-8")


def _behaviour() -> str:
    """Our own scripts as one, so that they share a scope and leave none behind."""
    body = "\n".join(_asset(f"report/{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{body}\n}})();'
