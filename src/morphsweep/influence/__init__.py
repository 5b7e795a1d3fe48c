"""Which hyper-parameter moves which metric: pure functions of settings and scores."""

from morphsweep.influence.chance import against_chance
from morphsweep.influence.design import Design, Knob, make_design
from morphsweep.influence.drive import FAILED, drive
from morphsweep.influence.forest import explain, forest_importance, group_folds
from morphsweep.influence.outcome import Driver, Effort, Outcome
from morphsweep.influence.record import Drivers

__all__ = [
    "FAILED",
    "Design",
    "Driver",
    "Drivers",
    "Effort",
    "Knob",
    "Outcome",
    "against_chance",
    "drive",
    "explain",
    "forest_importance",
    "group_folds",
    "make_design",
]
