"""The example sweep from tables to results: wall seconds with one worker and with two."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from morphsweep.io import unpack_example
from morphsweep.sweep import evaluate


def measure(repeats: int = 3) -> list[dict[str, Any]]:
    """Median of runs in turns; both give the same tables."""
    wall: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        sweep = unpack_example(Path(folder) / "sweep")
        evaluate(sweep, Path(folder) / "warm-up", workers=1)  # compiles the kernels into the cache
        summaries = []
        for turn in range(repeats):
            for workers, taken in wall.items():
                begun = time.perf_counter()
                results = evaluate(sweep, Path(folder) / f"{turn}-{workers}", workers=workers)
                taken.append(time.perf_counter() - begun)
                summaries.append(results.summary)
        assert all(summary.equals(summaries[0]) for summary in summaries), "workers change the results"
    one, two = (float(np.median(taken)) for taken in wall.values())
    what = "16 models x 2 regimes of 2,880 snips, default"
    return [
        {
            "step": what,
            "1 worker (wall s)": one,
            "2 workers (wall s)": two,
            "ratio": one / two,
            "models per minute": 60 * 16 / two,
        }
    ]
