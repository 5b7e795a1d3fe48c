"""Predictions counted per individual, so that resampling is a matrix product and no classifier is fitted again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable, ShapeMismatch
from morphsweep.records import FloatArray, IntArray

__all__ = ["IndividualCounts", "count_individuals"]


@dataclass(frozen=True, slots=True)
class IndividualCounts:
    """How often each individual was predicted as each perturbation in each time bin.

    Parameters
    ----------
    individuals : tuple of str
        Ids, sorted.
    classes : tuple of str
        Perturbations.
    labels : array of int, shape (n_individuals,)
        True perturbation of each individual.
    batches : array of int, shape (n_individuals,)
        Batch of each individual; all 0 where none is known.
    predicted : array, shape (n_individuals, n_bins, n_classes)
        Snips predicted as each perturbation.
    unlearned : tuple of str
        Perturbations that no classifier had learned: their F1 is missing, not 0.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    """

    individuals: tuple[str, ...]
    classes: tuple[str, ...]
    labels: IntArray
    batches: IntArray
    predicted: FloatArray
    unlearned: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n, n_classes = len(self.individuals), len(self.classes)
        if (
            self.labels.shape != (n,)
            or self.batches.shape != (n,)
            or self.predicted.shape[::2] != (n, n_classes)
        ):
            msg = (
                f"{n} individuals and {n_classes} classes need labels and batches of shape ({n},) and counts of shape "
                f"({n}, bins, {n_classes}), got {self.labels.shape}, {self.batches.shape} and {self.predicted.shape}"
            )
            raise ShapeMismatch(msg)

    @property
    def n_bins(self) -> int:
        """Number of time bins."""
        return int(self.predicted.shape[1])

    def f1(self, weights: FloatArray | None = None) -> FloatArray:
        """F1 of every perturbation in every bin, for each set of weights of the individuals.

        Parameters
        ----------
        weights : array, shape (n_replicates, n_individuals), optional
            Default: each counts once.

        Returns
        -------
        array, shape (n_replicates, n_bins, n_classes)
            NaN in a bin without the perturbation or with nothing else, and of a perturbation that was not learned.
        """
        weights = np.ones((1, len(self.individuals))) if weights is None else weights
        own = np.equal.outer(self.labels, np.arange(len(self.classes))).astype(float)[:, None, :]
        snips = self.predicted.sum(axis=2, keepdims=True)
        tables = np.stack([
            own * self.predicted,
            self.predicted,
            own * snips,
            np.broadcast_to(snips, self.predicted.shape),
        ])
        flat = tables.transpose(1, 0, 2, 3).reshape(len(self.individuals), -1)
        hits, called, positive, total = (
            (weights @ flat).reshape(len(weights), *tables[:, 0].shape).swapaxes(0, 1)
        )
        scores = _f1(hits, called, positive, total)
        scores[..., np.isin(self.classes, self.unlearned)] = np.nan
        return scores

    def f1_of_labels(self, labels: IntArray) -> FloatArray:
        """F1 if the individuals had other labels; the predictions stay.

        Parameters
        ----------
        labels : array of int, shape (n_permutations, n_individuals)
            Label of each individual.

        Returns
        -------
        array, shape (n_permutations, n_bins, n_classes)
            NaN in a bin without the perturbation or with nothing else.
        """
        snips = self.predicted.sum(axis=2)
        hits = np.empty((len(labels), self.n_bins, len(self.classes)))
        positive = np.empty_like(hits)
        for c in range(len(self.classes)):
            own = (labels == c).astype(float)
            hits[..., c] = own @ self.predicted[..., c]
            positive[..., c] = own @ snips
        return _f1(hits, self.predicted.sum(axis=0), positive, snips.sum(axis=0)[:, None])


def count_individuals(
    predicted: IntArray,
    labels: Sequence[str] | np.ndarray[Any, Any],
    individuals: Sequence[str] | np.ndarray[Any, Any],
    bins: IntArray,
    classes: Sequence[str],
    /,
    *,
    n_bins: int,
    batches: Sequence[str] | np.ndarray[Any, Any] | None = None,
    unlearned: Sequence[str] = (),
) -> IndividualCounts:
    """Count the predictions of each individual.

    Parameters
    ----------
    predicted : array of int, shape (n,)
        Predicted class of each snip.
    labels, individuals : sequence of str, length n
        True perturbation and individual of each snip.
    bins : array of int, shape (n,)
        Time bin of each snip; those with -1 are left out.
    classes : sequence of str
        Perturbations; every label is one of them.
    n_bins : int
        Number of time bins.
    batches : sequence of str, length n, optional
        Batch of each snip; that of an individual's first snip counts.
    unlearned : sequence of str
        Perturbations that no classifier had learned.

    Returns
    -------
    IndividualCounts
        The same for any order of the rows.

    Raises
    ------
    InvalidInput
        If a label is none of the classes.
    NotComputable
        If an individual has two labels.

    Examples
    --------
    >>> counts = count_individuals(
    ...     np.array([0, 1, 1]), list("aab"), ["e1", "e1", "e2"], np.zeros(3, int), ["a", "b"], n_bins=1
    ... )
    >>> counts.f1()[0].round(3)
    array([[0.667, 0.667]])
    """
    names, who = np.unique(np.asarray(individuals, dtype=object).astype(str), return_inverse=True)
    codes = pd.Index(list(classes)).get_indexer(pd.Index(np.asarray(labels, dtype=object)))
    if (codes < 0).any():
        msg = f"the label {np.asarray(labels, dtype=object)[codes < 0][0]!r} is none of the classes {list(classes)}"
        raise InvalidInput(msg)
    first = np.unique(who, return_index=True)[1]
    own = codes[first]
    if (own[who] != codes).any():
        msg = f"the individual {str(names[who[own[who] != codes][0]])!r} has more than one perturbation; labels must not change within it"
        raise NotComputable(msg)
    batch = np.zeros(len(names), dtype=np.int64)
    if batches is not None:
        batch = np.unique(np.asarray(batches, dtype=object).astype(str), return_inverse=True)[1][first]
    inside = bins >= 0
    flat = (who[inside] * n_bins + bins[inside]) * len(classes) + predicted[inside]
    counts = np.bincount(flat, minlength=len(names) * n_bins * len(classes)).astype(float)
    return IndividualCounts(
        tuple(map(str, names)),
        tuple(classes),
        own,
        batch,
        counts.reshape(len(names), n_bins, len(classes)),
        tuple(unlearned),
    )


def _f1(hits: FloatArray, called: FloatArray, positive: FloatArray, total: FloatArray) -> FloatArray:
    present = (positive > 0) & (total - positive > 1e-9 * total)
    scores: FloatArray = np.divide(
        2 * hits, called + positive, out=np.full(hits.shape, np.nan), where=present & (called + positive > 0)
    )
    return scores
