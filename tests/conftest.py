"""What tests of several rooms use."""

from pathlib import Path

import pytest

from morphsweep.io import write_sweep_folder
from morphsweep.simulation import SimulationOptions, simulate

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public reference data beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the reference data are not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    """Tests keep converted embeddings in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MORPHSWEEP_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def make_sweep(tmp_path_factory):
    """A function that writes a simulated sweep and returns its sweep.toml."""

    def make(**options) -> Path:
        fields = {"n_models": 3, "n_individuals": 6, "n_snips": 12, "n_perturbations": 3, "n_replicates": 1}
        simulated = simulate(SimulationOptions(**{**fields, **options}))
        return write_sweep_folder(
            tmp_path_factory.mktemp("sweep") / "sweep",
            manifest=simulated.manifest,
            embeddings=simulated.embeddings,
            truth=simulated.truth,
            config=simulated.sweep_file,
            manifest_name=simulated.manifest_name,
        )

    return make
