"""Questions to the disk whose answer is no also when a name is too long or no name at all."""

from pathlib import Path

__all__ = ["is_file", "is_folder"]


def is_file(path: Path, /) -> bool:
    """Whether there is a file.

    Parameters
    ----------
    path : Path
        Anything that a table may hold as a path.

    Returns
    -------
    bool
        False too where the system refuses the name.
    """
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path, /) -> bool:
    """Whether there is a folder.

    Parameters
    ----------
    path : Path
        Anything that a table may hold as a path.

    Returns
    -------
    bool
        False too where the system refuses the name.
    """
    try:
        return path.is_dir()
    except OSError:
        return False
