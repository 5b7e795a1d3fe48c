"""Distances between all members of a batch."""

import math

import torch
from torch import Tensor

__all__ = ["scaled_euclidean"]


def scaled_euclidean(means: Tensor) -> Tensor:
    """Euclidean distance divided by the square root of half the number of latents.

    Two draws of a standard normal in d dimensions are about sqrt(2 d) apart, which this makes 2 for any d: margin and
    temperature mean the same for any number of latents.

    Parameters
    ----------
    means : Tensor, shape (n, d)
        Biological means.

    Returns
    -------
    Tensor, shape (n, n)
        At least 0; the gradient at distance 0 is 0.

    Examples
    --------
    >>> scaled_euclidean(torch.tensor([[0.0, 0.0], [3.0, 4.0]]))[0, 1].item()
    5.0
    """
    distances: Tensor = torch.cdist(means, means, compute_mode="donot_use_mm_for_euclid_dist")
    return distances / math.sqrt(means.shape[1] / 2)
