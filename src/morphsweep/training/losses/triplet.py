"""Triplet margin: the partner should be nearer than every negative, by a margin."""

from torch import Tensor

from morphsweep.training.losses.declaration import LossOptions, MetricLoss
from morphsweep.training.losses.distance import scaled_euclidean
from morphsweep.training.losses.pairs import Pairs

__all__ = ["LOSS", "all_triplets"]


def all_triplets(distances: Tensor, pairs: Pairs, options: LossOptions) -> tuple[Tensor, Tensor]:
    """Mean over an anchor's negatives of ``max(0, d(anchor, partner) - d(anchor, negative) + margin)``.

    All negatives of the batch are used: the expectation of drawing one of them, without its noise.

    Parameters
    ----------
    distances : Tensor, shape (n, n)
        Scaled distances.
    pairs : Pairs
        Partners and negative pairs.
    options : LossOptions
        Margin, in scaled distances.

    Returns
    -------
    values : Tensor, shape (n,)
        In scaled distances, at least 0; equal to the margin when all means coincide.
    counts : Tensor of bool, shape (n,)
        Anchors with a negative pair.

    References
    ----------
    .. [1] Schroff, Kalenichenko & Philbin (2015), FaceNet, CVPR.
    """
    near = distances.gather(1, pairs.partner[:, None])
    excess = (near - distances + options.margin).clamp(min=0)
    negative = pairs.negative.to(distances.dtype)
    return (excess * negative).sum(dim=1) / negative.sum(dim=1).clamp(min=1), pairs.negative.any(dim=1)


LOSS = MetricLoss(
    name="triplet",
    description="The partner is nearer than every negative, by a margin.",
    uses=("margin",),
    distance=scaled_euclidean,
    formula=all_triplets,
)
