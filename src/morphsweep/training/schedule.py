"""The learning rate as a function of the step alone, so that an interrupted run needs no memory of it."""

import math

__all__ = ["learning_rate"]

_WARM_UP = 0.3  # share of the steps until the peak
_START, _END = 1 / 25, 1 / 250_000  # of the peak


def learning_rate(step: int, total: int, /, *, peak: float, schedule: str) -> float:
    """Rate of a step.

    Parameters
    ----------
    step : int
        From 0.
    total : int
        Number of steps.
    peak : float
        Largest rate.
    schedule : {"one-cycle", "constant"}
        One-cycle: a cosine from 1/25 of the peak up to it over the first 30 % of the steps, then one down to next to
        nothing.

    Returns
    -------
    float
        The rate.

    References
    ----------
    .. [1] Smith & Topin (2019), Super-convergence, SPIE 11006.

    Examples
    --------
    >>> [round(learning_rate(s, 100, peak=1.0, schedule="one-cycle"), 2) for s in (0, 30, 65, 99)]
    [0.04, 1.0, 0.5, 0.0]
    """
    if schedule == "constant":
        return peak
    turn = _WARM_UP * total
    if step < turn:
        return peak * _between(_START, 1.0, step / turn)
    return peak * _between(1.0, _END, (step - turn) / (total - turn))


def _between(begin: float, end: float, share: float) -> float:
    """Half a cosine wave from one value to another."""
    return begin + (end - begin) * (1 - math.cos(math.pi * min(1.0, share))) / 2
