"""Small pictures that grow, and what trains on them in a second."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from morphsweep.records import SweepConfig, TrainingConfig, TrainingSettings
from morphsweep.training.data import PreparedData, Snips, relation_matrix
from morphsweep.training.loop import Trainer
from morphsweep.training.prepare import prepare_data

SIZE, TIMES, INDIVIDUALS, CLASSES = 12, 6, 6, ("bar", "corner", "dot")
QUICK = {"channels": 3, "hidden": 16, "latent_dim": 8, "batch_size": 16, "steps": 12, "time_window": 1.0}


def pictures(seed=0):
    """Bars, corners and dots that grow over time, shifted a little per individual."""
    rng = np.random.default_rng(seed)
    images, rows = [], []
    for kind in CLASSES:
        for who in range(INDIVIDUALS):
            y, x = rng.integers(1, 4, size=2)
            for t in range(TIMES):
                image = rng.integers(0, 20, size=(SIZE, SIZE)).astype(np.uint8)
                grown = t + 2
                if kind in {"bar", "corner"}:
                    image[y : y + grown, x] = 230
                if kind == "corner":
                    image[y, x : x + grown] = 230
                if kind == "dot":
                    image[y : y + grown // 2 + 1, x : x + grown // 2 + 1] = 200
                images.append(image)
                rows.append({
                    "snip_id": f"{kind}{who}_{t}",
                    "embryo_id": f"{kind}{who}",
                    "phenotype": kind,
                    "time": float(t),
                    "experiment": f"day{who % 3}",
                })
    return np.stack(images), pd.DataFrame(rows)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """A folder with ``images.npy`` and ``meta.csv``."""
    place = tmp_path_factory.mktemp("pictures")
    images, table = pictures()
    np.save(place / "images.npy", images)
    table.to_csv(place / "meta.csv", index=False)
    return place


@pytest.fixture(scope="session")
def data(folder, tmp_path_factory) -> PreparedData:
    """The same pictures, prepared."""
    return prepare_data(
        folder,
        tmp_path_factory.mktemp("prepared"),
        table=None,
        config=SweepConfig(),
        training=TrainingConfig(validation=0.2),
    )[0]


@pytest.fixture
def make_trainer(data):
    """A trainer of the small pictures."""

    def make(seed=0, regime="all", held_out=(), **settings) -> Trainer:
        chosen = TrainingSettings(**{**QUICK, **settings})
        snips = Snips.read(data, held_out)
        relation = relation_matrix(snips.perturbations, {}, time_only=bool(chosen.time_only_flag))
        return Trainer(snips, chosen, relation, data.shape, seed, regime, torch.device("cpu"))

    return make


@pytest.fixture
def write_toml(tmp_path):
    """Writes a ``sweep.toml`` whose ``[training]`` is quick."""

    def write(more="", **settings) -> Path:
        lines = [f"{name} = {value!r}" for name, value in {**QUICK, **settings}.items()]
        path = tmp_path / "sweep.toml"
        path.write_text(f"[training]\n{chr(10).join(lines)}\n{more}\n", encoding="utf-8")
        return path

    return write
