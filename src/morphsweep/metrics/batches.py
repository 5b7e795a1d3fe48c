"""What is not biology: how much of the latents goes with the batch, against batches dealt out anew."""

import numpy as np
from scipy.sparse import csr_array

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics.resampling import permuted_labels
from morphsweep.records import FloatArray, IntArray, MetricSpec

__all__ = ["SPECS", "batch_neighbour_shares", "batch_null", "batch_observed", "batch_variance_shares"]

N_PERMUTATIONS = 99
NULL_QUANTILE = 0.95


def batch_variance_shares(
    latents: FloatArray,
    cells: IntArray,
    people: IntArray,
    batches: IntArray,
    perturbations: IntArray,
    /,
    *,
    seed: int,
) -> FloatArray:
    """Share of the latents' variance within cells that lies between batches, observed and under permutations.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    cells : array of int, shape (n_snips,)
        Perturbation and time bin of each snip.
    people : array of int, shape (n_snips,)
        Individual of each snip.
    batches, perturbations : array of int, shape (n_individuals,)
        Of each individual.
    seed : int
        Of the permutations; batches are dealt out among the individuals of a perturbation.

    Returns
    -------
    array, shape (1 + n_permutations,)
        The observed share first.

    Raises
    ------
    NotApplicable
        If in no perturbation two individuals share a batch while others do not: then batch cannot be told from individual.
    NotComputable
        If the latents do not vary within cells.
    """
    if not _can_be_told(batches, perturbations):
        msg = "within every perturbation each individual is a batch of its own, or all are of one; batch and individual cannot be told apart"
        raise NotApplicable(msg)
    X = np.asarray(latents, np.float64) - np.mean(latents, axis=0)
    n_people = len(batches)
    keys, group = np.unique(cells * n_people + people, return_inverse=True)
    cell, person = keys // n_people, keys % n_people
    ones = np.ones(len(X))
    sums = csr_array((ones, (group, np.arange(len(X)))), shape=(len(keys), len(X))) @ X
    counts = np.bincount(group).astype(float)
    between_cells = _between(sums, counts, cell)
    within = float((X**2).sum()) - between_cells
    if not within > 1e-12 * float((X**2).sum()):
        msg = "the latents do not vary within perturbation and time"
        raise NotComputable(msg)
    dealt = permuted_labels(batches, perturbations, N_PERMUTATIONS, seed=seed)
    n_batches = int(batches.max()) + 1
    return np.array([
        (_between(sums, counts, cell * n_batches + drawn[person]) - between_cells) / within
        for drawn in (batches, *dealt)
    ])


def _can_be_told(batches: IntArray, perturbations: IntArray) -> bool:
    for name in np.unique(perturbations):
        own = batches[perturbations == name]
        if 1 < len(np.unique(own)) < len(own):
            return True
    return False


def _between(sums: FloatArray, counts: FloatArray, code: IntArray) -> float:
    """Sum of squares of the means of codes around 0, each counted with its snips."""
    _, code = np.unique(code, return_inverse=True)
    n = int(code.max()) + 1
    total = csr_array((np.ones(len(code)), (code, np.arange(len(code)))), shape=(n, len(code))) @ sums
    return float(((total**2).sum(axis=1) / np.bincount(code, weights=counts)).sum())


def batch_neighbour_shares(
    asked: IntArray, near: IntArray, batches: IntArray, perturbations: IntArray, /, *, seed: int
) -> FloatArray:
    """Share of nearest snips of other individuals that are of the same batch, observed and under permutations.

    Parameters
    ----------
    asked : array of int, shape (n_queries,)
        Individual of each query.
    near : array of int, shape (n_queries, k)
        Individuals of its neighbours, -1 for none.
    batches, perturbations : array of int, shape (n_individuals,)
        Of each individual.
    seed : int
        Of the permutations; batches are dealt out among the individuals of a perturbation.

    Returns
    -------
    array, shape (1 + n_permutations,)
        The observed share first.

    Raises
    ------
    NotComputable
        If no query has a neighbour.
    """
    known = near >= 0
    if not known.any():
        msg = "no snip has a neighbour of another individual"
        raise NotComputable(msg)
    query = np.broadcast_to(asked[:, None], near.shape)[known]
    other = near[known]
    dealt = permuted_labels(batches, perturbations, N_PERMUTATIONS, seed=seed)
    return np.array([np.mean(drawn[query] == drawn[other]) for drawn in (batches, *dealt)])


def batch_observed(shares: FloatArray, /) -> float:
    """Share that goes with the batch.

    Parameters
    ----------
    shares : array, shape (1 + n_permutations,)
        The observed share first.

    Returns
    -------
    float
        Between 0 and 1, lower is better; to be compared with its null.

    Raises
    ------
    NotComputable
        If there is none.

    Examples
    --------
    >>> batch_observed(np.array([0.3, 0.1, 0.2]))
    0.3
    """
    if not len(shares):
        msg = "no share that goes with the batch was computed"
        raise NotComputable(msg)
    return float(np.clip(shares[0], 0.0, 1.0))


def batch_null(shares: FloatArray, /) -> float:
    """Share that chance gives: 95 % quantile over batches dealt out anew among the individuals of each perturbation.

    Parameters
    ----------
    shares : array, shape (1 + n_permutations,)
        The observed share first.

    Returns
    -------
    float
        Between 0 and 1. An observed share above it is seldom chance.

    Raises
    ------
    NotComputable
        If there are no permutations.

    Examples
    --------
    >>> batch_null(np.array([0.9, 0.1, 0.2])) <= 0.2
    True
    """
    if len(shares) < 2:
        msg = "no permutation of batches was computed"
        raise NotComputable(msg)
    return float(np.clip(np.quantile(shares[1:], NULL_QUANTILE, method="higher"), 0.0, 1.0))


_FREE = ("rotation", "translation", "reflection", "scale", "row order", "perturbation order")


def _specs(name: str, label: str, needs: str, description: str) -> tuple[MetricSpec, MetricSpec]:
    observed = MetricSpec(
        name=name,
        label=label,
        unit="",
        better="lower",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=(needs,),
        function=batch_observed,
        description=f"{description}.",
        invariances=_FREE,
    )
    null = MetricSpec(
        name=f"{name}_null",
        label=f"{label}, null",
        unit="",
        better="range",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=(needs,),
        function=batch_null,
        description=f"{description}: 95 % quantile over batches dealt out anew among the individuals of each perturbation.",
        shift=False,
        invariances=_FREE,
    )
    return observed, null


SPECS = (
    *_specs(
        "batch_variance",
        "Variance by batch",
        "batch_variance_shares",
        "Share of the latents' variance within perturbation and time that lies between batches",
    ),
    *_specs(
        "batch_neighbours",
        "Neighbours of the same batch",
        "batch_neighbour_shares",
        "Share of the ten nearest snips of other individuals that are of the same batch",
    ),
)
