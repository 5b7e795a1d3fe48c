"""Layouts: recognised by their columns, rows turned into runs."""

import pytest

from morphsweep.errors import InvalidInput
from morphsweep.io import hyperparameter_columns, read_manifest, read_runs, recognise
from morphsweep.records import Status


def runs(folder, text, stated=None):
    """Runs of a manifest with this text."""
    (folder / "m.csv").write_text(text, encoding="utf-8")
    manifest = read_manifest([folder / "m.csv"])
    return read_runs(manifest, recognise(manifest), hyperparameter_columns(manifest, stated))


def place(folder, *paths):
    """Empty files at these paths."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x", encoding="utf-8")


HEADER = "process_id,completed,model_path,holdout_flag,seed,beta\n"


def test_a_morphseq_row_points_to_the_one_table_below_its_folder(tmp_path):
    """The table may lie at any depth, but in a folder called figures."""
    place(tmp_path, "r0/a/b/figures/embryo_stats_df.csv", "r0/embryo_stats_df.csv")
    (run,) = runs(tmp_path, HEADER + "7,1,r0,1,5,0.1\n")
    assert run.embedding == tmp_path / "r0/a/b/figures/embryo_stats_df.csv"
    assert (run.regime, run.hyperparameters, run.seed, run.name, run.status) == (
        "hld",
        {"beta": 0.1},
        5,
        "process 7",
        Status.OK,
    )


def test_several_candidates_are_all_named_and_none_is_taken(tmp_path):
    """The newest is no better than the others."""
    place(tmp_path, "r0/v1/figures/embryo_stats_df.csv", "r0/v2/figures/embryo_stats_df.csv")
    (run,) = runs(tmp_path, HEADER + "0,1,r0,0,5,0.1\n")
    assert (run.embedding, run.status) == (None, Status.NOT_COMPUTABLE)
    assert run.reason == (
        f"{tmp_path / 'r0'}: 2 candidates (v1/figures/embryo_stats_df.csv, v2/figures/embryo_stats_df.csv); keep one, none is preferred"
    )


@pytest.mark.parametrize(
    ("row", "status", "reason"),
    [
        ("0,0,r0,0,5,0.1", "not_done", "m.csv line 2: the manifest says completed = 0"),
        ("0,,r0,0,5,0.1", "not_done", "m.csv line 2: the manifest says completed = None"),
        ("0,1,gone,0,5,0.1", "not_computable", "{folder}/gone: no such folder"),
        (
            "0,1,,0,5,0.1",
            "not_computable",
            "m.csv line 2: model_path is empty; expected the folder of a trained model",
        ),
        (
            "0,1,r0,0,5,0.1",
            "not_computable",
            "{folder}/r0: no figures/embryo_stats_df.csv anywhere below this folder",
        ),
    ],
)
def test_a_run_without_table_keeps_the_reason(row, status, reason, tmp_path):
    """Unfinished and missing runs are rows, not gaps."""
    (tmp_path / "r0").mkdir()
    (run,) = runs(tmp_path, HEADER + row + "\n")
    assert (run.status.value, run.reason) == (status, reason.format(folder=tmp_path))


def test_plain_rows_name_their_table(tmp_path):
    """Paths are relative to the manifest; a missing one is named."""
    place(tmp_path, "e.csv")
    found, missing, empty = runs(tmp_path, "regime,embedding,beta\nall,e.csv,1\nloo wnt-i,f.csv,1\nall,,1\n")
    assert (found.embedding, found.regime) == (tmp_path / "e.csv", "all")
    assert (missing.regime, missing.reason) == ("loo wnt-i", f"{tmp_path / 'f.csv'}: no such file")
    assert empty.reason == "m.csv line 4: embedding is empty; expected the path of a table"


def test_stated_hyperparameters_replace_the_rest(tmp_path):
    """Other columns of the manifest are then no hyper-parameters."""
    place(tmp_path, "e.csv")
    (run,) = runs(tmp_path, "regime,embedding,beta,run_name\nall,e.csv,1,x\n", ["beta"])
    assert run.hyperparameters == {"beta": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a,b\n1,2\n",
            "unknown layout; found the columns a, b; expected process_id, completed, model_path, holdout_flag",
        ),
        (
            "regime;embedding\nall;e\n",
            "unknown layout; found the columns regime;embedding (columns must be separated by commas)",
        ),
        (
            "regime,embedding\n,e.csv\n",
            "m.csv line 2: regime is empty; expected what the run was trained on, such as all",
        ),
        ("model_path,holdout_flag\nr0,2\n", "m.csv line 2: holdout_flag is 2; expected 0 (all) or 1 (hld)"),
    ],
)
def test_rows_that_cannot_be_understood_are_refused(text, message, tmp_path):
    """What cannot be understood is not guessed."""
    with pytest.raises(InvalidInput) as error:
        runs(tmp_path, text)
    assert message in str(error.value)


def test_an_unknown_stated_hyperparameter_is_refused(tmp_path):
    """A misspelt column is named."""
    with pytest.raises(
        InvalidInput,
        match=r"no column 'betta', which the sweep file lists in hyperparameters; found: regime, embedding, beta$",
    ):
        runs(tmp_path, "regime,embedding,beta\nall,e,1\n", ["betta"])


def test_a_folder_that_cannot_be_one_run_is_not_walked_to_its_end(tmp_path, monkeypatch):
    """A model_path with thousands of folders below it is refused; one whose name the system refuses is no folder."""
    from morphsweep.io import locating
    from morphsweep.io.manifest import Manifest

    monkeypatch.setattr(locating, "_MOST_FOLDERS", 5)
    for k in range(9):
        (tmp_path / "big" / str(k)).mkdir(parents=True)
    columns = {"model_path": ["big", "x" * 5000]}
    manifest = Manifest(tmp_path, tmp_path, columns, ("m.csv line 2", "m.csv line 3"))
    found, reason = locating.locate_below_model(manifest, 0)
    assert (found, reason) == (
        None,
        f"{tmp_path / 'big'}: more than 5 folders below it; expected the folder of one trained model",
    )
    assert locating.locate_below_model(manifest, 1) == (None, f"{tmp_path / ('x' * 5000)}: no such folder")
