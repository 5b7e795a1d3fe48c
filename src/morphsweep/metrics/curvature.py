"""Second derivatives of the multinomial loss, from a sample of the rows where there are many."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg.blas import dsyrk, ssyrk

from morphsweep.metrics.elastic_net import ElasticNetProblem, class_moments
from morphsweep.records import FloatArray, IntArray

__all__ = ["Curvature", "corrected", "restricted", "spread_sample"]

_SINGLE = 2_000  # rows from which the curvature is summed in single precision
_SINGLE_DAMPING = 1e-6  # of the largest curvature: what rounding in single precision may hide
_NEGLIGIBLE = 0.05  # of the mean weight
_CHUNK = 512  # rows weighted at a time: they stay in the second-level cache


@dataclass(frozen=True, slots=True)
class Curvature:
    """Where second derivatives are taken.

    Parameters
    ----------
    problem : ElasticNetProblem
        Data and penalties.
    rows : array, shape (n_chosen, n_features + 1)
        The rows that count; from 2,000 on in single precision.
    share : array, shape (n_chosen,)
        Of each.
    chosen : array of int, or None
        Their numbers among the rows of the problem; None = all.
    """

    problem: ElasticNetProblem
    rows: FloatArray
    share: FloatArray
    chosen: IntArray | None

    @classmethod
    def of(cls, problem: ElasticNetProblem, size: int) -> "Curvature":
        """From all rows, or from `size` of them where there are more than half as many again."""
        rows, share, chosen = problem.rows, problem.share, None
        if 2 * len(rows) > 3 * size:
            chosen, share = spread_sample(problem, size)
            rows = rows[chosen]
        if len(rows) >= _SINGLE:
            rows = rows.astype(np.float32)
        return cls(problem, rows, share, chosen)

    @property
    def exact(self) -> bool:
        """Whether the rows are few: nothing is left out or rounded, and a new curvature costs little."""
        return self.chosen is None and len(self.rows) < _SINGLE

    def in_double(self) -> "Curvature":
        """The same in double precision: slower, and right where features are nearly dependent on each other."""
        rows = self.problem.rows if self.chosen is None else self.problem.rows[self.chosen]
        return replace(self, rows=rows)

    def at(self, probabilities: FloatArray) -> FloatArray:
        """Second derivative of loss + L2 penalty; blocks of a row add up to zero but for the penalty, in all digits.

        Parameters
        ----------
        probabilities : array, shape (n_classes, n_rows)
            Of all rows.

        Returns
        -------
        array, shape (p, p)
            Symmetric; p = n_scores (n_features + 1), class by class, the intercept last in each.
        """
        seen = probabilities if self.chosen is None else probabilities[:, self.chosen]
        n_scores, n_columns = self.problem.shape
        blocks = np.zeros((n_scores, n_columns, n_scores, n_columns))
        alike = bool((np.ptp(seen, axis=1) == 0).all())
        common = _gram(self.rows, self.share) if alike else None
        for k in range(len(seen)):
            for m in range(k):
                if common is None:
                    block = _gram(self.rows, seen[k] * seen[m] * self.share)
                else:
                    block = common * (seen[k, 0] * seen[m, 0])
                if n_scores == 1:
                    blocks[0, :, 0, :] = block
                    continue
                blocks[k, :, m, :] -= block
                blocks[m, :, k, :] -= block
                blocks[k, :, k, :] += block
                blocks[m, :, m, :] += block
        return self._made_definite(blocks.reshape(n_scores * n_columns, -1))

    def _made_definite(self, curvature: FloatArray) -> FloatArray:
        n_scores, n_columns = self.problem.shape
        penalised = np.ones(self.problem.shape)
        penalised[:, -1] = 0.0
        rounded = self.rows.dtype == np.float32
        damping = _SINGLE_DAMPING * float(curvature.diagonal().max()) if rounded else 0.0
        curvature[np.diag_indices_from(curvature)] += self.problem.l2 * penalised.ravel() + damping
        if n_scores > 1:  # a shift common to all intercepts changes nothing; give it any curvature
            intercepts = np.arange(1, n_scores + 1) * n_columns - 1
            curvature[np.ix_(intercepts, intercepts)] += 1.0 / n_scores
        return curvature


def _gram(rows: FloatArray, weight: FloatArray) -> FloatArray:
    """Sum of weight times the outer product of each row with itself; weights not negative.

    In single precision rows of hardly any weight are left out, and the others stand for them.
    """
    update, total = (ssyrk, weight.sum()) if rows.dtype == np.float32 else (dsyrk, 0.0)
    kept = np.flatnonzero(weight > _NEGLIGIBLE * total / len(weight))
    root = np.sqrt(weight[kept] * (total / weight[kept].sum() if total > 0 else 1.0)).astype(rows.dtype)
    gram = np.zeros((rows.shape[1], rows.shape[1]), rows.dtype, order="F")
    for begin in range(0, len(kept), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        weighted = rows[kept[part]]
        weighted *= root[part, None]
        gram = update(1.0, weighted.T, beta=1.0, c=gram, overwrite_c=True)  # the upper triangle
    full: FloatArray = gram + gram.T  # the lower triangle is 0
    full[np.diag_indices_from(full)] /= 2
    return full


def corrected(curvature: FloatArray, moved: FloatArray, change: FloatArray) -> FloatArray:
    """The curvature that also explains the last change of the gradient (BFGS).

    Parameters
    ----------
    curvature : array, shape (p, p)
        Symmetric.
    moved, change : array, shape of the coefficients
        Last step, and what the gradient changed by.

    Returns
    -------
    array, shape (p, p)
        The same where the step shows no curvature.
    """
    s, y = moved.ravel(), change.ravel()
    along = float(s @ y)
    if along <= 1e-12 * float(np.linalg.norm(s) * np.linalg.norm(y)):
        return curvature
    predicted = curvature @ s
    return curvature + np.outer(y, y) / along - np.outer(predicted, predicted) / float(s @ predicted)


def spread_sample(problem: ElasticNetProblem, size: int) -> tuple[IntArray, FloatArray]:
    """Rows drawn by class, evenly spread over each, and their shares.

    Parameters
    ----------
    problem : ElasticNetProblem
        Of more than `size` rows.
    size : int
        Rows to draw, about; a rare class gives at least a fourth of an equal part, or all it has.

    Returns
    -------
    chosen : array of int
        Numbers of the rows.
    shares : array
        Of each; they add up to the share of its class.
    """
    n = len(problem.rows)
    rng = np.random.default_rng(0)
    counts = np.bincount(problem.codes)
    least = max(size // (4 * len(counts)), 1)
    chosen, shares = [], []
    for k, count in enumerate(counts):
        of_class = np.flatnonzero(problem.codes == k)
        quota = min(int(count), max(round(size * count / n), least))
        picked = of_class[((np.arange(quota) + rng.random(quota)) * count / quota).astype(np.int64)]
        taken = problem.share[picked]
        chosen.append(picked)
        shares.append(taken * (problem.share[of_class].sum() / taken.sum()))
    return np.concatenate(chosen), np.concatenate(shares)


def restricted(problem: ElasticNetProblem, chosen: IntArray, shares: FloatArray) -> ElasticNetProblem:
    """The same problem on some rows.

    Parameters
    ----------
    problem : ElasticNetProblem
        On all rows.
    chosen : array of int
        Numbers of the rows to keep.
    shares : array
        Their new shares.

    Returns
    -------
    ElasticNetProblem
        With the same penalties.
    """
    rows, codes = problem.rows[chosen], problem.codes[chosen]
    moments = class_moments(rows, codes, shares, max(problem.shape[0], 2))
    return replace(problem, rows=rows, codes=codes, share=shares, moments=moments)
