"""The second view of a snip: another time of the same individual, or another individual that should look alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from morphsweep.records import FloatArray, IntArray

__all__ = ["PartnerSampler"]

_TRIES = 8  # draws until another individual is found; then the same individual has to do


@dataclass(frozen=True, slots=True)
class _Pools:
    """Per row, a stretch of `order` that its partner is drawn from."""

    order: IntArray
    low: IntArray
    high: IntArray


class PartnerSampler:
    """Draws a partner for each anchor.

    With probability `self_prob` the partner is another snip of the same individual, else one of another individual with
    a related perturbation; both at most `window` away in time. Where there is no such individual the own one is used, and
    where that has no other snip in the window, the anchor itself (augmented another way).

    Parameters
    ----------
    time : array, shape (n,)
        Time of each snip.
    individual : array of int, shape (n,)
        Code of its individual.
    perturbation : array of int, shape (n,)
        Code of its perturbation.
    relation : array of int, shape (n_perturbations, n_perturbations)
        1 where partners may be exchanged.
    window : float
        In units of time.
    self_prob : float
        Between 0 and 1.
    """

    def __init__(
        self,
        time: FloatArray,
        individual: IntArray,
        perturbation: IntArray,
        relation: IntArray,
        *,
        window: float,
        self_prob: float,
    ) -> None:
        self._individual = individual
        self._self_prob = self_prob
        groups = [np.flatnonzero(individual == code) for code in np.unique(individual)]
        self._own = _pools(time, groups, groups, window)
        codes = np.unique(perturbation)
        members = [np.flatnonzero(perturbation == code) for code in codes]
        pools = [np.flatnonzero(relation[code][perturbation] == 1) for code in codes]
        self._others = _pools(time, members, pools, window)
        self._place = np.empty(len(time), dtype=np.int64)
        self._place[self._own.order] = np.arange(len(time))

    def draw(self, anchors: IntArray, rng: np.random.Generator, /) -> IntArray:
        """Partners of anchors.

        Parameters
        ----------
        anchors : array of int, shape (b,)
            Rows.
        rng : numpy.random.Generator
            Source of chance.

        Returns
        -------
        array of int, shape (b,)
            Rows.
        """
        partners = self._draw_own(anchors, rng)
        open_ = np.flatnonzero(rng.random(len(anchors)) >= self._self_prob)
        for _ in range(_TRIES):
            if not len(open_):
                break
            rows = anchors[open_]
            low, high = self._others.low[rows], self._others.high[rows]
            found = self._others.order[low + (rng.random(len(rows)) * (high - low)).astype(np.int64)]
            fits = self._individual[found] != self._individual[rows]
            partners[open_[fits]] = found[fits]
            open_ = open_[~fits]
        return partners

    def _draw_own(self, anchors: IntArray, rng: np.random.Generator) -> IntArray:
        """Another snip of the same individual in the window, or the anchor itself where there is none."""
        low, high, place = self._own.low[anchors], self._own.high[anchors], self._place[anchors]
        others = high - low - 1
        position = low + (rng.random(len(anchors)) * others).astype(np.int64)
        position += position >= place
        partners: IntArray = np.where(others > 0, self._own.order[np.minimum(position, high - 1)], anchors)
        return partners


def _pools(time: FloatArray, members: Sequence[IntArray], pools: Sequence[IntArray], window: float) -> _Pools:
    """For each group of rows, the stretch of its pool that lies within the window of each row."""
    low, high = np.zeros(len(time), dtype=np.int64), np.zeros(len(time), dtype=np.int64)
    orders, begin = [], 0
    for rows, pool in zip(members, pools, strict=True):
        order = pool[np.argsort(time[pool], kind="stable")]
        low[rows] = begin + np.searchsorted(time[order], time[rows] - window, side="left")
        high[rows] = begin + np.searchsorted(time[order], time[rows] + window, side="right")
        orders.append(order)
        begin += len(order)
    return _Pools(np.concatenate(orders), low, high)
