"""Putting models of one tranche in order, on bare numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.stats import rankdata

from morphsweep.records import BoolArray, FloatArray, IntArray
from morphsweep.selection.pareto import pareto_front
from morphsweep.selection.usual import usual_range
from morphsweep.selection.wording import listed

__all__ = ["Rule", "RuleKind", "equal_to", "positions"]

RuleKind = Literal["lexicographic", "mean-rank", "desirability", "knee"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How models of one tranche are put in order.

    Parameters
    ----------
    higher : mapping of str to (bool or None)
        The columns that count and whether more is better, the most important first; None where a score is good within its
        usual range only, which desirability alone can use.
    kind : {"lexicographic", "mean-rank", "desirability", "knee"}
        A later column only decides between equal values of the earlier; their ranks are averaged; their desirabilities are
        multiplied; or the models that no other beats come first, and among these the knee.
    weights : mapping of str to float
        Of desirability; 1 where none is given.
    """

    higher: Mapping[str, bool | None]
    kind: RuleKind = "lexicographic"
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that count, the most important first."""
        return tuple(self.higher)

    def __str__(self) -> str:
        names = listed(self.columns)
        if self.kind == "desirability":
            parts = [self._desire(column, higher) for column, higher in self.higher.items()]
            return f"the highest desirability: the weighted geometric mean of {', '.join(parts)}"
        if self.kind == "knee":
            return (
                f"the models that no other of the tranche beats in {names}, and of these the knee: the largest sum of "
                "the scores, each from 0 at the worst of them to 1 at the best"
            )
        parts = [
            f"the {'highest' if higher else 'lowest'} {column}" for column, higher in self.higher.items()
        ]
        if self.kind == "mean-rank":
            return f"the best mean of its ranks within the tranche by {', '.join(parts)}"
        return ", then ".join(parts)

    def _desire(self, column: str, higher: bool | None) -> str:
        weight = f"weight {self.weights.get(column, 1.0):g}"
        if higher is None:
            return f"{column} ({weight}; 1 within its usual range, 0 at half a range beyond)"
        ends = "lowest to 1 at the highest" if higher else "highest to 1 at the lowest"
        return f"{column} ({weight}; from 0 at the sweep's {ends})"


def positions(
    values: FloatArray, tranche: IntArray, rule: Rule, /, *, precedence: IntArray | None = None
) -> IntArray:
    """Position of every row: by tranche, then by the rule.

    Parameters
    ----------
    values : array, shape (n, n_columns)
        Finite values of the rule's columns.
    tranche : array of int, shape (n,)
        1 to 4.
    rule : Rule
        Order within a tranche.
    precedence : array of int, shape (n,), or None
        Puts equal rows in order, the lowest first. None: the order given.

    Returns
    -------
    array of int, shape (n,)
        1 = first.

    References
    ----------
    .. [1] Derringer & Suich (1980), Simultaneous optimization of several response variables, J. Quality Technology 12(4).
    .. [2] Das (1999), On characterizing the "knee" of the Pareto curve, Structural Optimization 18.

    Examples
    --------
    >>> two = np.array([[0.8, 0.2], [0.9, 0.5]])
    >>> positions(two, np.array([1, 1]), Rule({"f1": True, "rmse": False})).tolist()
    [2, 1]
    """
    last = [] if precedence is None else [precedence]
    order = np.lexsort([*last, *reversed(_keys(values, tranche, rule)), tranche])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(1, len(order) + 1)
    return place


def equal_to(values: FloatArray, tranche: IntArray, rule: Rule, row: int, /) -> BoolArray:
    """Rows that a rule cannot tell from one of them.

    Parameters
    ----------
    values, tranche, rule
        As for :func:`positions`.
    row : int
        Which.

    Returns
    -------
    array of bool, shape (n,)
        True for the row itself and those exactly equal in everything that the rule goes by.

    Examples
    --------
    >>> two = np.array([[0.8, 0.2], [0.9, 0.5], [0.8, 0.2]])
    >>> equal_to(two, np.array([1, 1, 1]), Rule({"f1": True, "rmse": False}), 0).tolist()
    [True, False, True]
    """
    keys = [tranche, *_keys(values, tranche, rule)]
    equal: BoolArray = np.all([key == key[row] for key in keys], axis=0)
    return equal


def _keys(values: FloatArray, tranche: IntArray, rule: Rule) -> list[FloatArray]:
    """What the rule sorts by, the most important first, the least first."""
    up = np.array([higher is not False for higher in rule.higher.values()])
    gains = np.where(up, values, -values)
    keys = {"lexicographic": _plain, "mean-rank": _ranks, "desirability": _desirability, "knee": _knee}
    return keys[rule.kind](values, gains, tranche, rule)


def _plain(_: FloatArray, gains: FloatArray, __: IntArray, ___: Rule) -> list[FloatArray]:
    return list(-gains.T)


def _ranks(_: FloatArray, gains: FloatArray, tranche: IntArray, __: Rule) -> list[FloatArray]:
    mean = np.empty(len(gains))
    for number in np.unique(tranche):
        inside = tranche == number
        mean[inside] = rankdata(-gains[inside], axis=0).mean(axis=1)
    return [mean, -gains[:, 0]]


def _desirability(values: FloatArray, gains: FloatArray, _: IntArray, rule: Rule) -> list[FloatArray]:
    """Weighted geometric mean of desirabilities; 0 when one of them is 0."""
    weights = np.array([rule.weights.get(column, 1.0) for column in rule.higher])
    each = np.column_stack([
        _within_range(values[:, k]) if higher is None else _scaled(gains[:, k])
        for k, higher in enumerate(rule.higher.values())
    ])
    with np.errstate(divide="ignore"):
        logs = np.where(weights > 0, weights * np.log(each), 0.0)
    return [-np.exp(logs.sum(axis=1) / weights.sum()), -gains[:, 0]]


def _knee(_: FloatArray, gains: FloatArray, tranche: IntArray, rule: Rule) -> list[FloatArray]:
    front, knee = np.zeros(len(gains)), np.zeros(len(gains))
    up = [True] * len(rule.higher)
    for number in np.unique(tranche):
        left = np.flatnonzero(tranche == number)
        layer = 0
        while len(left):
            best = pareto_front(gains[left], higher=up)
            members = left[best]
            front[members] = layer
            knee[members] = sum(_scaled(column) for column in gains[members].T)
            left, layer = left[~best], layer + 1
    return [front, -knee, -gains[:, 0]]


def _scaled(gains: FloatArray) -> FloatArray:
    """From 0 at the least to 1 at the greatest; 1 where all are equal."""
    low, high = gains.min(), gains.max()
    scaled: FloatArray = (gains - low) / (high - low) if high > low else np.ones(len(gains))
    return scaled


def _within_range(values: FloatArray) -> FloatArray:
    usual = usual_range(values)
    if usual is None:
        return np.ones(len(values))
    width = (usual[1] - usual[0]) / 2
    beyond = np.maximum(np.maximum(usual[0] - values, values - usual[1]), 0.0)
    desired: FloatArray = np.maximum(1.0 - beyond / width, 0.0)
    return desired
