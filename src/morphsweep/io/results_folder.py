"""A results folder while it is being written: one evaluation at a time, and no litter of those that were killed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from morphsweep.errors import InvalidInput, NotWritable
from morphsweep.io.tables import TEMPORARY, not_writable

__all__ = ["append_log", "hold_folder", "hold_results_folder"]

_LOCK = ".lock"


@contextmanager
def hold_results_folder(folder: Path, /) -> Iterator[Path]:
    """Make a results folder and keep other evaluations out of it.

    The lock belongs to this process and ends with it, however it ends; nothing has to be removed by hand.

    Parameters
    ----------
    folder : Path
        The results folder.

    Yields
    ------
    Path
        The folder of its parts.

    Raises
    ------
    InvalidInput
        If the folder cannot be made or written to, or another evaluation is writing to it.
    """
    with hold_folder(folder, "evaluation"):
        parts = folder / "parts"
        try:
            parts.mkdir(exist_ok=True)
        except OSError as error:
            raise InvalidInput(_unusable(folder, error)) from None
        _remove_unfinished(parts)
        yield parts


@contextmanager
def hold_folder(folder: Path, what: str, /) -> Iterator[Path]:
    """Make a folder, clear what was left unfinished in it, and keep others out.

    Parameters
    ----------
    folder : Path
        To be written to.
    what : str
        What is done there, for messages: evaluation or training.

    Yields
    ------
    Path
        The folder.

    Raises
    ------
    InvalidInput
        If the folder cannot be made or written to, or another process holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        msg = f"{folder}: another {what} is writing to this results folder; wait until it ends, or give another --out"
        raise InvalidInput(msg) from None
    except OSError as error:
        raise InvalidInput(_unusable(folder, error)) from None
    try:
        _remove_unfinished(folder)
        yield folder
    finally:
        lock.release()


def _unusable(folder: Path, error: OSError) -> str:
    return f"{folder}: cannot be used as a results folder ({error.strerror}); give another --out, or get the right to write there"


def _remove_unfinished(*folders: Path) -> None:
    """Delete what an evaluation that was killed had not finished writing."""
    for folder in folders:
        for path in folder.glob(f"{TEMPORARY}*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def append_log(path: Path, text: str, /) -> None:
    """Add to a log.

    Parameters
    ----------
    path : Path
        The log; made when it is not there.
    text : str
        What to add, with its line ends.

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only.
    """
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
    except OSError as error:
        raise NotWritable(not_writable(path, error)) from error
