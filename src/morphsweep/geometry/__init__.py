"""Arrays and curves: alignment, principal curves, projection. Knows no perturbation and no model."""

from morphsweep.geometry.across import PolylinePlace, distance_across, place_on_polyline, squared_distances
from morphsweep.geometry.alignment import RigidMotion, kabsch, rmse
from morphsweep.geometry.coverage import coverage, gain_on_line, goodness_of_fit
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.fitting import residual_sd
from morphsweep.geometry.kernel_mean import kernel_mean
from morphsweep.geometry.mean_shift import density_modes, mean_shift
from morphsweep.geometry.monotone import MonotoneFit, fit_monotone
from morphsweep.geometry.notebook_curve import resample_by_index
from morphsweep.geometry.principal_curve import FitHealth, LocalPrincipalCurve
from morphsweep.geometry.projection import CurveDistance, Projection
from morphsweep.geometry.ranks import rank_correlation
from morphsweep.geometry.segments import segment_cosines
from morphsweep.geometry.self_coverage import SelfCoverage, self_coverage

__all__ = [
    "Curve",
    "CurveDistance",
    "FitHealth",
    "LocalPrincipalCurve",
    "MonotoneFit",
    "PolylinePlace",
    "Projection",
    "RigidMotion",
    "SelfCoverage",
    "coverage",
    "density_modes",
    "distance_across",
    "fit_monotone",
    "gain_on_line",
    "goodness_of_fit",
    "kabsch",
    "kernel_mean",
    "mean_shift",
    "place_on_polyline",
    "rank_correlation",
    "resample_by_index",
    "residual_sd",
    "rmse",
    "segment_cosines",
    "self_coverage",
    "squared_distances",
]
