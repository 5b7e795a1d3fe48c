"""Four-point condition: in a tree, of the three ways to pair four points the two longer ones are equally long."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, shortest_path
from scipy.spatial.distance import cdist

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.geometry.compiled import compiled
from morphsweep.metrics.centroids import TimeCentroids
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = [
    "SPECS",
    "centroid_distances",
    "four_point_delta",
    "hyperbolicity",
    "path_distances",
    "quartet_sums",
]

ALL_UP_TO = 160  # points of which every quartet is looked at, 26 million of them; beyond, quartets are drawn
N_QUARTETS = 5_000  # drawn; a mean over them has an error of at most 0.007
FEWEST_NODES = 8
ROUNDING = 1e-9  # share of the largest sum up to which all three count as equal
CONNECTED = 0.95  # share of the points that must hang together; stragglers are left out


def path_distances(points: FloatArray, /, *, k: int, links: IntArray | None = None) -> FloatArray:
    """Distances along the graph that joins each point with its k nearest ones.

    Parameters
    ----------
    points : array, shape (n, n_latents)
        Places, latent units.
    k : int
        Neighbours.
    links : array of int, shape (n_links, 2), optional
        Further pairs that are joined.

    Returns
    -------
    array, shape (m, m)
        Lengths of the shortest paths between the m points that hang together, latent units.

    Raises
    ------
    NotApplicable
        If there are fewer than eight points, or less than 95 % of the points hang together: then there is not one tree to speak of.

    Examples
    --------
    >>> float(path_distances(np.c_[np.arange(9.0), np.zeros(9)], k=2)[0, -1])
    8.0
    """
    n = len(points)
    if n < FEWEST_NODES:
        msg = f"the four-point condition needs at least {FEWEST_NODES} points, found {n}"
        raise NotApplicable(msg)
    direct = cdist(points, points)
    away = direct + np.where(np.eye(n, dtype=bool), np.inf, 0.0)
    near = np.argpartition(away, min(k, n - 1) - 1, axis=1)[:, : min(k, n - 1)]
    i, j = np.repeat(np.arange(n), near.shape[1]), near.ravel()
    if links is not None:
        i, j = np.r_[i, links[:, 0]], np.r_[j, links[:, 1]]
    i, j = np.r_[i, j], np.r_[j, i]
    i, j = np.unique(np.c_[i, j], axis=0).T
    length = np.maximum(
        direct[i, j], np.finfo(float).tiny
    )  # coincident points are joined, and a 0 would be no edge
    graph = coo_array((length, (i, j)), shape=(n, n)).tocsr()
    n_parts, part = connected_components(graph, directed=False)
    size = np.bincount(part)
    if size.max() < CONNECTED * n:
        msg = (
            f"the points fall into {n_parts} parts, the largest with {size.max() / n:.0%} of them; "
            "whether they form one tree is no question"
        )
        raise NotApplicable(msg)
    kept = np.flatnonzero(part == size.argmax())
    distances: FloatArray = shortest_path(graph[kept][:, kept], method="D", directed=False)
    return distances


def centroid_distances(centroids: TimeCentroids, /) -> FloatArray:
    """Path lengths between all centroids, which are joined in the order of time and with their nearest ones.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    array, shape (m, m)
        Latent units.

    Raises
    ------
    NotApplicable
        If there are fewer than eight centroids, or the trajectories do not hang together.
    """
    order = np.argsort(np.array(centroids.perturbations, dtype=str))  # whatever the order of the comparison
    points, links, start = [], [], 0
    for course in centroids.points[order]:
        known = course[np.isfinite(course).all(axis=1)]
        points.append(known)
        links.append(np.c_[np.arange(len(known) - 1), np.arange(1, len(known))] + start)
        start += len(known)
    return path_distances(np.concatenate(points), k=max(len(points), 2), links=np.concatenate(links))


def quartet_sums(distances: FloatArray, /, *, n_quartets: int = N_QUARTETS, seed: int = 0) -> FloatArray:
    """The three sums of opposite distances of sampled quartets, falling.

    Parameters
    ----------
    distances : array, shape (n, n)
        Symmetric.
    n_quartets : int
        How many quartets are drawn, each of four different points.
    seed : int
        Of the draw.

    Returns
    -------
    array, shape (n_quartets, 3), fewer rows for a handful of points
        In the unit of `distances`, the largest first.

    Raises
    ------
    NotComputable
        If there are fewer than four points.
    """
    n = len(distances)
    if n < 4:
        msg = f"the four-point condition needs at least 4 points, found {n}"
        raise NotComputable(msg)
    drawn = np.sort(np.random.default_rng(seed).integers(n, size=(4 * n_quartets, 4)), axis=1)
    a, b, c, d = drawn[(np.diff(drawn, axis=1) > 0).all(axis=1)][:n_quartets].T
    sums = np.c_[
        distances[a, b] + distances[c, d],
        distances[a, c] + distances[b, d],
        distances[a, d] + distances[b, c],
    ]
    falling: FloatArray = -np.sort(-sums, axis=1)
    return falling


def four_point_delta(distances: FloatArray, /) -> float:
    """How far four points are from a tree on average: the mean of a delta plot.

    Of the three sums of opposite distances, (largest - middle) / (largest - smallest).

    Parameters
    ----------
    distances : array, shape (n, n)
        Path lengths.

    Returns
    -------
    float
        Between 0 (a tree) and 1, lower is better; 0 for quartets whose sums are all equal. Over all quartets of up to
        160 points; of more, over 5,000 that are drawn by a fixed seed: the standard error is at most 0.007.

    Raises
    ------
    NotComputable
        If there are fewer than four points.

    References
    ----------
    .. [1] Holland, Huber, Dress & Moulton (2002), Delta plots, Molecular Biology and Evolution 19(12), 2051.

    Examples
    --------
    >>> four_point_delta(np.abs(np.subtract.outer(np.arange(9.0), np.arange(9.0))))
    0.0
    """
    if 4 <= len(distances) <= ALL_UP_TO:
        return float(_over_all(np.ascontiguousarray(distances, dtype=np.float64))[0])
    first, middle, last = quartet_sums(distances).T
    rounding = ROUNDING * first
    delta = np.divide(first - middle, first - last, out=np.zeros(len(first)), where=first - last > rounding)
    return float(delta.mean())


def hyperbolicity(distances: FloatArray, /) -> float:
    """How far four points are from a tree at worst: Gromov's delta over the diameter.

    Parameters
    ----------
    distances : array, shape (n, n)
        Path lengths.

    Returns
    -------
    float
        (largest - middle) / 2 at its largest, divided by the largest distance; between 0 (a tree) and 0.5, lower is
        better. Over all quartets of up to 160 points. Of more, the largest among 5,000 sampled quartets, a lower bound:
        never above that over all quartets.

    Raises
    ------
    NotComputable
        If there are fewer than four points, or they coincide.

    References
    ----------
    .. [1] Gromov (1987), Hyperbolic groups, in Essays in Group Theory.

    Examples
    --------
    >>> hyperbolicity(np.abs(np.subtract.outer(np.arange(9.0), np.arange(9.0))))
    0.0
    """
    if 4 <= len(distances) <= ALL_UP_TO:
        gap = float(_over_all(np.ascontiguousarray(distances, dtype=np.float64))[1])
    else:
        sums = quartet_sums(distances)
        gap = float((sums[:, 0] - sums[:, 1]).max())
    diameter = float(distances.max())
    if not diameter > 0:
        msg = "all points coincide"
        raise NotComputable(msg)
    return float(np.clip(gap / 2 / diameter, 0.0, 0.5))


@compiled
def _over_all(distances: FloatArray) -> tuple[float, float]:
    """Mean delta over all quartets, and the largest difference between the two larger sums."""
    n = len(distances)
    total, widest = 0.0, 0.0
    for a in range(n - 3):
        for b in range(a + 1, n - 2):
            subtotal = 0.0  # of few terms each, so that millions of quartets leave no rounding
            for c in range(b + 1, n - 1):
                for d in range(c + 1, n):
                    one = distances[a, b] + distances[c, d]
                    two = distances[a, c] + distances[b, d]
                    three = distances[a, d] + distances[b, c]
                    first = max(one, two, three)
                    last = min(one, two, three)
                    middle = max(min(one, two), min(max(one, two), three))
                    widest = max(widest, first - middle)
                    if first - last > ROUNDING * first:
                        subtotal += (first - middle) / (first - last)
            total += subtotal
    return total / (n * (n - 1) * (n - 2) * (n - 3) / 24), widest


_DRAWN = {
    "four_point_delta": "5,000 sampled quartets",
    "hyperbolicity": "the largest among 5,000 sampled quartets, a lower bound",
}
_WHICH = {"centroids": "all quartets of up to 160 centroids, beyond that {drawn}", "snips": "{drawn}"}


SPECS = tuple(
    MetricSpec(
        name=f"{stem}_{of}",
        label=f"{label}, {of}",
        unit="",
        better="lower",
        bounds=(0.0, high),
        scope="run",
        per="model",
        needs=(f"{of.removesuffix('s')}_distances",),
        function=function,
        description=f"{said} of the {of}, along the graph of their neighbours; 0 for a tree; {_WHICH[of].format(drawn=_DRAWN[stem])}.",
        invariances=("rotation", "translation", "reflection", "scale", "row order", "perturbation order"),
    )
    for of in ("centroids", "snips")
    for stem, label, high, function, said in (
        ("four_point_delta", "Four-point delta", 1.0, four_point_delta, "Mean delta of quartets"),
        ("hyperbolicity", "Hyperbolicity", 0.5, hyperbolicity, "Worst violation of the four-point condition, over the diameter,"),
    )
)  # fmt: skip
