"""What all models of a sweep share: who the individuals are, the folds, and the time bins."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.records.arrays import FloatArray

__all__ = ["Cohort"]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Individuals, labels, folds and time bins, fixed once per sweep so that every comparison is paired.

    Parameters
    ----------
    snips : DataFrame
        One row per snip of the run it was made from: ``snip_id, individual, perturbation, time`` and, where known,
        ``batch, split``; plus ``fold``. File order.
    perturbations : tuple of str
        The compared perturbations, in the order of the comparison.
    left_out : mapping of str to str
        Perturbations that are not compared, with the reason.
    bin_edges : array, shape (n_bins + 1,)
        Edges of the time bins, rising.
    folds : mapping of str to int
        Fold of each individual.
    n_folds : int
        Number of folds.
    fingerprint : str
        Hash of all of the above.

    Raises
    ------
    InvalidInput
        If the edges do not rise.
    """

    snips: pd.DataFrame
    perturbations: tuple[str, ...]
    left_out: Mapping[str, str]
    bin_edges: FloatArray
    folds: Mapping[str, int]
    n_folds: int
    fingerprint: str

    def __post_init__(self) -> None:
        if len(self.bin_edges) < 2 or not (self.bin_edges[1:] > self.bin_edges[:-1]).all():
            msg = f"time-bin edges must rise, got {self.bin_edges.tolist()}"
            raise InvalidInput(msg)
