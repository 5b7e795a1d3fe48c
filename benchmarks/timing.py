"""Two sides of one step, timed in turns in one process, equality asserted first."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["RESULTS", "race", "record", "seconds"]

RESULTS = Path(__file__).parent / "results"


def race(
    what: str,
    fast: Callable[[], Any],
    slow: Callable[[], Any],
    *,
    tolerance: float | None = 1e-12,
    repeats: int = 3,
) -> dict[str, Any]:
    """Assert that both sides agree, then time them in turns.

    Parameters
    ----------
    what : str
        Name of the step.
    fast, slow : callable
        Our side and the straightforward one, each returning an array.
    tolerance : float or None
        Largest difference allowed; None when the sides do different things and only their time is compared.
    repeats : int
        Timings per side; the median counts. With 1, the slow side's only run is the one that is compared.

    Returns
    -------
    dict
        ``step, straightforward (s), morphsweep (s), ratio, largest difference``.
    """
    difference, first = float("nan"), 0.0
    if tolerance is None and repeats == 1:
        begun = time.process_time()
        slow()
        first = time.process_time() - begun
    if tolerance is not None:
        ours = np.asarray(fast(), float)
        begun = time.process_time()
        theirs = np.asarray(slow(), float)
        first = time.process_time() - begun
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)
        difference = float(np.nanmax(np.abs(ours - theirs)))
    if repeats == 1:  # long sides are not run again to be timed
        times = {"slow": first, **seconds({"fast": fast}, repeats=3)}
    else:
        times = seconds({"fast": fast, "slow": slow}, repeats=repeats)
    return {
        "step": what,
        "straightforward (s)": times["slow"],
        "morphsweep (s)": times["fast"],
        "ratio": times["slow"] / times["fast"],
        "largest difference": difference,
    }


def seconds(sides: Mapping[str, Callable[[], Any]], *, repeats: int = 3) -> dict[str, float]:
    """Median CPU seconds of each side; the sides take turns, and quick ones are repeated until they can be timed."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for name, side in sides.items():
        side()  # warm-up: compilation and caches
        taken[name].clear()
    for _ in range(repeats):
        for name, side in sides.items():
            begun, runs = time.process_time(), 0
            while runs == 0 or time.process_time() - begun < 0.02:
                side()
                runs += 1
            taken[name].append((time.process_time() - begun) / runs)
    return {name: float(np.median(values)) for name, values in taken.items()}


def record(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Write the table that the docs show and return it."""
    RESULTS.mkdir(exist_ok=True)
    table = pd.DataFrame(rows)
    for column in table.select_dtypes("number"):
        table[column] = [float(f"{value:.3g}") for value in table[column]]
    table.to_csv(RESULTS / f"{name}.csv", index=False)
    return table
