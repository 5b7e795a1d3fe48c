"""The best rigid motion between two matched point sets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput, ShapeMismatch
from morphsweep.geometry.arrays import Array, points_array, weight_array

__all__ = ["RigidMotion", "kabsch", "rmse"]

# Where several rotations are optimal (collinear points, a mirror plane) the one nearest to no rotation is taken: this
# share of the largest singular value goes to it, far above rounding. Elsewhere nothing is added.
_AMBIGUOUS, _PREFER_NO_ROTATION = 1e-11, 1e-12
_ROUNDING = 64 * np.finfo(np.float64).eps


@dataclass(frozen=True, slots=True)
class RigidMotion:
    """A rotation (or rotation with mirror), a scale and a translation, with what they achieve.

    Parameters
    ----------
    rotation : array, shape (d, d)
        Orthogonal; determinant 1 unless a reflection was allowed.
    translation : array, shape (d,)
        Added after rotating, in the unit of the points.
    rmse_before, rmse_after : float
        Root mean square over points AND coordinates of the difference, in the unit of the points, lower is better;
        ``rmse_after <= rmse_before`` always.
    scale : float
        Factor that the points are multiplied by; 1 unless scaling was allowed.
    """

    rotation: Array
    translation: Array
    rmse_before: float
    rmse_after: float
    scale: float = 1.0

    def apply(self, points: ArrayLike) -> Array:
        """Move points, shape (n, d), as the motion says."""
        moved: Array = (
            self.scale * (np.asarray(points, dtype=np.float64) @ self.rotation.T) + self.translation
        )
        return moved

    @property
    def angle(self) -> float:
        """Angle of rotation in degrees, 0 to 180; of a mirrored motion, the angle about its axis (d = 2 and 3).

        Raises
        ------
        InvalidInput
            If d is neither 2 nor 3, where one angle says too little.
        """
        d = len(self.rotation)
        if d not in {2, 3}:
            msg = f"a rotation in {d} dimensions has no single angle; expected 2 or 3 dimensions"
            raise InvalidInput(msg)
        skew = self.rotation - self.rotation.T
        sine = float(np.sqrt((skew**2).sum() / 8.0))
        determinant = float(np.sign(np.linalg.det(self.rotation)))
        # The trace is 2 cos + det in three dimensions; in two, 2 cos, or 0 for a mirror, which turns nothing.
        trace = float(np.trace(self.rotation))
        cosine = (trace - determinant) / 2.0 if d == 3 else (trace / 2.0 if determinant > 0 else 1.0)
        return float(np.degrees(np.arctan2(sine, cosine)))


def rmse(P: ArrayLike, Q: ArrayLike, /, *, weight: ArrayLike | None = None) -> float:
    """Root mean square difference of matched points, per coordinate.

    Parameters
    ----------
    P, Q : array_like, shape (n, d)
        Matched points, row by row.
    weight : array_like, shape (n,), optional
        Relative weight of each point.

    Returns
    -------
    float
        sqrt(mean over points and coordinates of (P - Q)^2), in the unit of the points; 0 or more, lower is better.
        The distance per point is sqrt(d) times larger.

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    InvalidInput
        If a value is not finite or the weights are unusable.

    Examples
    --------
    >>> rmse([[0, 0], [0, 0]], [[3, 0], [0, 1]]) == (10 / 4) ** 0.5
    True
    """
    p, q, w = _matched(P, Q, weight)
    return _rmse(p - q, w)


def kabsch(
    P: ArrayLike,
    Q: ArrayLike,
    /,
    *,
    weight: ArrayLike | None = None,
    reflection: bool = False,
    scaling: bool = False,
) -> RigidMotion:
    """Best rotation and translation of Q onto P in the least-squares sense.

    Parameters
    ----------
    P, Q : array_like, shape (n, d)
        Matched points, row by row; Q is the one that moves.
    weight : array_like, shape (n,), optional
        Relative weight of each point.
    reflection : bool
        Allow mirror images, O(d) instead of SO(d).
    scaling : bool
        Allow a change of size: the best similarity. It measures shape alone, and shrinks Q where the shapes disagree.

    Returns
    -------
    RigidMotion
        With the error before and after per coordinate. Degenerate sets have many best rotations; the one nearest to
        no rotation is returned, so coincident points or a single point give a pure translation (scale 1).

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    InvalidInput
        If a value is not finite or the weights are unusable.

    References
    ----------
    .. [1] Kabsch (1976), A solution for the best rotation to relate two sets of vectors, Acta Cryst. A 32, 922.
    .. [2] Umeyama (1991), Least-squares estimation of transformation parameters, IEEE PAMI 13, 376.

    Examples
    --------
    >>> P = np.array([[0.0, 0, 0], [1, 0, 0], [1, 2, 0]])
    >>> motion = kabsch(P, P[:, [1, 0, 2]] * [-1, 1, 1] + 5)
    >>> round(motion.angle, 6), round(motion.rmse_after, 6)
    (90.0, 0.0)
    """
    p, q, w = _matched(P, Q, weight)
    share = (w / w.sum())[:, None]
    centre_p, centre_q = (share * p).sum(axis=0), (share * q).sum(axis=0)
    if _coincide(p - centre_p, p) or _coincide(q - centre_q, q):
        rotation, scale = np.eye(p.shape[1]), 1.0
    else:
        cross = (p - centre_p).T @ (share * (q - centre_q))
        rotation = _best_rotation(cross, reflection=reflection)
        gain = float((rotation * cross).sum() / (share * (q - centre_q) ** 2).sum())
        scale = max(gain, 0.0) if scaling else 1.0
    translation = centre_p - scale * (rotation @ centre_q)
    before, after = _rmse(p - q, w), _rmse(p - (scale * (q @ rotation.T) + translation), w)
    if after > before:  # only by rounding, when nothing can be gained: then standing still is the best motion
        rotation, translation, after, scale = np.eye(p.shape[1]), np.zeros(p.shape[1]), before, 1.0
    return RigidMotion(rotation, translation, before, after, scale)


def _coincide(centred: Array, points: Array) -> bool:
    """Whether all points are the same but for rounding."""
    return bool(np.abs(centred).max() <= _ROUNDING * np.abs(points).max())


def _best_rotation(cross: Array, *, reflection: bool) -> Array:
    """Orthogonal matrix of largest trace against `cross`."""
    u, sizes, vt = np.linalg.svd(cross)
    mirror = 1.0 if reflection else float(np.sign(np.linalg.det(u @ vt)))
    gap = sizes[-1] if reflection else sizes[-2] + mirror * sizes[-1]
    if gap < _AMBIGUOUS * sizes[0]:
        u, _, vt = np.linalg.svd(cross + _PREFER_NO_ROTATION * sizes[0] * np.eye(len(cross)))
        mirror = 1.0 if reflection else float(np.sign(np.linalg.det(u @ vt)))
    signs = np.ones(len(cross))
    signs[-1] = mirror
    best: Array = (u * signs) @ vt
    return best


def _rmse(difference: Array, w: Array) -> float:
    return float(np.sqrt((w[:, None] * difference**2).sum() / (w.sum() * difference.shape[1])))


def _matched(P: ArrayLike, Q: ArrayLike, weight: ArrayLike | None) -> tuple[Array, Array, Array]:
    p, q = points_array(P, "P"), points_array(Q, "Q")
    if p.shape != q.shape or not len(p):
        msg = f"matched points must have the same shape with at least one row, found P {p.shape} and Q {q.shape}"
        raise ShapeMismatch(msg)
    return p, q, weight_array(weight, len(p))
