"""Small simulated sweeps on disk."""

from pathlib import Path

import pytest

from morphsweep.io import write_sweep_folder
from morphsweep.simulation import SimulationOptions, simulate


@pytest.fixture
def small_sweep(tmp_path):
    """Writes a simulated sweep of four models; returns its folder."""

    def write(**options) -> Path:
        sweep = simulate(
            SimulationOptions(**{"n_models": 4, "n_individuals": 3, "n_snips": 4, "n_latents": 6, **options})
        )
        return write_sweep_folder(
            tmp_path / "sweep",
            manifest=sweep.manifest,
            embeddings=sweep.embeddings,
            truth=sweep.truth,
            config=sweep.sweep_file,
            manifest_name=sweep.manifest_name,
        ).parent

    return write
