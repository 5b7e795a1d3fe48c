"""Tranches, choice and ties: pure functions of a table with one row per model."""

from morphsweep.selection.account import Account, AccountRow, key_columns
from morphsweep.selection.choice import select
from morphsweep.selection.comparison import Comparison, compare_pairs
from morphsweep.selection.configurations import DEFAULT_INACTIVE, configurations, hyperparameter_columns
from morphsweep.selection.criterion import Criteria, Criterion
from morphsweep.selection.decision import decision_record, no_decision
from morphsweep.selection.decision_changes import decision_changes
from morphsweep.selection.decision_text import decision_text, tranche_names
from morphsweep.selection.eye import agreement_with_ratings, self_agreement
from morphsweep.selection.facts import SweepFacts
from morphsweep.selection.gain_claims import Claim, Gains, Setting, gains_of
from morphsweep.selection.gain_windows import GainWindow, find_windows
from morphsweep.selection.names import (
    direction,
    lab_name,
    label,
    rename_map,
    score_columns,
    split_column,
    twin,
    unknown_column,
)
from morphsweep.selection.no_winner import why_no_winner
from morphsweep.selection.noise import MetricNoise, NoiseFloor, noise_floor, replicate_groups, sd_interval
from morphsweep.selection.pareto import pareto_front
from morphsweep.selection.record import Selection
from morphsweep.selection.sensitivity import StableRange, stable_ranges, winner_map
from morphsweep.selection.shared_values import common_sentences, common_values
from morphsweep.selection.table import ModelTable, model_table
from morphsweep.selection.uncertainty import ChoiceUncertainty, choice_uncertainty, tie_set
from morphsweep.selection.usual import usual_range
from morphsweep.selection.wording import ordinal

__all__ = [
    "DEFAULT_INACTIVE",
    "Account",
    "AccountRow",
    "ChoiceUncertainty",
    "Claim",
    "Comparison",
    "Criteria",
    "Criterion",
    "GainWindow",
    "Gains",
    "MetricNoise",
    "ModelTable",
    "NoiseFloor",
    "Selection",
    "Setting",
    "StableRange",
    "SweepFacts",
    "agreement_with_ratings",
    "choice_uncertainty",
    "common_sentences",
    "common_values",
    "compare_pairs",
    "configurations",
    "decision_changes",
    "decision_record",
    "decision_text",
    "direction",
    "find_windows",
    "gains_of",
    "hyperparameter_columns",
    "key_columns",
    "lab_name",
    "label",
    "model_table",
    "no_decision",
    "noise_floor",
    "ordinal",
    "pareto_front",
    "rename_map",
    "replicate_groups",
    "score_columns",
    "sd_interval",
    "select",
    "self_agreement",
    "split_column",
    "stable_ranges",
    "tie_set",
    "tranche_names",
    "twin",
    "unknown_column",
    "usual_range",
    "why_no_winner",
    "winner_map",
]
