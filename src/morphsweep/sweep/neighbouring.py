"""Products of a run that have to do with which snips are near which."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics import (
    Neighbours,
    curve_cosines,
    flow_cosines,
    neighbour_edges,
    rank_penalties,
    recall_per_query,
    search_cells,
    search_neighbours,
    step_vectors,
)
from morphsweep.metrics.overlap import ABSENT, UNKNOWN
from morphsweep.records import FloatArray, IntArray
from morphsweep.sweep.asking import Run
from morphsweep.sweep.naming_rows import by_perturbation, sample, shared_names

__all__ = ["NEIGHBOUR_PRODUCTS"]

OVERLAP = 5  # neighbours whose overlap between regimes is measured
FEWEST_WITHIN = 20  # snips of the smallest perturbation; below, its graph would be nearly complete


def _neighbours(run: Run) -> Neighbours:
    queries, latents = sample(run, run.settings.n_query_snips), run.embedding.latents
    if _exact(run):
        return search_neighbours(latents, queries, **_whose(run))
    return search_cells(latents, queries, **_whose(run), seed=run.settings.seed)


def _exact(run: Run) -> bool:
    return run.embedding.n_snips <= run.settings.n_exact_snips


def _whose(run: Run) -> dict[str, Any]:
    obs = run.embedding.obs
    return {"labels": obs["perturbation"].to_numpy(), "individuals": obs["individual"].to_numpy()}


def _recalls(run: Run) -> FloatArray:
    if _exact(run):
        msg = f"the neighbours are exact, as for all runs of up to {run.settings.n_exact_snips:,} snips"
        raise NotApplicable(msg)
    return recall_per_query(
        run.get("neighbours"), run.embedding.latents, **_whose(run), seed=run.settings.seed
    )


def _graph_rows(run: Run) -> IntArray:
    """Equally many snips in every run, because the numbers of a graph depend on how many there are."""
    wanted = min(run.settings.n_graph_snips, len(run.cohort.snips))
    if run.embedding.n_snips < wanted:
        msg = f"graphs are compared at {wanted} snips, and this run has {run.embedding.n_snips}"
        raise NotApplicable(msg)
    return sample(run, wanted)


def _check_several(run: Run) -> None:
    if len(shared_names(run)) < 2:
        msg = "fewer than two perturbations are in every regime: there is nothing between perturbations"
        raise NotApplicable(msg)


def _graph_edges(run: Run) -> IntArray:
    return neighbour_edges(run.embedding.latents[run.get("graph_rows")])


def _between_edges(run: Run) -> IntArray:
    _check_several(run)
    rows = run.get("graph_rows")
    _, labels = np.unique(run.embedding.obs["perturbation"].to_numpy()[rows].astype(str), return_inverse=True)
    return neighbour_edges(run.embedding.latents[rows], k=OVERLAP, labels=labels)


def _within_edges(run: Run) -> dict[str, IntArray]:
    sizes = run.cohort.snips["perturbation"].value_counts()
    wanted = min(run.settings.n_within_snips, int(sizes[list(run.cohort.perturbations)].min()))
    if wanted < FEWEST_WITHIN:
        msg = f"graphs within perturbations need {FEWEST_WITHIN} snips of each, the smallest has {wanted}"
        raise NotApplicable(msg)
    labels = run.embedding.obs["perturbation"].to_numpy()
    found = {}
    for name in run.present:
        rows = np.flatnonzero(labels == name)
        if len(rows) < wanted:
            msg = f"graphs within perturbations are compared at {wanted} snips, and {name!r} has {len(rows)} here"
            raise NotApplicable(msg)
        found[name] = neighbour_edges(run.embedding.latents[sample(run, wanted, rows)])
    return found


def _ids(part: str) -> Callable[[Run], IntArray]:
    """Queries and their neighbours by the cohort's numbers, so that regimes with other rows can be compared."""

    def made(run: Run) -> IntArray:
        if part == "others":
            _check_several(run)
        found: Neighbours = run.get("neighbours")
        numbers = pd.Index(run.cohort.snips["snip_id"]).get_indexer(pd.Index(run.embedding.obs["snip_id"]))
        near = getattr(found, part)[:, :OVERLAP]
        ids = np.where(near >= 0, np.where(numbers[near] >= 0, numbers[near], UNKNOWN), ABSENT)
        query = numbers[found.queries]
        known: IntArray = np.c_[query, ids][query >= 0]
        return known

    return made


def _pair_distances(run: Run) -> tuple[FloatArray, FloatArray]:
    """Distances between sampled snips of one perturbation, and of different ones."""
    labels = run.embedding.obs["perturbation"].to_numpy()
    compared = np.flatnonzero(np.isin(labels, shared_names(run)))
    rows = sample(run, run.settings.n_graph_snips, compared)
    i, j = np.triu_indices(len(rows), k=1)
    apart, same = pdist(run.embedding.latents[rows].astype(np.float64)), labels[rows][i] == labels[rows][j]
    return apart[same], apart[~same]


def _inter_distances(run: Run) -> FloatArray:
    _check_several(run)
    apart: FloatArray = run.get("pair_distances")[1]
    return apart


def _relative(which: int) -> Callable[[Run], FloatArray]:
    def made(run: Run) -> FloatArray:
        if which == 1:
            _check_several(run)
        both = run.get("pair_distances")
        size = np.sqrt(np.mean(np.concatenate(both) ** 2)) if sum(map(len, both)) else 0.0
        if not size > 0:
            msg = "the sampled snips coincide, or there are none"
            raise NotComputable(msg)
        relative: FloatArray = both[which] / size
        return relative

    return made


def _penalties(run: Run) -> tuple[FloatArray, FloatArray]:
    queries = sample(run, run.settings.n_rank_snips)
    return rank_penalties(run.embedding.latents, run.get("space").scores, queries)


def _flow_cosines(run: Run) -> dict[str, FloatArray]:
    found: Neighbours = run.get("neighbours")
    steps = step_vectors(run.embedding.latents.astype(np.float64), *run.get("steps"))
    return by_perturbation(run, found.queries, flow_cosines(steps, found.queries, found.strangers))


def _curve_cosines(run: Run) -> dict[str, FloatArray]:
    if run.settings.curve_method == "notebook":
        msg = "the curves of this method are not oriented by time"
        raise NotApplicable(msg)
    scores, labels = run.get("space").scores, run.embedding.obs["perturbation"].to_numpy()
    steps = step_vectors(scores, *run.get("steps"))
    return {
        name: curve_cosines(steps[labels == name], scores[labels == name], points)
        for name, points in run.get("curves").items()
    }


NEIGHBOUR_PRODUCTS: dict[str, Callable[[Run], Any]] = {
    "neighbours": _neighbours,
    "neighbour_recalls": _recalls,
    "graph_rows": _graph_rows,
    "graph_edges": _graph_edges,
    "within_edges": _within_edges,
    "between_edges": _between_edges,
    "nearest_ids": _ids("nearest"),
    "same_ids": _ids("same"),
    "others_ids": _ids("others"),
    "pair_distances": _pair_distances,
    "intra_distances": lambda run: run.get("pair_distances")[0],
    "inter_distances": _inter_distances,
    "intra_distances_rel": _relative(0),
    "inter_distances_rel": _relative(1),
    "rank_penalties": _penalties,
    "trust_at_queries": lambda run: run.get("rank_penalties")[0],
    "continuity_at_queries": lambda run: run.get("rank_penalties")[1],
    "flow_cosines": _flow_cosines,
    "curve_cosines": _curve_cosines,
}
