"""A whole model, step by step as one writes it first: pandas, scikit-learn and Python loops, against ours.

Two regimes of `rows` snips each. Where the definitions are the same the results are asserted to be equal; the principal curve is
compared by time only (the straightforward one walks a subsample of 5 or 10 % to the limit of its steps, ours all snips), and so is
the classifier (saga as loose as the notebook's against ours solved to a stated optimality).
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from sklearn.decomposition import PCA

from benchmarks.metrics import (
    N_BINS,
    N_POINTS,
    fast_f1,
    predictions,
    race_fits,
    slow_dispersion,
    slow_f1,
    slow_segments,
)
from benchmarks.neighbours import fast_overlap, graph_numbers, networkx_numbers, slow_overlap
from benchmarks.timing import race
from morphsweep.geometry import Curve, kabsch
from morphsweep.io import EmbeddingCache, file_digest, read_embedding
from morphsweep.metrics import dispersion_profile, neighbour_edges, within_matrix
from morphsweep.records import Embedding, Settings
from morphsweep.trajectories import fit_scaffold, fit_space

Array = NDArray[np.float64]
LABELS = ("wt", "gdf3", "lmx1b", "tgfb-i", "wnt-i")


def write_run(path: Path, *, rows: int, latents: int, seed: int) -> Path:
    """One run as a CSV: five branches of a common stem, turned into `latents` dimensions."""
    rng = np.random.default_rng(seed)
    person = np.arange(rows) % 100
    label, u = person % 5, np.arange(rows) // 100 / (rows // 100)
    turn = 2 * np.pi * label / 5
    truth = np.c_[6 * u, 3 * u**2 * np.cos(turn) + np.sin(3 * u), 3 * u**2 * np.sin(turn)]
    values = truth @ rng.normal(size=(3, latents)) + 0.3 * rng.normal(size=(rows, latents))
    frame = pd.DataFrame({
        "snip_id": [f"e{p}_{k:05d}" for k, p in enumerate(person)],
        "embryo_id": [f"e{p}" for p in person],
        "phenotype": np.array(LABELS)[label],
        "predicted_stage_hpf": 12 + 36 * u,
    })
    numbers = pd.DataFrame(values, columns=[f"z_mu_b_{j:02d}" for j in range(latents)])
    pd.concat([frame, numbers], axis=1).to_csv(path, index=False, float_format="%.6f")
    return path


def slow_read(path: Path) -> Array:
    """Latents by pandas."""
    frame = pd.read_csv(path)
    found: Array = frame[[name for name in frame if str(name).startswith("z_mu_b_")]].to_numpy(np.float32)
    return found


def slow_space(latents: NDArray[Any]) -> Array:
    """Shares of variance by scikit-learn."""
    return np.asarray(PCA(3, svd_solver="full").fit(latents.astype(float)).explained_variance_ratio_)


def looped_leg(X: Array, start: Array, direction: Array, bandwidth: float, steps: int) -> Array:
    """One way of the walk: the weighted covariance of every step is a sum over the points, one after the other."""
    x, before, path = start.copy(), direction, []
    for _ in range(steps):
        weights = np.exp(-0.5 * np.sum((X - x) ** 2, axis=1) / bandwidth**2)
        weights /= weights.sum()
        mean = np.sum([w * point for w, point in zip(weights, X, strict=True)], axis=0)
        covariance = np.zeros((X.shape[1], X.shape[1]))
        for w, point in zip(weights, X, strict=True):
            covariance += w * np.outer(point - mean, point - mean)
        ahead = np.linalg.eigh(covariance)[1][:, -1]
        ahead = ahead if ahead @ before >= 0 else -ahead
        path.append(mean)
        before, x = ahead, mean + bandwidth * ahead
    return np.array(path)


def slow_curves(scores: Array, labels: NDArray[np.object_], times: Array) -> Array:
    """A curve per perturbation on a random 5 or 10 % of its snips, 500 steps each way, a spline over the point index."""
    frame = pd.DataFrame(scores, columns=["x", "y", "z"]).assign(label=labels, time=times)
    found = []
    for name, group in frame.groupby("label"):
        sample = group.sample(frac=0.05 if name == "wt" else 0.1, random_state=42)
        X = sample[["x", "y", "z"]].to_numpy()
        mean = X[(sample["time"] < sample["time"].min() + 1).to_numpy()].mean(axis=0)
        start = X[np.argmin([np.linalg.norm(x - mean) for x in X])]
        direction = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][0]
        ahead, back = (looped_leg(X, start, sign * direction, 0.5, 500) for sign in (1, -1))
        path = np.concatenate([back[:0:-1], ahead])
        found.append(CubicSpline(np.arange(len(path)), path)(np.linspace(0, len(path) - 1, N_POINTS)))
    return np.stack(found)


def slow_kabsch(P: Array, Q: Array) -> Array:
    """RMSE before and after the best rotation, by the book."""
    p, q = P - P.mean(axis=0), Q - Q.mean(axis=0)
    u, _, vt = np.linalg.svd(q.T @ p)
    turn = vt.T @ np.diag([1, 1, np.sign(np.linalg.det(vt.T @ u.T))]) @ u.T
    return np.array([
        np.sqrt(np.mean([(a - b) ** 2 for a, b in zip(P, Q, strict=True)])),
        np.sqrt(np.mean([(a - turn @ b) ** 2 for a, b in zip(p, q, strict=True)])),
    ])


def fast_kabsch(P: Array, Q: Array) -> Array:
    """The same by ours."""
    motion = kabsch(P, Q)
    return np.array([motion.rmse_before, motion.rmse_after])


def measure(rows: int = 16_000, latents: int = 80) -> list[dict[str, Any]]:
    """Every step for one model of two regimes, and their sum."""
    with tempfile.TemporaryDirectory() as folder:
        return _measure(Path(folder), rows, latents)


def _measure(folder: Path, rows: int, latents: int) -> list[dict[str, Any]]:
    paths = [write_run(folder / f"{k}.csv", rows=rows, latents=latents, seed=k) for k in range(2)]
    runs = [read_embedding(path) for path in paths]
    cache = EmbeddingCache(folder / "cache", 10**10)
    keys = [file_digest(path) for path in paths]

    def cached() -> Array:
        return np.stack([
            cache.read(path, key, partial(read_embedding, path)).latents
            for path, key in zip(paths, keys, strict=True)
        ])

    spaces = [fit_space(run.latents) for run in runs]
    scores = [np.asarray(space.scores, np.float64) for space in spaces]
    labels, times = runs[0].obs["perturbation"].to_numpy(), runs[0].obs["time"].to_numpy(float)
    settings = Settings(bandwidth=0.5)
    fits = [
        fit_scaffold(space.scores, labels, times, LABELS, settings=settings, control="wt") for space in spaces
    ]
    curves = [
        np.stack([Curve(np.asarray(fit.fits[name].points, np.float64)).resample(N_POINTS) for name in LABELS])
        for fit in fits
    ]
    table = pd.DataFrame(curves[0].reshape(-1, 3), columns=["pc_1", "pc_2", "pc_3"])
    table["point_index"] = np.tile(np.arange(N_POINTS), len(LABELS))
    named = dict(zip(LABELS, curves[0], strict=True))
    predicted = predictions(rows, len(LABELS))
    size = f"2 x {rows:,} x {latents}"
    found = [
        race(
            f"read {size} from CSV",
            lambda: np.stack([read_embedding(path).latents for path in paths]),
            lambda: np.stack([slow_read(path) for path in paths]),
        ),
        race(
            f"read {size} again, from the cache",
            cached,
            lambda: np.stack([slow_read(path) for path in paths]),
        ),
        race(
            "space: shares of variance",
            lambda: np.stack([fit_space(run.latents).explained_variance for run in runs]),
            lambda: np.stack([slow_space(run.latents) for run in runs]),
            tolerance=1e-6,
        ),
        race(
            "10 curves: all snips with health, against a subsample of 5 to 10 %",
            lambda: [
                fit_scaffold(space.scores, labels, times, LABELS, settings=settings, control="wt")
                for space in spaces
            ],
            lambda: [slow_curves(values, labels, times) for values in scores],
            tolerance=None,
            repeats=1,
        ),
        race(
            "best rigid motion, 5 pairs",
            lambda: np.stack([fast_kabsch(P, Q) for P, Q in zip(*curves, strict=True)]),
            lambda: np.stack([slow_kabsch(P, Q) for P, Q in zip(*curves, strict=True)]),
            tolerance=1e-9,
        ),
        race(
            "segment collinearity of all pairs",
            lambda: within_matrix(named),
            lambda: slow_segments(curves[0]),
        ),
        race("dispersion profile", lambda: dispersion_profile(curves[0]), lambda: slow_dispersion(table)),
        race(f"F1 in {N_BINS} bins", lambda: fast_f1(*predicted), lambda: slow_f1(*predicted)),
        race_fits(rows, latents, len(LABELS)),
        *_neighbours(runs, rows),
    ]
    cold = [row for row in found if "cache" not in row["step"]]
    warm = [row for row in found if "from CSV" not in row["step"]]
    return [*found, _sum("all of these, from CSV", cold), _sum("all of these, from the cache", warm)]


def _neighbours(runs: list[Embedding], rows: int) -> list[dict[str, Any]]:
    """Overlap of the neighbours of a tenth of the snips, and numbers of a graph of a twentieth of them per regime."""
    obs = runs[0].obs
    chosen = np.random.default_rng(0).permutation(rows)[: rows // 10]
    P, Q = (run.latents[chosen].astype(np.float64) for run in runs)
    label, person = (obs[name].to_numpy()[chosen] for name in ("perturbation", "individual"))
    edges = [neighbour_edges(run.latents[chosen[: max(rows // 20, 400)]]) for run in runs]
    return [
        race(
            f"overlap of neighbours, {len(chosen):,} snips",
            lambda: fast_overlap(P, Q, label, person),
            lambda: slow_overlap(P, Q, label),
            tolerance=1e-10,
            repeats=1,
        ),
        race(
            f"clustering and path lengths, 2 graphs of {max(rows // 20, 400):,} snips",
            lambda: np.stack([graph_numbers(part) for part in edges]),
            lambda: np.stack([networkx_numbers(part) for part in edges]),
            tolerance=1e-10,
        ),
    ]


def _sum(what: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Both sides of several steps together."""
    slow, fast = (sum(row[name] for row in rows) for name in ("straightforward (s)", "morphsweep (s)"))
    return {"step": what, "straightforward (s)": slow, "morphsweep (s)": fast, "ratio": slow / fast}
