"""Frozen, shape-checked nouns that the rooms exchange."""

from morphsweep.records.along import AlongCurve
from morphsweep.records.arrays import BoolArray, FloatArray, IntArray
from morphsweep.records.cohort import Cohort
from morphsweep.records.condition import Condition
from morphsweep.records.embedding import OPTIONAL_ROLES, REQUIRED_ROLES, Embedding
from morphsweep.records.runs import Model, Run, Sweep, Value
from morphsweep.records.scaffold import CurveFit, CurveHealth, Scaffold
from morphsweep.records.scores import AVERAGE, Better, MetricSpec, ScoreRow, Status
from morphsweep.records.settings import PROTOCOLS, Protocol, Settings
from morphsweep.records.space import Space
from morphsweep.records.sweep_config import Columns, SweepConfig
from morphsweep.records.training_config import TrainingConfig, TrainingSettings

__all__ = [
    "AVERAGE",
    "OPTIONAL_ROLES",
    "PROTOCOLS",
    "REQUIRED_ROLES",
    "AlongCurve",
    "Better",
    "BoolArray",
    "Cohort",
    "Columns",
    "Condition",
    "CurveFit",
    "CurveHealth",
    "Embedding",
    "FloatArray",
    "IntArray",
    "MetricSpec",
    "Model",
    "Protocol",
    "Run",
    "Scaffold",
    "ScoreRow",
    "Settings",
    "Space",
    "Status",
    "Sweep",
    "SweepConfig",
    "TrainingConfig",
    "TrainingSettings",
    "Value",
]
