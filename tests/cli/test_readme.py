"""What the README says works."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from morphsweep.records import SweepConfig

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """Code blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands():
    """Every morphsweep command of the README, in order."""
    lines = [line.split("#")[0].strip() for block in blocks("console") for line in block.splitlines()]
    return [line for line in lines if line.startswith("morphsweep")] + re.findall(
        r"`(morphsweep [a-z]+ [a-z]+)`", README
    )


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder with a small simulated sweep in it, called SWEEP and sweep."""
    folder = tmp_path_factory.mktemp("readme")
    run(["simulate", "sweep", "--models", "4", "--individuals", "6", "--snips", "10"], folder)
    (folder / "SWEEP").symlink_to("sweep")
    return folder


def run(arguments, folder):
    """The command line, as a user starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "morphsweep", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done


def test_every_command_runs(workplace):
    """Each command of the README ends with status 0, in the order in which it is printed."""
    found = commands()
    assert {shlex.split(line)[1] for line in found} >= {
        "check",
        "evaluate",
        "select",
        "report",
        "figures",
        "simulate",
    }
    for line in found:
        arguments = shlex.split(line)[1:]
        if arguments[0] == "simulate":
            arguments[1] = "another"
            arguments += ["--models", "2", "--individuals", "5", "--snips", "8"]
        run(arguments, workplace)
    assert (workplace / "results" / "report.html").is_file()


def test_python_example_runs(workplace):
    """The Python block runs as printed."""
    code = blocks("python")[0]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=workplace,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "discriminative" in done.stdout


def test_sweep_file_is_valid():
    """The sweep file of the README passes validation."""
    config = SweepConfig.model_validate(tomllib.loads(blocks("toml")[0]))
    assert config.held_out["hld"] == ("lmx1b", "gdf3")
