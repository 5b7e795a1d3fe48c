"""How stronger classifiers compare with logistic regression, and what becomes of held-out classes.

The sweep of growing letters (16 models, two regimes, s and y held out in one), evaluated by the ``default`` protocol with
nearest neighbours and a small neural network beside the other baselines, on the same splits.

Recorded in ``validation/results/classifiers.csv`` (per regime, classifier, letter and bin: F1 and how far logistic
regression is above, mean over models) and ``held_out.csv`` (drop of F1 per model and letter with interval); drawn in
``docs/images/classifiers.png`` and ``docs/images/held_out.png``.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from morphsweep.io import read_sweep_file
from morphsweep.sweep import Results, evaluate, read_sweep

HERE = Path(__file__).parent
CLASSIFIERS, HELD_OUT = HERE / "results" / "classifiers.csv", HERE / "results" / "held_out.csv"
PICTURES = HERE.parent / "docs" / "images"
SWEEP = HERE.parents[1] / "shared" / "data" / "sweep_latin"
EXAMPLE = HERE.parent / "src" / "morphsweep" / "data" / "letters" / "sweep.toml"
LETTERS = {
    "character08": "h",
    "character09": "i",
    "character19": "s",
    "character23": "w",
    "character25": "y",
    "character26": "z",
}
NAMES = {
    "mlp": "neural network",
    "knn": "nearest neighbours",
    "pca3": "three components",
    "time": "time alone",
}


def evaluated(**settings: object) -> Results:
    """The sweep, evaluated in a folder that is gone afterwards; tables are read before."""
    own = {"n_permutations": 0, **settings}
    held_out = {"hld": tuple(name for name, letter in LETTERS.items() if letter in {"s", "y"})}
    config = read_sweep_file(EXAMPLE).model_copy(
        update={"manifest": None, "settings": own, "held_out": held_out, "colors": {}}
    )
    with TemporaryDirectory() as folder:
        results = evaluate(read_sweep(SWEEP, config), folder, workers=1, cache=False)
        _ = results.baselines, results.drops
    return results


def classifiers() -> pd.DataFrame:
    """Mean over models; read back when it is recorded."""
    if not CLASSIFIERS.is_file():
        found = evaluated(baselines=[*NAMES, "majority", "shuffled"]).baselines.replace({
            "perturbation": LETTERS
        })
        keys = ["regime", "classifier", "perturbation", "time_bin", "time"]
        table = found.groupby(keys, sort=False)[["f1", "f1_above"]].agg(["mean", "std", "count"])
        table.columns = pd.Index(["_".join(column) for column in table.columns])
        table.reset_index().to_csv(CLASSIFIERS, index=False, float_format="%.4g")
    return pd.read_csv(CLASSIFIERS)


def held_out() -> pd.DataFrame:
    """Drops of every model; read back when they are recorded."""
    if not HELD_OUT.is_file():
        drops = evaluated(baselines=[]).drops.replace({"perturbation": LETTERS})
        drops.to_csv(HELD_OUT, index=False, float_format="%.4g")
    return pd.read_csv(HELD_OUT, keep_default_na=False)


def draw_classifiers(table: pd.DataFrame) -> None:
    """How far logistic regression is above two stronger classifiers, per letter and bin."""
    shown = [name for name in ("mlp", "knn") if name in set(table["classifier"])]
    figure = Figure(figsize=(8.6, 4.8), layout="constrained")
    grid = figure.subplots(2, 2, sharex=True, sharey=True)
    colours = read_sweep_file(EXAMPLE).colors
    for row, name in zip(grid, shown, strict=True):
        for axes, regime in zip(row, ("all", "hld"), strict=True):
            own = table[(table["classifier"] == name) & (table["regime"] == regime)]
            for letter, rows in own.groupby("perturbation"):
                line = rows.sort_values("time")
                axes.plot(
                    line["time"], line["f1_above_mean"], color=colours[str(letter)], label=letter, lw=1.4
                )
            axes.axhline(0, color="0.4", lw=0.8)
            axes.set_title(f"against {NAMES[name]} · {regime}", fontsize=9)
    for axes in grid[-1]:
        axes.set_xlabel("progress of the drawing")
    figure.supylabel("F1 of logistic regression minus theirs", fontsize=9)
    grid[0][1].legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(PICTURES / "classifiers.png", dpi=130)


def draw_held_out(drops: pd.DataFrame) -> None:
    """Drop of F1 of every model: held-out letters, kept ones (the yardstick), and the excess."""
    figure = Figure(figsize=(8.6, 3.6), layout="constrained")
    axes = figure.subplots()
    groups = drops[drops["perturbation"] == ""]
    colours = {"held out": "#D55E00", "kept": "#8A8A8A", "excess": "#0072B2"}
    for shift, (name, colour) in enumerate(colours.items()):
        own = groups[groups["group"] == name].sort_values("model_index")
        x = own["model_index"] + 0.22 * (shift - 1)
        axes.vlines(x, own["low"], own["high"], color=colour, lw=1.6)
        axes.plot(x, own["drop"], "o", color=colour, ms=4, label=name)
    axes.axhline(0, color="0.4", lw=0.8)
    axes.set(
        xlabel="model", ylabel="drop of F1, all minus hld", xticks=sorted(groups["model_index"].unique())
    )
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(PICTURES / "held_out.png", dpi=130)


def run() -> pd.DataFrame:
    """Mean gap to each classifier per regime, and its largest and least mean over a letter."""
    table, drops = classifiers(), held_out()
    draw_classifiers(table)
    draw_held_out(drops)
    letters = table.groupby(["regime", "classifier", "perturbation"])["f1_above_mean"].mean()
    summary = letters.groupby(level=["regime", "classifier"]).agg(["mean", "min", "max"]).reset_index()
    excess = drops[drops["group"] == "excess"]
    above = float(np.mean(pd.to_numeric(excess["low"]) > 0))
    print(f"excess of the drop above 0: {above:.0%} of {len(excess)} models")
    return summary
