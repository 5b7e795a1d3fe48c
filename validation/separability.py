"""Whether the null, the intervals and the onset of separability are what they say.

Three studies of simulated data sets: 3 perturbations of 16 individuals, 20 snips of each in 10 time bins, 6 latents with
noise of the individual and of the snip in equal parts. Sizes, seeds and criteria were fixed before the first run; the
seeds are the first ones and none is drawn again.

``null``: no signal; each row tells the family-wise p of every perturbation (3-7 % should be at most 5 %), and, as
``fixed_``, what it would be if labels were permuted against the predictions without learning them again.
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

from morphsweep.metrics import (
    IndividualCounts,
    anchored_null,
    count_individuals,
    deal_into_folds,
    permuted_labels,
    predict_out_of_fold,
    relearned_f1,
    separability,
    time_bins,
)
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


def analysed(
    seed: int, *, gain: float, onset: float, permutations: int, replicates: int
) -> tuple[pd.DataFrame, IndividualCounts]:
    """The onset table of one data set by perturbation, and its counts."""
    latents, codes, who, times = data_set(seed, gain=gain, onset=onset)
    edges, people = np.arange(BINS + 1.0), np.array([f"e{i:02d}" for i in range(3 * PER)])
    order = np.random.default_rng(seed).permutation(3 * PER)
    own = np.arange(3 * PER) % 3
    classes = tuple(sorted(NAMES))
    labels = np.array([classes.index(name) for name in NAMES])[own]
    folds = deal_into_folds(labels[None], order, 5)[0][who]
    predictions = predict_out_of_fold(latents, NAMES[codes], people[who], folds, settings=Settings())
    bins = time_bins(times, edges)
    counts = count_individuals(
        predictions.probabilities.argmax(axis=1), NAMES[codes], people[who], bins, classes, n_bins=BINS
    )
    permuted = permuted_labels(labels, np.zeros_like(labels), permutations, seed=seed)
    given = np.vstack([labels, permuted])
    f1 = relearned_f1(
        latents,
        who,
        bins,
        given,
        deal_into_folds(given, order, 5),
        n_bins=BINS,
        n_classes=3,
        ridge=(1 - Settings().l1_ratio) / Settings().C,
    )
    null = anchored_null(f1[1:], f1[0], counts.f1()[0], permuted, labels)
    found = separability(counts, edges, null, n_replicates=replicates, seed=seed)
    return found.onsets.set_index("perturbation").astype(float), counts


def null_row(seed: int) -> dict[str, float]:
    """Family-wise p of each perturbation without signal."""
    onsets, counts = analysed(seed, gain=0.0, onset=0.0, permutations=1_000, replicates=0)
    permuted = permuted_labels(counts.labels, counts.batches, 1_000, seed=seed)
    fixed = separability(counts, np.arange(BINS + 1.0), counts.f1_of_labels(permuted), n_replicates=0).onsets
    without: pd.Series[float] = fixed.set_index("perturbation")["p"].astype(float)
    learned: pd.Series[float] = onsets["p"]
    own: dict[str, float] = {f"p_{name}": float(learned[name]) for name in NAMES}
    return {"seed": seed, **own, **{f"fixed_p_{name}": float(without[name]) for name in NAMES}}


def coverage_row(seed: int) -> dict[str, float]:
    """Mean F1 of gdf3 and its interval."""
    row = analysed(seed, gain=0.3, onset=2.0, permutations=0, replicates=1_000)[0].loc["gdf3"].to_dict()
    return {"seed": seed, "f1": row["f1"], "low": row["f1_low"], "high": row["f1_high"]}


def truth_row(seed: int) -> dict[str, float]:
    """Mean F1 of gdf3."""
    onsets, _ = analysed(TRUTH_SEEDS + seed, gain=0.3, onset=2.0, permutations=0, replicates=0)
    f1: pd.Series[float] = onsets["f1"]
    return {"seed": seed, "f1": float(f1["gdf3"])}


def onset_row(seed: int) -> dict[str, float]:
    """Onset found, with its interval."""
    onsets, _ = analysed(seed, gain=2.0, onset=BRANCHING, permutations=1_000, replicates=200)
    row = onsets.loc["gdf3"].to_dict()
    return {"seed": seed, **{name: float(row[name]) for name in ("onset", "onset_low", "onset_high")}}


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


def _share(p: pd.DataFrame) -> float:
    return float((p <= 0.05).to_numpy().mean())


def run() -> pd.DataFrame:
    """All studies at full size, and what was promised of each."""
    with threadpool_limits(1):
        null = recorded("null", null_row, N_NULL)
        coverage = recorded("coverage", coverage_row, N_COVERAGE)
        truth = float(recorded("truth", truth_row, N_TRUTH)["f1"].mean())
        onset = recorded("onset", onset_row, N_ONSET)
    p = null[[f"p_{name}" for name in NAMES]]
    fixed = null[[f"fixed_p_{name}" for name in NAMES]]
    inside = (coverage["low"] <= truth) & (truth <= coverage["high"])
    near = (onset["onset"] - BRANCHING).abs() <= 1.0
    held = (onset["onset_low"] <= BRANCHING + 1) & (onset["onset_high"] >= BRANCHING)
    summary = pd.DataFrame([
        ("false onset, per perturbation", len(null), _share(p), "0.03 to 0.07"),
        *(
            (f"false onset, {name}", len(null), float((null[f"p_{name}"] <= 0.05).mean()), "0.03 to 0.07")
            for name in NAMES
        ),
        ("false onset, predictions not learned again", len(null), _share(fixed), "reported"),
        ("90 % interval of mean F1 holds the truth", len(coverage), float(inside.mean()), "0.85 to 0.95"),
        ("onset within one bin", len(onset), float(near.mean()), "0.9 or more"),
        ("interval of onset reaches the branching bin", len(onset), float(held.mean()), "reported"),
    ])
    summary.columns = pd.Index(["study", "n", "share", "promised"])
    summary.to_csv(RESULTS / "separability.csv", index=False, float_format="%.4g")
    return summary
