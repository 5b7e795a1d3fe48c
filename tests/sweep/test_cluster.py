"""Evaluation on a dask cluster: real schedulers and workers, started here."""

import os
import signal
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest

import morphsweep
from morphsweep import version
from morphsweep.errors import InvalidInput
from morphsweep.sweep import cluster_executor, evaluate

distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

TABLES = ("summary", "scores", "models", "runs", "curves", "health", "pairs", "f1_over_time", "failures")


@pytest.fixture(scope="module")
def sweep(make_sweep):
    """Four small models."""
    return make_sweep(n_models=4, n_individuals=5, n_snips=8)


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two workers, each a process."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as started:
        yield started


def same(one, two):
    """Every table of two results folders is identical; paths are as the user gave them."""
    for name in TABLES:
        first, second = (getattr(r, name).drop(columns="path", errors="ignore") for r in (one, two))
        pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_the_command_line_computes_the_same_on_a_cluster(sweep, cluster, tmp_path):
    """`evaluate --scheduler` from another folder with relative paths ends with the tables of one worker."""
    ended = subprocess.run(
        [sys.executable, "-m", "morphsweep", "evaluate", sweep.name, "--out", str(tmp_path / "cluster"),
         "--scheduler", cluster.scheduler_address],
        cwd=sweep.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    same(evaluate(sweep, tmp_path / "one", workers=1), morphsweep.Results(tmp_path / "cluster"))


def test_a_worker_that_dies_loses_nothing(sweep, tmp_path):
    """One of two workers is killed while it computes: the other takes over, the tables are identical."""
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as started,
        cluster_executor(started.scheduler_address, shared=[tmp_path]) as executor,
    ):
        watch = threading.Thread(
            target=_kill_after_first_part, args=(tmp_path / "results", started.workers[0].pid)
        )
        watch.start()
        found = evaluate(sweep, tmp_path / "results", executor=executor)
        watch.join()
    same(evaluate(sweep, tmp_path / "one", workers=1), found)


def _kill_after_first_part(folder, pid):
    """Signal 9 once something is being computed."""
    deadline = time.monotonic() + 60
    while not list(folder.glob("parts/[!.]*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)


def test_nobody_answers(tmp_path):
    """A wrong address is one message that says what was expected."""
    with (
        pytest.raises(
            InvalidInput,
            match=r"--scheduler tcp://127\.0\.0\.1:9: no scheduler answers \(.*\); expected tcp://HOST:PORT",
        ),
        cluster_executor("tcp://127.0.0.1:9", shared=[tmp_path], patience=1),
    ):
        pass


def test_no_worker_comes(tmp_path):
    """A scheduler without workers is named."""
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as started,
        pytest.raises(
            InvalidInput, match="the scheduler has no worker after 1 s; start some with 'dask worker"
        ),
        cluster_executor(started.scheduler_address, shared=[tmp_path], patience=1),
    ):
        pass


def test_workers_that_see_another_disk_are_named(cluster, tmp_path):
    """A results folder that workers do not see is found out before anything is computed."""
    with (
        pytest.raises(
            InvalidInput,
            match=r"does not see .*nowhere; put sweep and results on a disk that all workers share",
        ),
        cluster_executor(cluster.scheduler_address, shared=[tmp_path / "nowhere"]),
    ):
        pass


def test_workers_of_another_version_are_named(cluster, tmp_path, monkeypatch):
    """Versions must agree, because numbers may not."""
    monkeypatch.setattr(version, "__version__", "9.9")
    with (
        pytest.raises(
            InvalidInput, match=r"has morphsweep .*, this is 9\.9; install the same version on both sides"
        ),
        cluster_executor(cluster.scheduler_address, shared=[tmp_path]),
    ):
        pass


def test_without_dask_the_extra_is_named(tmp_path, monkeypatch):
    """What to install is said."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InvalidInput, match=r"pip install 'morphsweep\[cluster\]'"),
        cluster_executor("tcp://127.0.0.1:9", shared=[tmp_path]),
    ):
        pass
