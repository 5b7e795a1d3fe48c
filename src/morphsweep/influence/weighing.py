"""Each kind of test of a claim: from the table of models to number, interval and verdict."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.influence.claim import Claim
from morphsweep.influence.evidence import Evidence, with_numbers
from morphsweep.influence.failing import wilson
from morphsweep.influence.grades import BEYOND
from morphsweep.influence.levels import group_mean
from morphsweep.influence.outcome import judge
from morphsweep.influence.relations import configuration_means, spearman
from morphsweep.influence.slopes import partial_slope
from morphsweep.influence.spread import regime_spread, replicate_spread
from morphsweep.influence.verdict import HOLDS, NOT, UNDECIDED, Verdict, not_testable, on_side
from morphsweep.influence.weighing_change import weigh_change

__all__ = ["weigh"]


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


def _drives(claim: Claim, evidence: Evidence) -> Verdict:
    """Share of the variance that a hyper-parameter moves."""
    knob = evidence.knob(claim.fields["hyperparameter"])
    design, (values,) = with_numbers(evidence, evidence.score(claim.fields["metric"]))
    table = judge(design, values, evidence.effort).table
    row = table[table["hyperparameter"] == knob.name].iloc[0]
    least = float(claim.fields.get("at_least", 0.5))
    verdict = on_side(row["low"], row["high"], "higher", beyond=least)
    if verdict == HOLDS and row["verdict"] not in BEYOND:  # a large share that chance reaches as well
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
    design, values = with_numbers(evidence, *(evidence.score(name) for name in names))
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
    design, (values,) = with_numbers(evidence, evidence.score(claim.fields["metric"]))
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
    design, (values,) = with_numbers(evidence, score)
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
    design, (values,) = with_numbers(evidence, evidence.score(column))
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
    "change": weigh_change,
    "drives": _drives,
    "relation": _relation,
    "mean": _mean,
    "share": _share,
    "spread": _spread,
    "varies": _varies,
    "difference": _difference,
}
