"""Products along the curves of a run: snips on their own curve and on the control's, delays, and tables of them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.geometry import MonotoneFit
from morphsweep.metrics import curve_bins, individual_delays
from morphsweep.records import AlongCurve, IntArray
from morphsweep.sweep.asking import Run
from morphsweep.trajectories import calibrate_time, place_on_curve, snips_along

__all__ = ["ALONG_PRODUCTS"]


def _rows(run: Run) -> dict[str, IntArray]:
    """Rows of each perturbation."""
    codes, names = pd.factorize(run.embedding.obs["perturbation"].astype(str))
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes, minlength=len(names)))[:-1])
    return {str(name): rows for name, rows in zip(names, parts, strict=True)}


def _clocks(run: Run) -> dict[str, MonotoneFit]:
    """Time along each curve, as a function of arc length."""
    scores, times = run.get("space").scores, run.embedding.obs["time"].to_numpy(float)
    clocks = {}
    for name, fit in run.get("fits").items():
        if fit.points is not None:
            own = run.get("rows")[name]
            weight = None if run.weight is None else run.weight[own]
            clocks[name] = calibrate_time(fit, place_on_curve(fit, scores[own]), times[own], weight=weight)
    return clocks


def _placed(run: Run, names: Mapping[str, str]) -> dict[str, AlongCurve]:
    """Snips of each perturbation on the curve of the perturbation that `names` maps it to."""
    scores, obs = run.get("space").scores, run.embedding.obs
    times, individuals = obs["time"].to_numpy(float), obs["individual"].astype(str).to_numpy(object)
    placed = {}
    for name, curve in names.items():
        own = run.get("rows")[name]
        weight = None if run.weight is None else run.weight[own]
        placed[name] = snips_along(
            run.get("fits")[curve],
            run.get("clocks")[curve],
            scores[own],
            times[own],
            individuals[own],
            weight=weight,
        )
    return placed


def _along(run: Run) -> dict[str, AlongCurve]:
    return _placed(run, {name: name for name in run.get("clocks")})


def _along_control(run: Run) -> dict[str, AlongCurve]:
    control = run.control
    if control not in run.get("fits"):
        compared = ", ".join(map(repr, run.cohort.perturbations))
        msg = f"the control {control!r} is not among the compared perturbations ({compared}); name it in sweep.toml (control = ...)"
        raise NotApplicable(msg)
    if control not in run.get("clocks"):
        msg = f"the control {control!r} has no curve: {run.get('fits')[control].reason}"
        raise NotComputable(msg)
    return _placed(run, dict.fromkeys(sorted(run.get("rows")), control))


def _delays(run: Run) -> dict[str, pd.DataFrame]:
    placed = run.get("along_control")
    return {
        name: individual_delays(along, placed[run.control])
        for name, along in placed.items()
        if name in run.present
    }


def _delay_table(run: Run) -> pd.DataFrame:
    """One row per individual of the compared perturbations: its delay, and how it keeps to its own curve."""
    try:
        delays = run.get("delays")
    except NotComputable:  # the scores say why
        delays = {}
    frames = []
    for name, along in run.get("along").items():
        own = _individual_spread(along, run.settings.n_curve_bins)
        if name in delays:
            late = (
                delays[name].drop(columns=["weight", "n"]).rename(columns={"distance": "distance_on_control"})
            )
            own = own.merge(late, on="individual", how="left")
        frames.append(own.assign(perturbation=name))
    if not frames:
        return pd.DataFrame()
    columns = [
        "perturbation",
        "individual",
        "n",
        "delay",
        "distance_on_control",
        "spread_across",
        "time_spread",
    ]
    return pd.concat(frames, ignore_index=True).reindex(columns=columns)


def _individual_spread(along: AlongCurve, n_bins: int) -> pd.DataFrame:
    """Root mean squares of one individual's snips across its curve and around its time; all snips count equally."""
    names, who = np.unique(along.individual.astype(str), return_inverse=True)
    count = np.bincount(who, minlength=len(names))
    across = np.bincount(who, weights=along.across**2, minlength=len(names)) / count / (along.dimension - 1)
    apart = np.bincount(who, weights=(along.time - along.time_on_curve) ** 2, minlength=len(names)) / count
    return pd.DataFrame({
        "individual": names,
        "n": count,
        "spread_across": np.sqrt(across),
        "time_spread": np.sqrt(apart),
    })


def _curve_bins(run: Run) -> pd.DataFrame:
    frames = [
        curve_bins(along, n_bins=run.settings.n_curve_bins).assign(perturbation=name)
        for name, along in run.get("along").items()
    ]
    if not frames:
        return pd.DataFrame()
    table = pd.concat(frames, ignore_index=True)
    return table[["perturbation", *[name for name in table if name != "perturbation"]]]


def _projection(run: Run) -> pd.DataFrame:
    """Every snip of the run on its own curve and on the control's; NaN where there is none."""
    obs = run.embedding.obs
    table = obs[["snip_id", "individual", "perturbation"]].astype(str).reset_index(drop=True)
    table = table.assign(
        arc_length=np.nan, distance=np.nan, time=obs["time"].to_numpy(float), time_on_curve=np.nan
    )
    _fill(table, run, run.get("along"), ("arc_length", "distance", "time_on_curve"))
    columns = ("arc_length_on_control", "distance_on_control", "time_on_control")
    table = table.assign(**dict.fromkeys(columns, np.nan))
    try:
        _fill(table, run, run.get("along_control"), columns)
    except NotComputable:  # the scores say why
        return table
    return table


def _fill(
    table: pd.DataFrame, run: Run, placed: Mapping[str, AlongCurve], columns: tuple[str, str, str]
) -> None:
    for name, along in placed.items():
        table.loc[run.get("rows")[name], list(columns)] = np.column_stack([
            along.arc_length,
            along.distance,
            along.time_on_curve,
        ])


ALONG_PRODUCTS: dict[str, Callable[[Run], Any]] = {
    "rows": _rows,
    "clocks": _clocks,
    "along": _along,
    "along_control": _along_control,
    "delays": _delays,
    "delay_table": _delay_table,
    "curve_bins": _curve_bins,
    "projection": _projection,
}
