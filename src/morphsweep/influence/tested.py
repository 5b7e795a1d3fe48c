"""What a claim is tested by, in words, with its direction: its name need not carry one."""

from collections.abc import Callable, Mapping

import numpy as np

from morphsweep.influence.claim import Claim

__all__ = ["opposed", "tested"]

_BORDERS = {"change": 0.0, "relation": 0.0, "mean": 0.0, "spread": 1.0, "difference": 0.0}


def tested(claim: Claim, /) -> str:
    """The quantity that is tested and the side on which it is expected.

    Parameters
    ----------
    claim : Claim
        As declared.

    Returns
    -------
    str
        Without a full stop.

    Examples
    --------
    >>> from morphsweep.influence import read_claim
    >>> entry = {"name": "b", "test": "change", "hyperparameter": "beta", "metric": "f1", "expect": "lower"}
    >>> tested(read_claim(entry, "claim 1"))
    'higher beta, lower f1'
    """
    where = f"where {' and '.join(claim.where)}: " if claim.where else ""
    return where + _WORDS[claim.test](claim)


def opposed(claim: Claim, low: float, high: float, /) -> bool:
    """Whether an interval lies wholly on the side opposite to the one expected.

    Parameters
    ----------
    claim : Claim
        As declared.
    low, high : float
        Interval of its number.

    Returns
    -------
    bool
        False for tests without a direction.
    """
    if claim.expect not in {"higher", "lower"} or not (np.isfinite(low) and np.isfinite(high)):
        return False
    border = float(claim.fields.get("value", 0.0)) if claim.test == "mean" else _BORDERS[claim.test]
    return bool(high < border if claim.expect == "higher" else low > border)


def _change(claim: Claim) -> str:
    knob, metric = claim.fields["hyperparameter"], claim.fields["metric"]
    first, last = claim.fields.get("from", "lowest"), claim.fields.get("to", "highest")
    step = f"{knob} {first} to {last}" if {"from", "to"} & set(claim.fields) else f"higher {knob}"
    if claim.expect == "none":
        within = f" by more than {claim.fields['within']:g}" if "within" in claim.fields else ""
        return f"{step} does not change {metric}{within}"
    least = f" by at least {claim.fields['at_least']:g}" if "at_least" in claim.fields else ""
    return f"{step}, {claim.expect} {metric}{least}"


def _drives(claim: Claim) -> str:
    least = 100 * float(claim.fields.get("at_least", 0.5))
    return f"{claim.fields['hyperparameter']} moves at least {least:.3g} % of the variance of {claim.fields['metric']}, either way"


def _relation(claim: Claim) -> str:
    held = f" at equal {', '.join(claim.fields['held'])}" if claim.fields.get("held") else ""
    return f"higher {claim.fields['against']}, {claim.expect} {claim.fields['metric']}{held}"


def _mean(claim: Claim) -> str:
    side = "above" if claim.expect == "higher" else "below"
    return f"mean {claim.fields['metric']} {side} {float(claim.fields.get('value', 0.0)):g}"


def _share(claim: Claim) -> str:
    least = float(claim.fields.get("at_least", 1.0))
    models = "all models" if least == 1.0 else f"at least {100 * least:.3g} % of models"
    return f"{models} meet {claim.fields['holds']}"


def _spread(claim: Claim) -> str:
    word = "more" if claim.expect == "higher" else "less"
    of = "between replicates" if claim.fields.get("of", "regimes") == "replicates" else "between regimes"
    knob, level, against = (claim.fields[name] for name in ("hyperparameter", "level", "against"))
    return f"{knob} {level} scatters {word} than {against} in {claim.fields['metric']} {of}"


def _varies(claim: Claim) -> str:
    return f"configurations differ more in {claim.fields['metric']} than replicates do"


def _difference(claim: Claim) -> str:
    word = "about equal to" if claim.expect == "none" else f"{claim.expect} than"
    return f"{claim.fields['metric']} of model {claim.fields['model']} {word} that of model {claim.fields['other']}"


_WORDS: Mapping[str, Callable[[Claim], str]] = {
    "change": _change,
    "drives": _drives,
    "relation": _relation,
    "mean": _mean,
    "share": _share,
    "spread": _spread,
    "varies": _varies,
    "difference": _difference,
}
