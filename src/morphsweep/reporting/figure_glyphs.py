"""Letters that the font for print lacks: another font of the machine, else a name in brackets."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter

__all__ = ["Swap", "legible", "swaps"]

_OWN = "DejaVu Sans"
# Families that are asked for glyphs, in this order, where the machine has them; outlines only, matplotlib draws no bitmaps.
_OTHERS = (
    "Noto Sans",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Symbols",
    "Noto Sans Symbols 2",
    "Noto Sans Symbols2",
    "Noto Emoji",
    "Symbola",
    "Segoe UI Symbol",
    "Segoe UI Emoji",
    "Apple Symbols",
    "Arial Unicode MS",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
)

Swap = tuple[Callable[[str], Any], str, str]  # a setter of a text, the text, and what stands for it in print


def swaps(figure: Figure, /) -> list[Swap]:
    """Texts of a figure that no font can write; texts that another font can get that font.

    Parameters
    ----------
    figure : Figure
        Drawn, with all its texts.

    Returns
    -------
    list of Swap
        Setter, the text as it is, and the text with names in place of what is missing.
    """
    found = []
    for text, setter in _texts(figure):
        if not _lacking(text.get_text() if isinstance(text, Text) else text, _glyphs(_OWN)):
            continue
        whole = text.get_text() if isinstance(text, Text) else text
        if isinstance(text, Text):
            text.set_fontfamily([_OWN, *_families()])
        if legible(whole) != whole:
            found.append((setter, whole, legible(whole)))
    return found


def legible(text: str, /) -> str:
    r"""A text with the names of the letters that no font of this machine has, in brackets.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        Marks that only modify a missing letter are left out; a missing letter of a script is a question mark.

    Examples
    --------
    >>> legible("beta = 1"), legible("\U0001f9ec 2") in {"[dna double helix] 2", "\U0001f9ec 2"}
    ('beta = 1', True)
    """
    known = frozenset().union(_glyphs(_OWN), *(_glyphs(name) for name in _families()))
    return "".join(_named(letter) if _lacking(letter, known) else letter for letter in text)


def _named(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind[0] in "MC" or kind == "Sk":
        return ""
    name = unicodedata.name(letter, "").lower()
    return "?" if kind[0] == "L" or not name else f"[{name}]"


def _lacking(text: str, known: frozenset[int]) -> bool:
    return any(ord(letter) not in known and letter not in "\n\r\t" for letter in text)


def _texts(figure: Figure) -> Iterator[tuple[Text | str, Callable[[str], Any]]]:
    """Every text with its setter; names of ticks are kept by their formatter, which writes them anew at each drawing."""
    for found in figure.findobj(Text):
        if isinstance(found, Text):
            yield found, found.set_text
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            names = axis.get_major_formatter()
            if isinstance(names, FixedFormatter):
                names.seq = list(names.seq)
                for place, name in enumerate(names.seq):
                    yield str(name), _setter(names.seq, place)


def _setter(names: list[str], place: int) -> Callable[[str], None]:
    def put(text: str) -> None:
        names[place] = text

    return put


@cache
def _glyphs(family: str) -> frozenset[int]:
    """Code points that a family has."""
    path = findfont(FontProperties(family=family), fallback_to_default=False)
    return frozenset(get_font(path).get_charmap())


@cache
def _families() -> tuple[str, ...]:
    """The other families that this machine has."""
    there = {entry.name for entry in fontManager.ttflist if "Color" not in entry.fname}
    return tuple(name for name in _OTHERS if name in there)
