"""The parts of a results folder: what was computed of one model, written at once or not at all."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from morphsweep.errors import InvalidInput, NotWritable
from morphsweep.io.tables import (
    TEMPORARY,
    not_writable,
    read_arrays,
    read_json,
    read_table,
    write_json,
    write_table,
)

__all__ = ["Part", "part_exists", "write_part"]


class Part:
    """A finished model on disk.

    Parameters
    ----------
    folder : Path
        ``parts/<fingerprint>``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str) -> pd.DataFrame:
        """One of its tables by name, empty when the model has none of that kind."""
        path = self.folder / f"{name}.parquet"
        return read_table(path) if path.is_file() else pd.DataFrame()

    def document(self) -> dict[str, Any]:
        """What is known of its runs."""
        return read_json(self.folder / "runs.json")

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Its arrays by name (means, loadings and latent names of its spaces)."""
        return read_arrays(self.folder / "spaces.npz")


def part_exists(parts: Path, fingerprint: str, /) -> bool:
    """Whether the model with this fingerprint is finished and every file has its full length.

    Parameters
    ----------
    parts : Path
        The folder of all parts.
    fingerprint : str
        Name of the part.

    Returns
    -------
    bool
        False also for a part that lost bytes, for instance when the power failed; it is then computed again.
    """
    folder = parts / fingerprint
    try:
        sizes = read_json(folder / "runs.json")["files"]
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (InvalidInput, KeyError, OSError):
        return False


def write_part(
    parts: Path,
    fingerprint: str,
    /,
    *,
    tables: Mapping[str, pd.DataFrame],
    document: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Write one model; the folder appears complete or not at all.

    Parameters
    ----------
    parts : Path
        The folder of all parts.
    fingerprint : str
        Name of the part.
    tables : mapping of str to DataFrame
        Written as ``<name>.parquet``; empty ones are left out.
    document : mapping
        What is known of the runs.
    arrays : mapping of str to array
        Means, loadings and latent names of the spaces.

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only.
    """
    try:
        parts.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{fingerprint}-", dir=parts))
        try:
            for name, frame in tables.items():
                if len(frame):
                    write_table(frame, temporary / f"{name}.parquet")
            np.savez(temporary / "spaces.npz", allow_pickle=False, **dict(arrays))
            sizes = {path.name: path.stat().st_size for path in sorted(temporary.iterdir())}
            write_json({**document, "files": sizes}, temporary / "runs.json")
            temporary.chmod(0o755)
            _publish(temporary, parts / fingerprint)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise NotWritable(not_writable(parts / fingerprint, error)) from error


def _publish(temporary: Path, target: Path) -> None:
    """Move into place; a damaged folder of the same content gives way, a complete one stays."""
    if target.exists() and not part_exists(target.parent, target.name):
        damaged = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{target.name}-", dir=target.parent))
        target.rename(damaged / target.name)
        shutil.rmtree(damaged, ignore_errors=True)
    try:
        temporary.rename(target)
    except OSError:
        # Another process finished the same model meanwhile; equal content, so whose it is does not matter.
        if not part_exists(target.parent, target.name):
            raise
