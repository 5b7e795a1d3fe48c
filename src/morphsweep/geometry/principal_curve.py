"""Local principal curves as a scikit-learn style estimator."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from morphsweep.errors import InvalidInput
from morphsweep.geometry.arrays import Array
from morphsweep.geometry.bandwidth import auto_bandwidth
from morphsweep.geometry.checks import (
    check_options,
    checked_rows,
    refuse_ignored,
    refuse_too_few,
    start_point,
)
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.fitting import FitOptions, default_start, fit_default
from morphsweep.geometry.notebook_curve import notebook_walk, resample_by_index
from morphsweep.geometry.walk import Cloud

__all__ = ["FitHealth", "LocalPrincipalCurve"]

_NOTEBOOK_POINTS = 500


@dataclass(frozen=True, slots=True)
class FitHealth:
    """How a fit went.

    Parameters
    ----------
    stop_start, stop_end : str
        Why the walk ended at the first and the last point of the curve: "progress" (no longer moving, the data end),
        "support" (too few points), "closed" (came back into its own tube), "max_iter", or "converged" (the original
        scripts' test).
    steps : int
        Steps walked both ways.
    rows : int
        Points fitted to, those of weight 0 left out.
    largest_ratio : float
        Largest ratio of second to first local variance along the curve, 0 to 1; near 1 the direction is chance.
    bandwidth_settled : bool
        Whether the automatic bandwidth converged; True when it was given.
    """

    stop_start: str
    stop_end: str
    steps: int
    rows: int
    largest_ratio: float
    bandwidth_settled: bool


class LocalPrincipalCurve(BaseEstimator):
    """A smooth curve through the middle of a point cloud, walked along its local means.

    From a start on the ridge of the density the walk takes steps along the first local principal component, damped in
    turns, and keeps the local means. It ends where it no longer moves on, where too few points support it, or where it
    meets itself. Translation, rotation, uniform scaling and the order of the rows do not change the curve (beyond
    rounding: a relative 1e-9 away from ties of local variances).

    Parameters
    ----------
    method : {"default", "notebook"}
        ``notebook`` repeats the original scripts, faults included; it needs a number for `bandwidth` and a `start`.
    bandwidth : float or "auto"
        Standard deviation of the Gaussian kernel in the unit of the points; "auto" is 2.2 times the standard deviation
        across the curve, iterated.
    step : float, optional
        Length of a step; default: the bandwidth. Not for ``notebook``.
    angle_penalty : float
        Exponent of the damping in turns, 0 or more; 0 = none.
    max_iter : int
        Most steps each way.
    tol : float
        ``default``: a way ends when two steps running progress by less than ``tol * step``; ``notebook``: when a local
        mean is nearer than `tol` to where it was taken.

    Attributes
    ----------
    curve_ : Curve
        The curve: from early to late if times were given, else from the start.
    points_ : array, shape (m, d)
        The local means (``notebook``: the predictors) in the order of the curve.
    arc_length_ : array, shape (m,)
        Distance walked at each of them.
    rho_ : array, shape (m,)
        Ratio of second to first local variance at each of them; NaN for ``notebook``.
    branch_ : array, shape (m,)
        Branch of each of them; all 0, as no branches are followed.
    bandwidth_ : float
        The bandwidth used.
    health_ : FitHealth
        How the fit went.

    References
    ----------
    .. [1] Einbeck, Tutz & Evers (2005), Local principal curves, Statistics and Computing 15, 301.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> time = rng.uniform(0, 3, 400)
    >>> X = np.c_[np.cos(time), np.sin(time), 0 * time] + 0.05 * rng.normal(size=(400, 3))
    >>> lpc = LocalPrincipalCurve(bandwidth=0.2).fit(X, time=time)
    >>> bool(2.5 < lpc.curve_.length < 3.1)
    True
    """

    def __init__(
        self,
        method: Literal["default", "notebook"] = "default",
        bandwidth: float | Literal["auto"] = "auto",
        step: float | None = None,
        angle_penalty: float = 2.0,
        max_iter: int = 500,
        tol: float = 1e-3,
    ) -> None:
        self.method = method
        self.bandwidth = bandwidth
        self.step = step
        self.angle_penalty = angle_penalty
        self.max_iter = max_iter
        self.tol = tol

    def fit(
        self,
        X: ArrayLike,
        start: ArrayLike | None = None,
        time: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Fit the curve.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Points, d >= 2.
        start : array_like, shape (d,), optional
            Where to begin, best at the early end; default: the mean of the earliest twentieth of the rows, or without
            times the row nearest to the mean.
        time : array_like, shape (n,), optional
            Times; the curve then runs from early to late.
        sample_weight : array_like, shape (n,), optional
            Relative weight of each row, not negative.

        Returns
        -------
        LocalPrincipalCurve
            Itself.

        Raises
        ------
        InvalidInput
            If an option or the data cannot be used, or an option is given that the method ignores.
        NotComputable
            If the data allow no curve.
        """
        check_options(self)
        rows, weight, times = checked_rows(X, time, sample_weight)
        origin = None if start is None else start_point(start, rows.shape[1])
        if self.method == "notebook":
            refuse_ignored(automatic=self.bandwidth == "auto", step=self.step, time=time)
        refuse_too_few(rows)
        if self.method == "notebook":
            return self._fit_notebook(rows, weight, origin)
        return self._fit_default(rows, weight, times, origin)

    def _fit_default(self, rows: Array, weight: Array, times: Array | None, start: Array | None) -> Self:
        cloud = Cloud(np.ascontiguousarray(rows.T), weight)
        origin = default_start(cloud, times) if start is None else start
        options = FitOptions(self.step, self.angle_penalty, self.max_iter, self.tol)
        settled, bandwidth = True, self.bandwidth
        if bandwidth == "auto":
            bandwidth, settled = auto_bandwidth(cloud, origin, times, options)
        fit = fit_default(cloud, origin, times, float(bandwidth), options)
        self.curve_, self.points_, self.rho_ = fit.curve, fit.walk.points, fit.walk.ratio
        self.bandwidth_ = float(bandwidth)
        self.health_ = FitHealth(
            fit.walk.stop_first,
            fit.walk.stop_last,
            fit.walk.steps,
            len(rows),
            float(fit.walk.ratio.max()),
            settled,
        )
        return self._finished()

    def _fit_notebook(self, rows: Array, weight: Array, start: Array | None) -> Self:
        if start is None:
            msg = "method 'notebook' needs a start, found None; give one of the points"
            raise InvalidInput(msg)
        h = float(self.bandwidth)
        points, stop_back, stop_out, steps = notebook_walk(
            rows, start, h, self.max_iter, self.tol, self.angle_penalty, weight
        )
        self.curve_ = Curve(resample_by_index(points, _NOTEBOOK_POINTS))
        self.points_, self.rho_, self.bandwidth_ = points, np.full(len(points), np.nan), h
        self.health_ = FitHealth(stop_back, stop_out, steps, len(rows), float("nan"), bandwidth_settled=True)
        return self._finished()

    def _finished(self) -> Self:
        self.branch_ = np.zeros(len(self.points_), dtype=np.int64)
        self.arc_length_ = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(self.points_, axis=0), axis=1))]
        return self
