"""Numbers and lists in words."""

import re
from collections.abc import Sequence
from typing import Any

__all__ = [
    "UNKNOWN_CHANCE",
    "as_code",
    "as_markdown",
    "listed",
    "ordinal",
    "percent",
    "share_of_draws",
    "tie_sentence",
]

UNKNOWN_CHANCE = (
    "Neither replicates of a configuration nor a bootstrap over individuals tell how the scores of the rule vary by chance, "
    "so how sure the choice is is not known."
)


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


def tie_sentence(ties: Sequence[Any], /, *, drawn: bool) -> str:
    """Which models the numbers do not separate from the winner, and what makes a tie.

    Examples
    --------
    >>> tie_sentence([4], drawn=False)
    'The numbers do not separate it from model 4: replicates of its configuration or models within the repeatability limit.'
    """
    who = f"model{'s' if len(ties) > 1 else ''} {listed(ties)}"
    kinds = "replicates of its configuration, models within the repeatability limit, or configurations needed to cover the first place in 90 % of the draws"
    if not drawn:
        kinds = "replicates of its configuration or models within the repeatability limit"
    return f"The numbers do not separate it from {who}: {kinds}."


def share_of_draws(frequency: float, no_winner: float, /) -> float:
    """How often a configuration comes first, as a share of all draws rather than of those that have a winner."""
    return frequency * (1.0 - no_winner)


def as_markdown(text: object, /) -> str:
    r"""Text that Markdown shows as it is: labels may hold anything.

    Examples
    --------
    >>> as_markdown("a|b <i> *c*\nf1_all _d_")
    'a\\|b &lt;i&gt; \\*c\\* f1_all \\_d\\_'
    """
    line = " ".join(str(text).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"[\\|*\[\]`]", r"\\\g<0>", line)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", line)  # within a word it is no mark


def as_code(text: object, /) -> str:
    """A name in Markdown's code font, whatever is in it.

    Examples
    --------
    >>> as_code("f1_all"), as_code("a`b")
    ('`f1_all`', '`` a`b ``')
    """
    line = " ".join(str(text).split()).replace("|", r"\|")
    return f"`` {line} ``" if "`" in line else f"`{line}`"
