"""An evaluation killed at random moments and started again, against the same evaluation left alone.

Each row is one sweep of 24 models whose evaluation is killed with signal 9 (its main process only, or with all its workers) at a
random moment, and started again until it ends. On a cluster one of its two workers is killed instead of the evaluation's own.
Moments are uniform over the time that the evaluation takes when left alone, with the same workers; one that comes after the end
is drawn anew, over the time that this one took, so that every row is a kill. Recorded in ``validation/results/kills.csv``; what is
there is not done again.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.io import write_sweep_folder
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep import Results, evaluate

RECORD = Path(__file__).parent / "results" / "kills.csv"
KILLS = 20
MODES = ("1 worker", "2 workers", "dask")
TABLES = ("summary", "scores", "models", "runs", "curves", "health", "pairs", "f1_over_time", "failures")


def make_sweep(folder: Path, *, models: int) -> Path:
    """A small simulated sweep."""
    options = {"n_individuals": 5, "n_snips": 6, "n_perturbations": 3, "n_latents": 6}
    made = simulate(SimulationOptions(n_models=models, seed=5, **options))
    return write_sweep_folder(
        folder,
        manifest=made.manifest,
        embeddings=made.embeddings,
        truth=made.truth,
        config=f"{made.sweep_file}\n[settings]\nbaselines = []\nn_permutations = 100\n",
        manifest_name=made.manifest_name,
    )


def finished(folder: Path) -> dict[str, int]:
    """Modification time of every finished part."""
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob("parts/[!.]*/runs.json")}


def killed_after(command: list[str], seconds: float, *, with_workers: bool, far: Sequence[int] = ()) -> bool:
    """Start, wait, kill, with the processes `far` that work for it elsewhere; whether it was still running."""
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            if with_workers:
                os.killpg(process.pid, signal.SIGKILL)
                for pid in far:
                    os.kill(pid, signal.SIGKILL)
            else:
                os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def killed_at_random(
    command: list[str],
    folder: Path,
    rng: np.random.Generator,
    longest: float,
    worker: Callable[[], Sequence[int]],
) -> tuple[float, bool, int]:
    """Kill once while it runs: the moment, whether its workers were killed too, and how many moments came too late."""
    late = 0
    while True:
        moment, with_workers = float(rng.uniform(0, longest)), bool(rng.integers(2))
        begun = time.perf_counter()
        if killed_after(command, moment, with_workers=with_workers, far=worker()):
            return moment, with_workers, late
        late, longest = late + 1, time.perf_counter() - begun  # the machine is less busy than it was
        shutil.rmtree(folder)


def measure(
    sweep: Path,
    alone: Results,
    folder: Path,
    where: list[str],
    rng: np.random.Generator,
    longest: float,
    worker: Callable[[], Sequence[int]] = tuple,
) -> dict[str, Any]:
    """Kill one evaluation, finish it, and compare it with the one left alone."""
    command = evaluation(sweep, folder, where)
    moment, with_workers, late = killed_at_random(command, folder, rng, longest, worker)
    before = finished(folder)
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    after, results = finished(folder), Results(folder)
    row = {
        "moment (s)": round(moment, 2),
        "of (s)": round(longest, 2),
        "killed": "workers too" if with_workers else "main process",
        "moments too late": late,
        "models finished before": len(before),
        "of these computed again": sum(after[name] != when for name, when in before.items()),
        "exit status": ended.returncode,
        "litter": len(list(folder.rglob(".unfinished-*"))),
        "tables that differ": sum(not getattr(alone, name).equals(getattr(results, name)) for name in TABLES),
    }
    shutil.rmtree(folder)
    return row


def evaluation(sweep: Path, folder: Path, where: list[str]) -> list[str]:
    """The command."""
    return [sys.executable, "-m", "morphsweep", "evaluate", str(sweep), "--out", str(folder), *where]


def seconds_alone(sweep: Path, folder: Path, where: list[str]) -> float:
    """How long an evaluation takes that nobody disturbs."""
    begun = time.perf_counter()
    subprocess.run(evaluation(sweep, folder, where), capture_output=True, check=True)
    return time.perf_counter() - begun


def run(
    kills: int = KILLS, *, models: int = 24, record: Path = RECORD, modes: Sequence[str] = MODES
) -> pd.DataFrame:
    """All moments in all modes, those recorded already read back."""
    record.parent.mkdir(exist_ok=True)
    rows: list[dict[str, Any]] = pd.read_csv(record).to_dict("records") if record.is_file() else []  # type: ignore[assignment]
    done = {(row["where"], int(row["kill"])) for row in rows}
    wanted = [(mode, kill) for kill in range(kills) for mode in modes if (mode, kill) not in done]
    if not wanted:
        return pd.DataFrame(rows)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        sweep = make_sweep(folder / "sweep", models=models)
        evaluate(sweep, folder / "warm-up", workers=1)
        alone = evaluate(sweep, folder / "alone", workers=1)
        where = {"1 worker": ["--workers", "1"], "2 workers": ["--workers", "2"]}
        far: dict[str, Callable[[], Sequence[int]]] = {}
        if any(mode == "dask" for mode, _ in wanted):
            from distributed import LocalCluster

            cluster = stack.enter_context(
                LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
            )
            where["dask"] = ["--scheduler", cluster.scheduler_address]
            far["dask"] = lambda: [cluster.workers[0].pid]
        longest = {mode: seconds_alone(sweep, folder / f"{mode}-alone", where[mode]) for mode in modes}
        for mode, kill in wanted:
            rng = np.random.default_rng([kill, MODES.index(mode)])
            row = measure(
                sweep, alone, folder / f"{mode}-{kill}", where[mode], rng, longest[mode], far.get(mode, tuple)
            )
            rows.append({"where": mode, "kill": kill, **row})
            pd.DataFrame(rows).to_csv(record, index=False)
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(run().to_string(index=False))
