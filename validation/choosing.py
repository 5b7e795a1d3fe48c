"""Whether a choice is as sure as it says: sweeps whose best configuration is known.

``tables``: 1,000 sweeps drawn as score tables. 24 configurations; half of them are trained once, the others two to four times. The true F1
of a configuration is normal (0.75, SD 0.05), its true relative RMSE log-normal around 0.15; both thresholds cut near the
middle (F1 > 0.7, RMSE <= 0.15). A training adds noise (SD 0.01 and 0.015), the individuals measured add noise that all models
share (SD 0.01 and 0.01) and noise of each model (SD 0.006 and 0.01). 100 bootstrap replicates carry the noise of the individuals
again. In every other sweep the best is moved to a lead of 0 to 6 replicate SD over the second best. A sweep without a true member of
tranche 1 is replaced by the next draw of its own generator. The rule is the default one.

``ends``: 5 simulated sweeps of embeddings (6 configurations, two trainings each), evaluated with 40 bootstraps. The best is what the same
rule chooses when every model is measured on six times as many individuals and the trainings of a configuration are averaged.

Recorded in ``validation/results/choosing_*.csv``; a seed that is there is not computed again. Seeds are the first ones.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from threadpoolctl import threadpool_limits

from morphsweep.io import write_sweep_folder
from morphsweep.records import Condition, FloatArray
from morphsweep.selection import SweepFacts, choice_uncertainty, noise_floor
from morphsweep.selection.applying import NumericRule
from morphsweep.selection.ordering import Rule
from morphsweep.selection.tying import within_limits
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep import Results, evaluate, select

RESULTS = Path(__file__).parent / "results"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "choosing.png"
N_TABLES, N_ENDS = 1_000, 5
CONFIGURATIONS, REPLICATES = 24, 100
COLUMNS = ("f1_all", "aligned_rmse_rel")
THRESHOLDS = (0.7, 0.15)
TRAINING, SHARED, OWN = np.array([0.01, 0.015]), np.array([0.01, 0.01]), np.array([0.006, 0.01])
BINS = np.linspace(0.0, 1.0, 11)
SMALL = {"n_models": 12, "n_replicates": 2, "n_individuals": 6, "n_snips": 12, "n_perturbations": 4}
EVERY = 100  # rows between two writes


def rule_for(n_models: int) -> NumericRule:
    """F1 above 0.7 and relative RMSE at most 0.15; of these the highest F1."""
    conditions = Condition(COLUMNS[0], ">", THRESHOLDS[0]), Condition(COLUMNS[1], "<=", THRESHOLDS[1])
    everyone = np.ones(n_models, dtype=bool)
    order = Rule({COLUMNS[0]: True, COLUMNS[1]: False})
    counted, precedence = np.ones((n_models, 2), dtype=bool), np.arange(n_models)
    return NumericRule(
        COLUMNS, tuple(enumerate(conditions)), (), everyone, everyone, order, counted, precedence
    )


def truth_of(rng: np.random.Generator, *, lead: float | None) -> tuple[FloatArray, int]:
    """True scores of the configurations, and which is the best."""
    while True:
        scores = np.column_stack([
            rng.normal(0.75, 0.05, CONFIGURATIONS),
            0.15 * np.exp(rng.normal(0, 0.4, CONFIGURATIONS)),
        ])
        best = rule_for(CONFIGURATIONS)(scores).winner
        if best >= 0:
            break
    if lead is not None:
        rivals = (scores[:, 1] <= THRESHOLDS[1]) & (np.arange(CONFIGURATIONS) != best)
        second = max(scores[rivals, 0].max(initial=THRESHOLDS[0]), THRESHOLDS[0])
        scores[best, 0] = second + lead * replicate_sd()[0] + 1e-9
    return scores, best


def replicate_sd() -> FloatArray:
    """Standard deviation between replicates: training, and what the individuals add to each model by itself."""
    return np.asarray(np.hypot(TRAINING, OWN))


def table(seed: int) -> dict[str, float]:
    """One sweep: is the best among the ties, how many are they, what would the argmax say, and are probabilities kept."""
    rng = np.random.default_rng(seed)
    scores, best = truth_of(rng, lead=rng.uniform(0, 6) if seed % 2 else None)
    trained = np.where(rng.random(CONFIGURATIONS) < 0.5, 1, rng.integers(2, 5, CONFIGURATIONS))
    trained[0] = max(trained[0], 2)
    configuration = np.repeat(np.arange(CONFIGURATIONS), trained)
    n = len(configuration)
    values = scores[configuration] + TRAINING * rng.normal(size=(n, 2))
    values = values + SHARED * rng.normal(size=2) + OWN * rng.normal(size=(n, 2))
    drawn = SHARED * rng.normal(size=(REPLICATES, 1, 2)) + OWN * rng.normal(size=(REPLICATES, n, 2))
    rule = rule_for(n)
    winner = rule(values).winner
    noise = noise_floor(pd.DataFrame(values, columns=list(COLUMNS)), configuration.tolist())
    found = choice_uncertainty(
        values,
        rule,
        pd.Series(configuration),
        list(range(n)),
        winner if winner >= 0 else None,
        resamples=values + drawn,
        noise=noise,
    )
    members = np.flatnonzero(found.configurations["tie"])
    own = set() if winner < 0 else {int(configuration[winner])}
    near = (
        set()
        if winner < 0
        else set(configuration[within_limits(values, rule, THRESHOLDS, winner, noise)].tolist())
    )
    ties = own | near | set(members.tolist())
    passing = scores[:, 1] <= THRESHOLDS[1]
    others = np.where(passing & (np.arange(CONFIGURATIONS) != best), scores[:, 0], THRESHOLDS[0])
    row = {
        "seed": seed,
        "lead": (scores[best, 0] - others.max()) / replicate_sd()[0],
        "covered": best in ties,
        "ties": len(ties),
        "set_covered": best in members,
        "set_size": len(members),
        "argmax_right": best in own,
    }
    if winner >= 0:
        corrected = found.corrected.set_index("column").loc[COLUMNS[0]]
        chosen = int(configuration[winner])
        row |= {
            "winner_value": values[winner, 0],
            "winner_corrected": corrected["corrected"],
            "winner_truth": scores[chosen, 0],
        }
    return row | _reliability(found.configurations, rule_for(CONFIGURATIONS)(scores).tranche)


def _reliability(table: pd.DataFrame, tranche: np.ndarray) -> dict[str, float]:
    """Per tenth of probability: how often it was said, and how often it was so; all four tranches together."""
    said = np.concatenate([table[f"tranche_{number}"].to_numpy() for number in (1, 2, 3, 4)])
    so = np.concatenate([tranche == number for number in (1, 2, 3, 4)])
    at = np.clip(np.digitize(said, BINS) - 1, 0, 9)
    columns: dict[str, float] = {}
    for tenth in range(10):
        columns |= {
            f"said_{tenth}": float((at == tenth).sum()),
            f"sum_{tenth}": float(said[at == tenth].sum()),
            f"so_{tenth}": float(so[at == tenth].sum()),
        }
    return columns


def end(seed: int) -> dict[str, float]:
    """One simulated sweep, measured small with bootstraps, and again on six times the individuals."""
    few, many = SMALL, {**SMALL, "n_individuals": 6 * SMALL["n_individuals"]}
    with tempfile.TemporaryDirectory() as folder:
        small = _evaluated(SimulationOptions(**few, seed=seed), Path(folder) / "small", bootstrap=40)
        large = _evaluated(SimulationOptions(**many, seed=seed), Path(folder) / "large", bootstrap=0)
        choice = select(small)
        numbers = [name for name in COLUMNS if name in large.summary]
        means = large.summary.groupby("configuration", as_index=False)[numbers].mean()
        facts = SweepFacts.from_info(large.info)
        truth = select(means.rename(columns={"configuration": "model_index"}), facts=facts).winner
    table = choice.table.set_index("model_index")
    tied = set(table.loc[table["tie"], "configuration"]) if choice.winner is not None else set()
    return {
        "seed": seed,
        "configurations": int(table["configuration"].nunique()),
        "best": -1 if truth is None else int(truth),
        "covered": truth in tied,
        "ties": len(tied),
        "argmax_right": choice.winner is not None and table.loc[choice.winner, "configuration"] == truth,
    }


def _evaluated(options: SimulationOptions, folder: Path, *, bootstrap: int) -> Results:
    simulated = simulate(options)
    config = write_sweep_folder(
        folder / "sweep",
        manifest=simulated.manifest,
        embeddings=simulated.embeddings,
        truth=simulated.truth,
        config=simulated.sweep_file,
        manifest_name=simulated.manifest_name,
    )
    only = ["f1", "aligned_rmse_rel"]
    return evaluate(config, folder / "results", workers=1, bootstrap=bootstrap, only=only, cache=False)


def reliability(rows: pd.DataFrame) -> pd.DataFrame:
    """Said and observed probability of a tranche, per tenth."""
    return pd.DataFrame([
        {
            "from": tenth / 10,
            "to": (tenth + 1) / 10,
            "n": int(rows[f"said_{tenth}"].sum()),
            "said": rows[f"sum_{tenth}"].sum() / rows[f"said_{tenth}"].sum(),
            "observed": rows[f"so_{tenth}"].sum() / rows[f"said_{tenth}"].sum(),
        }
        for tenth in range(10)
    ]).round(3)


def summary(tables: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """The figures that the docs show."""
    clear, probabilities = tables[tables["lead"] >= 3], reliability(tables)
    won = tables.dropna(subset=["winner_value"])
    rows = [
        ("sweeps drawn as tables", len(tables)),
        ("the best is among the ties, share", tables["covered"].mean()),
        ("the naive argmax is the best, share", tables["argmax_right"].mean()),
        ("the best is in the 90 % set alone, share", tables["set_covered"].mean()),
        ("ties, median configurations", tables["ties"].median()),
        ("sweeps in which the best leads by 3 SD or more", len(clear)),
        ("of these: the best is among the ties, share", clear["covered"].mean()),
        ("of these: ties, median configurations", clear["ties"].median()),
        ("of these: the naive argmax is the best, share", clear["argmax_right"].mean()),
        ("largest difference of said and observed tranche probability", _worst(probabilities)),
        ("F1 of the winner minus its true F1, mean", (won["winner_value"] - won["winner_truth"]).mean()),
        ("the same, freed of optimism", (won["winner_corrected"] - won["winner_truth"]).mean()),
        ("simulated sweeps of embeddings", len(ends)),
        ("of these: the best is among the ties", ends["covered"].sum()),
        ("of these: ties, median configurations", ends["ties"].median()),
        ("of these: the naive argmax is the best", ends["argmax_right"].sum()),
    ]
    return pd.DataFrame(rows, columns=["figure", "value"]).round(3)


def _worst(probabilities: pd.DataFrame) -> float:
    return float((probabilities["said"] - probabilities["observed"]).abs().max())


def _recorded(name: str, number: int, measure: Callable[[int], dict[str, float]], every: int) -> pd.DataFrame:
    path = RESULTS / f"choosing_{name}.csv"
    rows = pd.read_csv(path).to_dict("records") if path.is_file() else []
    done = {int(row["seed"]) for row in rows}
    for seed in range(number):
        if seed in done:
            continue
        rows.append({str(key): value for key, value in measure(seed).items()})
        if len(rows) % every == 0 or seed == number - 1:
            pd.DataFrame(rows).sort_values("seed").round(5).to_csv(path, index=False)
    return pd.read_csv(path)


def draw(tables: pd.DataFrame, path: Path = PICTURE) -> None:
    """Said against observed probability; how often the best is among the ties, and how many they are, by its lead."""
    probabilities = reliability(tables)
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    first, second, third = figure.subplots(1, 3)
    first.plot([0, 1], [0, 1], color="0.7", lw=1)
    first.plot(probabilities["said"], probabilities["observed"], "o-", color="#0072B2", ms=4)
    first.set(xlabel="Tranche probability said", ylabel="Share of configurations in that tranche")
    leads = pd.cut(tables["lead"].clip(0, 6), list(range(7)), include_lowest=True)
    means = tables.groupby(leads, observed=True)[["covered", "argmax_right"]].mean()
    middle = np.arange(len(means)) + 0.5
    second.plot(middle, means["covered"], "o-", color="#0072B2", ms=4, label="best is among the ties")
    second.plot(middle, means["argmax_right"], "s-", color="#D55E00", ms=4, label="argmax is the best")
    second.axhline(0.9, color="0.7", lw=1)
    second.set(xlabel="Lead of the best (replicate SD)", ylabel="Share of sweeps", ylim=(0, 1.03))
    second.legend(fontsize=7, loc="lower right")
    groups = [group["ties"].to_numpy() for _, group in tables.groupby(leads, observed=True)]
    third.boxplot(groups, positions=middle.tolist(), widths=0.6, sym=".", manage_ticks=False)
    third.axhline(3, color="0.7", lw=1)
    third.set(xlabel="Lead of the best (replicate SD)", ylabel="Configurations that tie, of 24")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def run() -> pd.DataFrame:
    """Both studies; what is recorded already is read back."""
    RESULTS.mkdir(exist_ok=True)
    with threadpool_limits(1):
        tables = _recorded("tables", N_TABLES, table, EVERY)
        ends = _recorded("ends", N_ENDS, end, 1)
    reliability(tables).to_csv(RESULTS / "choosing_reliability.csv", index=False)
    draw(tables)
    figures = summary(tables, ends)
    figures.to_csv(RESULTS / "choosing.csv", index=False)
    return figures
