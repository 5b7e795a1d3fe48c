"""Arrays and curves: alignment, principal curves, projection. Knows no perturbation and no model."""

from morphsweep.geometry.alignment import RigidMotion, kabsch, rmse
from morphsweep.geometry.curve import Curve
from morphsweep.geometry.fitting import residual_sd
from morphsweep.geometry.kernel_mean import kernel_mean
from morphsweep.geometry.notebook_curve import resample_by_index
from morphsweep.geometry.principal_curve import FitHealth, LocalPrincipalCurve
from morphsweep.geometry.projection import CurveDistance, Projection
from morphsweep.geometry.ranks import rank_correlation
from morphsweep.geometry.segments import segment_cosines

__all__ = [
    "Curve",
    "CurveDistance",
    "FitHealth",
    "LocalPrincipalCurve",
    "Projection",
    "RigidMotion",
    "kabsch",
    "kernel_mean",
    "rank_correlation",
    "resample_by_index",
    "residual_sd",
    "rmse",
    "segment_cosines",
]
