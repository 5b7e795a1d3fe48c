"""Embeddings that can be used arrive unharmed."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from morphsweep.io import read_embedding
from morphsweep.records import Columns

LATENTS = [f"z_mu_b_{j:02d}" for j in range(4)]


def test_latents_are_float32_and_labels_text(table, tmp_path):
    """Numbers arrive as float32, labels as written, the other columns not at all."""
    table.to_csv(tmp_path / "t.csv", index=False)
    found = read_embedding(tmp_path / "t.csv")
    assert found.latents.dtype == np.float32
    assert_array_equal(found.latents, table[LATENTS].to_numpy(np.float32))
    assert list(found.obs) == ["snip_id", "individual", "perturbation", "time"]
    assert found.obs["perturbation"].tolist() == table["phenotype"].tolist()
    assert (found.notes, dict(found.dropped)) == ((), {})


def test_csv_gzip_and_parquet_are_the_same(table, tmp_path):
    """The container changes nothing."""
    numeric = table.astype(dict.fromkeys([*LATENTS, "predicted_stage_hpf"], float))
    numeric.to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress((tmp_path / "t.csv").read_bytes()))
    numeric.astype({"phenotype": "category"}).to_parquet(tmp_path / "t.parquet")
    one, *others = (read_embedding(tmp_path / name) for name in ("t.csv", "t.csv.gz", "t.parquet"))
    for other in others:
        assert_array_equal(one.latents, other.latents)
        pd.testing.assert_frame_equal(one.obs, other.obs)


def test_individual_is_cut_from_the_snip_id_with_a_note(table, tmp_path):
    """Without a column for it the individual is the snip id minus its last part."""
    table.drop(columns="embryo_id").to_csv(tmp_path / "t.csv", index=False)
    found = read_embedding(tmp_path / "t.csv")
    assert found.obs["individual"].tolist() == table["embryo_id"].tolist()
    assert found.notes == ("no column names the individual: taken as 'snip_id' without its last '_' part",)


def test_labels_that_look_like_numbers_stay_text(table, tmp_path):
    """'1' and '01' are two perturbations."""
    table["phenotype"] = table["phenotype"].map({"wt": "1", "gdf3": "01"})
    table.to_csv(tmp_path / "t.csv", index=False)
    assert set(read_embedding(tmp_path / "t.csv").obs["perturbation"]) == {"1", "01"}


def test_integer_labels_of_parquet_become_text(table, tmp_path):
    """A class stored as a number is a name all the same."""
    numeric = table.astype(dict.fromkeys([*LATENTS, "predicted_stage_hpf"], float))
    numeric.assign(phenotype=(numeric["phenotype"] == "wt").astype(int)).to_parquet(tmp_path / "t.parquet")
    assert set(read_embedding(tmp_path / "t.parquet").obs["perturbation"]) == {"0", "1"}


def test_roles_can_be_stated(table, tmp_path):
    """Other column names are a matter of the sweep file."""
    renamed = {"snip_id": "a", "embryo_id": "b", "phenotype": "c", "predicted_stage_hpf": "d"}
    table.rename(columns=renamed).to_csv(tmp_path / "t.csv", index=False)
    columns = Columns(id="a", individual="b", perturbation="c", time="d", batch="recon_loss")
    found = read_embedding(tmp_path / "t.csv", columns=columns)
    assert found.obs["time"].tolist() == table["predicted_stage_hpf"].tolist()
    assert set(found.obs["batch"]) == {"not read"}


def test_rows_that_cannot_be_used_are_counted_and_left_out(table, tmp_path):
    """Each lost row is counted once, under its first reason."""
    table.loc[0, "z_mu_b_01"] = np.nan
    table.loc[1, "z_mu_b_01"] = np.inf
    table.loc[2, "predicted_stage_hpf"] = np.nan
    table.loc[3, ["phenotype", "z_mu_b_01"]] = [None, np.nan]
    table.to_csv(tmp_path / "t.csv", index=False)
    found = read_embedding(tmp_path / "t.csv")
    assert dict(found.dropped) == {
        "missing perturbation": 1,
        "missing time": 1,
        "missing latent": 1,
        "infinite latent": 1,
    }
    assert found.obs["snip_id"].tolist() == table["snip_id"].tolist()[4:]
    assert np.isfinite(found.latents).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    label=st.text(
        st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), min_size=1, max_size=300
    )
)
def test_any_label_survives(label, table, tmp_path):
    """Commas, quotes, line breaks, HTML, emoji and long names arrive unharmed."""
    labels = table["phenotype"].map({"gdf3": label, "wt": "wild type"})
    table.assign(phenotype=labels).to_csv(tmp_path / "t.csv", index=False)
    assert set(read_embedding(tmp_path / "t.csv").obs["perturbation"]) == {"wild type", label}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.floats(width=32, allow_nan=True, allow_infinity=True), min_size=19, max_size=19))
def test_every_row_is_either_kept_or_counted(values, table, tmp_path):
    """Rows kept plus rows counted is rows written, and what is kept is finite."""
    table.assign(z_mu_b_02=[*values, *table["z_mu_b_02"][19:]]).to_csv(tmp_path / "t.csv", index=False)
    found = read_embedding(tmp_path / "t.csv")
    assert found.n_snips + sum(found.dropped.values()) == 40
    assert np.isfinite(found.latents).all()
    assert found.n_snips == 21 + np.isfinite(values).sum()


def test_the_input_file_is_only_read(table, tmp_path):
    """Reading changes nothing on disk."""
    table.to_csv(tmp_path / "t.csv", index=False)
    before = (tmp_path / "t.csv").read_bytes()
    read_embedding(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_a_real_run_is_read_to_the_last_digit(shared):
    """The letters' table agrees with pandas."""
    path = shared / "data/sweep_latin/runs/run000_ntxent_b0.1_m1_t0_all/figures/embryo_stats_df.csv"
    if not path.is_file():
        pytest.skip("sweep_latin is not beside this checkout")
    columns = Columns(individual="drawing_id", perturbation="character", time="progress", batch="drawer")
    found = read_embedding(path, columns=columns)
    frame = pd.read_csv(path)
    assert_array_equal(found.latents, frame.filter(like="z_mu_b_").to_numpy(np.float32))
    assert found.obs["split"].tolist() == frame["train_cat"].tolist()
