"""Contrastive: positive pairs are pulled together, negative ones pushed beyond a margin."""

from torch import Tensor

from morphsweep.training.losses.declaration import LossOptions, MetricLoss
from morphsweep.training.losses.distance import scaled_euclidean
from morphsweep.training.losses.pairs import Pairs

__all__ = ["LOSS", "pull_and_push"]


def pull_and_push(distances: Tensor, pairs: Pairs, options: LossOptions) -> tuple[Tensor, Tensor]:
    """Half the mean squared distance to positives plus half the mean squared shortfall of negatives from the margin.

    Parameters
    ----------
    distances : Tensor, shape (n, n)
        Scaled distances.
    pairs : Pairs
        Positive and negative pairs.
    options : LossOptions
        Margin, in scaled distances.

    Returns
    -------
    values : Tensor, shape (n,)
        In squared scaled distances, at least 0.
    counts : Tensor of bool, shape (n,)
        Anchors with a pair of either kind.

    References
    ----------
    .. [1] Hadsell, Chopra & LeCun (2006), Dimensionality reduction by learning an invariant mapping, CVPR.
    """
    pull = _mean_over(distances.square(), pairs.positive)
    push = _mean_over((options.margin - distances).clamp(min=0).square(), pairs.negative)
    return (pull + push) / 2, (pairs.positive | pairs.negative).any(dim=1)


def _mean_over(values: Tensor, mask: Tensor) -> Tensor:
    """Mean of the masked entries of each row; 0 for a row without any."""
    kept = mask.to(values.dtype)
    return (values * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1)


LOSS = MetricLoss(
    name="contrastive",
    description="Positive pairs are pulled together, negative ones pushed beyond a margin.",
    uses=("margin",),
    distance=scaled_euclidean,
    formula=pull_and_push,
)
