"""Which perturbations and which sampled snips a product is about, and which values belong to each."""

import numpy as np
from numpy.typing import NDArray

from morphsweep.metrics import sampled_rows, sampling_positions
from morphsweep.records import FloatArray, IntArray
from morphsweep.sweep.asking import Run

__all__ = ["by_perturbation", "draw", "sample", "shared_names"]


def shared_names(run: Run, /) -> tuple[str, ...]:
    """The compared perturbations that all runs of the model have; no curve is asked for.

    Parameters
    ----------
    run : Run
        A run.

    Returns
    -------
    tuple of str
        In the order of the comparison.
    """
    everywhere = run.everywhere if run.everywhere is not None else frozenset(run.present)
    return tuple(name for name in run.cohort.perturbations if name in everywhere)


def by_perturbation(run: Run, rows: IntArray, values: FloatArray, /) -> dict[str, FloatArray]:
    """Values that belong to rows, apart for each perturbation that the run has.

    Parameters
    ----------
    run : Run
        A run.
    rows : array of int, shape (n,)
        Row of each value.
    values : array, shape (n, ...)
        Values.

    Returns
    -------
    dict of str to array
        In the order of the comparison.
    """
    labels = run.embedding.obs["perturbation"].to_numpy()[rows]
    return {name: values[labels == name] for name in run.present}


def draw(run: Run, /) -> tuple[FloatArray, NDArray[np.uint64]]:
    """Where each row stands in the draw of snips, the same for a snip in all runs.

    Parameters
    ----------
    run : Run
        A run.

    Returns
    -------
    position, keys : array, shape (n_snips,)
        See ``sampling_positions``.
    """
    obs = run.embedding.obs
    return sampling_positions(obs["snip_id"].to_numpy(), obs["individual"].to_numpy(), seed=run.settings.seed)


def sample(run: Run, n: int, rows: IntArray | None = None, /) -> IntArray:
    """Rows of n snips, the same share of every individual, in a random order that all runs share.

    Parameters
    ----------
    run : Run
        A run.
    n : int
        Size; all when there are fewer.
    rows : array of int, optional
        Of these only; they hold whole individuals.

    Returns
    -------
    array of int
        Rows of the run.
    """
    position, keys = run.get("draw")
    if rows is None:
        return sampled_rows(position, keys, n)
    chosen: IntArray = rows[sampled_rows(position[rows], keys[rows], n)]
    return chosen
