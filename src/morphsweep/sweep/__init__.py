"""The many runs: read, paired, evaluated by any executor, and brought together in one results folder."""

from morphsweep.sweep.bridging import Bridge, bridge
from morphsweep.sweep.checking import check_sweep
from morphsweep.sweep.choosing import decision_of, record_of, select, write_decision
from morphsweep.sweep.claiming import claims
from morphsweep.sweep.cluster import cluster_executor
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.comparing import compare, compare_models
from morphsweep.sweep.configuring import resolve_settings
from morphsweep.sweep.driver_files import read_inactive, write_claims, write_drivers, write_unseen
from morphsweep.sweep.driving import drivers
from morphsweep.sweep.exporting import export
from morphsweep.sweep.placing import Unseen, unseen
from morphsweep.sweep.projecting import project
from morphsweep.sweep.reading import read_sweep
from morphsweep.sweep.recognising import Recognition, recognition
from morphsweep.sweep.repairing import Repair, repairs_between, try_repairs
from morphsweep.sweep.results import Results
from morphsweep.sweep.runner import evaluate
from morphsweep.sweep.trading import tradeoffs

__all__ = [
    "Bridge",
    "Recognition",
    "Repair",
    "Results",
    "Unseen",
    "bridge",
    "check_sweep",
    "claims",
    "cluster_executor",
    "compare",
    "compare_models",
    "decision_of",
    "drivers",
    "evaluate",
    "export",
    "make_cohort",
    "project",
    "read_inactive",
    "read_sweep",
    "recognition",
    "record_of",
    "repairs_between",
    "resolve_settings",
    "select",
    "tradeoffs",
    "try_repairs",
    "unseen",
    "write_claims",
    "write_decision",
    "write_drivers",
    "write_unseen",
]
