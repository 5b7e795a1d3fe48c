"""An evaluation killed at random moments and started again, against the same evaluation left alone.

Each row is one sweep of 24 models whose evaluation is killed with signal 9 (its main process only, or with all its workers) at a
random moment, and started again until it ends. Recorded in ``validation/results/kills.csv``; what is there is not done again.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
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


def killed_after(command: list[str], seconds: float, *, with_workers: bool) -> bool:
    """Start, wait, kill; whether it was still running."""
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            if with_workers:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def measure(
    sweep: Path, alone: Results, folder: Path, where: list[str], rng: np.random.Generator, longest: float
) -> dict[str, Any]:
    """Kill one evaluation, finish it, and compare it with the one left alone."""
    command = [sys.executable, "-m", "morphsweep", "evaluate", str(sweep), "--out", str(folder), *where]
    moment, with_workers = float(rng.uniform(0, longest)), bool(rng.integers(2))
    killed = killed_after(command, moment, with_workers=with_workers)
    before = finished(folder)
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    after, results = finished(folder), Results(folder)
    return {
        "moment (s)": round(moment, 2),
        "killed": "too late" if not killed else "all processes" if with_workers else "main process",
        "models finished before": len(before),
        "of these computed again": sum(after[name] != when for name, when in before.items()),
        "exit status": ended.returncode,
        "litter": len(list(folder.rglob(".unfinished-*"))),
        "tables that differ": sum(not getattr(alone, name).equals(getattr(results, name)) for name in TABLES),
    }


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
        begun = time.perf_counter()
        alone = evaluate(sweep, folder / "alone", workers=1)
        longest = time.perf_counter() - begun + 4  # it takes about as long to start
        where = {"1 worker": ["--workers", "1"], "2 workers": ["--workers", "2"]}
        if any(mode == "dask" for mode, _ in wanted):
            from distributed import LocalCluster

            cluster = stack.enter_context(
                LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
            )
            where["dask"] = ["--scheduler", cluster.scheduler_address]
        for mode, kill in wanted:
            rng = np.random.default_rng([kill, MODES.index(mode)])
            row = measure(sweep, alone, folder / f"{mode}-{kill}", where[mode], rng, longest)
            rows.append({"where": mode, "kill": kill, **row})
            pd.DataFrame(rows).to_csv(record, index=False)
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(run().to_string(index=False))
