"""Bytes to columns: the header of an embedding, and its needed columns with their types."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from morphsweep.errors import NotComputable
from morphsweep.io.anndata_table import read_anndata_columns, read_anndata_names
from morphsweep.io.columns import Roles

__all__ = ["EMBEDDING_SUFFIXES", "read_columns", "read_header"]

EMBEDDING_SUFFIXES = (".csv", ".csv.gz", ".parquet", ".h5ad")

_PARSE = pacsv.ParseOptions(newlines_in_values=True)  # labels may contain line breaks


def read_header(path: Path, /, *, latent_prefix: str | None = None) -> list[str]:
    """Column names of a table, without reading its rows.

    Parameters
    ----------
    path : Path
        CSV, gzipped CSV, Parquet or AnnData.
    latent_prefix : str, optional
        Which entry of ``obsm`` an AnnData file keeps the latents in.

    Returns
    -------
    list of str
        In file order.

    Raises
    ------
    NotComputable
        If there is no such file, or it is not a readable table.
    """
    if not path.is_file():
        msg = f"{path}: no such file" if not path.exists() else f"{path}: a folder, expected a table"
        raise NotComputable(msg)
    if not path.name.lower().endswith(EMBEDDING_SUFFIXES):
        msg = f"{path}: cannot read this kind of file; expected one of {', '.join(EMBEDDING_SUFFIXES)}"
        raise NotComputable(msg)
    if _is_anndata(path):
        return read_anndata_names(path, latent_prefix=latent_prefix)
    try:
        names = pq.read_schema(path).names if path.suffix.lower() == ".parquet" else _csv_header(path)
    except (pa.ArrowException, OSError, EOFError, csv.Error, zlib.error, UnicodeDecodeError) as error:
        msg = f"{path}: not a readable table ({_first_line(error)}); write it again from the model"
        raise NotComputable(msg) from None
    if not names:
        msg = f"{path}: the file is empty (0 rows); write it again from the model"
        raise NotComputable(msg)
    return list(names)


def _csv_header(path: Path) -> list[str]:
    """First record of a CSV file."""
    with (
        gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as binary,
        io.TextIOWrapper(binary, encoding="utf-8-sig", newline="") as stream,
    ):
        return next(csv.reader(stream), [])


def read_columns(path: Path, roles: Roles, /, *, latent_prefix: str | None = None) -> pa.Table:
    """The needed columns of a table: labels as text, time as float64, latents as float32.

    Parameters
    ----------
    path : Path
        CSV, gzipped CSV, Parquet or AnnData.
    roles : Roles
        Which columns.
    latent_prefix : str, optional
        As for :func:`read_header`.

    Returns
    -------
    pyarrow.Table
        Missing values are null or NaN.

    Raises
    ------
    NotComputable
        If the file is truncated, or a number column holds text.
    """
    types = _types(roles)
    if _is_anndata(path):
        return _cast(path, read_anndata_columns(path, roles.needed, latent_prefix=latent_prefix), types)
    try:
        if path.suffix.lower() == ".parquet":
            table = pq.read_table(path, columns=roles.needed, partitioning=None)
        else:
            options = pacsv.ConvertOptions(include_columns=roles.needed, column_types=types)
            return pacsv.read_csv(path, parse_options=_PARSE, convert_options=options)
    except (pa.ArrowException, OSError, EOFError) as error:
        _explain(path, roles, error)
    return _cast(path, table, types)


def _is_anndata(path: Path) -> bool:
    return path.suffix.lower() == ".h5ad"


def _types(roles: Roles) -> dict[str, pa.DataType]:
    """Wanted type of each column; a label stays text even if it looks like a number."""
    types = dict.fromkeys(roles.labels.values(), pa.string())
    types[roles.labels["time"]] = pa.float64()
    return types | dict.fromkeys(roles.latents, pa.float32())


def _cast(path: Path, table: pa.Table, types: dict[str, pa.DataType]) -> pa.Table:
    """Parquet columns in the wanted types."""
    columns = {}
    for name, wanted in types.items():
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        try:
            columns[name] = column.cast(wanted, safe=False)
        except pa.ArrowException:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                _refuse_text(path, name, column)
            msg = f"{path}: column {name!r} holds {column.type} values, expected {'text' if wanted == pa.string() else 'numbers'}"
            raise NotComputable(msg) from None
    return pa.table(columns)


def _explain(path: Path, roles: Roles, error: Exception) -> None:
    """Say in our words why a table could not be read; always raises."""
    if path.suffix.lower() != ".parquet":
        text = pacsv.ConvertOptions(
            include_columns=roles.needed, column_types=dict.fromkeys(roles.needed, pa.string())
        )
        try:
            table = pacsv.read_csv(path, parse_options=_PARSE, convert_options=text)
        except (pa.ArrowException, OSError, EOFError) as reason:
            error = reason
        else:
            for name in (roles.labels["time"], *roles.latents):
                _refuse_text(path, name, table[name])
    msg = f"{path}: damaged or cut off ({_first_line(error)}); write it again from the model"
    raise NotComputable(msg) from None


def _refuse_text(path: Path, name: str, values: pa.ChunkedArray) -> None:
    """Raise if a number column holds text, naming the first."""
    number = _as_number(values.to_pylist())
    bad = [i for i, ok in enumerate(number) if not ok]
    if bad:
        first = str(values[bad[0]].as_py())
        msg = (
            f"{path}: column {name!r} has text in {len(bad)} of {len(values)} rows, first {first[:40]!r} in row {bad[0] + 1}; "
            "expected numbers; write it again from the model"
        )
        raise NotComputable(msg)


def _as_number(values: Iterable[str | None]) -> list[bool]:
    """Whether each text is a number or missing."""
    return [value is None or not value.strip() or _is_float(value) for value in values]


def _is_float(text: str) -> bool:
    """Whether a text reads as a number (nan and inf included)."""
    try:
        float(text)
    except ValueError:
        return text.strip() in {"NA", "N/A", "#N/A", "null", "NULL", "#NA", "n/a"}
    return True


def _first_line(error: Exception) -> str:
    """First line of a library's message, shortened."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
