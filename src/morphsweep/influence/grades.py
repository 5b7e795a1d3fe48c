"""How sure an effect is: beyond chance among all tests, seen in a single one, or not seen."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

__all__ = ["BEYOND", "JUDGED", "SINGLE", "not_beyond", "single_words"]

BEYOND = ("acts", "unsure")  # beyond chance also among the hyper-parameters tested
JUDGED = (*BEYOND, "alone", "inert")
SINGLE = 0.05  # p up to which a single comparison is told; a hyper-parameter's part of it is what counts among several


def not_beyond(p: float, n_tests: int, *, forest: float) -> str:
    """Verdict on what the forest cannot tell from chance.

    Parameters
    ----------
    p : float
        Of the paired change in matched cells, from end to end; NaN where there is none.
    n_tests : int
        Hyper-parameters that are tested: each gets its part of 5 %.
    forest : float
        p of the forest's share.

    Returns
    -------
    str
        ``unsure`` (matched cells alone are beyond chance among all tests), ``alone`` (only a single comparison says so),
        or ``inert``.

    Examples
    --------
    >>> [not_beyond(p, 3, forest=0.5) for p in (0.01, 0.03, 0.3)]
    ['unsure', 'alone', 'inert']
    """
    if p <= SINGLE / n_tests:
        return "unsure"
    return "alone" if p <= SINGLE or forest <= SINGLE else "inert"


def single_words(row: Mapping[Hashable, Any], verdict: str, n_tests: int, /) -> str:
    """What the p of a single paired change is worth, in words; empty where it is not small.

    Parameters
    ----------
    row : mapping
        A row of ``matched``.
    verdict : str
        Of its hyper-parameter.
    n_tests : int
        Hyper-parameters that were tested.
    """
    p = row["p_t"]
    if pd.isna(p) or p > SINGLE:
        return ""
    told = f"p = {p:.2g}" if p >= 0.001 else "p < 0.001"
    if p <= SINGLE / n_tests:
        return told + (f", beyond chance also among {n_tests} tests" if n_tests > 1 else "")
    if verdict in BEYOND:  # the forest says so
        return f"{told} alone, beyond chance in the forest"
    return f"{told} alone, not beyond chance among {n_tests} tests"
