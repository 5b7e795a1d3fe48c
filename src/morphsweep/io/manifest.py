"""Find the manifest of a sweep and read its rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from morphsweep.errors import InvalidInput
from morphsweep.io.paths import is_file, is_folder
from morphsweep.records import Value

__all__ = ["Manifest", "find_manifests", "read_manifest"]

_NUMBERED = re.compile(r"(?P<sweep>sweep\d+)_\d+\.(csv|parquet)", re.IGNORECASE)
_SUFFIXES = (".csv", ".parquet")
_MISSING = {
    "",
    "nan",
    "NaN",
    "NA",
    "N/A",
    "<NA>",
    "null",
    "NULL",
}  # "None" is a value: no metric loss, for instance


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows of one or several manifest files, one row per run.

    Parameters
    ----------
    source : Path
        The file, or the folder of several.
    folder : Path
        What relative paths in the rows are relative to.
    columns : mapping of str to list
        Values of each column: numbers, truth values or text; None where missing.
    places : tuple of str
        File and line of each row, for messages.
    notes : tuple of str
        What was skipped.
    """

    source: Path
    folder: Path
    columns: dict[str, list[Value]]
    places: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of runs."""
        return len(self.places)


def find_manifests(path: Path, /) -> list[Path]:
    """The manifest files that a path stands for: itself, or those that the folder holds.

    Parameters
    ----------
    path : Path
        A manifest, or a folder with ``sweep01_NN.csv`` files, a ``manifest.csv``, or one single table.

    Returns
    -------
    list of Path
        One or several, sorted by name.

    Raises
    ------
    InvalidInput
        If there is no such path, or the folder holds none or more than one sweep.
    """
    if not (is_file(path) or is_folder(path)):
        msg = f"{path}: no such file or folder; expected a manifest (.csv, .parquet), a folder holding one, or a sweep.toml"
        raise InvalidInput(msg)
    if not is_folder(path):
        return [path]
    tables = sorted(p for p in path.iterdir() if p.suffix.lower() in _SUFFIXES and p.is_file())
    numbered = [p for p in tables if _NUMBERED.fullmatch(p.name)]
    named = [p for p in tables if p.stem.lower() == "manifest"]
    chosen = numbered or named or tables
    sweeps = {_NUMBERED.fullmatch(p.name)["sweep"].lower() for p in numbered}  # type: ignore[index]
    if not chosen:
        msg = f"{path}: the folder holds no manifest; expected sweep01_00.csv, manifest.csv or another .csv or .parquet table in it"
        raise InvalidInput(msg)
    if len(sweeps) > 1 or (not numbered and len(chosen) > 1):
        msg = f"{path}: the folder holds several manifests ({', '.join(p.name for p in chosen[:8])}); give the path of one of them"
        raise InvalidInput(msg)
    return chosen


def read_manifest(files: Sequence[Path], /) -> Manifest:
    """Read the rows of manifest files; several files of one sweep follow each other.

    Parameters
    ----------
    files : sequence of Path
        CSV or Parquet, with the same columns.

    Returns
    -------
    Manifest
        A column is numbers only if all its values are; text stays as written.

    Raises
    ------
    InvalidInput
        If a file is not a readable table, has no rows, or has two columns of one name.
    """
    frames = [_read_frame(path) for path in files]
    for path, frame in zip(files[1:], frames[1:], strict=True):
        if set(frame.columns) != set(frames[0].columns):
            odd = sorted(set(frame.columns) ^ set(frames[0].columns))
            msg = f"{path}: columns differ from those of {files[0].name} ({', '.join(map(repr, odd))}); files of one sweep need the same columns"
            raise InvalidInput(msg)
    places = tuple(
        f"{path.name} {'line' if path.suffix.lower() == '.csv' else 'row'} {i + (2 if path.suffix.lower() == '.csv' else 1)}"
        for path, frame in zip(files, frames, strict=True)
        for i in range(len(frame))
    )
    whole = pd.concat(frames, ignore_index=True)
    unnamed = [
        name for name in whole.columns if not name or re.fullmatch(r"Unnamed: \d+|__index_level_\d+__", name)
    ]
    columns = {name: _typed(whole[name]) for name in whole.columns if name not in unnamed}
    notes = (f"{files[0].name}: the column without a name was skipped",) if unnamed else ()
    source = files[0] if len(files) == 1 else files[0].parent
    return Manifest(source, files[0].parent, columns, places, notes)


def _read_frame(path: Path) -> pd.DataFrame:
    """One manifest file, its values as text (CSV) or as stored (Parquet)."""
    if path.suffix.lower() not in _SUFFIXES:
        msg = f"{path}: a manifest is a .csv or .parquet table, or a sweep.toml naming one"
        raise InvalidInput(msg)
    try:
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, header=None, encoding="utf-8-sig")
            frame = frame.iloc[1:].set_axis([str(name).strip() for name in frame.iloc[0]], axis=1)
    except (OSError, ValueError, pa.ArrowException) as error:  # pandas' parser errors are ValueErrors
        reason = (
            "0 bytes" if path.is_file() and path.stat().st_size == 0 else str(error).splitlines()[0][:200]
        )
        msg = f"{path}: not a readable manifest ({reason}); expected a table with one row per run"
        raise InvalidInput(msg) from None
    names = [str(name) for name in frame.columns]
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        msg = f"{path}: the column {twice[0]!r} occurs {names.count(twice[0])} times; give each column its own name"
        raise InvalidInput(msg)
    if frame.empty:
        msg = f"{path}: the manifest has no rows (columns: {', '.join(names[:12])}); expected one row per run"
        raise InvalidInput(msg)
    return frame.set_axis(names, axis=1)


def _typed(column: "pd.Series[Any]") -> list[Value]:
    """Values of one column as plain Python values of one kind."""
    values = [_plain(value) for value in column]
    known = [value for value in values if value is not None]
    if not all(isinstance(value, str) for value in known):
        return (
            values
            if not any(isinstance(value, str) for value in known)
            else [_text(value) for value in values]
        )
    if known and all(str(value).lower() in {"true", "false"} for value in known):
        return [None if value is None else str(value).lower() == "true" for value in values]
    numbers = pd.to_numeric(pd.Series(known, dtype=object), errors="coerce")
    if not known or numbers.isna().any():
        return values
    found = iter(numbers.tolist())
    return [None if value is None else next(found) for value in values]


def _plain(value: object) -> Value:
    """A stored value as text, number, truth value or None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | int | float):
        return value
    text = str(value).strip()
    return None if text in _MISSING else text


def _text(value: Value) -> str | None:
    """A value as text; None stays None."""
    return None if value is None else str(value)
