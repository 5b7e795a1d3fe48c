"""What other commands wrote beside the results: their sentences belong on the page."""

from pathlib import Path
from typing import Any

from morphsweep.errors import InvalidInput
from morphsweep.influence import JUDGED
from morphsweep.io import read_json
from morphsweep.reporting.source import ResultsLike

__all__ = ["prepare_beside"]

_DRIVERS = "drivers/drivers.json"
_RATINGS = "ratings/agreement*.json"


def prepare_beside(results: ResultsLike, /) -> dict[str, Any]:
    """Sentences of ``morphsweep drivers`` and of ``morphsweep rate``, where they were run.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep; ``drivers/drivers.json`` and ``ratings/agreement*.json`` in its folder are read.

    Returns
    -------
    dict
        ``drivers`` and ``ratings``: lists of ``file`` and ``sentences``; empty where there is no such file, or it holds none.
        ``verdicts``: what drivers found of each score, ``metric -> list of hyperparameter, share, verdict``.
    """
    path = results.path / _DRIVERS
    return {
        "drivers": [_told(results.path, path)] if path.is_file() else [],
        "verdicts": _verdicts(path) if path.is_file() else {},
        "ratings": [_told(results.path, path) for path in sorted(results.path.glob(_RATINGS))],
    }


def _verdicts(path: Path) -> dict[str, list[dict[str, Any]]]:
    """What was found of each score, largest share first; nothing from a file that is not ours."""
    try:
        rows = read_json(path).get("importances", ())
    except InvalidInput:
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if (
            isinstance(row, dict)
            and {"metric", "hyperparameter", "share"} <= set(row)
            and row.get("verdict") in JUDGED
        ):
            told = {name: row[name] for name in ("hyperparameter", "share", "verdict")}
            found.setdefault(str(row["metric"]), []).append(told)
    return found


def _told(folder: Path, path: Path) -> dict[str, Any]:
    """Sentences of one file; a file that is not ours tells that instead."""
    try:
        record = read_json(path)
    except InvalidInput as reason:
        record = {"sentences": [str(reason)]}
    sentences = [*record.get("sentences", ()), *record.get("notes", ())]
    return {"file": path.relative_to(folder).as_posix(), "sentences": [str(text) for text in sentences]}
