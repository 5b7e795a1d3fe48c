"""Replicates of all models: gathered into one table, and into intervals of the scores."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.io import read_json, read_replicates, remove_table, write_replicates, write_table
from morphsweep.records import AVERAGE
from morphsweep.sweep.limiting import with_limits
from morphsweep.sweep.replicating import gathered, replicates_folder
from morphsweep.sweep.resting import RESTS
from morphsweep.sweep.tubing import split_offsets, tube_table

__all__ = ["averages_of", "kept_replicates", "write_all_replicates"]

TABLE, TUBES = "replicates.parquet", "tubes.parquet"


def kept_replicates(folder: Path, finished: Mapping[int, str], /) -> int:
    """How many replicates a results folder holds of every model, as asked for earlier.

    Parameters
    ----------
    folder : Path
        The results folder.
    finished : mapping of int to str
        Fingerprint of each finished model.

    Returns
    -------
    int
        0 when none were asked for, or some model changed since.
    """
    try:
        number = int(read_json(folder / "run.json").get("bootstrap") or 0)
    except InvalidInput:  # the first evaluation into this folder
        return 0
    if not (number and finished):
        return 0
    parts = folder / "parts"
    whole = all(gathered(replicates_folder(parts, name), number) is not None for name in finished.values())
    return number if whole else 0


def averages_of(folder: Path, /) -> pd.DataFrame | None:
    """Replicates of the models' own values, which is what a choice looks at.

    Parameters
    ----------
    folder : Path
        The results folder.

    Returns
    -------
    DataFrame or None
        None when there are no replicates.
    """
    path = folder / TABLE
    return read_replicates(path, perturbation=AVERAGE) if path.is_file() else None


def write_all_replicates(
    folder: Path, finished: Mapping[int, str], n_replicates: int, scores: pd.DataFrame, /
) -> pd.DataFrame:
    """Write ``replicates.parquet`` and ``tubes.parquet``, or remove those that no longer hold.

    Parameters
    ----------
    folder : Path
        The results folder.
    finished : mapping of int to str
        Fingerprint of each finished model.
    n_replicates : int
        How many; 0: none.
    scores : DataFrame
        Tidy scores of all models.

    Returns
    -------
    DataFrame
        The scores, with ``low`` and ``high`` from the replicates.
    """
    if not n_replicates:
        remove_table(folder / TABLE)
        remove_table(folder / TUBES)
        return scores
    limited, tubes = [], []

    def models() -> Iterator[tuple[int, pd.DataFrame]]:
        for index, name in finished.items():
            frame = gathered(replicates_folder(folder / "parts", name), n_replicates)
            own = scores[scores["model_index"] == index]
            if frame is None or not len(frame):
                limited.append(own)
                continue
            frame, offsets = split_offsets(frame)
            tubes.append(tube_table(offsets).assign(model_index=index))
            limited.append(with_limits(own, frame))
            yield index, frame.drop(columns=RESTS)

    write_replicates(models(), folder / TABLE)
    columns = ["model_index", "regime", "perturbation", "point_index", "radius"]
    joined = pd.concat(tubes, ignore_index=True) if tubes else pd.DataFrame(columns=columns)
    write_table(joined[columns], folder / TUBES)
    if not limited:
        return scores
    together = pd.concat(limited, ignore_index=True)
    return together.astype({"low": np.float64, "high": np.float64})
