"""Curves: the compiled walk, segments and whole scaffolds against plain NumPy and loops."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import race, seconds
from morphsweep.geometry import Curve, segment_cosines
from morphsweep.geometry.walk import Cloud, Walk, WalkOptions, ridge_start, walk_both_ways
from morphsweep.records import Settings
from morphsweep.trajectories import fit_scaffold

Array = NDArray[np.float64]
BANDWIDTH = 0.4
TOLERANCE = 1e-9  # of local means that are of size 1 to 10
N_SEGMENTS = 100
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
    clouds = {
        name: Cloud(np.ascontiguousarray(X[labels == name].T), np.ones((labels == name).sum()))
        for name in names
    }
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
        race(
            "segment collinearity, 25 pairs",
            lambda: np.array([segment_cosines(a, b, N_SEGMENTS) for a, b in pairs]),
            lambda: np.array([loop_cosines(a, b, N_SEGMENTS) for a, b in pairs]),
        ),
        {"step": f"whole scaffold with health, bandwidth given, {size}", "morphsweep (s)": whole["given"]},
        {"step": f"whole scaffold with health, automatic bandwidth, {size}", "morphsweep (s)": whole["auto"]},
    ]
