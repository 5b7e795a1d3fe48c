"""A simulated sweep on disk."""

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from morphsweep.errors import InvalidInput
from morphsweep.io import read_embedding, read_sweep_file, write_sweep_folder


def write(out, table, **options):
    """A sweep of one run."""
    return write_sweep_folder(
        out,
        manifest=pd.DataFrame({"regime": ["all"], "embedding": ["runs/e.csv"]}),
        embeddings={"runs/e.csv": table},
        truth=pd.DataFrame({"model_index": [0]}),
        config='manifest = "manifest.csv"\n',
        manifest_name="manifest.csv",
        **options,
    )


def test_what_is_written_can_be_read(table, tmp_path):
    """Five decimals survive."""
    told = []
    config = write(tmp_path / "s", table, on_run=lambda done, total: told.append((done, total)))
    assert read_sweep_file(config).manifest == "manifest.csv"
    found = read_embedding(tmp_path / "s/runs/e.csv")
    assert_allclose(found.latents, table.filter(like="z_mu_b").to_numpy(float), atol=1e-5)
    assert told == [(1, 1)]


def test_a_folder_with_other_things_is_refused_but_a_simulation_is_replaced(table, tmp_path):
    """Nobody's files are overwritten."""
    assert write(tmp_path / "s", table) == write(tmp_path / "s", table)
    (tmp_path / "t").mkdir()
    (tmp_path / "t/thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(
        InvalidInput, match=r"t: exists and is no earlier simulation; give a new or empty folder$"
    ):
        write(tmp_path / "t", table)
