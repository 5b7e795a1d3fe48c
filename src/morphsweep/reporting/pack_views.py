"""How each model's space is turned so that all can be looked at from one side."""

from collections.abc import Sequence

import numpy as np

from morphsweep.records import FloatArray
from morphsweep.reporting.pack_curves import Grid, Pieces, even_steps
from morphsweep.reporting.source import ResultsLike, regimes

__all__ = ["common_turns", "turn_onto"]

_POINTS = 20
_AXES = ["pc_1", "pc_2", "pc_3"]


def common_turns(results: ResultsLike, grid: Grid, perturbations: Sequence[str], onto: int, /) -> FloatArray:
    """Turn of every run's curves onto the reference curves of one model.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    grid : Grid
        Knows the models' rows.
    perturbations : sequence of str
        In the order of the comparison.
    onto : int
        Row of the model that the others are turned onto.

    Returns
    -------
    array, shape (n_regimes, n_models, 3, 3)
        ``turn @ point`` lies in the common view, mirror images allowed; zeros where a run shares no curve with it.
    """
    names = regimes(results)
    curves = _sampled(results, grid, perturbations, names)
    target = curves[0, onto]
    turns = np.zeros((*curves.shape[:2], 3, 3))
    for place in np.ndindex(*curves.shape[:2]):
        shared = np.isfinite(curves[place]).all(axis=1) & np.isfinite(target).all(axis=1)
        if shared.sum() > 3:
            turns[place] = turn_onto(curves[place][shared], target[shared])
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
    >>> corner = np.eye(3)
    >>> turn_onto(corner * [1, 1, -1], corner).round(9).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]]
    """
    a, b = points - points.mean(axis=0), target - target.mean(axis=0)
    u, _, v = np.linalg.svd(b.T @ a)
    turn: FloatArray = u @ v
    return turn


def _sampled(
    results: ResultsLike, grid: Grid, perturbations: Sequence[str], names: Sequence[str]
) -> FloatArray:
    """Curves at equal steps, shape (n_regimes, n_models, n_perturbations * 20, 3); NaN where there is none."""
    frame = results.curves
    found = Pieces(frame, grid, names, perturbations, "point_index")
    rows, count = even_steps(found, _POINTS)
    shape = (len(names), len(results.summary), len(perturbations))
    sampled = np.full((*shape, _POINTS, 3), np.nan)
    whole = (count == _POINTS) & (found.regime >= 0)
    kept = np.repeat(whole, count)
    if kept.any():
        xyz = frame[_AXES].to_numpy(float)[rows[kept]].reshape(-1, _POINTS, 3)
        sampled[found.regime[whole], found.model[whole], found.perturbation[whole]] = xyz
    return sampled.reshape(*shape[:2], -1, 3)
