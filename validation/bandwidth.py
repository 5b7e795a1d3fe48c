"""How the automatic bandwidth is chosen, drawn on one made cloud whose truth is known.

Run: python -m validation.bandwidth

Records validation/results/bandwidth.csv and draws docs/images/bandwidth.png.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from morphsweep.errors import NotComputable
from morphsweep.geometry import Curve, LocalPrincipalCurve, residual_sd

RECORD = Path(__file__).parent / "results" / "bandwidth.csv"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "bandwidth.png"
NOISE, ROWS, SEED, PER_SD = 0.12, 1500, 4, 2.2
TRIED = np.geomspace(0.08, 1.2, 25)
SHOWN = {"too narrow": 0.09, "chosen": None, "too wide": 0.9}


def cloud() -> tuple[np.ndarray, np.ndarray, Curve]:
    """A wave with noise: points, times, truth."""
    rng = np.random.default_rng(SEED)
    u = rng.uniform(0, 1, ROWS)

    def course(t: np.ndarray) -> np.ndarray:
        places: np.ndarray = np.c_[4 * t, np.sin(5 * t), 0.5 * t]
        return places

    truth = Curve(course(np.linspace(0, 1, 300)))
    return course(u) + NOISE * rng.normal(size=(ROWS, 3)), u, truth


def measure() -> pd.DataFrame:
    """For each bandwidth tried: 2.2 residual sd of its curve, length and error against the truth."""
    X, time, truth = cloud()
    rows = []
    for h in [*TRIED, LocalPrincipalCurve().fit(X, time=time).bandwidth_]:
        try:
            curve = LocalPrincipalCurve(bandwidth=float(h)).fit(X, time=time).curve_
            sd = residual_sd(curve, X, bandwidth=float(h))
        except NotComputable:
            continue
        rows.append({
            "bandwidth": float(h),
            "wanted": PER_SD * sd,
            "length": curve.length / truth.length,
            "error": curve.distance_to(truth).mean,
        })
    return pd.DataFrame(rows)


def draw(table: pd.DataFrame) -> None:
    """The bandwidth wanted against the one tried, the error, and three fits."""
    X, time, truth = cloud()
    chosen = LocalPrincipalCurve().fit(X, time=time).bandwidth_
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 1.6])
    swept = table.sort_values("bandwidth")
    left.plot(swept["bandwidth"], swept["wanted"], "o-", ms=3, label="2.2 x residual sd of its curve")
    left.plot(swept["bandwidth"], swept["bandwidth"], color="0.6", label="equal")
    middle.plot(swept["bandwidth"], swept["error"], "o-", ms=3)
    for axes in (left, middle):
        axes.axvline(chosen, color="#D55E00", lw=1)
        axes.set_xscale("log")
        axes.set_xlabel("bandwidth tried (latent units)")
    left.set_yscale("log")
    left.set_ylabel("bandwidth wanted (latent units)")
    left.legend(fontsize=7)
    middle.set_ylabel("mean distance to the true curve (latent units)")
    right.plot(X[:, 0], X[:, 1], ".", ms=1.5, color="0.8")
    right.plot(*truth.resample(300)[:, :2].T, color="black", lw=2.5, alpha=0.4, label="truth")
    for (label, h), colour in zip(SHOWN.items(), ("#E69F00", "#0072B2", "#CC79A7"), strict=True):
        curve = LocalPrincipalCurve(bandwidth=h or chosen).fit(X, time=time).curve_
        right.plot(*curve.resample(500)[:, :2].T, color=colour, lw=1.3, label=f"{label} ({h or chosen:.2f})")
    right.set_xlabel("1st coordinate (latent units)")
    right.set_ylabel("2nd coordinate (latent units)")
    right.legend(fontsize=7)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=110)


def run() -> pd.DataFrame:
    """Measure, record and draw."""
    table = measure()
    table.round(4).to_csv(RECORD, index=False)
    draw(table)
    return table


if __name__ == "__main__":
    print(run().round(4).to_string(index=False))
