"""An evaluation that is killed, locked out or out of disk loses no work, and says what happened."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from morphsweep import version
from morphsweep.errors import InvalidInput, NotWritable
from morphsweep.io import hold_results_folder, read_json
from morphsweep.records import SweepConfig
from morphsweep.sweep import Results, evaluate, read_sweep
from morphsweep.sweep import evaluator as evaluator_module

TABLES = ("summary", "scores", "models", "runs", "curves", "health", "pairs", "f1_over_time", "failures")


@pytest.fixture(scope="module")
def sweep(make_sweep):
    """Four small models."""
    return make_sweep(n_models=4, n_individuals=5, n_snips=8)


@pytest.fixture(scope="module")
def undisturbed(sweep, tmp_path_factory):
    """Their evaluation from beginning to end."""
    return evaluate(sweep, tmp_path_factory.mktemp("undisturbed"), workers=1)


@pytest.fixture
def finished(undisturbed, tmp_path):
    """A copy that a test may spoil."""
    shutil.copytree(undisturbed.path, tmp_path / "copy")
    return tmp_path / "copy"


def same(one: Results, two: Results) -> None:
    """Every table of two results folders is identical."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)


def command(sweep, out, *options) -> list[str]:
    """The command line of an evaluation."""
    return [sys.executable, "-m", "morphsweep", "evaluate", str(sweep), "--out", str(out), *options]


def parts(folder):
    """Modification time of each finished part."""
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob("parts/[!.]*/runs.json")}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_at_once_and_started_again_gives_the_same(sweep, undisturbed, tmp_path, workers):
    """kill -9 as soon as one model is finished: the rest is computed, what was finished is not, no litter stays."""
    process = subprocess.Popen(
        command(sweep, tmp_path, "--workers", workers), start_new_session=True, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while not parts(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.01)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = parts(tmp_path)
    resumed = evaluate(sweep, tmp_path, workers=1)
    assert before
    assert {name: parts(tmp_path)[name] for name in before} == before
    assert list(tmp_path.rglob(".unfinished-*")) == []
    same(undisturbed, resumed)


def test_litter_of_a_killed_evaluation_is_removed(sweep, undisturbed, finished):
    """Temporary files and folders of an evaluation that was killed are gone after the next."""
    (finished / "parts" / ".unfinished-abc-1").mkdir()
    (finished / "parts" / ".unfinished-abc-1" / "scores.parquet").write_bytes(b"half")
    (finished / ".unfinished-scores-x.parquet").write_bytes(b"half")
    same(undisturbed, evaluate(sweep, finished, workers=1))
    assert list(finished.rglob(".unfinished-*")) == []


@pytest.mark.parametrize("damage", ["cut", "gone", "no list"])
def test_a_damaged_part_is_computed_again(sweep, undisturbed, finished, damage):
    """A part that lost bytes or a file counts as not finished."""
    name = undisturbed.info["parts"]["2"]
    path = finished / "parts" / name / "scores.parquet"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-10])
    elif damage == "gone":
        path.unlink()
    else:
        (path.parent / "runs.json").write_text('{"runs"', encoding="utf-8")
    before = parts(finished)
    same(undisturbed, evaluate(sweep, finished, workers=1))
    assert {key for key, when in parts(finished).items() if before.get(key) != when} == {name}


def test_a_second_evaluation_into_one_folder_says_so_and_stops(sweep, tmp_path):
    """While one evaluation writes, another ends at once; afterwards the folder is free."""
    with hold_results_folder(tmp_path):
        with pytest.raises(InvalidInput) as error:
            evaluate(sweep, tmp_path, workers=1)
        ended = subprocess.run(command(sweep, tmp_path), capture_output=True, text=True, check=False)
    wanted = f"{tmp_path}: another evaluation is writing to this results folder; wait until it ends, or give another --out"
    assert str(error.value) == wanted
    assert ended.returncode == 2
    assert wanted in " ".join(ended.stderr.split())
    with hold_results_folder(tmp_path) as folder:
        assert folder == tmp_path / "parts"


def test_changed_setting_and_version_are_recognised(sweep, finished, monkeypatch):
    """Each of them computes all models again; going back finds the old parts."""
    first = Results(finished).info["parts"]
    read = read_sweep(sweep)
    other = SweepConfig(**{**read.config.model_dump(), "settings": {"n_segments": 50}})
    changed = evaluate(read_sweep(read.source.parent / read.config.manifest, other), finished, workers=1)
    assert not set(changed.info["parts"].values()) & set(first.values())
    monkeypatch.setattr(version, "__version__", "0.0.0")
    newer = evaluate(sweep, finished, workers=1)
    assert not set(newer.info["parts"].values()) & set(first.values())
    monkeypatch.undo()
    monkeypatch.setattr(evaluator_module, "score_model", lambda *_: pytest.fail("computed again"))
    assert evaluate(sweep, finished, workers=1).info["parts"] == first


def test_a_folder_that_cannot_be_written_is_one_message(sweep, tmp_path):
    """A read-only results folder ends with status 2 before anything is computed."""
    folder = (
        Path("/sys") if os.geteuid() == 0 else tmp_path
    )  # the superuser may write to any folder of a disk
    tmp_path.chmod(0o555)
    ended = subprocess.run(command(sweep, folder / "results"), capture_output=True, text=True, check=False)
    tmp_path.chmod(0o755)
    said = " ".join(ended.stderr.split())
    assert re.search(
        r"results: cannot be used as a results folder \((Permission denied|Operation not permitted|Read-only file system)\); "
        "give another --out, or get the right to write there",
        said,
    )
    assert (ended.returncode, "Traceback" in said) == (2, False)


def test_a_file_in_place_of_the_folder_is_one_message(sweep, tmp_path):
    """--out that names a file is refused."""
    (tmp_path / "results").write_text("a file", encoding="utf-8")
    with pytest.raises(
        InvalidInput, match=r"cannot be used as a results folder \((File exists|Not a directory)\)"
    ):
        evaluate(sweep, tmp_path / "results", workers=1)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_full_disk_is_one_message_and_what_is_finished_stays(sweep, undisturbed, tmp_path, workers):
    """The system refuses to write more: status 2, file and remedy named, nothing half written; with room it goes on."""
    ended = subprocess.run(
        command(sweep, tmp_path, "--workers", workers), capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)),
    )  # fmt: skip
    said = " ".join(ended.stderr.split())
    assert (
        "cannot be written (File too large); make room or get the right to write there, then start again"
        in said
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)
    same(undisturbed, evaluate(sweep, tmp_path, workers=1))


def test_a_table_that_cannot_be_written_leaves_the_old_one(undisturbed, finished, sweep, monkeypatch):
    """When the disk fills up while tables are written, the earlier ones stay whole."""

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    before = (finished / "scores.parquet").read_bytes()
    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(
        NotWritable, match=r"snips\.parquet: cannot be written \(No space left on device\); make room"
    ):
        evaluate(sweep, finished, workers=1)
    assert (finished / "scores.parquet").read_bytes() == before
    assert read_json(finished / "run.json") == undisturbed.info
