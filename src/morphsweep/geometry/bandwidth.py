"""The automatic bandwidth: a multiple of the spread across the curve that it gives."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.geometry.arrays import Array
from morphsweep.geometry.coverage import coverage
from morphsweep.geometry.fitting import FitOptions, residual_sd, walk_curve
from morphsweep.geometry.self_coverage import levelling
from morphsweep.geometry.walk import Cloud

__all__ = ["BANDWIDTH_PER_SD", "auto_bandwidth", "covering_bandwidth"]

BANDWIDTH_PER_SD = 2.2  # the bandwidth of least error was 1.8 to 2.6 residual sd on clouds with known truth

# Bandwidths tried first, in units of the spread of the cloud per coordinate. Rising, and the first that is wide enough
# for its own residuals counts: where strands of a curve run side by side a wide kernel jumps between them, which
# inflates the residuals and so would confirm itself.
_GRID = 0.08 * 1.5 ** np.arange(7)
_LEAST = 0.02  # of the spread: nearly noiseless data would take thousands of steps
_MOST = 1.25  # of the spread: a wider kernel sees no course
_COVERING = np.geomspace(0.08, _MOST, 20)  # of the spread; what self-coverage looks at
_ROUNDS, _SETTLED = 8, 0.01
_GRAIN = 1e-3  # logarithmic; finer differences mean nothing, and rounding them away keeps rounding errors out


def auto_bandwidth(
    cloud: Cloud, start: Array, times: Array | None, options: FitOptions
) -> tuple[float, bool]:
    """Smallest bandwidth that equals 2.2 times the residual sd of its own curve.

    Parameters
    ----------
    cloud : Cloud
        The points.
    start : array, shape (d,)
        Where curves begin.
    times : array, shape (n,), or None
        Times of the points.
    options : FitOptions
        The other options of the fit.

    Returns
    -------
    bandwidth : float
        In the unit of the points; scales with them. Never below 2 % of the spread per coordinate.
    settled : bool
        Whether it holds within 1 %; if not, the bandwidth that came nearest is returned.

    Raises
    ------
    NotComputable
        If the points coincide, or none of the bandwidths tried gave a curve.
    """
    spread = cloud.spread
    if not spread > 0:
        msg = "all points coincide, so there is no curve"
        raise NotComputable(msg)

    def wanted(h: float) -> float:
        target = max(_wanted(cloud, start, times, h, options) / spread, _LEAST)
        return float(spread * np.exp(np.round(np.log(target) / _GRAIN) * _GRAIN))

    low, high, nearest = 0.0, _MOST * spread, (np.inf, 0.0)
    for h in (_GRID * spread).tolist():
        target = wanted(h)
        nearest = min(nearest, (abs(np.log(target / h)), h))
        if target <= h:
            high = h
            break
        low = h
    if not np.isfinite(nearest[0]):
        msg = f"no bandwidth from {_GRID[0] * spread:.3g} to {_GRID[-1] * spread:.3g} gave a curve that passes most of the points"
        raise NotComputable(msg)
    h = nearest[1]
    for _ in range(_ROUNDS):
        target = wanted(h)
        gap = abs(np.log(target / h))
        if gap < _SETTLED:
            return h, True
        nearest = min(nearest, (gap, h))
        low, high = (max(low, h), high) if target > h else (low, min(high, h))
        h = target if low < target < high else float(np.sqrt(max(low, high / 4.0) * high))
    return nearest[1], False


def covering_bandwidth(cloud: Cloud, start: Array, times: Array | None, options: FitOptions) -> float:
    """Bandwidth at which the share of points within one bandwidth of the curve levels off.

    Parameters
    ----------
    cloud : Cloud
        The points.
    start : array, shape (d,)
        Where curves begin.
    times : array, shape (n,), or None
        Times of the points.
    options : FitOptions
        The other options of the fit.

    Returns
    -------
    float
        In the unit of the points; 8 to 125 % of the spread per coordinate.

    Raises
    ------
    NotComputable
        If coverage levels off nowhere.

    References
    ----------
    .. [1] Einbeck (2011), Bandwidth selection for mean-shift based unsupervised learning techniques, J. Pattern
       Recognition Research 6, 175.
    """
    tried = _COVERING * cloud.spread
    values = np.zeros(len(tried))
    for i, h in enumerate(tried.tolist()):
        try:
            curve, _ = walk_curve(cloud, start, times, h, options)
            values[i] = coverage(curve, cloud.rows, radius=h, weight=cloud.weight)
        except NotComputable:  # covers nothing
            continue
    found = levelling(values)
    if not len(found):
        msg = f"self-coverage levels off nowhere between bandwidths {tried[0]:.3g} and {tried[-1]:.3g}; give a bandwidth"
        raise NotComputable(msg)
    return float(tried[found[0]])


def _wanted(cloud: Cloud, start: Array, times: Array | None, h: float, options: FitOptions) -> float:
    """2.2 x residual sd of the curve of bandwidth h; infinite when there is no curve, or it misses most points."""
    try:
        curve, _ = walk_curve(cloud, start, times, h, options)
        sd = residual_sd(curve, cloud.rows, bandwidth=h, weight=cloud.weight)
    except NotComputable:
        return float("inf")
    return BANDWIDTH_PER_SD * sd
