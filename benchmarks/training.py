"""A training step against a plain hand-written PyTorch loop of the same network, and the share of it that is data loading."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from benchmarks.timing import seconds
from morphsweep.records import SweepConfig, TrainingConfig, TrainingSettings
from morphsweep.training.batches import epoch_batches
from morphsweep.training.data import Snips, as_images, relation_matrix
from morphsweep.training.loop import Trainer
from morphsweep.training.model import VAE
from morphsweep.training.prepare import prepare_data

__all__ = ["measure"]

_STEPS = {32: 45, 64: 15}  # whole passes over the images
_IMAGES, _CLASSES, _TIMES = 960, 4, 24


def measure() -> list[dict[str, Any]]:
    """Images per second of both sides, per image size, and what reading them takes.

    Returns
    -------
    list of dict
        One row per image size.
    """
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        return [_measure(Path(folder), side) for side in _STEPS]


def _measure(folder: Path, side: int) -> dict[str, Any]:
    """Both sides on one set of pictures."""
    trainer = _trainer(folder / str(side), side)
    settings = trainer.settings
    plain = _Plain(trainer)
    images = 2 * settings.batch_size * _STEPS[side]
    _assert_same(trainer, plain)
    taken = seconds({"ours": trainer.fit, "plain": plain.fit}, repeats=5)
    reading = _reading(trainer)
    return {
        "image": f"{side} x {side}",
        "plain loop (images/s)": images / taken["plain"],
        "morphsweep (images/s)": images / taken["ours"],
        "ratio": taken["plain"] / taken["ours"],
        "reading and pairing (share of a step)": reading / taken["ours"],
    }


def _trainer(folder: Path, side: int) -> Trainer:
    """Random blobs as images; the content does not matter to speed."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    np.save(folder / "images.npy", rng.integers(0, 256, size=(_IMAGES, side, side), dtype=np.uint8))
    individual = np.arange(_IMAGES) // _TIMES
    table = {
        "individual": [f"e{i}" for i in individual],
        "perturbation": [f"p{i % _CLASSES}" for i in individual],
        "time": np.tile(np.arange(_TIMES, dtype=float), _IMAGES // _TIMES),
    }
    pd.DataFrame(table).to_csv(folder / "meta.csv", index=False)
    data, _, _ = prepare_data(
        folder, folder / "data", table=None, config=SweepConfig(), training=TrainingConfig()
    )
    settings = TrainingSettings(steps=_STEPS[side])
    snips = Snips.read(data, ())
    relation = relation_matrix(snips.perturbations, {}, time_only=False)
    # nobody unseen: the plain loop has no validation either
    snips.frame["split"] = "train"
    return Trainer(snips, settings, relation, data.shape, 0, "all", torch.device("cpu"))


class _Plain:
    """What one would write by hand: arrays in memory, a batch by index, the loss in a few lines."""

    def __init__(self, trainer: Trainer) -> None:
        self.settings, self.shape = trainer.settings, trainer.shape
        snips = trainer.snips
        self.images = torch.from_numpy(np.array(snips.images)).float()[:, None] / 255
        self.time = torch.tensor(snips.time)
        self.kind = torch.tensor(snips.perturbation)

    def fit(self) -> VAE:
        """Train as long as the other side."""
        torch.manual_seed(0)
        model = VAE(self.shape, self.settings)
        optimiser = torch.optim.Adam(model.parameters(), lr=self.settings.learning_rate, fused=True)
        b = self.settings.batch_size
        for _ in range(self.settings.steps or 0):
            anchors = torch.randint(len(self.images), (b,))
            rows = torch.cat([anchors, (anchors + 1).clamp(max=len(self.images) - 1)])
            loss = self.loss(model, self.images[rows], self.time[rows], self.kind[rows])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        return model

    def loss(
        self, model: nn.Module, x: torch.Tensor, time_: torch.Tensor, kind: torch.Tensor
    ) -> torch.Tensor:
        """Image term, KL and NT-Xent."""
        s = self.settings
        drawn, mean, log_variance = model(x, torch.randn(len(x), s.latent_dim))
        image = 0.5 * ((x - drawn) ** 2).mean()
        kl = (0.5 * (mean**2 + log_variance.exp() - 1 - log_variance)).mean()
        z = mean[:, s.n_nuisance :]
        logits = (1 - torch.cdist(z, z) / (z.shape[1] / 2) ** 0.5) / s.temperature
        n = len(x)
        near = (time_[:, None] - time_[None]).abs() <= s.time_window + s.time_slack
        positive = near & (kind[:, None] == kind[None])
        rows = torch.arange(n)
        positive[rows, rows.roll(n // 2)] = True
        itself = torch.eye(n, dtype=torch.bool)
        everything = logits.masked_fill(itself, -1e9).logsumexp(1)
        metric = (everything - logits.masked_fill(itself | ~positive, -1e9).logsumexp(1)).mean()
        image_weight, kl_weight = s.weights(int(np.prod(self.shape)))
        total: torch.Tensor = image_weight * image + s.beta * kl_weight * kl + s.metric_weight * metric
        return total


def _assert_same(trainer: Trainer, plain: _Plain) -> None:
    """Both sides compute the same loss on the same batch, noise included."""
    from morphsweep.training.losses import find_pairs
    from morphsweep.training.objective import Objective

    rows = np.arange(64)
    torch.manual_seed(1)
    model = VAE(trainer.shape, trainer.settings)
    x, when, kind = plain.images[rows], plain.time[rows], plain.kind[rows]
    torch.manual_seed(2)
    expected = plain.loss(model, x, when, kind)
    torch.manual_seed(2)
    drawn, mean, log_variance = model(x, torch.randn(64, trainer.settings.latent_dim))
    relation = torch.tensor(trainer.relation)[kind][:, kind]
    reach = trainer.settings.time_window + trainer.settings.time_slack
    pairs = find_pairs(when, relation, torch.arange(64).roll(32), reach=reach)
    objective = Objective.of(trainer.settings, int(np.prod(trainer.shape)))
    found = objective(x, drawn, mean, log_variance, model.biological(mean), pairs).total
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=0)


def _reading(trainer: Trainer) -> float:
    """Seconds to draw, read and scale the batches of as many steps, without any network."""
    rows = trainer.snips.rows("train")
    sampler = trainer._sampler(rows)  # noqa: SLF001  (the part that is timed)
    begun, done = time.process_time(), 0
    steps = trainer.settings.steps or 0
    while done < steps:
        rng = np.random.default_rng(done)
        batches = epoch_batches(
            trainer.snips.images, rows, sampler, size=trainer.settings.batch_size, rng=rng
        )
        for batch in batches:
            as_images(batch.images, torch.device("cpu"))
            done += 1
            if done == steps:
                break
    return time.process_time() - begun
