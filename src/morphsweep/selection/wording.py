"""Numbers and lists in words."""

from collections.abc import Sequence
from typing import Any

__all__ = ["listed", "ordinal", "percent"]


def ordinal(number: int, /) -> str:
    """1 -> 1st, 2 -> 2nd, 11 -> 11th."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in {11, 12, 13} else ends.get(number % 10, 'th')}"


def listed(items: Sequence[Any], /) -> str:
    """1, 2 and 3."""
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def percent(share: float, /) -> str:
    """0.5 -> 50 %; what is nearly all or nearly none is not rounded to it.

    Examples
    --------
    >>> percent(0.998), percent(1.0), percent(0.002)
    ('more than 99 %', '100 %', 'less than 1 %')
    """
    if 0.995 <= share < 1:
        return "more than 99 %"
    if 0 < share < 0.01:
        return "less than 1 %"
    return f"{100 * share:.0f} %"
