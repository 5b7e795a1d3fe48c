"""Where each perturbation is on average in each time bin: trajectories without any curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from morphsweep.errors import NotApplicable, ShapeMismatch
from morphsweep.metrics.resampling import id_keys
from morphsweep.metrics.time_bins import time_bins
from morphsweep.records import BoolArray, FloatArray, IntArray

__all__ = ["TimeCentroids", "common_points", "half_of_individual", "time_centroids"]

FEWEST_BINS = 4  # common to all perturbations; below, there is no course to speak of


@dataclass(frozen=True, slots=True)
class TimeCentroids:
    """Mean latents of each perturbation in each time bin, of all individuals and of two halves of them.

    Parameters
    ----------
    perturbations : tuple of str
        Names, in the order of the first axis.
    edges : array, shape (n_bins + 1,)
        Edges of the time bins.
    points : array, shape (n_perturbations, n_bins, n_latents)
        Centroids, latent units; NaN where a perturbation has no snip.
    halves : array, shape (2, n_perturbations, n_bins, n_latents)
        The same of each half of the individuals.
    people : array of int, shape (2, n_perturbations, n_bins)
        Individuals behind each centroid of each half.
    within : array, shape (n_bins, n_latents, n_latents)
        Covariance of the snips around their centroids, pooled over perturbations.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    """

    perturbations: tuple[str, ...]
    edges: FloatArray
    points: FloatArray
    halves: FloatArray
    people: IntArray
    within: FloatArray

    def __post_init__(self) -> None:
        p, b, d = self.points.shape
        expected = (len(self.perturbations), (2, p, b, d), (2, p, b), (b, d, d), b + 1)
        found = (p, self.halves.shape, self.people.shape, self.within.shape, len(self.edges))
        if found != expected:
            msg = f"centroids do not correspond: expected {expected}, found {found}"
            raise ShapeMismatch(msg)

    @property
    def common(self) -> BoolArray:
        """Bins in which every perturbation has a centroid, shape (n_bins,)."""
        return np.asarray(np.isfinite(self.points).all(axis=(0, 2)))


def time_centroids(
    latents: FloatArray,
    labels: NDArray[Any],
    individuals: NDArray[Any],
    times: FloatArray,
    /,
    *,
    perturbations: Sequence[str],
    edges: FloatArray,
    weight: FloatArray | None = None,
) -> TimeCentroids:
    """Centroid of every perturbation in every time bin.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    labels, individuals : array of str, shape (n_snips,)
        Perturbation and individual of each snip.
    times : array, shape (n_snips,)
        Times.
    perturbations : sequence of str
        Which, in the order wanted.
    edges : array, shape (n_bins + 1,)
        Rising edges; the last bin is closed.
    weight : array, shape (n_snips,), optional
        Relative weight of each snip.

    Returns
    -------
    TimeCentroids
        Halves are dealt by a hash of the individual's name within its perturbation, the same in all runs.

    Examples
    --------
    >>> made = time_centroids(
    ...     np.array([[0.0], [2.0], [8.0]]),
    ...     np.array(["wt"] * 3),
    ...     np.array(["e1", "e2", "e1"]),
    ...     np.array([0.0, 0.0, 1.0]),
    ...     perturbations=["wt"],
    ...     edges=np.array([0.0, 0.5, 1.0]),
    ... )
    >>> made.points[0, :, 0]
    array([1., 8.])
    """
    X = np.asarray(latents, dtype=np.float64)
    n_bins, n = len(edges) - 1, len(perturbations)
    place = {name: k for k, name in enumerate(perturbations)}
    code = np.array([place.get(name, -1) for name in labels], dtype=np.int64)
    bins = time_bins(times, edges)
    kept = (code >= 0) & (bins >= 0)
    X, cell = X[kept], code[kept] * n_bins + bins[kept]
    w = np.ones(len(X)) if weight is None else np.asarray(weight, dtype=np.float64)[kept]
    shape = (n, n_bins, X.shape[1])
    points = _means(X, cell, w, n * n_bins)
    half = half_of_individual(individuals[kept], labels[kept])
    halves = np.stack([
        _means(X[half == side], cell[half == side], w[half == side], n * n_bins).reshape(shape)
        for side in (0, 1)
    ])
    _, person = np.unique(individuals[kept].astype(str), return_inverse=True)
    seen = np.unique(np.c_[half, cell, person], axis=0)
    people = np.bincount(seen[:, 0] * n * n_bins + seen[:, 1], minlength=2 * n * n_bins)
    return TimeCentroids(
        tuple(perturbations),
        np.asarray(edges, float),
        points.reshape(shape),
        halves,
        people.reshape(2, n, n_bins),
        _within(X - points[cell], bins[kept], w, n_bins),
    )


def half_of_individual(individuals: NDArray[Any], labels: NDArray[Any], /) -> IntArray:
    """Half (0 or 1) that each snip's individual belongs to, as equal as can be within each perturbation.

    Parameters
    ----------
    individuals, labels : array of str, shape (n_snips,)
        Individual and perturbation of each snip.

    Returns
    -------
    array of int, shape (n_snips,)
        Depends on names only, so that all runs cut alike.

    Examples
    --------
    >>> half_of_individual(np.array(["a", "b", "a"]), np.array(["wt", "wt", "wt"])).tolist() in (
    ...     [0, 1, 0],
    ...     [1, 0, 1],
    ... )
    True
    """
    names, first, code = np.unique(individuals.astype(str), return_index=True, return_inverse=True)
    order = np.lexsort((id_keys(names, purpose="half"), labels[first].astype(str)))
    side = np.empty(len(names), dtype=np.int64)
    side[order] = np.arange(len(names)) % 2
    half: IntArray = side[code]
    return half


def common_points(centroids: TimeCentroids, /) -> tuple[FloatArray, FloatArray]:
    """Centroids in the bins that all perturbations have, and where in the common window each bin stands.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    points : array, shape (n_perturbations, n_common, n_latents)
        Centroids, latent units.
    share : array, shape (n_common,)
        From 0 (first common bin) to 1 (last).

    Raises
    ------
    NotApplicable
        If the cohort has fewer than two perturbations or four common bins.
    """
    common = np.flatnonzero(centroids.common)
    if len(centroids.points) < 2 or len(common) < FEWEST_BINS:
        msg = (
            f"centroids over time need 2 perturbations with {FEWEST_BINS} time bins in common, "
            f"found {len(centroids.points)} with {len(common)}"
        )
        raise NotApplicable(msg)
    middle = (centroids.edges[1:] + centroids.edges[:-1])[common] / 2
    share: FloatArray = (middle - middle[0]) / (middle[-1] - middle[0])
    return centroids.points[:, common], share


def _means(X: FloatArray, cell: IntArray, w: FloatArray, n_cells: int) -> FloatArray:
    """Weighted mean of the rows of each cell; NaN where a cell has no weight."""
    members = csr_array((w, (cell, np.arange(len(X)))), shape=(n_cells, len(X)))
    total = np.bincount(cell, weights=w, minlength=n_cells)[:, None]
    sums = members @ X
    means: FloatArray = np.divide(sums, total, out=np.full(sums.shape, np.nan), where=total > 0)
    return means


def _within(residual: FloatArray, bins: IntArray, w: FloatArray, n_bins: int) -> FloatArray:
    d = residual.shape[1]
    made = np.full((n_bins, d, d), np.nan)
    for b in range(n_bins):
        rows = (bins == b) & (w > 0)
        if rows.sum() > 1:
            r = residual[rows]
            made[b] = (r * w[rows, None]).T @ r / w[rows].sum()
    return made
