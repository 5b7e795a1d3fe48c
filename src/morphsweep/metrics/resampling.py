"""Chance, the same for everyone: weights of individuals and permutations of their labels."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import norm, t

from morphsweep.records import FloatArray, IntArray

__all__ = ["individual_weights", "permuted_labels", "replicate_interval"]


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


def replicate_interval(
    replicates: FloatArray, n_individuals: IntArray | int, /, *, level: float = 0.9
) -> tuple[FloatArray, FloatArray]:
    """Expanded percentile interval: further out the fewer individuals there are.

    Plain percentiles of a bootstrap are too narrow when few were drawn: weights vary less than samples do, by
    (n + 1) / (n - 1) in variance, and the spread itself is a guess, which Student's t allows for.

    Parameters
    ----------
    replicates : array, shape (n_replicates, ...)
        Values of the bootstrap.
    n_individuals : int or array of int
        Individuals that a value depends on most (of its perturbation); an array corresponds to the last axis.
    level : float
        Coverage.

    Returns
    -------
    tuple of array
        Lower and upper end; NaN where a replicate has no value or nothing was drawn.

    References
    ----------
    .. [1] Hesterberg (2015), What teachers should know about the bootstrap, The American Statistician 69(4).

    Examples
    --------
    >>> values = np.arange(101.0)
    >>> few, many = replicate_interval(values, 5), replicate_interval(values, 10_000)
    >>> [round(float(end), 1) for end in (*few, *many)]
    [0.5, 99.5, 5.0, 95.0]
    """
    shape = replicates.shape[1:]
    if not len(replicates):
        return np.full(shape, np.nan), np.full(shape, np.nan)
    n = np.maximum(np.broadcast_to(n_individuals, shape[-1:] or (1,)), 2)
    out = t.ppf((1 + level) / 2, n - 1) * np.sqrt((n + 1) / (n - 1))
    tail = norm.cdf(-out)
    ends = np.empty((2, *(shape or (1,))))
    for k, share in enumerate(tail):
        column = replicates[..., k] if shape else replicates
        ends[..., k] = np.quantile(column, [share, 1 - share], axis=0)
    low, high = ends if shape else ends[:, 0]
    return low, high


def _generator(purpose: str, seed: int, name: object) -> np.random.Generator:
    key = hashlib.blake2b(f"{purpose}:{seed}:{name}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "big")))
