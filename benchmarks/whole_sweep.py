"""Sweeps from tables to results: wall seconds with one worker and with two."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.whole_model import write_run
from morphsweep.io import unpack_example
from morphsweep.sweep import evaluate


def measure(repeats: int = 3) -> list[dict[str, Any]]:
    """The example sweep, and one whose models are larger, so that starting the workers counts for less."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        return [
            race_workers("16 models x 2 regimes of 2,880 snips, default", unpack_example(small), 16, repeats),
            race_workers("8 models x 2 regimes of 8,000 snips, default", make_larger(large, 8), 8, repeats),
        ]


def make_larger(folder: Path, models: int) -> Path:
    """A sweep of models of a tenth of the full size."""
    folder.mkdir()
    rows = ["model,regime,embedding"]
    for k in range(2 * models):
        write_run(folder / f"{k}.csv", rows=8_000, latents=100, seed=k)
        rows.append(f"{k // 2},{('all', 'hld')[k % 2]},{k}.csv")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / "manifest.csv"


def race_workers(what: str, sweep: Path, models: int, repeats: int) -> dict[str, Any]:
    """Median of runs in turns; all give the same tables."""
    wall: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        evaluate(
            sweep, Path(folder) / "warm-up", workers=2
        )  # compiles the kernels into the cache, fills the cache of tables
        summaries = []
        for turn in range(repeats):
            for workers, taken in wall.items():
                begun = time.perf_counter()
                results = evaluate(sweep, Path(folder) / f"{turn}-{workers}", workers=workers)
                taken.append(time.perf_counter() - begun)
                summaries.append(results.summary)
        assert all(summary.equals(summaries[0]) for summary in summaries), "workers change the results"
    one, two = (float(np.median(taken)) for taken in wall.values())
    return {
        "step": what,
        "1 worker (wall s)": one,
        "2 workers (wall s)": two,
        "ratio": one / two,
        "models per minute": 60 * models / two,
    }
