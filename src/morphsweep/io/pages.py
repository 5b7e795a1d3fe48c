"""Pages and pictures; every write is atomic, so that a reader never sees half a file."""

from pathlib import Path

from morphsweep.io.tables import write_atomically

__all__ = ["write_bytes_atomic", "write_text_atomic"]


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
