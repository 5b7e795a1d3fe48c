"""The many runs: read, paired, evaluated by any executor, and brought together in one results folder."""

from morphsweep.sweep.checking import check_sweep
from morphsweep.sweep.choosing import decision_of, record_of, select, write_decision
from morphsweep.sweep.cluster import cluster_executor
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.configuring import resolve_settings
from morphsweep.sweep.exporting import export
from morphsweep.sweep.reading import read_sweep
from morphsweep.sweep.results import Results
from morphsweep.sweep.runner import evaluate

__all__ = [
    "Results",
    "check_sweep",
    "cluster_executor",
    "decision_of",
    "evaluate",
    "export",
    "make_cohort",
    "read_sweep",
    "record_of",
    "resolve_settings",
    "select",
    "write_decision",
]
