"""Whether it matters when the solver stops. The notebook moved scikit-learn's tol from 0.05 to 1e-4.

Three models of the sweep of growing letters (beta 0.1, 1 and 10, both regimes), folds and bins of the ``default``
protocol; saga at four tolerances (at most 250 passes, as in the notebook) and our solver at its own, each against the optimum of the same
problem (optimality conditions to 1e-9).
``squeezed``: the same latents mixed by a matrix of condition number 20, which makes that of their correlations up to 3e4.

Recorded in ``validation/results/tolerance.csv`` and drawn in ``docs/images/solver_tolerance.png``.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from threadpoolctl import threadpool_limits

from morphsweep.io import read_embedding, read_sweep_file
from morphsweep.metrics import tolerance_sensitivity
from morphsweep.records import Embedding, FloatArray, Settings, SweepConfig
from morphsweep.sweep import make_cohort, read_sweep, resolve_settings
from morphsweep.sweep.cohort import fold_rows

HERE = Path(__file__).parent
RECORD, PICTURE = HERE / "results" / "tolerance.csv", HERE.parent / "docs" / "images" / "solver_tolerance.png"
SWEEP = HERE.parents[1] / "shared" / "data" / "sweep_latin"
MODELS = (0, 2, 4)
EXAMPLE = HERE.parent / "src" / "morphsweep" / "data" / "letters" / "sweep.toml"


def squeezed(latents: FloatArray, condition: float = 20.0) -> FloatArray:
    """Latents mixed by a matrix of this condition number."""
    rng, d = np.random.default_rng(0), latents.shape[1]
    left, right = (np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(2))
    mixed: FloatArray = latents.astype(float) @ (left * np.geomspace(1, 1 / condition, d)) @ right
    return mixed


def sensitivity(
    embedding: Embedding, latents: FloatArray, settings: Settings, config: SweepConfig
) -> pd.DataFrame:
    """The table of one run."""
    cohort = make_cohort(embedding, settings=settings, config=config)
    obs = embedding.obs
    folds = fold_rows(obs["individual"].tolist(), cohort, seed=settings.seed)
    return tolerance_sensitivity(
        latents,
        obs["perturbation"].to_numpy(object),
        obs["individual"].to_numpy(object),
        obs["time"].to_numpy(float),
        folds,
        cohort.bin_edges,
        settings=settings,
        max_iter=250,
    )


def recorded() -> pd.DataFrame:
    """Those runs; those recorded already are read back."""
    if not SWEEP.is_dir():
        return pd.read_csv(RECORD)
    config = read_sweep_file(EXAMPLE)
    settings, _ = resolve_settings("default", config)
    table = (
        pd.read_csv(RECORD)
        if RECORD.is_file()
        else pd.DataFrame({"model_index": [], "regime": [], "latents": []})
    )
    known = set(zip(table["model_index"], table["regime"], table["latents"], strict=True))
    for model in (model for model in read_sweep(SWEEP).models if model.model_index in MODELS):
        for regime, run in model.runs.items():
            if run.embedding is None:
                continue
            embedding = read_embedding(run.embedding, columns=config.columns)
            ways = {"as they are": embedding.latents.astype(float), "squeezed": squeezed(embedding.latents)}
            for name, latents in ways.items():
                if (model.model_index, regime, name) in known:
                    continue
                made = sensitivity(embedding, latents, settings, config)
                made = made.assign(model_index=model.model_index, regime=regime, latents=name)
                table = pd.concat([table, made], ignore_index=True) if len(table) else made
            table.to_csv(RECORD, index=False, float_format="%.5g")
    return pd.read_csv(RECORD)


def draw(table: pd.DataFrame, path: Path = PICTURE) -> None:
    """Change of F1 of every run and perturbation against how far from the optimum the solver stopped."""
    figure = Figure(figsize=(8.6, 3.6), layout="constrained")
    colours = dict(
        zip(
            sorted(table["tol"].unique(), reverse=True),
            ("#D55E00", "#E69F00", "#56B4E9", "#0072B2", "#1b2330"),
            strict=False,
        )
    )
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (name, rows) in zip(panels, table.groupby("latents", sort=False), strict=True):
        for (solver, tol), own in rows.groupby(["solver", "tol"], sort=False):
            axes.scatter(
                own["above"].clip(lower=1e-13), own["change"], s=9, color=colours[tol], alpha=0.6, linewidths=0,
                label=f"{solver}, tol {tol:g}",
            )  # fmt: skip
        axes.axhline(0, color="0.5", linewidth=0.8)
        axes.set(xscale="log", xlabel="objective above the optimum, per row", title=f"latents {name}")
    panels[0].set_ylabel("change of a perturbation's F1")
    panels[1].legend(fontsize=7.5, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(path, dpi=130)


def run() -> pd.DataFrame:
    """The study, and what it says per tolerance."""
    with threadpool_limits(1):
        table = recorded()
    draw(table)
    mean = table.groupby(["latents", "solver", "tol", "model_index", "regime"], sort=False).agg(
        change=("change", "mean"), largest=("change", lambda values: values.abs().max()), agree=("agree", "first"),
        above=("above", "first"), passes=("passes", "first"), converged=("converged", "first"),
    )  # fmt: skip
    return (
        mean
        .groupby(level=["latents", "solver", "tol"], sort=False)
        .agg(
            runs=("change", "size"),
            mean_f1_moves_at_most=("change", lambda values: values.abs().max()),
            a_perturbation_at_most=("largest", "max"),
            labels_changed_at_most=("agree", lambda values: 1 - values.min()),
            above_at_most=("above", "max"),
            converged=("converged", "mean"),
        )
        .reset_index()
    )
