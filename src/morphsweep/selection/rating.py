"""Noise floor, uncertainty and ties of one choice, from whatever is known of its sweep."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.records import FloatArray
from morphsweep.selection.applying import NumericRule, numeric_rule
from morphsweep.selection.comparing import comparable
from morphsweep.selection.configurations import replicates_of
from morphsweep.selection.criterion import Criteria
from morphsweep.selection.facts import SweepFacts
from morphsweep.selection.noise import NoiseFloor, noise_floor
from morphsweep.selection.ordering import Rule
from morphsweep.selection.resamples import resampled_columns
from morphsweep.selection.table import ModelTable, all_scores, scores_of
from morphsweep.selection.tying import in_order, within_limits
from morphsweep.selection.uncertainty import ChoiceUncertainty, choice_uncertainty

__all__ = ["Rating", "rate", "values_of"]


@dataclass(frozen=True)
class Rating:
    """How sure a choice is.

    Parameters
    ----------
    rule : NumericRule
        The choice as a function of numbers.
    noise : NoiseFloor or None
        None without replicates of a configuration.
    uncertainty : ChoiceUncertainty or None
        None without replicates of either kind.
    ties : list or None
        Other models that the numbers do not separate from the winner, by rank; None when nothing tells.
    equal : list
        Those of them that are exactly equal to it in everything that the rule goes by.
    columns : dict of str to Series
        What the table of models is given: ``tie``, and with draws ``frequency, rank_low, rank_high, p_tranche_1`` ...
    """

    rule: NumericRule
    noise: NoiseFloor | None
    uncertainty: ChoiceUncertainty | None
    ties: list[Any] | None
    equal: list[Any]
    columns: dict[str, Any]


def rate(
    models: ModelTable,
    criteria: Criteria,
    order: Rule,
    competing: "pd.Series[bool]",
    full: pd.DataFrame,
    winner: Any,
    facts: SweepFacts,
    upper: bool,
    /,
) -> Rating:
    """Say how sure a choice is.

    Parameters
    ----------
    models, criteria, order
        The choice.
    competing : Series of bool, shape (n_models,)
        Models that can be ranked.
    full : DataFrame of bool, shape (n_models, n_scores)
        Numbers that are no averages over fewer perturbations.
    winner : int or None
        Who was chosen.
    facts : SweepFacts
        With replicates where there are any.
    upper : bool
        Whether ties use the upper limit of the noise.

    Returns
    -------
    Rating
        Of what is known.
    """
    frame = models.frame
    rule = numeric_rule(models, criteria, order, competing, comparable(models, full))
    values = values_of(models, rule)
    noise = _noise(models, full)
    resamples = None
    if facts.replicates is not None:
        n_others = max(len(facts.regimes or ()) - 1, 1)
        resamples = resampled_columns(
            facts.replicates, rule.columns, frame["model_index"].tolist(), n_others=n_others
        )
    uncertainty = _uncertainty(values, rule, models, winner, resamples, noise)
    equal = _equal(models, values, rule, winner)
    ties = _ties(models, values, rule, criteria, winner, noise, uncertainty, upper, equal)
    return Rating(rule, noise, uncertainty, ties, equal, _columns(frame, winner, ties, uncertainty))


def values_of(models: ModelTable, rule: NumericRule, /) -> FloatArray:
    """The scores that a rule looks at, shape (n_models, n_columns)."""
    everyone = pd.Series(data=True, index=models.frame.index)
    return np.column_stack([scores_of(models, name, everyone).to_numpy(dtype=float) for name in rule.columns])


def _noise(models: ModelTable, full: pd.DataFrame) -> NoiseFloor | None:
    numbers = all_scores(models, full).reset_index(drop=True)
    try:
        return noise_floor(
            numbers, models.frame["configuration"], models=models.frame["model_index"].tolist()
        )
    except NotComputable:
        return None


def _uncertainty(
    values: FloatArray,
    rule: NumericRule,
    models: ModelTable,
    winner: Any,
    resamples: FloatArray | None,
    noise: NoiseFloor | None,
) -> ChoiceUncertainty | None:
    frame = models.frame
    try:
        return choice_uncertainty(
            values,
            rule,
            frame["configuration"],
            frame["model_index"].tolist(),
            winner,
            resamples=resamples,
            noise=noise,
        )
    except NotComputable:
        return None


def _equal(models: ModelTable, values: FloatArray, rule: NumericRule, winner: Any) -> list[Any]:
    if winner is None:
        return []
    index = models.frame["model_index"].tolist()
    found = np.flatnonzero(rule.equals(values, index.index(winner)))
    return [index[row] for row in sorted(found, key=lambda row: rule.precedence[row])]


def _ties(
    models: ModelTable,
    values: FloatArray,
    rule: NumericRule,
    criteria: Criteria,
    winner: Any,
    noise: NoiseFloor | None,
    uncertainty: ChoiceUncertainty | None,
    upper: bool,
    equal: list[Any],
) -> list[Any] | None:
    if winner is None or (noise is None and uncertainty is None and not equal):
        return None
    index = models.frame["model_index"].tolist()
    at = index.index(winner)
    tied = {*replicates_of(models.frame, winner), *equal}
    if uncertainty is not None:
        tied |= set(uncertainty.ties)
    if noise is not None:
        thresholds = [float(axis.threshold) for axis in criteria.axes if axis.threshold is not None]
        near = within_limits(values, rule, thresholds, at, noise, upper=upper)
        tied |= {index[row] for row in np.flatnonzero(near)}
    standing = rule(values)
    ranks = pd.Series(standing.rank, index=pd.Index(index)).astype(float).replace(0.0, np.nan)
    return in_order([model for model in index if model in tied - {winner}], ranks)


def _columns(
    frame: pd.DataFrame, winner: Any, ties: list[Any] | None, uncertainty: ChoiceUncertainty | None
) -> dict[str, Any]:
    index = frame["model_index"]
    columns: dict[str, Any] = {}
    if ties is not None:
        columns["tie"] = index.isin([winner, *ties]).to_numpy()
    if uncertainty is not None:
        table = uncertainty.configurations
        row_of = {model: row for row, models in enumerate(table["models"]) for model in models}
        rows = [row_of.get(model, -1) for model in index]
        names = {"frequency": "frequency", "rank_low": "rank_low", "rank_high": "rank_high"}
        names |= {f"tranche_{number}": f"p_tranche_{number}" for number in (1, 2, 3, 4)}
        for source, target in names.items():
            numbers = np.append(table[source].to_numpy(dtype=float), np.nan)
            columns[target] = numbers[rows]
    return columns
