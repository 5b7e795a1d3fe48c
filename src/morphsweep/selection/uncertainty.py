"""How sure a choice is: the whole rule applied again to every draw of individuals and trainings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.metrics import centred_replicates
from morphsweep.records import FloatArray, IntArray
from morphsweep.selection.applying import NumericRule, Standing
from morphsweep.selection.noise import NoiseFloor
from morphsweep.selection.resamples import draws_of, groups_of

__all__ = ["ChoiceUncertainty", "choice_uncertainty", "tie_set"]

LEVEL = 0.9
_LIMITS = (0.05, 0.95)
_SEED = 0  # of the draws of replicate noise: the same choice for the same numbers


@dataclass(frozen=True)
class ChoiceUncertainty:
    """What would have been chosen, had other individuals been measured and the models been trained again.

    Parameters
    ----------
    configurations : DataFrame, one row per configuration
        ``models`` (tuple), ``frequency`` (share of the draws with a winner in which it comes first), ``rank_low, rank,
        rank_high`` (5 %, 50 % and 95 % of its ranks), ``tranche_1`` to ``tranche_4`` (probabilities), ``tie``.
    models : DataFrame, one row per model
        The same over the bootstrap replicates alone, which leave each training as it is; empty without them.
    corrected : DataFrame
        For the winner's configuration and every column of the rule: ``column, value, corrected, low, high``; `corrected` is
        freed of the optimism of having chosen the best: less what whoever comes first in a draw owes to that draw.
    no_winner : float
        Share of the draws in which no configuration is in tranche 1.
    level : float
        Of the tie set.
    n_replicates, n_draws : int
        Bootstrap replicates (0: none) and draws in all.
    noise_df : int or None
        Degrees of freedom of the replicate noise; None when it is not known.
    """

    configurations: pd.DataFrame
    models: pd.DataFrame
    corrected: pd.DataFrame
    no_winner: float
    level: float
    n_replicates: int
    n_draws: int
    noise_df: int | None

    @property
    def ties(self) -> list[Any]:
        """Models of the tie set, in the order of their configurations' frequency."""
        tied = self.configurations[self.configurations["tie"]].sort_values("frequency", ascending=False)
        return [model for models in tied["models"] for model in models]

    @property
    def basis(self) -> str:
        """What the draws are, in words."""
        parts = []
        if self.n_replicates:
            parts.append(f"{self.n_replicates} bootstraps over individuals")
        if self.noise_df is not None:
            parts.append(f"the noise between replicates ({self.noise_df} degrees of freedom)")
        return " combined with ".join(parts)


def choice_uncertainty(
    values: FloatArray,
    rule: NumericRule,
    configurations: "pd.Series[Any]",
    models: Sequence[Any],
    winner: Any,
    /,
    *,
    resamples: FloatArray | None = None,
    noise: NoiseFloor | None = None,
    level: float = LEVEL,
) -> ChoiceUncertainty:
    """Apply a rule again to every draw.

    Parameters
    ----------
    values : array, shape (n_models, n_columns)
        The scores that the rule looks at.
    rule : NumericRule
        Thresholds and order.
    configurations : Series, shape (n_models,)
        Equal numbers are replicates.
    models : sequence
        ``model_index`` of the rows.
    winner : int or None
        The model chosen.
    resamples : array, shape (n_replicates, n_models, n_columns), or None
        Bootstrap replicates over individuals, the same draw for all models; they are centred on the scores.
    noise : NoiseFloor or None
        Of the replicates.
    level : float
        Of the tie set.

    Returns
    -------
    ChoiceUncertainty
        The rule is applied to means over the replicates of each configuration.

    Raises
    ------
    NotComputable
        If neither resamples nor replicate noise are known.

    References
    ----------
    .. [1] Efron & Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, ch. 10: bias by the bootstrap.
    """
    known = noise is not None and any(name in noise for name in rule.columns)
    if resamples is None and not known:
        msg = "neither bootstrap replicates nor replicates of a configuration are there, so how sure the choice is cannot be said"
        raise NotComputable(msg)
    groups = groups_of(configurations, rule.allowed)
    names = [tuple(models[row] for row in group) for group in groups]
    drawn = draws_of(values, resamples, groups, noise, rule.columns, seed=_SEED)
    grouped = rule.rows(groups)
    standing = grouped(drawn)
    table, winners = _table(standing), standing.winners
    table.insert(0, "models", pd.Series(names, dtype=object))
    table["tie"] = tie_set(table["frequency"].to_numpy(), level=level)
    base = draws_of(values, None, groups, None, rule.columns, seed=_SEED)[0]
    own = next((g for g, name in enumerate(names) if winner in name), None)
    return ChoiceUncertainty(
        configurations=table,
        models=_of_models(values, resamples, rule, models),
        corrected=_corrected(base, drawn, winners, own, rule.columns),
        no_winner=float((winners < 0).mean()),
        level=level,
        n_replicates=0 if resamples is None else len(resamples),
        n_draws=len(drawn),
        noise_df=min(noise[name].df for name in rule.columns if name in noise)
        if noise is not None and known
        else None,
    )


def tie_set(frequency: FloatArray, /, *, level: float = LEVEL) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """The smallest set that holds the winner of a given share of the draws.

    Parameters
    ----------
    frequency : array, shape (n,)
        Share of draws that each wins.
    level : float
        The share.

    Returns
    -------
    array of bool, shape (n,)
        Members; equal frequencies at the edge all belong to it, those that never win never do.

    Examples
    --------
    >>> tie_set(np.array([0.05, 0.7, 0.25])).tolist()
    [False, True, True]
    """
    order = np.sort(frequency)[::-1]
    reached = np.flatnonzero(np.cumsum(order) >= level - 1e-12)
    least = order[reached[0]] if len(reached) else 0.0
    return (frequency >= least) & (frequency > 0)


def _table(standing: Standing) -> pd.DataFrame:
    tranches, ranks, winners = standing.tranche, standing.rank, standing.winners
    won = winners[winners >= 0]
    n = tranches.shape[1]
    placed = np.where(ranks > 0, ranks, np.nan).astype(float)
    some = np.isfinite(placed).any(axis=0)
    quantiles = np.full((3, n), np.nan)
    if some.any():
        quantiles[:, some] = np.nanquantile(placed[:, some], [_LIMITS[0], 0.5, _LIMITS[1]], axis=0)
    columns = {
        "frequency": np.bincount(won, minlength=n) / max(len(won), 1),
        "rank_low": quantiles[0],
        "rank": quantiles[1],
        "rank_high": quantiles[2],
    }
    columns |= {f"tranche_{number}": (tranches == number).mean(axis=0) for number in (1, 2, 3, 4)}
    return pd.DataFrame(columns)


def _of_models(
    values: FloatArray, resamples: FloatArray | None, rule: NumericRule, models: Sequence[Any]
) -> pd.DataFrame:
    if resamples is None:
        return pd.DataFrame()
    table = _table(rule(centred_replicates(resamples, values)))
    table.insert(0, "model_index", list(models))
    return table


def _corrected(
    base: FloatArray, drawn: FloatArray, winners: IntArray, own: int | None, columns: Sequence[str]
) -> pd.DataFrame:
    """What the rule's winner is worth to individuals and trainings that did not choose it.

    In the draws it is known how much whoever comes first owes to chance: the drawn score minus what that configuration
    scores on average over all draws. So much is taken from the winner's own score. What others score does not enter, so
    that a winner of every draw keeps what it has.
    """
    names = ["column", "value", "corrected", "low", "high"]
    if own is None:
        return pd.DataFrame(columns=names)
    won = np.flatnonzero(winners >= 0)
    luck = drawn[won, winners[won]] - _known_mean(drawn)[winners[won]]
    mine = drawn[:, own]
    rows = []
    for k, name in enumerate(columns):
        known = mine[np.isfinite(mine[:, k]), k]
        low, high = np.quantile(known, _LIMITS) if len(known) else (np.nan, np.nan)
        rows.append((name, base[own, k], base[own, k] - _known_mean(luck[:, k]), low, high))
    return pd.DataFrame(rows, columns=names)


def _known_mean(draws: FloatArray) -> FloatArray:
    """Over the draws that have a number; NaN where none has."""
    known = np.isfinite(draws)
    count = known.sum(axis=0)
    mean: FloatArray = np.where(known, draws, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
    return mean
