"""Conditions read and applied: two axes that cut the tranches, and filters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.records import Condition
from morphsweep.selection.criterion import Criteria, Criterion
from morphsweep.selection.facts import SweepFacts
from morphsweep.selection.names import unknown_column
from morphsweep.selection.table import ModelTable

__all__ = ["criteria", "default_conditions", "undeclared_scores"]


def criteria(
    table: ModelTable,
    /,
    *,
    where: Sequence[str] | str | None = None,
    facts: SweepFacts | None = None,
    population: pd.DataFrame | None = None,
) -> Criteria:
    """Read the conditions and apply them.

    Conditions on scores are thresholds: the first is the discriminative axis, the second the robust axis, further ones
    are filters. Conditions on hyper-parameters and other columns are filters. Without any threshold the default
    ones hold; with exactly one, the robust axis is not applicable.

    Parameters
    ----------
    table : ModelTable
        The models.
    where : sequence of str, str or None
        Conditions such as ``"f1_all > 0.7"`` or ``"aligned_rmse < q50"``; quantiles are taken over the models of the
        population that have a number in the column.
    facts : SweepFacts or None
        What else is known of the sweep.
    population : DataFrame of bool, shape (n_models, n_scores), or None
        For each score the models that count in its quantiles, as for ranks: what
        :func:`~morphsweep.selection.comparing.comparable` returned. None: all.

    Returns
    -------
    Criteria
        Applied to every model.

    Raises
    ------
    InvalidInput
        If a condition cannot be read, or names a column that the table lacks.
    """
    given = _given(where, table)
    thresholds = [c for c in given if c.column in table.scores and not isinstance(c.value, str)]
    filters = [c for c in given if c not in thresholds]
    why_one = "only one threshold was given" if len(thresholds) == 1 else ""
    if not thresholds:
        thresholds = default_conditions(table, facts or SweepFacts())
        why_one = "" if len(thresholds) > 1 else _why_one(facts or SweepFacts())
    axes = [_applied(c, table, population) for c in thresholds[:2]]
    rest = tuple(_applied(c, table, population) for c in [*filters, *thresholds[2:]])
    return Criteria(axes[0], axes[1] if len(axes) > 1 else None, rest, why_one)


def undeclared_scores(table: ModelTable, /, *, where: Sequence[str] | str | None = None) -> list[str]:
    """Columns that must be scores, since the conditions order models by them and there is no score of ours to go by.

    Parameters
    ----------
    table : ModelTable
        The models.
    where : sequence of str, str or None
        Conditions.

    Returns
    -------
    list of str
        Empty when a condition is on a declared score, or the default F1 is there.

    Raises
    ------
    InvalidInput
        If a condition cannot be read, or names a column that the table lacks.
    """
    given = _given(where, table)
    if f"f1_{table.reference}" in table.frame or any(c.column in table.scores for c in given):
        return []
    return [c.column for c in given if c.op not in {"==", "!="} and not isinstance(c.value, str)]


def default_conditions(table: ModelTable, facts: SweepFacts, /) -> list[Condition]:
    """The thresholds that hold when none are given.

    Parameters
    ----------
    table : ModelTable
        The models.
    facts : SweepFacts
        Protocol, regimes and the sweep's own thresholds, as far as known.

    Returns
    -------
    list of Condition
        The sweep's own; else ``f1_<reference> > 0.7`` with ``aligned_rmse <= 1`` for `notebook` numbers and
        ``aligned_rmse_rel <= q50`` for `default` numbers. One condition when there is one regime.

    Raises
    ------
    InvalidInput
        If the table has no F1 of the reference regime.
    """
    single = len(facts.regimes) == 1 if facts.regimes else False
    if facts.thresholds:
        own = [_parsed(text, table) for text in facts.thresholds]
        return own[:1] if single else own
    f1 = f"f1_{table.reference or 'all'}"
    if f1 not in table.frame:
        msg = f"{unknown_column(f1, table.frame)}. Give thresholds that the table has: --where 'COLUMN > NUMBER', the discriminative one first"
        raise InvalidInput(msg)
    conditions = [Condition(f1, ">", 0.7)]
    if not single and "aligned_rmse" in table.frame:
        conditions.append(_default_robust(table, facts))
    return conditions


def _why_one(facts: SweepFacts) -> str:
    """Why there is one threshold only, none being given: with several regimes it is the number that is absent."""
    if len(facts.regimes or ()) < 2:
        return "nothing compares the reference with another regime"
    return "only one threshold was given" if facts.thresholds else "aligned_rmse was not computed"


def _default_robust(table: ModelTable, facts: SweepFacts) -> Condition:
    notebook = (facts.protocol or "").startswith("notebook")
    if notebook or "aligned_rmse_rel" not in table.frame:
        return Condition("aligned_rmse", "<=", 1.0)
    return Condition("aligned_rmse_rel", "<=", 0.5, is_quantile=True)


def _given(where: Sequence[str] | str | None, table: ModelTable) -> list[Condition]:
    return [_parsed(text, table) for text in ([where] if isinstance(where, str) else where or ())]


def _parsed(text: str, table: ModelTable) -> Condition:
    condition = Condition.parse(text)
    column = table.renamed.get(condition.column, condition.column)
    if column not in table.frame:
        msg = f"cannot use the condition {text!r}: {unknown_column(column, table.frame)}"
        raise InvalidInput(msg)
    return Condition(column, condition.op, condition.value, condition.is_quantile)


def _applied(asked: Condition, table: ModelTable, population: pd.DataFrame | None) -> Criterion:
    values = _values(asked, table)
    known = [value for value in values if value is not None]
    n_known = len(known)
    if population is not None and asked.column in population:
        counted = population[asked.column]
        known = [value for value, counts in zip(values, counted, strict=True) if counts and value is not None]
    if asked.is_quantile and not known:
        return Criterion(asked, None, 0, None, (None,) * len(values))
    resolved = asked.resolve(pd.Series(known, dtype=float)) if asked.is_quantile else asked
    holds = tuple(resolved.holds(value) for value in values)
    position = _position(resolved, known) if asked.column in table.scores else None
    return Criterion(asked, resolved.value, len(known), position, holds, n_known - len(known))


def _values(asked: Condition, table: ModelTable) -> list[Any]:
    column = table.frame[asked.column]
    if isinstance(asked.value, str) or asked.column not in table.scores:
        return [None if pd.isna(value) else value for value in column]
    try:
        numbers = pd.to_numeric(column)
    except (TypeError, ValueError):
        odd = column[pd.to_numeric(column, errors="coerce").isna() & column.notna()].iloc[0]
        msg = f"column {asked.column!r} should hold numbers, found {odd!r}; an empty cell means missing"
        raise InvalidInput(msg) from None
    return [float(value) if np.isfinite(value) else None for value in numbers.astype(float)]


def _position(condition: Condition, known: list[Any]) -> float | None:
    if isinstance(condition.value, str) or not known:
        return None
    numbers = pd.to_numeric(pd.Series(known), errors="coerce").dropna()
    return float((numbers <= condition.value).mean()) if len(numbers) else None
