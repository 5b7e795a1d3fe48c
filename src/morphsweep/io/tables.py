"""Tables and documents of a results folder; every write is atomic, so that a reader never sees half a file."""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from morphsweep.errors import InvalidInput, NotWritable

__all__ = [
    "TEMPORARY",
    "not_writable",
    "read_arrays",
    "read_json",
    "read_table",
    "write_arrays",
    "write_atomically",
    "write_json",
    "write_table",
    "write_tables_joined",
]

TEMPORARY = ".unfinished-"
"""How the name of everything begins that is still being written."""


def write_table(frame: pd.DataFrame, path: Path, /) -> None:
    """Write a frame as Parquet or CSV, by the ending of `path`; atomic.

    Parameters
    ----------
    frame : DataFrame
        Its index is not written.
    path : Path
        ``.parquet`` or ``.csv``.
    """
    if path.suffix == ".parquet":
        write_atomically(path, lambda part: frame.to_parquet(part, index=False, compression="zstd"))
    else:
        write_atomically(path, lambda part: frame.to_csv(part, index=False))


def read_table(path: Path, /) -> pd.DataFrame:
    """Read a table of a results folder.

    Parameters
    ----------
    path : Path
        ``.parquet`` or ``.csv``.

    Returns
    -------
    DataFrame
        As written.

    Raises
    ------
    InvalidInput
        If there is no such file.
    """
    if not path.is_file():
        msg = f"{path}: no such table; is {path.parent} a results folder made by 'morphsweep evaluate'?"
        raise InvalidInput(msg)
    return (
        pd.read_parquet(path)
        if path.suffix == ".parquet"
        else pd.read_csv(path, keep_default_na=False, na_values=[""])
    )


def write_tables_joined(frames: Iterable[pd.DataFrame], path: Path, /) -> None:
    """Write frames of equal columns under one another as Parquet, holding one of them at a time; atomic.

    Parameters
    ----------
    frames : iterable of DataFrame
        At least one; all columns of the first are taken.
    path : Path
        Where to.
    """

    def write(part: Path) -> None:
        writer = None
        try:
            for frame in frames:
                if writer is None:
                    table = pa.Table.from_pandas(frame, preserve_index=False)
                    writer = parquet.ParquetWriter(part, table.schema, compression="zstd")
                writer.write_table(pa.Table.from_pandas(frame, schema=writer.schema, preserve_index=False))
        finally:
            if writer is not None:
                writer.close()

    write_atomically(path, write)


def write_arrays(arrays: Mapping[str, NDArray[Any]], path: Path, /) -> None:
    """Write named arrays as ``.npz``; atomic.

    Parameters
    ----------
    arrays : mapping of str to array
        Numbers or text, no objects.
    path : Path
        Where to.
    """
    write_atomically(path, lambda part: np.savez(part, allow_pickle=False, **dict(arrays)))


def read_arrays(path: Path, /) -> dict[str, NDArray[Any]]:
    """Read what :func:`write_arrays` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to array
        By name.

    Raises
    ------
    InvalidInput
        If there is no such file, or it is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return dict(stored)
    except FileNotFoundError:
        msg = f"{path}: no such file; is {path.parent} a results folder made by 'morphsweep evaluate'?"
        raise InvalidInput(msg) from None
    except (ValueError, OSError, BadZipFile) as error:
        msg = f"{path}: cannot be read ({error}); it was changed by hand or cut off: evaluate again"
        raise InvalidInput(msg) from None


def write_json(document: Mapping[str, Any], path: Path, /) -> None:
    """Write a document as JSON; atomic.

    Parameters
    ----------
    document : mapping
        JSON-able; NaN is refused.
    path : Path
        Where to.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    write_atomically(path, lambda part: part.write_text(text + "\n", encoding="utf-8"))


def read_json(path: Path, /) -> dict[str, Any]:
    """Read a JSON document of a results folder.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        Its content.

    Raises
    ------
    InvalidInput
        If there is no such file, or it is not JSON.
    """
    try:
        return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        msg = f"{path}: no such file; is {path.parent} a results folder made by 'morphsweep evaluate'?"
        raise InvalidInput(msg) from None
    except json.JSONDecodeError as error:
        msg = f"{path}: not JSON ({error}); it was changed by hand or cut off: evaluate again"
        raise InvalidInput(msg) from None


def write_atomically(path: Path, write: Callable[[Path], object], /) -> None:
    """Let `write` fill a temporary neighbour of `path`, then move it into place.

    Parameters
    ----------
    path : Path
        Where to; its folder is made.
    write : callable
        Writes the file it is given.

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only; what stood at `path` before stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f"{TEMPORARY}{path.stem[:60]}-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        part = Path(name)
        try:
            write(part)
            part.chmod(0o644)  # mkstemp makes files private; results are shared within a lab
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritable(not_writable(path, error)) from error


def not_writable(path: Path, error: OSError, /) -> str:
    """The refusal of a disk in our words.

    Parameters
    ----------
    path : Path
        What should be written.
    error : OSError
        What the system said.

    Returns
    -------
    str
        File, reason, and what to do.
    """
    why = os.strerror(error.errno) if error.errno else str(error).splitlines()[0]
    return f"{path}: cannot be written ({why}); make room or get the right to write there, then start again: what is finished is kept"
