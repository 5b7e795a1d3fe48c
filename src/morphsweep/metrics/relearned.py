"""F1 over time when the labels are chance and the classifier learns them all the same: the null of separability.

Permuting labels against predictions that stay as they are is not enough. Two individuals that lie close together and
share a label by chance help each other, each from the other's training part, so that chance hits come in pairs and F1
varies up to the square root of two more than such a permutation shows. Here every permutation of the labels is dealt
into folds and learned anew, by one Newton step of the logistic regression from shares of classes only. Where labels
mean nothing the fit ends close to that step, which needs no more than sums over individuals.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from morphsweep.errors import ShapeMismatch
from morphsweep.geometry.compiled import compiled
from morphsweep.records import FloatArray, IntArray

__all__ = ["anchored_null", "deal_into_folds", "relearned_f1"]

_NEVER = -1e30  # score of a class without a training row
_AT_ONCE = 250  # permutations times folds
_MOST_SQUARES = (
    25_000_000  # numbers kept of the individuals' squares; beyond, a fold has its share of all squares
)


def deal_into_folds(labels: IntArray, order: IntArray, n_folds: int, /) -> IntArray:
    """Deal individuals out to folds in turn, label by label.

    Parameters
    ----------
    labels : array of int, shape (n_permutations, n_individuals)
        Labels.
    order : array of int, shape (n_individuals,)
        The individuals in the order in which those of one label are dealt.
    n_folds : int
        Number of folds.

    Returns
    -------
    array of int, shape (n_permutations, n_individuals)
        Folds, from 0; every label is spread evenly.

    Examples
    --------
    >>> deal_into_folds(np.array([[1, 0, 1, 0]]), np.arange(4), 2)
    array([[0, 0, 1, 1]])
    """
    by_label = np.argsort(labels[:, order], axis=1, kind="stable")
    dealt = np.empty_like(labels)
    turns = np.broadcast_to(np.arange(labels.shape[1]) % n_folds, labels.shape)
    np.put_along_axis(dealt, order[by_label], turns, axis=1)
    return dealt


def relearned_f1(
    latents: FloatArray,
    who: IntArray,
    bins: IntArray,
    labels: IntArray,
    folds: IntArray,
    /,
    *,
    n_bins: int,
    n_classes: int,
    ridge: float = 0.0,
) -> FloatArray:
    """F1 of every permutation of the labels, each learned by the other folds.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Biological latent means.
    who : array of int, shape (n_snips,)
        Number of each snip's individual.
    bins : array of int, shape (n_snips,)
        Time bin; snips with -1 are learned from and not scored.
    labels : array of int, shape (n_permutations, n_individuals)
        Label of each individual.
    folds : array of int, shape (n_permutations, n_individuals)
        Fold that each individual is predicted in; with -1 it is learned from only.
    n_bins, n_classes : int
        Numbers of bins and labels.
    ridge : float
        Strength of the squared penalty on coefficients of standardised latents.

    Returns
    -------
    array, shape (n_permutations, n_bins, n_classes)
        NaN in a bin without the label or with nothing else.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> labels = np.stack([rng.permutation(np.arange(12) % 2) for _ in range(3)])
    >>> f1 = relearned_f1(
    ...     rng.normal(size=(24, 2)), np.arange(24) // 2, np.zeros(24, int), labels,
    ...     deal_into_folds(labels, np.arange(12), 3), n_bins=1, n_classes=2,
    ... )  # fmt: skip
    >>> f1.shape, bool(((f1 >= 0) & (f1 <= 1)).all())
    ((3, 1, 2), True)
    """
    n = labels.shape[1]
    if len(latents) != len(who) or len(who) != len(bins) or folds.shape != labels.shape or who.max() >= n:
        msg = f"{len(latents)} rows, {len(who)} individuals of rows, {len(bins)} bins, labels {labels.shape} and folds {folds.shape} do not correspond"
        raise ShapeMismatch(msg)
    rows = np.argsort(who, kind="stable")
    sums = _Sums.of(np.asarray(latents, dtype=float)[rows], who[rows], n)
    hits = np.zeros((len(labels), n_bins, n_classes))
    called, positive = np.zeros_like(hits), np.zeros_like(hits)
    step = max(1, _AT_ONCE // (int(folds.max(initial=0)) + 1))
    for start in range(0, len(labels), step):
        some = slice(start, start + step)
        weights = _one_step(sums, labels[some], folds[some], n_classes, ridge)
        _tally(sums, bins[rows], labels[some], folds[some], weights, hits[some], called[some], positive[some])
    return _f1(hits, called, positive)


def anchored_null(
    null: FloatArray, one_step: FloatArray, observed: FloatArray, labels: IntArray, own: IntArray, /
) -> FloatArray:
    """Let a permutation keep what the converged fit gains over one step, as far as it leaves labels where they are.

    Where batches leave nothing to permute, the null is then the observed F1 itself, and nothing can be beyond it.

    Parameters
    ----------
    null : array, shape (n_permutations, n_bins, n_classes)
        F1 of permuted labels after one step.
    one_step, observed : array, shape (n_bins, n_classes)
        F1 of the true labels after one step, and of the converged fit.
    labels : array of int, shape (n_permutations, n_individuals)
        Permuted labels.
    own : array of int, shape (n_individuals,)
        True labels.

    Returns
    -------
    array, shape (n_permutations, n_bins, n_classes)
        The null, moved by the difference of the two times the share of each label's individuals that truly have it.

    Examples
    --------
    >>> labels = np.array([[0, 0, 1, 1], [1, 1, 0, 0]])
    >>> null = anchored_null(
    ...     np.full((2, 1, 2), 0.5), np.array([[0.5, 0.5]]), np.array([[0.9, 0.9]]), labels, labels[0]
    ... )
    >>> null[:, 0, 0]
    array([0.9, 0.5])
    """
    given = labels[:, :, None] == np.arange(null.shape[2])
    kept = given & (labels == own)[:, :, None]
    share = kept.sum(axis=1) / np.maximum(given.sum(axis=1), 1)
    gained = np.nan_to_num(observed - one_step)
    anchored: FloatArray = null + share[:, None, :] * gained
    return anchored


@dataclass(frozen=True, slots=True)
class _Sums:
    """Standardised rows with a last column of ones, sorted by individual, and what each individual adds up to."""

    rows: FloatArray
    begins: IntArray
    n_rows: FloatArray
    sums: FloatArray
    squares: FloatArray | None
    all_squares: FloatArray

    @classmethod
    def of(cls, latents: FloatArray, who: IntArray, n: int) -> "_Sums":
        """From rows that are sorted by individual."""
        spread = latents.std(axis=0)
        standard = (latents - latents.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        table = np.hstack([standard, np.ones((len(latents), 1))])
        number = np.bincount(who, minlength=n)
        begins = np.r_[0, np.cumsum(number)]
        parts = [table[first:last] for first, last in pairwise(begins)]
        few = n * table.shape[1] ** 2 <= _MOST_SQUARES
        squares = np.stack([(part.T @ part).ravel() for part in parts]) if few else None
        sums = np.stack([part.sum(axis=0) for part in parts])
        return cls(table.astype(np.float32), begins, number.astype(float), sums, squares, table.T @ table)


def _one_step(sums: _Sums, labels: IntArray, folds: IntArray, n_classes: int, ridge: float) -> FloatArray:
    """Coefficients of every permutation, fold and class, shape (n_permutations, n_folds, n_classes, n_latents + 1)."""
    n, n_folds, width = len(labels), int(folds.max()) + 1, sums.sums.shape[1]
    tested = folds[:, None, :] == np.arange(n_folds)[:, None]
    own = np.eye(n_classes)[labels].swapaxes(1, 2)
    trained = own[:, None] * ~tested[:, :, None]  # permutation, fold, class, individual
    number = trained @ sums.n_rows
    share = number / number.sum(axis=2, keepdims=True)
    target = (trained.reshape(-1, labels.shape[1]) @ sums.sums).reshape(n, n_folds, n_classes, width)
    if sums.squares is None:
        rest = number.sum(axis=2) / sums.n_rows.sum()
        curvature = sums.all_squares * rest[..., None, None]
    else:
        left_out = tested.reshape(-1, labels.shape[1]).astype(sums.squares.dtype) @ sums.squares
        curvature = sums.all_squares - left_out.reshape(n, n_folds, width, width)
    damping = np.full(width, ridge * n_classes + 1e-9 * len(sums.rows))  # as if all shares were equal
    damping[-1] = 0.0
    slope = np.linalg.solve(curvature + np.diag(damping), target.swapaxes(2, 3)).swapaxes(2, 3)
    known = share > 0
    slope = np.divide(slope, share[..., None], out=np.zeros_like(slope), where=known[..., None])
    slope[..., -1] += np.where(known, np.log(np.where(known, share, 1.0)) - 1.0, _NEVER)
    found: FloatArray = slope.astype(np.float32)
    return found


def _tally(
    sums: _Sums,
    bins: IntArray,
    labels: IntArray,
    folds: IntArray,
    weights: FloatArray,
    hits: FloatArray,
    called: FloatArray,
    positive: FloatArray,
) -> None:
    """Predict every individual by what the other folds learned, and add it to the counts in place."""
    n_bins, n_classes = hits.shape[1:]
    for person, (first, last) in enumerate(pairwise(sums.begins)):
        at = bins[first:last]
        tested = np.flatnonzero(folds[:, person] >= 0)
        inside = at >= 0
        if not inside.any() or not len(tested):
            continue
        learned = weights[tested, folds[tested, person]].reshape(len(tested) * n_classes, -1)
        scores = learned @ sums.rows[first:last][inside].T
        label = labels[tested, person]
        _count(scores.reshape(len(tested), n_classes, -1), at[inside], tested, label, hits, called)
        positive[tested, :, label] += np.bincount(at[inside], minlength=n_bins)


@compiled
def _count(
    scores: FloatArray,
    bins: IntArray,
    tested: IntArray,
    labels: IntArray,
    hits: FloatArray,
    called: FloatArray,
) -> None:
    """Add the snips of one individual to the counts, in place."""
    for k in range(scores.shape[0]):
        for row in range(scores.shape[2]):
            best = 0
            top = scores[k, 0, row]
            for c in range(1, scores.shape[1]):
                if scores[k, c, row] > top:
                    best, top = c, scores[k, c, row]
            called[tested[k], bins[row], best] += 1.0
            if labels[k] == best:
                hits[tested[k], bins[row], best] += 1.0


def _f1(hits: FloatArray, called: FloatArray, positive: FloatArray) -> FloatArray:
    total = positive.sum(axis=2, keepdims=True)
    present = (positive > 0) & (positive < total)
    f1: FloatArray = np.divide(2 * hits, called + positive, out=np.full(hits.shape, np.nan), where=present)
    return f1
