"""Manifests: which file, which rows, which values."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morphsweep.errors import InvalidInput
from morphsweep.io import find_manifests, read_manifest


def write(folder, name, text):
    """A file with this text."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_column_is_numbers_only_if_all_values_are(tmp_path):
    """1 and 1.0 are one number; a column with one word is all words; 'None' is a word, empty is missing."""
    path = write(tmp_path, "m.csv", "beta,margin,flag,n\n1,1.0,true,3\n0.5,None,False,\n")
    assert read_manifest([path]).columns == {
        "beta": [1.0, 0.5],
        "margin": ["1.0", "None"],
        "flag": [True, False],
        "n": [3, None],
    }


def test_parquet_and_csv_manifests_are_the_same(tmp_path):
    """The container changes nothing."""
    frame = pd.DataFrame({
        "loss": ["NT-Xent", "triplet"],
        "beta": [0.1, None],
        "n": [1, 2],
        "ok": [True, False],
    })
    frame.to_csv(tmp_path / "m.csv", index=False)
    frame.to_parquet(tmp_path / "m.parquet")
    assert read_manifest([tmp_path / "m.csv"]).columns == read_manifest([tmp_path / "m.parquet"]).columns


def test_an_index_column_without_name_is_skipped_and_said(tmp_path):
    """A manifest written with its index is read all the same."""
    found = read_manifest([write(tmp_path, "m.csv", ",beta\n0,1\n")])
    assert (list(found.columns), found.notes) == (["beta"], ("m.csv: the column without a name was skipped",))


def test_files_of_one_sweep_follow_each_other(tmp_path):
    """A folder with sweep01_00.csv and sweep01_01.csv is one sweep; other tables beside them are left alone."""
    for i in (1, 0):
        write(tmp_path, f"sweep01_0{i}.csv", f"beta\n{i}\n{i + 10}\n")
    write(tmp_path, "runs.csv", "a\n1\n")
    files = find_manifests(tmp_path)
    found = read_manifest(files)
    assert [path.name for path in files] == ["sweep01_00.csv", "sweep01_01.csv"]
    assert found.columns == {"beta": [0, 10, 1, 11]}
    assert found.places == (
        "sweep01_00.csv line 2",
        "sweep01_00.csv line 3",
        "sweep01_01.csv line 2",
        "sweep01_01.csv line 3",
    )


def test_a_folder_with_one_table_is_enough(tmp_path):
    """Any name will do if there is no choice; manifest.csv wins where there is."""
    one = write(tmp_path, "anything.csv", "a\n1\n")
    assert find_manifests(tmp_path) == [one]
    named = write(tmp_path, "manifest.csv", "a\n1\n")
    assert find_manifests(tmp_path) == [named]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            [],
            "the folder holds no manifest; expected sweep01_00.csv, manifest.csv or another .csv or .parquet table in it",
        ),
        (
            ["a.csv", "b.csv"],
            "the folder holds several manifests (a.csv, b.csv); give the path of one of them",
        ),
        (
            ["sweep01_00.csv", "sweep02_00.csv"],
            "the folder holds several manifests (sweep01_00.csv, sweep02_00.csv); give the path of one of them",
        ),
    ],
)
def test_a_folder_without_one_clear_manifest_is_refused(names, message, tmp_path):
    """Nothing is guessed."""
    for name in names:
        write(tmp_path, name, "a\n1\n")
    with pytest.raises(InvalidInput) as error:
        find_manifests(tmp_path)
    assert str(error.value) == f"{tmp_path}: {message}"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.csv", b"", "not a readable manifest (0 bytes); expected a table with one row per run"),
        (
            "m.csv",
            b"regime,embedding\n",
            "the manifest has no rows (columns: regime, embedding); expected one row per run",
        ),
        ("m.csv", b"beta,beta\n1,2\n", "the column 'beta' occurs 2 times; give each column its own name"),
        ("m.txt", b"a\n1\n", "a manifest is a .csv or .parquet table, or a sweep.toml naming one"),
    ],
)
def test_unreadable_manifests_have_one_clear_message(name, content, message, tmp_path):
    """The message names the file and what was expected."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput) as error:
        read_manifest([tmp_path / name])
    assert str(error.value) == f"{tmp_path / name}: {message}"


@pytest.mark.parametrize(
    ("name", "content"), [("m.csv", b"\xff\xfe\x00"), ("m.csv", b"a,b\n1,2,3\n"), ("m.parquet", b"PAR1")]
)
def test_damaged_manifests_are_named(name, content, tmp_path):
    """A library's own complaint is wrapped in ours."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(
        InvalidInput, match=r"not a readable manifest \(.*\); expected a table with one row per run$"
    ):
        read_manifest([tmp_path / name])


def test_files_of_one_sweep_need_the_same_columns(tmp_path):
    """A column that one file lacks is named."""
    files = [write(tmp_path, "sweep01_00.csv", "beta\n1\n"), write(tmp_path, "sweep01_01.csv", "gamma\n1\n")]
    with pytest.raises(
        InvalidInput, match=r"columns differ from those of sweep01_00\.csv \('beta', 'gamma'\)"
    ):
        read_manifest(files)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9)), min_size=1, max_size=8))
def test_numbers_survive(tmp_path_factory, values):
    """Numbers written in a manifest are read as the same numbers."""
    path = tmp_path_factory.mktemp("m") / "m.csv"
    path.write_text("x\n" + "".join(f"{value!r}\n" for value in values), encoding="utf-8")
    assert read_manifest([path]).columns["x"] == values
