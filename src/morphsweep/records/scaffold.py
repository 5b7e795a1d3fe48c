"""The curves of one run, or the reasons why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.records.arrays import FloatArray

__all__ = ["CurveFit", "CurveHealth", "Scaffold"]


@dataclass(frozen=True, slots=True)
class CurveHealth:
    """How well a curve was fitted; every field is stored, ``ok`` is a stated rule on them.

    Parameters
    ----------
    stop_start, stop_end : str
        Why the walk ended at the early and the late end ("progress", "support", "closed", "max_iter", "converged").
    steps : int
        Steps walked in both directions together.
    points_used : int
        Snips the curve was fitted to.
    bandwidth : float
        Kernel bandwidth, latent units.
    residual_sd : float
        Standard deviation of the snips across the curve, per coordinate, latent units.
    coverage : float
        Share of snips within two bandwidths of the curve, 0 to 1, higher is better.
    time_correlation : float
        Spearman correlation of arc length with time, -1 to 1, higher is better.
    overshoot : float
        Length of curve beyond the outermost snips' feet (0.5 % and 99.5 % quantiles), as a share of its length.
    largest_turn : float
        Largest turning angle over one bandwidth of arc length, degrees, lower is better.
    ok : bool
        Whether the curve may be trusted.
    reason : str
        Why not, when it is not ok; empty otherwise.
    goodness_of_fit : float
        Rc: 1 - mean distance of the snips to the curve / to their first principal line; at most 1, higher is better.
    closest_approach : float
        Least distance between two parts of the curve that lie far apart along it, in bandwidths; infinite when no parts do.
    ambiguous : float
        Share of snips that are nearly as near to a part of the curve far along it as to their foot, 0 to 1, lower is better.
    time_reversal : float
        Share of the change of mean time along the curve that goes backwards, 0 to 1, lower is better.
    largest_gap : float
        Longest stretch of the curve without a snip at its side, in bandwidths, lower is better.
    half_distance : float
        Mean distance between the curves of two halves of the snips, in bandwidths, lower is better; NaN when not measured.
    resolved : str
        "time" when the walk was folded and the order of times decided the course; else empty.
    """

    stop_start: str
    stop_end: str
    steps: int
    points_used: int
    bandwidth: float
    residual_sd: float
    coverage: float
    time_correlation: float
    overshoot: float
    largest_turn: float
    ok: bool
    reason: str = ""
    goodness_of_fit: float = float("nan")
    closest_approach: float = float("inf")
    ambiguous: float = 0.0
    time_reversal: float = 0.0
    largest_gap: float = 0.0
    half_distance: float = float("nan")
    resolved: str = ""


@dataclass(frozen=True, slots=True)
class CurveFit:
    """The principal curve of one perturbation in one space.

    Parameters
    ----------
    perturbation : str
        Label, as in the data.
    points : array, shape (n_points, n_components), or None
        Points at equal arc length from early to late, latent units; None when no curve could be fitted.
    arc_length : array, shape (n_points,), or None
        Length along the curve at each point, from 0.
    time : array, shape (n_points,), or None
        Kernel mean of the snips' time at each point.
    health : CurveHealth or None
        Record of the fit.
    reason : str
        Why there is no curve; empty when there is one.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond, or there is neither a curve nor a reason.
    """

    perturbation: str
    points: FloatArray | None = None
    arc_length: FloatArray | None = None
    time: FloatArray | None = None
    health: CurveHealth | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.points is None:
            if not self.reason:
                msg = f"curve of {self.perturbation!r}: neither points nor a reason"
                raise ShapeMismatch(msg)
            return
        n = len(self.points)
        if (
            self.arc_length is None
            or self.time is None
            or self.arc_length.shape != (n,)
            or self.time.shape != (n,)
        ):
            msg = f"curve of {self.perturbation!r}: arc_length and time must have one entry for each of {n} points"
            raise ShapeMismatch(msg)

    @property
    def ok(self) -> bool:
        """Whether there is a curve and its health is ok."""
        return self.points is not None and self.health is not None and self.health.ok


@dataclass(frozen=True, slots=True)
class Scaffold:
    """All curves of one run.

    Parameters
    ----------
    fits : mapping of str to CurveFit
        One entry per compared perturbation, in the order of the comparison.
    bandwidth : float
        The one bandwidth that all curves of the run share, latent units.
    """

    fits: Mapping[str, CurveFit]
    bandwidth: float

    @property
    def perturbations(self) -> tuple[str, ...]:
        """Perturbations that have a curve."""
        return tuple(name for name, fit in self.fits.items() if fit.points is not None)

    def stack(self, perturbations: Sequence[str]) -> FloatArray:
        """Curve points of the given perturbations, shape (n_perturbations, n_points, n_components).

        Parameters
        ----------
        perturbations : sequence of str
            Which curves, in which order.

        Returns
        -------
        array
            The points.

        Raises
        ------
        NotComputable
            If one of them has no curve.
        """
        points = [self.fits[name].points for name in perturbations if self.fits[name].points is not None]
        if len(points) < len(perturbations) or not points:
            absent = [name for name in perturbations if self.fits[name].points is None]
            msg = f"no curve for {', '.join(map(repr, absent)) or 'any perturbation'}"
            raise NotComputable(msg)
        return np.stack([p for p in points if p is not None])
