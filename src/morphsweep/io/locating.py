"""Where the embedding of a run is, or why it cannot be found."""

import os
from pathlib import Path

from morphsweep.errors import NotComputable
from morphsweep.io.manifest import Manifest
from morphsweep.io.paths import is_file, is_folder

__all__ = ["find_embeddings", "locate_below_model", "locate_named"]

_MOST_FOLDERS = 5_000  # below one run; a path such as / would be walked for hours
_STATS_FILES = ("embryo_stats_df.csv", "embryo_stats_df.parquet")


def locate_named(manifest: Manifest, i: int) -> tuple[Path | None, str]:
    """The embedding that a row names.

    Parameters
    ----------
    manifest : Manifest
        As read.
    i : int
        Row.

    Returns
    -------
    Path or None
        The table.
    str
        Why there is none; empty when there is.
    """
    value = manifest.columns["embedding"][i]
    if value is None:
        return None, f"{manifest.places[i]}: embedding is empty; expected the path of a table"
    path = manifest.folder / str(value)
    return (path, "") if is_file(path) else (None, f"{path}: no such file")


def locate_below_model(manifest: Manifest, i: int) -> tuple[Path | None, str]:
    """The one table of latent means below a row's model folder.

    Parameters
    ----------
    manifest : Manifest
        As read.
    i : int
        Row.

    Returns
    -------
    Path or None
        The table.
    str
        Why there is none; empty when there is.
    """
    value = manifest.columns["model_path"][i]
    if value is None:
        return None, f"{manifest.places[i]}: model_path is empty; expected the folder of a trained model"
    folder = manifest.folder / str(value)
    if not is_folder(folder):
        return None, f"{folder}: no such folder"
    try:
        found = find_embeddings(folder)
    except NotComputable as reason:
        return None, str(reason)
    if len(found) == 1:
        return found[0], ""
    if not found:
        return None, f"{folder}: no figures/embryo_stats_df.csv anywhere below this folder"
    names = ", ".join(str(path.relative_to(folder)) for path in found)
    return None, f"{folder}: {len(found)} candidates ({names}); keep one, none is preferred"


def find_embeddings(folder: Path, /) -> list[Path]:
    """All ``figures/embryo_stats_df.csv`` (or ``.parquet``) at any depth below a model's folder.

    Parameters
    ----------
    folder : Path
        Folder of one run.

    Returns
    -------
    list of Path
        Sorted.

    Raises
    ------
    NotComputable
        If there are so many folders that this cannot be the folder of one run.
    """
    found: list[Path] = []
    for count, (place, folders, _) in enumerate(os.walk(folder)):
        if count == _MOST_FOLDERS:
            msg = f"{folder}: more than {_MOST_FOLDERS:,} folders below it; expected the folder of one trained model"
            raise NotComputable(msg)
        if "figures" in folders:  # linked folders are listed here, though not walked
            here = Path(place) / "figures"
            found += [here / name for name in _STATS_FILES if (here / name).is_file()]
    return sorted(found)
