"""The snips of a run: images mapped from disk, labels as codes, and which of them training sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from morphsweep.io import open_array, read_table
from morphsweep.records import FloatArray, IntArray

__all__ = ["PreparedData", "Snips", "as_images", "relation_matrix"]


@dataclass(frozen=True, slots=True)
class PreparedData:
    """Where the prepared images and their table lie; small, so that it can be sent to any worker.

    Parameters
    ----------
    images, table : Path
        ``.npy`` array and Parquet table, row by row.
    names : mapping of str to str
        The lab's own name of each column.
    shape : tuple of int
        Height, width and number of colours.
    fingerprint : str
        Of images, labels and split.
    """

    images: Path
    table: Path
    names: Mapping[str, str]
    shape: tuple[int, int, int]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Snips:
    """What a run reads.

    Parameters
    ----------
    frame : DataFrame
        ``snip_id, individual, perturbation, time, split`` and perhaps ``batch``; `split` is train, eval or holdout.
    images : array, shape (n, height, width) or (n, height, width, colours)
        Mapped from disk.
    time : array, shape (n,)
        Time of each snip.
    perturbations : tuple of str
        In the order of the codes.
    perturbation, individual : array of int, shape (n,)
        Codes.
    """

    frame: pd.DataFrame
    images: np.ndarray[Any, Any]
    time: FloatArray
    perturbations: tuple[str, ...]
    perturbation: IntArray
    individual: IntArray

    @classmethod
    def read(cls, data: PreparedData, held_out: Sequence[str]) -> "Snips":
        """Open the prepared data for a regime.

        Parameters
        ----------
        data : PreparedData
            Paths.
        held_out : sequence of str
            Perturbations that the regime does not train on.

        Returns
        -------
        Snips
            Rows of held-out perturbations have the split ``holdout``.
        """
        frame = read_table(data.table)
        frame["split"] = frame["split"].where(~frame["perturbation"].isin(held_out), "holdout")
        names, codes = np.unique(frame["perturbation"].to_numpy(str), return_inverse=True)
        _, individuals = np.unique(frame["individual"].to_numpy(str), return_inverse=True)
        return cls(
            frame,
            open_array(data.images),
            frame["time"].to_numpy(float),
            tuple(names.tolist()),
            codes.astype(np.int64),
            individuals.astype(np.int64),
        )

    def rows(self, split: str) -> IntArray:
        """Row numbers of one split."""
        return np.flatnonzero(self.frame["split"].to_numpy(str) == split)


def relation_matrix(
    perturbations: Sequence[str], compatibility: Mapping[str, Mapping[str, int]], *, time_only: bool
) -> IntArray:
    """Which perturbations are related.

    Parameters
    ----------
    perturbations : sequence of str
        In the order of their codes.
    compatibility : mapping of str to mapping of str to int
        Pairs that the lab states, in either order: 1 related, 0 not, -1 left out.
    time_only : bool
        All are related.

    Returns
    -------
    array of int, shape (n_perturbations, n_perturbations)
        Symmetric; 1 on the diagonal, 0 elsewhere where nothing is stated.

    Examples
    --------
    >>> relation_matrix(["gdf3", "wt"], {"wt": {"gdf3": -1}}, time_only=False).tolist()
    [[1, -1], [-1, 1]]
    """
    n = len(perturbations)
    if time_only:
        return np.ones((n, n), dtype=np.int64)
    relation = np.eye(n, dtype=np.int64)
    place = {name: code for code, name in enumerate(perturbations)}
    for one, stated in compatibility.items():
        for other, value in stated.items():
            if one in place and other in place:
                relation[place[one], place[other]] = relation[place[other], place[one]] = value
    return relation


def as_images(values: np.ndarray[Any, Any], device: torch.device) -> Tensor:
    """Stored images as the network wants them.

    Parameters
    ----------
    values : array, shape (n, height, width) or (n, height, width, colours)
        uint8, or float32 between 0 and 1.
    device : torch.device
        Where to.

    Returns
    -------
    Tensor, shape (n, colours, height, width)
        Values between 0 and 1.
    """
    images = torch.from_numpy(values).to(device)
    images = images[:, None] if images.ndim == 3 else images.permute(0, 3, 1, 2)
    return images.float() / 255 if images.dtype == torch.uint8 else images.contiguous()
