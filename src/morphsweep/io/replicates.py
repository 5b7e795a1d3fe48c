"""Bootstrap replicates on disk: chunks of each model while they are computed, one tidy table at the end."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from morphsweep.errors import InvalidInput, NotWritable
from morphsweep.io.tables import not_writable, write_atomically, write_table

__all__ = ["read_chunks", "read_replicates", "remove_table", "write_chunk", "write_replicates"]

_TEXT = pa.dictionary(pa.int32(), pa.string())
_SCHEMA = pa.schema([
    ("model_index", pa.int64()),
    ("replicate", pa.int32()),
    ("regime", _TEXT),
    ("perturbation", _TEXT),
    ("metric", _TEXT),
    ("value", pa.float64()),
])


def read_chunks(folder: Path, bounds: Sequence[tuple[int, int]], /) -> list[pd.DataFrame | None]:
    """Chunks of replicates of one model.

    Parameters
    ----------
    folder : Path
        Of the model.
    bounds : sequence of (first, stop)
        Which chunks.

    Returns
    -------
    list of DataFrame or None
        None for a chunk that is not there, or that lost bytes.
    """
    return [_read(_chunk(folder, *bound)) for bound in bounds]


def write_chunk(frame: pd.DataFrame, folder: Path, bound: tuple[int, int], /) -> None:
    """Write one chunk; it appears complete or not at all.

    Parameters
    ----------
    frame : DataFrame
        One row per score, one column per replicate.
    folder : Path
        Of the model.
    bound : (first, stop)
        Which replicates.

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only.
    """
    write_table(frame, _chunk(folder, *bound))


def write_replicates(models: Iterable[tuple[int, pd.DataFrame]], path: Path, /) -> None:
    """Write the tidy table, model by model, so that memory holds one model at a time.

    Parameters
    ----------
    models : iterable of (model_index, DataFrame)
        ``regime, perturbation, metric`` and one column per replicate, named by its number.
    path : Path
        ``replicates.parquet``; columns ``model_index, replicate, regime, perturbation, metric, value``.

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only.
    """

    def write(part: Path) -> None:
        with pq.ParquetWriter(part, _SCHEMA, compression="zstd") as writer:
            for index, frame in models:
                writer.write_table(_tidy(index, frame))

    write_atomically(path, write)


def read_replicates(path: Path, /, *, perturbation: str | None = None) -> pd.DataFrame:
    """Read the tidy table, or the part of it that a choice needs.

    Parameters
    ----------
    path : Path
        ``replicates.parquet``.
    perturbation : str or None
        Only these rows; None: all.

    Returns
    -------
    DataFrame
        ``model_index, replicate, regime, perturbation, metric, value``.

    Raises
    ------
    InvalidInput
        If there is no such file.
    """
    if not path.is_file():
        msg = (
            f"{path}: no such table; 'morphsweep evaluate SWEEP --out {path.parent} --bootstrap 200' makes it"
        )
        raise InvalidInput(msg)
    rows = None if perturbation is None else [("perturbation", "=", perturbation)]
    return pd.read_parquet(path, filters=rows)


def remove_table(path: Path, /) -> None:
    """Remove a table that no longer belongs to the results beside it.

    Parameters
    ----------
    path : Path
        The table; it need not be there.

    Raises
    ------
    NotWritable
        If the folder is read-only.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritable(not_writable(path, error)) from error


def _chunk(folder: Path, first: int, stop: int) -> Path:
    return folder / f"{first:06d}-{stop:06d}.parquet"


def _read(path: Path) -> pd.DataFrame | None:
    try:
        return pd.read_parquet(path)
    except (OSError, pa.ArrowInvalid):  # not there, or cut off
        return None


def _tidy(index: int, frame: pd.DataFrame) -> pa.Table:
    """Replicate by replicate; texts as codes, which is ten times faster than a melted frame."""
    keys = ["regime", "perturbation", "metric"]
    numbers = frame.drop(columns=keys)
    n, b = numbers.shape
    columns: dict[str, pa.Array] = {
        "model_index": pa.array(np.full(n * b, index, dtype=np.int64)),
        "replicate": pa.array(np.repeat(numbers.columns.astype(np.int32).to_numpy(), n)),
    }
    for key in keys:
        codes, names = pd.factorize(frame[key].astype(str))
        tiled = pa.array(np.tile(codes.astype(np.int32), b))
        columns[key] = pa.DictionaryArray.from_arrays(tiled, pa.array(list(names), pa.string()))
    values = numbers.to_numpy(dtype=np.float64).T.ravel()
    columns["value"] = pa.array(values)
    return pa.table([columns[name] for name in _SCHEMA.names], schema=_SCHEMA)
