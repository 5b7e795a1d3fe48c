"""AnnData files give the same embedding as the table they were made from."""

import sys

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import NotComputable
from morphsweep.io import read_embedding
from morphsweep.sweep import check_sweep, read_sweep

anndata = pytest.importorskip("anndata", reason="the extra [anndata] is not installed")
h5py = pytest.importorskip("h5py", reason="the extra [anndata] is not installed")

pytestmark = pytest.mark.filterwarnings("ignore:.*:anndata._warnings.ImplicitModificationWarning")

LATENTS = [f"z_mu_b_{j:02d}" for j in range(4)]


@pytest.fixture
def frame(table):
    """The healthy table with numbers as numbers."""
    return table.astype(dict.fromkeys([*LATENTS, "predicted_stage_hpf"], float))


def write(path, frame, *, X=None, var=(), **obsm):
    """A file as anndata writes it: obs named by snip id, perturbations as categories."""
    labels = frame["phenotype"].astype("category").cat
    with h5py.File(path, "w") as file:
        file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        obs = {name: frame[name] for name in ("embryo_id", "predicted_stage_hpf")}
        data_frame(file, "obs", frame["snip_id"], {**obs, "phenotype": None})
        group = file["obs"].create_group("phenotype")
        group.attrs.update({"encoding-type": "categorical", "encoding-version": "0.2.0", "ordered": False})
        values(group, "codes", labels.codes)
        values(group, "categories", labels.categories)
        data_frame(file, "var", pd.Series(list(var), dtype=object), {})
        anndata.io.write_elem(file, "obsm", obsm)
        if X is not None:
            anndata.io.write_elem(file, "X", X)


def data_frame(file, name, index, columns):
    """A data frame in an AnnData file; a column without values is only announced."""
    group = file.create_group(name)
    group.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index"})
    group.attrs["column-order"] = np.array(list(columns), dtype=h5py.string_dtype())
    for column, content in {"_index": index, **columns}.items():
        if content is not None:
            values(group, column, content)


def values(group, name, content):
    """One column, of text or of numbers."""
    text = not pd.api.types.is_numeric_dtype(content.dtype)
    group[name] = np.array(content.tolist(), dtype=h5py.string_dtype() if text else None)
    kind = "string-array" if text else "array"
    group[name].attrs.update({"encoding-type": kind, "encoding-version": "0.2.0"})


@pytest.fixture
def expected(frame, tmp_path):
    """What the CSV gives."""
    frame.to_csv(tmp_path / "t.csv", index=False)
    return read_embedding(tmp_path / "t.csv")


def same(one, two):
    """Equal latents and labels."""
    np.testing.assert_array_equal(one.latents, two.latents)
    pd.testing.assert_frame_equal(one.obs, two.obs, check_dtype=False)


def test_one_entry_of_obsm_is_the_embedding(frame, expected, tmp_path):
    """Snip ids from obs_names, labels from obs, latents from the one table in obsm that is no picture."""
    path = tmp_path / "t.h5ad"
    write(path, frame, X_vae=frame[LATENTS].to_numpy(np.float32), X_umap=np.zeros((40, 2)))
    read = read_embedding(path)
    same(expected, read)
    assert read.latent_names == ("X_vae_00", "X_vae_01", "X_vae_02", "X_vae_03")


def test_several_entries_must_be_told_apart(frame, expected, tmp_path):
    """Two tables in obsm are named; latent_prefix chooses."""
    path, values = tmp_path / "t.h5ad", frame[LATENTS].to_numpy(np.float32)
    write(path, frame, X_vae=values, X_other=values + 1)
    with pytest.raises(
        NotComputable, match=r"obsm holds 2 tables \(X_other, X_vae\); name one as latent_prefix"
    ):
        read_embedding(path)
    same(expected, read_embedding(path, latent_prefix="X_vae"))


@pytest.mark.parametrize("sparse", [False, True])
def test_x_with_names_of_latents_is_the_embedding(frame, expected, tmp_path, sparse):
    """The columns of X named z_mu_b_ are the latents, dense or sparse; nuisance latents are left out."""
    from scipy.sparse import csr_array

    values = np.column_stack([np.ones(40), frame[LATENTS]]).astype(np.float32)
    write(tmp_path / "t.h5ad", frame, X=csr_array(values) if sparse else values, var=["z_mu_n_00", *LATENTS])
    read = read_embedding(tmp_path / "t.h5ad")
    same(expected, read)
    assert read.latent_names == tuple(LATENTS)


def test_a_file_that_is_no_anndata_is_named(tmp_path):
    """Other bytes are refused with the name of the file."""
    (tmp_path / "t.h5ad").write_bytes(b"nothing of the kind")
    with pytest.raises(
        NotComputable, match=r"t\.h5ad: not a readable AnnData file \(.*\); expected obs, and latents"
    ):
        read_embedding(tmp_path / "t.h5ad")


def test_without_anndata_the_extra_is_named(frame, tmp_path, monkeypatch):
    """What to install is said."""
    write(tmp_path / "t.h5ad", frame, X_vae=frame[LATENTS].to_numpy(np.float32))
    monkeypatch.setitem(sys.modules, "anndata.io", None)
    with pytest.raises(NotComputable, match=r"pip install 'morphsweep\[anndata\]'"):
        read_embedding(tmp_path / "t.h5ad")


def test_a_sweep_of_anndata_files_can_be_checked(frame, tmp_path):
    """A plain manifest may name .h5ad files."""
    write(tmp_path / "t.h5ad", frame, X_vae=frame[LATENTS].to_numpy(np.float32))
    (tmp_path / "manifest.csv").write_text("regime,embedding\nall,t.h5ad\n", encoding="utf-8")
    assert check_sweep(read_sweep(tmp_path)).ok
