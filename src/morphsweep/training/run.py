"""One run from its plan to its folder: trained, exported, described; failures are an outcome like any other."""

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from morphsweep.errors import NotComputable
from morphsweep.io import read_json, remove_file, write_json, write_png, write_table
from morphsweep.records import Status
from morphsweep.training.checkpoint import Checkpoint, write_weights
from morphsweep.training.data import PreparedData, Snips, relation_matrix
from morphsweep.training.export import embed, reconstruction_sheet
from morphsweep.training.health import ACTIVE_VARIANCE, collapse
from morphsweep.training.loop import HISTORY, Trainer
from morphsweep.training.model import VAE
from morphsweep.training.plan import PlannedRun

__all__ = ["TRAINER", "RunTask", "train_run"]

TRAINER = "training-1"
"""Changes when the same settings would give other weights."""


@dataclass(frozen=True, slots=True)
class RunTask:
    """Everything that a worker needs.

    Parameters
    ----------
    planned : PlannedRun
        Settings, regime, seed.
    data : PreparedData
        Where the images are.
    compatibility : mapping
        Pairs of perturbations that the lab states.
    folder : Path
        Of this run; its name holds the fingerprint of all that decides the weights.
    device : str
        ``auto``, ``cpu`` or ``cuda``.
    """

    planned: PlannedRun
    data: PreparedData
    compatibility: Mapping[str, Mapping[str, int]]
    folder: Path
    device: str = "auto"


def train_run(task: RunTask) -> dict[str, Any]:
    """Train, export and describe one run, unless it is finished already; an interrupted one goes on.

    Parameters
    ----------
    task : RunTask
        The run.

    Returns
    -------
    dict
        What ``run.json`` holds; ``status`` is ``ok`` or ``not_computable`` with a ``reason``.
    """
    document = task.folder / "run.json"
    if document.is_file():
        return read_json(document)
    begun = time.perf_counter()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        found = _train(task)
    finally:
        torch.set_num_threads(threads)
    found |= {"seconds": round(time.perf_counter() - begun, 2)}
    write_json(found, document)
    remove_file(task.folder / "checkpoint.safetensors")
    return found


def _train(task: RunTask) -> dict[str, Any]:
    """Train and export; what goes wrong in an expected way is the outcome."""
    planned = task.planned
    device = _device(task.device)
    snips = Snips.read(task.data, planned.held_out)
    relation = relation_matrix(
        snips.perturbations, task.compatibility, time_only=bool(planned.settings.time_only_flag)
    )
    trainer = Trainer(
        snips, planned.settings, relation, task.data.shape, planned.seed, planned.regime, device
    )
    about = _about(task, snips, device)
    try:
        model, state = trainer.fit(task.folder / "checkpoint.safetensors")
    except NotComputable as reason:
        return about | {"status": Status.NOT_COMPUTABLE.value, "reason": str(reason)}
    return about | _export(task, model, state, snips, device)


def _device(wanted: str) -> torch.device:
    """A GPU when there is one and nothing else is asked for."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(wanted)


def _about(task: RunTask, snips: Snips, device: torch.device) -> dict[str, Any]:
    """What is known before training."""
    planned = task.planned
    n_values = int(np.prod(task.data.shape))
    image_weight, kl_weight = planned.settings.weights(n_values)
    return {
        "regime": planned.regime,
        "held_out": list(planned.held_out),
        "seed": planned.seed,
        "settings": planned.settings.model_dump(),
        "image_weight": image_weight,
        "kl_weight": kl_weight,
        "standard_beta": planned.settings.standard_beta(n_values),
        "rows": {split: len(snips.rows(split)) for split in ("train", "eval", "holdout")},
        "image_shape": list(task.data.shape),
        "data": task.data.fingerprint,
        "trainer": TRAINER,
        "device": device.type,
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }


def _export(
    task: RunTask, model: VAE, state: Checkpoint, snips: Snips, device: torch.device
) -> dict[str, Any]:
    """Write embedding, history, weights and picture; describe them."""
    latents, quality = embed(model, snips, device)
    names = task.data.names
    labels = snips.frame.rename(columns=dict(names))
    history = pd.DataFrame(state.history, columns=list(HISTORY)).astype({"epoch": int, "step": int})
    write_table(
        pd.concat([labels, latents, quality[["recon_loss"]]], axis=1), task.folder / "embedding.parquet"
    )
    write_table(history, task.folder / "history.csv")
    write_weights(model, task.folder / "weights.safetensors")
    write_png(reconstruction_sheet(model, snips, device), task.folder / "reconstructions.png")
    biological = latents.filter(like="z_mu_b_").to_numpy(float)
    symptom = collapse(
        biological[snips.rows("train")], float(history["metric"].iloc[-1]), task.planned.settings
    )
    return {
        "status": (Status.NOT_COMPUTABLE if symptom else Status.OK).value,
        "reason": symptom,
        "epochs": state.epoch,
        "steps": state.step,
        "best_epoch": state.best_epoch or state.epoch,
        "n_parameters": sum(p.numel() for p in model.parameters()),
        "active_latents": int((latents.to_numpy(float).var(axis=0) > ACTIVE_VARIANCE).sum()),
        "kl_nats": float(quality["kl"].mean()),
        "r2": _explained(quality["recon_loss"].to_numpy(float), snips),
    }


def _explained(losses: "np.ndarray[Any, Any]", snips: Snips) -> dict[str, float | None]:
    """Share of the pixel variance that reconstructions explain, per split; against the mean image of the training rows."""
    rows = {split: snips.rows(split) for split in ("train", "eval", "holdout")}
    scale = 255.0 if snips.images.dtype == np.uint8 else 1.0
    mean = _mean_image(snips.images, rows["train"]) / scale
    found: dict[str, float | None] = {}
    for split, chosen in rows.items():
        if not len(chosen):
            found[split] = None
            continue
        spread = sum(
            float(((snips.images[part] / scale - mean) ** 2).sum())
            for part in np.array_split(chosen, max(1, len(chosen) // 512))
        )
        found[split] = 1 - 2 * float(losses[chosen].sum()) / spread if spread else None
    return found


def _mean_image(images: "np.ndarray[Any, Any]", rows: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Mean over rows, some at a time."""
    parts = np.array_split(rows, max(1, len(rows) // 512))
    total: np.ndarray[Any, Any] = sum(images[part].sum(axis=0, dtype=float) for part in parts) / len(rows)
    return total
