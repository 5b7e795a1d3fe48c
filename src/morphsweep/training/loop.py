"""Train one network: epochs whose chance depends on seed, regime and epoch alone, a checkpoint after each."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from morphsweep.errors import NotComputable
from morphsweep.records import IntArray, TrainingSettings
from morphsweep.training.augmentation import make_augmentation
from morphsweep.training.batches import Batch, epoch_batches
from morphsweep.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from morphsweep.training.data import Snips, as_images
from morphsweep.training.health import divergence
from morphsweep.training.losses import Pairs, find_pairs
from morphsweep.training.model import VAE
from morphsweep.training.objective import Objective, Terms
from morphsweep.training.partners import PartnerSampler
from morphsweep.training.schedule import learning_rate

__all__ = ["HISTORY", "Trainer", "epoch_seed"]

HISTORY = (
    "epoch",
    "step",
    "total",
    "image",
    "kl",
    "metric",
    "total_validation",
    "image_validation",
    "kl_validation",
    "metric_validation",
)
"""Columns of the loss history: means over an epoch, unweighted but for the total."""

_DEFAULT_EPOCHS = 50
_MOST_VALIDATION = 256  # anchors of the validation loss, the same in every epoch
_VALIDATION = 2**31 - 1  # in the place of an epoch's number


def epoch_seed(seed: int, regime: str, epoch: int) -> int:
    """Seed of one epoch; epoch 0 stands for the initial weights.

    Configurations share their chance, so that they are compared on equal ground; regimes do not, because agreement
    between regimes must not come from equal beginnings.

    Parameters
    ----------
    seed : int
        Of the run.
    regime : str
        Its regime.
    epoch : int
        From 1.

    Returns
    -------
    int
        Below 2**63.
    """
    text = f"{seed}:{regime}:{epoch}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1


@dataclass(slots=True)
class Trainer:
    """A network, its data and where it stands.

    Parameters
    ----------
    snips : Snips
        Of the regime.
    settings : TrainingSettings
        Of the run.
    relation : array of int, shape (n_perturbations, n_perturbations)
        Which perturbations are related.
    shape : tuple of int
        Height, width and colours of the images.
    seed : int
        Of the run.
    regime : str
        Its name.
    device : torch.device
        Where the network lives.
    """

    snips: Snips
    settings: TrainingSettings
    relation: IntArray
    shape: tuple[int, int, int]
    seed: int
    regime: str
    device: torch.device

    def fit(
        self, checkpoint: Path | None = None, after_epoch: Callable[[int], None] | None = None
    ) -> tuple[VAE, Checkpoint]:
        """Train from the beginning or from a checkpoint.

        Parameters
        ----------
        checkpoint : Path, optional
            Read when it is there, written after each epoch.
        after_epoch : callable, optional
            Told the number of each finished epoch.

        Returns
        -------
        model : VAE
            With the last weights, or the best when training stops early by `patience`.
        state : Checkpoint
            History and counters.

        Raises
        ------
        NotComputable
            If the loss diverges; says when and which term.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(epoch_seed(self.seed, self.regime, 0))
            model = VAE(self.shape, self.settings).to(self.device)
            optimiser = torch.optim.Adam(model.parameters(), lr=self.settings.learning_rate, fused=True)
            state = read_checkpoint(checkpoint, model, optimiser) if checkpoint else Checkpoint()
            epochs = self._epochs(model, optimiser)
            while state.step < epochs.total and not self._is_over(state):
                epochs.run(state)
                self._keep_best(state, model)
                if checkpoint:
                    write_checkpoint(state, model, optimiser, checkpoint)
                if after_epoch:
                    after_epoch(state.epoch)
        if state.best:
            model.load_state_dict(state.best)
        return model.eval(), state

    def _epochs(self, model: VAE, optimiser: torch.optim.Adam) -> "_Epochs":
        """Everything that stays the same from epoch to epoch."""
        rows = self.snips.rows("train")
        per_epoch = len(rows) // self.settings.batch_size
        total = self.settings.steps or (self.settings.epochs or _DEFAULT_EPOCHS) * per_epoch
        return _Epochs(self, model, optimiser, rows, self._sampler(rows), total, self._validation())

    def _is_over(self, state: Checkpoint) -> bool:
        """Whether the validation loss has not improved for long enough."""
        patience = self.settings.patience
        if patience is None or not state.best_epoch:  # nobody unseen, so nothing to be better at
            return False
        return state.epoch - state.best_epoch >= patience

    def _keep_best(self, state: Checkpoint, model: VAE) -> None:
        """Remember the weights of the best epoch, where they will be asked for."""
        loss = state.history[-1][HISTORY.index("total_validation")]
        if self.settings.patience is not None and loss < state.best_loss:
            state.best_loss, state.best_epoch = loss, state.epoch
            state.best = {name: value.detach().clone() for name, value in model.state_dict().items()}

    def _sampler(self, rows: IntArray) -> PartnerSampler:
        """Partners among some rows; the sampler counts within them."""
        return PartnerSampler(
            self.snips.time[rows],
            self.snips.individual[rows],
            self.snips.perturbation[rows],
            self.relation,
            window=self.settings.time_window,
            self_prob=self.settings.self_target_prob,
        )

    def _validation(self) -> list[Batch]:
        """The same views of unseen individuals for every epoch; none when too few are left."""
        rows = self.snips.rows("eval")
        size = min(self.settings.batch_size, len(rows), _MOST_VALIDATION)
        if size < 2:
            return []
        rng = np.random.default_rng(epoch_seed(self.seed, self.regime, _VALIDATION))
        batches = epoch_batches(self.snips.images, rows, self._sampler(rows), size=size, rng=rng)
        return [batch for _, batch in zip(range(_MOST_VALIDATION // size), batches, strict=False)]


@dataclass(slots=True)
class _Epochs:
    """Runs one epoch after the other."""

    trainer: Trainer
    model: VAE
    optimiser: torch.optim.Adam
    rows: IntArray
    sampler: PartnerSampler
    total: int
    validation: list[Batch]

    def run(self, state: Checkpoint) -> None:
        """One epoch; the state moves on."""
        trainer, settings = self.trainer, self.trainer.settings
        number = epoch_seed(trainer.seed, trainer.regime, state.epoch + 1)
        torch.manual_seed(number)
        batches = epoch_batches(
            trainer.snips.images,
            self.rows,
            self.sampler,
            size=settings.batch_size,
            rng=np.random.default_rng(number),
        )
        step = _Step(self)
        first = state.history[0][2] if state.history else None
        sums, count = np.zeros(4), 0
        for batch in batches:
            if state.step == self.total:
                break
            rate = learning_rate(
                state.step, self.total, peak=settings.learning_rate, schedule=settings.schedule
            )
            terms = np.asarray(step.take(batch, rate))
            if reason := divergence(terms.tolist(), first):
                msg = f"diverged in epoch {state.epoch + 1}, step {state.step + 1}: {reason}; lower learning_rate"
                raise NotComputable(msg)
            sums, count = sums + terms, count + 1
            state.step += 1
        state.epoch += 1
        state.history.append([
            state.epoch,
            state.step,
            *(sums / count).tolist(),
            *step.validate(self.validation),
        ])


class _Step:
    """One step of the optimiser, with what it needs at hand."""

    def __init__(self, epochs: _Epochs) -> None:
        trainer = epochs.trainer
        self.model, self.optimiser = epochs.model, epochs.optimiser
        self.settings, self.snips, self.device = trainer.settings, trainer.snips, trainer.device
        self.objective = Objective.of(trainer.settings, int(np.prod(trainer.shape)))
        self.augment = make_augmentation(trainer.settings)
        self.relation = torch.from_numpy(trainer.relation).to(self.device)

    def take(self, batch: Batch, rate: float) -> list[float]:
        """Change the weights once; returns the terms before the change."""
        self.model.train()
        images = self.augment(as_images(batch.images, self.device))
        noise = torch.randn(len(images), self.settings.latent_dim).to(self.device)
        terms = self._terms(images, batch, noise)
        self.optimiser.param_groups[0]["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        terms.total.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        return terms.row()

    @torch.no_grad()
    def validate(self, batches: list[Batch]) -> list[float]:
        """Mean terms over batches, without noise and augmentation; NaN when there are none."""
        self.model.eval()
        rows = []
        for batch in batches:
            images = as_images(batch.images, self.device)
            noise = torch.zeros(len(images), self.settings.latent_dim, device=self.device)
            rows.append(self._terms(images, batch, noise).row())
        return np.mean(rows, axis=0).tolist() if rows else [float("nan")] * 4

    def _terms(self, images: Tensor, batch: Batch, noise: Tensor) -> Terms:
        reconstructions, means, log_variances = self.model(images, noise)
        return self.objective(
            images, reconstructions, means, log_variances, self.model.biological(means), self._pairs(batch)
        )

    def _pairs(self, batch: Batch) -> Pairs | None:
        """Positive and negative pairs of a batch, where a loss asks for them."""
        if self.objective.loss is None:
            return None
        codes = torch.from_numpy(self.snips.perturbation[batch.rows]).to(self.device)
        time = torch.from_numpy(self.snips.time[batch.rows]).to(self.device)
        partner = torch.from_numpy(batch.partner).to(self.device)
        reach = self.settings.time_window + self.settings.time_slack
        return find_pairs(time, self.relation[codes][:, codes], partner, reach=reach)
