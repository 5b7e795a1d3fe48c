"""How fast are the curves of a run? The compiled walk against the same steps in plain NumPy, in one process.

Run: python benchmarks/curves.py [--rows 80000] [--curves 10]

Both sides take the same steps; their local means, and the cosines of the segments, are compared before anything is
timed. CPU seconds on one thread, best of three on both sides, taken in turns.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

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


def best_of(sides: dict[str, Callable[[], object]], repeats: int = 3) -> dict[str, float]:
    """Least CPU seconds of each side; the sides take turns."""
    least = dict.fromkeys(sides, float("inf"))
    for _ in range(repeats):
        for name, side in sides.items():
            begun = time.process_time()
            side()
            least[name] = min(least[name], time.process_time() - begun)
    return least


def main() -> None:
    """Compare, then time, then print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=80_000)
    parser.add_argument("--curves", type=int, default=10)
    given = parser.parse_args()
    X, labels, times = branches(given.rows, given.curves)
    names = sorted(set(labels))
    clouds = {
        name: Cloud(np.ascontiguousarray(X[labels == name].T), np.ones((labels == name).sum()))
        for name in names
    }
    options = WalkOptions(BANDWIDTH, BANDWIDTH, 2.0, 500, 1e-3)
    starts = {name: ridge_start(cloud, np.zeros(3), BANDWIDTH) for name, cloud in clouds.items()}

    def compiled() -> dict[str, Walk]:
        return {name: walk_both_ways(clouds[name], *starts[name], options) for name in names}

    def to_the_limit() -> None:
        for name in names:
            for sign in (1.0, -1.0):
                numpy_leg(clouds[name].rows, starts[name][0], sign * starts[name][1], BANDWIDTH, LIMIT)

    def plain(walks: dict[str, Walk]) -> dict[str, Array]:
        return {name: numpy_walk(clouds[name].rows, *starts[name][:2], walks[name]) for name in names}

    with threadpool_limits(1):
        walks = compiled()
        means = plain(walks)
        apart = max(float(np.abs(walks[name].points - means[name]).max()) for name in names)
        assert apart < TOLERANCE, f"local means differ by {apart:.1e}"
        curves = [
            Curve(walk.points[:: max(1, len(walk.points) // 20)]).resample(500) for walk in walks.values()
        ]
        pairs = [(a, b) for a in curves for b in curves]
        for a, b in pairs[:5]:
            assert np.allclose(segment_cosines(a, b, N_SEGMENTS), loop_cosines(a, b, N_SEGMENTS), atol=1e-12)
        settings = Settings(bandwidth=BANDWIDTH)
        fixed: Callable[[], object] = lambda: fit_scaffold(  # noqa: E731 - a named closure for the table
            X, labels, times, names, settings=settings, control=names[0]
        )
        automatic: Callable[[], object] = lambda: fit_scaffold(  # noqa: E731 - as above
            X, labels, times, names, settings=Settings(), control=names[0]
        )
        for warm_up in (fixed, automatic):
            warm_up()
        seconds = best_of({
            "walk": compiled,
            "plain": lambda: plain(walks),
            "limit": to_the_limit,
            "fixed": fixed,
            "automatic": automatic,
        })
        segments = best_of({
            "compiled": lambda: [segment_cosines(a, b, N_SEGMENTS) for a, b in pairs[:25]],
            "loop": lambda: [loop_cosines(a, b, N_SEGMENTS) for a, b in pairs[:25]],
        })
    steps = sum(len(walk.points) - 1 for walk in walks.values())
    print(
        f"{given.curves} curves, {given.rows} rows x 3, {steps} steps; largest difference of local means {apart:.1e}"
    )
    print(f"{'what':<42}{'CPU s':>10}{'ratio':>8}")
    print(f"{'walks, compiled':<42}{seconds['walk']:>10.4f}")
    print(f"{'walks, plain NumPy':<42}{seconds['plain']:>10.4f}{seconds['plain'] / seconds['walk']:>8.0f}")
    limit = f"walks, plain NumPy, {2 * LIMIT} steps a curve"
    print(f"{limit:<42}{seconds['limit']:>10.4f}{seconds['limit'] / seconds['walk']:>8.0f}")
    print(f"{'scaffold with health, bandwidth given':<42}{seconds['fixed']:>10.4f}")
    print(f"{'scaffold with health, automatic bandwidth':<42}{seconds['automatic']:>10.4f}")
    print(f"{'25 pairs of segments, compiled':<42}{segments['compiled']:>10.4f}")
    ratio = segments["loop"] / segments["compiled"]
    print(f"{'25 pairs of segments, double loop':<42}{segments['loop']:>10.4f}{ratio:>8.0f}")


if __name__ == "__main__":
    main()
