"""From the notebook's numbers to ours: what changed per model, and whether its tranche did."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.selection import Selection, SweepFacts
from morphsweep.selection import select as select_models
from morphsweep.sweep.results import Results

__all__ = ["COMPARED", "Bridge", "bridge", "change_of_values", "matched_models", "tranches_of"]

COMPARED = (
    "f1", "aligned_rmse", "aligned_rmse_rel", "segment_collinearity", "segment_collinearity_within", "dispersion_first",
    "dispersion_last", "dispersion_slope",
)  # fmt: skip


@dataclass(frozen=True)
class Bridge:
    """The same models under both protocols.

    Parameters
    ----------
    models : DataFrame
        ``model_index`` (of the notebook results), ``model_index_default``, ``tranche_notebook`` and ``tranche_default`` (each by its own
        rule), ``tranche_same_rule`` (the default numbers under the notebook's rule), ``changed`` (whether the numbers change the tranche
        under one rule) and ``changed_with_rule``.
    values : DataFrame
        ``model_index, column, notebook, default, change``.
    rule : tuple of str
        The notebook's conditions.
    unmatched : tuple of str
        Models that only one of the two has.
    repairs : DataFrame
        ``model_index, column, repair, value, change, share`` (of the whole change); empty before :func:`try_repairs`.
    """

    models: pd.DataFrame
    values: pd.DataFrame
    rule: tuple[str, ...]
    unmatched: tuple[str, ...]
    repairs: pd.DataFrame


def bridge(notebook: Results, default: Results, /) -> Bridge:
    """Compare the notebook's numbers of every model with ours.

    Parameters
    ----------
    notebook, default : Results
        The same sweep evaluated under both protocols; models are matched by hyper-parameters, replicate and seed.

    Returns
    -------
    Bridge
        Without repairs.

    Raises
    ------
    InvalidInput
        If the results are not of these protocols, or share no model.
    """
    _check_protocols(notebook, default)
    pairs, unmatched = matched_models(notebook, default)
    own, ours = _choice(notebook), _choice(default)
    rule = tuple(str(axis.asked) for axis in own.criteria.axes)
    same = select_models(
        default.summary, where=list(rule), facts=SweepFacts.from_info(default.info, scores=default.scores)
    )
    tranches = {
        "tranche_notebook": pairs["model_index"].map(tranches_of(own)),
        "tranche_default": pairs["model_index_default"].map(tranches_of(ours)),
        "tranche_same_rule": pairs["model_index_default"].map(tranches_of(same)),
    }
    models = pairs.assign(**tranches)
    models = models.assign(
        changed=_differ(models["tranche_notebook"], models["tranche_same_rule"]),
        changed_with_rule=_differ(models["tranche_notebook"], models["tranche_default"]),
    )
    return Bridge(models, change_of_values(notebook, default, pairs), rule, unmatched, pd.DataFrame())


def _check_protocols(notebook: Results, default: Results) -> None:
    for results, wanted in ((notebook, "notebook"), (default, "default")):
        protocol = str(results.info["protocol"])
        if not protocol.startswith(wanted):
            msg = f"{results.path}: evaluated under protocol {protocol!r}, expected {wanted!r}; give the notebook results first, then the default ones"
            raise InvalidInput(msg)


def matched_models(notebook: Results, default: Results) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Models of both by content, never by position.

    Parameters
    ----------
    notebook, default : Results
        Evaluations of the same sweep.

    Returns
    -------
    DataFrame
        ``model_index, model_index_default``.
    tuple of str
        Models that only one of the two has.

    Raises
    ------
    InvalidInput
        If they share none.
    """
    theirs, ours = _keys(notebook), _keys(default)
    shared = [key for key in theirs if key in ours]
    if not shared:
        msg = f"{notebook.path} and {default.path} share no model with equal hyper-parameters, replicate and seed"
        raise InvalidInput(msg)
    pairs = pd.DataFrame({
        "model_index": [theirs[k] for k in shared],
        "model_index_default": [ours[k] for k in shared],
    })
    lonely = [f"model {theirs[k]} of {notebook.path}" for k in theirs if k not in ours]
    return pairs, tuple(lonely + [f"model {ours[k]} of {default.path}" for k in ours if k not in theirs])


def _keys(results: Results) -> dict[tuple[str, ...], int]:
    names = [str(n) for n in results.info["hyperparameters"]]
    columns = [c for n in names for c in (f"hp_{n}", n) if c in results.summary]
    columns += [c for c in ("replicate", "seed") if c in results.summary]
    rows = results.summary[columns].astype(str).itertuples(index=False, name=None)
    return {tuple(row): int(model) for row, model in zip(rows, results.summary["model_index"], strict=True)}


def _choice(results: Results) -> Selection:
    return select_models(results.summary, facts=SweepFacts.from_info(results.info, scores=results.scores))


def tranches_of(choice: Selection, /) -> "pd.Series[Any]":
    """Tranche of each model.

    Parameters
    ----------
    choice : Selection
        A choice.

    Returns
    -------
    Series
        By model_index; missing where there is none.
    """
    return choice.table.set_index("model_index")["tranche"]


def _differ(a: "pd.Series[Any]", b: "pd.Series[Any]") -> "pd.Series[Any]":
    return a.fillna(0).astype(int) != b.fillna(0).astype(int)


def _columns(notebook: Results, other: Results) -> list[str]:
    reference = str(notebook.info["regimes"][0])
    wanted = [c for metric in COMPARED for c in (metric, f"{metric}_{reference}")]
    return [c for c in wanted if c in notebook.summary and c in other.summary]


def change_of_values(notebook: Results, other: Results, pairs: pd.DataFrame) -> pd.DataFrame:
    """Both numbers of every model.

    Parameters
    ----------
    notebook, other : Results
        Evaluations of the same sweep.
    pairs : DataFrame
        What :func:`matched_models` returned.

    Returns
    -------
    DataFrame
        ``model_index, column, notebook, default, change``.
    """
    left = notebook.summary.set_index("model_index").loc[pairs["model_index"]]
    right = other.summary.set_index("model_index").loc[pairs["model_index_default"]]
    frames = [
        pd.DataFrame({"model_index": pairs["model_index"].to_numpy(), "column": column,
                      "notebook": _numbers(left[column]), "default": _numbers(right[column])})
        for column in _columns(notebook, other)
    ]  # fmt: skip
    frame = pd.concat(frames, ignore_index=True)
    return frame.assign(change=frame["default"] - frame["notebook"])


def _numbers(values: "pd.Series[Any]") -> Any:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
