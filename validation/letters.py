"""What the notebook found, asked again of a sweep of letters that was trained here: 12 configurations x 3 seeds x 2 regimes.

``morphsweep run validation/sweeps/letters.toml --images omniglot_latin_growing --out letters`` makes the sweep; ``run`` below reads its
``summary.csv``. Every number is a contrast of means over the cells of a full factorial design; its interval comes from the spread of
replicates within cells, pooled over cells, so it covers the chance of training and not that of which drawings were drawn.
Recorded in ``validation/results/letters.csv`` (contrasts) and ``letters_steadiness.csv`` (spread of the replicates by loss).
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["contrasts", "run", "steadiness"]

RESULTS = Path(__file__).parent / "results"
CELL = ["metric_loss_type", "beta", "time_only_flag"]
METRICS = {
    "dispersion_first_all": "tree-likeness: distance of curves at their beginning (lower: one root)",
    "dispersion_first_rel_all": "the same over the scaffold's size",
    "dispersion_last_rel_all": "distance of curves at their ends over the scaffold's size",
    "segment_collinearity_within_all": "tree-likeness: curves of one run side by side run alike (higher)",
    "aligned_rmse": "robustness: distance between regimes (lower)",
    "aligned_rmse_rel": "the same over the scaffold's size",
    "segment_collinearity": "robustness: a curve runs alike in both regimes (higher)",
    "f1_all": "discrimination (higher)",
    "f1_hld": "discrimination when two letters were held out",
    "f1_drop": "what holding out costs",
}
COMPARISONS = {
    "beta 10 - 0.1": ("beta", 10.0, 0.1, {}),
    "beta 10 - 1": ("beta", 10.0, 1.0, {}),
    "beta 10 - 0.1, perturbation known": ("beta", 10.0, 0.1, {"time_only_flag": 0}),
    "triplet - NT-Xent": ("metric_loss_type", "triplet", "NT-Xent", {}),
    "time only - perturbation known": ("time_only_flag", 1, 0, {}),
}


def contrasts(summary: pd.DataFrame, /) -> pd.DataFrame:
    """Differences between levels of one factor, mean over the levels of the others, with 95 % intervals.

    Parameters
    ----------
    summary : DataFrame
        One row per model.

    Returns
    -------
    DataFrame
        ``metric, comparison, first, second, difference, low, high, noise_sd, df``.
    """
    rows = []
    for metric in [name for name in METRICS if name in summary]:
        known = summary[[*CELL, metric]].dropna()
        cells = known.groupby(CELL)[metric]
        df = int((cells.size() - 1).sum())
        noise = float(np.sqrt((cells.var().fillna(0) * (cells.size() - 1)).sum() / df))
        for comparison, (factor, one, other, where) in COMPARISONS.items():
            chosen = (
                known[(known[list(where)] == pd.Series(where, dtype=object)).all(axis=1)] if where else known
            )
            means = chosen.groupby(CELL)[metric].agg(["mean", "size"]).reset_index()
            sides = [means[means[factor] == level] for level in (one, other)]
            first, second = (float(side["mean"].mean()) for side in sides)
            error = noise * np.sqrt(sum(float((1 / side["size"]).sum()) / len(side) ** 2 for side in sides))
            half = float(stats.t.ppf(0.975, df)) * error
            gap = first - second
            rows.append([metric, comparison, first, second, gap, gap - half, gap + half, noise, df])
    columns = ["metric", "comparison", "first", "second", "difference", "low", "high", "noise_sd", "df"]
    return pd.DataFrame(rows, columns=columns)


def steadiness(summary: pd.DataFrame, /) -> pd.DataFrame:
    """Spread of replicates within cells under each loss, and their ratio with a 95 % interval (F distribution).

    Parameters
    ----------
    summary : DataFrame
        One row per model.

    Returns
    -------
    DataFrame
        ``metric, sd_nt_xent, sd_triplet, ratio, low, high``; a ratio above 1 means that NT-Xent is steadier.
    """
    rows: list[dict[str, Any]] = []
    for metric in [name for name in METRICS if name in summary]:
        found = {}
        for loss in ("NT-Xent", "triplet"):
            cells = summary[summary["metric_loss_type"] == loss].dropna(subset=[metric]).groupby(CELL)[metric]
            df = int((cells.size() - 1).sum())
            found[loss] = (float((cells.var() * (cells.size() - 1)).sum() / df), df)
        (base, base_df), (other, other_df) = found["NT-Xent"], found["triplet"]
        ratio = other / base
        low, high = (ratio / float(stats.f.ppf(q, other_df, base_df)) for q in (0.975, 0.025))
        rows.append({
            "metric": metric,
            "sd_nt_xent": base**0.5,
            "sd_triplet": other**0.5,
            "ratio": ratio**0.5,
            "low": low**0.5,
            "high": high**0.5,
        })
    return pd.DataFrame(rows)


def run(results: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a results folder, record both tables."""
    summary = pd.read_csv(results / "summary.csv")
    tables = contrasts(summary), steadiness(summary)
    for name, table in zip(("letters", "letters_steadiness"), tables, strict=True):
        table.round(4).to_csv(RESULTS / f"{name}.csv", index=False)
    summary[["model_index", *CELL, *[m for m in METRICS if m in summary]]].round(4).to_csv(
        RESULTS / "letters_models.csv", index=False
    )
    return tables


if __name__ == "__main__":
    for table in run(Path(sys.argv[1])):
        print(table.round(3).to_string(index=False), end="\n\n")
