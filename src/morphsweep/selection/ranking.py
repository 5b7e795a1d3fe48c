"""Which model comes first, and why, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.selection.criterion import Criteria, Criterion
from morphsweep.selection.names import direction, unknown_column
from morphsweep.selection.table import ModelTable, scores_of

__all__ = ["MEAN_RANK", "Rule", "ranked", "ranking_rule", "ranks"]

MEAN_RANK = "mean-rank"
_LEXICOGRAPHIC = "lexicographic:"
# What the mean of ranks adds to the two axes: how tree-like the space is.
_TREE_LIKE = (("segment_collinearity_within",), ("dispersion_first_rel", "dispersion_first"))


@dataclass(frozen=True, slots=True)
class Rule:
    """How models of one tranche are put in order.

    Parameters
    ----------
    higher : mapping of str to bool
        The columns that count and whether more is better, the most important first.
    mean_rank : bool
        Whether their ranks are averaged; else a later column only decides between equal values of the earlier.
    """

    higher: Mapping[str, bool]
    mean_rank: bool = False

    def __str__(self) -> str:
        parts = [
            f"the {'highest' if higher else 'lowest'} {column}" for column, higher in self.higher.items()
        ]
        if self.mean_rank:
            return f"the best mean of its ranks within the tranche by {', '.join(parts)}"
        return ", then ".join(parts)


def ranking_rule(name: str | None, /, *, table: ModelTable, criteria: Criteria) -> Rule:
    """Read a ranking rule.

    Parameters
    ----------
    name : str or None
        None: the discriminative score, equal values by the robust one. ``"mean-rank"``: the mean of the ranks
        by both axes, collinearity within and dispersion at the beginning, as far as the table has them. Else one or more
        columns separated by commas (``"aligned_rmse"``, ``"lexicographic: f1_all, aligned_rmse"``); ``f1`` means that of the reference regime.
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
    if name.strip() == MEAN_RANK:
        return Rule({**axes, **_tree_like(table)}, mean_rank=True)
    columns = [part.strip() for part in name.removeprefix(_LEXICOGRAPHIC).split(",")]
    return Rule({_column(part, table): _named(part, table) for part in columns})


def ranked(judged: pd.DataFrame, rule: Rule, eligible: "pd.Series[bool]", /) -> "pd.Series[int]":
    """Position of every model: by tranche, then by the rule.

    Parameters
    ----------
    judged : DataFrame
        With ``tranche`` and the rule's columns.
    rule : Rule
        Order within a tranche. Equal models stand in the order of the table.
    eligible : Series of bool, shape (n_models,)
        Models to rank; those that lack a value of the rule are left out.

    Returns
    -------
    Series of int (nullable), shape (n_models,)
        1 = first; missing for models that are not ranked.
    """
    columns = list(rule.higher)
    known = judged.loc[eligible, ["tranche", *columns]].dropna()
    known = known.astype(dict.fromkeys(columns, float))
    if rule.mean_rank:
        places = [_places(known, column, higher) for column, higher in rule.higher.items()]
        known = known.assign(_mean=sum(places) / len(places))
        order = known.sort_values(
            ["tranche", "_mean", columns[0]],
            ascending=[True, True, not rule.higher[columns[0]]],
            kind="stable",
        )
    else:
        order = known.sort_values(
            ["tranche", *columns],
            ascending=[True, *(not higher for higher in rule.higher.values())],
            kind="stable",
        )
    result = pd.Series(pd.NA, index=judged.index, dtype="Int64")
    result.loc[order.index] = range(1, len(order) + 1)
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
    columns = {
        name: scores_of(table, name, comparable[name])
        .rank(method="min", ascending=direction(name) != "higher")
        .astype("Int64")
        for name in table.scores
    }
    return pd.DataFrame(columns, index=pd.Index(table.frame["model_index"]))


def _places(known: pd.DataFrame, column: str, higher: bool) -> "pd.Series[float]":
    return known.groupby("tranche")[column].rank(method="average", ascending=not higher)


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


def _named(name: str, table: ModelTable) -> bool:
    column = _column(name, table)
    if column not in table.frame:
        msg = f"cannot rank by {name!r}: {unknown_column(name, table.frame)}. Rules: {MEAN_RANK}, or columns separated by commas"
        raise InvalidInput(msg)
    good = direction(column)
    if good not in {"higher", "lower"}:
        msg = f"cannot rank by {column!r}: neither a high nor a low value of it is better; choose a score with a direction"
        raise InvalidInput(msg)
    return good == "higher"
