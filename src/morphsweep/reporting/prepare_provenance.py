"""Where the numbers come from, and what is missing among them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from morphsweep.records import Settings
from morphsweep.reporting.numbers import column_values, jsonable
from morphsweep.reporting.source import ResultsLike

__all__ = ["prepare_failures", "prepare_provenance", "prepare_warnings"]

_MOST_FAILURES = 2000
_HIDDEN = {
    "settings",
    "warnings",
    "colors",
    "metrics",
    "parts",
    "bin_edges",
    "sweep_from_results",
}  # shown elsewhere, or of no use to a reader
_PROTOCOL = {"protocol", "default"}
_STATUS = {
    "flagged": "some numbers come from a curve that is not ok",
    "partial": "some averages cover fewer perturbations than asked",
    "not_done": "a run is missing or unfinished",
    "not_computable": "nothing could be computed",
    "error": "the evaluation ended with an error, see run.log",
}


def prepare_provenance(results: ResultsLike, /) -> dict[str, Any]:
    """What ``run.json`` says, in words.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    dict
        ``version, protocol, facts`` (name, value), ``settings`` and ``changed`` (name, value, source, description).
    """
    info = results.info
    settings = [_setting(str(name), entry) for name, entry in dict(info.get("settings", {})).items()]
    return {
        "version": str(info.get("version", "")),
        "protocol": str(info.get("protocol", "")),
        "facts": [{"name": name, "value": value} for name, value in _facts(info)],
        "settings": settings,
        "changed": [entry for entry in settings if not _is_protocols(entry["source"])],
    }


def prepare_failures(results: ResultsLike, /) -> dict[str, Any]:
    """What could not be computed, with its reason.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    dict
        ``columns, rows`` (at most two thousand) and ``total``.
    """
    frame = results.failures
    return {
        "columns": [str(c) for c in frame.columns],
        "rows": table_rows(frame.head(_MOST_FAILURES)),
        "total": len(frame),
    }


def prepare_warnings(results: ResultsLike, /) -> list[str]:
    """What the evaluation warned of.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    list of str
        Sentences.
    """
    noted = [str(text) for text in results.info.get("warnings") or ()]
    left_out = dict(results.info.get("left_out") or {})
    told = [f"not compared: {name} ({reason})" for name, reason in left_out.items()]
    if any(text.startswith("left out of the comparison") for text in noted):  # with what can be done about it
        told = []
    models = results.models
    if "status" in models:
        counts = models["status"].astype(str).value_counts()
        told += [_counted(str(s), int(n), len(models)) for s, n in counts.items() if s != "ok"]
    return [*noted, *told]


def table_rows(frame: pd.DataFrame, /) -> list[list[Any]]:
    """Rows of a frame as lists of JSON-able cells."""
    columns = [column_values(frame[name]) for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _counted(status: str, count: int, total: int) -> str:
    """How many models have a status, and what it means."""
    meaning = f": {_STATUS[status]}" if status in _STATUS else ""
    return f"{count} of {total} models {'is' if count == 1 else 'are'} {status.replace('_', ' ')}{meaning}"


def _setting(name: str, entry: object) -> dict[str, str]:
    """One setting; a bare value has no known source."""
    known = entry if isinstance(entry, Mapping) and "value" in entry else {"value": entry, "source": ""}
    field = Settings.model_fields.get(name)
    return {
        "name": name,
        "value": _words(known["value"]),
        "source": str(known.get("source", "")),
        "description": (field.description or "") if field else "",
    }


def _is_protocols(source: str) -> bool:
    """Whether a setting has the protocol's own value."""
    return not source or bool(_PROTOCOL.intersection(source.lower().replace("-", " ").split()))


def _facts(info: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = {key: _words(value) for key, value in info.items() if key not in _HIDDEN}
    if "columns" in facts:
        named = {role: column for role, column in dict(info["columns"]).items() if column is not None}
        facts["columns"] = (
            f"{_words(named)}; others by their usual names" if named else "by their usual names"
        )
    return [(key.replace("_", " "), value) for key, value in facts.items()]


def _words(value: object) -> str:
    """A value as a short text."""
    plain = jsonable(value)
    if isinstance(plain, dict):
        return (
            ", ".join(f"{key}: {_words(entry)}" for key, entry in plain.items() if key not in _HIDDEN)
            or "none"
        )
    if isinstance(plain, list):
        return ", ".join(map(_words, plain)) or "none"
    return "none" if plain is None or plain == "" else str(plain)
