"""Which pairs of a batch belong together, which apart, and which are left out."""

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Pairs", "find_pairs"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of a batch of n views, as masks.

    Parameters
    ----------
    positive, negative : Tensor of bool, shape (n, n)
        Disjoint; False on the diagonal. A pair in neither is left out.
    partner : Tensor of int, shape (n,)
        The other view of each snip.
    """

    positive: Tensor
    negative: Tensor
    partner: Tensor


def find_pairs(time: Tensor, relation: Tensor, partner: Tensor, *, reach: float) -> Pairs:
    """Positive: the partner, and related views that are close in time. Negative: the rest, but for pairs left out.

    Parameters
    ----------
    time : Tensor, shape (n,)
        Time of each view.
    relation : Tensor of int, shape (n, n)
        Of the perturbations of two views: 1 related, 0 not, -1 left out. All 1 when pairs are chosen by time alone.
    partner : Tensor of int, shape (n,)
        The other view of each snip: positive whatever its relation.
    reach : float
        Largest difference in time of a positive pair, inclusive.

    Returns
    -------
    Pairs
        Masks.

    Examples
    --------
    Views 0 and 1 are partners, 2 and 3 as well; 0 and 2 are related and close in time, 3 is too late.

    >>> pairs = find_pairs(
    ...     torch.tensor([0.0, 0.0, 1.0, 5.0]), torch.ones(4, 4), torch.tensor([1, 0, 3, 2]), reach=2
    ... )
    >>> pairs.positive[0].tolist(), pairs.negative[0].tolist()
    ([False, True, True, False], [False, False, False, True])
    """
    n = len(time)
    close = (time[:, None] - time[None, :]).abs() <= reach
    positive = close & (relation == 1)
    rows = torch.arange(n, device=time.device)
    positive[rows, partner] = True
    negative = ~positive & (relation != -1)
    positive[rows, rows] = False
    negative[rows, rows] = False
    return Pairs(positive, negative, partner)
