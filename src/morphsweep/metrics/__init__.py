"""Scores: pure functions of arrays, each with one declaration, and the classifier that some are made from."""

from morphsweep.metrics.baselines import BASELINES, predict_baseline
from morphsweep.metrics.classifier import LogisticFit, fit_newton, fit_saga
from morphsweep.metrics.collinearity import collinearity_means, pair_table, within_collinearity, within_matrix
from morphsweep.metrics.dispersion import dispersion_profile
from morphsweep.metrics.estimator import ElasticNetMultinomial
from morphsweep.metrics.individual_counts import IndividualCounts, count_individuals
from morphsweep.metrics.over_time import count_tables, scores_over_time
from morphsweep.metrics.paired_counts import common_individuals, held_out_drops, mean_over_common_bins
from morphsweep.metrics.paired_difference import PairedF1, paired_f1
from morphsweep.metrics.prediction import (
    FitCertificate,
    Predictions,
    holdout_rows,
    never_learned,
    predict_out_of_fold,
)
from morphsweep.metrics.recognition import confusion_over_time, probability_courses
from morphsweep.metrics.registry import ALIASES, METRICS, collect, column, metric, shift_spec
from morphsweep.metrics.relearned import anchored_null, deal_into_folds, relearned_f1
from morphsweep.metrics.resampled import resampled_over_time
from morphsweep.metrics.resampling import individual_weights, permuted_labels, replicate_interval
from morphsweep.metrics.robustness import root_mean_square
from morphsweep.metrics.separability import Separability, false_discovery, separability
from morphsweep.metrics.space import radius_of_gyration
from morphsweep.metrics.table import markdown_table
from morphsweep.metrics.time_bins import notebook_edges, sweep_edges, time_bins
from morphsweep.metrics.tolerance import tolerance_sensitivity

__all__ = [
    "ALIASES",
    "BASELINES",
    "METRICS",
    "ElasticNetMultinomial",
    "FitCertificate",
    "IndividualCounts",
    "LogisticFit",
    "PairedF1",
    "Predictions",
    "Separability",
    "anchored_null",
    "collect",
    "collinearity_means",
    "column",
    "common_individuals",
    "confusion_over_time",
    "count_individuals",
    "count_tables",
    "deal_into_folds",
    "dispersion_profile",
    "false_discovery",
    "fit_newton",
    "fit_saga",
    "held_out_drops",
    "holdout_rows",
    "individual_weights",
    "markdown_table",
    "mean_over_common_bins",
    "metric",
    "never_learned",
    "notebook_edges",
    "pair_table",
    "paired_f1",
    "permuted_labels",
    "predict_baseline",
    "predict_out_of_fold",
    "probability_courses",
    "radius_of_gyration",
    "relearned_f1",
    "replicate_interval",
    "resampled_over_time",
    "root_mean_square",
    "scores_over_time",
    "separability",
    "shift_spec",
    "sweep_edges",
    "time_bins",
    "tolerance_sensitivity",
    "within_collinearity",
    "within_matrix",
]
