"""Curves: the compiled walk, segments and whole scaffolds against plain NumPy and loops."""

import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.timing import race, seconds
from morphsweep.geometry import Curve, LocalPrincipalCurve, segment_cosines
from morphsweep.geometry.ordering import spatial_order
from morphsweep.geometry.walk import Cloud, Walk, WalkOptions, ridge_start, walk_both_ways
from morphsweep.records import Settings
from morphsweep.trajectories import fit_scaffold

Array = NDArray[np.float64]
BANDWIDTH = 0.4
TOLERANCE = 1e-9  # of local means that are of size 1 to 10
N_SEGMENTS = 100
SAMPLED = 0.07  # of the snips: the original scripts took 5 to 10 %
LIMIT = 500  # steps each way of a walk whose stop test never fires


def branches(rows: int, curves: int) -> tuple[Array, NDArray[np.str_], Array]:
    """Noisy branches that leave a common stem: scores, labels, times."""
    rng = np.random.default_rng(7)
    label, u = np.arange(rows) % curves, rng.uniform(0, 1, rows)
    turn = 2 * np.pi * label / curves
    truth = np.c_[6 * u, 3 * u**2 * np.cos(turn) + np.sin(3 * u), 3 * u**2 * np.sin(turn)]
    return truth + 0.18 * rng.normal(size=truth.shape), label.astype(str), 10 + 30 * u


def numpy_leg(X: Array, start: Array, direction: Array, h: float, steps: int) -> Array:
    """Local means of `steps` steps, written down plainly."""
    mean, unit, means = start, direction, [start]
    for _ in range(steps):
        x = mean + h * unit
        squared = ((X - x) ** 2).sum(axis=1)
        w = np.exp(-(squared - squared.min()) / (2 * h * h))
        w /= w.sum()
        mean = w @ X
        apart = X - mean
        axis = np.linalg.eigh((w[:, None] * apart).T @ apart)[1][:, -1]
        axis = axis * np.sign(axis @ unit)
        trust = (axis @ unit) ** 2
        unit = trust * axis + (1 - trust) * unit
        unit /= np.linalg.norm(unit)
        means.append(mean)
    return np.array(means)


def plain_step(X: Array, x: Array, h: float) -> tuple[Array, Array]:
    """Local mean and axis at x as the formulas have them: a product of Gaussian densities, mean, covariance."""
    w = np.prod(np.exp(-0.5 * ((X - x) / h) ** 2) / (h * np.sqrt(2 * np.pi)), axis=1)
    w = w / w.sum()
    mean = (w[:, None] * X).sum(axis=0)
    apart = X - mean
    covariance = (w[:, None, None] * apart[:, :, None] * apart[:, None, :]).sum(axis=0)
    return mean, np.linalg.eigh(covariance)[1][:, -1]


def loop_step(X: Array, x: Array, h: float) -> tuple[Array, Array]:
    """The same, point by point."""
    weights = [math.exp(-((p - x) ** 2).sum() / (2 * h * h)) for p in X]
    total, mean, covariance = sum(weights), np.zeros(X.shape[1]), np.zeros((X.shape[1], X.shape[1]))
    for w, p in zip(weights, X, strict=True):
        mean += w / total * p
    for w, p in zip(weights, X, strict=True):
        covariance += w / total * np.outer(p - mean, p - mean)
    return mean, np.linalg.eigh(covariance)[1][:, -1]


def helix(rows: int) -> Array:
    """Two turns with noise 0.06, on which the R package was timed."""
    rng = np.random.default_rng(7)
    angle = rng.uniform(0, 4 * np.pi, rows)
    points: Array = np.c_[np.cos(angle), np.sin(angle), angle / 4] + 0.06 * rng.normal(size=(rows, 3))
    return points


def ordered_cloud(X: Array) -> Cloud:
    """The points as a fit hands them to its walk."""
    return Cloud(np.ascontiguousarray(X[spatial_order(X)].T), np.ones(len(X)))


def measure_sizes(sizes: tuple[int, ...] = (1_000, 10_000, 100_000)) -> list[dict[str, Any]]:
    """Cost of a step, scaled to 100, of one curve of 1,000 to 100,000 snips; `fits` are whole, bandwidth chosen or given.

    The R package (LPCM 0.47-6) needed 0.035, 0.153 and 1.27 s for 100 steps, and the plain NumPy loop 1.07 s for the last, on
    one core of the same kind of machine; `package (s)` scales the plain loop of this run by their ratio at 100,000.
    """
    rows, h, package_per_numpy = [], 0.2, 1.27 / 1.07
    for size in sizes:
        X = helix(size)
        cloud = ordered_cloud(X)
        start = ridge_start(cloud, np.array([1.0, 0.0, 0.0]), h)
        options = WalkOptions(h, h, 2.0, 500, 1e-3)
        walk = walk_both_ways(cloud, *start, options)
        x = np.array([1.0, 0.0, 0.0])
        np.testing.assert_allclose(plain_step(X[:500], x, h)[0], loop_step(X[:500], x, h)[0], atol=1e-9)
        sides: dict[str, Callable[[], Any]] = {
            "walk": partial(walk_both_ways, cloud, *start, options),
            "order": partial(ordered_cloud, X),
            "plain": partial(plain_step, X, x, h),
            "given": partial(LocalPrincipalCurve(bandwidth=h).fit, X, start=x),
            "auto": partial(LocalPrincipalCurve().fit, X, start=x),
        }
        taken = seconds(sides, repeats=3)
        hundred, plain = 100 * taken["walk"] / walk.steps, 100 * taken["plain"]
        rows.append({
            "snips": size,
            "walk, 100 steps (s)": hundred,
            "plain NumPy, 100 steps (s)": plain,
            "ratio": plain / hundred,
            "package (s)": plain * package_per_numpy,
            "package / walk": plain * package_per_numpy / hundred,
            "steps until the ends": walk.steps,
            "ordering (s)": taken["order"],
            "fit, bandwidth given (s)": taken["given"],
            "fit, bandwidth chosen (s)": taken["auto"],
        })
    return rows


def draw_sizes(table: pd.DataFrame, path: Path) -> None:
    """Cost against the number of snips, on logarithmic axes, with a line of slope one."""
    figure = Figure(figsize=(5.6, 3.8), layout="constrained")
    axes = figure.subplots()
    shown = (
        "package (s)",
        "plain NumPy, 100 steps (s)",
        "fit, bandwidth chosen (s)",
        "fit, bandwidth given (s)",
        "walk, 100 steps (s)",
    )
    for name in shown:
        axes.loglog(table["snips"], table[name], "o-", ms=4, label=name.removesuffix(" (s)"))
    last = table.iloc[-1]
    axes.loglog(
        table["snips"],
        last[shown[-1]] * table["snips"] / last["snips"],
        ":",
        color="0.5",
        label="proportional",
    )
    axes.set_xlabel("snips of one curve")
    axes.set_ylabel("CPU seconds")
    axes.legend(fontsize=7)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def numpy_walk(X: Array, start: Array, direction: Array, walk: Walk) -> Array:
    """As many steps each way as `walk` kept."""
    ahead = numpy_leg(X, start, direction, BANDWIDTH, len(walk.points) - 1 - walk.start_index)
    back = numpy_leg(X, start, -direction, BANDWIDTH, walk.start_index)
    return np.concatenate([back[:0:-1], ahead])


def loop_cosines(a: Array, b: Array, k: int) -> Array:
    """Segment cosines by a plain double loop."""
    cut = np.floor(np.linspace(0, len(a) - 1, k + 1)).astype(int)
    va, vb, out = a[cut], b[cut], np.zeros(k)
    for i in range(k):
        first, last = (va[np.argmin([((v - end) ** 2).sum() for v in va])] for end in (vb[i], vb[i + 1]))
        chord, segment = last - first, vb[i + 1] - vb[i]
        length = np.linalg.norm(chord) * np.linalg.norm(segment)
        out[i] = chord @ segment / length if length > 0 else 0.0
    return out


def measure(rows: int = 80_000, n_curves: int = 10) -> list[dict[str, Any]]:
    """Walks, segments and whole scaffolds, each against its straightforward version."""
    X, labels, times = branches(rows, n_curves)
    names = sorted(set(labels))
    clouds = {name: ordered_cloud(X[labels == name]) for name in names}
    options = WalkOptions(BANDWIDTH, BANDWIDTH, 2.0, 500, 1e-3)
    starts = {name: ridge_start(cloud, np.zeros(3), BANDWIDTH) for name, cloud in clouds.items()}
    walks = {name: walk_both_ways(clouds[name], *starts[name], options) for name in names}

    def compiled() -> Array:
        return np.concatenate([walk_both_ways(clouds[name], *starts[name], options).points for name in names])

    def plain() -> Array:
        return np.concatenate([
            numpy_walk(clouds[name].rows, *starts[name][:2], walks[name]) for name in names
        ])

    def to_the_limit() -> None:
        for name in names:
            for sign in (1.0, -1.0):
                numpy_leg(clouds[name].rows, starts[name][0], sign * starts[name][1], BANDWIDTH, LIMIT)

    curves = [Curve(walk.points[:: max(1, len(walk.points) // 20)]).resample(500) for walk in walks.values()]
    pairs = [(a, b) for a in curves for b in curves][:25]

    def scaffold(settings: Settings) -> Callable[[], Any]:
        return lambda: fit_scaffold(X, labels, times, names, settings=settings, control=names[0])

    def point_by_point() -> float:
        """Seconds for the full budget of one curve's 7 % sample, from ten of its steps."""
        sample, start = clouds[names[0]].rows[:: int(1 / SAMPLED)], starts[names[0]][0]
        begun = time.process_time()
        for _ in range(10):
            loop_step(sample, start, BANDWIDTH)
        return (time.process_time() - begun) / 10 * 2 * LIMIT

    ours = seconds({"walks": compiled})["walks"]
    whole = seconds({"given": scaffold(Settings(bandwidth=BANDWIDTH)), "auto": scaffold(Settings())})
    size = f"{n_curves} curves of {rows:,} snips"
    return [
        race(f"walks, same steps, {size}", compiled, plain, tolerance=TOLERANCE),
        race(
            f"walks, against {2 * LIMIT:,} NumPy steps a curve, {size}",
            compiled,
            to_the_limit,
            tolerance=None,
            repeats=1,
        ),
        {
            "step": f"walks, against {2 * LIMIT:,} point-by-point steps on 7 % of the snips (ten measured), {size}",
            "straightforward (s)": (slow := point_by_point() * n_curves),
            "morphsweep (s)": ours,
            "ratio": slow / ours,
        },
        race(
            "segment collinearity, 25 pairs",
            lambda: np.array([segment_cosines(a, b, N_SEGMENTS) for a, b in pairs]),
            lambda: np.array([loop_cosines(a, b, N_SEGMENTS) for a, b in pairs]),
        ),
        {"step": f"whole scaffold with health, bandwidth given, {size}", "morphsweep (s)": whole["given"]},
        {"step": f"whole scaffold with health, automatic bandwidth, {size}", "morphsweep (s)": whole["auto"]},
    ]
