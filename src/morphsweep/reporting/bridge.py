"""The bridge between both protocols as figures, tables and words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep.io.pages import write_text_atomic
from morphsweep.records import Condition
from morphsweep.reporting.catalogue import catalogue, specs
from morphsweep.reporting.draw_bridge import draw_bridge, draw_repairs
from morphsweep.reporting.figure_files import write_figure
from morphsweep.reporting.figure_record import Mark, Record
from morphsweep.reporting.source import ResultsLike, hyperparameters
from morphsweep.sweep import Bridge

__all__ = ["bridge_sentences", "prepare_bridge", "prepare_repairs", "write_bridge"]


def write_bridge(found: Bridge, notebook: ResultsLike, out: Path | str, /) -> list[Path]:
    """Write the bridge between both protocols.

    Parameters
    ----------
    found : Bridge
        What ``bridge`` (and ``try_repairs``) returned.
    notebook : ResultsLike
        The results under the notebook's protocol, for words.
    out : Path or str
        Folder for the files.

    Returns
    -------
    list of Path
        Figures with their numbers, ``bridge_models.csv`` and ``bridge.md``.
    """
    folder = Path(out)
    titles = {
        name: column.as_dict()["title"]
        for name, column in catalogue(
            notebook.summary, notebook.scores, hyperparameters=hyperparameters(notebook), declared=specs()
        ).items()
    }
    files = write_figure(prepare_bridge(found, titles), draw_bridge, folder)
    if not found.repairs.empty:
        files += write_figure(prepare_repairs(found, titles), draw_repairs, folder)
    write_text_atomic(folder / "bridge_models.csv", found.models.to_csv(index=False))
    text = "\n".join([
        "# From the notebook's numbers to the repaired ones",
        "",
        *(f"- {line}" for line in bridge_sentences(found)),
        "",
    ])
    write_text_atomic(folder / "bridge.md", text)
    return [*files, folder / "bridge_models.csv", folder / "bridge.md"]


def prepare_bridge(found: Bridge, titles: Mapping[str, str], /) -> Record:
    """An arrow per model on the axes of the notebook's rule.

    Parameters
    ----------
    found : Bridge
        The comparison.
    titles : mapping of str to str
        Axis title of each column.

    Returns
    -------
    Record
        Columns ``model_index, x_notebook, y_notebook, x_default, y_default, tranche_notebook, tranche_same_rule, changed``.
    """
    conditions = [Condition.parse(text) for text in found.rule]
    columns = list(dict.fromkeys(c.column for c in conditions))[:2]
    wide = found.values.pivot(index="model_index", columns="column")
    frame = found.models[["model_index", "tranche_notebook", "tranche_same_rule", "changed"]].set_index(
        "model_index"
    )
    known = all(("notebook", c) in wide for c in columns) and len(columns) == 2
    if known:
        for axis, column in zip("xy", columns, strict=True):
            for side in ("notebook", "default"):
                frame[f"{axis}_{side}"] = wide[side, column]
        frame = frame.dropna(subset=["x_notebook", "y_notebook", "x_default", "y_default"])
    numbers = [c for c in conditions if not c.is_quantile and isinstance(c.value, int | float)]
    return Record(
        "bridge",
        "From the notebook's numbers to the repaired ones",
        frame.reset_index() if known else pd.DataFrame(),
        "An arrow per model: it starts at the notebook's numbers and ends at the repaired ones. Orange: the tranche changes under the "
        "notebook's rule (dashed lines).",
        titles.get(columns[0], columns[0]) if columns else "",
        titles.get(columns[1], columns[1]) if known else "",
        marks=tuple(Mark("x" if c.column == columns[0] else "y", float(c.value), str(c), c.op.startswith(">")) for c in numbers),
        note="" if known and len(frame) else "the notebook's rule has fewer than two axes, or no model has both numbers twice",
    )  # fmt: skip


def prepare_repairs(found: Bridge, titles: Mapping[str, str], /) -> Record:
    """What each repair changes by itself, beside the whole change.

    Parameters
    ----------
    found : Bridge
        With repairs.
    titles : mapping of str to str
        Title of each column.

    Returns
    -------
    Record
        Columns ``model_index, column, label, repair, change``; the repair "all together" is the whole change.
    """
    whole = found.values[["model_index", "column", "change"]].assign(repair="all together")
    frame = pd.concat(
        [whole, found.repairs[["model_index", "column", "change", "repair"]]], ignore_index=True
    ).dropna()
    frame["label"] = frame["column"].map(lambda name: titles.get(name, name))
    moved = frame.groupby("column")["change"].transform(lambda values: values.abs().max())
    frame = frame[moved > 0]
    return Record(
        "bridge_repairs", "What each repair changes by itself", frame.reset_index(drop=True),
        "A point is a model: its change from the notebook's number when only this fault is repaired. The bar is the median.",
        note="" if len(frame) else "no repair changes a number",
    )  # fmt: skip


def bridge_sentences(found: Bridge, /) -> list[str]:
    """The bridge in words.

    Parameters
    ----------
    found : Bridge
        The comparison, with or without repairs.

    Returns
    -------
    list of str
        How many models change tranche, which, and which repairs do that by themselves.
    """
    moved, n = found.models[found.models["changed"]], len(found.models)
    told = [
        f"Under the notebook's rule ({' and '.join(found.rule)}) {len(moved)} of {n} models change tranche with the repaired numbers."
    ]
    told += [_moved_sentence(found, row) for row in moved.to_dict("records")]
    also = int(found.models["changed_with_rule"].sum())
    told.append(f"With each protocol's own rule {also} of {n} do.")
    told += [f"Only in one: {text}." for text in found.unmatched]
    return told


def _moved_sentence(found: Bridge, row: Mapping[Any, Any]) -> str:
    """Which way a model moved, and which repairs do that by themselves."""
    before, after = (_named(row[c]) for c in ("tranche_notebook", "tranche_same_rule"))
    start = f"Model {row['model_index']}: {before} -> {after}"
    if found.repairs.empty:
        return start + "."
    own = found.repairs[found.repairs["model_index"] == row["model_index"]].drop_duplicates("repair")
    alone = own.loc[own["tranche"].map(_named) == after, "repair"].tolist()
    return start + (
        f"; by itself does so: {', '.join(alone)}." if alone else "; no repair does so by itself."
    )


def _named(tranche: Any) -> str:
    return "none" if pd.isna(tranche) else f"tranche {int(tranche)}"
