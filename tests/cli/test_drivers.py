"""The verbs drivers and claims."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

from morphsweep.cli import main


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


@pytest.fixture
def table(tmp_path):
    """A search as other tools write it: hp_ and metric_ columns, a status, labels, failures."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({
        "name": [f"run {i}" for i in range(48)],
        "hp_beta": np.tile([0.1, 1.0, 10.0], 16),
        "hp_kind": np.repeat(["a", "b"], 24),
        "hp_unused": rng.permutation(48),
        "status": np.where(np.tile([0, 0, 1], 16) & np.repeat([0, 1], 24), 4, 1),
    })
    frame["metric_rmse"] = 2 - np.log10(frame["hp_beta"]) + 0.05 * rng.normal(size=48)
    frame["metric_time"] = np.where(frame["hp_kind"] == "a", 1.0, 2.0) + 0.05 * rng.normal(size=48)
    frame.loc[3, "metric_rmse"] = np.nan
    path = tmp_path / "search.csv"
    frame.to_csv(path, index=False)
    return path


WORDS = ("--ok", "status == 1", "--permutations", "39", "-j", "1")


def test_another_labs_table_is_understood_and_nothing_is_dropped_in_silence(run, table):
    """Its hp_ columns drive its metric_ columns; failed rows and gaps are counted."""
    status, out, _ = run("drivers", table, *WORDS, "--json")
    document = json.loads(out)
    assert status == 0
    verdicts = {(row["metric"], row["hyperparameter"]): row["verdict"] for row in document["importances"]}
    assert verdicts["metric_rmse", "hp_beta"] == "acts"
    assert verdicts["metric_time", "hp_kind"] == "acts"
    assert verdicts["failed", "hp_beta"] == verdicts["failed", "hp_kind"] == "acts"
    assert {metric for metric, knob in verdicts if knob == "hp_unused"} == {
        "metric_rmse",
        "metric_time",
        "failed",
    }
    assert all(verdict == "inert" for (_, knob), verdict in verdicts.items() if knob == "hp_unused")
    counts = {fit["metric"]: (fit["models"], fit["missing"]) for fit in document["fits"]}
    assert counts == {"metric_rmse": (39, 9), "metric_time": (40, 8), "failed": (48, 0)}
    assert (
        "8 of 48 models failed; they are kept as the outcome 'failed' and lack all other numbers."
        in document["notes"]
    )
    assert (
        "metric_rmse: 1 model that did not fail has no number; it counts in the other metrics."
        in document["notes"]
    )


def test_the_table_fits_eighty_columns_and_the_sentences_follow(run, table, tmp_path):
    """A row per metric, then the answer in words; every table lies in the folder asked for."""
    status, out, _ = run("drivers", table, *WORDS, "--trade-offs", "--out", tmp_path / "found")
    assert status == 0
    head = out.split("R2:", 1)[0]
    assert max(len(line) for line in head.splitlines()) <= 80
    assert "hp_unused: nothing measurable in any of 3 metrics" in out
    names = {path.name for path in (tmp_path / "found").iterdir()}
    assert {"importances.csv", "matched.csv", "correlations.csv", "drivers.json", "drivers.md"} <= names


def test_filters_are_counted_and_unknown_names_end_with_one_message(run, table):
    """What --where leaves out is said; a misspelt metric or knob names its neighbours, exit status 2."""
    _, out, _ = run("drivers", table, *WORDS, "--where", "hp_beta <= 1", "--json")
    assert "16 of 48 models do not meet hp_beta <= 1 and are left out." in json.loads(out)["notes"]
    for words, message in (
        (("--metric", "metric_rsme"), "no column 'metric_rsme' in the table; did you mean 'metric_rmse'"),
        (("--knob", "hp_bta"), "no column 'hp_bta' in the table; did you mean 'hp_beta'"),
        (("--where", "hp_beta > 99"), "no model meets hp_beta > 99: the table has 48 models"),
        (("--inactive", "margin"), "cannot read 'margin'; expected NAME: CONDITION"),
    ):
        status, out, err = run("drivers", table, *words)
        assert status == 2
        assert message in err
        assert "Traceback" not in err


def test_claims_are_told_with_number_and_interval(run, table, tmp_path):
    """The shipped claims and a lab's own, in a table that fits, and as files."""
    own = tmp_path / "own.toml"
    own.write_text(
        '[[claim]]\nname = "beta"\ntest = "change"\nhyperparameter = "beta"\nmetric = "metric_rmse"\nexpect = "lower"\n'
    )
    status, out, _ = run("claims", table, "--claims", own, "--out", tmp_path / "ledger")
    assert status == 0
    assert max(map(len, out.split("30 claims")[0].splitlines())) <= 80
    assert "30 claims: 1 holds" in out
    assert (tmp_path / "ledger" / "claims.md").read_text().count("\n- **") == 30
    _, out, _ = run("claims", table, "--claims", own, "--json")
    last = json.loads(out)["claims"][-1]
    assert (last["verdict"], last["test"]) == ("holds", "change")
    assert last["high"] < 0
