"""Hyper-parameters: which columns they are, which models share them, and what a group of models has in common."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.io import BUILT_IN_INACTIVE
from morphsweep.records import Condition

__all__ = ["DEFAULT_INACTIVE", "configurations", "hyperparameter_columns", "replicates_of", "varying"]

# A table without facts is read as one of the layout that is recognised without configuration.
DEFAULT_INACTIVE = BUILT_IN_INACTIVE["morphseq"]

_BOOKKEEPING = frozenset({
    "model_index", "configuration", "replicate", "status", "reason", "tranche", "pareto", "rank", "missing", "flags",
    "winner", "seed", "perturbation", "Perturbation", "regime", "index", "process_id", "completed", "model_path", "holdout_flag",
    "embedding", "path", "name", "row", "fingerprint", "n_perturbations", "reading",
    "tie", "frequency", "rank_low", "rank_high", "p_tranche_1", "p_tranche_2", "p_tranche_3", "p_tranche_4",
})  # fmt: skip
_BOOKKEEPING_STARTS = ("Unnamed:", "rows_", "individuals_", "status_", "reason_")


def hyperparameter_columns(
    frame: pd.DataFrame, /, *, scores: Collection[str], listed: Sequence[str] | None = None
) -> tuple[str, ...]:
    """The columns that hold hyper-parameters.

    Parameters
    ----------
    frame : DataFrame
        One row per model.
    scores : collection of str
        Columns that hold scores.
    listed : sequence of str or None
        The hyper-parameters, where they are known; those that the table lacks are passed over.

    Returns
    -------
    tuple of str
        `listed`, else what is neither a score nor bookkeeping, in the order of the columns.
    """
    if listed is not None:
        named = (
            f"hp_{name}" if f"hp_{name}" in frame else name for name in listed
        )  # a knob that is called like a score
        return tuple(column for column in named if column in frame)
    return tuple(
        column
        for column in frame.columns
        if column not in scores
        and column not in _BOOKKEEPING
        and column  # the nameless row label that a table was saved with
        and not column.startswith(_BOOKKEEPING_STARTS)
    )


def configurations(
    frame: pd.DataFrame, knobs: Sequence[str], /, *, inactive: Mapping[str, str] | None = None
) -> "pd.Series[int]":
    """Number of each model's configuration: equal hyper-parameters, those that cannot act masked.

    Parameters
    ----------
    frame : DataFrame
        One row per model.
    knobs : sequence of str
        Its hyper-parameter columns; with none, nothing is known and all numbers are missing.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act; None: ``margin`` when
        ``metric_loss_type == 'NT-Xent'``.

    Returns
    -------
    Series of int (nullable), shape (n_models,)
        Numbered from 0 in order of appearance. Equal numbers are replicates.

    Examples
    --------
    >>> models = pd.DataFrame({
    ...     "metric_loss_type": ["NT-Xent", "NT-Xent", "triplet"],
    ...     "margin": [1.0, 2.0, 1.0],
    ... })
    >>> configurations(models, ["metric_loss_type", "margin"]).tolist()
    [0, 0, 1]
    """
    if not knobs:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    masked = frame[list(knobs)].astype(object)
    for knob, text in (DEFAULT_INACTIVE if inactive is None else inactive).items():
        condition = Condition.parse(text)
        if knob in masked and condition.column in frame:
            holds = [condition.holds(_known(value)) is True for value in frame[condition.column]]
            masked.loc[holds, knob] = None
    keys = [
        tuple(None if _known(value) is None else str(value) for value in row)
        for row in masked.itertuples(index=False)
    ]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return pd.Series([numbers[key] for key in keys], index=frame.index, dtype="Int64")


def replicates_of(frame: pd.DataFrame, model_index: Any, /) -> list[Any]:
    """The other models of a model's configuration.

    Parameters
    ----------
    frame : DataFrame
        With the columns ``model_index`` and ``configuration``.
    model_index : int
        The model.

    Returns
    -------
    list of int
        In the order of the table; empty when it is alone or the configuration is unknown.

    Raises
    ------
    InvalidInput
        If there is no such model.
    """
    own = frame.loc[frame["model_index"] == model_index, "configuration"]
    if own.empty:
        msg = f"no model {model_index!r} in the table; models: {', '.join(map(str, frame['model_index']))}"
        raise InvalidInput(msg)
    if pd.isna(own.iloc[0]):
        return []
    same = frame.loc[(frame["configuration"] == own.iloc[0]).fillna(value=False), "model_index"]
    return [other for other in same.tolist() if other != model_index]


def varying(frame: pd.DataFrame, knobs: Sequence[str], /) -> list[str]:
    """The hyper-parameters in which the rows of `frame` differ."""
    return [knob for knob in knobs if frame[knob].astype(object).nunique(dropna=False) > 1]


def _known(value: Any) -> Any:
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value
