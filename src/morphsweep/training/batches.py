"""Batches of anchors and partners; the next one is read while the network works on the last."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from morphsweep.records import IntArray
from morphsweep.training.partners import PartnerSampler

__all__ = ["Batch", "epoch_batches"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Anchors followed by their partners.

    Parameters
    ----------
    rows : array of int, shape (2 b,)
        Rows of the snips; row i and row i + b are partners.
    images : array, shape (2 b, height, width) or (2 b, height, width, colours)
        As stored.
    """

    rows: IntArray
    images: np.ndarray[Any, Any]

    @property
    def partner(self) -> IntArray:
        """Position of each view's partner."""
        n = len(self.rows)
        return np.roll(np.arange(n), n // 2)


def epoch_batches(
    images: np.ndarray[Any, Any],
    rows: IntArray,
    sampler: PartnerSampler,
    /,
    *,
    size: int,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    """One pass over the training rows in random order; the incomplete rest is left out.

    Parameters
    ----------
    images : array
        All images, mapped from disk.
    rows : array of int
        Training rows; the sampler counts in these.
    sampler : PartnerSampler
        Of the training rows.
    size : int
        Anchors per batch.
    rng : numpy.random.Generator
        Source of chance of this epoch.

    Yields
    ------
    Batch
        As many as there are whole ones.
    """
    order = rng.permutation(len(rows))
    chosen = []
    for begin in range(0, len(order) - size + 1, size):
        anchors = order[begin : begin + size]
        chosen.append(rows[np.concatenate([anchors, sampler.draw(anchors, rng)])])
    with ThreadPoolExecutor(max_workers=1) as reader:
        waiting = reader.submit(_read, images, chosen[0])
        for following in [*chosen[1:], None]:
            batch = waiting.result()
            if following is not None:
                waiting = reader.submit(_read, images, following)
            yield batch


def _read(images: np.ndarray[Any, Any], rows: IntArray) -> Batch:
    """Gather the images of a batch; on a mapped array this is where the disk is read."""
    return Batch(rows, np.asarray(images[rows]))
