"""How near does the default method come to curves that are known? Beside LPCM, on the same clouds with the same bandwidth.

Run: python -m validation.known_curves [FOLDER OF ORACLES]

Records validation/results/known_curves.csv and draws docs/images/known_curves.png. The curve of LPCM is the spline through
the local means that the package itself returned.
"""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from morphsweep.geometry import Curve, LocalPrincipalCurve

Array = NDArray[np.float64]

HERE = Path(__file__).parent
RECORD, PICTURE = HERE / "results" / "known_curves.csv", HERE.parent / "docs" / "images" / "known_curves.png"
ORACLES = HERE.parents[1] / "shared" / "oracles"
CLOUDS = ("helix3d", "scurve3d", "arc10d", "line3d", "outlier3d", "uneven3d")
_SAMPLES = 1000
_TUBE = 3.0  # bandwidths; farther points belong to no curve


@dataclass(frozen=True)
class Known:
    """A cloud, its true curve, LPCM's curve and ours."""

    name: str
    bandwidth: float
    X: Array
    truth: Curve
    lpcm: Curve
    ours: Curve


def known(name: str, oracles: Path) -> Known:
    """Read one cloud and fit it with the bandwidth of the package's call `base`, from the first true point."""
    folder = oracles / "lpcm"
    data = pd.read_csv(folder / "inputs" / f"{name}_data.csv").filter(regex="^x")
    truth = pd.read_csv(folder / "inputs" / f"{name}_truth.csv")[list(data)].to_numpy()
    calls = pd.read_csv(folder / "calls.csv").query("call == 'base'").set_index("dataset")
    rows = pd.read_csv(folder / "points" / f"{name}_points.csv").query("call == 'base'")
    h, X = float(calls.loc[name, "h"]), data.to_numpy()  # type: ignore[arg-type]
    ours = LocalPrincipalCurve(bandwidth=h).fit(X, start=truth[0]).curve_
    return Known(name, h, X, Curve(truth), Curve(rows[list(data)].to_numpy(), "fmm"), ours)


@dataclass(frozen=True)
class Errors:
    """Mean distances between a fit and the truth, and how the ends of ours lie along the true curve, in bandwidths.

    `gap` is the true length that is not reached, `beyond` how far ours reaches outside the 0.5 % and 99.5 % quantiles of
    the data (negative: inside), `near` the number of points within half a bandwidth of the true end, and `inside` how far
    the outermost point reaches beyond ours, the truth continued straight (negative: ours is beyond every point).
    """

    cloud: str
    bandwidth: float
    lpcm_from_truth: float
    ours_from_truth: float
    gain_from_truth: float
    lpcm_to_truth: float
    ours_to_truth: float
    gain_to_truth: float
    gap_first: float
    gap_last: float
    data_gap_first: float
    data_gap_last: float
    beyond_first: float
    beyond_last: float
    near_first: int
    near_last: int
    inside_first: float
    inside_last: float


def measure(case: Known) -> Errors:
    """All numbers of one cloud."""
    from_truth = {
        name: float(curve.project(case.truth.resample(_SAMPLES)).distance.mean())
        for name, curve in _fits(case)
    }
    to_truth = {
        name: float(case.truth.project(curve.resample(_SAMPLES)).distance.mean())
        for name, curve in _fits(case)
    }
    ends = case.truth.project(case.ours.resample(2)).arc_length
    low, high = np.quantile(case.truth.project(case.X).arc_length, [0.005, 0.995])
    h = case.bandwidth
    near = [int((on.project(case.X).arc_length <= h / 2).sum()) for on in _both_ways(case.truth)]
    inside = [_outermost(case, on) / h for on in _both_ways(case.truth)]
    return Errors(
        cloud=case.name,
        bandwidth=h,
        lpcm_from_truth=from_truth["lpcm"],
        ours_from_truth=from_truth["ours"],
        gain_from_truth=1 - from_truth["ours"] / from_truth["lpcm"],
        lpcm_to_truth=to_truth["lpcm"],
        ours_to_truth=to_truth["ours"],
        gain_to_truth=1 - to_truth["ours"] / to_truth["lpcm"],
        gap_first=float(ends[0] / h),
        gap_last=float((case.truth.length - ends[1]) / h),
        data_gap_first=float(low / h),
        data_gap_last=float((case.truth.length - high) / h),
        beyond_first=float((low - ends[0]) / h),
        beyond_last=float((ends[1] - high) / h),
        near_first=near[0],
        near_last=near[1],
        inside_first=inside[0],
        inside_last=inside[1],
    )


def _both_ways(curve: Curve) -> tuple[Curve, Curve]:
    return curve, curve.reverse()


def _outermost(case: Known, truth: Curve) -> float:
    """How far the outermost point near the truth reaches beyond the nearer end of ours, before the first true point."""
    reach = _TUBE * case.bandwidth
    before = truth.points[0] - reach * truth.tangent([0.0])
    longer = Curve(np.concatenate([before, truth.resample(_SAMPLES)]), "linear")
    data, ends = longer.project(case.X), longer.project(case.ours.resample(2)).arc_length
    return float(ends.min() - data.arc_length[data.distance < reach].min())


def _fits(case: Known) -> tuple[tuple[str, Curve], ...]:
    return ("lpcm", case.lpcm), ("ours", case.ours)


def draw(cases: list[Known], path: Path = PICTURE) -> None:
    """Two principal components of each cloud with the three curves."""
    figure = Figure(figsize=(10, 6.4), layout="constrained")
    for axes, case in zip(figure.subplots(2, 3).flat, cases, strict=True):
        centre = case.X.mean(axis=0)
        plane = np.linalg.svd(case.X - centre, full_matrices=False)[2][:2]
        axes.plot(*((case.X - centre) @ plane.T).T, ".", ms=1.5, color="0.8")
        for curve, colour, label in (
            (case.truth, "black", "truth"),
            (case.lpcm, "#D55E00", "LPCM"),
            (case.ours, "#0072B2", "default"),
        ):
            axes.plot(*((curve.resample(300) - centre) @ plane.T).T, color=colour, lw=1.3, label=label)
        axes.set_title(f"{case.name}, bandwidth {case.bandwidth:g}", fontsize=9)
        axes.set_aspect("equal", adjustable="datalim")
        axes.tick_params(labelsize=7)
    figure.axes[0].legend(fontsize=7)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def run(oracles: Path = ORACLES) -> pd.DataFrame:
    """All clouds, recorded and drawn."""
    cases = [known(name, oracles) for name in CLOUDS]
    table = pd.DataFrame([asdict(measure(case)) for case in cases])
    RECORD.parent.mkdir(exist_ok=True)
    table.round(4).to_csv(RECORD, index=False)
    draw(cases)
    return table


if __name__ == "__main__":
    print(run(Path(sys.argv[1]) if len(sys.argv) > 1 else ORACLES).round(4).T.to_string())
