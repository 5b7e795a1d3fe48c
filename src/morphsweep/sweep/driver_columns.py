"""Which columns of a table are explained, and which explain."""

from collections.abc import Iterator, Sequence

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.selection import ModelTable, SweepFacts, unknown_column

__all__ = ["MARKED_KNOB", "MARKED_METRIC", "column_of", "knob_columns", "metric_columns"]

LEADING = (
    "f1",
    "f1_drop",
    "aligned_rmse",
    "aligned_rmse_rel",
    "segment_collinearity",
    "segment_collinearity_within",
    "dispersion_first",
    "dispersion_first_rel",
    "dispersion_last",
    "dispersion_last_rel",
    "dispersion_slope",
    "gyration",
)  # explained unless others are asked for
MARKED_KNOB, MARKED_METRIC = "hp_", "metric_"  # how tables of other tools mark their columns
_FEW_LEVELS = 10


def column_of(models: ModelTable, name: str, /) -> str | None:
    """The comparison of regimes where it is one number, else the reference regime's."""
    return next((c for c in (name, f"{name}_{models.reference}") if c in models.scores), None)


def metric_columns(models: ModelTable, metrics: Sequence[str] | None) -> list[str]:
    """The scores asked for, by column or by bare name."""
    if metrics is None:
        leading = [column for name in LEADING if (column := column_of(models, name)) is not None]
        return leading or _all_scores(models)
    found: list[str] = []
    for name in metrics:
        column = name if name in models.frame else models.renamed.get(name) or column_of(models, name)
        if name == "all":
            found += _all_scores(models)
        elif column is None:
            raise InvalidInput(unknown_column(name, models.frame))
        else:
            found.append(column)
    return list(dict.fromkeys(found))


def _all_scores(models: ModelTable) -> list[str]:
    found = [
        name for name in models.scores if pd.to_numeric(models.frame[name], errors="coerce").notna().any()
    ]
    if not found:
        msg = "no column of the table is a score; name those to explain, for instance --metric COLUMN"
        raise InvalidInput(msg)
    return found


def knob_columns(
    models: ModelTable,
    knobs: Sequence[str] | None,
    facts: SweepFacts,
    metrics: Sequence[str],
    frame: pd.DataFrame,
    notes: list[str],
) -> list[str]:
    """The hyper-parameters asked for, else all that the table has; labels are left out with a note."""
    if knobs is not None:
        for name in knobs:
            if name not in frame:
                raise InvalidInput(unknown_column(name, frame))
        return list(knobs)
    names = list(models.hyperparameters)
    marked = [name for name in names if name.startswith(MARKED_KNOB)]
    if facts.hyperparameters is None and marked:
        names = marked
    return list(_without_labels([name for name in names if name not in metrics], frame, notes))


def _without_labels(names: Sequence[str], frame: pd.DataFrame, notes: list[str]) -> Iterator[str]:
    """Text that is different for most models is a label, no setting."""
    for name in names:
        number = pd.to_numeric(frame[name], errors="coerce").notna().any()
        if not number and frame[name].nunique() > max(_FEW_LEVELS, len(frame) // 2):
            notes.append(f"{name}: text that differs between most models, taken for a label and left out.")
        else:
            yield name
