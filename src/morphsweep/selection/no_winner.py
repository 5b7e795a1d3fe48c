"""Why a choice has no winner, in the one sentence that every place tells."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from morphsweep.selection.wording import listed

if TYPE_CHECKING:
    from morphsweep.selection.record import Selection

__all__ = ["both_criteria", "why_no_winner"]


def both_criteria(n_axes: int, /) -> str:
    """What a model of tranche 1 met: with one axis there is one criterion only."""
    return "both criteria" if n_axes > 1 else "the criterion"


def why_no_winner(choice: "Selection", /) -> str:
    """Say why no model was chosen.

    Parameters
    ----------
    choice : Selection
        The choice.

    Returns
    -------
    str
        One sentence; empty when there is a winner. Tranche 1 may hold models all the same: those whose averages cover fewer
        perturbations than asked, or that lack a score the rule orders by, are not ranked.

    Examples
    --------
    >>> from morphsweep.selection import select
    >>> models = pd.DataFrame({"model_index": [1, 2], "f1_all": [0.8, 0.6], "aligned_rmse": [0.5, 0.7]})
    >>> why_no_winner(select(models.assign(status=["partial", "ok"])))
    'Model 1 met both criteria, but is partial (averaged over fewer perturbations than asked) and therefore not ranked beside full models, so none was chosen.'
    """
    if choice.winner is not None:
        return ""
    met = both_criteria(len(choice.criteria.axes))
    members = choice.tranches[1]
    if not members:
        return f"No model met {met}, so none was chosen."
    lacking = [model for model in members if _lacks(choice, model)]
    partial = [model for model in members if model not in lacking]
    said = []
    if partial:
        said.append(
            f"{_models(partial)} met {met}, but {_are(partial)} partial (averaged over fewer perturbations than asked) and "
            "therefore not ranked beside full models"
        )
    if lacking:
        verb = "lacks" if len(lacking) == 1 else "lack"
        said.append(f"{_models(lacking)} met {met}, but {verb} a score that the rule orders by")
    return f"{'; '.join(said)}, so none was chosen."


def _lacks(choice: "Selection", model: Any) -> bool:
    """Whether a model has no number in a column that the rule orders by."""
    columns = () if choice.applied is None else choice.applied.order.columns
    row = choice.table.loc[choice.table["model_index"] == model].iloc[0]
    return any(pd.isna(row[column]) for column in columns)


def _models(models: list[Any]) -> str:
    return f"Model{'s' if len(models) > 1 else ''} {listed(models)}"


def _are(models: list[Any]) -> str:
    return "is" if len(models) == 1 else "are"
