"""The many runs: read, paired, evaluated by any executor, and brought together in one results folder."""

from morphsweep.sweep.bridging import Bridge, bridge
from morphsweep.sweep.checking import check_sweep
from morphsweep.sweep.choosing import decision_of, record_of, select, write_decision
from morphsweep.sweep.cluster import cluster_executor
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.comparing import compare, compare_models
from morphsweep.sweep.configuring import resolve_settings
from morphsweep.sweep.exporting import export
from morphsweep.sweep.reading import read_sweep
from morphsweep.sweep.recognising import Recognition, recognition
from morphsweep.sweep.repairing import Repair, repairs_between, try_repairs
from morphsweep.sweep.results import Results
from morphsweep.sweep.runner import evaluate

__all__ = [
    "Bridge",
    "Recognition",
    "Repair",
    "Results",
    "bridge",
    "check_sweep",
    "cluster_executor",
    "compare",
    "compare_models",
    "decision_of",
    "evaluate",
    "export",
    "make_cohort",
    "read_sweep",
    "recognition",
    "record_of",
    "repairs_between",
    "resolve_settings",
    "select",
    "try_repairs",
    "write_decision",
]
