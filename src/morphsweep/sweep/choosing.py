"""Choose from a results folder, a table, or results in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pandas as pd

from morphsweep import version
from morphsweep.errors import InvalidInput
from morphsweep.io import read_json, write_json, write_text_atomic
from morphsweep.io.score_tables import read_score_table
from morphsweep.selection import Selection, SweepFacts, decision_record, decision_text
from morphsweep.selection import select as select_models
from morphsweep.sweep.results import Results

__all__ = ["HasSummary", "decision_of", "opened", "record_of", "select", "write_decision"]


@runtime_checkable
class HasSummary(Protocol):
    """Anything with one row per model and the facts of its sweep, such as :class:`Results`."""

    @property
    def summary(self) -> pd.DataFrame:
        """One row per model."""
        ...

    @property
    def info(self) -> dict[str, Any]:
        """Protocol, regimes, hyper-parameters, thresholds."""
        ...


def select(
    source: Results | HasSummary | pd.DataFrame | Path | str,
    /,
    where: Sequence[str] | str | None = None,
    rule: str | None = None,
    *,
    facts: SweepFacts | None = None,
    inert: Sequence[str] = (),
    upper: bool = False,
) -> Selection:
    """Cut the models of a sweep into tranches and recommend one.

    Parameters
    ----------
    source : Results, DataFrame, Path or str
        What :func:`evaluate` returned, a results folder, or a table with one row per model (CSV or Parquet), also one that
        morphsweep did not make.
    where : sequence of str, str or None
        Conditions such as ``"f1_all > 0.7"``, ``"aligned_rmse <= q50"``, ``"beta == 10"``. The first on a score is the
        discriminative threshold, the second the robust one; all others are filters. None: the default thresholds.
    rule : str or None
        Order within a tranche: None, ``"mean-rank"``, ``"desirability"``, ``"knee"``, each of these also with columns
        (``"desirability: f1_all=2, aligned_rmse_rel"``), or columns separated by commas.
    facts : SweepFacts or None
        What is known of the sweep; None: what the results folder says, its bootstrap replicates included.
    inert : sequence of str
        Hyper-parameters to take as acting on nothing: models that differ in these only count as replicates.
    upper : bool
        Whether ties use the upper limit of the noise between replicates.

    Returns
    -------
    Selection
        ``table, tranches, winner, ties, rule, account, common, noise, uncertainty, warnings``.

    Raises
    ------
    InvalidInput
        If the source cannot be read, or a condition or rule names an unknown column.

    Examples
    --------
    >>> models = pd.DataFrame({"model_index": [74, 97], "f1_all": [0.72, 0.78], "aligned_rmse": [0.59, 2.83]})
    >>> select(models, where=["f1_all > 0.7", "aligned_rmse <= 1"]).winner
    74
    """
    table, found = opened(source)
    known = facts or found
    if inert:
        known = replace(known, inert=tuple(inert))
    return select_models(table, where=where, rule=rule, facts=known, upper=upper)


def decision_of(source: Path | str, /) -> dict[str, Any]:
    """An earlier decision.

    Parameters
    ----------
    source : Path or str
        A results folder, or a ``decision.json``.

    Returns
    -------
    dict
        The record.

    Raises
    ------
    InvalidInput
        If there is none, or it is not a decision.
    """
    path = Path(source)
    record = read_json(path / "decision.json" if path.is_dir() else path)
    if not {"winner", "ties", "rule"} <= set(record):
        msg = f"{path}: not a decision (no winner, ties and rule in it); give a results folder or its decision.json"
        raise InvalidInput(msg)
    return record


def record_of(choice: Selection, source: object, /) -> dict[str, Any]:
    """The decision record of a choice, with what its source says of the sweep.

    Parameters
    ----------
    choice : Selection
        What :func:`select` returned.
    source : object
        What it was chosen from.

    Returns
    -------
    dict
        See :func:`~morphsweep.selection.decision.decision_record`.
    """
    path = Path(source) if isinstance(source, Path | str) else None
    if path is not None and path.is_dir():
        about: Mapping[str, Any] = Results(path).info
    else:
        about = source.info if isinstance(source, HasSummary) else {}
    return decision_record(choice, {"version": version.__version__, "protocol": "not known", **about})


def write_decision(record: Mapping[str, Any], folder: Path, /) -> None:
    """Write ``decision.json`` and ``decision.md``.

    Parameters
    ----------
    record : mapping
        A decision record.
    folder : Path
        Where to; it is made.

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only.
    """
    write_json(record, folder / "decision.json")
    write_text_atomic(folder / "decision.md", decision_text(record))


def opened(source: object, /) -> tuple[pd.DataFrame, SweepFacts]:
    """The table of models that a source holds, and what is known of its sweep.

    Parameters
    ----------
    source : Results, DataFrame, Path or str
        As :func:`select` takes it.

    Returns
    -------
    DataFrame
        One row per model.
    SweepFacts
        Empty for a table alone.

    Raises
    ------
    InvalidInput
        If the source cannot be read.
    """
    if isinstance(source, pd.DataFrame):
        return source, SweepFacts()
    if isinstance(source, Path | str):
        return _from_path(Path(source))
    if isinstance(source, HasSummary):
        return source.summary, SweepFacts.from_info(
            source.info,
            scores=getattr(source, "scores", None),
            replicates=getattr(source, "average_replicates", None),
        )
    msg = f"cannot choose from a {type(source).__name__}; expected results, a results folder, a table, or a path"
    raise InvalidInput(msg)


def _from_path(path: Path) -> tuple[pd.DataFrame, SweepFacts]:
    if path.is_dir():
        return opened(Results(path))
    if path.name == "summary.csv" and (path.parent / "run.json").is_file():  # the facts lie beside it
        return read_score_table(path), opened(Results(path.parent))[1]
    return read_score_table(path), SweepFacts()
