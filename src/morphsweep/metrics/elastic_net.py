"""The objective of a multinomial elastic net, its gradient, and how far from the optimum a solution is.

The objective is scikit-learn's: with row weights s, S = sum(s) and W the coefficients (the intercepts are free),

    sum(s * loss) / S + (l1_ratio * |W|_1 + (1 - l1_ratio) / 2 * |W|_2^2) / (C * S)

so that the numbers of two data sets of different size can be compared, and an optimality of 1e-6 means the same in both.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry.compiled import compiled
from morphsweep.records import FloatArray, IntArray

__all__ = ["ElasticNetProblem", "class_moments", "linear_scores", "softmax", "weighted_sums"]

_MOST_INTERCEPT_STEPS = 30
_INTERCEPT_TOL = 1e-14
_FEW, _BLOCK = 8, 512  # below so many classes BLAS is slow; a block of rows stays in the second-level cache


@dataclass(frozen=True, slots=True)
class ElasticNetProblem:
    """The data of one fit and the objective on them.

    Scores are held as (n_classes, n_rows) so that sums over rows run along memory.

    Parameters
    ----------
    rows : array, shape (n_rows, n_features + 1)
        Features and a column of ones for the intercept.
    codes : array of int, shape (n_rows,)
        Class of each row.
    share : array, shape (n_rows,)
        Weight of each row divided by the sum of weights; all positive.
    moments : array, shape (n_classes, n_features + 1), or (1, n_features + 1) for two classes
        Sum of share times row over the rows of each class: all that the true scores enter by.
    l1, l2 : float
        Strengths of the two penalties.
    """

    rows: FloatArray
    codes: IntArray
    share: FloatArray
    moments: FloatArray
    l1: float
    l2: float

    @classmethod
    def build(
        cls, features: FloatArray, codes: IntArray, *, C: float, l1_ratio: float, weight: FloatArray | None
    ) -> "ElasticNetProblem":
        """Check the data of a fit and gather what its objective needs.

        Parameters
        ----------
        features : array, shape (n_rows, n_features)
            Standardised features.
        codes : array of int, shape (n_rows,)
            Class of each row, 0 .. n_classes - 1, every class present.
        C : float
            Inverse strength of the penalty.
        l1_ratio : float
            Share of the L1 penalty, 0 to 1.
        weight : array, shape (n_rows,), or None
            Weight of each row, not negative; rows of weight 0 are left out.

        Returns
        -------
        ElasticNetProblem
            Ready to be evaluated.

        Raises
        ------
        NotComputable
            If fewer than two classes are present.
        InvalidInput
            If the arrays do not correspond, or a class has no row.
        """
        if features.ndim != 2 or codes.shape != (len(features),):
            msg = f"features {features.shape} and codes {codes.shape} do not correspond; expected (n, d) and (n,)"
            raise InvalidInput(msg)
        weight = np.ones(len(codes)) if weight is None else np.asarray(weight, dtype=np.float64)
        if weight.shape != codes.shape or (weight < 0).any():
            msg = f"weight has shape {weight.shape}, expected {codes.shape} numbers that are not negative"
            raise InvalidInput(msg)
        present = np.bincount(codes, weights=weight) > 0
        if present.sum() < 2:
            msg = f"a classifier needs at least 2 classes, found {int(present.sum())}"
            raise NotComputable(msg)
        if not present.all():
            msg = f"class {int(present.argmin())} has no row of positive weight; number the classes that are present 0, 1, ..."
            raise InvalidInput(msg)
        total = float(weight.sum())
        used = weight > 0
        if not used.all():
            features, codes, weight = features[used], codes[used], weight[used]
        rows = np.empty((len(codes), features.shape[1] + 1))
        rows[:, :-1], rows[:, -1] = features, 1.0
        share = weight / total
        moments = class_moments(rows, codes, share, len(present))
        return cls(rows, codes, share, moments, l1_ratio / (C * total), (1 - l1_ratio) / (C * total))

    @property
    def shape(self) -> tuple[int, int]:
        """Of the coefficients with, in the last column, the intercepts."""
        n_scores, n_columns = self.moments.shape
        return n_scores, n_columns

    def penalty(self, coef: FloatArray) -> float:
        """Both penalties."""
        w = coef[:, :-1]
        return self.l1 * float(np.abs(w).sum()) + 0.5 * self.l2 * float(np.vdot(w, w))

    def objective(self, coef: FloatArray, log_norm: FloatArray) -> float:
        """Loss and penalties, from the logarithms of the normalisers."""
        return float(self.share @ log_norm) - float(np.vdot(coef, self.moments)) + self.penalty(coef)

    def gradient(self, coef: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Of loss + L2 penalty, shape of the coefficients."""
        weighted = probabilities[-len(coef) :] * self.share
        slope = weighted_sums(weighted, self.rows) - self.moments
        slope[:, :-1] += self.l2 * coef[:, :-1]
        return slope

    def residual(self, coef: FloatArray, gradient: FloatArray) -> float:
        """Largest violation of the optimality conditions: the subgradient nearest to zero, largest entry."""
        w, slope = coef[:, :-1], gradient[:, :-1]
        violation = np.where(
            w != 0, np.abs(slope + self.l1 * np.sign(w)), np.maximum(np.abs(slope) - self.l1, 0.0)
        )
        return max(float(violation.max(initial=0.0)), float(np.abs(gradient[:, -1]).max()))

    def gap(self, value: float, coef: FloatArray, scores: FloatArray) -> float:
        """Bound on how far an objective is above the least possible one.

        The dual point are the predicted probabilities after the intercepts have been solved to rounding, without which
        it would not be feasible. With an L2 penalty the bound is a sum of terms that are never negative, one per
        coefficient, so that it is right in all digits however small it is.
        """
        shift, probabilities, log_norm = self.balance(scores)
        if self.l2 == 0:
            return max(value - self._dual(probabilities), 0.0)
        moved = coef.copy()
        moved[:, -1] += shift[-len(coef) :]
        lower = max(value - self.objective(moved, log_norm), 0.0)
        return lower + self.balanced_gap(moved, self.gradient(moved, probabilities))

    def balanced_gap(self, coef: FloatArray, gradient: FloatArray) -> float:
        """The bound where the gradient of the intercepts is 0; needs an L2 penalty."""
        w = coef[:, :-1]
        slope = gradient[:, :-1] - self.l2 * w  # of the loss alone
        size, beyond = np.abs(w), np.maximum(np.abs(slope) - self.l1, 0.0)
        terms = size * self.l1 + w * slope + (0.5 * self.l2) * w**2 + beyond**2 / (2 * self.l2)
        return float(np.maximum(terms, 0.0).sum())

    def balance(self, scores: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Shift of the intercepts by which every class is predicted as often as it occurs, and what follows from it.

        Parameters
        ----------
        scores : array, shape (n_classes, n_rows)
            Linear scores.

        Returns
        -------
        shift : array, shape (n_classes,)
            The first class stays.
        probabilities : array, shape (n_classes, n_rows)
            After the shift.
        log_norm : array, shape (n_rows,)
            Logarithm of their normalisers.
        """
        free = np.arange(1, len(scores))  # one intercept may stay where it is
        occurs = np.bincount(self.codes, weights=self.share, minlength=len(scores))
        shift = np.zeros(len(scores))
        probabilities, log_norm = softmax(scores.copy())
        for _ in range(_MOST_INTERCEPT_STEPS):
            excess = (probabilities @ self.share - occurs)[free]
            if np.abs(excess).max() <= _INTERCEPT_TOL:
                break
            weighted = probabilities * self.share
            curvature = np.diag(weighted.sum(axis=1)) - weighted @ probabilities.T
            curvature[np.diag_indices_from(curvature)] += 1e-15
            shift[free] -= np.linalg.solve(curvature[np.ix_(free, free)], excess)
            probabilities, log_norm = softmax(scores + shift[:, None])
        return shift, probabilities, log_norm

    def _dual(self, probabilities: FloatArray) -> float:
        """The bound from below without an L2 penalty."""
        n_scores, _ = self.shape
        weighted = probabilities[-n_scores:] * self.share
        slope = (weighted_sums(weighted, self.rows) - self.moments)[:, :-1]
        steepest = float(np.abs(slope).max(initial=0.0))
        shrink = 1.0 if steepest <= self.l1 else self.l1 / steepest  # towards the labels, where it is 0
        mixed = probabilities * shrink
        mixed[self.codes, np.arange(len(self.codes))] += 1 - shrink
        return float(self.share @ entr(mixed).sum(axis=0))


def class_moments(rows: FloatArray, codes: IntArray, share: FloatArray, n_classes: int) -> FloatArray:
    """Sum of share times row over the rows of each class; two classes: one row, as scikit-learn."""
    belongs = np.zeros((n_classes, len(codes)))
    belongs[codes, np.arange(len(codes))] = share
    return weighted_sums(belongs[1:] if n_classes == 2 else belongs, rows)


def linear_scores(coef: FloatArray, rows: FloatArray) -> FloatArray:
    """Linear scores, shape (n_classes, n_rows); two classes: the first scores 0."""
    if len(coef) > _FEW:
        scores: FloatArray = coef @ rows.T
        return scores
    scores = np.zeros((max(len(coef), 2), len(rows)))
    _products(np.ascontiguousarray(coef), np.ascontiguousarray(rows), scores[-len(coef) :])
    return scores


@compiled
def _products(coef: FloatArray, rows: FloatArray, out: FloatArray) -> None:
    """Block by block of the rows, one class after the other."""
    for begin in range(0, len(rows), _BLOCK):
        end = min(begin + _BLOCK, len(rows))
        for k in range(len(coef)):
            np.dot(rows[begin:end], coef[k], out[k, begin:end])


def weighted_sums(weights: FloatArray, rows: FloatArray) -> FloatArray:
    """Sum of weight times row, for each of a few sets of weights; the shape is that of ``weights @ rows``."""
    if len(weights) > _FEW:
        sums: FloatArray = weights @ rows
        return sums
    sums = np.zeros((len(weights), rows.shape[1]))
    _add_rows(weights, rows, sums)
    return sums


@compiled
def _add_rows(weights: FloatArray, rows: FloatArray, sums: FloatArray) -> None:
    """Four rows at a time, so that a sum is read and written a fourth as often."""
    whole = len(rows) - len(rows) % 4
    for i in range(0, whole, 4):
        a, b, c, d = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        for k in range(len(weights)):
            wa, wb, wc, wd = weights[k, i], weights[k, i + 1], weights[k, i + 2], weights[k, i + 3]
            own = sums[k]
            for j in range(len(own)):
                own[j] += (wa * a[j] + wb * b[j]) + (wc * c[j] + wd * d[j])
    for i in range(whole, len(rows)):
        for k in range(len(weights)):
            for j in range(sums.shape[1]):
                sums[k, j] += weights[k, i] * rows[i, j]


def softmax(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probabilities over the first axis (written over the scores), and the logarithm of the normaliser."""
    top = scores.max(axis=0)
    scores -= top
    np.exp(scores, out=scores)
    norm = scores.sum(axis=0)
    scores /= norm
    return scores, np.log(norm) + top
