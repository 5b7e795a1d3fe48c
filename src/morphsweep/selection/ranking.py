"""Which model comes first, and why, in words."""

import re

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.selection.criterion import Criteria, Criterion
from morphsweep.selection.names import direction, unknown_column
from morphsweep.selection.ordering import Rule, RuleKind, positions
from morphsweep.selection.table import ModelTable, all_scores, precedence

__all__ = ["ranked", "ranking_rule", "ranks"]

_KINDS: tuple[RuleKind, ...] = ("lexicographic", "mean-rank", "desirability", "knee")
_WEIGHTED = re.compile(r"(?P<column>[^=]+?)\s*(?:=\s*(?P<weight>\d+\.?\d*|\.\d+))?")
# What the mean of ranks adds to the two axes: how tree-like the space is.
_TREE_LIKE = (("segment_collinearity_within",), ("dispersion_first_rel", "dispersion_first"))


def ranking_rule(name: str | None, /, *, table: ModelTable, criteria: Criteria) -> Rule:
    """Read a ranking rule.

    Parameters
    ----------
    name : str or None
        None: the discriminative score, equal values by the robust one. ``"mean-rank"``: the mean of the ranks
        by both axes, collinearity within and dispersion at the beginning, as far as the table has them. ``"desirability"``:
        the geometric mean of the desirabilities of the same columns. ``"knee"``: the Pareto front of the two axes first, and
        of it the knee. Each of these may name its columns, desirability with weights (``"desirability: f1_all=2,
        aligned_rmse_rel"``). Else one or more columns separated by commas (``"aligned_rmse"``,
        ``"lexicographic: f1_all, aligned_rmse"``); ``f1`` means that of the reference regime.
    table : ModelTable
        The models.
    criteria : Criteria
        The thresholds.

    Returns
    -------
    Rule
        Columns and directions.

    Raises
    ------
    InvalidInput
        If a column is unknown, or is not a score with a good end.
    """
    axes = {axis.column: _higher(axis) for axis in criteria.axes}
    if name is None:
        return Rule(axes)
    word, _, listing = name.partition(":")
    kind = next((known for known in _KINDS if known == word.strip()), None)
    if kind is None:
        kind, listing = "lexicographic", name
    usual = axes if kind == "knee" else {**axes, **_tree_like(table)}
    if not listing.strip():
        if kind == "lexicographic":
            return Rule(axes)
        return Rule(usual, kind=kind)
    parts = [_WEIGHTED.fullmatch(part.strip()) for part in listing.split(",")]
    return _rule_of(kind, parts, listing, table)


def _rule_of(kind: RuleKind, parts: "list[re.Match[str] | None]", listing: str, table: ModelTable) -> Rule:
    named = [(part["column"], part["weight"]) for part in parts if part is not None]
    if len(named) < len(parts) or any(float(weight) <= 0 for _, weight in named if weight):
        msg = f"cannot rank by {listing.strip()!r}: expected columns separated by commas, for desirability each with a weight above 0 such as f1_all=2"
        raise InvalidInput(msg)
    weights = {_column(column, table): float(weight) for column, weight in named if weight}
    if weights and kind != "desirability":
        msg = f"cannot rank by {listing.strip()!r}: only desirability takes weights, as in 'desirability: f1_all=2, aligned_rmse'"
        raise InvalidInput(msg)
    ranges = kind == "desirability"
    higher = {_column(column, table): _named(column, table, ranges=ranges) for column, _ in named}
    return Rule(higher, kind=kind, weights=weights)


def ranked(judged: pd.DataFrame, rule: Rule, eligible: "pd.Series[bool]", /) -> "pd.Series[int]":
    """Position of every model: by tranche, then by the rule.

    Parameters
    ----------
    judged : DataFrame
        With ``model_index``, ``tranche`` and the rule's columns.
    rule : Rule
        Order within a tranche. Of exactly equal models the lowest ``model_index`` comes first.
    eligible : Series of bool, shape (n_models,)
        Models to rank; those that lack a value of the rule are left out.

    Returns
    -------
    Series of int (nullable), shape (n_models,)
        1 = first; missing for models that are not ranked.
    """
    columns = list(rule.columns)
    known = judged.loc[eligible, ["tranche", *columns]].dropna()
    places = positions(
        known[columns].to_numpy(dtype=float),
        known["tranche"].to_numpy(dtype=int),
        rule,
        precedence=precedence(judged.loc[known.index, "model_index"]),
    )
    result = pd.Series(pd.NA, index=judged.index, dtype="Int64")
    result.loc[known.index] = places
    return result


def ranks(table: ModelTable, comparable: pd.DataFrame, /) -> pd.DataFrame:
    """Rank of every model in every score, among the comparable models that have a number there.

    Parameters
    ----------
    table : ModelTable
        The models.
    comparable : DataFrame of bool, shape (n_models, n_scores)
        Models that are ranked beside one another, score by score.

    Returns
    -------
    DataFrame
        Index ``model_index``, one column per score, nullable integers: 1 = best; from the smallest value where neither
        end is the good one. Equal values share the better rank.
    """
    scores = all_scores(table, comparable)
    falling = [name for name in table.scores if direction(name) == "higher"]
    scores[falling] = -scores[falling]
    return scores.rank(method="min").astype("Int64")


def _tree_like(table: ModelTable) -> dict[str, bool]:
    """Collinearity, and the dispersion at the beginning, scale-free where the table has it."""
    first = [
        [name for name in (f"{metric}_{table.reference}" for metric in metrics) if name in table.frame][:1]
        for metrics in _TREE_LIKE
    ]
    return {name: direction(name) == "higher" for names in first for name in names}


def _higher(axis: Criterion) -> bool:
    """The metric's own direction; where it has none, the side on which the condition holds."""
    good = direction(axis.column)
    return good == "higher" if good in {"higher", "lower"} else axis.asked.op in {">", ">=", "=="}


def _column(name: str, table: ModelTable) -> str:
    name = table.renamed.get(name, name)
    return name if name in table.frame else f"{name}_{table.reference}"


def _named(name: str, table: ModelTable, *, ranges: bool) -> bool | None:
    column = _column(name, table)
    if column not in table.frame:
        msg = f"cannot rank by {name!r}: {unknown_column(name, table.frame)}. Rules: {', '.join(_KINDS[1:])}, or columns separated by commas"
        raise InvalidInput(msg)
    good = direction(column)
    if good == "range" and ranges:
        return None
    if good not in {"higher", "lower"}:
        msg = f"cannot rank by {column!r}: neither a high nor a low value of it is better; choose a score with a direction"
        raise InvalidInput(msg)
    return good == "higher"
