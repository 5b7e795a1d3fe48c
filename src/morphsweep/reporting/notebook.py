"""The decision as a lab-notebook entry: Markdown with its figures as attachments."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from morphsweep.io import read_agreements
from morphsweep.io.pages import write_text_atomic
from morphsweep.reporting.figure_files import write_figure
from morphsweep.reporting.figures import figure_records
from morphsweep.reporting.notebook_words import concerns, next_steps, takeaways
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.source import ResultsLike
from morphsweep.selection.wording import as_markdown, tie_sentence

__all__ = ["write_notebook"]

Document = Mapping[str, Any]

# Headings in the order of the argument, with the figures that stand under each ("*" stands for anything).
_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Collinearity", ("collinearity_regimes*by_*",)),
    ("RMSE before and after alignment", ("initial_vs_aligned_rmse*",)),
    ("Dispersion (tree-likeness)", ("dispersion_regimes*", "dispersion_first_vs_last*")),
    ("What drives the scores", ("metrics_by_*",)),
    ("Prettiness against classification", ("f1_vs_collinearity*", "f1_regimes*", "f1_drop*")),
    ("Picking models", ("selection*", "f1_vs_aligned_rmse", "histograms")),
    ("The spaces", ("wall", "curves_tranche_*")),
)
_MOST_ROWS = 12
_MEASURES = (
    "f1", "f1_drop", "initial_rmse", "aligned_rmse", "aligned_rmse_rel", "segment_collinearity",
    "segment_collinearity_within", "dispersion_first", "dispersion_last", "dispersion_slope",
)  # fmt: skip


def write_notebook(
    results: ResultsLike,
    out: Path | str,
    /,
    *,
    where: Sequence[str] | None = None,
    models: Sequence[int] | None = None,
    date: str = "",
    wiki: bool = False,
    dpi: int = 160,
) -> Path:
    """Write the decision as Markdown, ready to be pasted into a lab notebook.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    out : Path or str
        Folder for ``decision_notebook.md`` and ``attachments``.
    where : sequence of str, optional
        Conditions of the choice; default: the rule of the protocol.
    models : sequence of int, optional
        Models that get their own figures; default: the winner and the first of each tranche.
    date : str
        Of the entry, as it shall be written; empty: none.
    wiki : bool
        Link figures as ``![[…]]``, as Obsidian does, instead of ``![](…)``.
    dpi : int
        Of the attachments.

    Returns
    -------
    Path
        The Markdown file.

    Raises
    ------
    InvalidInput
        If a condition cannot be read, or there is no such model.
    """
    folder = Path(out)
    document = prepare_document(results, where=where, models=models)
    shown = list(document["shown"]) if models is not None else _shown(document)
    records = {record.name: (record, draw) for record, draw in figure_records(document, shown)}
    drawn = {name: pair for name, pair in records.items() if not pair[0].note}
    for record, draw in drawn.values():
        write_figure(record, draw, folder / "attachments", formats=("png",), dpi=dpi, numbers=False)
    text = _entry(document, results, list(drawn), shown, date=date, wiki=wiki)
    path = folder / "decision_notebook.md"
    write_text_atomic(path, text)
    return path


def _entry(
    document: Document,
    results: ResultsLike,
    figures: Sequence[str],
    shown: Sequence[int],
    *,
    date: str,
    wiki: bool,
) -> str:
    """All sections."""
    name = as_markdown(document["title"])
    lines = [f"# {name}: which space" + (f"; {as_markdown(date)}" if date else ""), ""]
    lines += ["## Main takeaways", "", *_bullets(_choice(document)), *_bullets(takeaways(document)), ""]
    rated = [str(text) for found in read_agreements(results.path) for text in found["sentences"]]
    if rated:
        lines += ["## Which number is pretty", "", *_bullets(rated), ""]
    lines += ["## Key measures", "", *_measures(document), ""]
    lines += ["## Tranches", "", *_tables(document)]
    lines += ["## Concerns", "", *_bullets(concerns(document)), ""]
    lines += ["## Next steps", "", *_bullets(next_steps(document)), ""]
    left = list(figures)
    for heading, patterns in _SECTIONS:
        own = [f for f in left if any(Path(f).match(p) for p in patterns)]
        left = [f for f in left if f not in own]
        if own:
            lines += [f"## {heading}", ""]
            lines += [line for figure in own for line in (_link(figure, wiki), "")]
    for model in shown:
        own = [f for f in left if f in {f"curves_{model}", f"f1_over_time_{model}"}]
        left = [f for f in left if f not in own]
        lines += [
            f"## Model {model}{_tranche_of(document, model)}",
            "",
            *(x for f in sorted(own) for x in (_link(f, wiki), "")),
        ]
    versus = [f for f in left if "_vs_" in f and f.startswith("f1_over_time")]
    if versus:
        lines += [
            "## The recommended model against the one with the highest F1",
            "",
            *(x for f in versus for x in (_link(f, wiki), "")),
        ]
    lines += [f"Computed by morphsweep {results.info['version']}, protocol {results.info['protocol']}.", ""]
    return "\n".join(lines)


def _choice(document: Document) -> list[str]:
    decision = document["decision"]
    if decision["winner"] is None:
        why = decision["why_no_winner"]
        return [why, f"Rule: {decision['rule']}."] if why else ["No rule could be applied."]
    knobs = ", ".join(f"{k['label']} {k['value']}" for k in decision["winner_hyperparameters"])
    ties = tie_sentence(decision["ties"], drawn=bool(decision["sure"]["rows"])) if decision["ties"] else ""
    return [
        f"Recommended: model {decision['winner']}{f' ({knobs})' if knobs else ''}. {ties}".rstrip(),
        *decision["account"]["sentences"],
        f"Rule: {decision['rule']}.",
    ]


def _measures(document: Document) -> list[str]:
    """What each number means, as a table."""
    seen: dict[str, Mapping[str, Any]] = {}
    for column in document["columns"]:
        if column["metric"] in _MEASURES:
            seen.setdefault(column["metric"], column)
    words = {"higher": "higher", "lower": "lower", "range": "within the usual range", None: ""}
    rows = [
        (f"`{m}`", seen[m]["label"].split(" · ")[0], seen[m]["unit"], words[seen[m]["better"]], seen[m]["description"])
        for m in _MEASURES if m in seen
    ]  # fmt: skip
    return _table(("measure", "name", "unit", "better", "meaning"), rows)


def _tables(document: Document) -> list[str]:
    """The models of each tranche, the first first."""
    knobs = [k["name"] for k in document["hyperparameters"] if k["varies"]]
    columns = [*knobs, *document["main_columns"]][:16]
    models, lines = document["models"], []
    for tranche in document["decision"]["tranches"]:
        if not tranche["models"]:
            continue
        rows = []
        for model in tranche["models"][:_MOST_ROWS]:
            place = models["index"].index(model)
            rows.append([model, *(models["values"][c][place] for c in columns)])
        lines += [
            f"**{as_markdown(tranche['name'])}** ({len(tranche['models'])} models)",
            "",
            *_table(("model", *columns), rows),
        ]
        if len(tranche["models"]) > _MOST_ROWS:
            lines.append(f"\nand {len(tranche['models']) - _MOST_ROWS} more: summary.csv has all.")
        lines.append("")
    return lines


def _table(headers: Sequence[object], rows: Sequence[Sequence[object]]) -> list[str]:
    cells = [[_cell(value) for value in row] for row in (headers, ["---"] * len(headers), *rows)]
    return [f"| {' | '.join(row)} |" for row in cells]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    text = str(value)
    return text if text == "---" or text.startswith("`") else as_markdown(text)


def _bullets(texts: Sequence[str]) -> list[str]:
    return [f"- {as_markdown(text)}" for text in texts]


def _link(figure: str, wiki: bool) -> str:
    return (
        f"![[attachments/{figure}.png]]"
        if wiki
        else f"![{figure.replace('_', ' ')}](attachments/{figure}.png)"
    )


def _shown(document: Document) -> list[int]:
    firsts = [t["models"][0] for t in document["decision"]["tranches"] if t["models"] and t["number"]]
    return [int(m) for m in dict.fromkeys([*document["shown"][:1], *firsts])]


def _tranche_of(document: Document, model: int) -> str:
    tranche = document["models"]["tranche"][document["models"]["index"].index(model)]
    return "" if tranche is None else f" (tranche {tranche})"
