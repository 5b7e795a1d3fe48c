"""Which hyper-parameters each model has, and the truth that they cause."""

from itertools import combinations

import numpy as np
import pandas as pd

from morphsweep.records import FloatArray, IntArray
from morphsweep.simulation.options import SimulationOptions

__all__ = ["TRUTHS", "draw_design"]

TRUTHS = ("tree_likeness", "robustness", "separability")
"""What the three knobs cause; each between 0 and 1, independent of the others, rising with what its name says."""

_BETA = (0.1, 1.0, 5.0, 10.0)  # drives tree-likeness, and shrinks the latents
_LEARNING_RATE = (3e-3, 1e-3, 3e-4, 1e-4)  # a slower training is repeated more faithfully
_LOSS = (("triplet", 5.0), ("triplet", 25.0), ("NT-Xent", 5.0), ("NT-Xent", 25.0))  # drives separability
_MARGIN = (1.0, 0.5, 2.0)  # drives nothing
_LEVELS = 4
_RETRAINING = 0.04  # replicates differ by chance this much
_TRIES = 300


def draw_design(options: SimulationOptions, rng: np.random.Generator, /) -> pd.DataFrame:
    """Hyper-parameters and truth of every model.

    Parameters
    ----------
    options : SimulationOptions
        Number of models, replicates and latents.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    DataFrame
        One row per model: hyper-parameters, ``seed``, ``configuration``, ``replicate``, the three truths and ``scale``.
    """
    n_configurations = -(-options.n_models // options.n_replicates)
    levels = _independent_levels(n_configurations, rng)
    model = np.arange(options.n_models)
    configuration, replicate = model % n_configurations, model // n_configurations
    own = levels[configuration]
    knobs = np.clip((own + 0.5) / _LEVELS + rng.normal(0, _RETRAINING, own.shape), 0.02, 0.98)
    losses = [_LOSS[i] for i in own[:, 2]]
    return pd.DataFrame({
        "metric_loss_type": [loss for loss, _ in losses],
        # Under NT-Xent the margin cannot act, so that replicates may differ in it; triplet replicates may not.
        "margin": [
            _MARGIN[r % 3] if loss == "NT-Xent" else 1.0
            for r, (loss, _) in zip(replicate, losses, strict=True)
        ],
        "metric_weight": [weight for _, weight in losses],
        "learning_rate": np.take(_LEARNING_RATE, own[:, 1]),
        "beta": np.take(_BETA, own[:, 0]),
        "latent_dim": options.n_latents + options.n_latents // 3,
        "batch_size": 64,
        "seed": 1000 * (1 + options.seed) + model,
        "configuration": configuration,
        "replicate": replicate,
        **dict(zip(TRUTHS, knobs.T, strict=True)),
        "scale": options.shrinkage ** (0.5 - own[:, 0] / (_LEVELS - 1)),
    })


def _independent_levels(n: int, rng: np.random.Generator) -> IntArray:
    """Balanced levels of the three knobs, shape (n, 3), as uncorrelated as a few hundred shuffles can make them."""
    balanced = (
        np.arange(n) * _LEVELS // n if n >= _LEVELS else np.rint(np.linspace(0, _LEVELS - 1, n)).astype(int)
    )
    shuffles = [np.column_stack([rng.permutation(balanced) for _ in TRUTHS]) for _ in range(_TRIES)]
    return min(shuffles, key=_correlation)


def _correlation(levels: IntArray) -> float:
    """Largest absolute correlation of two columns."""
    centred: FloatArray = levels - levels.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0)) + 1e-12
    return max(
        abs(float(centred[:, i] @ centred[:, j] / length[i] / length[j]))
        for i, j in combinations(range(3), 2)
    )
