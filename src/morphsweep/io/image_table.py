"""The table that goes with images, and the images that go with a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io.columns import find_labels
from morphsweep.io.image_file import IMAGE_SUFFIXES
from morphsweep.io.image_source import ARRAY_SUFFIXES, ImageSource, array_source, file_source
from morphsweep.records import Columns

__all__ = ["ImageTable", "read_image_table"]

_TABLE_SUFFIXES = (".parquet", ".csv", ".csv.gz")
_USUAL_TABLES = ("meta", "table", "snips", "images")
_KEPT = ("id", "individual", "perturbation", "time", "batch", "split")
_OWN = {"id": "snip_id", "individual": "individual"}  # names of columns that we derive


@dataclass(frozen=True, slots=True)
class ImageTable:
    """What is known of each image.

    Parameters
    ----------
    frame : DataFrame
        ``snip_id, individual, perturbation, time`` and, where the table has them, ``batch, split``.
    names : mapping of str to str
        The lab's own name of each of these columns.
    source : ImageSource
        The images, in the order of the rows.
    path : Path
        The table.
    notes : tuple of str
        What was assumed.
    """

    frame: pd.DataFrame
    names: dict[str, str]
    source: ImageSource
    path: Path
    notes: tuple[str, ...] = ()


def read_image_table(
    path: Path, /, *, table: Path | None = None, columns: Columns | None = None
) -> ImageTable:
    """Find a table and its images.

    Parameters
    ----------
    path : Path
        A folder with a table and an array (``images.npz``, ``.npy``, ``.zarr``) or image files; or the array itself.
    table : Path, optional
        The table, where it cannot be found beside the images.
    columns : Columns, optional
        Which column plays which role.

    Returns
    -------
    ImageTable
        Rows in file order.

    Raises
    ------
    InvalidInput
        If something is missing, ambiguous, damaged, or table and images do not match.
    """
    if not path.exists():
        msg = f"{path}: no such file or folder; expected images (.npz, .npy, .zarr, or a folder of PNG or TIFF files) with a table beside them"
        raise InvalidInput(msg)
    is_array = path.suffix in ARRAY_SUFFIXES
    folder = path.parent if is_array or path.is_file() else path
    table = table or _find_table(folder)
    raw = _read(table)
    try:
        labels = find_labels(list(raw.columns), columns=columns, source=str(table), optional=("id",))
    except NotComputable as error:
        raise InvalidInput(str(error)) from None
    frame, names, notes = _with_roles(raw, labels, table)
    array = path if is_array else _find_array(folder)
    source: ImageSource = (
        array_source(array) if array else file_source(_image_paths(raw, frame, labels, folder, table))
    )
    if source.n_images != len(frame):
        msg = f"{array}: {source.n_images} images, but {table.name} has {len(frame)} rows; expected one row per image, in the same order"
        raise InvalidInput(msg)
    return ImageTable(frame, names, source, table, notes)


def _find_table(folder: Path) -> Path:
    """The one table of a folder, or the one with a usual name."""
    found = sorted(p for p in folder.iterdir() if p.name.lower().endswith(_TABLE_SUFFIXES))
    for name in _USUAL_TABLES:
        named = [p for p in found if p.name.split(".")[0].lower() == name]
        if len(named) == 1:
            return named[0]
    if len(found) != 1:
        what = f"{len(found)} tables ({', '.join(p.name for p in found[:6])})" if found else "no table"
        msg = f"{folder}: {what} beside the images; expected one .csv or .parquet with a row per image, such as meta.csv, or give it with --table"
        raise InvalidInput(msg)
    return found[0]


def _find_array(folder: Path) -> Path | None:
    """The one array of a folder; None where images are files of their own."""
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in ARRAY_SUFFIXES)
    named = [p for p in found if p.stem.lower() == "images"]
    found = named if len(named) == 1 else found
    if len(found) > 1:
        msg = f"{folder}: {len(found)} arrays ({', '.join(p.name for p in found[:6])}); give the path of the one that holds the images"
        raise InvalidInput(msg)
    return found[0] if found else None


def _read(path: Path) -> pd.DataFrame:
    """The table, labels as text."""
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError, pa.ArrowException) as error:
        msg = f"{path}: not a readable table ({(str(error).splitlines() or [''])[0][:200]})"
        raise InvalidInput(msg) from None


def _with_roles(
    raw: pd.DataFrame, labels: dict[str, str], path: Path
) -> tuple[pd.DataFrame, dict[str, str], tuple[str, ...]]:
    """Columns by role, checked; an id is made where there is none."""
    notes: tuple[str, ...] = ()
    columns: dict[str, Any] = {
        role: raw[labels[role]].astype(str) for role in _KEPT if role in labels and role != "time"
    }
    columns["time"] = pd.to_numeric(raw[labels["time"]], errors="coerce").astype(float)
    frame = pd.DataFrame(columns)
    missing = raw[list(labels.values())].isna().any(axis=1) | frame["time"].isna()
    if missing.any():
        row = int(missing.to_numpy().argmax())
        msg = f"{path}: {int(missing.sum())} of {len(raw)} rows lack a label or a time that is a number, first row {row + 1}; complete them or take them out, images included"
        raise InvalidInput(msg)
    if "individual" not in frame:
        if "id" not in frame:
            msg = f"{path}: no column for the individual; give it as columns.individual in sweep.toml"
            raise InvalidInput(msg)
        frame["individual"] = frame["id"].str.rsplit("_", n=1).str[0]
        notes += (f"no column names the individual: taken as {labels['id']!r} without its last '_' part",)
    if "id" not in frame:
        rank = frame.groupby("individual")["time"].rank(method="first").astype(int) - 1
        frame["id"] = frame["individual"] + "_" + rank.astype(str).str.zfill(4)
        notes += ("no column names the image: snip_id is the individual and its number in time",)
    _check_individuals(frame, path)
    names = {role: labels.get(role, _OWN.get(role, role)) for role in _KEPT if role in frame}
    names["snip_id"] = names.pop("id")
    return frame.rename(columns={"id": "snip_id"}), names, notes


def _check_individuals(frame: pd.DataFrame, path: Path) -> None:
    """One id per row, one perturbation per individual."""
    if (twice := frame["id"].duplicated()).any():
        msg = f"{path}: the id {frame['id'][twice].iloc[0]!r} occurs more than once ({int(twice.sum())} repeated rows); expected one row per image"
        raise InvalidInput(msg)
    kinds = frame.groupby("individual")["perturbation"].nunique()
    if (mixed := kinds[kinds > 1]).size:
        msg = f"{path}: the individual {mixed.index[0]!r} has {mixed.iloc[0]} perturbations; expected one per individual"
        raise InvalidInput(msg)


def _image_paths(
    raw: pd.DataFrame, frame: pd.DataFrame, labels: dict[str, str], folder: Path, table: Path
) -> tuple[Path, ...]:
    """A file per row: as the table says, else named like the snip."""
    if "image" in labels:
        return tuple(table.parent / name for name in raw[labels["image"]].astype(str))
    found = {p.stem: p for p in sorted(folder.rglob("*")) if p.suffix.lower() in IMAGE_SUFFIXES}
    _match(frame["snip_id"].tolist(), found, folder, table)
    return tuple(found[name] for name in frame["snip_id"])


def _match(ids: Sequence[str], found: dict[str, Path], folder: Path, table: Path) -> None:
    """Every row needs a file; files without a row are left alone."""
    if not found:
        msg = f"{folder}: no images; expected images.npz, .npy or .zarr, or PNG or TIFF files named like the snips in {table.name}"
        raise InvalidInput(msg)
    if missing := [name for name in ids if name not in found]:
        msg = (
            f"{folder}: no image for {len(missing)} of {len(ids)} rows of {table.name}, first {missing[0]!r}; "
            f"found {len(found)} images such as {next(iter(found.values())).name}; name files like the snips, or add a column 'image' with their paths"
        )
        raise InvalidInput(msg)
