"""Products of a run that need no curve."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from morphsweep.metrics import (
    TimeCentroids,
    centroid_distances,
    path_distances,
    sampled_rows,
    time_centroids,
    trunk_lengths,
)
from morphsweep.records import FloatArray

if TYPE_CHECKING:
    from morphsweep.sweep.products import RunProducts

__all__ = ["VIEW_PRODUCTS"]

N_TREE_SNIPS, TREE_NEIGHBOURS = 400, 10


def shared_names(run: "RunProducts") -> tuple[str, ...]:
    """The compared perturbations that all runs of the model have; no curve is asked for."""
    everywhere = run.everywhere if run.everywhere is not None else frozenset(run.present)
    return tuple(name for name in run.cohort.perturbations if name in everywhere)


def _centroids(run: "RunProducts") -> TimeCentroids:
    obs = run.embedding.obs
    return time_centroids(
        run.embedding.latents,
        obs["perturbation"].to_numpy(),
        obs["individual"].to_numpy(),
        obs["time"].to_numpy(float),
        perturbations=shared_names(run),
        edges=run.cohort.bin_edges,
        weight=run.weight,
    )


def _snip_distances(run: "RunProducts") -> FloatArray:
    obs = run.embedding.obs
    rows = sampled_rows(obs["snip_id"].to_numpy(), obs["individual"].to_numpy(), N_TREE_SNIPS, purpose="tree")
    return path_distances(run.embedding.latents[rows], k=TREE_NEIGHBOURS)


VIEW_PRODUCTS: dict[str, Callable[["RunProducts"], Any]] = {
    "centroids": _centroids,
    "trunks": lambda run: trunk_lengths(run.get("centroids")),
    "centroid_distances": lambda run: centroid_distances(run.get("centroids")),
    "snip_distances": _snip_distances,
}
