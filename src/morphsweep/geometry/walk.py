"""The walk of a local principal curve: from a start on the ridge, both ways, until the data end."""

from dataclasses import dataclass, field

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.geometry.arrays import Array
from morphsweep.geometry.kernels import CLOSED, MAX_ITER, PROGRESS, SUPPORT, Blocks, climb_to_ridge, walk_leg

__all__ = ["Cloud", "Walk", "WalkOptions", "ridge_start", "walk_both_ways"]

STOPS = {PROGRESS: "progress", SUPPORT: "support", CLOSED: "closed", MAX_ITER: "max_iter"}

SUPPORT_FLOOR = 3.0  # a local mean of fewer points follows individuals, not a density
REENTRY_RADIUS = 0.5  # bandwidths: nearer strands than this are one ridge to the kernel
REENTRY_GAP = (
    3.0  # bandwidths of walked length: no resolvable turn comes back to itself sooner (half a turn is pi)
)
_RIDGE_STEPS, _RIDGE_TOL = 100, 1e-5


@dataclass(frozen=True, slots=True)
class Cloud:
    """The points of a fit, coordinate by coordinate, with their weights.

    Parameters
    ----------
    coordinates : array, shape (d, n)
        In C order.
    weight : array, shape (n,)
        Positive, mean 1.
    blocks : Blocks
        Both once more, cut into blocks for the compiled loops.
    """

    coordinates: Array
    weight: Array
    blocks: Blocks = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", Blocks.of(self.coordinates, self.weight))

    @property
    def rows(self) -> Array:
        """The points as rows, shape (n, d)."""
        return self.coordinates.T

    @property
    def centre(self) -> Array:
        """Weighted mean, shape (d,)."""
        mean: Array = self.coordinates @ self.weight / self.weight.sum()
        return mean

    @property
    def spread(self) -> float:
        """Root of the mean variance per coordinate."""
        squared = ((self.coordinates - self.centre[:, None]) ** 2).sum(axis=0)
        return float(np.sqrt(squared @ self.weight / self.weight.sum() / len(self.coordinates)))


@dataclass(frozen=True, slots=True)
class WalkOptions:
    """How to walk: kernel bandwidth and step in the unit of the points, and when to give up."""

    bandwidth: float
    step: float
    angle_penalty: float
    max_iter: int
    tol: float


@dataclass(frozen=True, slots=True)
class Walk:
    """Local means from one end to the other.

    Parameters
    ----------
    points : array, shape (m, d)
        Local means in walking order.
    ratio : array, shape (m,)
        Second over first local variance, 0 to 1; near 1 the direction is a matter of chance.
    start_index : int
        Which of the points is the start.
    stop_first, stop_last : str
        Why the walk ended at the first and the last point.
    steps : int
        Steps taken both ways together.
    """

    points: Array
    ratio: Array
    start_index: int
    stop_first: str
    stop_last: str
    steps: int


def ridge_start(cloud: Cloud, start: Array, bandwidth: float) -> tuple[Array, Array, float]:
    """Move a start onto the ridge of the density, across the local direction only.

    Parameters
    ----------
    cloud : Cloud
        The points.
    start : array, shape (d,)
        Where to begin.
    bandwidth : float
        Kernel bandwidth.

    Returns
    -------
    mean, direction : array, shape (d,)
        Local mean at the ridge and the local direction there, sign arbitrary.
    ratio : float
        Second over first local variance at the ridge.

    Raises
    ------
    NotComputable
        If the points near the start do not vary.

    References
    ----------
    .. [1] Ozertem & Erdogmus (2011), Locally defined principal curves and surfaces, JMLR 12, 1249.
    """
    origin = np.array(start, dtype=np.float64)
    mean, values, vectors = climb_to_ridge(cloud.blocks, origin, bandwidth, _RIDGE_STEPS, _RIDGE_TOL)
    if not values[-1] > (1e-9 * bandwidth) ** 2:
        msg = "the points near the start of the curve all coincide, so the curve has no direction there"
        raise NotComputable(msg)
    return mean, np.ascontiguousarray(vectors[:, -1]), float(max(values[-2], 0.0) / values[-1])


def walk_both_ways(cloud: Cloud, start: Array, direction: Array, ratio: float, options: WalkOptions) -> Walk:
    """Walk along `direction` from the start, then against it.

    Parameters
    ----------
    cloud : Cloud
        The points.
    start, direction : array, shape (d,)
        Local mean to begin at and unit direction to go first.
    ratio : float
        Second over first local variance at the start.
    options : WalkOptions
        Bandwidth, step and limits.

    Returns
    -------
    Walk
        From the far end against `direction` to the far end along it.
    """
    begin, unit = np.ascontiguousarray(start), np.ascontiguousarray(direction)
    ahead, ratio_ahead, steps_ahead, stop_ahead = _leg(cloud, begin, unit, options, begin[None])
    trail = np.concatenate([begin[None], ahead])
    back, ratio_back, steps_back, stop_back = _leg(cloud, begin, -unit, options, trail)
    return Walk(
        points=np.concatenate([back[::-1], trail]),
        ratio=np.concatenate([ratio_back[::-1], [ratio], ratio_ahead]),
        start_index=len(back),
        stop_first=stop_back,
        stop_last=stop_ahead,
        steps=steps_ahead + steps_back,
    )


def _leg(
    cloud: Cloud, start: Array, unit: Array, options: WalkOptions, trail: Array
) -> tuple[Array, Array, int, str]:
    walked = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(trail, axis=0), axis=1))]
    h = options.bandwidth
    points, ratio, steps, stop = walk_leg(
        cloud.blocks,
        start,
        unit,
        h,
        options.step,
        options.angle_penalty,
        options.max_iter,
        options.tol,
        SUPPORT_FLOOR,
        REENTRY_GAP * h,
        REENTRY_RADIUS * h,
        trail,
        -walked,
    )
    return points, ratio, int(steps), STOPS[stop]
