"""``morphsweep compare`` from the command line."""

import json
import re

import pytest
from typer.testing import CliRunner

from morphsweep.cli import main
from morphsweep.cli.app import app
from morphsweep.sweep import evaluate

QUICK = "\n[settings]\nn_permutations = 10\nn_replicates = 10\nbaselines = []\n"


@pytest.fixture(scope="module")
def results(make_sweep, tmp_path_factory):
    """Two models of a small simulated sweep."""
    sweep = make_sweep(n_models=2, seed=4)
    sweep.write_text(sweep.read_text() + QUICK)
    return evaluate(sweep, tmp_path_factory.mktemp("compare") / "results", workers=1).path


def test_text_names_counts_and_numbers(results, tmp_path):
    """Counts, sentences and a table on stdout; files where asked."""
    out = tmp_path / "comparison"
    ran = CliRunner().invoke(app, ["compare", str(results), "0", "1", "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "model 0 and model 1, all: 216 snips of 18 individuals in common" in ran.output
    assert re.search(r"all\s+avg_pert\s+[+-]0\.\d{3}", ran.output)
    assert (out / "comparison.json").is_file()
    assert (out / "compare_over_time_model_0_model_1.svg").is_file()


def test_json_is_the_same_comparison(results):
    """``--json`` prints one document without NaN; ``--results`` and RESULTS:INDEX name the same models."""
    first = CliRunner().invoke(app, ["compare", "0", "1", "--results", str(results), "--json"])
    second = CliRunner().invoke(app, ["compare", f"{results}:0", f"{results}:1", "--json"])
    one, two = json.loads(first.stdout), json.loads(second.stdout)
    assert one["claims"] == two["claims"]
    assert {row["perturbation"] for row in one["by_perturbation"]} == {"wt", "gdf3", "lmx1b", "avg_pert"}


def test_unknown_model_ends_with_status_2(results, monkeypatch, capsys):
    """One message, no traceback."""
    monkeypatch.setattr("sys.argv", ["morphsweep", "compare", str(results), "0", "9"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert message.rstrip().endswith("no model 9; models: 0, 1")
