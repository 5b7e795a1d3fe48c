"""A claim about a sweep, declared: what is tested, and what is expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from morphsweep.errors import InvalidInput
from morphsweep.records import Condition

__all__ = ["TESTS", "Claim", "read_claim"]

# Test = (fields it needs, fields it may have); every claim also has name, says, test, where and expect.
TESTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "change": (("hyperparameter", "metric"), ("from", "to", "at_least", "within")),
    "drives": (("hyperparameter", "metric"), ("at_least",)),
    "relation": (("metric", "against"), ("held",)),
    "mean": (("metric",), ("value",)),
    "share": (("holds",), ("at_least",)),
    "spread": (("hyperparameter", "level", "against", "metric"), ("of",)),
    "varies": (("metric",), ()),
    "difference": (("model", "other", "metric"), ()),
}
_EXPECT = {
    "change": ("higher", "lower", "none"),
    "relation": ("higher", "lower"),
    "mean": ("higher", "lower"),
    "spread": ("higher", "lower"),
    "difference": ("higher", "lower", "none"),
}
_COMMON = ("name", "says", "test", "where", "expect")
_TEXTS = ("name", "says", "hyperparameter", "metric", "against", "level", "from", "to", "of", "holds")
_NUMBERS = ("at_least", "within", "value")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it is declared.

    Parameters
    ----------
    name : str
        Short.
    says : str
        The claim in a sentence.
    test : str
        One of :data:`TESTS`.
    expect : str or None
        ``higher``, ``lower`` or ``none``; None for tests that have one direction only.
    where : tuple of str
        Conditions on the models that it is about.
    fields : mapping of str to Any
        What the test needs besides.
    """

    name: str
    says: str
    test: str
    expect: str | None
    where: tuple[str, ...]
    fields: Mapping[str, Any]


def read_claim(entry: Mapping[str, Any], place: str, /) -> Claim:
    """Check a declared claim.

    Parameters
    ----------
    entry : mapping
        As in a TOML file.
    place : str
        Where it stands, for messages.

    Returns
    -------
    Claim
        Complete and of the right types.

    Raises
    ------
    InvalidInput
        Naming the place, the field, what was found and what is allowed.

    Examples
    --------
    >>> read_claim(
    ...     {"name": "b", "test": "mean", "metric": "f1_drop", "expect": "higher"}, "claims.toml, claim 1"
    ... ).fields
    {'metric': 'f1_drop'}
    """
    test = str(entry.get("test"))
    if test not in TESTS:
        msg = f"{place}: test is {test!r}; expected one of {', '.join(TESTS)}"
        raise InvalidInput(msg)
    place = f"{place} ({entry.get('name') or test})"
    needed, optional = TESTS[test]
    _fields(entry, needed, optional, place)
    expect = entry.get("expect")
    allowed = _EXPECT.get(test)
    if (allowed and expect not in allowed) or (not allowed and expect is not None):
        said = f"one of {', '.join(allowed)}" if allowed else "none: this test has one direction"
        msg = f"{place}: expect is {expect!r}; expected {said}"
        raise InvalidInput(msg)
    where = _texts(entry.get("where", ()), "where", place)
    for text in (*where, *((entry["holds"],) if "holds" in entry else ())):
        _condition(text, place)
    own = {name: value for name, value in entry.items() if name not in _COMMON}
    if "held" in own:
        own["held"] = _texts(own["held"], "held", place)
    return Claim(entry["name"], entry.get("says", entry["name"]), test, expect, where, own)


def _fields(entry: Mapping[str, Any], needed: Sequence[str], optional: Sequence[str], place: str) -> None:
    known = (*_COMMON, *needed, *optional)
    for name in entry:
        if name not in known:
            msg = f"{place}: no field {name!r}; the test {entry['test']!r} has {', '.join(known)}"
            raise InvalidInput(msg)
    for name in ("name", *needed):
        if name not in entry:
            msg = f"{place}: the field {name!r} is missing; the test {entry['test']!r} needs name, {', '.join(needed)}"
            raise InvalidInput(msg)
    for name, value in entry.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name in _NUMBERS and not number:
            msg = f"{place}: {name} is {value!r}; expected a number"
            raise InvalidInput(msg)
        if (
            name in _TEXTS
            and not isinstance(value, str)
            and not (number and name in {"level", "against", "from", "to"})
        ):
            msg = f"{place}: {name} is {value!r}; expected a text"
            raise InvalidInput(msg)
    if entry.get("of", "regimes") not in {"regimes", "replicates"}:
        msg = f"{place}: of is {entry['of']!r}; expected regimes or replicates"
        raise InvalidInput(msg)


def _texts(value: Any, name: str, place: str) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(text, str) for text in value):
        msg = f"{place}: {name} is {value!r}; expected a list of texts"
        raise InvalidInput(msg)
    return tuple(value)


def _condition(text: str, place: str) -> None:
    try:
        Condition.parse(text)
    except InvalidInput as error:
        msg = f"{place}: {error}"
        raise InvalidInput(msg) from None
