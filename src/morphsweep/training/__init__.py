"""The sweep itself: a metric variational autoencoder per cell of a grid, handing over embeddings as files.

Needs the extra ``[train]``. Nothing below this room knows torch.
"""

from morphsweep.errors import InvalidInput

try:
    import safetensors
    import torch
except ImportError as error:
    _MESSAGE = f"training needs {error.name}, which is not installed; install it with: pip install 'morphsweep[train]'"
    raise InvalidInput(_MESSAGE) from None

del safetensors, torch

from morphsweep.training.losses import METRIC_LOSSES, LossOptions, MetricLoss, Pairs  # noqa: E402  (after the check)
from morphsweep.training.model import VAE  # noqa: E402  (after the check)
from morphsweep.training.runner import TrainedSweep, train  # noqa: E402  (after the check)

__all__ = ["METRIC_LOSSES", "VAE", "LossOptions", "MetricLoss", "Pairs", "TrainedSweep", "train"]
