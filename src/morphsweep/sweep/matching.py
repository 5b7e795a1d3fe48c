"""Products of a run that compare the cohort's snips across regimes, or across batches."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics import (
    MatchedSnips,
    Neighbours,
    batch_neighbour_shares,
    batch_variance_shares,
    sampled_rows,
    sampling_positions,
    time_bins,
)
from morphsweep.records import FloatArray, IntArray
from morphsweep.sweep.asking import Run
from morphsweep.sweep.naming_rows import shared_names

__all__ = ["MATCHING_PRODUCTS"]

N_TRANSFERRED = 500  # snips that transfers are tested on
_COARSE = 4  # time bins of the cohort that make one of those in which batches are compared


def _matched(run: Run) -> MatchedSnips:
    """The cohort's snips of compared perturbations in this run."""
    snips = run.cohort.snips
    position = pd.Index(run.embedding.obs["snip_id"]).get_indexer(pd.Index(snips["snip_id"]))
    compared = snips["perturbation"].isin(shared_names(run)).to_numpy()
    latents = run.embedding.latents.astype(np.float64)
    kept, position = snips[compared], position[compared]
    return MatchedSnips(
        np.where((position >= 0)[:, None], latents[position], np.nan),
        kept["perturbation"].to_numpy(),
        kept["individual"].to_numpy(),
        kept["time"].to_numpy(float),
        sampled_rows(
            *sampling_positions(kept["snip_id"].to_numpy(), kept["individual"].to_numpy()), N_TRANSFERRED
        ),
    )


def _batches(run: Run) -> tuple[IntArray, IntArray, IntArray]:
    """Individual of each row, then batch and perturbation of each individual."""
    obs = run.embedding.obs
    if "batch" not in obs:
        msg = "no column says which batch a snip is from; name it under columns.batch in sweep.toml"
        raise NotApplicable(msg)
    _, first, people = np.unique(
        obs["individual"].astype(str).to_numpy(), return_index=True, return_inverse=True
    )
    _, batch = np.unique(obs["batch"].fillna("").astype(str).to_numpy()[first], return_inverse=True)
    _, label = np.unique(obs["perturbation"].astype(str).to_numpy()[first], return_inverse=True)
    if batch.max() == 0:
        msg = "all snips are from one batch"
        raise NotApplicable(msg)
    return people, batch, label


def _batch_variance_shares(run: Run) -> FloatArray:
    people, batch, label = run.get("batches")
    edges = run.cohort.bin_edges
    coarse = np.r_[edges[:-1:_COARSE], edges[-1]]
    bins = time_bins(run.embedding.obs["time"].to_numpy(float), coarse)
    inside = bins >= 0
    if not inside.any():
        msg = "no snip lies within the time bins"
        raise NotComputable(msg)
    cells = label[people] * len(coarse) + bins
    return batch_variance_shares(
        run.embedding.latents[inside], cells[inside], people[inside], batch, label, seed=run.settings.seed
    )


def _batch_neighbour_shares(run: Run) -> FloatArray:
    people, batch, label = run.get("batches")
    found: Neighbours = run.get("neighbours")
    near = np.where(found.strangers >= 0, people[found.strangers], -1)
    return batch_neighbour_shares(people[found.queries], near, batch, label, seed=run.settings.seed)


MATCHING_PRODUCTS: dict[str, Callable[[Run], Any]] = {
    "matched": _matched,
    "batches": _batches,
    "batch_variance_shares": _batch_variance_shares,
    "batch_neighbour_shares": _batch_neighbour_shares,
}
