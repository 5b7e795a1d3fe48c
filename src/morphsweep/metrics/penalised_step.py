"""The least of a quadratic with an L1 penalty: the inner problem of every Newton step.

The loss does not change when the same number is added to a feature's coefficients in all classes; only the penalties,
which may be tiny, decide. That direction is solved exactly per feature, apart from the rest, because in it the
quadratic is so flat that signs would flip without end.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from morphsweep.geometry.compiled import compiled
from morphsweep.records import BoolArray, FloatArray

__all__ = ["PenalisedQuadratic"]

_SETTLED_SWEEPS, _UNSETTLED_SWEEPS = 2, 100
_MOST_PATTERNS = 12
_DAMPING = 1e-11  # of the mean curvature: keeps directions without any curvature solvable


@dataclass(frozen=True, slots=True)
class PenalisedQuadratic:
    """gradient'(u - w) + (u - w)' curvature (u - w) / 2 + l1 |u|, to be made small in u.

    Parameters
    ----------
    curvature : array, shape (p, p)
        Symmetric, not negative; p = n_scores (n_features + 1), class by class, the intercept last in each.
    gradient : array, shape (p,)
        At `w`.
    w : array, shape (p,)
        Where the step starts.
    shape : tuple of int
        n_scores and n_features + 1.
    l1, l2 : float
        Strengths of the penalties; the L2 part is contained in `curvature` too.
    """

    curvature: FloatArray
    gradient: FloatArray
    w: FloatArray
    shape: tuple[int, int]
    l1: float
    l2: float

    def solve(self) -> FloatArray:
        """The minimiser, to rounding where the signs settle, else to a hundred sweeps of coordinate descent."""
        n_scores, n_columns = self.shape
        penalised = np.ones(self.shape, dtype=bool)
        penalised[:, -1] = False
        free = ~penalised.ravel()
        threshold = self.l1 * penalised.ravel()
        target = self.curvature @ self.w - self.gradient
        u = self.w.copy() if self.w.any() else self._on_face(target, np.zeros(len(self.w)), free | True)
        before, settled, seen = b"", False, set[bytes]()
        for _ in range(_MOST_PATTERNS):
            signs = self._signs(u, self.curvature @ u - target, threshold)
            pattern = signs.tobytes()
            if pattern in seen:  # settled, or going round in circles
                settled = pattern == before
                break
            before = pattern
            seen.add(pattern)
            u = self._on_face(target - threshold * signs, signs, free)
        if not settled and self._value(u) > self._value(self.w):
            u = self.w.copy()  # the patterns led astray; from here the descent cannot end uphill
        slope = self.curvature @ u - target
        sweeps = _SETTLED_SWEEPS if settled else _UNSETTLED_SWEEPS
        _descend(self.curvature, u, slope, threshold, sweeps)
        if n_scores > 1:
            _centre(u, n_scores, n_columns, self.l1, self.l2)
        return u

    def _value(self, u: FloatArray) -> float:
        """What is to be made small."""
        moved = u - self.w
        size = np.abs(u.reshape(self.shape)[:, :-1]).sum()
        return float(self.gradient @ moved + moved @ self.curvature @ moved / 2 + self.l1 * size)

    def _signs(self, u: FloatArray, slope: FloatArray, threshold: FloatArray) -> FloatArray:
        """Sign each coefficient would have after a step of its own."""
        diagonal = np.maximum(np.diag(self.curvature), np.finfo(float).tiny)
        moved = u * diagonal - slope
        signs: FloatArray = np.where(np.abs(moved) > threshold, np.sign(moved), 0.0) * (threshold > 0)
        return signs

    def _on_face(self, right: FloatArray, signs: FloatArray, free: BoolArray) -> FloatArray:
        """The least with these signs, others zero; then the best common shift of every feature."""
        index = np.flatnonzero((signs != 0) | free | (self.l1 == 0))
        u = np.zeros_like(right)
        block = self.curvature[np.ix_(index, index)]
        block[np.diag_indices_from(block)] += _DAMPING * max(
            float(np.trace(block)) / len(block), np.finfo(float).tiny
        )
        u[index] = cho_solve(
            cho_factor(block, lower=True, overwrite_a=True, check_finite=False),
            right[index],
            check_finite=False,
        )
        n_scores, n_columns = self.shape
        if n_scores > 1:
            _centre(u, n_scores, n_columns, self.l1, self.l2)
        return u


@compiled
def _centre(u: FloatArray, n_scores: int, n_columns: int, l1: float, l2: float) -> None:
    """Shift each feature's coefficients by the number that makes their penalty least; intercepts to mean 0."""
    for j in range(n_columns - 1):
        v = np.sort(u[j::n_columns])
        best = v[n_scores // 2]
        if l2 > 0.0:
            mean = v.mean()
            for below in range(n_scores + 1):
                # the least if exactly `below` of the values lie below the shift
                shift = mean + l1 * (n_scores - 2 * below) / (n_scores * l2)
                if below > 0 and shift < v[below - 1]:
                    best = v[below - 1]
                    break
                if below == n_scores or shift <= v[below]:
                    best = shift
                    break
        for k in range(n_scores):
            u[k * n_columns + j] -= best
    mean = u[n_columns - 1 :: n_columns].mean()
    for k in range(n_scores):
        u[k * n_columns + n_columns - 1] -= mean


@compiled
def _descend(
    curvature: FloatArray, u: FloatArray, slope: FloatArray, threshold: FloatArray, sweeps: int
) -> None:
    """Coordinate descent in place, never uphill."""
    for _ in range(sweeps):
        moved = False
        for a in range(len(u)):
            bend = curvature[a, a]
            if bend <= 0.0:
                continue
            z = u[a] * bend - slope[a]
            if abs(z) <= threshold[a]:
                new = 0.0
            elif z > 0:
                new = (z - threshold[a]) / bend
            else:
                new = (z + threshold[a]) / bend
            change = new - u[a]
            if abs(change) > 1e-15 * (1.0 + abs(new)):
                moved = True
                u[a] = new
                for b in range(len(u)):
                    slope[b] += curvature[a, b] * change
        if not moved:
            return
