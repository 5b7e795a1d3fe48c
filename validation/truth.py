"""Whether the pipeline ranks simulated sweeps by what was planted.

Each row is one simulated sweep of 24 models: Spearman correlation, over the models, of a planted property with the number that
is meant to measure it. Recorded in ``validation/results/truth.csv``; a seed that is there is not computed again.
"""

import tempfile
from pathlib import Path

import pandas as pd

from morphsweep.io import write_sweep_folder
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep import evaluate

RECORD = Path(__file__).parent / "results" / "truth.csv"
SEEDS = range(100, 110)  # the simulator was shaped on seeds 0 to 9; these are fresh, and none is drawn again

# planted property, the column that measures it, its sign (+1: more of the property, larger number)
MEASURES = (
    ("tree_likeness", "dispersion_first_rel_all", -1),
    ("tree_likeness", "segment_collinearity_within_all", 1),
    ("robustness", "aligned_rmse_rel", -1),
    ("robustness", "segment_collinearity", 1),
    ("separability", "f1_all", 1),
)


def measure(seed: int, *, models: int = 24, workers: int | None = None) -> dict[str, float]:
    """One simulated sweep: rank correlation of every planted property with its measures, signed so that 1 is perfect."""
    simulated = simulate(SimulationOptions(n_models=models, seed=seed))
    with tempfile.TemporaryDirectory() as folder:
        config = write_sweep_folder(
            Path(folder) / "sweep",
            manifest=simulated.manifest,
            embeddings=simulated.embeddings,
            truth=simulated.truth,
            config=simulated.sweep_file,
            manifest_name=simulated.manifest_name,
        )
        results = evaluate(config, Path(folder) / "results", workers=workers)
        truths = ["model_index", "tree_likeness", "robustness", "separability"]
        table = results.summary.merge(simulated.truth[truths], on="model_index")
    row: dict[str, float] = {"seed": seed}
    for planted, column, sign in MEASURES:
        row[f"{planted}~{column}"] = sign * float(table[planted].corr(table[column], method="spearman"))
    return row


def run() -> pd.DataFrame:
    """All seeds, those recorded already read back."""
    RECORD.parent.mkdir(exist_ok=True)
    recorded = pd.read_csv(RECORD).to_dict("records") if RECORD.is_file() else []
    rows = [{str(name): float(value) for name, value in row.items()} for row in recorded]
    done = {int(row["seed"]) for row in rows}
    for seed in SEEDS:
        if seed not in done:
            rows.append(measure(seed))
            pd.DataFrame(rows).sort_values("seed").round(4).to_csv(RECORD, index=False)
    return pd.read_csv(RECORD)
