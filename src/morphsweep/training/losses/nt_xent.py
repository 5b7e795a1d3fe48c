"""NT-Xent: a softmax over the batch should fall on the positive pairs."""

import torch
from torch import Tensor

from morphsweep.training.losses.declaration import LossOptions, MetricLoss
from morphsweep.training.losses.distance import scaled_euclidean
from morphsweep.training.losses.pairs import Pairs

__all__ = ["LOSS", "multi_positive_cross_entropy"]


def multi_positive_cross_entropy(
    distances: Tensor, pairs: Pairs, options: LossOptions
) -> tuple[Tensor, Tensor]:
    """Cross-entropy of each anchor's softmax over its pairs, with several positives.

    The logit of a pair is ``(1 - distance) / temperature``; the pair of a view with itself, and pairs left out, do not
    take part. Several positives are summed inside the logarithm (their probabilities add up: one close positive is
    enough), or averaged outside (each has to be close).

    Parameters
    ----------
    distances : Tensor, shape (n, n)
        Scaled distances.
    pairs : Pairs
        Positive and negative pairs.
    options : LossOptions
        Temperature and ``positive_sum``.

    Returns
    -------
    values : Tensor, shape (n,)
        In nats, at least 0; 0 with the sum inside when all pairs are positive.
    counts : Tensor of bool, shape (n,)
        Anchors with a positive pair.

    References
    ----------
    .. [1] Chen et al. (2020), A simple framework for contrastive learning of visual representations, ICML.
    .. [2] Khosla et al. (2020), Supervised contrastive learning, NeurIPS: both ways to sum.
    """
    logits = (1 - distances) / options.temperature
    counts = pairs.positive.any(dim=1)
    everything = _log_sum(logits, pairs.positive | pairs.negative)
    if options.positive_sum == "inside":
        return everything - _log_sum(logits, pairs.positive), counts
    positive = pairs.positive.to(logits.dtype)
    mean = (logits * positive).sum(dim=1) / positive.sum(dim=1).clamp(min=1)
    return everything - mean, counts


def _log_sum(logits: Tensor, mask: Tensor) -> Tensor:
    """Log of the summed exponentials of masked entries; 0 for a row without any."""
    lowest = torch.finfo(logits.dtype).min
    kept = torch.where(mask, logits, torch.full_like(logits, lowest))
    return torch.where(mask.any(dim=1), torch.logsumexp(kept, dim=1), torch.zeros_like(kept[:, 0]))


LOSS = MetricLoss(
    name="NT-Xent",
    description="Softmax over the batch falls on positive pairs; logits (1 - distance) / temperature.",
    uses=("temperature", "positive_sum"),
    distance=scaled_euclidean,
    formula=multi_positive_cross_entropy,
)
