"""Scores: segments, dispersion, F1 over time against what one writes first.

The straightforward sides are loops over segments, points and bins with NumPy and scikit-learn calls inside.
"""

from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from benchmarks.timing import race
from morphsweep.metrics import (
    count_tables,
    dispersion_profile,
    fit_newton,
    fit_saga,
    scores_over_time,
    time_bins,
    within_matrix,
)

Array = NDArray[np.float64]
N_POINTS, N_SEGMENTS, N_BINS = 500, 100, 20


def scaffold(curves: int) -> Array:
    """Smooth curves that leave a common stem, shape (curves, N_POINTS, 3)."""
    rng = np.random.default_rng(3)
    u = np.linspace(0, 1, N_POINTS)[:, None]
    stem = np.hstack([5 * u, np.sin(3 * u), u**2])
    return np.stack([
        stem + u**1.5 * rng.normal(size=3) * 2 + 0.1 * np.sin(7 * u + rng.normal(size=3))
        for _ in range(curves)
    ])


def slow_segments(points: Array) -> Array:
    """Mean of both directions for every pair, segment by segment."""
    matrix = np.full((len(points), len(points)), np.nan)
    for i, j in combinations(range(len(points)), 2):
        matrix[i, j] = matrix[j, i] = (
            slow_cosine(points[i], points[j]) + slow_cosine(points[j], points[i])
        ) / 2
    return matrix


def slow_cosine(a: Array, b: Array) -> float:
    """Mean cosine of the segments of b with the chords of a."""
    cut = np.floor(np.linspace(0, N_POINTS - 1, N_SEGMENTS + 1)).astype(int)
    va, vb, cosines = a[cut], b[cut], []
    for i in range(N_SEGMENTS):
        first, last = (va[np.argmin([np.sum((v - end) ** 2) for v in va])] for end in (vb[i], vb[i + 1]))
        chord, segment = last - first, vb[i + 1] - vb[i]
        length = np.linalg.norm(chord) * np.linalg.norm(segment)
        cosines.append(float(chord @ segment / length) if length > 0 else 0.0)
    return float(np.mean(cosines))


def slow_dispersion(table: pd.DataFrame) -> Array:
    """Point by point from a table of all curves."""
    profile = []
    for index in range(N_POINTS):
        points = table[table["point_index"] == index][["pc_1", "pc_2", "pc_3"]].to_numpy()
        centroid = points.mean(axis=0)
        profile.append(np.mean([np.linalg.norm(point - centroid) for point in points]))
    return np.array(profile)


def slow_f1(
    probabilities: Array, labels: NDArray[np.object_], times: Array, edges: Array, classes: list[str]
) -> Array:
    """F1, class by class and bin by bin with scikit-learn."""
    predicted = np.array(classes)[probabilities.argmax(axis=1)]
    found = []
    for name in classes:
        for b in range(N_BINS):
            inside = (times >= edges[b]) & (
                (times < edges[b + 1]) | ((b == N_BINS - 1) & (times == edges[-1]))
            )
            truth = labels[inside] == name
            missing = not truth.any() or truth.all()
            found.append(np.nan if missing else f1_score(truth, predicted[inside] == name, zero_division=0.0))
    return np.array(found)


def predictions(rows: int, classes: int) -> tuple[Array, NDArray[np.object_], Array, Array, list[str]]:
    """Probabilities that follow the labels loosely, labels, times, edges, names."""
    rng = np.random.default_rng(5)
    codes = rng.integers(0, classes, rows)
    scores = rng.normal(size=(rows, classes)) + 2 * np.eye(classes)[codes]
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    names = [f"p{k}" for k in range(classes)]
    times = rng.uniform(10, 40, rows)
    return probabilities, np.array(names, dtype=object)[codes], times, np.linspace(10, 40, N_BINS + 1), names


def fast_f1(
    probabilities: Array, labels: NDArray[np.object_], times: Array, edges: Array, classes: list[str]
) -> Array:
    """F1 from one count of all rows."""
    actual = np.asarray(
        pd.Index(np.array(classes, dtype=object), dtype="object").get_indexer(
            pd.Index(labels, dtype="object")
        )
    )
    tp, fp, fn = count_tables(
        probabilities.argmax(axis=1), actual, time_bins(times, edges), n_groups=N_BINS, n_classes=len(classes)
    )
    positive, total = tp + fn, (tp + fn).sum(axis=1, keepdims=True)
    present = (positive > 0) & (total > positive)
    f1: Array = np.divide(2 * tp, 2 * tp + fp + fn, out=np.full(tp.shape, np.nan), where=present)
    return f1.T.ravel()


def slow_ranking(
    probabilities: Array, labels: NDArray[np.object_], times: Array, edges: Array, classes: list[str]
) -> Array:
    """Average precision and AUROC, class by class and bin by bin with scikit-learn."""
    found = []
    for score in (average_precision_score, roc_auc_score):
        for c, name in enumerate(classes):
            for b in range(N_BINS):
                inside = (times >= edges[b]) & (
                    (times < edges[b + 1]) | ((b == N_BINS - 1) & (times == edges[-1]))
                )
                truth = labels[inside] == name
                missing = not truth.any() or truth.all()
                found.append(np.nan if missing else score(truth, probabilities[inside, c]))
    return np.array(found)


def fast_scores(*arguments: object) -> Array:
    """All three scores over time together."""
    table = scores_over_time(*arguments)  # type: ignore[arg-type]
    return np.concatenate([table[name].to_numpy(np.float64) for name in ("f1", "pr_auc", "auroc")])


def measure(n_rows: int = 16_000, n_curves: int = 5) -> list[dict[str, Any]]:
    """Dispersion, collinearity and scores over time, each against its straightforward version."""
    points = scaffold(n_curves)
    curves = {f"p{k}": points[k] for k in range(n_curves)}
    table = pd.DataFrame(points.reshape(-1, 3), columns=["pc_1", "pc_2", "pc_3"])
    table["point_index"] = np.tile(np.arange(N_POINTS), n_curves)
    rows = predictions(n_rows, n_curves)
    return [
        race(
            "segment collinearity of all pairs", lambda: within_matrix(curves), lambda: slow_segments(points)
        ),
        race("dispersion profile", lambda: dispersion_profile(points), lambda: slow_dispersion(table)),
        race(f"F1 over time, {n_rows:,} snips", lambda: fast_f1(*rows), lambda: slow_f1(*rows)),
        race(
            f"F1, PR-AUC and AUROC over time, {n_rows:,} snips",
            lambda: fast_scores(*rows),
            lambda: np.concatenate([slow_f1(*rows), slow_ranking(*rows)]),
        ),
    ]


def race_fits(n_rows: int = 2_304, n_latents: int = 12, classes: int = 6) -> dict[str, Any]:
    """The classifier against saga as loose as the notebook's; ours must not end above it."""
    rng = np.random.default_rng(11)
    codes = rng.integers(0, classes, n_rows)
    mixing = rng.normal(size=(n_latents, n_latents))
    features = (
        rng.normal(size=(n_rows, n_latents)) + 0.7 * rng.normal(size=(classes, n_latents))[codes]
    ) @ mixing
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    ours = partial(fit_newton, features, codes)
    theirs = partial(fit_saga, features, codes, tol=1e-3, max_iter=250)
    above = ours().objective - theirs().objective
    assert above <= 1e-9, f"ours ended {above} above saga"
    return race(
        f"classifier, {n_rows:,} x {n_latents}, against saga at tol 1e-3", ours, theirs, tolerance=None
    )
