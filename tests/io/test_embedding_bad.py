"""Embeddings that cannot be used are refused with file, column, number of rows and what to do."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morphsweep.errors import NotComputable
from morphsweep.io import read_embedding


def spoil(table, column, row, value):
    """The table with one other value."""
    table.loc[row, column] = value
    return table


CONTENT = {
    "text among the latents": (
        lambda t: spoil(t, "z_mu_b_01", 3, "abc"),
        "column 'z_mu_b_01' has text in 1 of 40 rows, first 'abc' in row 4; expected numbers; write it again from the model",
    ),
    "text as time": (
        lambda t: spoil(t, "predicted_stage_hpf", 3, "24hpf"),
        "column 'predicted_stage_hpf' has text in 1 of 40 rows, first '24hpf' in row 4; expected numbers; write it again from the model",
    ),
    "repeated snip id": (
        lambda t: spoil(t, "snip_id", 3, "e0_0"),
        "column 'snip_id' has 1 repeated snip ids in 40 rows, first 'e0_0'; each snip must have its own id",
    ),
    "individual in two perturbations": (
        lambda t: spoil(t, "phenotype", 3, "gdf3"),
        "1 of 10 individuals (column 'embryo_id') have more than one perturbation (column 'phenotype'), first 'e0': 'gdf3', 'wt'; "
        "name the column of the individual as columns.individual in sweep.toml",
    ),
    "more than half missing": (
        lambda t: t.assign(z_mu_b_01=[np.nan] * 21 + [1.0] * 19),
        "21 of 40 rows cannot be used (missing latent: 21), more than half; check how the table was written",
    ),
    "constant latents": (
        lambda t: t.assign(z_mu_b_01=1.0, z_mu_b_02=2.0),
        "2 of 4 latents vary over 40 rows, expected at least 3; the model has collapsed, or the wrong columns were read "
        "(latent_prefix in sweep.toml)",
    ),
    "one single time": (
        lambda t: t.assign(predicted_stage_hpf=24.0),
        "column 'predicted_stage_hpf' has one single time (24) in all 40 rows; curves need a course of time; name the right "
        "column as columns.time in sweep.toml",
    ),
    "no rows": (
        lambda t: t.iloc[:0],
        "0 rows below the header, expected one per snip; write it again from the model",
    ),
    "no individual to be found": (
        lambda t: t.drop(columns="embryo_id").assign(snip_id=[f"s{i}" for i in range(40)]),
        "no column names the individual, and no snip id ('s0', ...; 40 rows) has a last '_' part to cut off; name the column as "
        "columns.individual in sweep.toml",
    ),
}


@pytest.mark.parametrize("case", CONTENT)
def test_bad_content_has_its_message(case, table, tmp_path):
    """Each fault is named in full."""
    change, message = CONTENT[case]
    path = tmp_path / "t.csv"
    change(table).to_csv(path, index=False)
    with pytest.raises(NotComputable) as error:
        read_embedding(path)
    assert str(error.value) == f"{path}: {message}"


BYTES = {
    "empty": ("t.csv", lambda b: b"", "the file is empty (0 rows)"),
    "cut off": ("t.csv", lambda b: b[:-45], "damaged or cut off (CSV parse error: Expected 9 columns, got "),
    "ragged": (
        "t.csv",
        lambda b: b + b"1,2,3,4,5,6,7,8,9,10\n",
        "damaged or cut off (CSV parse error: Expected 9 columns, got 10",
    ),
    "binary": ("t.csv", lambda b: bytes(range(255, 0, -1)), "not a readable table ("),
    "latin-1": ("t.csv", lambda b: b.replace(b"wt", b"\xe9"), "not a readable table ("),
    "not gzip": ("t.csv.gz", lambda b: b, "not a readable table (Not a gzipped file"),
    "cut off gzip": ("t.csv.gz", lambda b: gzip.compress(b)[:-400], "damaged or cut off ("),
    "damaged gzip": (
        "t.csv.gz",
        lambda b: gzip.compress(b)[:20] + b"\xff" * 200,
        "not a readable table (Error -3 while decompressing data",
    ),
    "not Parquet": ("t.parquet", lambda b: b, "not a readable table (Parquet magic bytes not found"),
    "unknown kind": (
        "t.xlsx",
        lambda b: b,
        "cannot read this kind of file; expected one of .csv, .csv.gz, .parquet",
    ),
}


@pytest.mark.parametrize("case", BYTES)
def test_bad_bytes_have_their_message(case, table, tmp_path):
    """A damaged file is told apart from bad content."""
    name, change, message = BYTES[case]
    path = tmp_path / name
    path.write_bytes(change(table.to_csv(index=False).encode()))
    with pytest.raises(NotComputable) as error:
        read_embedding(path)
    assert str(error.value).startswith(f"{path}: {message}")


def test_missing_file_and_folder_are_named(tmp_path):
    """What is not there is said to be not there."""
    with pytest.raises(NotComputable, match=r"nowhere\.csv: no such file$"):
        read_embedding(tmp_path / "nowhere.csv")
    with pytest.raises(NotComputable, match=r": a folder, expected a table$"):
        read_embedding(tmp_path)


def test_text_in_parquet_is_named_too(table, tmp_path):
    """Parquet with text among the latents gets the same message."""
    path = tmp_path / "t.parquet"
    spoil(
        table.drop(columns="predicted_stage_hpf").assign(time=np.arange(40.0)), "z_mu_b_01", 3, "abc"
    ).astype({"z_mu_b_01": str, "z_mu_b_00": float, "z_mu_b_02": float, "z_mu_b_03": float}).to_parquet(path)
    with pytest.raises(
        NotComputable, match=r"column 'z_mu_b_01' has text in 1 of 40 rows, first 'abc' in row 4"
    ):
        read_embedding(path)


def test_lists_in_parquet_are_refused(table, tmp_path):
    """A column of lists is no column of numbers."""
    path = tmp_path / "t.parquet"
    numeric = table.astype(
        dict.fromkeys([*(f"z_mu_b_{j:02d}" for j in range(4)), "predicted_stage_hpf"], float)
    )
    pd.DataFrame(numeric).assign(z_mu_b_01=[[1.0]] * 40).to_parquet(path)
    with pytest.raises(
        NotComputable, match=r"column 'z_mu_b_01' holds list<element: double> values, expected numbers$"
    ):
        read_embedding(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(["t.csv", "t.parquet"]))
def test_damaged_bytes_never_end_in_a_traceback(data, name, table, tmp_path):
    """Whatever happens to a file, it is read or refused with its name."""
    path = tmp_path / name
    numeric = table.astype(
        dict.fromkeys([*(f"z_mu_b_{j:02d}" for j in range(4)), "predicted_stage_hpf"], float)
    )
    numeric.to_parquet(path) if name.endswith("parquet") else numeric.to_csv(path, index=False)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    path.write_bytes(content)
    message, latents = outcome(path)
    assert str(path) in message or np.isfinite(latents).all()


def outcome(path):
    """The message of a refusal, or the latents."""
    try:
        return "", read_embedding(path).latents
    except NotComputable as error:
        return str(error), np.array([np.nan])
