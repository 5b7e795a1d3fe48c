"""From what a lab has to what all runs read: images converted once, individuals split once."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.io import (
    ImageOptions,
    ImageTable,
    array_shape,
    convert_images,
    digest,
    read_image_table,
    read_json,
    source_stamp,
    write_json,
    write_table,
)
from morphsweep.records import SweepConfig, TrainingConfig
from morphsweep.training.data import PreparedData

__all__ = ["prepare_data", "split_individuals"]

Progress = Callable[[int, int], None]


def prepare_data(
    images: Path,
    folder: Path,
    /,
    *,
    table: Path | None,
    config: SweepConfig,
    training: TrainingConfig,
    progress: Progress | None = None,
) -> tuple[PreparedData, tuple[str, ...], tuple[str, ...]]:
    """Convert the images, unless an earlier training did.

    Parameters
    ----------
    images : Path
        What the lab has.
    folder : Path
        Where the converted data go.
    table : Path or None
        The table, where it does not lie beside the images.
    config : SweepConfig
        Column roles.
    training : TrainingConfig
        Rows to use, size, scale, split.
    progress : callable, optional
        Told how many of how many images are read.

    Returns
    -------
    data : PreparedData
        Paths of the converted data.
    perturbations : tuple of str
        Those that are used, sorted.
    notes : tuple of str
        What was assumed.

    Raises
    ------
    InvalidInput
        If images or table cannot be used.
    """
    found = read_image_table(images, table=table, columns=config.columns)
    used = _used_rows(found, training)
    frame = found.frame[used].reset_index(drop=True)
    frame["split"] = split_individuals(frame, training)
    options = ImageOptions(
        training.image_size, training.blur, training.intensity_max, training.allow_constant
    )
    target = folder / "images.npy"
    stamp = digest([source_stamp(found.source), frame["snip_id"].tolist(), str(options)])
    content = _earlier(target, folder, stamp)
    if not content:
        content = convert_images(found.source, used, target, options=options, progress=progress)
        write_json({"stamp": stamp, "content": content}, folder / "images.json")
    write_table(frame, folder / "table.parquet")
    n, *size = array_shape(target)
    fingerprint = digest([content, n, frame.astype(str).to_numpy().tolist(), list(frame.columns)])
    shape = (size[0], size[1], size[2] if len(size) > 2 else 1)
    names = dict(found.names) | {"split": found.names.get("split", "split")}
    data = PreparedData(target.resolve(), (folder / "table.parquet").resolve(), names, shape, fingerprint)
    return data, tuple(sorted(frame["perturbation"].unique())), found.notes


def _used_rows(found: ImageTable, training: TrainingConfig) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Rows of the perturbations that the lab lists."""
    if training.perturbations is None:
        return np.ones(len(found.frame), dtype=bool)
    known = sorted(found.frame["perturbation"].unique())
    if unknown := [name for name in training.perturbations if name not in known]:
        msg = f"training.perturbations names {unknown[0]!r}, which {found.path} does not have; found: {', '.join(known)}"
        raise InvalidInput(msg)
    return found.frame["perturbation"].isin(training.perturbations).to_numpy(bool)


def _earlier(target: Path, folder: Path, stamp: str) -> str:
    """Fingerprint of the converted images of an earlier training, if they are the same."""
    if not (target.is_file() and (folder / "images.json").is_file()):
        return ""
    known = read_json(folder / "images.json")
    return str(known["content"]) if known.get("stamp") == stamp else ""


def split_individuals(frame: pd.DataFrame, training: TrainingConfig, /) -> "pd.Series[Any]":
    """Which snips training sees, the same for all runs: a share of the individuals of each perturbation never.

    Parameters
    ----------
    frame : DataFrame
        ``individual, perturbation``, perhaps ``batch`` and the lab's own ``split``, which wins.
    training : TrainingConfig
        Share, seed, and whether batches stay whole.

    Returns
    -------
    Series of str
        ``train`` or ``eval``.

    Raises
    ------
    InvalidInput
        If the lab's own split has other values, or there is no batch to split by.
    """
    if "split" in frame:
        if odd := sorted(set(frame["split"]) - {"train", "eval", "holdout"}):
            msg = f"the split column holds {odd[0]!r}; expected train or eval"
            raise InvalidInput(msg)
        return frame["split"].where(frame["split"] == "train", "eval")
    if training.split_by == "batch":
        if "batch" not in frame:
            msg = 'training.split_by = "batch", but no column names the batch; give it as columns.batch in sweep.toml'
            raise InvalidInput(msg)
        unseen = _last_by_hash(sorted(frame["batch"].unique()), training)
        return pd.Series(np.where(frame["batch"].isin(unseen), "eval", "train"), index=frame.index)
    unseen = set()
    for _, group in frame.groupby("perturbation"):
        unseen |= _last_by_hash(sorted(group["individual"].unique()), training)
    return pd.Series(np.where(frame["individual"].isin(unseen), "eval", "train"), index=frame.index)


def _last_by_hash(names: list[str], training: TrainingConfig) -> set[str]:
    """The share that is set aside, in an order drawn by hash; at least one is always left to train on."""
    ordered = sorted(
        names, key=lambda name: hashlib.blake2b(f"{training.validation_seed}:{name}".encode()).digest()
    )
    n = min(len(names) - 1, max(1, round(training.validation * len(names))))
    return set(ordered[len(ordered) - n :]) if n else set()
