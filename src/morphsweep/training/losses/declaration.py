"""What a metric loss declares, and how values per anchor become one number."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from morphsweep.training.losses.pairs import Pairs

__all__ = ["LossOptions", "MetricLoss", "reduce_anchors"]


@dataclass(frozen=True, slots=True)
class LossOptions:
    """Numbers that formulas use.

    Parameters
    ----------
    temperature : float
        In scaled distances.
    margin : float
        In scaled distances.
    positive_sum : {"inside", "outside"}
        How several positives of one anchor enter a cross-entropy.
    """

    temperature: float = 0.1
    margin: float = 1.0
    positive_sum: str = "inside"


Distance = Callable[[Tensor], Tensor]
Formula = Callable[[Tensor, Pairs, LossOptions], tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True)
class MetricLoss:
    """A loss on the biological means of a batch: pairs x distance x formula.

    Parameters
    ----------
    name : str
        As in ``metric_loss_type``.
    description : str
        One sentence.
    uses : tuple of str
        Settings that act in it; all others among the settings of metric losses are masked, so that runs that differ
        only there are trained once.
    distance : callable
        Means (n, d) to distances (n, n).
    formula : callable
        Distances, pairs and options to a value per anchor (n,) and whether the anchor counts (n,).
    """

    name: str
    description: str
    uses: tuple[str, ...]
    distance: Distance
    formula: Formula

    def __call__(self, means: Tensor, pairs: Pairs, options: LossOptions) -> Tensor:
        """Mean over the anchors that count; 0 when there is none.

        Parameters
        ----------
        means : Tensor, shape (n, d)
            Biological means.
        pairs : Pairs
            Which pairs are positive and negative.
        options : LossOptions
            Temperature, margin, sum over positives.

        Returns
        -------
        Tensor
            Scalar, at least 0.
        """
        return reduce_anchors(*self.formula(self.distance(means), pairs, options))


def reduce_anchors(values: Tensor, counts: Tensor) -> Tensor:
    """Mean over the anchors that count.

    Parameters
    ----------
    values : Tensor, shape (n,)
        Loss per anchor.
    counts : Tensor of bool, shape (n,)
        Anchors without a positive (or negative) pair do not count.

    Returns
    -------
    Tensor
        Scalar; 0, with gradients of 0, when no anchor counts.
    """
    kept = torch.where(counts, values, torch.zeros_like(values))
    return kept.sum() / counts.sum().clamp(min=1)
