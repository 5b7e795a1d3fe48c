"""One hyper-parameter of a design, and how far one can be read off another."""

from dataclasses import dataclass

import numpy as np

from morphsweep.records import BoolArray, FloatArray, IntArray

__all__ = ["Knob", "read_off"]


@dataclass(frozen=True, slots=True)
class Knob:
    """One hyper-parameter of a design.

    Parameters
    ----------
    name : str
        Its column.
    kind : {"number", "category"}
        Numbers have an order.
    log : bool
        Whether its numbers are spread over a log scale.
    levels : tuple of str
        In order: each value, or five bins of a number with many values; without ``not set``.
    codes : array of int, shape (n_models,)
        Level of each model, -1 where it is not set or cannot act.
    values : array, shape (n_models,)
        The numbers (log10 where `log`); for a category the codes; NaN where not set.
    acts : array of bool, shape (n_models,)
        Where changing it is meaningful: everywhere, unless whether it is set follows from the other hyper-parameters.
    columns : slice
        Its columns of the matrix.
    dealt : array of int
        Columns that are dealt out together: its own, and those of a twin, since what one says the other repeats.
    probes, weights : array, shape (n_probes, n_dealt) and (n_probes,)
        Values of these that stand for their distribution where it acts.
    verdict : str
        ``varies``, ``constant``, or ``fixed where it acts``.
    """

    name: str
    kind: str
    log: bool
    levels: tuple[str, ...]
    codes: IntArray
    values: FloatArray
    acts: BoolArray
    columns: slice
    dealt: IntArray
    probes: FloatArray
    weights: FloatArray
    verdict: str

    def ends(self, first: int, last: int, /) -> tuple[float, float]:
        """Smallest value in one level and largest in a higher one, as in `values`; of a level with one value, that value."""
        return float(self.values[self.codes == first].min()), float(self.values[self.codes == last].max())


def read_off(known: Knob, wanted: Knob, /) -> float:
    """How much better one setting is guessed when another is known: 0 not at all, 1 without error.

    Parameters
    ----------
    known, wanted : Knob
        Of one design.

    Returns
    -------
    float
        Goodman and Kruskal's lambda over the models where both act.

    References
    ----------
    .. [1] Goodman & Kruskal (1954), Measures of association for cross classifications, J. Am. Stat. Assoc. 49(268).
    """
    n = len(wanted.levels) + 1
    pairs = ((known.codes + 1) * n + wanted.codes + 1)[wanted.acts & known.acts]
    table = np.bincount(pairs, minlength=(len(known.levels) + 1) * n).reshape(-1, n)
    plain, total = table.sum(axis=0).max(), table.sum()
    return float((table.max(axis=1).sum() - plain) / (total - plain)) if total > plain else 0.0
