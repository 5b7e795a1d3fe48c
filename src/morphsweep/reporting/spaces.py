"""Scaffolds on paper: one oblique view for single spaces, one common view for many."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["View", "common_view", "flattened", "oblique", "radius"]

Scaffold = dict[str, np.ndarray]

_TURN, _TILT = 28.0, 16.0  # degrees: the plane of PC 1 and PC 2 seen from aside, so that PC 3 shows too
_FEWEST = 2  # points in common that a rotation can be told from


def oblique() -> np.ndarray:
    """The view of a single space.

    Returns
    -------
    array, shape (3, 2)
        From PC 1, 2, 3 to right and up on paper; lengths in the plane of the paper are kept.
    """
    a, b = np.radians([_TURN, _TILT])
    right = [np.cos(a), 0.0, np.sin(a)]
    up = [-np.sin(a) * np.sin(b), np.cos(b), np.cos(a) * np.sin(b)]
    return np.array([right, up]).T


def flattened(curves: Mapping[str, Any], /) -> Scaffold:
    """Curves of the document as arrays.

    Parameters
    ----------
    curves : mapping
        perturbation -> ``x, y, z``.

    Returns
    -------
    dict of str to array, shape (n_points, 3)
        Without points that lack a coordinate.
    """
    found = {}
    for name, line in curves.items():
        points = np.array([[np.nan if v is None else v for v in line[axis]] for axis in "xyz"], dtype=float).T
        kept = points[np.isfinite(points).all(axis=1)]
        if len(kept):
            found[str(name)] = kept
    return found


def radius(scaffold: Mapping[str, np.ndarray], /) -> float:
    """Radius of gyration: root mean squared distance of all curve points to their common centroid.

    Parameters
    ----------
    scaffold : mapping of str to array, shape (n_points, 3)
        Curves.

    Returns
    -------
    float
        Latent units.
    """
    points = np.vstack(list(scaffold.values()))
    return float(np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean()))


@dataclass(frozen=True, slots=True)
class View:
    """How a space is laid on paper: moved to `centre`, divided by `size`, turned by `turn` (3 x 3), seen obliquely."""

    centre: np.ndarray
    size: float
    turn: np.ndarray

    def __call__(self, points: np.ndarray, /) -> np.ndarray:
        """Points of the space, shape (n, 3), on paper, shape (n, 2)."""
        seen: np.ndarray = ((points - self.centre) / self.size) @ self.turn @ oblique()
        return seen


def common_view(scaffolds: Mapping[int, Scaffold], template: int, /) -> dict[int, View]:
    """Views that make all scaffolds look like one of them, at one size.

    Parameters
    ----------
    scaffolds : mapping of int to dict
        Curves by model.
    template : int
        The model that the others are turned to.

    Returns
    -------
    dict of int to View
        Centred, of unit radius of gyration, turned (and mirrored where that fits better, because the signs of principal
        components are arbitrary) so that points of equal fraction of equal perturbations lie as close as possible.
    """
    shaped = {model: (_shape(scaffold), scaffold) for model, scaffold in scaffolds.items() if scaffold}
    if template not in shaped:
        return {model: View(centre, size, np.eye(3)) for model, ((centre, size), _) in shaped.items()}
    (centre, size), target = shaped[template]
    wanted = {name: (points - centre) / size for name, points in target.items()}
    return {
        model: View(c, r, _turn({n: (p - c) / r for n, p in s.items()}, wanted))
        for model, ((c, r), s) in shaped.items()
    }


def _shape(scaffold: Scaffold) -> tuple[np.ndarray, float]:
    """Centre, every curve counting the same, and size."""
    return np.mean([points.mean(axis=0) for points in scaffold.values()], axis=0), radius(scaffold) or 1.0


def _turn(scaffold: Scaffold, target: Scaffold) -> np.ndarray:
    """Best orthogonal map (rotation or reflection) onto the target."""
    pairs = [_matched(scaffold[name], target[name]) for name in target if name in scaffold]
    if sum(len(a) for a, _ in pairs) < _FEWEST:
        return np.eye(3)
    a, b = (np.vstack(side) for side in zip(*pairs, strict=True))
    u, _, vt = np.linalg.svd((a - a.mean(axis=0)).T @ (b - b.mean(axis=0)))
    turn: np.ndarray = u @ vt
    return turn


def _matched(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As many points of each at equal fractions."""
    n = min(len(a), len(b))
    return tuple(p[np.linspace(0, len(p) - 1, n).round().astype(int)] for p in (a, b))
