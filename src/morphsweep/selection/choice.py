"""Choose: thresholds, tranches, order, winner, ties."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from morphsweep.selection.account import account_of, key_columns, replicates_sentence
from morphsweep.selection.collapse import collapse_warning, collapsed_regimes
from morphsweep.selection.comparing import comparable, eligible, full_numbers
from morphsweep.selection.configurations import replicates_of
from morphsweep.selection.criteria import criteria, undeclared_scores
from morphsweep.selection.criterion import Criteria
from morphsweep.selection.facts import SweepFacts
from morphsweep.selection.names import direction, twin
from morphsweep.selection.ordering import Rule
from morphsweep.selection.pareto import pareto_front
from morphsweep.selection.ranking import ranked, ranking_rule, ranks
from morphsweep.selection.rating import rate
from morphsweep.selection.record import Selection
from morphsweep.selection.shared_values import common_values
from morphsweep.selection.table import ModelTable, model_table, scores_of
from morphsweep.selection.tranches import TRANCHES, TRANCHES_ONE_AXIS, judge
from morphsweep.selection.trusted import trusted_sentence
from morphsweep.selection.usual import usual_range
from morphsweep.selection.wording import listed

__all__ = ["select"]

_MOST_GROUPS = 5  # groups of replicates that are spelled out


def select(
    summary: pd.DataFrame,
    /,
    *,
    where: Sequence[str] | str | None = None,
    rule: str | None = None,
    facts: SweepFacts | None = None,
    upper: bool = False,
) -> Selection:
    """Cut the models of a sweep into tranches and recommend one.

    Parameters
    ----------
    summary : DataFrame, one row per model
        ``summary.csv`` of a results folder, or a table of another lab whose column names are known.
    where : sequence of str, str or None
        Thresholds and filters, see :func:`~morphsweep.selection.criteria.criteria`.
    rule : str or None
        Order within a tranche, see :func:`~morphsweep.selection.ranking.ranking_rule`.
    facts : SweepFacts or None
        What else is known of the sweep; its replicates say how sure the choice is.
    upper : bool
        Whether ties use the upper limit of the noise between replicates.

    Returns
    -------
    Selection
        Tranches, winner, its ties, the rule in words.

    Raises
    ------
    InvalidInput
        If a condition or rule names an unknown column, or the table is not one row per model.

    Examples
    --------
    >>> models = pd.DataFrame({"model_index": [1, 2], "f1_all": [0.8, 0.9], "aligned_rmse": [0.5, 3.0]})
    >>> choice = select(models)
    >>> choice.winner, choice.tranches
    (1, {1: [1], 2: [2], 3: [], 4: []})
    """
    models = model_table(summary, facts=facts)
    foreign = undeclared_scores(models, where=where)
    if foreign:
        models = model_table(summary, facts=facts, also_scores=foreign)
    full = full_numbers(models, facts=facts)
    population = comparable(models, full)
    cut = criteria(models, where=where, facts=facts, population=population)
    order = ranking_rule(rule, table=models, criteria=cut)
    judged = judge(models, cut)
    competing, aside = eligible(judged, full, [*(axis.column for axis in cut.axes), *order.columns])
    judged = _completed(judged, models, cut, order, population, competing)
    winner = _winner(judged)
    rated = rate(
        models, cut, order, competing | judged["tranche"].isna(), full, winner, facts or SweepFacts(), upper
    )
    judged = judged.assign(**rated.columns)
    account = None
    if winner is not None:
        account = account_of(
            winner, table=models, judged=judged, comparable=population, criteria=cut, noise=rated.noise
        )
    return Selection(
        table=judged,
        tranches=_tranches(judged),
        winner=winner,
        ties=rated.ties,
        rule=_in_words(cut, order),
        account=account,
        common=common_values(models.frame, models.hyperparameters, judged["tranche"]),
        warnings=_warnings(models, cut, order, judged, aside, winner, rated.equal),
        ranks=ranks(models, population),
        comparable=population,
        full=full,
        criteria=cut,
        models=models,
        noise=rated.noise,
        uncertainty=rated.uncertainty,
        applied=rated.rule,
    )


def _completed(
    judged: pd.DataFrame,
    models: ModelTable,
    cut: Criteria,
    order: Rule,
    population: pd.DataFrame,
    competing: "pd.Series[bool]",
) -> pd.DataFrame:
    """The judged models with their Pareto flag, rank and abnormal values."""
    higher = ranking_rule(None, table=models, criteria=cut).higher
    axes = judged[list(higher)].apply(pd.to_numeric, errors="coerce").where(competing)
    return judged.assign(
        pareto=pareto_front(
            axes.to_numpy(dtype=float), higher=[more is not False for more in higher.values()]
        ),
        rank=ranked(judged, order, competing),
        flags=_flags(models, cut, population),
    )


def _flags(models: ModelTable, cut: Criteria, population: pd.DataFrame) -> list[str]:
    """Per model, where it has collapsed, and the key scores that lie outside the usual range of the sweep."""
    found = [
        [f"collapsed in {', '.join(regimes)}"] if regimes else [] for regimes in collapsed_regimes(models)
    ]
    for column in key_columns(models, cut):
        values = scores_of(models, column, population[column])
        usual = usual_range(values) if direction(column) == "range" else None
        if usual is None:
            continue
        for row, value in enumerate(values):
            if value < usual[0] or value > usual[1]:
                found[row].append(f"{column} {value:.3g} outside {usual[0]:.3g} to {usual[1]:.3g}")
    return ["; ".join(texts) for texts in found]


def _tranches(judged: pd.DataFrame) -> dict[int, list[Any]]:
    order = judged.sort_values(["tranche", "rank"], kind="stable")
    return {
        number: order.loc[(order["tranche"] == number).fillna(value=False), "model_index"].tolist()
        for number in TRANCHES
    }


def _winner(judged: pd.DataFrame) -> Any:
    first = judged[((judged["rank"] == 1) & (judged["tranche"] == 1)).fillna(value=False)]
    return None if first.empty else first["model_index"].tolist()[0]


def _in_words(cut: Criteria, order: Rule) -> str:
    names = TRANCHES if cut.robust is not None else TRANCHES_ONE_AXIS
    tranches = ", ".join(f"{number} {words}" for number, words in names.items())
    parts = [f"discriminative: {cut.discriminative}"]
    parts.append(
        f"robust: {cut.robust}" if cut.robust is not None else f"robust: not applicable ({cut.why_one})"
    )
    parts += [f"filter: {criterion}" for criterion in cut.filters]
    parts += [
        f"tranches: {tranches}",
        f"within a tranche first {order}",
        "the winner is the first of tranche 1",
    ]
    return "; ".join(parts)


def _warnings(
    models: ModelTable,
    cut: Criteria,
    order: Rule,
    judged: pd.DataFrame,
    aside: str,
    winner: object,
    equal: Sequence[Any],
) -> tuple[str, ...]:
    said = [*models.notes, aside, collapse_warning(models, winner)]
    if equal:
        said.append(
            f"by the rule ({listed(order.columns)}) nothing separates model {winner} from {listed(equal)}: they are exactly "
            "equal, and the lowest model_index is put first"
        )
    for model, missing, tranche in zip(
        judged["model_index"], judged["missing"], judged["tranche"], strict=True
    ):
        if missing and pd.isna(tranche):
            said.append(f"model {model} has no tranche: {missing} missing")
    for criterion in cut.filters:
        out = [
            m for m, holds in zip(judged["model_index"], criterion.holds, strict=True) if holds is not True
        ]
        said.append(
            f"filter {criterion.asked} excludes {len(out)} of {len(judged)} models: {listed(out) if out else 'none'}"
        )
    said += [
        _shrinkage(column, models)
        for column in dict.fromkeys([axis.column for axis in cut.axes] + list(order.columns))
    ]
    said.append(trusted_sentence(judged, models, cut))
    said += _separation(models, judged, winner)
    if not (judged["tranche"] == 1).fillna(value=False).any():
        said.append("no model is in tranche 1, so there is no winner; loosen a threshold with --where")
    return tuple(dict.fromkeys(text for text in said if text))


def _shrinkage(column: str, models: ModelTable) -> str:
    other = twin(column)
    if other is None or other not in models.frame:
        return ""
    return (
        f"{column} is in latent units and rewards a space that merely shrinks; its scale-free twin is {other}"
    )


def _separation(models: ModelTable, judged: pd.DataFrame, winner: object) -> list[str]:
    """One sentence for each configuration with several models in tranche 1, the winner's aside (its account says it)."""
    best = judged[(judged["tranche"] == 1).fillna(value=False)]
    repeated = best[best["configuration"].duplicated(keep="first") & best["configuration"].notna()]
    numbers = repeated["configuration"].unique()
    firsts = [best.loc[best["configuration"] == number, "model_index"].iloc[0] for number in numbers]
    own = {winner, *(replicates_of(models.frame, winner) if winner is not None else [])}
    others = [model for model in firsts if model not in own]
    more = len(others) - _MOST_GROUPS
    said = [replicates_sentence(model, models) for model in others[:_MOST_GROUPS]]
    return [*said, f"{more} more configurations have several models in tranche 1"] if more > 0 else said
