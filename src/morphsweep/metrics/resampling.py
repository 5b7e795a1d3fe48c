"""Chance, the same for everyone: weights of individuals and permutations of their labels."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, t

from morphsweep.records import FloatArray, IntArray

__all__ = [
    "centred_replicates",
    "id_keys",
    "individual_weights",
    "permuted_labels",
    "replicate_interval",
    "sampled_rows",
    "sampling_positions",
]


def individual_weights(individuals: Sequence[Any], n_replicates: int, /, *, seed: int) -> FloatArray:
    """Bootstrap weights: how much each individual counts in each replicate.

    Parameters
    ----------
    individuals : sequence of str, length n
        Ids.
    n_replicates : int
        Number of replicates.
    seed : int
        Of the bootstrap.

    Returns
    -------
    array, shape (n_replicates, n)
        Exponential with mean 1; each depends on (seed, id, replicate) only, so that all runs, models and data sets that
        share an individual weight it alike, and no replicate loses a perturbation.

    References
    ----------
    .. [1] Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9(1).

    Examples
    --------
    >>> two, one = individual_weights(["e1", "e2"], 3, seed=0), individual_weights(["e2"], 2, seed=0)
    >>> bool((two[:2, 1] == one[:, 0]).all())
    True
    """
    weights = np.empty((n_replicates, len(individuals)))
    for column, name in enumerate(individuals):
        weights[:, column] = _generator("weight", seed, name).standard_exponential(n_replicates, method="inv")
    return weights


def permuted_labels(labels: IntArray, blocks: IntArray, n_permutations: int, /, *, seed: int) -> IntArray:
    """Labels of individuals dealt out anew within blocks.

    Parameters
    ----------
    labels : array of int, shape (n,)
        Label of each individual.
    blocks : array of int, shape (n,)
        Batch of each individual; labels stay within it.
    n_permutations : int
        How often.
    seed : int
        Of the permutations.

    Returns
    -------
    array of int, shape (n_permutations, n)
        Each row has the labels of every block in another order.

    Examples
    --------
    >>> permuted_labels(np.array([0, 1, 2]), np.array([0, 1, 1]), 4, seed=0)[:, 0]
    array([0, 0, 0, 0])
    """
    rng = np.random.default_rng(seed)
    permuted = np.tile(labels, (n_permutations, 1))
    for block in np.unique(blocks):
        inside = np.flatnonzero(blocks == block)
        permuted[:, inside] = rng.permuted(permuted[:, inside], axis=1)
    return permuted


def id_keys(
    names: NDArray[Any] | Sequence[Any], /, *, purpose: str = "", seed: int = 0
) -> NDArray[np.uint64]:
    """A number for each name that looks random and depends on (purpose, seed, name) only.

    Parameters
    ----------
    names : array or sequence of str, length n
        Ids.
    purpose : str
        What it is drawn for; other purposes give other numbers.
    seed : int
        Of the draw.

    Returns
    -------
    array of uint64, shape (n,)
        Order rows by it and all runs that share an id draw it alike, in whatever order their rows are.

    Examples
    --------
    >>> bool((id_keys(["a", "b"])[::-1] == id_keys(["b", "a"])).all())
    True
    """
    key = hashlib.blake2b(f"{purpose}:{seed}".encode(), digest_size=8).hexdigest()
    words = np.asarray(names).astype(str).astype(object)
    keys: NDArray[np.uint64] = pd.util.hash_array(words, hash_key=key, categorize=False)
    return keys


def sampling_positions(
    ids: NDArray[Any], groups: NDArray[Any], /, *, seed: int = 0
) -> tuple[FloatArray, NDArray[np.uint64]]:
    """Where each row stands in the draw: the n rows of lowest position are a sample with the same share of every group.

    Parameters
    ----------
    ids, groups : array, shape (n_rows,)
        Id and group (individual) of each row.
    seed : int
        Of the draw.

    Returns
    -------
    position : array, shape (n_rows,)
        From 0 to 1; also within a part of the rows that holds whole groups.
    keys : array of uint64, shape (n_rows,)
        Random order of the rows.
    """
    keys = id_keys(ids, purpose="row", seed=seed)
    names, code, size = np.unique(groups.astype(str), return_inverse=True, return_counts=True)
    order = np.lexsort((keys, code))
    within = np.empty(len(ids))
    within[order] = np.arange(len(ids)) - np.repeat(np.cumsum(size) - size, size)
    # The k-th of a group of m stands at (k + its own offset) / m, so that small groups do not all begin at 0.
    offset = (id_keys(names, purpose="group", seed=seed) / 2.0**64)[code]
    return (within + offset) / size[code], keys


def sampled_rows(position: FloatArray, keys: NDArray[np.uint64], n: int, /) -> IntArray:
    """Rows of a sample of n, the same share of every group, in a random order that all runs share.

    Parameters
    ----------
    position, keys : array, shape (n_rows,)
        As from ``sampling_positions``.
    n : int
        Size wanted; all rows when there are fewer.

    Returns
    -------
    array of int, shape (min(n, n_rows),)
        Rows in the order of their keys.

    Examples
    --------
    >>> rows = sampled_rows(*sampling_positions(np.arange(100).astype(str), np.arange(100) // 50), 10)
    >>> len(rows), int((rows < 50).sum())
    (10, 5)
    """
    chosen = np.argsort(position, kind="stable")[:n]
    rows: IntArray = chosen[np.argsort(keys[chosen], kind="stable")]
    return rows


def centred_replicates(replicates: FloatArray, values: FloatArray, /) -> FloatArray:
    """Replicates moved so that their median is the value that they are replicates of.

    Weighted individuals are in effect fewer (about half as many), so that curves wiggle more, and every number that
    depends on it moves one way in all replicates. How far replicates spread is what they tell; where they lie is not.

    Parameters
    ----------
    replicates : array, shape (n_replicates, ...)
        Values of the bootstrap; those that are missing stay so, and tell nothing.
    values : array, shape (...)
        The values; where one is missing, its replicates stay as they are.

    Returns
    -------
    array, shape (n_replicates, ...)
        With the same spread. The median, not the mean: a few refits that went astray must not move the others, and
        the value lies within every interval of percentiles.

    References
    ----------
    .. [1] Efron & Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, ch. 10.

    Examples
    --------
    >>> centred_replicates(np.array([[1.0], [2.0], [9.0]]), np.array([5.0])).ravel().tolist()
    [4.0, 5.0, 12.0]
    """
    shift = values - _quantiles(replicates, 0.5)
    moved: FloatArray = replicates + np.where(np.isfinite(shift), shift, 0.0)
    return moved


def replicate_interval(
    replicates: FloatArray,
    n_individuals: ArrayLike,
    /,
    *,
    level: float = 0.9,
    degrees: ArrayLike | None = None,
    around: FloatArray | None = None,
    bounds: tuple[ArrayLike, ArrayLike] = (-np.inf, np.inf),
) -> tuple[FloatArray, FloatArray]:
    """Expanded percentile interval: further out the fewer individuals there are.

    Plain percentiles of a bootstrap are too narrow when few were drawn: weights vary less than samples do, by
    (n + 1) / (n - 1) in variance, and the spread itself is a guess, which Student's t allows for.

    Parameters
    ----------
    replicates : array, shape (n_replicates, ...)
        Values of the bootstrap.
    n_individuals : float or array
        Individuals that a value depends on most (of its perturbation, on average when there are several); an array
        corresponds to the last axis.
    level : float
        Coverage.
    degrees : float or array, optional
        Degrees of freedom of the spread; default: one less than there are individuals. An average over perturbations has
        the sum of theirs.
    around : array, shape (...), optional
        What the values were without weights: the replicates are centred on it, see :func:`centred_replicates`.
    bounds : tuple of float or array
        Least and greatest possible value, beyond which no end lies; an array corresponds to the last axis.

    Returns
    -------
    tuple of array
        Lower and upper end, over the replicates that have a value; NaN where none has, or nothing was drawn.

    References
    ----------
    .. [1] Hesterberg (2015), What teachers should know about the bootstrap, The American Statistician 69(4).

    Examples
    --------
    >>> values = np.arange(101.0)
    >>> few, many = replicate_interval(values, 5), replicate_interval(values, 10_000)
    >>> [round(float(end), 1) for end in (*few, *many)]
    [0.5, 99.5, 5.0, 95.0]
    >>> low, high = replicate_interval(values, 10_000, around=np.array(30.0), bounds=(0, 100))
    >>> round(float(low), 1), round(float(high), 1)
    (0.0, 75.0)
    """
    shape = replicates.shape[1:]
    if not len(replicates):
        return np.full(shape, np.nan), np.full(shape, np.nan)
    columns = replicates if shape else replicates[:, None]
    if around is not None:
        columns = centred_replicates(columns, np.reshape(around, columns.shape[1:]))
    n = np.maximum(np.broadcast_to(np.asarray(n_individuals, dtype=float), columns.shape[-1:]), 2.0)
    df = n - 1 if degrees is None else np.maximum(degrees, 1.0)
    tail = norm.cdf(-t.ppf((1 + level) / 2, df) * np.sqrt((n + 1) / (n - 1)))
    ends = np.stack(
        [
            _quantiles(columns[..., k], [share, 1 - share])
            for k, share in enumerate(np.broadcast_to(tail, columns.shape[-1:]))
        ],
        axis=-1,
    )
    low, high = np.clip(ends, *bounds).reshape(2, *shape)
    return low, high


def _quantiles(replicates: FloatArray, shares: Any) -> FloatArray:
    """Along the first axis, over the replicates that have a value."""
    known = np.isfinite(replicates)
    if known.all():
        found: FloatArray = np.quantile(replicates, shares, axis=0)
        return found
    found = np.full((*np.shape(shares), *replicates.shape[1:]), np.nan)
    some = known.any(axis=0)
    found[..., some] = np.nanquantile(np.where(known, replicates, np.nan)[:, some], shares, axis=0)
    return found


def _generator(purpose: str, seed: int, name: object) -> np.random.Generator:
    key = hashlib.blake2b(f"{purpose}:{seed}:{name}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "big")))
