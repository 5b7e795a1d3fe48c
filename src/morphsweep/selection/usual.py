"""The range in which a score usually lies, for scores whose both extremes are bad."""

import numpy as np
import pandas as pd

from morphsweep.records import FloatArray

__all__ = ["usual_range"]

_FEWEST = 5  # models before a usual range means anything


def usual_range(values: "pd.Series[float] | FloatArray", /) -> tuple[float, float] | None:
    """Median -/+ 3 MAD.

    Parameters
    ----------
    values : Series or array
        A score over the models; missing values are left out.

    Returns
    -------
    tuple of float or None
        None with fewer than five values, or when half of them are equal.

    Examples
    --------
    >>> usual_range(pd.Series([1.0, 2.0, 3.0, 4.0, 90.0]))
    (0.0, 6.0)
    """
    numbers = (
        values if isinstance(values, np.ndarray) else pd.to_numeric(values, errors="coerce").to_numpy(float)
    )
    known = numbers[~np.isnan(numbers)]
    if len(known) < _FEWEST:
        return None
    middle = float(np.median(known))
    spread = float(np.median(np.abs(known - middle)))
    if not np.isfinite(spread) or spread == 0:
        return None
    return middle - 3 * spread, middle + 3 * spread
