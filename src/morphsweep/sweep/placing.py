"""Would an unseen perturbation land where it should: per model, regime and perturbation that was held out."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotApplicable, NotComputable
from morphsweep.influence import LANDS, landing, plain_rows, wilson
from morphsweep.io import read_embedding
from morphsweep.records import FloatArray, Settings, SweepConfig
from morphsweep.sweep.provenance import sweep_of
from morphsweep.sweep.reading import read_sweep
from morphsweep.sweep.results import Results
from morphsweep.trajectories import fit_scaffold, fit_space

__all__ = ["Unseen", "unseen"]

Curves = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Unseen:
    """Where held-out perturbations land.

    Parameters
    ----------
    table : DataFrame
        One row per model, regime and held-out perturbation: ``error, retraining, retraining_worst, control, mean_curve,
        linear, skill, nearest, direction, verdict, kept, reason``; RMSE per coordinate, latent units, lower is better.
    summary : DataFrame
        Per regime and perturbation: models, how many land, share with Wilson's 95 % interval, median errors.
    sentences, notes : tuple of str
        In words; what was left out.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    sentences: tuple[str, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-able; null where a number is missing."""
        return {
            "sentences": list(self.sentences),
            "notes": list(self.notes),
            "summary": plain_rows(self.summary),
            "table": plain_rows(self.table),
        }


def unseen(
    results: Results | Path | str,
    /,
    *,
    linear: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Unseen:
    """Tell, for every perturbation that a regime held out, whether its curve lies where training on it would have put it.

    Parameters
    ----------
    results : Results, Path or str
        An evaluated sweep with at least two regimes, of any number; one regime per perturbation is leave-one-out.
    linear : bool
        Also compute the baseline of a linear view: principal components of the reference run's latents, fitted without the
        perturbation, with curves fitted anew. Needs the embeddings where they were.
    progress : callable or None
        Called with the number of models done and of all.

    Returns
    -------
    Unseen
        Per model and in summary; alignment uses the perturbations that the regime trained on, never the held-out ones.

    Raises
    ------
    InvalidInput
        If no regime held out a perturbation that the sweep compares.
    """
    results = results if isinstance(results, Results) else Results(results)
    held_out = {
        str(regime): [str(p) for p in names]
        for regime, names in dict(results.info.get("held_out") or {}).items()
    }
    compared = {str(p) for p in results.info["perturbations"]}
    pairs = [(regime, p) for regime, names in held_out.items() for p in names if p in compared]
    if not pairs:
        msg = (
            f"{results.path}: no regime is known to have held out a compared perturbation ({', '.join(sorted(compared))}); "
            "say so in the sweep file: [held_out] REGIME = [...]"
        )
        raise InvalidInput(msg)
    notes = [
        f"{p!r}, held out in {r}, is not among the compared perturbations."
        for r, names in held_out.items()
        for p in names
        if p not in compared
    ]
    config, why = _config(results) if linear else (None, "")
    if why:
        notes.append(f"No linear baseline: {why}.")
    rows: list[dict[str, Any]] = []
    models = results.summary["model_index"].tolist()
    for done, model in enumerate(models, start=1):
        rows += _of_model(results, model, pairs, held_out, config)
        if progress is not None:
            progress(done, len(models))
    table = pd.DataFrame(rows)
    summary = _summary(table)
    return Unseen(table, summary, tuple(_sentences(summary)), tuple(notes))


def _of_model(
    results: Results,
    model: Any,
    pairs: list[tuple[str, str]],
    held_out: Mapping[str, list[str]],
    config: SweepConfig | None,
) -> list[dict[str, Any]]:
    curves = results.curves
    axes = _components(curves)
    own = curves[curves["model_index"] == model]
    reference_name = str(results.info["regimes"][0])
    reference, control = _curves(own, reference_name, axes), str(results.info["control"])
    rows = []
    for regime, p in pairs:
        row: dict[str, Any] = {"model_index": model, "regime": regime, "perturbation": p, "reason": ""}
        try:
            row |= landing(reference, _curves(own, regime, axes), p, held_out[regime], control=control)
            row["linear"] = _linear(results, model, reference, p, control, config)
        except NotComputable as reason:
            row["reason"] = str(reason)
        rows.append(row)
    return rows


def _components(table: pd.DataFrame) -> list[str]:
    """The principal components that the curves have, whatever `n_components` was; the table keeps columns for three."""
    numbered = {int(name[3:]): name for name in map(str, table.columns) if re.fullmatch(r"pc_\d+", name)}
    return [name for _, name in sorted(numbered.items()) if table[name].notna().any()]


def _curves(table: pd.DataFrame, regime: str, axes: list[str]) -> dict[str, FloatArray]:
    rows = table[table["regime"] == regime].sort_values("point_index")
    return {str(p): part[axes].to_numpy(dtype=float) for p, part in rows.groupby("perturbation", sort=True)}


def _linear(
    results: Results, model: Any, reference: Curves, name: str, control: str, config: SweepConfig | None
) -> float:
    """The same error for principal components that were fitted without the perturbation."""
    runs = results.runs
    path = runs.loc[(runs["model_index"] == model) & (runs["regime"] == results.info["regimes"][0]), "path"]
    if config is None or path.empty or not Path(str(path.iloc[0])).is_file():
        return np.nan
    embedding = read_embedding(str(path.iloc[0]), columns=config.columns, latent_prefix=config.latent_prefix)
    labels = embedding.obs["perturbation"].astype(str)
    settings = _settings(results)
    space = fit_space(
        embedding.latents.astype(float)[(labels != name).to_numpy()], n_components=settings.n_components
    )
    times = embedding.obs["time"].to_numpy(dtype=float)
    scaffold = fit_scaffold(
        space.transform(embedding.latents.astype(float)),
        labels,
        times,
        list(reference),
        settings=settings,
        control=control,
    )
    curves = {p: fit.points for p, fit in scaffold.fits.items() if fit.points is not None}
    try:
        return float(landing(reference, curves, name, [name], control=control)["error"])
    except NotApplicable:
        return np.nan


def _settings(results: Results) -> Settings:
    recorded = {name: entry["value"] for name, entry in dict(results.info["settings"]).items()}
    given = {
        k: tuple(v) if isinstance(v, list) else v for k, v in recorded.items() if k in Settings.model_fields
    }
    return Settings(**given)


def _config(results: Results) -> tuple[SweepConfig | None, str]:
    """What the sweep file says of columns, or why it cannot be read."""
    try:
        return read_sweep(sweep_of(results.info, results.path)).config, ""
    except InvalidInput as error:
        return None, f"the sweep is not where it was ({error})"


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (regime, name), part in table.groupby(["regime", "perturbation"], sort=False):
        told = part[part["reason"] == ""]
        n, lands = len(told), int((told["verdict"] == LANDS).sum()) if len(told) else 0
        nearest = int((told["nearest"] == name).sum()) if len(told) else 0
        low, high = wilson(lands, n)
        numbers = ("error", "retraining", "control", "mean_curve", "linear", "skill", "direction")
        medians = {number: float(told[number].median()) if len(told) else np.nan for number in numbers}
        share = lands / n if n else np.nan
        counts = {"models": n, "missing": len(part) - n, "lands": lands, "nearest_itself": nearest}
        rows.append({
            "regime": regime,
            "perturbation": name,
            **counts,
            "share": share,
            "low": low,
            "high": high,
            **medians,
        })
    return pd.DataFrame(rows)


def _sentences(summary: pd.DataFrame) -> Iterator[str]:
    for row in summary.to_dict("records"):
        if not row["models"]:
            yield f"{row['perturbation']}, unseen in {row['regime']}: no model has the curves to tell."
            continue
        linear = "" if pd.isna(row["linear"]) else f", a linear view that never saw it {row['linear']:.3g}"
        control = "" if pd.isna(row["control"]) else f"the control's curve {row['control']:.3g}, "
        yield (
            f"{row['perturbation']}, unseen in {row['regime']}: lands where it should in {row['lands']} of {row['models']} models "
            f"(95 % interval {100 * row['low']:.0f} to {100 * row['high']:.0f} %), is nearest to its own curve in {row['nearest_itself']}. "
            f"Median RMSE {row['error']:.3g}; kept perturbations after another training {row['retraining']:.3g}; predicting "
            f"{control}the mean of the kept curves {row['mean_curve']:.3g}{linear}."
        )
