"""How far the interval of mean F1 can be trusted when few snips of a perturbation fall into a time bin.

Run: python -m validation.sparse_bins

Three perturbations, 20 time bins, every individual with a chance of its own of being recognised (beta-distributed, mean
2/3), snips at random times; 200 data sets of each size. `coverage` is the share of 90 % intervals that hold the mean of
the same number over all data sets of the size; `sd` is its standard deviation over them, `sd_bootstrap` what resampling
the individuals of one data set makes of it. Records validation/results/sparse_bins.csv.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from morphsweep.metrics import IndividualCounts, count_individuals, individual_weights, replicate_interval

RECORD = Path(__file__).parent / "results" / "sparse_bins.csv"
CLASSES, BINS, DATA_SETS, REPLICATES = 3, 20, 200, 200
SIZES = ((16, 40), (12, 20), (8, 14), (5, 20), (8, 7))  # individuals of each perturbation, snips of each


def data_set(seed: int, individuals: int, snips: int) -> IndividualCounts:
    """Predictions of one data set, counted."""
    rng = np.random.default_rng([seed, individuals, snips])
    who = np.repeat(np.arange(CLASSES * individuals), snips)
    label = who % CLASSES
    right = rng.random(len(who)) < rng.beta(4, 2, CLASSES * individuals)[who]
    predicted = np.where(right, label, (label + rng.integers(1, CLASSES, len(who))) % CLASSES)
    names = [str(k) for k in range(CLASSES)]
    return count_individuals(
        predicted, label.astype(str), who.astype(str), rng.integers(0, BINS, len(who)), names, n_bins=BINS
    )


def measure(individuals: int, snips: int) -> dict[str, float]:
    """All data sets of one size."""
    values, low, high, spread = [], [], [], []
    for seed in range(DATA_SETS):
        counts = data_set(seed, individuals, snips)
        weights = individual_weights(counts.individuals, REPLICATES, seed=seed)
        replicates = np.nanmean(counts.f1(weights), axis=1)
        ends = replicate_interval(replicates, np.full(CLASSES, individuals))
        values.append(np.nanmean(counts.f1()[0], axis=0))
        low.append(ends[0])
        high.append(ends[1])
        spread.append(replicates.std(axis=0))
    truth = np.mean(values)
    held = (np.array(low) <= truth) & (truth <= np.array(high))
    return {
        "individuals": individuals,
        "snips_each": snips,
        "snips_per_bin": individuals * snips / BINS,
        "coverage": float(held.mean()),
        "sd": float(np.std(values)),
        "sd_bootstrap": float(np.mean(spread)),
    }


def run() -> pd.DataFrame:
    """Every size."""
    table = pd.DataFrame([measure(*size) for size in SIZES]).round(3)
    RECORD.parent.mkdir(exist_ok=True)
    table.to_csv(RECORD, index=False)
    return table


if __name__ == "__main__":
    print(run().to_string(index=False))
