"""Sweeps with known truth; shares no code with what it judges."""

from morphsweep.simulation.design import TRUTHS
from morphsweep.simulation.options import SimulationOptions
from morphsweep.simulation.planted_pair import PLANTED_PERTURBATION, PLANTED_TURN, simulate_planted_pair
from morphsweep.simulation.simulate import SimulatedSweep, simulate

__all__ = [
    "PLANTED_PERTURBATION",
    "PLANTED_TURN",
    "TRUTHS",
    "SimulatedSweep",
    "SimulationOptions",
    "simulate",
    "simulate_planted_pair",
]
