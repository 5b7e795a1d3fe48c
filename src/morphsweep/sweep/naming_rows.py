"""Which perturbations a product is about, and which values belong to each."""

from typing import TYPE_CHECKING

from morphsweep.records import FloatArray, IntArray

if TYPE_CHECKING:
    from morphsweep.sweep.products import RunProducts

__all__ = ["by_perturbation", "shared_names"]


def shared_names(run: "RunProducts", /) -> tuple[str, ...]:
    """The compared perturbations that all runs of the model have; no curve is asked for.

    Parameters
    ----------
    run : RunProducts
        A run.

    Returns
    -------
    tuple of str
        In the order of the comparison.
    """
    everywhere = run.everywhere if run.everywhere is not None else frozenset(run.present)
    return tuple(name for name in run.cohort.perturbations if name in everywhere)


def by_perturbation(run: "RunProducts", rows: IntArray, values: FloatArray, /) -> dict[str, FloatArray]:
    """Values that belong to rows, apart for each perturbation that the run has.

    Parameters
    ----------
    run : RunProducts
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
