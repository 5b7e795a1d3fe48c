"""What snips are taken for along development: confusion over time, and the course of single individuals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, ShapeMismatch
from morphsweep.metrics.time_bins import time_bins
from morphsweep.records import FloatArray, IntArray

__all__ = ["confusion_over_time", "probability_courses"]

Labels = Sequence[str] | np.ndarray[Any, Any]


def confusion_over_time(
    probabilities: FloatArray,
    labels: Labels,
    times: FloatArray,
    edges: FloatArray,
    classes: Sequence[str],
    /,
    *,
    last_closed: bool = True,
) -> pd.DataFrame:
    """As what the snips of each perturbation are recognised in each time bin.

    Parameters
    ----------
    probabilities : array, shape (n, n_classes)
        Predicted class probabilities of rows the classifier was not trained on.
    labels : sequence of str, length n
        True perturbations, each one of the classes.
    times : array, shape (n,)
        Times; rows outside the edges are left out.
    edges : array, shape (n_bins + 1,)
        Rising edges of the time bins.
    classes : sequence of str, length n_classes
        Perturbation of each column of `probabilities`.
    last_closed : bool
        Whether the upper edge of the last bin belongs to it.

    Returns
    -------
    DataFrame
        ``perturbation, predicted, time_bin, time, n, share``: one row per pair of perturbations and bin. Shares of a
        perturbation in a bin add up to 1; they are missing where it has no snip.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    InvalidInput
        If a label is none of the classes.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    >>> table = confusion_over_time(
    ...     p, ["a", "b", "b"], np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0]), ["a", "b"]
    ... )
    >>> table["share"].tolist()
    [1.0, 0.0, 0.5, 0.5]
    """
    codes = _codes(probabilities, labels, times, classes)
    n_bins, n = len(edges) - 1, len(classes)
    bins = time_bins(times, edges, last_closed=last_closed)
    inside = bins >= 0
    flat = ((codes * n + probabilities.argmax(axis=1)) * n_bins + bins)[inside]
    counts = np.bincount(flat, minlength=n * n * n_bins).reshape(n, n, n_bins)
    total = np.broadcast_to(counts.sum(axis=1, keepdims=True), counts.shape)
    share = np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)
    names = np.asarray(classes, dtype=object)
    return pd.DataFrame({
        "perturbation": np.repeat(names, n * n_bins),
        "predicted": np.tile(np.repeat(names, n_bins), n),
        "time_bin": np.tile(np.arange(n_bins), n * n),
        "time": np.tile((edges[:-1] + edges[1:]) / 2, n * n),
        "n": counts.ravel(),
        "share": share.ravel(),
    })


def probability_courses(
    probabilities: FloatArray,
    labels: Labels,
    individuals: Labels,
    times: FloatArray,
    edges: FloatArray,
    classes: Sequence[str],
    /,
    *,
    last_closed: bool = True,
) -> pd.DataFrame:
    """How probable each individual's own perturbation seems in each time bin.

    Parameters
    ----------
    probabilities : array, shape (n, n_classes)
        Predicted class probabilities of rows the classifier was not trained on.
    labels, individuals : sequence of str, length n
        True perturbation, one of the classes, and individual of each row.
    times : array, shape (n,)
        Times; rows outside the edges are left out.
    edges : array, shape (n_bins + 1,)
        Rising edges of the time bins.
    classes : sequence of str, length n_classes
        Perturbation of each column of `probabilities`.
    last_closed : bool
        Whether the upper edge of the last bin belongs to it.

    Returns
    -------
    DataFrame
        ``individual, perturbation, time_bin, time, n, probability, predicted``: one row per individual and bin that has
        snips, sorted; mean probability of its own perturbation, and which one is most probable on average.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    InvalidInput
        If a label is none of the classes.

    Examples
    --------
    >>> p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    >>> probability_courses(
    ...     p,
    ...     ["a", "b", "b"],
    ...     ["e1", "e2", "e2"],
    ...     np.array([0.0, 0.5, 1.0]),
    ...     np.array([0.0, 1.0]),
    ...     ["a", "b"],
    ... )[["individual", "probability", "predicted"]]
      individual  probability predicted
    0         e1          0.9         a
    1         e2          0.6         b
    """
    codes = _codes(probabilities, labels, times, classes)
    if len(individuals) != len(codes):
        msg = f"{len(individuals)} individuals for {len(codes)} rows"
        raise ShapeMismatch(msg)
    bins = time_bins(times, edges, last_closed=last_closed)
    inside = bins >= 0
    columns = [f"p{k}" for k in range(len(classes))]
    table = pd.DataFrame(probabilities[inside], columns=columns)
    keys = [np.asarray(individuals, dtype=object).astype(str)[inside], codes[inside], bins[inside]]
    groups = table.groupby(keys, sort=True)
    mean, number = groups.mean(), groups.size()
    who, own, at = (mean.index.get_level_values(level).to_numpy() for level in range(3))
    values = mean.to_numpy()
    names = np.asarray(classes, dtype=object)
    return pd.DataFrame({
        "individual": who,
        "perturbation": names[own],
        "time_bin": at,
        "time": ((edges[:-1] + edges[1:]) / 2)[at],
        "n": number.to_numpy(),
        "probability": values[np.arange(len(values)), own],
        "predicted": names[values.argmax(axis=1)] if len(values) else names[:0],
    })


def _codes(probabilities: FloatArray, labels: Labels, times: FloatArray, classes: Sequence[str]) -> IntArray:
    """Number of each row's label."""
    if probabilities.shape != (len(labels), len(classes)) or times.shape != (len(labels),):
        msg = f"{len(labels)} labels and {len(classes)} classes do not fit probabilities {probabilities.shape} and times {times.shape}"
        raise ShapeMismatch(msg)
    codes: IntArray = pd.Index(list(classes)).get_indexer(pd.Index(np.asarray(labels, dtype=object)))
    if (codes < 0).any():
        msg = f"the label {np.asarray(labels, dtype=object)[codes < 0][0]!r} is none of the classes {list(classes)}"
        raise InvalidInput(msg)
    return codes
