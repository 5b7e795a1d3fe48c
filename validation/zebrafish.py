"""Time told from single images of zebrafish embryos that training never saw, with and without rotation augmentation.

Real embryos turn inside the chorion, so an autoencoder mixes orientation with age. One network per fold of embryos and largest angle of
rotation; a principal curve through the biological latents of the training embryos, calibrated in hours by the kernel mean of
their times; the unseen embryos' images are projected onto it. The images (EmbryoNet, GPL-3) are read from beside the checkout and
never shipped; recorded are numbers alone, in ``validation/results/zebrafish.csv``.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.geometry import LocalPrincipalCurve, kernel_mean
from morphsweep.io import read_table
from morphsweep.records import SweepConfig, TrainingConfig
from morphsweep.training import train

RECORD = Path(__file__).parent / "results" / "zebrafish.csv"
IMAGES = Path(__file__).parents[2] / "shared" / "data" / "embryonet_wnt24h"
FOLDS = 4
ROTATIONS = (0.0, 180.0)
SHARED = {
    "perturbations": ("WNT",),  # the two embryos that die have no later stages
    "image_size": (32, 32),
    "metric_loss_type": "NT-Xent",
    "time_only_flag": 1,
    "image_weight": 2e4,
    "metric_weight": 200.0,
    "latent_dim": 16,
    "zn_frac": 0.5,  # orientation, size and light need room
    "channels": 8,
    "hidden": 64,
    "brightness": 0.1,
    "steps": 900,
    "batch_size": 32,
    "learning_rate": 5e-3,
    "time_window": 1.0,
    "time_slack": 0.5,
}


def _table(fold: int) -> pd.DataFrame:
    """The embryos' table with two unseen ones per fold."""
    table = pd.read_parquet(IMAGES / "meta.parquet")
    living = sorted(table.loc[table["fate"] == "WNT", "embryo_id"].unique())
    unseen = set(living[fold::FOLDS])
    return table.assign(split=np.where(table["embryo_id"].isin(unseen), "eval", "train"))


def _errors(embedding: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute error in hours of each unseen embryo, by the curve and by nearest neighbours in the latents."""
    latents = embedding.filter(like="z_mu_b_").to_numpy(float)
    time = embedding["elapsed_h"].to_numpy(float)
    seen = (embedding["split"] == "train").to_numpy()
    centre = latents[seen].mean(axis=0)
    axes = np.linalg.svd(latents[seen] - centre, full_matrices=False)[2][:3]
    space = (latents - centre) @ axes.T
    curve = LocalPrincipalCurve(method="default").fit(space[seen], time=time[seen]).curve_
    at = curve.project(space).arc_length
    line = np.c_[at, np.zeros_like(at)]
    told = kernel_mean(line[seen], time[seen], at=line, bandwidth=curve.length / 60)
    near = ((latents[~seen, None] - latents[None, seen]) ** 2).sum(axis=-1).argpartition(15, axis=1)[:, :15]
    rows = pd.DataFrame({
        "embryo": embedding.loc[~seen, "embryo_id"],
        "curve_error_h": np.abs(told[~seen] - time[~seen]),
        "neighbour_error_h": np.abs(time[seen][near].mean(axis=1) - time[~seen]),
        "guess_error_h": np.abs(time[seen].mean() - time[~seen]),
    })
    return rows.groupby("embryo").mean().reset_index()


def measure(fold: int, rotation: float) -> list[dict[str, Any]]:
    """Train one network, and tell the time of its unseen embryos."""
    config = SweepConfig.model_validate({
        "columns": {"individual": "embryo_id", "perturbation": "fate", "time": "elapsed_h"},
        "training": TrainingConfig.model_validate({**SHARED, "rotation": rotation}),
    })
    with tempfile.TemporaryDirectory() as folder:
        _table(fold).to_parquet(Path(folder) / "meta.parquet")
        trained = train(
            config,
            images=IMAGES / "images.npz",
            table=Path(folder) / "meta.parquet",
            out=Path(folder) / "o",
            workers=1,
        )
        embedding = read_table(Path(folder) / "o" / str(trained.runs["embedding"][0]))
    found = _errors(embedding).assign(rotation=rotation, fold=fold)
    return [{str(k): v for k, v in row.items()} for row in found.to_dict("records")]


def run() -> pd.DataFrame:
    """All folds and rotations, those recorded already read back."""
    RECORD.parent.mkdir(exist_ok=True)
    rows: list[dict[str, Any]] = []
    if RECORD.is_file():
        rows = [{str(k): v for k, v in row.items()} for row in pd.read_csv(RECORD).to_dict("records")]
    done = {(float(row["rotation"]), int(row["fold"])) for row in rows}
    for fold in range(FOLDS):
        for rotation in ROTATIONS:
            if (rotation, fold) not in done:
                rows += measure(fold, rotation)
                pd.DataFrame(rows).round(3).to_csv(RECORD, index=False)
    return pd.read_csv(RECORD)
