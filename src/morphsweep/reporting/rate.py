"""Spaces shown blind for a person to score, and what those scores say of the metrics."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from morphsweep.errors import InvalidInput
from morphsweep.io.pages import write_text_atomic
from morphsweep.reporting.figure_record import file_name
from morphsweep.reporting.page import embedded_json
from morphsweep.reporting.prepare_curves import prepare_curves
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.source import ResultsLike
from morphsweep.reporting.spaces import common_view, flattened

__all__ = ["token_of", "write_rating_page"]

_POINTS = 60


def write_rating_page(
    results: ResultsLike,
    out: Path | str,
    /,
    *,
    rater: str = "",
    regime: str | None = None,
    repeat: float = 0.2,
    seed: int = 0,
) -> Path:
    """Write a page that shows every space of a sweep, shuffled and unnamed, to be scored from 1 to 5.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    out : Path or str
        The HTML file, which works offline and asks the network for nothing.
    rater : str
        Who will score.
    regime : str, optional
        Whose spaces; default: the reference regime.
    repeat : float
        Share of the spaces that come twice, to learn how well the person agrees with themselves.
    seed : int
        Of the order; another person should get another one.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InvalidInput
        If there is no such regime, or no space has curves.
    """
    items = _items(results, regime, rater=rater, repeat=repeat, seed=seed)
    document = {
        "rater": rater,
        "seed": seed,
        "sweep": sweep_name(results),
        "file": file_name("ratings", rater or "anonymous"),
        "items": items,
    }
    script = _script()
    environment = Environment(
        loader=PackageLoader("morphsweep.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    page = environment.get_template("rate.html").render(
        data=embedded_json(document), script=script, policy=_policy(script), count=len(items)
    )
    write_text_atomic(Path(out), page)
    return Path(out)


def sweep_name(results: ResultsLike, /) -> str:
    """What ties scores to the sweep they were given on: a fingerprint of its models' parts.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    str
        Twelve hexadecimal digits.
    """
    parts = sorted(str(part) for part in dict(results.info.get("parts") or {}).values())
    return hashlib.blake2b("|".join(parts).encode(), digest_size=6).hexdigest()


def token_of(model: int, copy: int, /, *, sweep: str, rater: str, seed: int) -> str:
    """The name under which a space is shown: it tells nothing of the model.

    Parameters
    ----------
    model : int
        Index of the model.
    copy : int
        0, or 1 for its second showing.
    sweep, rater, seed : str, str, int
        Of the page.

    Returns
    -------
    str
        Ten hexadecimal digits.
    """
    return hashlib.blake2b(f"{sweep}|{rater}|{seed}|{model}|{copy}".encode(), digest_size=5).hexdigest()


def _items(
    results: ResultsLike, regime: str | None, *, rater: str, repeat: float, seed: int
) -> list[dict[str, Any]]:
    """Spaces in the order in which they are shown."""
    document = prepare_document(results)
    regimes = [str(r["name"]) for r in document["regimes"]]
    regime = regimes[0] if regime is None else regime
    if regime not in regimes:
        msg = f"no regime {regime!r} in {results.path}; there are {', '.join(regimes)}"
        raise InvalidInput(msg)
    curves = prepare_curves(results)
    scaffolds = {int(m): flattened(by_regime.get(regime, {})) for m, by_regime in curves.items()}
    scaffolds = {model: scaffold for model, scaffold in scaffolds.items() if scaffold}
    if not scaffolds:
        msg = f"{results.path}: no space of regime {regime!r} has curves, so there is nothing to score"
        raise InvalidInput(msg)
    rng = np.random.default_rng([seed, *rater.encode()])
    models = sorted(scaffolds)
    twice: Any = (
        rng.choice(models, size=int(np.ceil(repeat * len(models))), replace=False) if repeat > 0 else []
    )
    shown = [(model, 0) for model in models] + [(int(model), 1) for model in twice]
    views = common_view(scaffolds, models[0])
    colors = {str(p["name"]): str(p["color"]) for p in document["perturbations"]}
    sweep = sweep_name(results)
    return [
        {
            "token": token_of(model, copy, sweep=sweep, rater=rater, seed=seed),
            "curves": _lines(scaffolds[model], views[model], colors),
        }
        for model, copy in _shuffled(shown, rng)
    ]


def _shuffled(shown: Sequence[tuple[int, int]], rng: np.random.Generator) -> list[tuple[int, int]]:
    """A random order in which second showings come after all first ones have begun: in the later half."""
    firsts = [pair for pair in shown if pair[1] == 0]
    order = [firsts[k] for k in rng.permutation(len(firsts))]
    for pair in (p for p in shown if p[1] == 1):
        earliest = max(order.index((pair[0], 0)) + 1, len(order) // 2)
        order.insert(int(rng.integers(earliest, len(order) + 1)), pair)
    return order


def _lines(scaffold: Mapping[str, np.ndarray], view: Any, colors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Curves of one space, at one size, with three decimals."""
    lines = []
    for name, points in scaffold.items():
        kept = points[np.unique(np.linspace(0, len(points) - 1, _POINTS).round().astype(int))]
        turned = ((kept - view.centre) / view.size) @ view.turn
        lines.append({"color": colors.get(name, "#8A8A8A"), "points": turned.round(3).tolist()})
    return lines


def _script() -> str:
    body = (files("morphsweep.reporting") / "assets" / "rate" / "rate.js").read_text(encoding="utf-8")
    return f'(() => {{\n"use strict";\n{body}\n}})();'


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
