"""Sweeps with known truth; shares no code with what it judges."""

from morphsweep.simulation.design import TRUTHS
from morphsweep.simulation.options import SimulationOptions
from morphsweep.simulation.simulate import SimulatedSweep, simulate

__all__ = ["TRUTHS", "SimulatedSweep", "SimulationOptions", "simulate"]
