"""Small sweeps with known truth, written once."""

import pytest

from morphsweep.io import write_sweep_folder
from morphsweep.simulation import SimulationOptions, simulate


@pytest.fixture(scope="session")
def make_sweep(tmp_path_factory):
    """A function that writes a simulated sweep and returns its sweep.toml."""

    def make(**options):
        fields = {
            "n_models": 3,
            "n_individuals": 6,
            "n_snips": 12,
            "n_perturbations": 3,
            "n_replicates": 1,
            **options,
        }
        simulated = simulate(SimulationOptions(**fields))
        return write_sweep_folder(
            tmp_path_factory.mktemp("sweep") / "sweep",
            manifest=simulated.manifest,
            embeddings=simulated.embeddings,
            truth=simulated.truth,
            config=simulated.sweep_file,
            manifest_name=simulated.manifest_name,
        )

    return make
