"""Whether the views that need no curve tell a tree from what is none, and agree with the numbers taken from curves.

Run: python -m validation.views

Four questions, each with a table of its own under validation/results: planted shapes (ranking power, AUC of the tree against
each other shape), simulated sweeps (Spearman with the numbers taken from curves, and with the truth), courses on which
curves fail (a ball, a spiral, a ring), and two public data sets. What is recorded is not computed again.
"""

from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from morphsweep.metrics import METRICS
from morphsweep.records import AVERAGE, Embedding, Settings, SweepConfig
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.scoring import score_model
from validation.planted import COURSES, SHAPES, graded, planted

Array = NDArray[Any]
RESULTS = Path(__file__).parent / "results"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "views_shapes.png"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
SEEDS = range(20)
SWEEPS = range(2)
LIKENESS = (0.1, 0.3, 0.5, 0.7, 0.9)

VIEWS = (
    "centroid_divergence", "centroid_dispersion_first_rel", "centroid_dispersion_last_rel", "centroid_dispersion_slope_rel",
    "centroid_collinearity", "shared_trunk", "four_point_delta_centroids", "hyperbolicity_centroids", "four_point_delta_snips",
    "hyperbolicity_snips", "clustering", "path_length", "clustering_within", "path_length_within", "trustworthiness",
    "continuity", "flow_coherence", "flow_opposed", "track_persistence", "track_roughness", "effective_dimension",
    "latent_correlation", "total_correlation", "procrustes_self",
)  # fmt: skip
CURVED = (
    "dispersion_first_rel", "dispersion_last_rel", "dispersion_slope_rel", "segment_collinearity_within", "curves_ok",
)  # fmt: skip
ALIKE = {
    "centroid_dispersion_first": "dispersion_first",
    "centroid_dispersion_last": "dispersion_last",
    "centroid_dispersion_slope": "dispersion_slope",
    "centroid_dispersion_first_rel": "dispersion_first_rel",
    "centroid_dispersion_last_rel": "dispersion_last_rel",
    "centroid_dispersion_slope_rel": "dispersion_slope_rel",
    "centroid_divergence": "dispersion_slope_rel",
    "centroid_collinearity": "segment_collinearity_within",
    "latent_radius": "gyration",
    "procrustes_orthogonal": "aligned_rmse_rel",
    "procrustes_similarity": "aligned_rmse_rel",
    "cka": "aligned_rmse_rel",
    "neighbour_jaccard": "aligned_rmse_rel",
}


def measured(runs: dict[str, Embedding], names: Iterable[str]) -> dict[str, float]:
    """Model-wide numbers by metric: those of the reference, and of the pair."""
    settings = Settings()
    cohort = make_cohort(runs["all"], settings=settings, config=SweepConfig())
    control = str(cohort.perturbations[0])
    products = {
        regime: RunProducts(run, cohort, settings, control=control, held_out=None)
        for regime, run in runs.items()
    }
    found = {}
    for row in score_model(products, "all", [METRICS[name] for name in names]):
        own = "all" if METRICS.get(row.metric, METRICS["f1"]).scope == "run" else "hld"
        if row.perturbation == AVERAGE and row.regime == own:
            found[row.metric] = row.value
    return found


def recorded(
    name: str, keys: list[str], wanted: Iterable[tuple[Any, ...]], make: Callable[..., dict[str, Any]]
) -> pd.DataFrame:
    """Rows of a table, made where they are missing; saved after each."""
    path = RESULTS / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    rows: list[dict[Any, Any]] = pd.read_csv(path).to_dict("records") if path.is_file() else []
    done = {tuple(str(row[key]) for key in keys) for row in rows}
    for values in wanted:
        if tuple(map(str, values)) not in done:
            rows.append({**dict(zip(keys, values, strict=True)), **make(*values)})
            pd.DataFrame(rows).round(5).to_csv(path, index=False)
    return pd.DataFrame(rows)


def shapes() -> pd.DataFrame:
    """All metrics of all planted shapes."""
    return recorded(
        "views_shapes",
        ["shape", "seed"],
        product(SHAPES, SEEDS),
        lambda shape, seed: measured({"all": planted(shape, seed)}, [*VIEWS, *CURVED]),
    )


def ranking_power(table: pd.DataFrame) -> pd.DataFrame:
    """AUC of the tree against each other shape, in the direction in which the metric is better.

    Above 0.5 the tree has the better values; where neither end is good, values are taken as they are. A shape of which the
    metric cannot tell anything (it is in pieces) counts as worse than any number.
    """
    out = []
    for metric in [*VIEWS, *CURVED]:
        sign = -1.0 if METRICS[metric].better == "lower" else 1.0
        own = sign * table.loc[table["shape"] == "tree", metric]
        row: dict[str, Any] = {"metric": metric, "better": METRICS[metric].better}
        for shape in SHAPES[1:]:
            other = sign * table.loc[table["shape"] == shape, metric]
            both = pd.concat([own, other]).fillna(-np.inf).rank()
            truth = [1] * len(own) + [0] * len(other)
            row[shape] = roc_auc_score(truth, both)
            missing = other.isna().mean()
            if missing:
                row["not told"] = f"{row.get('not told', '')}{shape} {missing:.0%} ".lstrip()
        out.append(row)
    return pd.DataFrame(out)


def embedding(table: pd.DataFrame, source: str) -> Embedding:
    """A table of the simulator."""
    latents = [name for name in table if str(name).startswith("z_mu_b_")]
    obs = table.rename(
        columns={"embryo_id": "individual", "phenotype": "perturbation", "predicted_stage_hpf": "time"}
    )
    obs = obs[["snip_id", "individual", "perturbation", "time"]].assign(batch=table["experiment_date"])
    return Embedding(table[latents].to_numpy(np.float64), obs, tuple(map(str, latents)), source=source)


def sweep_rows(seed: int) -> pd.DataFrame:
    """Every model of one simulated sweep: views, numbers taken from curves, truth."""
    made = simulate(
        SimulationOptions(
            n_models=16, n_replicates=1, n_individuals=8, n_snips=16, n_perturbations=5, seed=seed
        )
    )
    tables = list(made.embeddings.values())
    names = list(dict.fromkeys([*ALIKE, *ALIKE.values(), *VIEWS]))
    return recorded(
        f"views_sweep_{seed}",
        ["model_index"],
        [(index,) for index in made.truth["model_index"]],
        lambda index: {
            **measured(
                {
                    "all": embedding(tables[2 * index], "all"),
                    "hld": embedding(tables[2 * index + 1], "hld"),
                },
                names,
            ),
            "truth_tree_likeness": float(made.truth["tree_likeness"][index]),
            "truth_robustness": float(made.truth["robustness"][index]),
        },
    )


def agreement() -> pd.DataFrame:
    """Spearman correlation with the counterpart taken from curves, and with the truth, per sweep and on average."""
    tables = [sweep_rows(seed) for seed in SWEEPS]
    out = []
    for view, curved in ALIKE.items():
        pair = METRICS[view].scope == "pair"
        truth = "truth_robustness" if pair else "truth_tree_likeness"
        rho = [_spearman(table[view], table[curved]) for table in tables]
        out.append({
            "view": view,
            "from curves": curved,
            "Spearman": np.mean(rho),
            "lowest": np.min(rho),
            "highest": np.max(rho),
            "truth": truth.removeprefix("truth_"),
            "view with truth": np.mean([_spearman(table[view], table[truth]) for table in tables]),
            "curves with truth": np.mean([_spearman(table[curved], table[truth]) for table in tables]),
        })
    return pd.DataFrame(out)


def _spearman(a: "pd.Series[float]", b: "pd.Series[float]") -> float:
    known = a.notna() & b.notna()
    return float(spearmanr(a[known], b[known]).statistic) if known.sum() > 3 else float("nan")


def where_curves_fail() -> pd.DataFrame:
    """Spearman with the planted tree-likeness where the course is a ball, a spiral or a ring, next to a plain one."""
    names = ("centroid_divergence", "centroid_dispersion_first_rel", "shared_trunk", "dispersion_first_rel",
             "dispersion_slope_rel", "curves_ok")  # fmt: skip
    table = recorded(
        "views_courses",
        ["course", "likeness", "seed"],
        product(COURSES, LIKENESS, range(4)),
        lambda course, likeness, seed: measured({"all": graded(course, likeness, seed)}, names),
    )
    out = []
    for course, rows in table.groupby("course", sort=False):
        row: dict[str, Any] = {"course": course, "curves ok": rows["curves_ok"].mean()}
        row |= {name: _spearman(rows[name], rows["likeness"]) for name in names if name != "curves_ok"}
        out.append(row)
    return pd.DataFrame(out)


def draw(seed: int = 0, path: Path = PICTURE) -> None:
    """One cloud of each shape in its first two coordinates, the centroids' courses, and two numbers."""
    figure = Figure(figsize=(12, 7), layout="constrained")
    for axes, shape in zip(figure.subplots(2, 3).flat, SHAPES, strict=True):
        run = planted(shape, seed)
        cohort = make_cohort(run, settings=Settings(), config=SweepConfig())
        products = RunProducts(run, cohort, Settings(), control="p0", held_out=None)
        space = products.get("space")
        axes.scatter(space.scores[:, 0], space.scores[:, 1], s=2, color="#bbbbbb", rasterized=True)
        for k, course in enumerate(products.get("centroids").points):
            known = space.transform(course[np.isfinite(course).all(axis=1)])
            axes.plot(known[:, 0], known[:, 1], color=COLOURS[k], lw=1.8)
            axes.scatter(*known[0, :2], color=COLOURS[k], s=30, zorder=3)
        divergence = METRICS["centroid_divergence"].function(products.get("centroids"))
        trunk = np.mean(list(products.get("trunks").values()))
        axes.set_title(f"{shape}\ndivergence {divergence:.2f}, shared trunk {trunk:.2f}", fontsize=10)
        axes.set_aspect("equal", adjustable="datalim")
        axes.tick_params(labelsize=7)
    figure.supxlabel("PC 1 (latent units); a dot marks the beginning", fontsize=9)
    figure.supylabel("PC 2 (latent units)", fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)


def run() -> pd.DataFrame:
    """All four studies; returns the ranking power."""
    power = ranking_power(shapes())
    for name, table in (("power", power), ("agreement", agreement()), ("fail", where_curves_fail())):
        table.round(3).to_csv(RESULTS / f"views_{name}.csv", index=False)
    return power


if __name__ == "__main__":
    draw()
    for made in (ranking_power(shapes()), agreement(), where_curves_fail()):
        print(made.round(2).to_string(index=False), end="\n\n")
    run()
