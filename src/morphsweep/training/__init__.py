"""The sweep itself: a metric variational autoencoder per cell of a grid, handing over embeddings as files.

Needs the extra ``[train]``. Nothing below this room knows torch.
"""

from importlib.util import find_spec

from morphsweep.errors import InvalidInput

if find_spec("torch") is None or find_spec("safetensors") is None:
    _MESSAGE = (
        "training needs PyTorch, which is not installed; install it with: pip install 'morphsweep[train]'"
    )
    raise InvalidInput(_MESSAGE)

from morphsweep.training.losses import METRIC_LOSSES, LossOptions, MetricLoss, Pairs
from morphsweep.training.model import VAE
from morphsweep.training.runner import TrainedSweep, train

__all__ = ["METRIC_LOSSES", "VAE", "LossOptions", "MetricLoss", "Pairs", "TrainedSweep", "train"]
