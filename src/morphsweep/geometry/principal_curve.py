"""Local principal curves as a scikit-learn style estimator."""

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from morphsweep.errors import InvalidInput
from morphsweep.geometry.arrays import Array
from morphsweep.geometry.bandwidth import auto_bandwidth, covering_bandwidth
from morphsweep.geometry.checks import (
    check_bandwidth_fits,
    check_options,
    checked_columns,
    checked_rows,
    refuse_positional_start,
    refuse_time,
    refuse_too_few,
    start_points,
)
from morphsweep.geometry.coverage import goodness_of_fit
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.einbeck_fit import EinbeckFit, fit_einbeck
from morphsweep.geometry.fitting import FitOptions, default_start, fit_default
from morphsweep.geometry.notebook_curve import notebook_walk, resample_by_index
from morphsweep.geometry.ordering import spatial_order
from morphsweep.geometry.walk import Cloud

__all__ = ["FitHealth", "LocalPrincipalCurve"]

_NOTEBOOK_POINTS = 500
_ORDERED = 1_000  # rows
_MAX_ITER = 500  # of the methods "default" and "notebook"
_TOL = {"default": 1e-3, "notebook": 1e-4}


@dataclass(frozen=True, slots=True)
class FitHealth:
    """How a fit went.

    Parameters
    ----------
    stop_start, stop_end : str
        Why the walk ended at the first and the last point of the curve: "progress" (no longer moving, the data end),
        "support" (too few points), "closed" (came back into its own tube), "max_iter", "converged" (the test of the
        methods "einbeck" and "notebook"), or "start" (not walked).
    steps : int
        Steps walked both ways.
    rows : int
        Points fitted to, those of weight 0 left out.
    largest_ratio : float
        Largest ratio of second to first local variance along the curve, 0 to 1; near 1 the direction is chance.
    bandwidth_settled : bool
        Whether the automatic bandwidth converged; True when it was given.
    refined : bool
        Whether the curve is the smoothed one; only with the method "default", and not where fewer than 12 points lie near.
    resolved : str
        "time" if the walk did not follow time and the curve comes from local means in the order of time instead.
    """

    stop_start: str
    stop_end: str
    steps: int
    rows: int
    largest_ratio: float
    bandwidth_settled: bool
    refined: bool = False
    resolved: str = ""


class LocalPrincipalCurve(TransformerMixin, BaseEstimator):
    """A smooth curve through the middle of a point cloud, walked along its local means.

    From a start on the ridge of the density the walk takes steps along the first local principal component, damped in
    turns, and keeps the local means. It ends where it no longer moves on, where too few points support it, or where it
    meets itself. The points near are then smoothed over their place along it. Translation, rotation, uniform scaling and the order of the rows do not change the curve (beyond
    rounding: a relative 1e-9 away from ties of local variances).

    Parameters
    ----------
    method : {"default", "einbeck", "notebook"}
        ``einbeck`` walks as the authors' R package LPCM does, branches included, without its defects; ``notebook`` repeats
        the original scripts, faults included, and needs a number for `bandwidth` and a `start`. None below stands for the
        method's own default; an option that the method ignores is an error.
    bandwidth : float, array_like of shape (d,), "auto" or "self_coverage"
        Standard deviation of the Gaussian kernel in the unit of the points (``einbeck``: after scaling), one for all
        coordinates or one each. "auto" is 2.2 times the standard deviation across the curve, iterated; "self_coverage" is
        where the share of points within one bandwidth of the curve levels off. ``einbeck``: "auto" is the package's rule
        (.1, with ``scale=2`` .4, with ``scale=0`` a tenth of each range).
    step : float, optional
        Length of a step; default: the (mean) bandwidth. Not for ``notebook``.
    angle_penalty : float
        Exponent of the damping in turns, 0 or more; 0 = none.
    max_iter : int, optional
        Most steps each way; default 500, ``einbeck``: most points each way, 100.
    tol : float, optional
        ``default`` (1e-3): a way ends when two steps running progress by less than ``tol * step``. ``einbeck`` (1e-5): when
        a step adds less than this to the length walked, relative to twice that length. ``notebook`` (1e-4): when a local
        mean is nearer than `tol` to where it was taken.
    scale : {0, 1, 2}, optional
        ``einbeck``: divide coordinates by nothing, by their range (default) or by their standard deviation.
    boundary : float, optional
        ``einbeck`` (.005): below this relative gain in length the bandwidth shrinks; 0 = never.
    way : {"two", "one", "back"}, optional
        ``einbeck``: walk both ways (default) or one of them.
    depth : {1, 2, 3}, optional
        ``einbeck``: levels of branches (1).
    rho0 : float, optional
        ``einbeck`` (.4): ratio of second to first local variance whose crossing marks a junction.
    prune : float, optional
        ``einbeck`` (0): least kernel density, in scaled units, at the start of a branch of depth 2 or 3.
    cross : bool, optional
        ``einbeck`` (True): whether a branch may meet itself; if not it ends there.
    random_state : int
        ``einbeck``: seed of the row that a fit without a start begins above.

    Attributes
    ----------
    curve_ : Curve
        The curve in the unit of the points: from early to late if times were given, else from the start (``einbeck``: in
        the order of the rows).
    curves_ : tuple of Curve
        One per branch.
    points_ : array, shape (m, d)
        The local means (``notebook``: the predictors) in the order of the curve. ``einbeck``: in the order and the scaled
        coordinates of the package's rows, so that ``points_ * scale_`` is in the unit of the points.
    arc_length_ : array, shape (m,)
        Distance walked at each of them (``einbeck``: the package's parameter, not rounded; from 0 in every branch).
    rho_ : array, shape (m,)
        Ratio of second to first local variance at each of them; NaN for ``notebook``.
    branch_ : array, shape (m,)
        Branch of each of them, from 0.
    junctions_ : array, shape (k, d)
        ``einbeck``: where `rho_` rose through `rho0`, in the unit of the points.
    scale_ : array, shape (d,)
        What the coordinates were divided by.
    bandwidth_ : float or array, shape (d,)
        The bandwidth used.
    health_ : FitHealth
        How the fit went.
    n_features_in_ : int
        Number of coordinates, d.
    n_iter_ : int
        Steps walked.

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
        method: Literal["default", "einbeck", "notebook"] = "default",
        bandwidth: float | ArrayLike | Literal["auto", "self_coverage"] = "auto",
        step: float | None = None,
        angle_penalty: float = 2.0,
        max_iter: int | None = None,
        tol: float | None = None,
        *,
        scale: Literal[0, 1, 2] | None = None,
        boundary: float | None = None,
        way: Literal["two", "one", "back"] | None = None,
        depth: Literal[1, 2, 3] | None = None,
        rho0: float | None = None,
        prune: float | None = None,
        cross: bool | None = None,
        random_state: int = 0,
    ) -> None:
        self.method = method
        self.bandwidth = bandwidth
        self.step = step
        self.angle_penalty = angle_penalty
        self.max_iter = max_iter
        self.tol = tol
        self.scale = scale
        self.boundary = boundary
        self.way = way
        self.depth = depth
        self.rho0 = rho0
        self.prune = prune
        self.cross = cross
        self.random_state = random_state

    def fit(
        self,
        X: ArrayLike,
        y: object = None,
        *,
        start: ArrayLike | None = None,
        time: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Fit the curve.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Points, d >= 2.
        y : None
            Ignored; scikit-learn's pipelines pass it.
        start : array_like, shape (d,), optional
            Where to begin, best at the early end; default: the mean of the earliest twentieth of the rows, or without
            times the row nearest to the mean. ``einbeck``: also several, shape (k, d), one branch each; default: the mode
            above a random row.
        time : array_like, shape (n,), optional
            Times; the curve then runs from early to late (``einbeck``: and the rows from late to early, as the way out,
            which goes on in time, comes first).
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
        refuse_positional_start(y, X)
        rows, weight, times = checked_rows(X, time, sample_weight)
        check_bandwidth_fits(self.bandwidth, rows.shape[1])
        several = self.method == "einbeck"
        starts = None if start is None else start_points(start, rows.shape[1], several=several)
        if self.method == "notebook":
            refuse_time(time)
        refuse_too_few(rows)
        self.n_features_in_ = rows.shape[1]
        self.scale_, self.junctions_ = np.ones(rows.shape[1]), np.empty((0, rows.shape[1]))
        if self.method == "einbeck":
            return self._fit_einbeck(rows, weight, starts, times)
        origin = None if starts is None else starts[0]
        if self.method == "notebook":
            return self._fit_notebook(rows, weight, origin)
        return self._fit_default(rows, weight, times, origin)

    def transform(self, X: ArrayLike) -> Array:
        """Arc length of the foot of each row on the curve.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Points.

        Returns
        -------
        array, shape (n, 1)
            Between 0 and the length of `curve_`, in the unit of the points.

        Raises
        ------
        InvalidInput
            If X is not finite or has another number of coordinates than the points fitted to.
        """
        check_is_fitted(self)
        rows = checked_columns(X, self.n_features_in_, type(self).__name__)
        at: Array = self.curve_.project(rows).arc_length[:, None]
        return at

    def score(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> float:
        """Goodness of fit Rc of all branches: how much nearer they are to the rows than the first principal line of the rows.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Points.
        y : None
            Ignored.
        sample_weight : array_like, shape (n,), optional
            Relative weights.

        Returns
        -------
        float
            1 at best, 0 for the line itself; higher is better. NaN when all rows lie on a line.

        Raises
        ------
        InvalidInput
            If X is not finite or has another number of coordinates than the points fitted to.
        """
        check_is_fitted(self)
        rows = checked_columns(X, self.n_features_in_, type(self).__name__)
        return goodness_of_fit(self.curves_, rows, weight=sample_weight)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Name of the one column that `transform` returns.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        array of str, shape (1,)
            "arc_length".
        """
        check_is_fitted(self)
        return np.array(["arc_length"], dtype=object)

    def _fit_einbeck(self, rows: Array, weight: Array, starts: Array | None, times: Array | None) -> Self:
        fit = fit_einbeck(rows, weight, starts, times, self, np.random.default_rng(self.random_state))
        backwards = times is not None  # the rows begin at the end of the way out, which goes on in time
        self.curves_ = tuple(curve.reverse() for curve in fit.curves) if backwards else fit.curves
        self.curve_, self.scale_, self.junctions_ = self.curves_[0], fit.scale, fit.junctions
        self.points_, self.rho_, self.branch_ = fit.stacked("points"), fit.stacked("rho"), fit.branch_of_row
        self.arc_length_ = fit.stacked("parameter")
        same = bool(np.all(fit.bandwidth == fit.bandwidth[0]))
        self.bandwidth_: Any = float(fit.bandwidth[0]) if same else fit.bandwidth
        self.health_ = _einbeck_health(fit, len(rows), backwards=backwards)
        self.n_iter_ = self.health_.steps
        return self

    def _fit_default(self, rows: Array, weight: Array, times: Array | None, start: Array | None) -> Self:
        each, common = _per_axis(self.bandwidth, rows.shape[1])
        if len(rows) >= _ORDERED:  # then it pays; nothing but speed depends on it
            order = spatial_order(rows / each)
            rows, weight, times = rows[order], weight[order], None if times is None else times[order]
        cloud = Cloud(np.ascontiguousarray((rows / each).T), weight)
        origin = default_start(cloud, times) if start is None else start / each
        options = FitOptions(self.step, self.angle_penalty, self._limit(), self._progress())
        settled = True
        if common == "auto":
            common, settled = auto_bandwidth(cloud, origin, times, options)
        elif common == "self_coverage":
            common = covering_bandwidth(cloud, origin, times, options)
        fit = fit_default(cloud, origin, times, float(common), options)
        self.curve_ = fit.curve if np.all(each == 1) else Curve(fit.curve.points * each)
        self.points_, self.rho_ = fit.walk.points * each, fit.walk.ratio
        self.bandwidth_ = float(common) if np.all(each == 1) else float(common) * each
        self.health_ = FitHealth(
            fit.walk.stop_first,
            fit.walk.stop_last,
            fit.walk.steps,
            len(rows),
            float(fit.walk.ratio.max()),
            settled,
            fit.refined,
            fit.resolved,
        )
        return self._finished()

    def _fit_notebook(self, rows: Array, weight: Array, start: Array | None) -> Self:
        if start is None:
            msg = "method 'notebook' needs a start, found None; give one of the points"
            raise InvalidInput(msg)
        h = float(np.asarray(self.bandwidth))
        points, stop_back, stop_out, steps = notebook_walk(
            rows, start, h, self._limit(), self._progress(), self.angle_penalty, weight
        )
        self.curve_ = Curve(resample_by_index(points, _NOTEBOOK_POINTS))
        self.points_, self.rho_, self.bandwidth_ = points, np.full(len(points), np.nan), h
        self.health_ = FitHealth(stop_back, stop_out, steps, len(rows), float("nan"), bandwidth_settled=True)
        return self._finished()

    def _finished(self) -> Self:
        self.curves_, self.n_iter_ = (self.curve_,), self.health_.steps
        self.branch_ = np.zeros(len(self.points_), dtype=np.int64)
        self.arc_length_ = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(self.points_, axis=0), axis=1))]
        return self

    def _limit(self) -> int:
        return _MAX_ITER if self.max_iter is None else self.max_iter

    def _progress(self) -> float:
        return _TOL[self.method] if self.tol is None else self.tol


def _per_axis(bandwidth: object, d: int) -> tuple[Array, float | str]:
    """What to divide each coordinate by so that one bandwidth serves all of them, and that bandwidth."""
    if isinstance(bandwidth, str):
        return np.ones(d), bandwidth
    h = np.broadcast_to(np.asarray(bandwidth, dtype=np.float64), (d,))
    mean = float(np.exp(np.log(h).mean()))
    return (np.ones(d), float(h[0])) if np.all(h == h[0]) else (h / mean, mean)


def _einbeck_health(fit: EinbeckFit, rows: int, *, backwards: bool) -> FitHealth:
    first = fit.branches[0]
    stops = (first.stop_last, first.stop_first) if backwards else (first.stop_first, first.stop_last)
    steps = sum(branch.steps for branch in fit.branches)
    return FitHealth(*stops, steps, rows, float(fit.stacked("rho").max()), bandwidth_settled=True)
