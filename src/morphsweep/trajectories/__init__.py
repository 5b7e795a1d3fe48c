"""From latents to the space and the curves of a run, or the reason why there is none."""

from morphsweep.trajectories.along import calibrate_time, place_on_curve, snips_along
from morphsweep.trajectories.at_times import sample_at_times
from morphsweep.trajectories.health import curve_health, largest_turn
from morphsweep.trajectories.scaffold import fit_scaffold, refit_scaffold
from morphsweep.trajectories.space import fit_space
from morphsweep.trajectories.tubes import Tube, curve_tube, tube_radius

__all__ = [
    "Tube",
    "calibrate_time",
    "curve_health",
    "curve_tube",
    "fit_scaffold",
    "fit_space",
    "largest_turn",
    "place_on_curve",
    "refit_scaffold",
    "sample_at_times",
    "snips_along",
    "tube_radius",
]
