"""Converted embeddings, kept by the content of the file they came from: a second reading costs a tenth of the first."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from morphsweep.errors import InvalidInput, NotWritable
from morphsweep.io.hashing import digest
from morphsweep.io.tables import write_atomically
from morphsweep.records import Embedding

__all__ = ["EmbeddingCache", "default_cache"]

_FORMAT = 1  # a change makes older entries unreadable
_SUFFIX = ".arrow"
_WORTH_IT = 1_000_000  # bytes; smaller files are read as quickly
_KEY = b"morphsweep"


@dataclass(frozen=True, slots=True)
class EmbeddingCache:
    """A folder of converted embeddings, bounded in size; what was not used for longest goes first.

    Parameters
    ----------
    folder : Path
        Made when it is first needed; may be deleted at any time.
    limit : int
        Bytes that it may hold.
    """

    folder: Path
    limit: int

    def read(self, path: Path, key: object, convert: Callable[[], Embedding], /) -> Embedding:
        """An embedding from the cache, else from `convert`, and then kept.

        Parameters
        ----------
        path : Path
            Where the embedding comes from.
        key : object
            JSON-able; all that decides what is read: the hash of the bytes, the columns asked for.
        convert : callable
            Reads it.

        Returns
        -------
        Embedding
            The same either way.
        """
        if path.suffix.lower() == ".parquet" or path.stat().st_size < _WORTH_IT:
            return convert()
        entry = self.folder / f"{digest([_FORMAT, key])}{_SUFFIX}"
        # Whatever is wrong with an entry, the file itself is still there.
        with suppress(OSError, pa.ArrowException, KeyError, ValueError):
            found = _load(entry, source=str(path))
            os.utime(entry)
            return found
        embedding = convert()
        with suppress(NotWritable, OSError):  # a full disk costs the cache only
            write_atomically(entry, lambda part: _store(embedding, part))
            self._trim()
        return embedding

    def _trim(self) -> None:
        """Delete the entries that were not used for longest until the rest fits."""
        entries = sorted(
            ((path.stat(), path) for path in self.folder.glob(f"*{_SUFFIX}")),
            key=lambda item: item[0].st_mtime_ns,
            reverse=True,
        )
        total = 0
        for status, path in entries:
            total += status.st_size
            if total > self.limit:
                path.unlink(missing_ok=True)


def default_cache() -> EmbeddingCache | None:
    """The cache that the environment asks for.

    ``MORPHSWEEP_CACHE`` is a folder or ``off`` (default: ``morphsweep`` in the user's cache folder),
    ``MORPHSWEEP_CACHE_GB`` its size (default 10).

    Returns
    -------
    EmbeddingCache or None
        None when it is off.

    Raises
    ------
    InvalidInput
        If the size is no number above 0.
    """
    where = os.environ.get("MORPHSWEEP_CACHE", "")
    if where.lower() == "off":
        return None
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    size = os.environ.get("MORPHSWEEP_CACHE_GB", "10")
    try:
        limit = int(float(size) * 1e9)
    except (ValueError, OverflowError):
        limit = 0
    if limit <= 0:
        msg = f"the environment variable MORPHSWEEP_CACHE_GB is {size!r}; expected a number above 0 (MORPHSWEEP_CACHE=off for no cache)"
        raise InvalidInput(msg)
    return EmbeddingCache((Path(where) if where else home / "morphsweep").absolute(), limit)


def _store(embedding: Embedding, path: Path) -> None:
    """Labels as they are, latents as one column of lists of fixed length; not packed, so that reading is copying."""
    table = pa.Table.from_pandas(embedding.obs, preserve_index=False)
    latents = pa.FixedSizeListArray.from_arrays(
        pa.array(np.ascontiguousarray(embedding.latents).ravel()), embedding.latents.shape[1]
    )
    about = {"names": embedding.latent_names, "notes": embedding.notes, "dropped": dict(embedding.dropped)}
    table = table.append_column("latents", latents)
    table = table.replace_schema_metadata({**table.schema.metadata, _KEY: json.dumps(about).encode()})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _load(path: Path, *, source: str) -> Embedding:
    with pa.memory_map(str(path)) as stored:
        table = pa.ipc.open_file(stored).read_all()
        about = json.loads(table.schema.metadata[_KEY])
        width = len(about["names"])
        flat = [chunk.flatten().to_numpy() for chunk in table["latents"].chunks]
        latents = np.concatenate([values.reshape(-1, width) for values in flat])
        obs: pd.DataFrame = table.drop_columns(["latents"]).to_pandas()
    return Embedding(
        latents,
        obs,
        tuple(about["names"]),
        source=source,
        notes=tuple(about["notes"]),
        dropped=about["dropped"],
    )
