"""From the options of the estimator to the walk of the reference package and back to the unit of the points."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morphsweep.errors import NotComputable
from morphsweep.geometry.arrays import Array
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.einbeck import Branch, EinbeckOptions, ScaledCloud, walk_branches
from morphsweep.geometry.mean_shift import mean_shift

__all__ = ["EinbeckFit", "fit_einbeck"]

# Defaults of the package: bandwidth per coordinate for scaling by range, by standard deviation, and without scaling in
# units of the range; step = mean bandwidth.
_BANDWIDTHS = {0: 0.1, 1: 0.1, 2: 0.4}
_DEFAULTS: dict[str, Any] = {
    "boundary": 0.005,
    "max_iter": 100,
    "tol": 1e-5,
    "way": "two",
    "depth": 1,
    "rho0": 0.4,
    "prune": 0.0,
    "cross": True,
}


@dataclass(frozen=True, slots=True)
class EinbeckFit:
    """Branches in walking units, their curves in the unit of the points, and what was used.

    Parameters
    ----------
    branches : tuple of Branch
        In the order of creation.
    curves : tuple of Curve
        Splines through those branches that have two separate points; oriented like the rows.
    scale : array, shape (d,)
        What the coordinates were divided by.
    bandwidth : array, shape (d,)
        In walking units.
    """

    branches: tuple[Branch, ...]
    curves: tuple[Curve, ...]
    scale: Array
    bandwidth: Array

    @property
    def branch_of_row(self) -> NDArray[np.int64]:
        """Number of the branch of each row of all branches."""
        return np.repeat(np.arange(len(self.branches)), [len(b.points) for b in self.branches])

    def stacked(self, name: str) -> Array:
        """One field of all branches, row by row."""
        rows: Array = np.concatenate([getattr(branch, name) for branch in self.branches])
        return rows

    @property
    def junctions(self) -> Array:
        """Where rho rose through its limit, in the unit of the points."""
        rows: Array = self.stacked("junctions") * self.scale
        return rows


def fit_einbeck(
    rows: Array,
    weight: Array,
    starts: Array | None,
    times: Array | None,
    options: Any,
    rng: np.random.Generator,
) -> EinbeckFit:
    """Walk as the reference package does.

    Parameters
    ----------
    rows : array, shape (n, d)
        Points.
    weight : array, shape (n,)
        Relative weights.
    starts : array, shape (k, d), or None
        Starts in the unit of the points; None: the mode above a random row.
    times : array, shape (n,), or None
        Times; the way out then goes on in time.
    options : LocalPrincipalCurve
        Anything with its parameters as attributes; None means the package's default.
    rng : numpy.random.Generator
        Draws the row when no start is given.

    Returns
    -------
    EinbeckFit
        All branches.

    Raises
    ------
    NotComputable
        If the first branch keeps fewer than two separate points.
    """
    scale = _scale(rows, 1 if options.scale is None else int(options.scale))
    walked = rows / scale
    h = _bandwidth(options, walked)
    chosen = {
        name: value if getattr(options, name) is None else getattr(options, name)
        for name, value in _DEFAULTS.items()
    }
    settings = EinbeckOptions(
        bandwidth=h,
        step=float(h.mean()) if options.step is None else float(options.step),
        angle_penalty=float(options.angle_penalty),
        **chosen,
    )
    cloud = ScaledCloud(np.ascontiguousarray((walked / h).T), weight, h)
    if starts is None:
        mode = mean_shift(walked, walked[rng.integers(len(walked))], bandwidth=h, weight=weight)
        begin = mode.point[None]
    else:
        begin = starts / scale
    toward = None if times is None else np.array([_onward(cloud, walked, times, x) for x in begin])
    branches = walk_branches(cloud, begin, toward, settings)
    curves = [curve for branch in branches if (curve := _curve(branch, scale)) is not None]
    if not curves:
        msg = "no branch kept two separate points; its kernel sees no course in these points"
        raise NotComputable(msg)
    return EinbeckFit(tuple(branches), tuple(curves), scale, h)


def _scale(rows: Array, scale: int) -> Array:
    """Divisor of each coordinate: range, standard deviation or 1; a constant coordinate keeps its unit."""
    if scale == 0:
        return np.ones(rows.shape[1])
    size: Array = np.ptp(rows, axis=0) if scale == 1 else rows.std(axis=0, ddof=1)
    return np.where(size > 0, size, 1.0)


def _bandwidth(options: Any, walked: Array) -> Array:
    if not isinstance(options.bandwidth, str):
        return np.broadcast_to(np.asarray(options.bandwidth, dtype=np.float64), walked.shape[1:]).copy()
    scale = 1 if options.scale is None else int(options.scale)
    unit = np.ptp(walked, axis=0) if scale == 0 else np.ones(walked.shape[1])
    return _BANDWIDTHS[min(scale, 2)] * np.where(unit > 0, unit, unit.max())


def _onward(cloud: ScaledCloud, walked: Array, times: Array, x: Array) -> Array:
    """Direction in which time rises around x: the local covariance of time and place."""
    w = cloud.weight * cloud.kernel(x)
    w = w / w.sum() if w.sum() > 0 else cloud.weight / cloud.weight.sum()
    onward: Array = (w * (times - w @ times)) @ (walked - w @ walked)
    return onward


def _curve(branch: Branch, scale: Array) -> Curve | None:
    """Spline through the rows over the distance walked; steps lost in rounding carry no direction."""
    at = branch.parameter
    apart = np.r_[True, np.diff(at) > 16 * np.finfo(float).eps * np.abs(branch.points).max()]
    if apart.sum() < 2:
        return None
    return Curve(branch.points[apart] * scale, "fmm", at[apart])
