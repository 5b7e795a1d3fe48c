"""A choice as a record that can be kept, compared and pasted."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import Condition
from morphsweep.selection.account import AccountRow
from morphsweep.selection.criterion import Criteria, Criterion
from morphsweep.selection.names import description, label
from morphsweep.selection.no_winner import why_no_winner
from morphsweep.selection.reasons import reasons
from morphsweep.selection.record import Selection
from morphsweep.selection.uncertainty import ChoiceUncertainty
from morphsweep.selection.wording import percent, share_of_draws

__all__ = ["decision_record", "no_decision"]


_LEAST_SHARE = 0.005  # of the draws, to be named


def decision_record(choice: Selection, about: Mapping[str, Any], /) -> dict[str, Any]:
    """Everything that a choice rests on, as plain values.

    Parameters
    ----------
    choice : Selection
        The choice.
    about : mapping
        Content of ``run.json``, as far as there is one: name, protocol, version, regimes, perturbations, library versions.

    Returns
    -------
    dict
        ``winner, ties, rule, thresholds, tranches, account, warnings, protocol, version`` and more: hyper-parameters and
        scores of the winner, noise, uncertainty, what would change the choice.
    """
    plain = choice.to_json()
    criteria = choice.criteria
    said_criteria = (*criteria.axes, *criteria.filters)
    return {
        "winner": plain["winner"],
        "why_no_winner": why_no_winner(choice),
        "ties": plain["ties"],
        "rule": plain["rule"],
        "thresholds": [str(criterion) for criterion in said_criteria],
        "criteria": [
            _criterion(criterion, role)
            for role, criterion in zip(_roles(criteria), said_criteria, strict=True)
        ],
        "why_one": criteria.why_one,
        "order": str(choice.applied.order) if choice.applied else "",
        "tranches": {str(number): members for number, members in choice.tranches.items()},
        "account": str(choice.account).splitlines() if choice.account else [],
        "hyperparameters": _hyperparameters(choice),
        "scores": [_score(row, choice.uncertainty) for row in choice.account.rows] if choice.account else [],
        "models": len(choice.table),
        "configurations": int(choice.table["configuration"].nunique()),
        "noise": [] if choice.noise is None else _records(choice.noise.table()),
        "uncertainty": None if choice.uncertainty is None else _uncertainty(choice.uncertainty),
        "reasons": reasons(choice),
        "would_change": would_change(choice),
        "warnings": list(choice.warnings),
        "name": about.get("name", ""),
        "regimes": list(about.get("regimes", [])),
        "perturbations": list(about.get("perturbations", [])),
        "protocol": about.get("protocol", ""),
        "version": about.get("version", ""),
        "bootstrap": about.get("bootstrap", 0),
        "library_versions": dict(about.get("library_versions", {})),
    }


def no_decision(reason: str, about: Mapping[str, Any], /) -> dict[str, Any]:
    """The record where nothing can be chosen.

    Parameters
    ----------
    reason : str
        Why.
    about : mapping
        Content of ``run.json``.

    Returns
    -------
    dict
        The same keys as any record, empty.
    """
    empty: dict[str, Any] = {
        "winner": None,
        "why_no_winner": "",
        "ties": None,
        "rule": "",
        "thresholds": [],
        "criteria": [],
        "order": "",
        "tranches": {},
        "account": [],
        "hyperparameters": {},
        "scores": [],
        "noise": [],
        "uncertainty": None,
        "reasons": [],
        "would_change": [],
    }
    return {**empty, "warnings": [reason], "protocol": about["protocol"], "version": about["version"]}


def would_change(choice: Selection, /) -> list[str]:
    """What would make another model the winner, in words.

    Parameters
    ----------
    choice : Selection
        The choice.

    Returns
    -------
    list of str
        Thresholds, other individuals and trainings; empty without a winner.
    """
    said = [f"{str(found)[0].upper()}{str(found)[1:]}." for found in choice.stable_ranges]
    if choice.uncertainty is not None and choice.winner is not None:
        table = choice.uncertainty.configurations.sort_values("frequency", ascending=False, kind="stable")
        shares = [share_of_draws(each, choice.uncertainty.no_winner) for each in table["frequency"].tolist()]
        others = [
            f"{_models(models)} in {percent(share)}"
            for models, share in zip(table["models"], shares, strict=True)
            if share >= _LEAST_SHARE and choice.winner not in models
        ]
        if others:
            said.append(
                f"{_redrawn(choice.uncertainty)} would have put first: {', '.join(others)} of the draws."
            )
    return said


def _redrawn(found: ChoiceUncertainty) -> str:
    """What differs between the draws."""
    parts = ["individuals"] if found.n_replicates else []
    return f"Other {' or '.join([*parts, 'trainings'] if found.noise_df is not None else parts)}"


def _roles(criteria: Criteria) -> list[str]:
    axes = ["discriminative", "robust"][: len(criteria.axes)]
    return [*axes, *("filter" for _ in criteria.filters)]


def _criterion(criterion: Criterion, role: str) -> dict[str, Any]:
    asked = criterion.asked
    return {
        "role": role,
        "column": asked.column,
        "label": label(asked.column),
        "description": description(asked.column),
        "op": asked.op,
        "value": _plain(criterion.threshold),
        "quantile": float(asked.value) if asked.is_quantile else None,
        "population": criterion.population,
    }


def _acts(name: str, own: "pd.Series[Any]", inactive: Mapping[str, str]) -> bool:
    """Whether a hyper-parameter can act in a model."""
    if name not in inactive:
        return True
    condition = Condition.parse(inactive[name])
    return condition.column not in own or condition.holds(_plain(own[condition.column])) is not True


def _hyperparameters(choice: Selection) -> dict[str, Any]:
    frame = choice.models.frame
    if choice.winner is None:
        return {}
    own = frame[frame["model_index"] == choice.winner].iloc[0]
    varied = [
        name for name in choice.models.hyperparameters if frame[name].astype(object).nunique(dropna=False) > 1
    ]
    inactive = choice.models.inactive or {}
    return {name: _plain(own[name]) for name in varied if _acts(name, own, inactive)}


def _score(row: AccountRow, uncertainty: ChoiceUncertainty | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "column": row.column,
        "label": label(row.column),
        "value": _plain(row.value),
        "rank": row.rank,
        "population": row.population,
        "sd": None if row.noise is None else _plain(row.noise.sd),
        "better": row.better,
        "abnormal": row.abnormal,
    }
    if uncertainty is not None:
        own = uncertainty.corrected[uncertainty.corrected["column"] == row.column]
        if len(own):
            found |= {name: _plain(own.iloc[0][name]) for name in ("corrected", "low", "high")}
    return found


def _uncertainty(found: ChoiceUncertainty) -> dict[str, Any]:
    table = found.configurations.assign(models=found.configurations["models"].map(list))
    return {
        "basis": found.basis,
        "level": found.level,
        "n_replicates": found.n_replicates,
        "n_draws": found.n_draws,
        "noise_df": found.noise_df,
        "no_winner": found.no_winner,
        "configurations": _records(table),
        "corrected": _records(found.corrected),
    }


def _models(models: tuple[Any, ...]) -> str:
    return f"model {models[0]}" if len(models) == 1 else f"models {', '.join(map(str, models))}"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain
