"""Scores of all models in every resample, as the choice needs them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.metrics import centred_replicates, column
from morphsweep.records import AVERAGE, FloatArray, IntArray
from morphsweep.selection.noise import NoiseFloor

__all__ = ["draws_of", "groups_of", "resampled_columns"]

_DRAWS = 2000  # of replicate noise, at least


def resampled_columns(
    replicates: pd.DataFrame, columns: Sequence[str], models: Sequence[Any], /, *, n_others: int = 1
) -> FloatArray | None:
    """Values of summary columns in every bootstrap replicate.

    Parameters
    ----------
    replicates : DataFrame
        ``model_index, replicate, regime, perturbation, metric, value``.
    columns : sequence of str
        Summary columns.
    models : sequence
        ``model_index`` of each row wanted.
    n_others : int
        Regimes besides the reference; with several, a bare pair metric is the mean over them.

    Returns
    -------
    array, shape (n_replicates, n_models, n_columns), or None
        NaN where a model has no such number; None when some column was not resampled.
    """
    rows = replicates[replicates["perturbation"] == AVERAGE]
    metric, regime = rows["metric"].astype("category"), rows["regime"].astype("category")  # text is slow
    pairs = pd.DataFrame({"metric": metric, "regime": regime}).drop_duplicates().astype(str)
    count = int(replicates["replicate"].max()) + 1 if len(replicates) else 0
    found = np.full((count, len(models), len(columns)), np.nan)
    position = pd.Index(list(models))
    for k, name in enumerate(columns):
        sources = [
            (m, r) for m, r in pairs.itertuples(index=False, name=None) if name in _titles(m, r, n_others)
        ]
        if not sources:
            return None
        terms = np.full((len(sources), count, len(models)), np.nan)
        for s, (m, r) in enumerate(sources):
            own = rows[((metric == m) & (regime == r)).to_numpy()]
            at = position.get_indexer(pd.Index(own["model_index"]))
            kept = at >= 0
            terms[s, own["replicate"].to_numpy()[kept], at[kept]] = own["value"].to_numpy(dtype=float)[kept]
        found[:, :, k] = terms.mean(axis=0)
    return found


def _titles(name: str, regime: str, n_others: int) -> set[str]:
    """Summary columns that a metric of a regime goes into; none for a metric of another version."""
    try:
        own = column(name, regime, n_others=n_others)
    except InvalidInput:
        return set()
    return {own, name} if column(name, regime) == name else {own}


def groups_of(configurations: "pd.Series[Any]", allowed: np.ndarray[Any, Any], /) -> list[IntArray]:
    """Rows of each configuration; a model whose configuration is not known stands alone.

    Parameters
    ----------
    configurations : Series, shape (n_models,)
        Numbers, missing where not known.
    allowed : array of bool, shape (n_models,)
        Of a configuration that has allowed and other models only the allowed ones count.

    Returns
    -------
    list of array of int
        In order of appearance; every configuration has its group.
    """
    known = configurations.astype(object).where(configurations.notna(), None)
    keys = [("alone", row) if key is None else ("known", key) for row, key in enumerate(known)]
    members: dict[Any, list[int]] = {}
    for row, key in enumerate(keys):
        members.setdefault(key, []).append(row)
    return [
        np.array([row for row in rows if allowed[row]] or rows, dtype=np.int64) for rows in members.values()
    ]


def draws_of(
    values: FloatArray,
    resamples: FloatArray | None,
    groups: Sequence[IntArray],
    noise: NoiseFloor | None,
    columns: Sequence[str],
    /,
    *,
    seed: int,
) -> FloatArray:
    """Means of configurations as they might have come out: other individuals, and other trainings.

    Parameters
    ----------
    values : array, shape (n_models, n_columns)
        The scores.
    resamples : array, shape (n_replicates, n_models, n_columns), or None
        Bootstrap replicates over individuals.
    groups : sequence of array of int
        Rows of each configuration.
    noise : NoiseFloor or None
        Of the replicates; its residuals, all columns together, are what a training adds.
    columns : sequence of str
        Names of the columns.
    seed : int
        Of the draws.

    Returns
    -------
    array, shape (n_draws, n_groups, n_columns)
        Each bootstrap replicate, with its median at the scores (or the scores themselves), plus noise divided by the root of
        the number of models that the mean is over. The noise follows a multivariate t distribution, as its size is known
        from few replicates.
    """
    means = _group_means(values[None], groups)
    if resamples is not None:
        means = centred_replicates(_group_means(resamples, groups), means[0])
    present = [name for name in columns if noise is not None and name in noise]
    if noise is None or not present:
        return means
    repeats = int(np.ceil(_DRAWS / len(means)))
    means = np.repeat(means, repeats, axis=0)
    residuals = noise.residuals[present].to_numpy(dtype=float)
    df = np.array([noise[name].df for name in present])
    rng = np.random.default_rng(seed)
    root = np.where(np.isfinite(residuals), residuals, 0.0) / np.sqrt(df)
    root = np.linalg.qr(root, mode="r")  # the same covariance from as many numbers as there are columns
    normal = rng.standard_normal((len(means), len(groups), len(root)))
    inflation = np.sqrt(df.min() / rng.chisquare(df.min(), size=(len(means), 1)))
    sizes = np.sqrt([len(group) for group in groups])[:, None]
    added = (normal @ root) * inflation[:, None, :] / sizes
    at = [list(columns).index(name) for name in present]
    means[:, :, at] += added
    return means


def _group_means(values: FloatArray, groups: Sequence[IntArray]) -> FloatArray:
    return np.stack([_mean(values[:, group]) for group in groups], axis=1)


def _mean(values: FloatArray) -> FloatArray:
    """Mean over the models of a group that have the number."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    mean: FloatArray = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean
