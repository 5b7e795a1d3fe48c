"""The verb select."""

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import morphsweep as ms
from morphsweep.cli import main
from morphsweep.cli.evaluate import summarise
from morphsweep.selection import decision_record

PAGE = Path(__file__).parents[1] / "selection" / "notebook_page.csv"
SECOND_READING = PAGE.with_name("notebook_page_second_reading.csv")


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line and return exit status, standard output and standard error."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["morphsweep", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return stop.value.code or 0, out, err

    return call


@pytest.mark.parametrize("page", [PAGE, SECOND_READING])
def test_json_holds_the_pages_tranches(run, page):
    """Standard output is one JSON document that begins with the four keys of every choice; 67 has the tranche null."""
    status, out, _ = run("select", page, "--where", "f1_all > 0.7", "--where", "aligned_rmse <= 1", "--json")
    document = json.loads(out)
    assert status == 0
    assert list(document)[:4] == ["winner", "ties", "rule", "table"]
    assert {"noise", "uncertainty", "would_change"} <= set(document)
    tranches = {row["model_index"]: row["tranche"] for row in document["table"]}
    assert tranches == {
        99: 1,
        48: 1,
        19: 1,
        74: 1,
        77: 1,
        97: 2,
        98: 2,
        11: 3,
        43: 3,
        52: 3,
        184: 4,
        108: 4,
        67: None,
    }
    assert {document["winner"], *document["ties"]} == {19, 48, 74, 99}
    assert next(row for row in document["table"] if row["model_index"] == 67)["missing"] == "aligned_rmse"


def test_the_table_fits_eighty_columns_and_says_what_it_cannot_separate(run):
    """Winner first; the replicates, the lost number, and the rank of 74 in every column are on the page."""
    status, out, _ = run("select", PAGE)
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "First recommendation: model 99; the numbers do not separate it from 48, 19, 74"
    assert (
        "These numbers do not separate 99 from 48, 19 and 74: same configuration, equal but for margin" in out
    )
    assert "model 67 has no tranche: aligned_rmse missing" in out
    tables = lines[lines.index("") : [line.startswith("Rule:") for line in lines].index(True)]
    assert max(len(line.rstrip()) for line in tables) <= 80
    ranks = {
        line.split()[0]: line.split()[5]
        for line in tables
        if "(1" in line.split(")")[0][:40] and "th" in line
    }
    assert ranks == {
        "f1_all": "6th",
        "aligned_rmse": "7th",
        "f1_hld": "4th",
        "segment_collinearity": "7th",
        "segment_collinearity_within_all": "9th",
        "dispersion_first_all": "8th",
    }
    slope = next(line for line in tables if "dispersion_slope_all" in line and "usual" in line)
    assert not re.search(r"\d(st|nd|rd|th)", slope)  # bad at both ends: it ranks nobody


def test_an_account_of_any_model(run):
    """--model 74 states value, rank and population, and names the replicates."""
    _, out, _ = run("select", PAGE, "--model", "74")
    assert "f1_all 0.7192: 6th of 13, highest first; quantile 0.58 of the 13 models with a number" in out
    assert "These numbers do not separate 74 from 99, 48 and 19" in out


def test_an_unknown_column_ends_with_status_2(run):
    """One message with the near name on standard error, nothing on standard output, no traceback."""
    status, out, err = run("select", PAGE, "--where", "f1_alll > 0.7")
    assert (status, out) == (2, "")
    assert "no column 'f1_alll' in the table; did you mean 'f1_all'" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.csv", None, "no such file; expected a results folder or a table (.csv, .csv.gz, .parquet)"),
        ("models.xlsx", "x", "cannot read a table with the ending '.xlsx'"),
        ("empty.csv", "", "cannot be read as a table"),
        ("bad.parquet", "no parquet", "cannot be read as a table"),
        ("header.csv", "model_index,f1_all\n", "the table has no row"),
    ],
)
def test_an_unusable_table_ends_with_status_2(run, tmp_path, name, content, message):
    """The file is named with what was expected of it."""
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    status, out, err = run("select", path)
    assert (status, out) == (2, "")
    assert message in err


def test_a_folder_that_holds_no_results_ends_with_status_2(run, tmp_path):
    """An empty folder is no results folder."""
    status, _, err = run("select", tmp_path)
    assert status == 2
    assert "not a results folder" in err


def test_no_winner_is_said_and_is_no_failure(run):
    """Thresholds that nobody passes: status 0, winner null, ties null."""
    status, out, _ = run("select", PAGE, "--where", "f1_all > 0.99", "--where", "aligned_rmse <= 1")
    assert status == 0
    assert out.startswith("No winner. No model met both criteria, so none was chosen.")
    _, out, _ = run("select", PAGE, "--where", "f1_all > 0.99", "--where", "aligned_rmse <= 1", "--json")
    assert (json.loads(out)["winner"], json.loads(out)["ties"]) == (None, None)


def test_every_door_gives_the_same_choice(tmp_path):
    """A frame, a CSV, a Parquet table, a folder and an object with summary and info agree."""

    table = pd.read_csv(PAGE).rename(columns={"Unnamed: 0": "row"})
    memory = SimpleNamespace(summary=table, info={"protocol": "notebook", "regimes": ["all", "hld"]})
    table.to_parquet(tmp_path / "page.parquet")
    folder = tmp_path / "results"
    folder.mkdir()
    table.to_csv(folder / "summary.csv", index=False)
    (folder / "run.json").write_text(json.dumps(memory.info))
    scores = ["model_index", "regime", "perturbation", "metric", "value", "status"]
    pd.DataFrame(columns=scores).to_parquet(folder / "scores.parquet")
    doors = [
        table,
        PAGE,
        str(PAGE),
        tmp_path / "page.parquet",
        folder,
        folder / "summary.csv",
        memory,
    ]
    choices = [ms.select(door, where=["f1_all > 0.7", "aligned_rmse <= 1"]) for door in doors]
    assert {(c.winner, tuple(c.ties), str(c.tranches)) for c in choices} == {
        (99, (48, 19, 74), "{1: [99, 48, 19, 74, 77], 2: [97, 98], 3: [11, 43, 52], 4: [184, 108]}")
    }
    with pytest.raises(ms.InvalidInput, match=r"^cannot choose from a int; expected results"):
        ms.select(74)


def test_a_decision_is_recorded_and_compared(run, tmp_path):
    """--record writes JSON and prose; --diff says what another rule changes, and that the same rule changes nothing."""
    assert run("select", PAGE, "--record", tmp_path / "old")[0] == 0
    assert "Model 99 (" in (tmp_path / "old" / "decision.md").read_text()
    assert "nothing differs" in run("select", PAGE, "--diff", tmp_path / "old" / "decision.json")[1]
    other = ("select", PAGE, "--rule", "aligned_rmse", "--diff", tmp_path / "old")
    assert "the winner was 99 and is 77" in run(*other)[1]
    assert json.loads(run(*other, "--json")[1])["changes"][0] == "the winner was 99 and is 77"


def test_what_is_no_decision_ends_with_status_2(run, tmp_path):
    """A JSON that is something else is refused."""
    (tmp_path / "other.json").write_text("{}")
    status, _, err = run("select", PAGE, "--diff", tmp_path / "other.json")
    assert status == 2
    assert "not a decision" in err


def test_knobs_called_inert_and_the_upper_limit(run):
    """What was told is repeated, unknown knobs are refused; by the upper limit of the noise 77 and 98 tie too."""
    assert "margin: taken to act on nothing, as told" in run("select", PAGE, "--inert", "margin")[1]
    assert run("select", PAGE, "--inert", "gamma")[0] == 2
    assert "do not separate it from 48, 19, 74, 77, 98" in run("select", PAGE, "--upper")[1]


def _partial(tmp_path):
    """Three configurations, each twice; tranche 1 holds partial models only."""
    path = tmp_path / "models.csv"
    pd.DataFrame({
        "model_index": range(6),
        "beta": [1, 1, 2, 2, 3, 3],
        "status": ["partial"] * 2 + ["ok"] * 4,
        "f1_all": [0.90, 0.91, 0.50, 0.69, 0.55, 0.52],
        "aligned_rmse": [0.5, 0.6, 0.5, 0.4, 0.6, 0.7],
    }).to_csv(path, index=False)
    return path


def test_partial_models_of_tranche_1_are_why_there_is_no_winner(run, tmp_path):
    """The reason in one sentence; how often one would be chosen is told apart from how often one is in tranche 1."""
    status, out, _ = run("select", _partial(tmp_path))
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == (
        "No winner. Models 0 and 1 met both criteria, but are partial (averaged over fewer perturbations than asked) and therefore "
        "not ranked beside full models, so none was chosen."
    )
    assert "no model is in tranche 1" not in out
    (sure,) = (line for line in lines if line.startswith("How sure"))
    chosen, placed = sure.split("; ")
    assert re.search(r"a configuration would have been chosen in (\d+|less than 1) %$", chosen)
    assert re.fullmatch(r"the configuration of 0, 1 is in tranche 1 in (100|9\d|more than 99) %\.", placed)


def test_evaluate_names_the_tranches_and_why_there_is_no_winner(tmp_path, capsys):
    """Two tranches with one criterion, four with two, and the same sentence as everywhere."""
    frame = pd.read_csv(_partial(tmp_path))
    told = {}
    for where in (["f1_all > 0.7", "aligned_rmse <= 1"], ["f1_all > 0.7"]):
        choice = ms.select(frame, where=where)
        results = SimpleNamespace(
            models=frame, info={"protocol": "default-3"}, health=frame.head(0), failures=[], path="results",
            decision=decision_record(choice, {}),
        )  # fmt: skip
        summarise(results)
        told[len(where)] = capsys.readouterr().out
        assert f"winner     none. {decision_record(choice, {})['why_no_winner']}\n" in told[len(where)]
    assert (
        "tranches   1 both criteria met: 2; 2 only discriminative: 0; 3 only robust: 4; 4 neither: 0\n"
        in told[2]
    )
    assert "tranches   1 criterion met: 2; 4 criterion not met: 4\n" in told[1]
    assert "both" not in told[1]
