"""A decision record as prose: what was done, what came out, how sure it is, what would change it."""

import re
from collections.abc import Mapping
from typing import Any

from morphsweep.selection.no_winner import both_criteria
from morphsweep.selection.wording import (
    UNKNOWN_CHANCE,
    as_code,
    as_markdown,
    listed,
    percent,
    share_of_draws,
    tie_sentence,
)

__all__ = ["decision_text", "tranche_names"]

_MOST_SCORES = 14
_COMPARISONS = {
    ">": "above", ">=": "at least", "<": "below", "<=": "at most", "==": "equal to", "!=": "other than",
}  # fmt: skip
_NAMES = {
    "1": "both criteria met",
    "2": "only discriminative",
    "3": "only robust",
    "4": "neither",
}
_NAMES_ONE_AXIS = {"1": "criterion met", "4": "criterion not met"}


def decision_text(record: Mapping[str, Any], /) -> str:
    """Markdown for people: two paragraphs for a paper's methods, then the numbers behind them.

    Parameters
    ----------
    record : mapping
        What :func:`~morphsweep.selection.decision.decision_record` returned.

    Returns
    -------
    str
        The text of ``decision.md``.
    """
    if not record["tranches"]:
        return f"# No choice\n\n{as_markdown('. '.join(record['warnings']))}\n"
    name = f" of {as_markdown(record['name'])}" if record.get("name") else ""
    blocks = [
        f"# Choice among the models{name}",
        "## Methods",
        _methods(record),
        _uncertainty_methods(record),
        "## Result",
        _result(record),
        _confidence(record),
        _bullets(record["reasons"]),
        "## What would change the choice",
        _bullets(record["would_change"]) or "Nothing is known.",
        "## The scores of the chosen model" if record["scores"] else "",
        _scores(record),
        "## Models by tranche",
        _bullets([
            f"{name} ({number}): {', '.join(map(str, record['tranches'][number])) or 'none'}"
            for number, name in tranche_names(record).items()
        ]),
        "## To know before believing the numbers" if record["warnings"] else "",
        _bullets(record["warnings"]),
        f"Computed by morphsweep {record['version']}, protocol {record['protocol']}{_libraries(record)}.",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def tranche_names(record: Mapping[str, Any], /) -> dict[str, str]:
    """Names of the tranches that the criteria of a record cut: four with two criteria, two with one.

    Parameters
    ----------
    record : mapping
        What :func:`~morphsweep.selection.decision.decision_record` returned.

    Returns
    -------
    dict of str to str
        Number = name.
    """
    return _NAMES if _axes(record) > 1 else _NAMES_ONE_AXIS


def _axes(record: Mapping[str, Any]) -> int:
    return sum(criterion["role"] != "filter" for criterion in record["criteria"])


def _methods(record: Mapping[str, Any]) -> str:
    regimes = record.get("regimes") or []
    trained = (
        f", each trained in {len(regimes)} regimes ({as_markdown(listed(regimes))})"
        if len(regimes) > 1
        else ""
    )
    perturbations = record.get("perturbations") or []
    over = (
        f" Scores are means over {len(perturbations)} perturbations ({as_markdown(listed(perturbations))})."
        if perturbations
        else ""
    )
    axes, criteria = _axes(record), [_said(criterion) for criterion in record["criteria"]]
    said = f"A model counted as discriminative when {criteria[0]}"
    why = f" ({as_markdown(record['why_one'])})" if record["why_one"] else ""
    said += f", and as robust when {criteria[1]}." if axes > 1 else f"; robustness was not judged{why}."
    rest = f" Further conditions: {listed(criteria[axes:])}." if len(criteria) > axes else ""
    return (
        f"We compared {record['models']} models of {record['configurations']} configurations of hyper-parameters{trained}, "
        f"with morphsweep {record['version']} (protocol {record['protocol']}).{over} {said}{rest} Among the models that met "
        f"{both_criteria(axes)} we chose {_titled(_order(record['order']), record)}.{_meanings(record)}"
    ).replace("  ", " ")


def _titled(text: str, record: Mapping[str, Any]) -> str:
    """Columns replaced by their titles."""
    titles = {entry["column"]: entry["label"] for entry in [*record["scores"], *record["criteria"]]}
    for column in sorted(titles, key=len, reverse=True):
        title = _lower(titles[column])
        text = re.sub(rf"(?<![\w`]){re.escape(column)}(?![\w`])", title.replace("\\", r"\\"), text)
    return as_markdown(text)


def _meanings(record: Mapping[str, Any]) -> str:
    """What the criteria measure."""
    known = {entry["label"]: entry.get("description", "") for entry in record["criteria"]}
    said = [f"{title}: {_lower(text)}" for title, text in known.items() if text]
    return f" ({as_markdown(' '.join(said))})" if said else ""


def _said(criterion: Mapping[str, Any]) -> str:
    """A threshold in words."""
    name = f"its {as_markdown(_lower(criterion['label']))} ({as_code(criterion['column'])})"
    value = (
        as_markdown(_value(criterion["value"]))
        if not isinstance(criterion["value"], float)
        else f"{criterion['value']:.3g}"
    )
    text = f"{name} was {_COMPARISONS[criterion['op']]} {value}"
    if criterion["quantile"] is None:
        return text
    level = "the median" if criterion["quantile"] == 0.5 else f"the {percent(criterion['quantile'])} quantile"
    return f"{text}, {level} of the {criterion['population']} models"


def _lower(title: str) -> str:
    """A title inside a sentence; abbreviations stay."""
    return title if title[:2].isupper() or title[1:2].isdigit() else title[:1].lower() + title[1:]


def _order(order: str) -> str:
    if order.startswith(("the highest desirability", "the best mean")):
        return f"the one with {order}"
    if order.startswith("the models that"):
        return f"by the Pareto front: first {order}"
    return f"the one with {order.replace(', then ', ', equal values being decided by ')}"


def _uncertainty_methods(record: Mapping[str, Any]) -> str:
    found, noise = record["uncertainty"], {entry["column"]: entry for entry in record["noise"]}
    parts = []
    axes = [entry["column"] for entry in record["scores"][:2] if entry["column"] in noise]
    if axes:
        each = [
            f"{noise[c]['sd']:.2g} in {as_code(c)} ({noise[c]['df']} degrees of freedom, 95 % interval {noise[c]['low']:.2g} to {noise[c]['high']:.2g})"
            for c in axes
        ]
        limits = [f"{noise[c]['limit']:.2g} in {as_code(c)}" for c in axes]
        parts.append(
            f"Replicates of one configuration differed by a pooled standard deviation of {listed(each)}; two models of one "
            f"configuration differ by more than {listed(limits)} once in twenty times (repeatability limit), so smaller differences "
            "were not interpreted."
        )
    if found and found["n_replicates"]:
        parts.append(
            f"Uncertainty over individuals was assessed with {found['n_replicates']} Bayesian bootstraps (Rubin 1981), in which each "
            "individual was weighted anew, alike in all models and regimes, and the principal curves were refitted; space, bandwidth and "
            "out-of-fold predictions stayed fixed."
        )
    if found:
        how = (
            f"each of {found['n_draws']} draws"
            if found["noise_df"] is None
            else f"{found['n_draws']} draws, made of {found['basis']}"
            if found["n_replicates"]
            else f"{found['n_draws']} draws from {found['basis']}"
        )
        parts.append(
            f"The whole rule was applied again to the configuration means in {how}; "
            "scores of the chosen configuration are also given corrected for the optimism of having chosen the best, that is less what "
            "whoever came first in a draw owed to that draw (Efron & Tibshirani 1993)."
        )
    if not parts:
        parts.append(UNKNOWN_CHANCE)
    return " ".join(parts)


def _result(record: Mapping[str, Any]) -> str:
    if record["winner"] is None:
        return str(record["why_no_winner"])
    knobs = as_markdown(
        ", ".join(f"{name} = {_value(value)}" for name, value in record["hyperparameters"].items())
    )
    scores = [_with_interval(entry) for entry in record["scores"][:2]]
    said = f"Model {record['winner']}{f' ({knobs})' if knobs else ''} was chosen, with {listed(scores)}."
    best = len(record["tranches"]["1"])
    return f"{best} of {record['models']} models met {both_criteria(_axes(record))}. {said}"


def _confidence(record: Mapping[str, Any]) -> str:
    winner, ties, found = record["winner"], record["ties"], record["uncertainty"]
    none = (
        f"In {percent(found['no_winner'])} of the draws none would have been chosen."
        if found and found["no_winner"] > 0
        else ""
    )
    if winner is None:
        return none
    parts = []
    if found:
        own = next((c for c in found["configurations"] if winner in c["models"]), None)
        if own is not None:
            parts.append(
                f"Its configuration came first in {percent(share_of_draws(own['frequency'], found['no_winner']))} of the draws; 90 % of its ranks lie between {own['rank_low']:.0f} and "
                f"{own['rank_high']:.0f} of {len(found['configurations'])} configurations, and it met {both_criteria(_axes(record))} in {percent(own['tranche_1'])} of the draws."
            )
        parts += [none] if none else []
    if ties is None:
        parts.append(
            "Whether other models are as good cannot be told from one training of each configuration."
        )
    elif ties:
        parts.append(tie_sentence(ties, drawn=bool(found)))
    else:
        parts.append(
            "No other model is within the repeatability limit or needed to cover the first place in 90 % of the draws."
        )
    return " ".join(parts)


def _with_interval(entry: Mapping[str, Any]) -> str:
    if entry["value"] is None:
        return f"{as_markdown(entry['label'])} not known"
    text = f"{as_markdown(entry['label'])} {entry['value']:.3g}"
    if entry.get("low") is None:
        return text
    return (
        f"{text} (90 % interval of its configuration {entry['low']:.3g} to {entry['high']:.3g}; corrected for the "
        f"optimism of choosing the best: {entry['corrected']:.3g})"
    )


def _scores(record: Mapping[str, Any]) -> str:
    if not record["scores"]:
        return ""
    lines = ["| score | column | value | rank | replicate SD |", "|---|---|---|---|---|"]
    for entry in record["scores"][:_MOST_SCORES]:
        value = "missing" if entry["value"] is None else f"{entry['value']:.4g}"
        value += " (outside the usual range)" if entry["abnormal"] else ""
        unranked = entry["rank"] is None or entry["better"] == "range"
        rank = "not ranked" if unranked else f"{entry['rank']} of {entry['population']}"
        sd = "not known" if entry["sd"] is None else f"{entry['sd']:.2g}"
        lines.append(
            f"| {as_markdown(entry['label'])} | {as_code(entry['column'])} | {value} | {rank} | {sd} |"
        )
    return "\n".join(lines)


def _bullets(texts: list[str]) -> str:
    return "\n".join(f"- {as_markdown(text)}" for text in texts)


def _libraries(record: Mapping[str, Any]) -> str:
    found = record.get("library_versions") or {}
    return f" ({', '.join(f'{name} {number}' for name, number in found.items())})" if found else ""


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
