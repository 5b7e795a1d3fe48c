"""The example sweep inside the package."""

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from morphsweep.errors import InvalidInput
from morphsweep.io import read_embedding, read_sweep_file, unpack_example


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example, unpacked once."""
    return unpack_example(tmp_path_factory.mktemp("example") / "letters")


def test_it_stays_under_four_megabytes():
    """The package stays small."""
    folder = files("morphsweep") / "data" / "letters"
    assert sum(len(path.read_bytes()) for path in folder.iterdir()) < 4_000_000


def test_it_says_where_it_comes_from(example):
    """The notice travels with the data."""
    assert "Copyright (c) 2015 Brenden Lake" in (example.parent / "LICENSE-omniglot").read_text(
        encoding="utf-8"
    )
    assert "Omniglot" in (example.parent / "README.md").read_text(encoding="utf-8")


def test_every_run_is_readable(example):
    """32 runs of the same 2,880 snips, six letters, twelve latents."""
    config = read_sweep_file(example)
    manifest = pd.read_csv(example.parent / "sweep01_00.csv")
    assert len(manifest) == 32
    for path in manifest["model_path"]:
        found = read_embedding(
            example.parent / path / "figures/embryo_stats_df.parquet", columns=config.columns
        )
        assert found.latents.shape == (2880, 12)
        assert sorted(set(found.obs["perturbation"])) == ["h", "i", "s", "w", "y", "z"]
        assert (dict(found.dropped), found.notes) == ({}, ())


def test_held_out_letters_are_those_that_training_did_not_see(example):
    """The sweep file and the split column agree."""
    manifest = pd.read_csv(example.parent / "sweep01_00.csv")
    path = manifest.loc[manifest["holdout_flag"] == 1, "model_path"].iloc[0]
    found = read_embedding(
        example.parent / path / "figures/embryo_stats_df.parquet", columns=read_sweep_file(example).columns
    )
    assert set(found.obs.loc[found.obs["split"] == "holdout", "perturbation"]) == set(
        read_sweep_file(example).held_out["hld"]
    )


def test_latents_are_those_of_the_trained_models(example, shared):
    """Nothing was rounded on the way into the package."""
    source = shared / "data/sweep_latin"
    if not source.is_dir():
        pytest.skip("sweep_latin is not beside this checkout")
    for path in pd.read_csv(source / "sweep01_00.csv")["model_path"].iloc[[0, 17, 31]]:
        there = pd.read_csv(source / path / "figures/embryo_stats_df.csv")
        here = pd.read_parquet(example.parent / path / "figures/embryo_stats_df.parquet")
        assert_array_equal(
            here.filter(like="z_mu_b_").to_numpy(), there.filter(like="z_mu_b_").to_numpy(np.float32)
        )
        assert here["snip_id"].tolist() == there["snip_id"].tolist()


def test_unpacking_again_changes_nothing_but_foreign_folders_are_refused(tmp_path):
    """Nobody's files are mixed with the example."""
    assert unpack_example(tmp_path / "a") == unpack_example(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(
        InvalidInput, match=r"b: the folder is not empty; give a new one for the example sweep$"
    ):
        unpack_example(tmp_path / "b")
    with pytest.raises(
        InvalidInput, match=r"thesis\.txt: a file, expected a folder to write the example sweep to$"
    ):
        unpack_example(tmp_path / "b" / "thesis.txt")
