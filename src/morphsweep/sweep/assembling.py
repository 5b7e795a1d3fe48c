"""The tables of a results folder, rebuilt from its parts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from morphsweep.io import Part
from morphsweep.metrics import METRICS
from morphsweep.records import AVERAGE, Model, Status, Sweep
from morphsweep.sweep.products import CURVE_PRODUCTS

__all__ = ["assemble", "summary_table"]

_EMPTY = {
    "scores": ["regime", "perturbation", "metric", "value", "low", "high", "status", "reason"],
    "curves": [
        "regime",
        "perturbation",
        "point_index",
        "arc_length",
        "time",
        "time_calibrated",
        "pc_1",
        "pc_2",
        "pc_3",
    ],
    "health": ["regime", "perturbation", "status", "ok", "reason"],
    "delays": [
        "regime",
        "perturbation",
        "individual",
        "n",
        "delay",
        "distance_on_control",
        "spread_across",
        "time_spread",
    ],
    "curve_bins": [
        "regime",
        "perturbation",
        "bin",
        "arc_length",
        "n",
        "time",
        "variance_across",
        "time_sd",
    ],
    "pairs": ["regime", "first", "second", "value"],
    "points_sample": ["regime", "snip_id", "perturbation", "time", "pc_1", "pc_2", "pc_3"],
    "f1_over_time": [
        "regime",
        "perturbation",
        "time_bin",
        "time",
        "f1",
        "pr_auc",
        "auroc",
        "n_positive",
        "n",
        "low",
        "high",
        "q",
        "pr_auc_low",
        "pr_auc_high",
        "auroc_low",
        "auroc_high",
    ],
    "onsets": ["regime", "perturbation", "f1", "f1_low", "f1_high", "p", "onset", "onset_low", "onset_high"],
    "baselines": ["regime", "classifier", "perturbation", "time_bin", "time", "f1", "auroc", "f1_above"],
    "sampling": ["regime", "metric", "standard_error", "n_sampled", "n_total"],
    "drops": ["regime", "perturbation", "group", "drop", "low", "high"],
    "certificates": ["regime", "fold", "objective", "kkt", "gap", "n_iter", "converged"],
}


def assemble(
    sweep: Sweep, parts: Mapping[int, Part], errors: Mapping[int, str], /
) -> dict[str, pd.DataFrame]:
    """All tables that hold one row or more per model.

    Parameters
    ----------
    sweep : Sweep
        The models, in the order of their index.
    parts : mapping of int to Part
        What was computed, by model index.
    errors : mapping of int to str
        Type and message of the exception that ended a model, by model index.

    Returns
    -------
    dict of str to DataFrame
        ``models, runs, scores, curves, health, delays, curve_bins, pairs, points_sample, f1_over_time, onsets, baselines,
        drops, certificates, sampling, summary, failures``.
    """
    tables = {name: _concatenated(name, parts) for name in _EMPTY}
    documents = {index: part.document()["runs"] for index, part in parts.items()}
    tables["runs"] = _runs_table(sweep, documents)
    tables["models"] = _models_table(sweep, documents, tables["scores"], errors)
    tables["summary"] = summary_table(sweep, tables["models"], tables["scores"])
    tables["failures"] = _failures_table(sweep, tables, errors)
    return tables


def _concatenated(name: str, parts: Mapping[int, Part]) -> pd.DataFrame:
    frames = []
    for index, part in sorted(parts.items()):
        frame = part.table(name)
        if len(frame):
            frame.insert(0, "model_index", index)
            frames.append(frame)
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["model_index"])
    return table.reindex(columns=[*table.columns, *[c for c in _EMPTY[name] if c not in table.columns]])


def _identity(model: Model) -> dict[str, Any]:
    return {
        "model_index": model.model_index,
        "configuration": model.configuration,
        "replicate": model.replicate,
    }


def _runs_table(sweep: Sweep, documents: Mapping[int, Mapping[str, Any]]) -> pd.DataFrame:
    rows = []
    for model in sweep.models:
        for regime, run in model.runs.items():
            note = dict(documents.get(model.model_index, {}).get(regime, {}))
            note["explained_variance"] = list(note.get("explained_variance", []))
            note["dropped"] = "; ".join(f"{count} {why}" for why, count in note.get("dropped", {}).items())
            note["notes"] = "; ".join(note.get("notes", []))
            where = {
                "regime": regime,
                "name": run.name,
                "path": str(run.embedding or ""),
                "seed": str(run.seed or ""),
            }
            rows.append({"model_index": model.model_index, **where, **note})
    return pd.DataFrame(rows)


def _models_table(
    sweep: Sweep, documents: Mapping[int, Mapping[str, Any]], scores: pd.DataFrame, errors: Mapping[int, str]
) -> pd.DataFrame:
    averages = scores[scores["perturbation"] == AVERAGE] if len(scores) else scores
    by_model = {int(str(index)): rows for index, rows in averages.groupby("model_index")}
    rows = []
    for model in sweep.models:
        status, reason = _model_status(model, sweep, documents, by_model, errors)
        rows.append({
            **_identity(model),
            **model.hyperparameters,
            "seed": _text(model.seed),
            "status": status,
            "reason": reason,
        })
    return pd.DataFrame(rows)


def _text(seed: object) -> str:
    return "" if seed is None else str(seed)


def _model_status(
    model: Model,
    sweep: Sweep,
    documents: Mapping[int, Mapping[str, Any]],
    averages: Mapping[int, pd.DataFrame],
    errors: Mapping[int, str],
) -> tuple[str, str]:
    """The worst of its runs, else of its averages over perturbations."""
    if model.model_index in errors:
        return str(Status.ERROR), errors[model.model_index]
    absent = [regime for regime in sweep.regimes if regime not in model.runs]
    notes = documents.get(model.model_index, {})
    bad = {regime: note for regime, note in notes.items() if note["status"] != Status.OK}
    if bad:
        worst = (
            Status.NOT_COMPUTABLE
            if any(n["status"] == Status.NOT_COMPUTABLE for n in bad.values())
            else Status.NOT_DONE
        )
        return str(worst), "; ".join(f"{regime}: {note['reason']}" for regime, note in bad.items())
    if absent:
        return str(Status.NOT_DONE), f"no run for {', '.join(absent)}"
    rows = averages.get(model.model_index)
    if rows is None:
        return str(Status.NOT_COMPUTABLE), "no score"
    # A metric that leaves out bad curves on purpose does not make the model partial.
    rows = rows[~rows["metric"].str.endswith("_ok")]
    essential = rows["metric"].map(_is_essential)
    incomplete = rows[
        (rows["status"] == Status.PARTIAL) | (essential & (rows["status"] == Status.NOT_COMPUTABLE))
    ]
    for hit, called in (
        (incomplete, Status.PARTIAL),
        (rows[rows["status"] == Status.FLAGGED], Status.FLAGGED),
    ):
        if len(hit):
            return str(called), _each_once(hit["reason"])
    return str(Status.OK), ""


def _each_once(reasons: Iterable[str]) -> str:
    """Reasons are lists of causes, of which many scores share some."""
    return "; ".join(dict.fromkeys(cause for reason in reasons for cause in reason.split("; ")))


def _is_essential(metric: str) -> bool:
    """Whether a model without this number has not been fully measured."""
    spec = METRICS.get(metric)
    return spec is not None and bool(
        {"curves", "scaffold", "f1_over_time", "f1_to_pair"}.intersection(spec.needs)
    )


def summary_table(sweep: Sweep, models: pd.DataFrame, scores: pd.DataFrame, /) -> pd.DataFrame:
    """One row per model, one column per score.

    Parameters
    ----------
    sweep : Sweep
        For its regimes.
    models : DataFrame
        The table of models.
    scores : DataFrame
        The tidy scores.

    Returns
    -------
    DataFrame
        ``<metric>_<regime>`` for run metrics; pair metrics are bare with one other regime, else ``<metric>_<regime>`` plus
        their mean as the bare one. Hyper-parameters whose name is taken become ``hp_<name>``.
    """
    averages = scores[scores["perturbation"] == AVERAGE] if len(scores) else scores
    others = sweep.regimes[1:]
    columns: dict[str, pd.Series[Any]] = {}
    for (metric, regime), group in (
        averages.groupby(["metric", "regime"], sort=False) if len(averages) else []
    ):
        values = group.set_index("model_index")["value"]
        paired = _is_pair(str(metric))
        columns[str(metric) if paired and len(others) == 1 else f"{metric}_{regime}"] = values
    if len(others) > 1:
        paired_names = [name for name in dict.fromkeys(averages["metric"]) if _is_pair(str(name))]
        for name in paired_names:
            columns[name] = pd.concat(
                [columns[f"{name}_{r}"] for r in others if f"{name}_{r}" in columns], axis=1
            ).mean(axis=1)
    wide = pd.DataFrame(columns).reindex(models["model_index"]).reset_index(drop=True)
    wide.columns = wide.columns.astype(str)
    left = models.rename(columns={name: f"hp_{name}" for name in models.columns if name in wide.columns})
    return pd.concat([left, wide], axis=1)


def _is_pair(metric: str) -> bool:
    spec = METRICS.get(metric)
    return metric.endswith("_shift") if spec is None else spec.scope == "pair"


def _failures_table(
    sweep: Sweep, tables: Mapping[str, pd.DataFrame], errors: Mapping[int, str]
) -> pd.DataFrame:
    """Each cause once: what follows from a missing run or curve is not listed again."""
    columns = ["model_index", "regime", "perturbation", "metric", "status", "reason"]
    rows: list[dict[str, Any]] = [
        {"model_index": index, "status": str(Status.ERROR), "reason": text}
        for index, text in sorted(errors.items())
    ]
    runs, health, scores = tables["runs"], tables["health"], tables["scores"]
    bad_runs = runs[runs["status"] != Status.OK] if "status" in runs else runs.iloc[:0]
    rows += [{"metric": "run", **row} for row in _records(bad_runs, columns)]
    absent = [
        (model.model_index, r)
        for model in sweep.models
        for r in sweep.regimes
        if r not in model.runs and not model.duplicate
    ]
    rows += [
        {
            "model_index": index,
            "regime": regime,
            "metric": "run",
            "status": str(Status.NOT_DONE),
            "reason": "the manifest has no run of this model in this regime",
        }
        for index, regime in absent
    ]
    bad_curves = health[health["status"] == Status.NOT_COMPUTABLE]
    rows += [{"metric": "curve", **row} for row in _records(bad_curves, columns)]
    known = set(zip(bad_runs["model_index"], bad_runs["regime"], strict=True))
    no_curve = set(zip(bad_curves["model_index"], bad_curves["perturbation"], strict=True))
    bad = scores[scores["status"] == Status.NOT_COMPUTABLE]
    for row in _records(bad, columns):
        if (row["model_index"], row["regime"]) in known or _follows_from_curve(row, no_curve):
            continue
        rows.append(row)
    return pd.DataFrame(rows, columns=columns)


def _follows_from_curve(row: Mapping[str, Any], no_curve: set[tuple[Any, Any]]) -> bool:
    name = str(row["metric"])
    spec = METRICS.get(name) or METRICS.get(name.removesuffix("_shift"))
    if spec is None or not (CURVE_PRODUCTS | {"fits"}).intersection(spec.needs):
        return False
    if row["perturbation"] == AVERAGE:
        return any(index == row["model_index"] for index, _ in no_curve)
    return (row["model_index"], row["perturbation"]) in no_curve


def _records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    kept = [name for name in columns if name in frame]
    return [dict(zip(kept, row, strict=True)) for row in frame[kept].itertuples(index=False)]
