"""The walk of the reference package, branches included, without its defects.

Everything here is in *walking units*: coordinates divided by their scale. Points, directions and parameters come in the
order in which the package reports them: from the far end of the way out, through the start, to the far end of the way
back, with the parameter counted from the first of them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from morphsweep.geometry.arrays import Array

__all__ = ["Branch", "EinbeckOptions", "Leg", "ScaledCloud", "walk_branches"]

_JUNCTION_GAP = 1.5  # steps between a junction and the starts at its sides
_SHRINK, _GROW = 0.995, 1.01  # of the bandwidth near an end, per step


@dataclass(frozen=True, slots=True)
class EinbeckOptions:
    """How to walk; the names and meanings are those of :class:`LocalPrincipalCurve`.

    Parameters
    ----------
    bandwidth : array, shape (d,)
        Kernel standard deviation of each coordinate, walking units.
    step, angle_penalty, boundary, tol, rho0, prune : float
        Step length, penalty exponent, trigger of the shrinking bandwidth, trigger of the end, ratio that marks a junction,
        least density at a start beside a junction.
    max_iter, depth : int
        Most points per leg; levels of branches.
    way : {"two", "one", "back"}
        Which legs are walked from the starts given.
    cross : bool
        Whether a branch may meet itself.
    """

    bandwidth: Array
    step: float
    angle_penalty: float
    boundary: float
    tol: float
    rho0: float
    prune: float
    max_iter: int
    depth: int
    way: Literal["two", "one", "back"]
    cross: bool


@dataclass(frozen=True, slots=True)
class ScaledCloud:
    """Points with their kernel: `units` holds them divided by the bandwidth, coordinate by coordinate, shape (d, n)."""

    units: Array
    weight: Array
    bandwidth: Array

    def moments(self, x: Array, factor: float) -> tuple[Array, Array]:
        """Local mean and covariance at x with the bandwidth times `factor`."""
        apart = self.units - (x / self.bandwidth)[:, None]
        squared = (apart**2).sum(axis=0) / (2.0 * factor**2)
        share = self.weight * np.exp(squared.min() - squared)
        share /= share.sum()
        mean = apart @ share
        apart -= mean[:, None]
        covariance = (apart * share) @ apart.T
        return x + mean * self.bandwidth, covariance * np.outer(self.bandwidth, self.bandwidth)

    def kernel(self, x: Array) -> Array:
        """Kernel at every point relative to its height at x, shape (n,)."""
        values: Array = np.exp(-0.5 * ((self.units - (x / self.bandwidth)[:, None]) ** 2).sum(axis=0))
        return values

    def density(self, x: Array) -> float:
        """Kernel density at x, per volume in walking units."""
        volume = np.prod(np.sqrt(2 * np.pi) * self.bandwidth)
        return float(self.weight @ self.kernel(x) / self.weight.sum() / volume)

    def without(self, x: Array) -> "ScaledCloud":
        """The same cloud with the points near x hidden, so that a walk does not see what lies there."""
        return ScaledCloud(self.units, self.weight * (1.0 - self.kernel(x)), self.bandwidth)


@dataclass(frozen=True, slots=True)
class Leg:
    """One way from a start: local means, where they were taken, variance ratios, bandwidth factors, why it ended."""

    points: Array
    predictors: Array
    rho: Array
    factor: Array
    stop: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch in the order of the package's rows.

    Parameters
    ----------
    points : array, shape (m, d)
        Local means.
    rho, factor : array, shape (m,)
        Second over first local variance and bandwidth factor at each.
    start_row : int
        Which of them the branch began at.
    depth : int
        1 for starts given, 2 and 3 for starts beside junctions.
    junctions : array, shape (k, d)
        Where rho rose through rho0.
    stop_first, stop_last : str
        Why the walk ended at the first and the last row: "converged", "max_iter", "closed", or "start" where none went.
    steps : int
        Local means computed.
    """

    points: Array
    rho: Array
    factor: Array
    start_row: int
    depth: int
    junctions: Array
    stop_first: str
    stop_last: str
    steps: int

    @property
    def parameter(self) -> Array:
        """Distance walked from the first row, shape (m,)."""
        walked: Array = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(self.points, axis=0), axis=1))]
        return walked


def walk_branches(
    cloud: ScaledCloud, starts: Array, toward: Array | None, options: EinbeckOptions
) -> list[Branch]:
    """Walk from every start, then beside every junction met, down to the depth asked for.

    Parameters
    ----------
    cloud : ScaledCloud
        The points.
    starts : array, shape (k, d)
        Where the branches of depth 1 begin.
    toward : array, shape (k, d), or None
        Which side of each start the way out takes; None leaves it to the eigensolver, as the package does.
    options : EinbeckOptions
        The rest.

    Returns
    -------
    list of Branch
        In the order of creation.
    """
    branches = [
        _branch(cloud, start, None if toward is None else toward[k], options)
        for k, start in enumerate(starts)
    ]
    level = branches
    for depth in range(2, options.depth + 1):
        level = [
            branch
            for parent in level
            for junction in parent.junctions
            for branch in _side_branches(cloud, junction, depth, options)
        ]
        branches = branches + level
    return branches


def _branch(cloud: ScaledCloud, start: Array, toward: Array | None, options: EinbeckOptions) -> Branch:
    """A branch of depth 1, both ways unless told otherwise."""
    _, covariance = cloud.moments(start, 1.0)
    unit = np.linalg.eigh(covariance)[1][:, -1]
    if toward is not None and toward @ unit < 0:
        unit = -unit
    nothing = np.empty((0, len(start)))
    ahead = _walk(cloud, start, unit, None, 1.0, nothing, options) if options.way != "back" else None
    trail = nothing if ahead is None else ahead.points[::-1]
    back = _walk(cloud, start, unit, None, -1.0, trail, options) if options.way != "one" else None
    return _joined(ahead, back, 1, options)


def _side_branches(cloud: ScaledCloud, junction: Array, depth: int, options: EinbeckOptions) -> list[Branch]:
    """Up to two branches that leave a junction to either side along its second local direction."""
    mean, covariance = cloud.moments(junction, 1.0)
    across = np.linalg.eigh(covariance)[1][:, -2]
    hidden, found = cloud.without(mean), []
    nothing = np.empty((0, len(mean)))
    for side in (1.0, -1.0):
        start = mean + side * _JUNCTION_GAP * options.step * across
        if cloud.density(start) < options.prune:
            continue
        leg = _walk(hidden, start, None, side * across, 1.0, nothing, options)
        found.append(_joined(leg, None, depth, options))
    return found


def _walk(
    cloud: ScaledCloud,
    start: Array,
    first: Array | None,
    handed: Array | None,
    sign: float,
    trail: Array,
    options: EinbeckOptions,
) -> Leg:
    """One leg: `first` is the direction taken at the start, or `handed` the one that it is penalised against there."""
    x, previous, factor, walked = start, handed, 1.0, 0.0
    points: list[Array] = []
    predictors, ratios, factors, stop = [], [], [], "max_iter"
    for i in range(options.max_iter):
        mean, covariance = cloud.moments(x, factor)
        values, vectors = np.linalg.eigh(covariance)
        before = walked
        walked += float(np.linalg.norm(mean - points[-1])) if points else 0.0
        points.append(mean)
        predictors.append(x)
        ratios.append(max(values[-2], 0.0) / values[-1] if values[-1] > 0 else 1.0)
        factors.append(factor)
        axis = first if i == 0 and first is not None else vectors[:, -1]
        previous = axis if previous is None else _penalised(axis, previous, options.angle_penalty)
        if 0 < i < options.max_iter - 1:
            gain = (walked - before) / (walked + before) if walked > 0 else 0.0
            if gain < options.tol:
                stop = "converged"
                break
            factor = _SHRINK * factor if gain < options.boundary else min(_GROW * factor, 1.0)
            if not options.cross and _meets_itself(trail, points, options.bandwidth):
                stop = "closed"
                break
        x = mean + sign * options.step * previous
    return Leg(np.array(points), np.array(predictors), np.array(ratios), np.array(factors), stop)


def _penalised(axis: Array, previous: Array, penalty: float) -> Array:
    """The new direction drawn towards the previous one in turns; not of unit length, as in the package."""
    cosine = float(previous @ axis)
    trust = abs(cosine) ** penalty
    turned: Array = trust * (axis if cosine >= 0 else -axis) + (1.0 - trust) * previous
    return turned


def _meets_itself(trail: Array, points: list[Array], bandwidth: Array) -> bool:
    """Whether the points of the branch near the newest one are not one run; `trail` is the other leg, up to the start."""
    known = np.concatenate([trail[:-1], np.array(points)])
    near = np.flatnonzero(np.linalg.norm(known - points[-1], axis=1) <= bandwidth.mean())
    return bool(np.any(np.diff(near) != 1))


def _joined(ahead: Leg | None, back: Leg | None, depth: int, options: EinbeckOptions) -> Branch:
    legs = [leg for leg in (ahead, back) if leg is not None]

    def rows(name: str) -> Array:
        parts = [getattr(ahead, name)[::-1]] if ahead is not None else []
        parts += [getattr(back, name)[1 if ahead is not None else 0 :]] if back is not None else []
        return np.concatenate(parts)

    return Branch(
        points=rows("points"),
        rho=rows("rho"),
        factor=rows("factor"),
        start_row=len(ahead.points) - 1 if ahead is not None else 0,
        depth=depth,
        junctions=np.concatenate([_risen(leg, options.rho0) for leg in legs]),
        stop_first=ahead.stop if ahead is not None else "start",
        stop_last=back.stop if back is not None else "start",
        steps=sum(len(leg.points) for leg in legs),
    )


def _risen(leg: Leg, rho0: float) -> Array:
    """Predictors at which the variance ratio rises through rho0."""
    rises = np.flatnonzero((leg.rho[1:] > rho0) & (leg.rho[:-1] <= rho0)) + 1
    places: Array = leg.predictors[rises]
    return places
