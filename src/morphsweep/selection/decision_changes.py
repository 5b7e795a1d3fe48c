"""What differs between two decision records."""

from collections.abc import Mapping
from typing import Any

from morphsweep.selection.wording import listed

__all__ = ["decision_changes"]

_COMPARED = {
    "rule": "the rule",
    "thresholds": "the thresholds",
    "protocol": "the protocol",
    "version": "the version of morphsweep",
    "bootstrap": "the number of bootstraps",
    "models": "the number of models",
    "perturbations": "the perturbations",
    "regimes": "the regimes",
}


def decision_changes(old: Mapping[str, Any], new: Mapping[str, Any], /) -> list[str]:
    """Say in sentences what an earlier decision would have to be changed in.

    Parameters
    ----------
    old, new : mapping
        Decision records; keys that only one of them has are passed over.

    Returns
    -------
    list of str
        The winner first, then ties, tranches, scores of the winner, and what was asked; empty when nothing differs.

    Examples
    --------
    >>> decision_changes({"winner": 74, "ties": []}, {"winner": 48, "ties": [74]})
    ['the winner was 74 and is 48', 'newly tied with the winner: 74']
    """
    said = []
    if old.get("winner") != new.get("winner"):
        said.append(f"the winner was {_named(old.get('winner'))} and is {_named(new.get('winner'))}")
    said += _ties(old, new)
    said += _tranches(old, new)
    said += _scores(old, new)
    for key, title in _COMPARED.items():
        if key in old and key in new and old[key] != new[key]:
            said.append(f"{title}: was {_said(old[key])}, is {_said(new[key])}")
    return said


def _ties(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = old.get("ties"), new.get("ties")
    if before is None or after is None:
        gone = {True: "are no longer known", False: "are known now"}
        return [f"ties {gone[after is None]}"] if (before is None) != (after is None) else []
    said = []
    if more := [model for model in after if model not in before]:
        said.append(f"newly tied with the winner: {listed(more)}")
    if fewer := [model for model in before if model not in after and model != new.get("winner")]:
        said.append(f"no longer tied with the winner: {listed(fewer)}")
    return said


def _tranches(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = _tranche_of(old), _tranche_of(new)
    moved: dict[tuple[str, str], list[Any]] = {}
    for model in [*before, *(m for m in after if m not in before)]:
        way = before.get(model, "none"), after.get(model, "none")
        if way[0] != way[1]:
            moved.setdefault(way, []).append(model)
    return [
        f"from tranche {way[0]} to {way[1]}: model{'s' if len(models) > 1 else ''} {listed(models)}"
        for way, models in moved.items()
    ]


def _tranche_of(record: Mapping[str, Any]) -> dict[Any, str]:
    return {
        model: str(number) for number, models in (record.get("tranches") or {}).items() for model in models
    }


def _scores(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """How the scores of one and the same winner moved, in multiples of the noise where it is known."""
    if old.get("winner") != new.get("winner"):
        return []
    before = {entry["column"]: entry["value"] for entry in old.get("scores") or []}
    said = []
    for entry in new.get("scores") or []:
        was, now = before.get(entry["column"]), entry["value"]
        if was is None or now is None or was == now:
            continue
        noise = f" ({abs(now - was) / entry['sd']:.1f} replicate SD)" if entry.get("sd") else ""
        said.append(f"{entry['column']} of the winner: was {was:.4g}, is {now:.4g}{noise}")
    return said


def _named(model: Any) -> str:
    return "none" if model is None else str(model)


def _said(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
