"""Numbers and lists in words."""

from collections.abc import Sequence
from typing import Any

__all__ = ["listed", "ordinal"]


def ordinal(number: int, /) -> str:
    """1 -> 1st, 2 -> 2nd, 11 -> 11th."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in {11, 12, 13} else ends.get(number % 10, 'th')}"


def listed(items: Sequence[Any], /) -> str:
    """1, 2 and 3."""
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
