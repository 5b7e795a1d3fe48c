"""Scores: pure functions of arrays, each with one declaration, and the classifier that some are made from."""

from morphsweep.metrics.along_curve import curve_bins
from morphsweep.metrics.baselines import BASELINES, predict_baseline
from morphsweep.metrics.batches import batch_neighbour_shares, batch_variance_shares
from morphsweep.metrics.centroids import TimeCentroids, time_centroids
from morphsweep.metrics.classifier import LogisticFit, fit_newton, fit_saga
from morphsweep.metrics.collapse import latent_covariance
from morphsweep.metrics.collinearity import collinearity_means, pair_table, within_collinearity, within_matrix
from morphsweep.metrics.delay import individual_delays
from morphsweep.metrics.dispersion import dispersion_profile
from morphsweep.metrics.estimator import ElasticNetMultinomial
from morphsweep.metrics.faithfulness import rank_penalties
from morphsweep.metrics.flow import curve_cosines, flow_cosines, step_vectors
from morphsweep.metrics.four_points import centroid_distances, path_distances
from morphsweep.metrics.graphs import neighbour_edges
from morphsweep.metrics.individual_counts import IndividualCounts, count_individuals
from morphsweep.metrics.matched import MatchedSnips
from morphsweep.metrics.neighbour_cells import recall_per_query, search_cells
from morphsweep.metrics.neighbours import Neighbours, nearest_strangers, search_neighbours
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
from morphsweep.metrics.resampling import (
    centred_replicates,
    id_keys,
    individual_weights,
    permuted_labels,
    replicate_interval,
    sampled_rows,
    sampling_positions,
)
from morphsweep.metrics.robustness import root_mean_square
from morphsweep.metrics.separability import Separability, false_discovery, separability
from morphsweep.metrics.space import radius_of_gyration
from morphsweep.metrics.table import markdown_table
from morphsweep.metrics.time_bins import notebook_edges, sweep_edges, time_bins
from morphsweep.metrics.tolerance import tolerance_sensitivity
from morphsweep.metrics.tracks import row_cosines, track_bends, track_steps, track_triples, turn_cosines
from morphsweep.metrics.trunk import pair_separation, trunk_lengths

__all__ = [
    "ALIASES",
    "BASELINES",
    "METRICS",
    "ElasticNetMultinomial",
    "FitCertificate",
    "IndividualCounts",
    "LogisticFit",
    "MatchedSnips",
    "Neighbours",
    "PairedF1",
    "Predictions",
    "Separability",
    "TimeCentroids",
    "anchored_null",
    "batch_neighbour_shares",
    "batch_variance_shares",
    "centred_replicates",
    "centroid_distances",
    "collect",
    "collinearity_means",
    "column",
    "common_individuals",
    "confusion_over_time",
    "count_individuals",
    "count_tables",
    "curve_bins",
    "curve_cosines",
    "deal_into_folds",
    "dispersion_profile",
    "false_discovery",
    "fit_newton",
    "fit_saga",
    "flow_cosines",
    "held_out_drops",
    "holdout_rows",
    "id_keys",
    "individual_delays",
    "individual_weights",
    "latent_covariance",
    "markdown_table",
    "mean_over_common_bins",
    "metric",
    "nearest_strangers",
    "neighbour_edges",
    "never_learned",
    "notebook_edges",
    "pair_separation",
    "pair_table",
    "paired_f1",
    "path_distances",
    "permuted_labels",
    "predict_baseline",
    "predict_out_of_fold",
    "probability_courses",
    "radius_of_gyration",
    "rank_penalties",
    "recall_per_query",
    "relearned_f1",
    "replicate_interval",
    "resampled_over_time",
    "root_mean_square",
    "row_cosines",
    "sampled_rows",
    "sampling_positions",
    "scores_over_time",
    "search_cells",
    "search_neighbours",
    "separability",
    "shift_spec",
    "step_vectors",
    "sweep_edges",
    "time_bins",
    "time_centroids",
    "tolerance_sensitivity",
    "track_bends",
    "track_steps",
    "track_triples",
    "trunk_lengths",
    "turn_cosines",
    "within_collinearity",
    "within_matrix",
]
