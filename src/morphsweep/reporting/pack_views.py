"""How each model's space is turned so that all can be looked at from one side."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from morphsweep.records import FloatArray
from morphsweep.reporting.pack_curves import Pieces, even_steps

__all__ = ["common_turns", "turn_onto"]

_POINTS = 20
_AXES = ["pc_1", "pc_2", "pc_3"]


def common_turns(
    frame: pd.DataFrame, curves: Pieces, names: Sequence[str], n_models: int, onto: int, /
) -> FloatArray:
    """Turn of every run's curves onto the reference curves of one model.

    Parameters
    ----------
    frame : DataFrame
        Points of all curves.
    curves : Pieces
        Its curves.
    names : sequence of str
        Regimes of the sweep, the reference first.
    n_models : int
        Rows of the summary.
    onto : int
        Row of the model that the others are turned onto.

    Returns
    -------
    array, shape (n_regimes, n_models, 3, 3)
        ``turn @ point`` lies in the common view, mirror images allowed; zeros where a run shares no curve with it.
    """
    sampled = _sampled(frame, curves, names, n_models)
    target = sampled[0, onto]
    turns = np.zeros((*sampled.shape[:2], 3, 3))
    for place in np.ndindex(*sampled.shape[:2]):
        shared = np.isfinite(sampled[place]).all(axis=1) & np.isfinite(target).all(axis=1)
        if shared.sum() > 3:
            turns[place] = turn_onto(sampled[place][shared], target[shared])
    return turns


def turn_onto(points: FloatArray, target: FloatArray, /) -> FloatArray:
    """Orthogonal matrix, mirror images allowed, that lays points closest to others after both are centred.

    Parameters
    ----------
    points : array, shape (n, 3)
        Any unit.
    target : array, shape (n, 3)
        The corresponding points.

    Returns
    -------
    array, shape (3, 3)
        ``turn @ point``.

    Examples
    --------
    >>> corner = np.vstack([np.eye(3), np.zeros(3)])
    >>> np.allclose(turn_onto(corner * [1, 1, -1], corner), np.diag([1, 1, -1]))
    True
    """
    a, b = points - points.mean(axis=0), target - target.mean(axis=0)
    u, _, v = np.linalg.svd(b.T @ a)
    turn: FloatArray = u @ v
    return turn


def _sampled(frame: pd.DataFrame, curves: Pieces, names: Sequence[str], n_models: int) -> FloatArray:
    """Curves at equal steps, shape (n_regimes, n_models, n_perturbations * 20, 3); NaN where there is none."""
    rows, count = even_steps(curves, _POINTS)
    shape = (len(names), n_models, len(curves.perturbations))
    sampled = np.full((*shape, _POINTS, 3), np.nan)
    regime = np.array([names.index(name) if name in names else -1 for name in curves.regimes], dtype=np.int64)
    place = regime[curves.regime] if len(curves.regime) else curves.regime
    whole = (count == _POINTS) & (place >= 0)
    kept = np.repeat(whole, count)
    if kept.any():
        xyz = frame[_AXES].to_numpy(float)[rows[kept]].reshape(-1, _POINTS, 3)
        sampled[place[whole], curves.model[whole], curves.perturbation[whole]] = xyz
    return sampled.reshape(*shape[:2], -1, 3)
