"""Each kind of test of a claim: from the table of models to number, interval and verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.influence.claim import Claim
from morphsweep.influence.design import Design, Knob
from morphsweep.influence.effects import linear_effects
from morphsweep.influence.failing import wilson
from morphsweep.influence.levels import group_mean
from morphsweep.influence.matched import matched_changes, matched_lines
from morphsweep.influence.outcome import Effort, judge
from morphsweep.influence.relations import configuration_means, spearman
from morphsweep.influence.slopes import partial_slope
from morphsweep.influence.spread import regime_spread, replicate_spread
from morphsweep.influence.verdict import HOLDS, NOT, UNDECIDED, Verdict, not_testable, on_side
from morphsweep.records import BoolArray, Condition, FloatArray

__all__ = ["Evidence", "weigh"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The models that claims are tested on.

    Parameters
    ----------
    frame : DataFrame
        One row per model: settings and scores, and ``model_index``.
    design : Design
        Their settings.
    column : callable
        Name in a claim -> column of `frame`, or None.
    change : callable
        Score column -> other regime minus reference, or None.
    noise : mapping of str to (float, int)
        SD of replicates and its degrees of freedom, by score column.
    effort : Effort
        Of forests.
    """

    frame: pd.DataFrame
    design: Design
    column: Callable[[str], str | None]
    change: Callable[[str], FloatArray | None]
    noise: Mapping[str, tuple[float, int]]
    effort: Effort

    def score(self, name: str) -> FloatArray:
        """Numbers of a score; NaN where missing. Raises NotApplicable when the table lacks it."""
        column = self.named(name)
        numbers = pd.to_numeric(self.frame[column], errors="coerce").to_numpy(dtype=float)
        return np.where(np.isfinite(numbers), numbers, np.nan)

    def named(self, name: str) -> str:
        """The column of a name. Raises NotApplicable when the table lacks it."""
        column = self.column(name)
        if column is None:
            msg = f"the table has no column {name!r}"
            raise NotApplicable(msg)
        return column

    def knob(self, name: str) -> Knob:
        """A hyper-parameter. Raises NotApplicable when it does not vary here."""
        found = next((knob for knob in self.design.varying if knob.name in {name, f"hp_{name}"}), None)
        if found is None:
            msg = f"the hyper-parameter {name!r} does not vary in this sweep"
            raise NotApplicable(msg)
        return found

    def meets(self, text: str) -> tuple[BoolArray, BoolArray]:
        """Models that meet a condition, and those of which it is known."""
        condition = Condition.parse(text)
        column = self.named(condition.column)
        resolved = condition.resolve(self.frame[column])
        told = [resolved.holds(value) for value in self.frame[column]]
        return np.array([answer is True for answer in told]), np.array([
            answer is not None for answer in told
        ])

    def only(self, rows: BoolArray) -> "Evidence":
        """The same for some of the models; quantiles of conditions were taken over all of them before."""
        positions = np.flatnonzero(rows)
        change = self.change

        def part(name: str) -> FloatArray | None:
            whole = change(name)
            return None if whole is None else whole[positions]

        frame = self.frame.iloc[positions].reset_index(drop=True)
        return Evidence(frame, self.design.take(rows), self.column, part, self.noise, self.effort)


def weigh(claim: Claim, evidence: Evidence, /) -> Verdict:
    """Test a claim.

    Parameters
    ----------
    claim : Claim
        What is claimed.
    evidence : Evidence
        The models.

    Returns
    -------
    Verdict
        ``not testable``, with the reason, where the table lacks what the claim is about.
    """
    try:
        return _TESTS[claim.test](claim, _where(claim, evidence))
    except NotComputable as reason:
        return not_testable(claim, str(reason))


def _where(claim: Claim, evidence: Evidence) -> Evidence:
    rows = np.ones(len(evidence.frame), dtype=bool)
    for text in claim.where:
        rows &= evidence.meets(text)[0]
    if rows.all():
        return evidence
    if not rows.any():
        msg = f"no model meets {' and '.join(claim.where)}"
        raise NotApplicable(msg)
    return evidence.only(rows)


def _with(evidence: Evidence, *scores: FloatArray) -> tuple[Design, list[FloatArray]]:
    """Models that have all the numbers."""
    has = np.isfinite(np.array(scores)).all(axis=0)
    if has.sum() < 2:
        msg = f"only {int(has.sum())} models have the numbers"
        raise NotComputable(msg)
    return evidence.design.take(has), [score[has] for score in scores]


def _change(claim: Claim, evidence: Evidence) -> Verdict:
    """Paired change over matched cells."""
    score, knob = evidence.score(claim.fields["metric"]), evidence.knob(claim.fields["hyperparameter"])
    design, (values,) = _with(evidence, score)
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


def _drives(claim: Claim, evidence: Evidence) -> Verdict:
    """Share of the variance that a hyper-parameter moves."""
    knob = evidence.knob(claim.fields["hyperparameter"])
    design, (values,) = _with(evidence, evidence.score(claim.fields["metric"]))
    table = judge(design, values, evidence.effort).table
    row = table[table["hyperparameter"] == knob.name].iloc[0]
    least = float(claim.fields.get("at_least", 0.5))
    verdict = on_side(row["low"], row["high"], "higher", beyond=least)
    if verdict == HOLDS and row["verdict"] == "inert":  # a large share that chance reaches as well
        verdict = UNDECIDED
    picture = pd.DataFrame({
        "kind": "bar",
        "x": table["hyperparameter"],
        "y": table["share"],
        "group": table["verdict"],
    }).dropna()
    quantity = f"share of the variance of {evidence.named(claim.fields['metric'])} that {knob.name} moves, against {least:g},"
    return Verdict(
        claim, verdict, quantity, row["share"], row["low"], row["high"], len(values), picture=picture
    )


def _relation(claim: Claim, evidence: Evidence) -> Verdict:
    """Rank correlation over configurations, or a slope with others held."""
    names = [claim.fields["metric"], claim.fields["against"], *claim.fields.get("held", ())]
    columns = [evidence.named(name) for name in names]
    design, values = _with(evidence, *(evidence.score(name) for name in names))
    picture = pd.DataFrame({"kind": "point", "x": values[1], "y": values[0], "group": ""})
    if len(columns) > 2:
        slope, low, high, _ = partial_slope(values[0], values[1], values[2:], design.groups)
        quantity = f"slope of {columns[0]} over {columns[1]} at fixed {', '.join(columns[2:])}"
        n = len(values[0])
    else:
        means = configuration_means(pd.DataFrame({"y": values[0], "x": values[1]}), design.groups)
        slope, low, high, n = spearman(means["x"].to_numpy(dtype=float), means["y"].to_numpy(dtype=float))
        if not np.isfinite(slope):
            msg = f"{n} configurations have both numbers; a rank correlation needs at least 5 that differ"
            raise NotComputable(msg)
        quantity = f"rank correlation of {columns[0]} and {columns[1]} over configurations"
    return Verdict(
        claim, on_side(low, high, str(claim.expect)), quantity, slope, low, high, n, picture=picture
    )


def _mean(claim: Claim, evidence: Evidence) -> Verdict:
    design, (values,) = _with(evidence, evidence.score(claim.fields["metric"]))
    mean, low, high, n = group_mean(values, design.groups)
    border = float(claim.fields.get("value", 0.0))
    picture = pd.DataFrame({"kind": "strip", "x": values, "y": 0.0, "group": ""})
    quantity = f"mean of {evidence.named(claim.fields['metric'])} over configurations, against {border:g},"
    verdict = on_side(low, high, str(claim.expect), beyond=border)
    return Verdict(claim, verdict, quantity, mean, low, high, n, picture=picture)


def _share(claim: Claim, evidence: Evidence) -> Verdict:
    holds, known = evidence.meets(claim.fields["holds"])
    n, count = int(known.sum()), int(holds.sum())
    if not n:
        msg = f"no model has the number of {claim.fields['holds']}"
        raise NotComputable(msg)
    low, high = wilson(count, n)
    least = float(claim.fields.get("at_least", 1.0))
    if least == 1.0:  # about these models, so there is nothing to infer
        verdict = HOLDS if count == n else NOT
    else:
        verdict = HOLDS if low >= least else NOT if high < least else UNDECIDED
    picture = pd.DataFrame({"kind": "count", "x": ["yes", "no"], "y": [count, n - count], "group": ""})
    quantity = f"share of models with {claim.fields['holds']}, against {least:g},"
    return Verdict(claim, verdict, quantity, count / n, low, high, n, picture=picture)


def _spread(claim: Claim, evidence: Evidence) -> Verdict:
    knob, column = evidence.knob(claim.fields["hyperparameter"]), evidence.named(claim.fields["metric"])
    of = claim.fields.get("of", "regimes")
    score = evidence.score(column) if of == "replicates" else evidence.change(column)
    if score is None:
        msg = f"{column} has no second regime to be compared with"
        raise NotApplicable(msg)
    design, (values,) = _with(evidence, score)
    table = (
        replicate_spread(design, values)
        if of == "replicates"
        else regime_spread(design, values, seed=evidence.effort.seed)
    )
    level, against = (str(claim.fields[name]) for name in ("level", "against"))
    rows = table[
        (table["hyperparameter"] == knob.name)
        & table["level"].isin([level, against])
        & table["against"].isin([level, against])
    ]
    if rows.empty:
        msg = f"too few models have {knob.name} = {level} or {against} to compare their spread"
        raise NotComputable(msg)
    row = rows.iloc[0]
    ratio, low, high = row["ratio"], row["low"], row["high"]
    if row["level"] != level:
        ratio, low, high = 1 / ratio, 1 / high, 1 / low
    shown = [
        knob.levels[code] if code >= 0 else ""
        for code in next(k for k in design.knobs if k.name == knob.name).codes
    ]
    picture = pd.DataFrame({"kind": "strip", "x": values, "y": 0.0, "group": shown})
    what = "replicates of" if of == "replicates" else "other minus reference regime in"
    quantity = f"ratio of the spread of {what} {column}, {level} to {against},"
    verdict = on_side(low, high, str(claim.expect), beyond=1.0)
    n = int(row["n"] + row["n_against"])
    return Verdict(claim, verdict, quantity, ratio, low, high, n, picture=picture)


def _varies(claim: Claim, evidence: Evidence) -> Verdict:
    """Configurations differ by more than their replicates do: ratio of SDs, interval of F."""
    column = evidence.named(claim.fields["metric"])
    design, (values,) = _with(evidence, evidence.score(column))
    if column not in evidence.noise:
        msg = "no configuration has two models, so how much replicates differ is not known"
        raise NotComputable(msg)
    sd, df = evidence.noise[column]
    means = pd.Series(values).groupby(design.groups).mean()
    ratio, df1 = float(means.std(ddof=1)) / sd, len(means) - 1
    low, high = (ratio / np.sqrt(stats.f.ppf(q, df1, df)) for q in (0.975, 0.025))
    picture = pd.DataFrame({"kind": "strip", "x": values, "y": 0.0, "group": ""})
    quantity = f"SD of {column} between configurations over that of replicates"
    return Verdict(
        claim,
        on_side(low, high, "higher", beyond=1.0),
        quantity,
        ratio,
        low,
        high,
        len(values),
        picture=picture,
    )


def _difference(claim: Claim, evidence: Evidence) -> Verdict:
    """Two models, by the repeatability of replicates."""
    column = evidence.named(claim.fields["metric"])
    index = evidence.frame["model_index"].astype(str).tolist()
    wanted = [str(claim.fields[name]) for name in ("model", "other")]
    if missing := [name for name in wanted if name not in index]:
        msg = f"no model {' or '.join(missing)} in this sweep"
        raise NotApplicable(msg)
    one, two = (float(evidence.score(column)[index.index(name)]) for name in wanted)
    if column not in evidence.noise:
        msg = "no configuration has two models, so how much replicates differ is not known"
        raise NotComputable(msg)
    sd, df = evidence.noise[column]
    half = float(stats.t.ppf(0.975, df) * np.sqrt(2) * sd)
    value, low, high = one - two, one - two - half, one - two + half
    verdict = (
        (HOLDS if low <= 0 <= high else NOT)
        if claim.expect == "none"
        else on_side(low, high, str(claim.expect))
    )
    picture = pd.DataFrame({"kind": "bar", "x": wanted, "y": [one, two], "group": ""})
    return Verdict(
        claim,
        verdict,
        f"{column} of model {wanted[0]} minus {wanted[1]}",
        value,
        low,
        high,
        2,
        picture=picture,
    )


_TESTS: Mapping[str, Callable[[Claim, Evidence], Verdict]] = {
    "change": _change,
    "drives": _drives,
    "relation": _relation,
    "mean": _mean,
    "share": _share,
    "spread": _spread,
    "varies": _varies,
    "difference": _difference,
}
