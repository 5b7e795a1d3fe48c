"""Claims about what changes when one setting does."""

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.influence.claim import Claim
from morphsweep.influence.design import Design
from morphsweep.influence.effects import linear_effects
from morphsweep.influence.evidence import Evidence, with_numbers
from morphsweep.influence.knob import Knob
from morphsweep.influence.matched import matched_changes, matched_lines
from morphsweep.influence.verdict import HOLDS, NOT, UNDECIDED, Verdict, on_side
from morphsweep.records import FloatArray

__all__ = ["weigh_change"]


def weigh_change(claim: Claim, evidence: Evidence, /) -> Verdict:
    """Paired change over matched cells, else in an additive model. Raises NotComputable when neither tells."""
    score, knob = evidence.score(claim.fields["metric"]), evidence.knob(claim.fields["hyperparameter"])
    design, (values,) = with_numbers(evidence, score)
    knob = next((own for own in design.varying if own.name == knob.name), knob)
    a, b = _level(claim, knob, "from", 0), _level(claim, knob, "to", len(knob.levels) - 1)
    flip = a > b
    table = matched_changes(design, values, knob)
    ends = [knob.levels[min(a, b)], knob.levels[max(a, b)]]
    rows = table[(table["from_level"] == ends[0]) & (table["to_level"] == ends[1])]
    if rows.empty:
        return _linear_change(claim, evidence, design, values, knob, ends, flip=flip)
    row = rows.iloc[0]
    value, low, high = (
        (-row["change"], -row["high"], -row["low"]) if flip else (row["change"], row["low"], row["high"])
    )
    lines = matched_lines(design, values, knob)
    picture = pd.DataFrame({
        "kind": "line",
        "x": lines["level"],
        "y": lines["value"],
        "group": lines["cell"].astype(str),
    })
    verdict = _change_verdict(claim, evidence, value, low, high)
    quantity = f"change of {evidence.named(claim.fields['metric'])} from {knob.name} {knob.levels[a]} to {knob.levels[b]} over matched cells"
    return Verdict(claim, verdict, quantity, value, low, high, int(row["cells"]), picture=picture)


def _linear_change(
    claim: Claim,
    evidence: Evidence,
    design: Design,
    values: FloatArray,
    knob: Knob,
    ends: list[str],
    *,
    flip: bool,
) -> Verdict:
    """Without matched cells: the effect in an additive model of all settings, from end to end."""
    table = linear_effects(design, values)
    rows = table[
        (table["hyperparameter"] == knob.name)
        & (table["contrast"] == " to ".join(ends))
        & (table["reason"] == "")
    ]
    if rows.empty:
        msg = f"no two models differ in {knob.name} ({ends[0]} and {ends[1]}) only, and an additive model does not tell"
        raise NotComputable(msg)
    value, low, high = rows.iloc[0][["effect", "low", "high"]].astype(float)
    value, low, high = (-value, -high, -low) if flip else (value, low, high)
    column, (first, last) = evidence.named(claim.fields["metric"]), ends[::-1] if flip else ends
    picture = pd.DataFrame({"kind": "point", "x": knob.values, "y": values, "group": ""}).dropna()
    quantity = f"change of {column} from {knob.name} {first} to {last} in an additive model of all settings"
    verdict = _change_verdict(claim, evidence, value, low, high)
    return Verdict(claim, verdict, quantity, value, low, high, len(values), picture=picture)


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
    text = f"{wanted:.6g}" if isinstance(wanted, int | float) else str(wanted)
    if text not in knob.levels:
        msg = f"{knob.name} has no value {text!r} here; it has {', '.join(knob.levels)}"
        raise NotApplicable(msg)
    return knob.levels.index(text)
