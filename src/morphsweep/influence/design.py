"""Hyper-parameters as an explanation sees them: levels, where each acts, and numbers for a forest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.influence.knob import Knob, read_off
from morphsweep.records import BoolArray, Condition, FloatArray, IntArray

__all__ = ["NOT_SET", "TWIN", "Design", "make_design"]

NOT_SET = "not set"
_MOST_LEVELS = 8  # distinct numbers up to which each is a level of its own
_BINS = 5
_PROBES = 24  # values that stand for a knob with many
TWIN = 0.8  # lambda from which one setting counts as read off another
_LOG_RATIO = 20.0  # largest to smallest value from which a positive number is seen on a log scale


@dataclass(frozen=True, slots=True)
class Design:
    """The settings of the models.

    Parameters
    ----------
    frame : DataFrame, shape (n_models, n_knobs)
        Settings; missing where a hyper-parameter is not set or cannot act.
    knobs : tuple of Knob
        One per column of `frame`.
    matrix : array, shape (n_models, n_columns)
        Ranks of numbers, indicators of categories: for trees.
    groups : array of int, shape (n_models,)
        Equal for replicates, which never straddle a split.
    """

    frame: pd.DataFrame
    knobs: tuple[Knob, ...]
    matrix: FloatArray
    groups: IntArray

    @property
    def varying(self) -> tuple[Knob, ...]:
        """The hyper-parameters that can be judged."""
        return tuple(knob for knob in self.knobs if knob.verdict == "varies")

    def take(self, rows: BoolArray | IntArray, /) -> "Design":
        """The same design for some of the models.

        Parameters
        ----------
        rows : array
            Mask or positions.

        Returns
        -------
        Design
            Knobs described anew, because one may no longer vary.
        """
        return make_design(
            self.frame[rows] if rows.dtype == bool else self.frame.iloc[rows], groups=self.groups[rows]
        )


def make_design(
    frame: pd.DataFrame,
    /,
    *,
    groups: Sequence[Any] | IntArray | None = None,
    inactive: Mapping[str, str] | None = None,
) -> Design:
    """Describe the settings of models.

    Parameters
    ----------
    frame : DataFrame
        One row per model, one column per hyper-parameter; missing = not set.
    groups : sequence or None
        Equal for replicates. None: models with equal settings.
    inactive : mapping of str to str or None
        Hyper-parameter = condition on another one under which it cannot act.

    Returns
    -------
    Design
        Ready for a driver.

    Raises
    ------
    InvalidInput
        If there is no hyper-parameter, or a condition cannot be read.

    Examples
    --------
    >>> settings = pd.DataFrame({"loss": ["a", "a", "b"], "margin": [1.0, 2.0, 3.0]})
    >>> design = make_design(settings, inactive={"margin": "loss == 'b'"})
    >>> design.knobs[1].acts.tolist(), design.knobs[1].levels
    ([True, True, False], ('1', '2'))
    """
    if not frame.shape[1] or not len(frame):
        msg = f"no hyper-parameters to explain with: the table has {len(frame)} models and {frame.shape[1]} hyper-parameter columns"
        raise InvalidInput(msg)
    masked = _masked(frame.reset_index(drop=True), inactive or {})
    if groups is None:
        codes = pd.factorize(pd.Series(list(masked.astype(str).itertuples(index=False, name=None))))[0]
    else:
        codes = pd.factorize(np.asarray(groups))[0]
    blocks: list[FloatArray] = []
    knobs: list[Knob] = []
    first = 0
    for name in masked.columns:
        knob, block = _knob(name, masked, first)
        knobs.append(knob)
        blocks.append(block)
        first += block.shape[1]
    matrix = np.hstack(blocks)
    return Design(masked, _with_twins(knobs, matrix), matrix, codes.astype(np.int64))


def _masked(frame: pd.DataFrame, inactive: Mapping[str, str]) -> pd.DataFrame:
    """Settings that cannot act are as good as not set."""
    masked = frame.copy()
    for name, text in inactive.items():
        condition = Condition.parse(text)
        if name in masked and condition.column in frame:
            holds = [
                condition.holds(None if pd.isna(v) else v) is True
                for v in frame[condition.column].astype(object)
            ]
            masked[name] = masked[name].mask(np.array(holds))
    return masked


def _knob(name: str, frame: pd.DataFrame, first: int) -> tuple[Knob, FloatArray]:
    column = frame[name]
    known = column.notna().to_numpy()
    numbers = pd.to_numeric(
        column.where(~column.map(lambda v: isinstance(v, bool)), other=None), errors="coerce"
    )
    number = bool(known.any() and numbers[known].notna().all())
    values = numbers.to_numpy(dtype=float) if number else _category_codes(column)
    log = number and _spread_over_a_log_scale(values[known])
    values = np.log10(values) if log else values
    levels, codes = _levels(values, known, number, log, column)
    settled = _settled_by_others(name, frame, known)
    acts = known if settled else np.ones(len(known), dtype=bool)
    block = _block(values, known, number, len(levels), told=settled)
    probes, weights = _probes(block[acts], values[acts])
    dealt = first + np.arange(block.shape[1])
    verdict = "varies" if len(probes) > 1 else ("constant" if known.all() else "fixed where it acts")
    columns = slice(first, first + block.shape[1])
    kind = "number" if number else "category"
    return Knob(
        str(name), kind, log, levels, codes, values, acts, columns, dealt, probes, weights, verdict
    ), block


def _category_codes(column: "pd.Series[Any]") -> FloatArray:
    texts = column.map(str).where(column.notna())
    order = sorted(texts.dropna().unique())
    return texts.map({text: place for place, text in enumerate(order)}).to_numpy(dtype=float)


def _spread_over_a_log_scale(values: FloatArray) -> bool:
    return bool(len(values) and values.min() > 0 and values.max() / values.min() >= _LOG_RATIO)


def _levels(
    values: FloatArray, known: BoolArray, number: bool, log: bool, column: "pd.Series[Any]"
) -> tuple[tuple[str, ...], IntArray]:
    """Each value, or bins of equally many models."""
    codes = np.full(len(values), -1)
    distinct = np.unique(values[known])
    if not number:
        codes[known] = values[known].astype(int)
        return tuple(sorted(column.dropna().map(str).unique())), codes
    shown = 10**distinct if log else distinct
    if len(distinct) <= _MOST_LEVELS:
        codes[known] = np.searchsorted(distinct, values[known])
        return tuple(f"{v:.6g}" for v in shown), codes
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, _BINS + 1)))
    codes[known] = np.clip(np.searchsorted(edges, values[known], side="right") - 1, 0, len(edges) - 2)
    shown = 10**edges if log else edges
    return tuple(f"{a:.3g} to {b:.3g}" for a, b in pairwise(shown)), codes


def _settled_by_others(name: str, frame: pd.DataFrame, known: BoolArray) -> bool:
    """Whether another column tells if this one is set, as the kind of model tells if it has a second layer."""
    if known.all() or not known.any():
        return not known.any()
    others = (
        frame[other].astype(object).where(frame[other].notna(), NOT_SET) for other in frame if other != name
    )
    return any(
        other.nunique() <= _MOST_LEVELS and pd.Series(known).groupby(other.astype(str)).nunique().max() == 1
        for other in others
    )


def _block(values: FloatArray, known: BoolArray, number: bool, n_levels: int, *, told: bool) -> FloatArray:
    """Columns for trees: what counts is order, so any monotone scale gives the same trees."""
    if number:
        distinct = np.unique(values[known])
        ranks = np.searchsorted(
            distinct, np.where(known, values, distinct[0] if len(distinct) else 0.0)
        ).astype(float)
        ranks[~known] = np.median(ranks[known]) if known.any() else 0.0
        block = ranks[:, None]
    else:
        block = (values[:, None] == np.arange(n_levels)).astype(float)
    # Where others tell whether it is set, a column for that would take half of their credit.
    return block if told or known.all() else np.hstack([block, (~known)[:, None].astype(float)])


def _with_twins(knobs: list[Knob], matrix: FloatArray) -> tuple[Knob, ...]:
    """Hyper-parameters that can be read off each other are dealt out together."""
    found = []
    for knob in knobs:
        twins = [
            other
            for other in knobs
            if other.name != knob.name
            and "varies" == knob.verdict == other.verdict
            and min(read_off(other, knob), read_off(knob, other)) >= TWIN
        ]
        if twins:
            dealt = np.concatenate([knob.dealt, *(twin.dealt for twin in twins)])
            probes, weights = _probes(matrix[knob.acts][:, dealt], knob.values[knob.acts])
            found.append(replace(knob, dealt=dealt, probes=probes, weights=weights))
        else:
            found.append(knob)
    return tuple(found)


def _probes(block: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Every distinct setting with its frequency, or 24 quantiles of many."""
    if not len(block):
        return np.empty((0, block.shape[1])), np.empty(0)
    distinct, counts = np.unique(block, axis=0, return_counts=True)
    if len(distinct) > _PROBES:
        order = np.argsort(np.where(np.isnan(values), np.inf, values), kind="stable")
        places = np.floor((np.arange(_PROBES) + 0.5) / _PROBES * len(order)).astype(int)
        return block[order[places]], np.full(_PROBES, 1 / _PROBES)
    return distinct, counts / counts.sum()
