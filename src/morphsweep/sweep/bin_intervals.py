"""Scores over time for resampled individuals: predictions stay, only weights change."""

import numpy as np
import pandas as pd

from morphsweep.metrics import never_learned, replicate_interval, resampled_over_time
from morphsweep.records import FloatArray, IntArray
from morphsweep.sweep.asking import Run

__all__ = ["RANKED", "ranking_intervals", "resampled_bins"]

RANKED = ("pr_auc_low", "pr_auc_high", "auroc_low", "auroc_high")


def resampled_bins(run: Run, first: int, stop: int, /) -> dict[str, FloatArray]:
    """``f1, pr_auc, auroc`` of the replicates `first` to ``stop - 1``, shape (stop - first, n_classes, n_bins).

    Raises
    ------
    NotComputable
        If there are no predictions, or an individual has several labels.
    """
    predictions, edges = run.get("predictions"), run.get("edges")
    obs = _tested(run)
    found: dict[str, FloatArray] = resampled_over_time(
        predictions.probabilities[predictions.test],
        obs["perturbation"].to_numpy(),
        obs["individual"].to_numpy(),
        obs["time"].to_numpy(float),
        edges,
        predictions.classes,
        n_replicates=stop,
        first=first,
        seed=run.settings.seed,
        last_closed=run.settings.time_bins == "sweep",
    )
    lost = np.isin(predictions.classes, never_learned(predictions, _compared(run)["perturbation"]))
    return {name: np.where(lost[:, None], np.nan, table) for name, table in found.items()}


def ranking_intervals(run: Run, /) -> pd.DataFrame:
    """90 % intervals of PR-AUC and AUROC per perturbation and bin, from the same draws of individuals as those of F1.

    Raises
    ------
    NotComputable
        As for :func:`resampled_bins`.
    """
    found = resampled_bins(run, 0, run.settings.n_replicates)
    classes = run.get("predictions").classes
    tested = _tested(run).groupby("perturbation")["individual"].nunique()
    people = tested.reindex(
        classes, fill_value=0
    ).to_numpy()  # a single split may leave a perturbation untested
    n_bins = found["auroc"].shape[2]
    values = [end.ravel() for name in ("pr_auc", "auroc") for end in _interval(found[name], people)]
    return pd.DataFrame({
        "perturbation": np.repeat(np.asarray(classes, dtype=object), n_bins),
        "time_bin": np.tile(np.arange(n_bins), len(classes)),
        **dict(zip(RANKED, values, strict=True)),
    })


def _interval(replicates: FloatArray, people: IntArray) -> tuple[FloatArray, FloatArray]:
    low, high = replicate_interval(replicates.swapaxes(1, 2), people)
    return low.T, high.T


def _compared(run: Run) -> pd.DataFrame:
    obs = run.embedding.obs
    rows = obs["perturbation"].isin(run.cohort.perturbations).to_numpy()
    return obs.loc[rows].reset_index(drop=True)


def _tested(run: Run) -> pd.DataFrame:
    """Rows that were compared and have a prediction."""
    tested: pd.DataFrame = _compared(run)[run.get("predictions").test]
    return tested
