"""How much of a hyper-parameter's effect is left once scale and the like are held. Descriptive: no cause is claimed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from morphsweep.influence.knob import Knob
from morphsweep.records import FloatArray, IntArray

__all__ = ["remaining_effect"]

_BOOTSTRAPS = 500
_COLUMNS = ["hyperparameter", "metric", "held", "effect", "left", "share", "low", "high", "models", "reason"]


def remaining_effect(
    knob: Knob,
    metric: str,
    score: FloatArray,
    covariates: Mapping[str, FloatArray],
    groups: IntArray,
    /,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Effect of a hyper-parameter on a metric, before and after holding other numbers.

    Parameters
    ----------
    knob : Knob
        An ordered hyper-parameter.
    metric : str
        Name of the metric.
    score : array, shape (n_models,)
        NaN where missing.
    covariates : mapping of str to array, shape (n_models,)
        What is held: each alone, and all together.
    groups : array of int, shape (n_models,)
        Equal for replicates.
    seed : int
        Of the bootstrap over configurations.

    Returns
    -------
    DataFrame
        ``hyperparameter, metric, held, effect, left, share, low, high, models, reason``: linear effect from the lowest to the
        highest setting, what is left of it, and left / effect with a 95 % interval. About 1: the effect does not run
        through what is held; about 0: it comes and goes with it. A share is not told when the whole effect is not
        clear of zero.
    """
    names = list(covariates)
    sets = [[name] for name in names] + ([names] if len(names) > 1 else [])
    rows = []
    for held in sets:
        columns = [score, knob.values, *(covariates[name] for name in held)]
        has = np.isfinite(np.array(columns)).all(axis=0)
        label = (knob.name, metric, " + ".join(held))
        if has.sum() < len(held) + 5 or np.ptp(knob.values[has], axis=0) == 0:
            rows.append((*label, *[np.nan] * 5, int(has.sum()), "too few models have all of these numbers"))
            continue
        y, x, *others = (column[has] for column in columns)
        x = (x - x.min()) / np.ptp(x)
        both = _both_effects(y, x, others)
        drawn = _drawn(y, x, others, groups[has], seed)
        clear = not np.quantile(drawn[:, 0], 0.025) <= 0 <= np.quantile(drawn[:, 0], 0.975)
        if clear:
            low, high = np.quantile(drawn[:, 1] / drawn[:, 0], [0.025, 0.975])
            rows.append((*label, *both, both[1] / both[0], low, high, int(has.sum()), ""))
        else:
            reason = "the effect itself is not clear of zero"
            rows.append((*label, *both, np.nan, np.nan, np.nan, int(has.sum()), reason))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _both_effects(y: FloatArray, x: FloatArray, others: Sequence[FloatArray]) -> tuple[float, float]:
    """Coefficient of x alone, and beside the others."""
    ones = np.ones(len(y))
    plain = np.linalg.lstsq(np.column_stack([ones, x]), y, rcond=None)[0]
    beside = np.linalg.lstsq(np.column_stack([ones, x, *others]), y, rcond=None)[0]
    return float(plain[1]), float(beside[1])


def _drawn(
    y: FloatArray, x: FloatArray, others: Sequence[FloatArray], groups: IntArray, seed: int
) -> FloatArray:
    """Both effects, configurations weighted anew (Bayesian bootstrap, so that no level is lost)."""
    codes = np.unique(groups, return_inverse=True)[1]
    rng = np.random.default_rng([seed, 707])
    found = np.empty((_BOOTSTRAPS, 2))
    for place in range(_BOOTSTRAPS):
        root = np.sqrt(rng.standard_exponential(codes.max() + 1)[codes])
        ones = root * np.ones(len(y))
        plain = np.linalg.lstsq(np.column_stack([ones, root * x]), root * y, rcond=None)[0]
        columns = np.column_stack([ones, root * x, *(root * other for other in others)])
        found[place] = plain[1], np.linalg.lstsq(columns, root * y, rcond=None)[0][1]
    return found
