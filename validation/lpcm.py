"""Every recorded call of the R package LPCM beside the method "einbeck".

Run: python -m validation.lpcm [FOLDER OF ORACLES]

Writes validation/results/lpcm_calls.csv, one row per call, and the same table for the documentation. A call agrees when
points, parameter and variance ratio of every branch are within 1e-8; the others are listed with the defect of the
package that touches them.
"""

import sys
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from morphsweep.geometry import Curve, LocalPrincipalCurve, goodness_of_fit

Array = NDArray[np.float64]

HERE = Path(__file__).parent
RECORD, PAGE = HERE / "results" / "lpcm_calls.csv", HERE.parent / "docs" / "lpcm_calls.md"
ORACLES = HERE.parents[1] / "shared" / "oracles"
SETS = ("lpcm", "lpcm_real")
AGREE = 1e-8
CHAOTIC = 1e-7  # answer of the package to a relative change of the start by 1e-10

TOUCHED = {
    "origin": "`cross = FALSE` compares the way back with rows of zeros, so the curve is cut within one bandwidth of the origin (B2)",
    "back": "`way = back` counts the distance from the origin as walked, which moves its end (B3)",
    "side": "branches walked 'back' from a junction count the distance from the origin as walked (B3) and are penalised at the wrong point (B4); the others agree",
    "chaotic": "not reproducible by the package itself: changing the start by 1e-10 changes the result more than 1e-7",
}


@dataclass(frozen=True)
class Compared:
    """One call: largest differences, NaN where nothing of that kind is compared."""

    dataset: str
    call: str
    branches: int
    rows: int
    points: float
    parameter: float
    rho: float
    spline: float
    projection: float
    rc: float
    verdict: str
    reason: str


def numbers(text: object) -> Array:
    """Entries of a cell."""
    return np.array([float(part) for part in str(text).split(";")])


@dataclass(frozen=True)
class Recorded:
    """One call with what the package returned; `scale` is what it divided the coordinates by."""

    folder: Path
    call: Any
    X: Array
    columns: list[str]
    scale: Array
    starts: pd.DataFrame
    rows: pd.DataFrame

    def table(self, kind: str) -> pd.DataFrame:
        """Rows of this call in one of the other tables; empty where it has none."""
        suffix = "spline200" if kind == "spline" else kind
        path = self.folder / kind / f"{self.call.dataset}_{suffix}.csv"
        table: pd.DataFrame = pd.read_csv(path)
        return table.query("call == @self.call.call")


@cache
def recorded(oracles: Path) -> tuple[Recorded, ...]:
    """All calls of both sets."""
    found = []
    for name in SETS:
        folder = oracles / name
        calls, starts = pd.read_csv(folder / "calls.csv"), pd.read_csv(folder / "starts.csv")
        for dataset, group in calls.groupby("dataset", sort=False):
            data = pd.read_csv(folder / "inputs" / f"{dataset}_data.csv")
            columns = [str(column) for column in data if str(column).startswith("x")]
            points = pd.read_csv(folder / "points" / f"{dataset}_points.csv")
            call: Any
            for call in group.itertuples():
                mine = starts[(starts["dataset"] == dataset) & (starts["call"] == call.call)]
                X = data[columns].to_numpy()
                # the divisors are recorded to 12 digits; computing them again costs no rounding
                scale = {0: np.ones(len(columns)), 1: np.ptp(X, axis=0), 2: X.std(axis=0, ddof=1)}[
                    call.scaled
                ]
                rows = points[points["call"] == call.call]
                found.append(Recorded(folder, call, X, columns, scale, mine, rows))
    return tuple(found)


def refit(record: Recorded) -> LocalPrincipalCurve:
    """The same call with the method "einbeck"; times that rise along the package's first direction fix its sign."""
    call, d = record.call, record.X.shape[1]
    h = numbers(call.h_used)
    first = record.starts[record.starts["depth"] == 1]
    lpc = LocalPrincipalCurve(
        "einbeck",
        bandwidth=float(h[0]) if len(set(h)) == 1 else h,
        step=float(call.t0_used),
        angle_penalty=float(call.pen),
        max_iter=int(call.iter),
        tol=float(call.convergence_at),
        scale=call.scaled,
        boundary=float(call.boundary),
        way=call.way,
        depth=call.depth,
        rho0=float(call.rho0),
        prune=float(call.pruning_thresh),
        cross=str(call.cross).upper() == "TRUE",
    )
    weight = None if str(call.weights) == "1" else 1.0 + np.arange(len(record.X)) % 3
    time = (record.X / record.scale) @ numbers(first["e0"].iloc[0])
    return lpc.fit(record.X, start=numbers(call.x0).reshape(-1, d), time=time, sample_weight=weight)


def compare(record: Recorded) -> Compared:
    """Refit one call and measure."""
    call, lpc = record.call, refit(record)
    matched = _match(record, lpc)
    errors = {
        name: max((pair[name] for pair in matched.values()), default=np.nan)
        for name in ("points", "parameter", "rho")
    }
    kind = _touched(record, lpc, matched)
    return Compared(
        dataset=call.dataset,
        call=call.call,
        branches=len(np.unique(lpc.branch_)),
        rows=len(lpc.points_),
        **errors,
        spline=_spline_error(record, lpc, matched),
        projection=_projection_error(record),
        rc=_rc_error(record, lpc) if not kind else np.nan,
        verdict=kind or "agrees",
        reason=TOUCHED.get(kind, ""),
    )


def _match(record: Recorded, lpc: LocalPrincipalCurve) -> dict[int, dict[str, float]]:
    """Differences of the branches that have a partner of the same length, by the package's number.

    The sign of a second eigenvector is chance, so the two branches at a junction may have changed places.
    """
    found: dict[int, dict[str, float]] = {}
    number: Any
    for number, theirs in record.rows.groupby("branch"):
        points = theirs[record.columns].to_numpy()
        for own in np.unique(lpc.branch_):
            rows = lpc.branch_ == own
            if rows.sum() != len(points):
                continue
            pair = {
                "points": _largest(points, lpc.points_[rows]),
                "parameter": _largest(theirs["lambda_full"], lpc.arc_length_[rows]),
                "rho": _largest(theirs["rho"], lpc.rho_[rows]),
                "own": float(own),
            }
            if pair["points"] < min(1e-3, found.get(int(number), {"points": np.inf})["points"]):
                found[int(number)] = pair
    return found


def _touched(record: Recorded, lpc: LocalPrincipalCurve, matched: dict[int, dict[str, float]]) -> str:
    """Which defect touches a call that does not agree; empty when it agrees."""
    call = record.call
    worst = max((max(pair["points"], pair["parameter"]) for pair in matched.values()), default=np.inf)
    # Whether a call that the package cannot repeat agrees is chance. A start that lies on the package's own coin toss
    # only reverses the curve; the sign is fixed here.
    sensitive = float(call.sens_x0_1e10)
    if np.isfinite(sensitive) and CHAOTIC <= sensitive < 1:
        return "chaotic"
    if len(matched) == call.n_branches and worst < AGREE:
        return ""
    missing = record.rows[~record.rows["branch"].isin(matched)]
    if call.way == "back":
        return "back"
    if call.depth > 1 and worst < AGREE and 0 in matched and len(missing):
        launched = record.starts.set_index("branch")["way"]
        if (launched[missing["branch"].unique()] == "back").all():
            return "side"
    last = record.rows[record.columns].to_numpy()[-1]
    if str(call.cross).upper() == "FALSE" and np.linalg.norm(last) <= numbers(call.h_used).mean():
        return "origin"
    return "DIFFERS"


def _spline_error(record: Recorded, lpc: LocalPrincipalCurve, matched: dict[int, dict[str, float]]) -> float:
    table, worst = record.table("spline"), np.nan
    number: Any
    for number, rows in table.groupby("branch"):
        if int(number) not in matched:
            continue
        mine = lpc.branch_ == matched[int(number)]["own"]
        at = lpc.arc_length_[mine]
        kept = np.r_[True, np.diff(at) > 0]
        curve = Curve(lpc.points_[mine][kept], "fmm", at[kept])
        places = rows[[f"xf{k + 1}" for k in range(len(record.columns))]].to_numpy()
        worst = np.fmax(worst, _largest(places, curve.at_parameter(rows["t_full"])))
        worst = np.fmax(worst, _largest(places, curve.at(rows["s_full"])))
    return float(worst)


def _projection_error(record: Recorded) -> float:
    """Of distances of the queries to the package's own spline, over its rounded parameter with ties averaged."""
    table = record.table("project")
    if not len(table):
        return float("nan")
    queries = pd.read_csv(record.folder / "inputs" / f"{record.call.dataset}_queries.csv")[
        record.columns
    ].to_numpy()
    least = np.full(len(queries), np.inf)
    for _, rows in record.rows.groupby("branch"):
        mean = rows.groupby("lambda")[record.columns].mean()
        if len(mean) > 1:
            curve = Curve(mean.to_numpy(), "fmm", mean.index.to_numpy())
            least = np.minimum(least, curve.project(queries / record.scale).distance)
    return _largest(table["exact_dist"], least[table["q"].to_numpy()])


def _rc_error(record: Recorded, lpc: LocalPrincipalCurve) -> float:
    """Of the goodness of fit, in the scaled coordinates of the package."""
    if not np.isfinite(record.call.Rc):
        return float("nan")
    curves = []
    for branch in np.unique(lpc.branch_):
        at, points = lpc.arc_length_[lpc.branch_ == branch], lpc.points_[lpc.branch_ == branch]
        kept = np.r_[True, np.diff(at) > 0]
        curves.append(Curve(points[kept], "fmm", at[kept]))
    return abs(goodness_of_fit(curves, record.X / record.scale) - float(record.call.Rc))


def _largest(a: Any, b: Any) -> float:
    return float(np.abs(np.asarray(a, dtype=float) - np.asarray(b, dtype=float)).max())


def run(oracles: Path = ORACLES) -> pd.DataFrame:
    """All calls, recorded and written for the documentation."""
    table = pd.DataFrame(
        [compare(record) for record in recorded(oracles)], columns=[f.name for f in fields(Compared)]
    )
    RECORD.parent.mkdir(exist_ok=True)
    table.to_csv(RECORD, index=False, float_format="%.1e")
    PAGE.write_text(page(table), encoding="utf-8")
    return table


def page(table: pd.DataFrame) -> str:
    """The table in Markdown."""
    head = [
        "data",
        "call",
        "branches",
        "rows",
        "points",
        "parameter",
        "rho",
        "spline",
        "projection",
        "Rc",
        "verdict",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    row: Any
    for row in table.itertuples():
        values = [
            _cell(getattr(row, name)) for name in ("points", "parameter", "rho", "spline", "projection", "rc")
        ]
        cells = [row.dataset, row.call, str(row.branches), str(row.rows), *values, row.verdict]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(value: float) -> str:
    return "" if not np.isfinite(value) else "0" if value == 0 else f"{value:.0e}"


if __name__ == "__main__":
    done = run(Path(sys.argv[1]) if len(sys.argv) > 1 else ORACLES)
    print(done["verdict"].value_counts().to_string())
    print(done[["points", "parameter", "rho", "spline", "projection", "rc"]].max().to_string())
