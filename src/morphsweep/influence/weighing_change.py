"""Claims about what changes when one setting does."""

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.influence.claim import Claim
from morphsweep.influence.design import Design
from morphsweep.influence.effects import linear_change
from morphsweep.influence.evidence import Evidence, with_numbers
from morphsweep.influence.knob import Knob
from morphsweep.influence.matched import matched_change, matched_lines
from morphsweep.influence.verdict import HOLDS, NOT, UNDECIDED, Verdict, on_side
from morphsweep.records import FloatArray

__all__ = ["weigh_change"]


def weigh_change(claim: Claim, evidence: Evidence, /) -> Verdict:
    """Paired change over matched cells, else in an additive model. Raises NotComputable when neither tells."""
    score, name = evidence.score(claim.fields["metric"]), evidence.knob(claim.fields["hyperparameter"]).name
    design, (values,) = with_numbers(evidence, score)
    knob = next((own for own in design.varying if own.name == name), None)
    if knob is None:
        msg = f"the hyper-parameter {name!r} does not vary among the models that have the number"
        raise NotApplicable(msg)
    a, b = _level(claim, knob, "from", 0), _level(claim, knob, "to", len(knob.levels) - 1)
    if a == b:
        msg = f"from and to are the same value of {knob.name}, {knob.levels[a]}"
        raise NotApplicable(msg)
    lines = matched_lines(design, values, knob)
    found = matched_change(lines, min(a, b), max(a, b))
    if found is None:
        return _linear_change(claim, evidence, design, values, knob, (a, b))
    cells, *numbers = found
    value, low, high = _turned(*numbers, flip=a > b)
    picture = pd.DataFrame({
        "kind": "line",
        "x": lines["level"],
        "y": lines["value"],
        "group": lines["cell"].astype(str),
    })
    verdict = _change_verdict(claim, evidence, value, low, high)
    quantity = f"change of {evidence.named(claim.fields['metric'])} from {knob.name} {knob.levels[a]} to {knob.levels[b]} over matched cells"
    return Verdict(claim, verdict, quantity, value, low, high, cells, picture=picture)


def _linear_change(
    claim: Claim,
    evidence: Evidence,
    design: Design,
    values: FloatArray,
    knob: Knob,
    levels: tuple[int, int],
) -> Verdict:
    """Without matched cells: the effect in an additive model of all settings."""
    low_level, high_level = sorted(levels)
    flip = levels[0] > levels[1]
    ends = _names(knob, low_level, high_level)
    try:
        numbers = linear_change(design, values, knob, low_level, high_level)
    except NotComputable as reason:
        msg = (
            f"no two models differ in {knob.name} ({ends[0]} and {ends[1]}) only, and an additive model does not tell: "
            f"{reason}"
        )
        raise NotComputable(msg) from None
    value, low, high = _turned(*numbers, flip=flip)
    column, (first, last) = evidence.named(claim.fields["metric"]), ends[::-1] if flip else ends
    picture = pd.DataFrame({"kind": "point", "x": knob.values, "y": values, "group": ""}).dropna()
    quantity = f"change of {column} from {knob.name} {first} to {last} in an additive model of all settings"
    verdict = _change_verdict(claim, evidence, value, low, high)
    return Verdict(claim, verdict, quantity, value, low, high, len(values), picture=picture)


def _turned(value: float, low: float, high: float, *, flip: bool) -> tuple[float, float, float]:
    return (-value, -high, -low) if flip else (value, low, high)


def _names(knob: Knob, first: int, last: int) -> list[str]:
    """What the additive model goes from and to; bins would be ranges."""
    if knob.kind != "number":
        return [knob.levels[first], knob.levels[last]]
    return [f"{10**end if knob.log else end:.6g}" for end in knob.ends(first, last)]


def _change_verdict(claim: Claim, evidence: Evidence, value: float, low: float, high: float) -> str:
    if claim.expect != "none":
        sign = -1.0 if claim.expect == "lower" else 1.0
        return on_side(low, high, str(claim.expect), beyond=sign * float(claim.fields.get("at_least", 0.0)))
    sd = evidence.noise.get(evidence.named(claim.fields["metric"]), (np.nan, 0))[0]
    within = float(claim.fields.get("within", 2.0 * sd))
    if np.isfinite(within) and -within <= low and high <= within:
        return HOLDS
    return NOT if on_side(low, high, "higher") == HOLDS or on_side(low, high, "lower") == HOLDS else UNDECIDED


def _level(claim: Claim, knob: Knob, name: str, default: int) -> int:
    if name not in claim.fields:
        return default
    wanted = claim.fields[name]
    number = isinstance(wanted, int | float)
    text = f"{wanted:.6g}" if number else str(wanted)
    alike = [code for code, level in enumerate(knob.levels) if level == text and (knob.codes == code).any()]
    if not alike:
        msg = f"{knob.name} has no value {text!r} here; it has {', '.join(knob.levels)}"
        raise NotApplicable(msg)
    if not number or knob.kind != "number":
        return alike[0]
    place = np.log10(wanted) if knob.log else wanted
    return min(alike, key=lambda code: abs(knob.ends(code, code)[0] - place))
