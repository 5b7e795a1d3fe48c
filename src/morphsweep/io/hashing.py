"""Fingerprints of content."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

__all__ = ["digest", "file_digest"]


def file_digest(path: Path, /) -> str:
    """Hash of a file's bytes, 32 hexadecimal digits.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        The same for equal content, whatever the name or date.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def digest(items: Iterable[object], /) -> str:
    """Hash of a list of JSON-able things, 32 hexadecimal digits.

    Parameters
    ----------
    items : iterable
        Mappings are hashed by sorted key.

    Returns
    -------
    str
        The hash.

    Examples
    --------
    >>> digest([{"a": 1, "b": 2}]) == digest([{"b": 2, "a": 1}])
    True
    """
    text = json.dumps(list(items), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
