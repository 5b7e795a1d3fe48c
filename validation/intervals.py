"""Do the 90 % intervals of scores hold the truth? Small samples of simulated populations, and the scores of the whole.

Run: python -m validation.intervals

A population (seeds 0 to 3) is one simulated model in two regimes: four perturbations of 128 individuals, 12 snips each. It is
cut into 16 data sets of 8 individuals per perturbation; each is scored, with 100 replicates, for the model's own numbers.
*Mean* is the mean of a score over the data sets of its population: what the method gives on average for so few individuals.
*Population* is the score of all 128 at once, which a score may miss for another reason: curves of few snips wiggle more,
and a classifier learns less from few (numbers of recognition therefore have no such truth). *Before* are the 5 % and 95 %
percentiles of the replicates as they are; *now* what the scores are given: expanded percentiles, centred on the score;
*mirrored* the same with the replicates moved twice as far (twice the score minus the percentiles), which in theory frees the
score of its bias as well.

Recorded in ``validation/results/intervals_scores.csv``; a population that is there is not computed again.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from morphsweep.metrics import METRICS
from morphsweep.records import AVERAGE, Embedding, MetricSpec, Settings, SweepConfig
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.limiting import with_limits
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.replicating import BESIDE, replicates_of_model
from morphsweep.sweep.scoring import agree_on_curves, score_agreed
from morphsweep.sweep.tubing import split_offsets

RESULTS = Path(__file__).parent / "results"
POPULATIONS, DATA_SETS, REPLICATES = 4, 16, 100
PERTURBATIONS, INDIVIDUALS, SNIPS = 4, 8, 12
CURVES = (
    "segment_collinearity_within",
    "segment_collinearity",
    "aligned_rmse",
    "aligned_rmse_rel",
    "initial_rmse",
    "alignment_gain",
    "dispersion_first",
    "dispersion_last",
    "dispersion_slope",
    "gyration",
)
RECOGNITION = ("f1", "f1_drop", "pr_auc", "auroc")
KEYS = ["metric", "regime"]


def specs(names: tuple[str, ...]) -> list[MetricSpec]:
    """Their declarations."""
    return [METRICS[name] for name in names]


def runs_of(
    tables: Mapping[str, pd.DataFrame], rows: np.ndarray, held_out: Mapping[str, tuple[str, ...]]
) -> dict[str, RunProducts]:
    """The runs of some individuals, as an evaluation would read them."""
    read = {regime: _embedding(table[rows]) for regime, table in tables.items()}
    settings = Settings(n_replicates=0)
    cohort = make_cohort(
        read["all"], settings=settings, config=SweepConfig(manifest="simulated", reference="all")
    )
    runs = {
        regime: RunProducts(
            embedding, cohort, settings, control="wt", held_out=frozenset(held_out.get(regime, ()))
        )
        for regime, embedding in read.items()
    }
    agree_on_curves(runs)
    return runs


def _embedding(table: pd.DataFrame) -> Embedding:
    latents = [name for name in table if str(name).startswith("z_mu_b_")]
    obs = table.rename(
        columns={
            "embryo_id": "individual",
            "phenotype": "perturbation",
            "predicted_stage_hpf": "time",
            "experiment_date": "batch",
            "train_cat": "split",
        }
    )[["snip_id", "individual", "perturbation", "time", "batch", "split"]]
    return Embedding(
        table[latents].to_numpy(np.float32),
        obs.reset_index(drop=True),
        tuple(map(str, latents)),
        source="simulated",
    )


def population(seed: int) -> pd.DataFrame:
    """All data sets of one population, one row per score."""
    options = SimulationOptions(
        n_models=1,
        n_replicates=1,
        n_perturbations=PERTURBATIONS,
        n_individuals=DATA_SETS * INDIVIDUALS,
        n_snips=SNIPS,
        seed=seed,
    )
    simulated = simulate(options)
    tables = {"all" if "_all/" in path else "hld": table for path, table in simulated.embeddings.items()}
    person = np.arange(len(tables["all"])) // SNIPS
    member = person % (DATA_SETS * INDIVIDUALS) // INDIVIDUALS
    whole = runs_of(tables, member >= 0, simulated.held_out)
    truth = _scores(whole, specs(CURVES))[[*KEYS, "value"]].rename(columns={"value": "population"})
    frames = []
    for number in range(DATA_SETS):
        runs = runs_of(tables, member == number, simulated.held_out)
        frames.append(data_set(runs).merge(truth, on=KEYS, how="left").assign(data_set=number))
    return pd.concat(frames, ignore_index=True).assign(seed=seed)


def _scores(runs: dict[str, RunProducts], chosen: list[MetricSpec]) -> pd.DataFrame:
    scores = pd.DataFrame([row.as_dict() for row in score_agreed(runs, "all", chosen)])
    return scores[scores["perturbation"] == AVERAGE].reset_index(drop=True)


def data_set(runs: dict[str, RunProducts]) -> pd.DataFrame:
    """Scores of one data set with their intervals, before and now."""
    chosen = specs((*CURVES, *RECOGNITION))
    made, _ = split_offsets(replicates_of_model(runs, "all", chosen, first=0, stop=REPLICATES))
    made = made[made["perturbation"] == AVERAGE].reset_index(drop=True)
    found = with_limits(_scores(runs, chosen), made)
    values = made.drop(columns=list(BESIDE)).to_numpy(dtype=float)
    low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95], axis=1)
    plain = made[KEYS].assign(before_low=low, before_high=high, middle=middle, sd=np.nanstd(values, axis=1))
    table = found[[*KEYS, "value", "low", "high"]].merge(plain, on=KEYS, validate="one_to_one")
    known: pd.DataFrame = table.dropna(subset=["value", "low", "high"])
    return known


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per metric: how far the replicates moved, and how often an interval holds the score itself and the two truths."""
    rows = rows.assign(mean=rows.groupby(["seed", *KEYS])["value"].transform("mean"))
    moved = (rows["middle"] - rows["value"]) / rows["sd"]
    beyond = 3 * rows["value"] - rows["middle"]
    ends = {
        "before": (rows["before_low"], rows["before_high"]),
        "mirrored": (beyond - rows["high"], beyond - rows["low"]),
        "now": (rows["low"], rows["high"]),
    }
    found = {"metric": rows["metric"], "moved, SD": moved}
    for what, truth in (("itself", "value"), ("mean", "mean"), ("population", "population")):
        for when, (low, high) in ends.items():
            if what == "itself" and when != "before":  # now always
                continue
            inside = (low <= rows[truth]) & (rows[truth] <= high)
            found[f"{what}, {when}"] = inside.astype(float).where(rows[truth].notna())
    frame = pd.DataFrame(found)
    table = frame.groupby("metric").mean().reindex([*CURVES, *RECOGNITION])
    table.insert(0, "intervals", frame.groupby("metric").size())
    table.loc["all of curves"] = table.loc[list(CURVES)].mean()
    table.loc["all of recognition"] = table.loc[list(RECOGNITION)].mean()
    table.loc["all of curves", "intervals"] = table.loc[list(CURVES), "intervals"].sum()
    table.loc["all of recognition", "intervals"] = table.loc[list(RECOGNITION), "intervals"].sum()
    return table.astype({"intervals": int}).round(2).reset_index()


def run() -> pd.DataFrame:
    """All populations; those recorded are read back."""
    path = RESULTS / "intervals_scores.csv"
    table = pd.read_csv(path) if path.is_file() else pd.DataFrame({"seed": []})
    for seed in range(POPULATIONS):
        if (table["seed"] == seed).any():
            continue
        with threadpool_limits(1):
            made = population(seed)
        table = pd.concat([table, made], ignore_index=True) if len(table) else made
        table.to_csv(path, index=False, float_format="%.6g")
    found = summary(pd.read_csv(path))
    found.to_csv(RESULTS / "intervals.csv", index=False)
    return found


if __name__ == "__main__":
    sys.stdout.write(run().to_string(index=False) + "\n")
