"""Metric losses: pairs x distance x formula; one declaration each, gathered in ``registry``."""

from morphsweep.training.losses.declaration import LossOptions, MetricLoss, reduce_anchors
from morphsweep.training.losses.distance import scaled_euclidean
from morphsweep.training.losses.pairs import Pairs, find_pairs
from morphsweep.training.losses.registry import METRIC_LOSSES, metric_loss

__all__ = [
    "METRIC_LOSSES",
    "LossOptions",
    "MetricLoss",
    "Pairs",
    "find_pairs",
    "metric_loss",
    "reduce_anchors",
    "scaled_euclidean",
]
