"""Is a planted developmental delay found? Individuals of a known course, 3 h late, at several sizes of scatter.

Run: python -m validation.delays

The course is that of the simulator's wild type (6 long, 26 h); 30 individuals x 40 snips, imaged at all times or late only, 15 seeds.
`delay` is what :func:`morphsweep.metrics.individual_delays` finds on average; `read_off` is the plain difference between the time
of a snip and the time of the control's curve at its place. Records validation/results/delays.csv.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from morphsweep.metrics import individual_delays
from morphsweep.records import AlongCurve, CurveFit, Settings
from morphsweep.trajectories import calibrate_time, fit_scaffold, place_on_curve, snips_along

Array = NDArray[np.float64]

RECORD = Path(__file__).parent / "results" / "delays.csv"
DELAY, SEEDS, INDIVIDUALS, SNIPS = 3.0, range(15), 30, 40
START, END, LATE = 12.0, 38.0, 25.0


def snips(rng: np.random.Generator, first: float, delay: float, noise: float) -> tuple[Array, Array, Array]:
    """Places, times and individuals of one group."""
    time = rng.uniform(first, END, (INDIVIDUALS, SNIPS))
    u = ((time - delay - START) / (END - START)).ravel()
    place = np.c_[6 * (u - 0.5), 0.8 * np.sin(np.pi * u), 0 * u]
    own, each = rng.normal(size=(INDIVIDUALS, 1, 3)), rng.normal(size=(INDIVIDUALS, SNIPS, 3))
    scatter = (0.5 * own + np.sqrt(0.75) * each).reshape(-1, 3)
    who = np.repeat([f"e{i:02d}" for i in range(INDIVIDUALS)], SNIPS)
    return place + noise * scatter, time.ravel(), who.astype(object)


def measure(seed: int, first: float, noise: float) -> dict[str, float]:
    """One control, and one group that is late."""
    rng = np.random.default_rng(seed)
    X, time, who = snips(rng, START, 0.0, noise)
    scaffold = fit_scaffold(X, ["wt"] * len(X), time, ["wt"], settings=Settings(), control="wt")
    fit: CurveFit = scaffold.fits["wt"]
    clock = calibrate_time(fit, place_on_curve(fit, X), time)

    def along(X: Array, time: Array, who: Array) -> AlongCurve:
        return snips_along(fit, clock, X, time, who)

    control, late = along(X, time, who), along(*snips(rng, first, DELAY, noise))
    table = individual_delays(late, control)
    return {
        "noise": noise,
        "imaged_from": first,
        "delay": float(table["delay"].mean()),
        "sd_between_individuals": float(table["delay"].std()),
        "read_off": float((late.time - late.time_on_curve).mean()),
    }


def run() -> pd.DataFrame:
    """Means over the seeds."""
    rows = [
        measure(seed, first, noise) for noise in (0.1, 0.3, 0.6) for first in (START, LATE) for seed in SEEDS
    ]
    table = pd.DataFrame(rows).groupby(["noise", "imaged_from"], as_index=False).mean()
    RECORD.parent.mkdir(exist_ok=True)
    table.round(3).to_csv(RECORD, index=False)
    return table


if __name__ == "__main__":
    print(run().round(3).to_string(index=False))
