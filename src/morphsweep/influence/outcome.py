"""One score as an outcome of the settings: everything that is told about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.influence.chance import Chance, against_chance
from morphsweep.influence.design import Design
from morphsweep.influence.effects import linear_effects
from morphsweep.influence.forest import Explained, explain, normalised, repeats_for
from morphsweep.influence.grades import not_beyond
from morphsweep.influence.levels import interactions, main_effects
from morphsweep.influence.matched import matched_changes, matched_lines
from morphsweep.influence.spread import regime_spread, replicate_spread
from morphsweep.influence.together import goes_with
from morphsweep.records import FloatArray

__all__ = ["Driver", "Effort", "Outcome", "Told", "judge", "tell"]

Driver = Callable[[Design, FloatArray], Mapping[str, float]]

_BOOTSTRAPS = 1_000
_LEAST_SHARE = 0.01  # of the variance, below which nobody would call it a driver


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is computed.

    Parameters
    ----------
    n_trees : int
        Trees per fold.
    permutations : int
        Of the score, for the null.
    seed : int
        Of everything that is drawn.
    """

    n_trees: int = 100
    permutations: int = 99
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One score of all models.

    Parameters
    ----------
    name : str
        Its column.
    values : array, shape (n_models,)
        NaN where a model has no number.
    noise : float or None
        SD of replicates, in the score's unit.
    change : array, shape (n_models,), or None
        Score in the other regime minus score in the reference, where the score has both.
    """

    name: str
    values: FloatArray
    noise: float | None = None
    change: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is told about one score: tables without the column ``metric``, and the reason when there are none."""

    fit: dict[str, object]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the forest, chance and matched cells say of one score; `table` has one row per hyper-parameter."""

    found: Explained
    chance: Chance
    changes: pd.DataFrame
    table: pd.DataFrame


def tell(task: tuple[Outcome, Design, Effort, Driver | None], /) -> Told:
    """Everything about one score.

    Parameters
    ----------
    task : tuple
        The outcome, the design of all models, the effort, and a driver of one's own or None.

    Returns
    -------
    Told
        With a reason instead of tables where the score cannot be explained.
    """
    outcome, whole, effort, driver = task
    has = np.isfinite(outcome.values)
    fit: dict[str, object] = {
        "metric": outcome.name,
        "models": int(has.sum()),
        "missing": int((~has).sum()),
        "noise_sd": np.nan if outcome.noise is None else outcome.noise,
    }
    try:
        design, score = _those_with(whole, outcome.values)
        judged = judge(design, score, effort, driver)
    except NotComputable as reason:
        return Told(fit | {"configurations": len(np.unique(whole.groups[has])), "reason": str(reason)})
    tables = _tables(outcome, design, score, judged, effort)
    if outcome.change is not None:
        both = np.isfinite(outcome.change)
        if both.any():
            tables["spread"] = _spread(whole.take(both), outcome.change[both], tables["spread"], effort.seed)
    fit |= {"configurations": len(np.unique(design.groups)), "reason": "", "sd": float(score.std(ddof=1))}
    return Told(fit | _fit_quality(design, score, judged, effort.seed), tables)


def _those_with(whole: Design, values: FloatArray) -> tuple[Design, FloatArray]:
    """The models that have a score, and the score."""
    has = np.isfinite(values)
    if not has.any():
        msg = "no model has this number"
        raise NotComputable(msg)
    return whole.take(has), values[has]


def judge(design: Design, score: FloatArray, effort: Effort, driver: Driver | None = None, /) -> Judged:
    """Which settings move a score, by the forest, chance, and matched cells.

    Parameters
    ----------
    design : Design
        Settings of the models that have the score.
    score : array, shape (n_models,)
        Finite numbers.
    effort : Effort
        How much is computed.
    driver : callable or None
        Of one's own.

    Returns
    -------
    Judged
        What was found, and one row per hyper-parameter.

    Raises
    ------
    NotComputable
        If there are too few models, or nothing varies.
    InvalidInput
        If the driver breaks its contract.
    """
    found = explain(design, score, n_trees=effort.n_trees, repeats=repeats_for(len(score)), seed=effort.seed)
    chance = against_chance(design, score, permutations=effort.permutations, seed=effort.seed)
    changes = pd.concat([matched_changes(design, score, knob) for knob in design.varying], ignore_index=True)
    table = _importances(design, score, found, chance, changes, effort.seed, driver)
    return Judged(found, chance, changes, table)


def _tables(
    outcome: Outcome, design: Design, score: FloatArray, judged: Judged, effort: Effort
) -> dict[str, pd.DataFrame]:
    options = {"n_trees": effort.n_trees, "seed": effort.seed}
    pairs, cells = interactions(design, score, judged.found.shares(), **options)
    effects = linear_effects(design, score)
    lines = [matched_lines(design, score, knob).assign(hyperparameter=knob.name) for knob in design.varying]
    return {
        "importances": judged.table,
        "effects": effects.assign(effect_in_noise=_in_noise(effects["effect"], outcome.noise)),
        "main_effects": main_effects(design, score, **options),
        "interactions": pairs,
        "cells": cells,
        "matched": judged.changes.assign(change_in_noise=_in_noise(judged.changes["change"], outcome.noise)),
        "lines": pd.concat(lines, ignore_index=True),
        "spread": replicate_spread(design, score).assign(of="replicates"),
    }


def _spread(design: Design, change: FloatArray, before: pd.DataFrame, seed: int) -> pd.DataFrame:
    own = regime_spread(design, change, seed=seed).assign(of="other - reference")
    return (
        pd.concat([frame for frame in (own, before) if len(frame)], ignore_index=True) if len(own) else before
    )


def _importances(
    design: Design,
    score: FloatArray,
    found: Explained,
    chance: Chance,
    changes: pd.DataFrame,
    seed: int,
    driver: Driver | None,
) -> pd.DataFrame:
    """One row per hyper-parameter, also those that cannot be judged."""
    shares = found.shares()
    weights = _group_weights(design, seed)
    drawn = np.array([found.shares(w, score) for w in weights])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    importance = _checked(driver(design, score), design) if driver else _importance(shares)
    acts = chance.acts.copy()
    if chance.models < len(score):  # chance reaches less with all models than with those of the test
        acts |= low > chance.limit
    acts &= shares >= _LEAST_SHARE
    judged = {
        knob.name: {
            "importance": importance[place],
            "share": min(shares[place], 1.0),
            "low": np.clip(low[place], 0.0, 1.0),
            "high": np.clip(high[place], 0.0, 1.0),
            "chance": chance.limit[place],
            "p": chance.p[place],
            "verdict": "acts"
            if acts[place]
            else not_beyond(
                _matched_p(knob.name, changes),
                len(design.varying),
                forest=chance.p[place] if shares[place] >= _LEAST_SHARE else np.nan,
            ),
            "goes_with": goes_with(design, knob) if acts[place] else "",
        }
        for place, knob in enumerate(design.varying)
    }
    rows = [
        {"hyperparameter": k.name, **judged.get(k.name, {"verdict": k.verdict, "goes_with": ""})}
        for k in design.knobs
    ]
    frame = pd.DataFrame(rows)
    return frame.sort_values("share", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _matched_p(name: str, changes: pd.DataFrame) -> float:
    """The p of the paired change from end to end; NaN without matched cells."""
    ends = changes.loc[changes["hyperparameter"] == name, "p_t"]
    return float(ends.iloc[0]) if len(ends) else np.nan


def _importance(shares: FloatArray) -> FloatArray:
    """Shares as importances; missing where nothing is explained."""
    return normalised(shares) if (shares > 0).any() else np.full(len(shares), np.nan)


def _checked(importances: Mapping[str, float], design: Design) -> FloatArray:
    """A driver of one's own keeps the contract, or is told how it does not."""
    names = [knob.name for knob in design.varying]
    values = np.array([float(importances.get(name, 0.0)) for name in names])
    unknown = sorted(set(importances) - set(names))
    if unknown or (values < 0).any() or abs(values.sum() - 1) > 1e-6:
        msg = (
            f"a driver returns importances of at least 0 that sum to one, for the hyper-parameters that vary ({', '.join(names)}); "
            f"found the sum {values.sum():.6g}, the smallest {values.min():.6g}, unknown names {unknown or 'none'}"
        )
        raise InvalidInput(msg)
    return values


def _fit_quality(design: Design, score: FloatArray, judged: Judged, seed: int) -> dict[str, object]:
    drawn = [judged.found.r2(w, score) for w in _group_weights(design, seed)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"r2": judged.found.r2(), "r2_low": low, "r2_high": high, "models_in_null": judged.chance.models}


def _group_weights(design: Design, seed: int) -> FloatArray:
    """Bayesian bootstrap over configurations: weights of models that sum to one."""
    _, codes = np.unique(design.groups, return_inverse=True)
    drawn = np.random.default_rng([seed, 606]).standard_exponential((_BOOTSTRAPS, codes.max() + 1))[:, codes]
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _in_noise(values: "pd.Series[float]", noise: float | None) -> "pd.Series[float]":
    return values / noise if noise else values * np.nan
