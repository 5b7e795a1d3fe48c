"""A whole model, step by step as one writes it first: pandas, scikit-learn and Python loops, against ours.

Two regimes, the definitions of the ``notebook`` protocol on both sides: a walk on a subsample of 5 or 10 % with 500 steps each
way, one direction per pair, one split of the individuals, F1 in 20 bins. The straightforward side sums the covariance of every
step of a walk point by point and asks for the neighbours of one snip after the other, as the original scripts do. Results are
asserted to be equal before anything is timed. One step is not the same on both sides: the straightforward classifier
is saga at tol 1e-3 and at most 250 passes, ours is the proximal Newton, which must end at a lower objective with a duality gap of at
most 1e-7. With saga on both sides, which the ``notebook`` protocol uses and which is timed too, that step takes the same time on
both, and the last row says what is left of the ratio.
"""

import tempfile
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv
from scipy.interpolate import CubicSpline
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.metrics import N_BINS, N_POINTS, N_SEGMENTS, fast_f1, slow_cosine, slow_dispersion, slow_f1
from benchmarks.neighbours import fast_overlap, graph_numbers, networkx_numbers, slow_overlap
from benchmarks.timing import race
from morphsweep.geometry import kabsch, resample_by_index, segment_cosines
from morphsweep.geometry.notebook_curve import notebook_walk
from morphsweep.io import EmbeddingCache, file_digest, read_embedding
from morphsweep.metrics import dispersion_profile, neighbour_edges, predict_out_of_fold
from morphsweep.records import Embedding, Settings
from morphsweep.trajectories import fit_scaffold, fit_space

Array = NDArray[np.float64]
LABELS = ("wt", "gdf3", "lmx1b", "tgfb-i", "wnt-i")
NUISANCE = 20  # latents that are read and not used
NOTEBOOK = Settings.for_protocol("notebook")
OURS = NOTEBOOK.model_copy(
    update={"classifier": "newton", "classifier_tol": 1e-5, "classifier_max_iter": 200}
)
H = 0.5  # bandwidth and step
MOST_ROWS = 20_000  # of a run for which saga is timed on both sides
WALKS_APART = 1e-6  # of walks 10 to 50 long


def write_run(path: Path, *, rows: int, latents: int, seed: int) -> Path:
    """One run as a CSV: five branches of a common stem, turned into the biological of `latents` dimensions."""
    rng = np.random.default_rng(seed)
    person = np.arange(rows) % 400
    label, u = person % 5, np.arange(rows) // 400 / (rows // 400)
    turn = 2 * np.pi * label / 5
    truth = np.c_[6 * u, 3 * u**2 * np.cos(turn) + np.sin(3 * u), 3 * u**2 * np.sin(turn)]
    biological = truth @ rng.normal(size=(3, latents - NUISANCE)) / 3
    values = np.hstack([biological, np.zeros((rows, NUISANCE))]) + 0.3 * rng.normal(size=(rows, latents))
    names = [f"z_mu_b_{j:02d}" for j in range(latents - NUISANCE)] + [
        f"z_mu_n_{j:02d}" for j in range(NUISANCE)
    ]
    columns: dict[str, Any] = {
        "snip_id": [f"e{p}_{k:05d}" for k, p in enumerate(person)],
        "embryo_id": [f"e{p}" for p in person],
        "phenotype": np.array(LABELS)[label],
        "predicted_stage_hpf": 12 + 36 * u,
    }
    columns |= dict(zip(names, values.round(6).T, strict=True))
    csv.write_csv(pa.table(columns), path)
    return path


def slow_read(path: Path) -> Array:
    """Latents by pandas."""
    frame = pd.read_csv(path)
    found: Array = frame[[name for name in frame if str(name).startswith("z_mu_b_")]].to_numpy(np.float32)
    return found


def slow_space(latents: NDArray[Any]) -> Array:
    """Shares of variance by scikit-learn."""
    pca = PCA(3)
    pca.fit_transform(latents.astype(float))
    return np.asarray(pca.explained_variance_ratio_)


def looped_leg(X: Array, start: Array, direction: Array | None, h: float) -> list[Array]:
    """One way of the walk; the covariance of every step is a sum over the points, one after the other."""
    x, path = start, [start]
    for _ in range(NOTEBOOK.curve_max_iter):
        weights = np.exp(-((X - x) ** 2).sum(axis=1) / (2 * h**2))
        weights = weights / weights.sum()
        mean = weights @ X
        covariance = np.zeros((X.shape[1], X.shape[1]))
        for w, point in zip(weights, X, strict=True):
            covariance += w * np.outer(point - mean, point - mean)
        values, vectors = np.linalg.eig(covariance)
        axis = vectors[:, values.argmax()].real
        if direction is not None:
            cosine = axis @ direction / np.linalg.norm(axis) / np.linalg.norm(direction)
            turned = cosine**2 * (axis if cosine >= 0 else -axis) + (1 - cosine**2) * direction
            axis = turned / np.linalg.norm(turned)
        if np.linalg.norm(mean - x) < NOTEBOOK.curve_tol:
            break
        x, direction = mean + h * axis, axis
        path.append(x)
    return path


@dataclass(frozen=True)
class SlowCurve:
    """One curve with what it was walked on."""

    sample: Array
    start: Array
    path: Array
    points: Array


def slow_curve(group: pd.DataFrame, fraction: float) -> SlowCurve:
    """On a random part of the snips: both ways, without duplicates, at equal arc length."""
    X = group.sample(frac=fraction, random_state=42)[["x", "y", "z"]].to_numpy()
    mean = group[group["time"] < group["time"].min() + 1][["x", "y", "z"]].to_numpy().mean(axis=0)
    start = X[np.argmin([np.linalg.norm(x - mean) for x in X])]
    ahead = looped_leg(X, start, None, H)
    back = looped_leg(X, start, -(ahead[1] - ahead[0]) / H, H)
    path = pd.DataFrame(back[::-1] + ahead).drop_duplicates().to_numpy()
    spline, fine = CubicSpline(np.arange(len(path)), path), np.linspace(0, len(path) - 1, 5_000)
    walked = np.r_[0, np.cumsum(np.linalg.norm(np.diff(spline(fine), axis=0), axis=1))]
    points = spline(np.interp(np.linspace(0, walked[-1], N_POINTS), walked, fine))
    return SlowCurve(X, start, path, points)


def slow_curves(scores: Array, labels: NDArray[np.object_], times: Array) -> list[SlowCurve]:
    """A curve per perturbation."""
    frame = pd.DataFrame(scores, columns=["x", "y", "z"]).assign(label=labels, time=times)
    return [slow_curve(frame[frame["label"] == name], 0.05 if name == "wt" else 0.1) for name in LABELS]


def same_curve(slow: SlowCurve) -> float:
    """Largest distance between the walks of both sides, and between their resampled points.

    Walks are compared as courses: where one ends in a circle its points come back, a last digit apart, and are then no
    duplicates of each other.
    """
    ours = notebook_walk(
        slow.sample,
        slow.start,
        H,
        NOTEBOOK.curve_max_iter,
        NOTEBOOK.curve_tol,
        2.0,
        np.ones(len(slow.sample)),
    )[0]
    apart = cdist(ours, slow.path)
    resampled = np.abs(resample_by_index(slow.path, N_POINTS) - slow.points)
    return float(max(apart.min(axis=0).max(), apart.min(axis=1).max(), resampled.max()))


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


def slow_probabilities(
    latents: NDArray[Any], labels: NDArray[np.object_], individuals: NDArray[np.object_]
) -> Array:
    """Split by individual, imputed, scaled, fitted and predicted with scikit-learn."""
    train, _ = train_test_split(pd.unique(individuals), test_size=0.2, random_state=42)
    learned = np.isin(individuals, train)
    features = latents.astype(float)
    model = make_pipeline(
        SimpleImputer(),
        StandardScaler(),
        LogisticRegression(solver="saga", C=10.0, l1_ratio=0.2, tol=1e-3, max_iter=250, random_state=42),
    )
    model.fit(features[learned], labels[learned])
    found: Array = model.predict_proba(features[~learned])
    return found


@dataclass(frozen=True)
class Model:
    """What the steps work on: two runs of the same snips, read and placed by ours."""

    paths: list[Path]

    @cached_property
    def runs(self) -> list[Embedding]:
        """Both regimes."""
        return [read_embedding(path) for path in self.paths]

    def obs(self, name: str) -> NDArray[np.object_]:
        """A column of the snips."""
        return self.runs[0].obs[name].to_numpy()

    @cached_property
    def places(self) -> list[Array]:
        """Snips in the space of their run."""
        return [np.asarray(fit_space(run.latents).scores, np.float64) for run in self.runs]

    def curves(self) -> Array:
        """Of both regimes by ours."""
        labels, times = self.obs("perturbation"), self.obs("time").astype(float)
        options = {"settings": NOTEBOOK, "control": "wt", "diagnostics": False}
        fits = [fit_scaffold(places, labels, times, LABELS, **options) for places in self.places]  # type: ignore[arg-type]
        return np.stack([fit.stack(LABELS) for fit in fits])

    def slow_curves(self) -> list[SlowCurve]:
        """Of both regimes by loops."""
        labels, times = self.obs("perturbation"), self.obs("time").astype(float)
        return [curve for places in self.places for curve in slow_curves(places, labels, times)]

    def probabilities(self, settings: Settings) -> list[Array]:
        """Of the test snips in both regimes."""
        found = [
            predict_out_of_fold(
                run.latents,
                self.obs("perturbation"),
                self.obs("individual"),
                np.zeros(len(run.obs), int),
                settings=settings,
            )
            for run in self.runs
        ]
        if settings.classifier == "newton":
            assert all(fit.gap <= 1e-7 for one in found for fit in one.certificates)
        return [np.asarray(one.probabilities[one.test], np.float64) for one in found]

    def slow_probabilities(self) -> list[Array]:
        """The same by scikit-learn."""
        return [
            slow_probabilities(run.latents, self.obs("perturbation"), self.obs("individual"))
            for run in self.runs
        ]


def measure(rows: int = 8_000, latents: int = 100) -> list[dict[str, Any]]:
    """Every step for one model of two regimes, and their sum."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = Model([write_run(folder / f"{k}.csv", rows=rows, latents=latents, seed=k) for k in range(2)])
        found = [
            *_tables(model, folder / "cache", f"2 x {rows:,} x {latents}"),
            *_trajectories(model),
            *_discrimination(model),
            *_neighbours(model, rows),
        ]
    for row in found:
        row["step"] = f"2 x {rows:,} x {latents}: {row['step']}"
    counted = [row for row in found if "not counted" not in row["step"]]
    cold = [row for row in counted if "cache" not in row["step"]]
    warm = [row for row in counted if "from CSV" not in row["step"]]
    saga = [row for row in found if "Newton" not in row["step"] and "from CSV" not in row["step"]]
    return [
        *found,
        _sum(f"2 x {rows:,} x {latents}: the whole model, from CSV", cold),
        _sum(f"2 x {rows:,} x {latents}: the whole model, from the cache", warm),
        *(
            [_sum(f"2 x {rows:,} x {latents}: the same from the cache, with saga on both sides", saga)]
            if rows <= MOST_ROWS
            else []
        ),
    ]


def _tables(model: Model, folder: Path, size: str) -> list[dict[str, Any]]:
    cache = EmbeddingCache(folder, 10**10)
    keys = [file_digest(path) for path in model.paths]

    def cached() -> Array:
        return np.stack([
            cache.read(path, key, partial(read_embedding, path)).latents
            for path, key in zip(model.paths, keys, strict=True)
        ])

    def read() -> Array:
        return np.stack([read_embedding(path).latents for path in model.paths])

    def slow() -> Array:
        return np.stack([slow_read(path) for path in model.paths])

    return [
        race("read from CSV", read, slow),
        race("read again, from the cache", cached, slow),
        race(
            "space",
            lambda: np.stack([fit_space(run.latents).explained_variance for run in model.runs]),
            lambda: np.stack([slow_space(run.latents) for run in model.runs]),
            tolerance=1e-6,
        ),
    ]


def _trajectories(model: Model) -> list[dict[str, Any]]:
    curves = model.curves()
    table = [pd.DataFrame(one.reshape(-1, 3), columns=["pc_1", "pc_2", "pc_3"]) for one in curves]
    for frame in table:
        frame["point_index"] = np.tile(np.arange(N_POINTS), len(LABELS))
    pairs = [
        (one[i], one[j]) for one in curves for i in range(len(LABELS)) for j in range(i + 1, len(LABELS))
    ]
    pairs += list(zip(*curves, strict=True))
    looped: list[SlowCurve] = []
    walked = race(
        "10 curves on 5 to 10 % of the snips",
        model.curves,
        lambda: looped.extend(model.slow_curves()),
        tolerance=None,
        repeats=1,
    )
    walked["largest difference"] = max(map(same_curve, looped))
    assert walked["largest difference"] <= WALKS_APART, f"walks differ by {walked['largest difference']}"
    return [
        walked,
        race(
            "best rigid motion, 5 pairs",
            lambda: np.stack([fast_kabsch(P, Q) for P, Q in zip(*curves, strict=True)]),
            lambda: np.stack([slow_kabsch(P, Q) for P, Q in zip(*curves, strict=True)]),
            tolerance=1e-9,
        ),
        race(
            "segment collinearity, 25 pairs",
            lambda: np.array([segment_cosines(a, b, N_SEGMENTS).mean() for a, b in pairs]),
            lambda: np.array([slow_cosine(a, b) for a, b in pairs]),
        ),
        race(
            "dispersion profiles",
            lambda: np.stack([dispersion_profile(one) for one in curves]),
            lambda: np.stack([slow_dispersion(one) for one in table]),
        ),
    ]


def _discrimination(model: Model) -> list[dict[str, Any]]:
    classes = sorted(LABELS)
    train, _ = train_test_split(pd.unique(model.obs("individual")), test_size=0.2, random_state=42)
    test = ~np.isin(model.obs("individual"), train)
    truth, times = model.obs("perturbation")[test], model.obs("time").astype(float)[test]
    edges = np.linspace(times.min(), min(times.max(), 40.0), N_BINS + 1)
    given = [(p, truth, times, edges, classes) for p in model.probabilities(OURS)]
    return [
        race(
            "split, scaling, classifier and prediction: proximal Newton against saga",
            lambda: model.probabilities(OURS),
            model.slow_probabilities,
            tolerance=None,
            repeats=1,
        ),
        *_saga_on_both_sides(model),
        race(
            f"F1 in {N_BINS} bins",
            lambda: np.stack([fast_f1(*one) for one in given]),
            lambda: np.stack([slow_f1(*one) for one in given]),
        ),
    ]


def _saga_on_both_sides(model: Model) -> list[dict[str, Any]]:
    """Not part of the sum, and left out at full size, where it takes minutes on both sides."""
    if len(model.obs("time")) > MOST_ROWS:
        return []
    row = race(
        "the same with saga on both sides (not counted)",
        lambda: np.stack(model.probabilities(NOTEBOOK)),
        lambda: np.stack(model.slow_probabilities()),
        tolerance=1e-8,
        repeats=1,
    )
    return [row]


def _neighbours(model: Model, rows: int) -> list[dict[str, Any]]:
    """Overlap of the neighbours of a tenth of the snips, and numbers of a graph of a twentieth of them per regime."""
    chosen = np.random.default_rng(0).permutation(rows)[: rows // 10]
    P, Q = (run.latents[chosen].astype(np.float64) for run in model.runs)
    label, person = (model.obs(name)[chosen] for name in ("perturbation", "individual"))
    size = max(rows // 20, 400)
    edges = [neighbour_edges(run.latents[chosen[:size]]) for run in model.runs]
    return [
        race(
            f"overlap of neighbours, {len(chosen):,} snips",
            lambda: fast_overlap(P, Q, label, person),
            lambda: slow_overlap(P, Q, label),
            tolerance=1e-10,
            repeats=1,
        ),
        race(
            f"clustering and path lengths, 2 graphs of {size:,} snips",
            lambda: np.stack([graph_numbers(part) for part in edges]),
            lambda: np.stack([networkx_numbers(part) for part in edges]),
            tolerance=1e-10,
        ),
    ]


def _sum(what: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Both sides of several steps together."""
    slow, fast = (sum(row[name] for row in rows) for name in ("straightforward (s)", "morphsweep (s)"))
    return {"step": what, "straightforward (s)": slow, "morphsweep (s)": fast, "ratio": slow / fast}


if __name__ == "__main__":
    from threadpoolctl import threadpool_limits

    from benchmarks.timing import record

    with threadpool_limits(1):  # full size: several minutes, nearly all of it on the straightforward side
        print(record("whole_model_full", measure(80_000)).to_string(index=False))
