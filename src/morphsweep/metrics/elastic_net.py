"""The objective of a multinomial elastic net, its gradient, and how far from the optimum a solution is.

The objective is scikit-learn's: with row weights s, S = sum(s) and W the coefficients (the intercepts are free),

    sum(s * loss) / S + (l1_ratio * |W|_1 + (1 - l1_ratio) / 2 * |W|_2^2) / (C * S)

so that the numbers of two data sets of different size can be compared, and an optimality of 1e-6 means the same in both.
"""

from dataclasses import dataclass

import numpy as np

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.records import FloatArray, IntArray

__all__ = ["ElasticNetProblem", "linear_scores", "softmax"]


@dataclass(frozen=True, slots=True)
class ElasticNetProblem:
    """The data of one fit and the objective on them.

    Scores are held as (n_classes, n_rows) so that sums over rows run along memory.

    Parameters
    ----------
    rows : array, shape (n_rows, n_features + 1)
        Features and a column of ones for the intercept.
    share : array, shape (n_rows,)
        Weight of each row divided by the sum of weights.
    moments : array, shape (n_classes, n_features + 1), or (1, n_features + 1) for two classes
        Sum of share times row over the rows of each class: all that the true scores enter by.
    l1, l2 : float
        Strengths of the two penalties.
    """

    rows: FloatArray
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
            Weight of each row, not negative.

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
        rows = np.column_stack([np.asarray(features, dtype=np.float64), np.ones(len(codes))])
        share = weight / total
        belongs = np.equal.outer(np.arange(len(present)), codes) * share
        moments = (
            (belongs @ rows)[-1:] if len(present) == 2 else belongs @ rows
        )  # two classes: one row, as scikit-learn
        return cls(rows, share, moments, l1_ratio / (C * total), (1 - l1_ratio) / (C * total))

    @property
    def shape(self) -> tuple[int, int]:
        """Of the coefficients."""
        n_scores, n_columns = self.moments.shape
        return n_scores, n_columns - 1

    def start(self) -> FloatArray:
        """All zero."""
        n_scores, n_features = self.shape
        return np.zeros(n_scores * (2 * n_features + 1))

    def unpack(self, split: FloatArray) -> FloatArray:
        """Coefficients and, in the last column, intercepts from the split variables."""
        n_scores, n_features = self.shape
        m = n_scores * n_features
        return np.column_stack([(split[:m] - split[m : 2 * m]).reshape(self.shape), split[2 * m :]])

    def smooth(self, coef: FloatArray) -> tuple[float, FloatArray]:
        """Loss + L2 penalty, and its gradient."""
        probabilities, log_norm = softmax(linear_scores(coef, self.rows))
        penalty = self.l2 * coef
        penalty[:, -1] = 0.0
        value = float(self.share @ log_norm - np.vdot(coef, self.moments) + 0.5 * np.vdot(coef, penalty))
        probabilities *= self.share
        gradient: FloatArray = probabilities[-len(coef) :] @ self.rows - self.moments + penalty
        return value, gradient

    def split_objective(self, split: FloatArray) -> tuple[float, FloatArray]:
        """Objective and gradient in A, B and the intercepts."""
        value, gradient = self.smooth(self.unpack(split))
        flat = gradient[:, :-1].ravel()
        value += self.l1 * float(split[: 2 * flat.size].sum())
        return value, np.concatenate([flat + self.l1, self.l1 - flat, gradient[:, -1]])

    def certificate(self, coef: FloatArray) -> tuple[float, float]:
        """Objective and largest projected gradient at the tight split A = max(W, 0), B = max(-W, 0)."""
        value, gradient = self.smooth(coef)
        w, by_w = coef[:, :-1], gradient[:, :-1]
        projected = [
            np.minimum(np.maximum(w, 0.0), by_w + self.l1),
            np.minimum(np.maximum(-w, 0.0), self.l1 - by_w),
            gradient[:, -1],
        ]
        return value + self.l1 * float(np.abs(w).sum()), max(float(np.abs(part).max()) for part in projected)


def linear_scores(coef: FloatArray, rows: FloatArray) -> FloatArray:
    """Linear scores, shape (n_classes, n_rows); two classes: the first scores 0."""
    scores: FloatArray = coef @ rows.T
    return scores if len(scores) > 1 else np.vstack([np.zeros_like(scores), scores])


def softmax(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probabilities over the first axis (written over the scores), and the logarithm of the normaliser."""
    top = scores.max(axis=0)
    scores -= top
    np.exp(scores, out=scores)
    norm = scores.sum(axis=0)
    scores /= norm
    return scores, np.log(norm) + top
