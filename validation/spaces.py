"""Does it matter in how many dimensions curves are measured? Two sweeps, five spaces.

Run: python -m validation.spaces

Curves are fitted in 2, 3, 5 and 10 principal components and in all latents, of the example sweep (16 models of growing letters,
12 latents) and of one simulated sweep (24 models, 12 latents of which three carry the trajectories, seed 0). For every score:
rank correlation over the models with the score in 3 components. For every space: the models whose tranche changes under the
default rule, whose other axis, f1, does not depend on the space. validation/results/spaces.csv holds the correlations,
validation/results/spaces_models.csv every score; docs/images/spaces.png shows them.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from morphsweep.io import unpack_example, write_sweep_folder
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep import evaluate, read_sweep, select

HERE = Path(__file__).parent
RECORD, MODELS = HERE / "results" / "spaces.csv", HERE / "results" / "spaces_models.csv"
PICTURE = HERE.parent / "docs" / "images" / "spaces.png"
SPACES = (3, 2, 5, 10, 12)  # 12 = all latents of both sweeps
USUAL = SPACES[0]
RULE = ["f1_all > 0.7", "aligned_rmse_rel <= q50"]
SCORES = {
    "dispersion_first": "dispersion_first_all",
    "dispersion_last": "dispersion_last_all",
    "dispersion_slope": "dispersion_slope_all",
    "dispersion_first_rel": "dispersion_first_rel_all",
    "segment_collinearity": "segment_collinearity",
    "segment_collinearity_within": "segment_collinearity_within_all",
    "initial_rmse": "initial_rmse",
    "aligned_rmse": "aligned_rmse",
    "aligned_rmse_rel": "aligned_rmse_rel",
    "curves_ok": "curves_ok_all",
}


def sweeps(folder: Path) -> dict[str, Path]:
    """Both sweeps on disk, by name."""
    letters = unpack_example(folder / "letters")
    made = simulate(SimulationOptions(seed=0))
    simulated = write_sweep_folder(
        folder / "simulated",
        manifest=made.manifest,
        embeddings=made.embeddings,
        truth=made.truth,
        config=made.sweep_file,
        manifest_name=made.manifest_name,
    )
    return {"letters": letters, "simulated": simulated}


def scores(path: Path, n_components: int, out: Path) -> pd.DataFrame:
    """All scores of one sweep in one space; f1, which does not depend on it, once."""
    sweep = read_sweep(path)
    settings = {**sweep.config.settings, "n_components": n_components}
    sweep = replace(sweep, config=sweep.config.model_copy(update={"settings": settings}))
    only = [*SCORES, *(["f1"] if n_components == USUAL else [])]
    summary = evaluate(sweep, out, only=only, workers=1).summary
    wanted = ["model_index", *SCORES.values(), *(["f1_all"] if n_components == USUAL else [])]
    return summary[wanted].assign(n_components=n_components)


def measure() -> pd.DataFrame:
    """Every score of every model in every space; what is recorded is not computed again."""
    done = pd.read_csv(MODELS) if MODELS.is_file() else pd.DataFrame({"sweep": [], "n_components": []})
    known = set(zip(done["sweep"], done["n_components"], strict=True))
    with tempfile.TemporaryDirectory() as folder:
        for name, path in sweeps(Path(folder)).items():
            for k in SPACES:
                if (name, k) in known:
                    continue
                found = scores(path, k, Path(folder) / f"{name}-{k}").assign(sweep=name)
                done = pd.concat([done, found], ignore_index=True)
                done.round(5).to_csv(MODELS, index=False)
    return done


def compare(table: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation with the usual space per score, and the models whose tranche changes."""
    rows = []
    for (sweep, k), other in table.groupby(["sweep", "n_components"], sort=False):
        if k == USUAL:
            continue
        usual = table[(table["sweep"] == sweep) & (table["n_components"] == USUAL)].set_index("model_index")
        moved = other.set_index("model_index").assign(f1_all=usual["f1_all"])
        correlations = {name: _agreement(usual[column], moved[column]) for name, column in SCORES.items()}
        changed = [
            f"{int(model)} ({before} to {after})"
            for model, before, after in zip(usual.index, tranches(usual), tranches(moved), strict=True)
            if before != after
        ]
        rows.append({
            "sweep": sweep,
            "n_components": k,
            **correlations,
            "aligned_rmse_ratio": float((moved["aligned_rmse"] / usual["aligned_rmse"]).median()),
            "models": len(usual),
            "changed": "; ".join(changed),
        })
    return pd.DataFrame(rows)


def _agreement(a: "pd.Series[float]", b: "pd.Series[float]") -> float:
    """Rank correlation; NaN where all models have the same value."""
    return float(a.corr(b, method="spearman")) if a.nunique() > 1 and b.nunique() > 1 else float("nan")


def tranches(table: pd.DataFrame) -> list[int]:
    """Tranche of every model under the default rule."""
    choice = select(table.reset_index()[["model_index", "f1_all", "aligned_rmse_rel"]], where=RULE)
    of = {model: number for number, members in choice.tranches.items() for model in members}
    return [of.get(model, 0) for model in table.index]


def draw(compared: pd.DataFrame, path: Path = PICTURE) -> None:
    """Rank correlation with three components, score by score."""
    shown = [name for name in SCORES if name != "curves_ok"]
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    for axes, (sweep, rows) in zip(
        figure.subplots(1, 2, sharey=True), compared.groupby("sweep"), strict=True
    ):
        for row in rows.sort_values("n_components").to_dict("records"):
            axes.plot(
                [row[name] for name in shown],
                np.arange(len(shown)),
                "o",
                label="all 12 latents"
                if row["n_components"] == SPACES[-1]
                else f"{row['n_components']} components",
            )
        axes.axvline(1.0, color="0.6", lw=0.8)
        axes.set_title(f"{sweep}: {rows['models'].iloc[0]} models", fontsize=10)
        axes.set_xlabel("rank correlation with 3 components")
        axes.grid(axis="y", color="0.9")
    figure.axes[0].set_yticks(np.arange(len(shown)), [name.replace("_", " ") for name in shown])
    figure.axes[0].invert_yaxis()
    figure.axes[0].legend(fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def run() -> pd.DataFrame:
    """Measure, compare, record and draw."""
    RECORD.parent.mkdir(exist_ok=True)
    compared = compare(measure())
    compared.round(3).to_csv(RECORD, index=False)
    draw(compared)
    return compared


if __name__ == "__main__":
    print(run().T.to_string())
