"""Scores over time for resampled individuals: predictions stay, only weights change."""

import numpy as np
import pandas as pd

from morphsweep.metrics import replicate_interval, resampled_over_time
from morphsweep.records import FloatArray, IntArray
from morphsweep.sweep.asking import Run

__all__ = ["RANKED", "ranking_intervals", "resampled_bins", "tested_individuals"]

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
    lost = np.isin(predictions.classes, run.get("unlearned"))
    return {name: np.where(lost[:, None], np.nan, table) for name, table in found.items()}


def ranking_intervals(run: Run, scored: pd.DataFrame, /) -> pd.DataFrame:
    """90 % intervals of PR-AUC and AUROC per perturbation and bin, from the same draws of individuals as those of F1.

    `scored` holds what they are intervals of: ``perturbation, time_bin, pr_auc, auroc``.

    Raises
    ------
    NotComputable
        As for :func:`resampled_bins`.
    """
    found = resampled_bins(run, 0, run.settings.n_replicates)
    classes = run.get("predictions").classes
    # A single split may leave a perturbation untested.
    people = tested_individuals(run).reindex(classes, fill_value=0).to_numpy()
    n_bins = found["auroc"].shape[2]
    values = []
    for name in ("pr_auc", "auroc"):
        table = scored.pivot_table(index="perturbation", columns="time_bin", values=name, dropna=False)
        known = table.reindex(index=list(classes), columns=range(n_bins)).to_numpy(dtype=float)
        values += [end.ravel() for end in _interval(found[name], people, known)]
    return pd.DataFrame({
        "perturbation": np.repeat(np.asarray(classes, dtype=object), n_bins),
        "time_bin": np.tile(np.arange(n_bins), len(classes)),
        **dict(zip(RANKED, values, strict=True)),
    })


def tested_individuals(run: Run, /) -> "pd.Series[int]":
    """Individuals of each perturbation that have a prediction; without those that have none.

    Raises
    ------
    NotComputable
        If there are no predictions.
    """
    counted: pd.Series[int] = _tested(run).groupby("perturbation")["individual"].nunique()
    return counted


def _interval(replicates: FloatArray, people: IntArray, known: FloatArray) -> tuple[FloatArray, FloatArray]:
    low, high = replicate_interval(replicates.swapaxes(1, 2), people, around=known.T, bounds=(0.0, 1.0))
    return low.T, high.T


def _tested(run: Run) -> pd.DataFrame:
    """Rows that were compared and have a prediction."""
    obs = run.embedding.obs
    rows = obs["perturbation"].isin(run.cohort.perturbations).to_numpy()
    tested: pd.DataFrame = obs.loc[rows].reset_index(drop=True)[run.get("predictions").test]
    return tested
