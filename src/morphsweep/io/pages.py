"""Pages and pictures; every write is atomic, so that a reader never sees half a file."""

from pathlib import Path

from morphsweep.io.tables import write_atomically

__all__ = ["read_bytes", "remove_file", "write_bytes_atomic", "write_text_atomic"]


def write_text_atomic(path: Path, text: str, /) -> None:
    """Write text as UTF-8; atomic.

    Parameters
    ----------
    path : Path
        Where to; its folder is made.
    text : str
        The content.
    """
    write_bytes_atomic(path, text.encode("utf-8", "replace"))  # a file name may hold half a character


def write_bytes_atomic(path: Path, content: bytes, /) -> None:
    """Write bytes; atomic.

    Parameters
    ----------
    path : Path
        Where to; its folder is made.
    content : bytes
        The content.
    """
    write_atomically(path, lambda part: part.write_bytes(content))


def read_bytes(path: Path, /) -> bytes:
    """Content of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes
        All of it.
    """
    return path.read_bytes()


def remove_file(path: Path, /) -> None:
    """Delete a file that is no longer needed, if it is there.

    Parameters
    ----------
    path : Path
        The file.
    """
    path.unlink(missing_ok=True)
