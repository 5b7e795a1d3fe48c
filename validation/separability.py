"""Whether the null, the intervals and the onset of separability are what they say.

Three studies of simulated data sets: 3 perturbations of 16 individuals, 20 snips of each in 10 time bins, 6 latents with
noise of the individual and of the snip in equal parts. Sizes, seeds and criteria were fixed before the first run; the
seeds are the first ones and none is drawn again.

``null``: no signal; each row tells the family-wise p of every perturbation (3-7 % should be at most 5 %).
``coverage``: a signal that grows; each row tells the mean F1 of a perturbation and its 90 % interval. The truth is the
mean of the same number over 1,000 other data sets (85-95 % of 200 intervals should hold it).
``onset``: one perturbation branches at the beginning of bin 4 and reaches d' = 2 one bin later; each row tells the
onset found (within one bin of the branching in at least 90 of 100).

Recorded in ``validation/results/separability_*.csv``; a seed that is there is not computed again.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from morphsweep.metrics import Separability, count_individuals, predict_out_of_fold, separability, time_bins
from morphsweep.records import Settings

RESULTS = Path(__file__).parent / "results"
NAMES = np.array(["wt", "gdf3", "lmx1b"])
PER, BINS, SNIPS, LATENTS = 16, 10, 2, 6
BRANCHING = 4.0
N_NULL, N_COVERAGE, N_TRUTH, N_ONSET = 1_000, 200, 1_000, 100
TRUTH_SEEDS = 1_000_000  # first seed of the data sets that tell the truth


def data_set(
    seed: int, *, gain: float, onset: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Latents, perturbation codes, individuals, times; gdf3 parts from the rest by `gain` per bin after `onset`."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(3 * PER), BINS * SNIPS)
    times = np.tile(np.arange(BINS * SNIPS) / SNIPS + 0.5 / SNIPS, 3 * PER)
    own = rng.normal(size=(3 * PER, LATENTS))[who]
    latents = np.sqrt(0.5) * own + np.sqrt(0.5) * rng.normal(size=own.shape)
    latents += 0.3 * times[:, None] * rng.normal(size=LATENTS)  # development, the same for all
    latents[:, 0] += (who % 3 == 1) * gain * np.clip(times - onset, 0.0, None)
    return latents, who % 3, who, times


def analysed(seed: int, *, gain: float, onset: float, permutations: int, replicates: int) -> pd.DataFrame:
    """The onset table of one data set, by perturbation."""
    latents, codes, who, times = data_set(seed, gain=gain, onset=onset)
    edges = np.arange(BINS + 1.0)
    predictions = predict_out_of_fold(
        latents, NAMES[codes], who.astype(str), who // 3 % 5, settings=Settings()
    )
    counts = count_individuals(
        predictions.probabilities.argmax(axis=1),
        NAMES[codes],
        who.astype(str),
        time_bins(times, edges),
        predictions.classes,
        n_bins=BINS,
    )
    found: Separability = separability(
        counts, edges, n_permutations=permutations, n_replicates=replicates, seed=seed
    )
    return found.onsets.set_index("perturbation").astype(float)


def null_row(seed: int) -> dict[str, float]:
    """Family-wise p of each perturbation without signal."""
    onsets = analysed(seed, gain=0.0, onset=0.0, permutations=1_000, replicates=0)
    return {"seed": seed, **{f"p_{name}": float(onsets.loc[name, "p"]) for name in NAMES}}


def coverage_row(seed: int) -> dict[str, float]:
    """Mean F1 of gdf3 and its interval."""
    row = analysed(seed, gain=0.3, onset=2.0, permutations=0, replicates=1_000).loc["gdf3"].to_dict()
    return {"seed": seed, "f1": row["f1"], "low": row["f1_low"], "high": row["f1_high"]}


def truth_row(seed: int) -> dict[str, float]:
    """Mean F1 of gdf3."""
    row = (
        analysed(TRUTH_SEEDS + seed, gain=0.3, onset=2.0, permutations=0, replicates=0).loc["gdf3"].to_dict()
    )
    return {"seed": seed, "f1": row["f1"]}


def onset_row(seed: int) -> dict[str, float]:
    """Onset found, with its interval."""
    row = analysed(seed, gain=2.0, onset=BRANCHING, permutations=1_000, replicates=200).loc["gdf3"].to_dict()
    return {"seed": seed, **{name: row[name] for name in ("onset", "onset_low", "onset_high")}}


def recorded(name: str, make: Callable[[int], dict[str, float]], size: int) -> pd.DataFrame:
    """All rows of a study; seeds recorded already are read back."""
    path = RESULTS / f"separability_{name}.csv"
    path.parent.mkdir(exist_ok=True)
    table = pd.read_csv(path) if path.is_file() else pd.DataFrame({"seed": []})
    missing = [seed for seed in range(size) if seed not in set(table["seed"].astype(int))]
    for start in range(0, len(missing), 50):
        rows = pd.DataFrame([make(seed) for seed in missing[start : start + 50]])
        table = pd.concat([table, rows], ignore_index=True) if len(table) else rows
        table.sort_values("seed").to_csv(path, index=False, float_format="%.6g")
    return pd.read_csv(path)


def run() -> pd.DataFrame:
    """All studies at full size, and what was promised of each."""
    with threadpool_limits(1):
        null = recorded("null", null_row, N_NULL)
        coverage = recorded("coverage", coverage_row, N_COVERAGE)
        truth = float(recorded("truth", truth_row, N_TRUTH)["f1"].mean())
        onset = recorded("onset", onset_row, N_ONSET)
    p = null[[f"p_{name}" for name in NAMES]]
    inside = (coverage["low"] <= truth) & (truth <= coverage["high"])
    near = (onset["onset"] - BRANCHING).abs() <= 1.0
    held = (onset["onset_low"] <= BRANCHING + 1) & (onset["onset_high"] >= BRANCHING)
    summary = pd.DataFrame([
        ("false onset, per perturbation", len(null), float((p <= 0.05).to_numpy().mean()), "0.03 to 0.07"),
        *(
            (f"false onset, {name}", len(null), float((null[f"p_{name}"] <= 0.05).mean()), "0.03 to 0.07")
            for name in NAMES
        ),
        ("90 % interval of mean F1 holds the truth", len(coverage), float(inside.mean()), "0.85 to 0.95"),
        ("onset within one bin", len(onset), float(near.mean()), "0.9 or more"),
        ("interval of onset reaches the branching bin", len(onset), float(held.mean()), "reported"),
    ])
    summary.columns = pd.Index(["study", "n", "share", "promised"])
    summary.to_csv(RESULTS / "separability.csv", index=False, float_format="%.4g")
    return summary
