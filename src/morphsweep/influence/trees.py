"""Extremely randomised regression trees, grown and asked in compiled loops.

They stand here because a null needs a thousand small forests per score, which take seconds this way and many minutes as
library objects. They stand in one file because the cache of compiled code notices changes of its own file only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morphsweep.geometry.compiled import compiled
from morphsweep.records import FloatArray, IntArray

__all__ = ["Forest", "grow"]

_LEAST_SPLIT = 5  # rows below which a node is not split (Geurts et al. for regression)
_MASK = (1 << 63) - 1
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Forest:
    """Grown trees as flat tables, one row per tree.

    Parameters
    ----------
    feature, left : array of int, shape (n_trees, n_nodes)
        Column that a node asks (-1 for a leaf), and its left child; the right child is the next node.
    cut, value : array, shape (n_trees, n_nodes)
        Rows at or below the cut go left; mean of the score in the node.
    """

    feature: IntArray
    left: IntArray
    cut: FloatArray
    value: FloatArray

    def predict(self, X: FloatArray, /) -> FloatArray:
        """Mean over the trees.

        Parameters
        ----------
        X : array, shape (n, n_columns)
            Rows to predict.

        Returns
        -------
        array, shape (n,)
            In the score's unit.
        """
        out = np.empty(len(X))
        _predict(np.ascontiguousarray(X), self.feature, self.left, self.cut, self.value, out)
        return out


def grow(X: FloatArray, y: FloatArray, /, *, n_trees: int, seed: int) -> Forest:
    """Grow extremely randomised trees: every node tries one random cut per column and takes the best.

    Parameters
    ----------
    X : array, shape (n, n_columns)
        Finite numbers.
    y : array, shape (n,)
        Finite score.
    n_trees : int
        Number of trees.
    seed : int
        Of the cuts.

    Returns
    -------
    Forest
        The same for the same seed on every machine.

    References
    ----------
    .. [1] Geurts, Ernst & Wehenkel (2006), Extremely randomized trees, Machine Learning 63.

    Examples
    --------
    >>> X = np.repeat([[0.0], [1.0]], 10, axis=0)
    >>> grow(X, X[:, 0] * 2, n_trees=3, seed=0).predict(np.array([[0.0], [1.0]])).tolist()
    [0.0, 2.0]
    """
    shape = (n_trees, 2 * len(X))
    forest = Forest(np.full(shape, -1), np.zeros(shape, dtype=np.int64), np.zeros(shape), np.zeros(shape))
    state = np.array([(seed * 0x9E3779B97F4A7C15 + 0x1234567) & _MASK], dtype=np.uint64)
    X, y = np.ascontiguousarray(X, dtype=float), np.ascontiguousarray(y, dtype=float)
    _grow(X, y, _LEAST_SPLIT, state, forest.feature, forest.left, forest.cut, forest.value)
    return forest


@compiled
def _uniform(state: NDArray[np.uint64]) -> float:
    """Next number in [0, 1) of the splitmix generator."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return float(z >> np.uint64(11)) / 9007199254740992.0


@compiled
def _best_cut(
    X: FloatArray, y: FloatArray, rows: IntArray, start: int, end: int, state: NDArray[np.uint64]
) -> tuple[int, float]:
    """Column and cut that leave the least squares, among one random cut per column; column -1 when none splits."""
    best, best_column, best_cut, ties = 0.0, -1, 0.0, 0
    for j in range(X.shape[1]):
        low, high = np.inf, -np.inf
        for i in range(start, end):
            low, high = min(low, X[rows[i], j]), max(high, X[rows[i], j])
        if low >= high:
            continue
        cut = low + _uniform(state) * (high - low)
        n_left, sum_left, total = 0, 0.0, 0.0
        for i in range(start, end):
            total += y[rows[i]]
            if X[rows[i], j] <= cut:
                n_left += 1
                sum_left += y[rows[i]]
        n_right = end - start - n_left
        if n_left == 0 or n_right == 0:
            continue
        gain = sum_left * sum_left / n_left + (total - sum_left) ** 2 / n_right
        gain -= total * total / (end - start)
        if gain > best * (1 + _TIE):
            best, best_column, best_cut, ties = gain, j, cut, 1
        elif gain >= best * (1 - _TIE):  # twins share the credit, whichever comes first
            ties += 1
            if _uniform(state) * ties < 1:
                best_column, best_cut = j, cut
    return best_column, best_cut


@compiled
def _grow(
    X: FloatArray,
    y: FloatArray,
    least: int,
    state: NDArray[np.uint64],
    feature: IntArray,
    left: IntArray,
    cut: FloatArray,
    value: FloatArray,
) -> None:
    n = X.shape[0]
    stack = np.empty((2 * n, 3), dtype=np.int64)
    for tree in range(feature.shape[0]):
        rows = np.arange(n)
        used, depth = 1, 1
        stack[0, 0], stack[0, 1], stack[0, 2] = 0, 0, n
        while depth > 0:
            depth -= 1
            node, start, end = stack[depth, 0], stack[depth, 1], stack[depth, 2]
            low, high, total = np.inf, -np.inf, 0.0
            for i in range(start, end):
                total += y[rows[i]]
                low, high = min(low, y[rows[i]]), max(high, y[rows[i]])
            value[tree, node] = total / (end - start)
            if end - start < least or low == high:
                continue
            column, at = _best_cut(X, y, rows, start, end, state)
            if column < 0:
                continue
            middle = start
            for i in range(start, end):
                if X[rows[i], column] <= at:
                    rows[i], rows[middle] = rows[middle], rows[i]
                    middle += 1
            feature[tree, node], cut[tree, node], left[tree, node] = column, at, used
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = used, start, middle
            stack[depth + 1, 0], stack[depth + 1, 1], stack[depth + 1, 2] = used + 1, middle, end
            used += 2
            depth += 2


@compiled
def _predict(
    X: FloatArray, feature: IntArray, left: IntArray, cut: FloatArray, value: FloatArray, out: FloatArray
) -> None:
    out[:] = 0.0
    for tree in range(feature.shape[0]):  # one tree at a time stays in the nearest cache
        asks, cuts, goes = feature[tree], cut[tree], left[tree]
        for i in range(X.shape[0]):
            node = 0
            while asks[node] >= 0:
                node = goes[node] + (X[i, asks[node]] > cuts[node])
            out[i] += value[tree, node]
    out /= feature.shape[0]
