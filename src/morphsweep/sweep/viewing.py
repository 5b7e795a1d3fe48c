"""Products of a run that need no curve."""

from collections.abc import Callable
from typing import Any

from morphsweep.metrics import (
    TimeCentroids,
    centroid_distances,
    latent_covariance,
    path_distances,
    time_centroids,
    track_bends,
    track_steps,
    track_triples,
    trunk_lengths,
    turn_cosines,
)
from morphsweep.records import FloatArray, IntArray
from morphsweep.sweep.asking import Run
from morphsweep.sweep.matching import MATCHING_PRODUCTS
from morphsweep.sweep.naming_rows import by_perturbation, draw, sample, shared_names
from morphsweep.sweep.neighbouring import NEIGHBOUR_PRODUCTS

__all__ = ["VIEW_PRODUCTS"]

N_TREE_SNIPS, TREE_NEIGHBOURS = 300, 10


def _centroids(run: Run) -> TimeCentroids:
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


def _snip_distances(run: Run) -> FloatArray:
    return path_distances(run.embedding.latents[sample(run, N_TREE_SNIPS)], k=TREE_NEIGHBOURS)


def _steps(run: Run) -> tuple[IntArray, IntArray]:
    obs = run.embedding.obs
    return track_steps(obs["individual"].to_numpy(), obs["time"].to_numpy(float))


def _triples(run: Run) -> IntArray:
    return track_triples(*run.get("steps"))


def _track_bends(run: Run) -> dict[str, FloatArray]:
    triples, times = run.get("triples"), run.embedding.obs["time"].to_numpy(float)
    return by_perturbation(run, triples[:, 1], track_bends(run.embedding.latents, times, triples))


def _turn_cosines(run: Run) -> dict[str, FloatArray]:
    triples = run.get("triples")
    return by_perturbation(run, triples[:, 1], turn_cosines(run.embedding.latents, triples))


def _latent_covariance(run: Run) -> FloatArray:
    return latent_covariance(run.embedding.latents, weight=run.weight)


VIEW_PRODUCTS: dict[str, Callable[[Run], Any]] = {
    "draw": draw,
    "centroids": _centroids,
    "trunks": lambda run: trunk_lengths(run.get("centroids")),
    "centroid_distances": lambda run: centroid_distances(run.get("centroids")),
    "snip_distances": _snip_distances,
    "latent_covariance": _latent_covariance,
    "steps": _steps,
    "triples": _triples,
    "track_bends": _track_bends,
    "turn_cosines": _turn_cosines,
    **NEIGHBOUR_PRODUCTS,
    **MATCHING_PRODUCTS,
}
