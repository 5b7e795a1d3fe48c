"""What one model's part holds: its tables, and the arrays of its spaces."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from morphsweep.errors import NotComputable
from morphsweep.geometry import kabsch
from morphsweep.metrics import held_out_drops
from morphsweep.records import CurveFit, FloatArray, ScoreRow, Status
from morphsweep.sweep.discriminating import prediction_rows
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.sampling import sampling_table

__all__ = ["model_arrays", "model_tables", "stacked"]


def model_tables(
    runs: Mapping[str, RunProducts], reference: str, scores: list[ScoreRow], *, only: tuple[str, ...] | None
) -> dict[str, pd.DataFrame]:
    """Every table of a model's part; those that the chosen metrics do not need are left out.

    Parameters
    ----------
    runs : mapping of str to RunProducts
        Regime = products.
    reference : str
        Reference regime.
    scores : list of ScoreRow
        Of the model.
    only : tuple of str, or None
        Metrics asked for; None for all.

    Returns
    -------
    dict of str to DataFrame
        Name = table; what a run cannot give is missing and has its reason in the scores.
    """
    tables = {"scores": pd.DataFrame([row.as_dict() for row in scores])}
    tables["curves"] = stacked(runs, _curve_rows)
    if reference in runs and len(tables["curves"]):
        tables["curves"] = pd.concat([tables["curves"], _aligned_curves(runs, reference)], ignore_index=True)
    tables["health"] = stacked(runs, _health_rows)
    tables["delays"] = stacked(runs, lambda run: run.get("delay_table"))
    tables["curve_bins"] = stacked(runs, lambda run: run.get("curve_bins"))
    tables["points_sample"] = stacked(runs, lambda run: run.get("points_sample"))
    if only is None:
        tables["pairs"] = stacked(runs, lambda run: run.get("collinearity_pairs"))
        tables["f1_over_time"] = stacked(runs, lambda run: run.get("over_time"))
        tables["onsets"] = stacked(runs, lambda run: run.get("separability").onsets)
        tables["baselines"] = stacked(runs, lambda run: run.get("baselines"))
        tables["drops"] = _drops(runs, reference)
        tables["sampling"] = sampling_table(runs, reference)
        tables["predictions"] = stacked(runs, lambda run: prediction_rows(run, "predictions"))
        tables["predictions_by_batch"] = stacked(runs, lambda run: prediction_rows(run, "batch_predictions"))
        tables["certificates"] = stacked(
            runs, lambda run: pd.DataFrame([asdict(made) for made in run.get("predictions").certificates])
        )
    return tables


def model_arrays(runs: Mapping[str, RunProducts]) -> dict[str, NDArray[Any]]:
    """Mean, loadings and names of latents of each regime's space.

    Parameters
    ----------
    runs : mapping of str to RunProducts
        Regime = products.

    Returns
    -------
    dict of str to array
        `regime/mean`, shape (n_latents,); `regime/loadings`; `regime/latents`.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for regime, run in runs.items():
        try:
            space = run.get("space")
        except NotComputable:
            continue
        arrays[f"{regime}/mean"] = space.mean
        arrays[f"{regime}/loadings"] = space.loadings
        arrays[f"{regime}/latents"] = np.array(run.embedding.latent_names)
    return arrays


def _drops(runs: Mapping[str, RunProducts], reference: str) -> pd.DataFrame:
    """What each regime loses against the reference, with the kept perturbations as the yardstick of the held-out ones."""
    if reference not in runs or runs[reference].settings.time_bins == "run":  # then bins are not common
        return pd.DataFrame()

    def against_reference(run: RunProducts) -> pd.DataFrame:
        settings = run.settings
        return held_out_drops(
            runs[reference].get("counts"),
            run.get("counts"),
            run.held_out or (),
            n_replicates=settings.n_replicates,
            seed=settings.seed,
        )

    others = {regime: run for regime, run in runs.items() if regime != reference}
    return stacked(others, against_reference)


def stacked(runs: Mapping[str, RunProducts], make: Any) -> pd.DataFrame:
    """One table of all regimes; what a run cannot give is missing here and has its reason in the scores."""
    frames = []
    for regime, run in runs.items():
        try:
            frame = make(run)
        except NotComputable:
            continue
        if len(frame):
            frames.append(frame.assign(regime=regime)[["regime", *frame.columns]])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _curve_rows(run: RunProducts) -> pd.DataFrame:
    frames = [
        _curve_frame(run, fit, fit.points) for fit in run.get("fits").values() if fit.points is not None
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _curve_frame(run: RunProducts, fit: CurveFit, points: FloatArray) -> pd.DataFrame:
    frame = pd.DataFrame({
        "perturbation": fit.perturbation,
        "point_index": np.arange(len(points)),
        "arc_length": fit.arc_length,
        "time": fit.time,
        "time_calibrated": run.get("clocks")[fit.perturbation](fit.arc_length),
    })
    return frame.assign(**{f"pc_{k + 1}": points[:, k] for k in range(points.shape[1])})


def _aligned_curves(runs: Mapping[str, RunProducts], reference: str) -> pd.DataFrame:
    """Copies of the other regimes' curves, each moved onto its reference curve."""
    frames = []
    for regime, run in runs.items():
        if regime == reference:
            continue
        for name in run.common or ():
            fit = run.get("fits")[name]
            motion = kabsch(runs[reference].get("curves")[name], fit.points)
            frame = _curve_frame(run, fit, motion.apply(fit.points))
            frames.append(frame.assign(regime=f"{regime}_aligned"))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _health_rows(run: RunProducts) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for name, fit in run.get("fits").items():
        status = Status.OK if fit.ok else Status.FLAGGED if fit.points is not None else Status.NOT_COMPUTABLE
        health = asdict(fit.health) if fit.health is not None else {"ok": False}
        rows.append({
            "perturbation": name,
            "status": str(status),
            **health,
            "reason": fit.reason or health.get("reason", ""),
        })
    return pd.DataFrame(rows)
