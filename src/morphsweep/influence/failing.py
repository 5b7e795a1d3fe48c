"""Which settings fail: models without numbers, counted instead of dropped."""

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.influence.design import NOT_SET, Design
from morphsweep.records import BoolArray

__all__ = ["failure_rates", "wilson"]


def failure_rates(design: Design, failed: BoolArray, /) -> pd.DataFrame:
    """Share of models without a number, at every level of every hyper-parameter.

    Parameters
    ----------
    design : Design
        Settings of all models, the failed ones too.
    failed : array of bool, shape (n_models,)
        Models without the number.

    Returns
    -------
    DataFrame
        ``hyperparameter, level, order, n, failed, rate, low, high``, with Wilson's 95 % interval.
    """
    rows = []
    for knob in design.varying:
        levels = [*enumerate(knob.levels), (-1, NOT_SET)]
        for code, level in levels:
            here = knob.codes == code
            if here.any():
                count, n = int(failed[here].sum()), int(here.sum())
                rows.append((knob.name, level, code, n, count, count / n, *wilson(count, n)))
    return pd.DataFrame(
        rows, columns=["hyperparameter", "level", "order", "n", "failed", "rate", "low", "high"]
    )


def wilson(count: int, n: int, /) -> tuple[float, float]:
    """Wilson's 95 % interval of a share.

    Parameters
    ----------
    count, n : int
        Of `n` cases, `count` are so.

    Returns
    -------
    tuple of float
        Between 0 and 1; missing without a case.

    References
    ----------
    .. [1] Wilson (1927), Probable inference, J. Am. Stat. Assoc. 22(158).

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.278]
    """
    if n == 0:
        return np.nan, np.nan
    z = float(stats.norm.ppf(0.975))
    share, extra = count / n, z * z / n
    middle = (share + extra / 2) / (1 + extra)
    half = z * np.sqrt(share * (1 - share) / n + extra / (4 * n)) / (1 + extra)
    low, high = max(0.0, float(middle - half)), min(1.0, float(middle + half))
    return (low if count else 0.0), (high if count < n else 1.0)
