"""F1 of two models on the same individuals: their difference, what resampling makes of it, and what chance would."""

from dataclasses import dataclass

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.metrics.individual_counts import IndividualCounts
from morphsweep.metrics.paired_counts import common_individuals
from morphsweep.metrics.resampling import individual_weights
from morphsweep.records import FloatArray, IntArray

__all__ = ["PairedF1", "paired_f1"]


@dataclass(frozen=True, slots=True)
class PairedF1:
    """F1 of two models per time bin and perturbation, on the individuals that both have.

    Parameters
    ----------
    classes : tuple of str
        Perturbations.
    individuals : tuple of str
        The common individuals.
    first, second : array, shape (n_bins, n_classes)
        F1 of the two; NaN in a bin without the perturbation or with nothing else.
    replicates : array, shape (n_replicates, n_bins, n_classes)
        First minus second with bootstrap weights of individuals. Row r belongs to replicate r everywhere, so that pairs
        in several regimes can be subtracted.
    swapped : array, shape (n_swaps, n_bins, n_classes)
        First minus second after each individual's predictions changed sides with probability one half: what the
        difference does when the models are equally good.
    people : array of int, shape (n_classes,)
        Common individuals of each perturbation.
    """

    classes: tuple[str, ...]
    individuals: tuple[str, ...]
    first: FloatArray
    second: FloatArray
    replicates: FloatArray
    swapped: FloatArray
    people: IntArray

    @property
    def difference(self) -> FloatArray:
        """First minus second, shape (n_bins, n_classes)."""
        difference: FloatArray = self.first - self.second
        return difference

    def turned(self) -> "PairedF1":
        """The same pair with the second model first."""
        return PairedF1(
            self.classes,
            self.individuals,
            self.second,
            self.first,
            -self.replicates,
            -self.swapped,
            self.people,
        )


def paired_f1(
    first: IndividualCounts,
    second: IndividualCounts,
    /,
    *,
    n_replicates: int = 500,
    n_swaps: int = 1_000,
    seed: int = 0,
) -> PairedF1:
    """Compare two models on their common individuals.

    Parameters
    ----------
    first, second : IndividualCounts
        Predictions of the two models, of the same snips, bins and classes.
    n_replicates, n_swaps : int
        Bootstrap replicates, and random exchanges of the models within individuals.
    seed : int
        Of both.

    Returns
    -------
    PairedF1
        Nothing is fitted again.

    Raises
    ------
    NotComputable
        If nothing is common, bins or classes differ, or the snips are not the same.

    References
    ----------
    .. [1] Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd ed., Springer, ch. 3.

    Examples
    --------
    >>> from morphsweep.metrics import count_individuals
    >>> people, labels, bins = list("abcd"), list("xxyy"), np.zeros(4, int)
    >>> right = count_individuals(np.array([0, 0, 1, 1]), labels, people, bins, ["x", "y"], n_bins=1)
    >>> half = count_individuals(np.array([0, 1, 1, 0]), labels, people, bins, ["x", "y"], n_bins=1)
    >>> paired_f1(right, half).difference
    array([[0.5, 0.5]])
    """
    one, two = common_individuals(first, second)
    if (one.predicted.sum(axis=2) != two.predicted.sum(axis=2)).any():
        msg = "the two models were not scored on the same snips"
        raise NotComputable(msg)
    both = IndividualCounts(
        one.individuals + two.individuals,
        one.classes,
        np.tile(one.labels, 2),
        np.tile(one.batches, 2),
        np.concatenate([one.predicted, two.predicted]),
    )
    weights = individual_weights(one.individuals, n_replicates, seed=seed)
    change = np.random.default_rng(seed).random((n_swaps, len(one.individuals))) < 0.5
    stay = np.hstack([~change, change]).astype(float)
    return PairedF1(
        one.classes,
        one.individuals,
        one.f1()[0],
        two.f1()[0],
        one.f1(weights) - two.f1(weights),
        both.f1(stay) - both.f1(1 - stay),
        np.bincount(one.labels, minlength=len(one.classes)),
    )
