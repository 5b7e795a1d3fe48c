"""Which score agrees with a person's eye."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.metrics import individual_weights
from morphsweep.records import FloatArray

__all__ = ["agreement_with_ratings", "self_agreement"]

_FEWEST = 4  # models that a rank correlation can be told from


def agreement_with_ratings(
    ratings: "pd.Series[float]",
    table: pd.DataFrame,
    /,
    *,
    better: Mapping[str, str | None],
    clusters: "pd.Series[int] | None" = None,
    n_replicates: int = 1000,
    seed: int = 42,
) -> pd.DataFrame:
    """Rank correlation of every score with a person's ratings, with interval.

    Parameters
    ----------
    ratings : Series, indexed by model_index
        Mean rating of each model, more is prettier.
    table : DataFrame, indexed by model_index
        Scores of the models.
    better : mapping of str to {"higher", "lower", "range"} or None
        Column -> direction; the correlation is with the goodness of the score, so that 1 is full agreement. For "range" that
        is closeness to the median; without a direction the sign is that of the number.
    clusters : Series of int, optional, indexed by model_index
        Configuration of each model; replicates of one are resampled together.
    n_replicates : int
        Of the Bayesian bootstrap over clusters.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``column, rho, low, high`` (5 % and 95 % quantiles), ``n`` (models with both), ``first`` (share of replicates in which
        it agrees best), best first.

    Raises
    ------
    NotComputable
        If fewer than four models are rated, or all alike.

    Examples
    --------
    >>> eye = pd.Series([1.0, 2.0, 3.0, 5.0], index=[1, 2, 3, 4])
    >>> scores = pd.DataFrame({"spread": [4.0, 3.0, 2.0, 1.0]}, index=[1, 2, 3, 4])
    >>> agreement_with_ratings(eye, scores, better={"spread": "lower"})["rho"].tolist()
    [1.0]
    """
    known = ratings.dropna()
    if len(known) < _FEWEST or known.nunique() == 1:
        msg = f"agreement needs at least {_FEWEST} models with different ratings, found {len(known)} models with {known.nunique()} values"
        raise NotComputable(msg)
    groups = pd.Series(known.index, index=known.index) if clusters is None else clusters.reindex(known.index)
    names, place = np.unique(groups.astype(str).to_numpy(), return_inverse=True)
    weights = np.vstack([
        np.ones(len(known)),
        individual_weights(list(names), n_replicates, seed=seed)[:, place],
    ])
    rows, draws = [], []
    for column in table.columns:
        values = _goodness(table[column].reindex(known.index), better.get(str(column)))
        both = np.isfinite(values)
        if both.sum() < _FEWEST or np.ptp(values[both]) == 0:
            continue
        rho = _weighted_rank_correlations(known.to_numpy(dtype=float)[both], values[both], weights[:, both])
        low, high = np.quantile(rho[1:], [0.05, 0.95])
        rows.append((str(column), rho[0], low, high, int(both.sum())))
        draws.append(rho[1:])
    frame = pd.DataFrame(rows, columns=["column", "rho", "low", "high", "n"])
    if not rows:
        msg = "no score is known for at least four of the rated models"
        raise NotComputable(msg)
    winners = np.bincount(np.argmax(np.vstack(draws), axis=0), minlength=len(rows)) / n_replicates
    return frame.assign(first=winners).sort_values("rho", ascending=False, kind="stable", ignore_index=True)


def self_agreement(first: Sequence[float], second: Sequence[float], /) -> tuple[float, float]:
    """How well a person agrees with themselves on spaces that were shown twice.

    Parameters
    ----------
    first, second : sequence of float
        Ratings of the same spaces.

    Returns
    -------
    tuple of float
        Share of equal ratings, mean absolute difference; lower is better for the latter.

    Raises
    ------
    InvalidInput
        If both differ in length or are empty.

    Examples
    --------
    >>> self_agreement([3, 4], [3, 2])
    (0.5, 1.0)
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape or not len(a):
        msg = f"ratings that were given twice must pair up, found {len(a)} and {len(b)}"
        raise InvalidInput(msg)
    return float((a == b).mean()), float(np.abs(a - b).mean())


def _goodness(values: "pd.Series[float]", direction: str | None) -> FloatArray:
    """The score so that more is better."""
    numbers: FloatArray = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    if direction == "range" and np.isfinite(numbers).any():
        numbers = np.abs(numbers - np.nanmedian(numbers))
    signed: FloatArray = numbers * (-1 if direction in {"lower", "range"} else 1)
    return signed


def _weighted_rank_correlations(a: FloatArray, b: FloatArray, weights: FloatArray) -> FloatArray:
    """Spearman's correlation under each row of weights (n_replicates, n)."""
    w = weights / weights.sum(axis=1, keepdims=True)
    x, y = _centred_ranks(a, w), _centred_ranks(b, w)
    covariance, scale = (w * x * y).sum(axis=1), np.sqrt((w * x**2).sum(axis=1) * (w * y**2).sum(axis=1))
    rho: FloatArray = np.clip(np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 0), -1, 1)
    return rho


def _centred_ranks(values: FloatArray, w: FloatArray) -> FloatArray:
    """Mid-ranks (weight below plus half the weight at a value) minus their mean."""
    _, place = np.unique(values, return_inverse=True)
    at = w @ np.eye(place.max() + 1)[place]
    ranks = (np.cumsum(at, axis=1) - at / 2)[:, place]
    centred: FloatArray = ranks - (w * ranks).sum(axis=1, keepdims=True)
    return centred
