"""morphsweep check."""

import pytest
from typer.testing import CliRunner

from morphsweep.cli import app
from morphsweep.errors import InvalidInput


@pytest.fixture
def sweep(tmp_path):
    """A simulated sweep on disk."""
    options = ["--models", "4", "--individuals", "5", "--snips", "20", "--latents", "6"]
    result = CliRunner().invoke(app, ["simulate", str(tmp_path / "sweep"), *options])
    assert result.exit_code == 0, result.output
    return tmp_path / "sweep"


def test_a_healthy_sweep_ends_with_0(sweep):
    """The tables say what is there; nothing is written."""
    before = sorted(sweep.rglob("*"))
    result = CliRunner().invoke(app, ["check", str(sweep / "sweep.toml")])
    assert result.exit_code == 0
    for words in (
        "4 models of 2 configurations",
        "8 runs in 2 regimes",
        "held out",
        "Replicates of one configuration: models - 0, 2 - 1, 3",
        "Everything can be used.",
    ):
        assert words in " ".join(result.stdout.split())
    assert sorted(sweep.rglob("*")) == before


def test_an_unusable_run_ends_with_1_and_its_reason(sweep):
    """The run, the regime and the file are named."""
    gone = sorted(sweep.glob("runs/*/figures/embryo_stats_df.csv"))[3]
    gone.unlink()
    result = CliRunner().invoke(app, ["check", str(sweep)])
    assert result.exit_code == 1
    assert "model 1, hld: " in result.stdout
    assert "no figures/embryo_stats_df.csv anywhere below this folder" in " ".join(result.stdout.split())


def test_unusable_input_is_one_message(sweep):
    """What cannot be read at all is an InvalidInput, which the command line turns into status 2."""
    result = CliRunner().invoke(app, ["check", str(sweep / "nowhere")])
    assert isinstance(result.exception, InvalidInput)


def test_simulate_says_what_comes_next(tmp_path):
    """The truth and the next command are named."""
    result = CliRunner().invoke(
        app, ["simulate", str(tmp_path / "s"), "--models", "1", "--snips", "3", "--regimes", "3"]
    )
    assert result.exit_code == 0
    assert "1 models, 3 runs; the truth is in" in result.stdout
    assert f"next: morphsweep evaluate {tmp_path / 's' / 'sweep.toml'} --out RESULTS" in result.stdout
