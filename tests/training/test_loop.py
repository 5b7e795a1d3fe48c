"""Training itself: deterministic, resumable at every epoch, able to learn, and able to fail with a reason."""

import math

import numpy as np
import pytest
import torch

from morphsweep.errors import NotComputable
from morphsweep.training.checkpoint import read_weights, write_weights
from morphsweep.training.loop import HISTORY, epoch_seed
from morphsweep.training.model import VAE
from morphsweep.training.schedule import learning_rate


class Killed(BaseException):
    """Stands for a signal."""


def weights(model):
    return {name: value.numpy().tobytes() for name, value in model.state_dict().items()}


def test_same_seed_same_weights_other_seed_others(make_trainer):
    """To the last bit; another seed or regime begins elsewhere, another beta does not."""
    first, again = make_trainer().fit()[0], make_trainer().fit()[0]
    assert weights(first) == weights(again)
    assert weights(first) != weights(make_trainer(seed=1).fit()[0])
    assert weights(first) != weights(make_trainer(regime="hld").fit()[0])
    assert epoch_seed(0, "all", 1) != epoch_seed(0, "hld", 1) != epoch_seed(0, "hld", 2)


def test_the_callers_random_numbers_are_left_alone(make_trainer):
    """Training in this process does not disturb the global generator."""
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    make_trainer().fit()
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize(
    "settings", [{}, {"patience": 2, "rotation": 20.0, "flip": "both", "brightness": 0.1}]
)
def test_killed_after_any_epoch_the_rest_is_the_same(make_trainer, tmp_path, settings):
    """Weights and history of an interrupted run equal those of one that was left alone."""
    whole, state = make_trainer(**settings).fit()
    assert state.epoch >= 3
    for last in range(1, state.epoch):

        def stop(epoch, last=last):
            if epoch == last:
                raise Killed

        path = tmp_path / f"{last}.safetensors"
        with pytest.raises(Killed):
            make_trainer(**settings).fit(path, stop)
        resumed, after = make_trainer(**settings).fit(path)
        assert weights(resumed) == weights(whole)
        assert after.history == state.history


def test_a_damaged_checkpoint_means_a_fresh_start(make_trainer, tmp_path):
    """Half a file is worth nothing, and breaks nothing."""
    whole, _ = make_trainer().fit(tmp_path / "c.safetensors")
    content = (tmp_path / "c.safetensors").read_bytes()
    (tmp_path / "c.safetensors").write_bytes(content[: len(content) // 2])
    again, _ = make_trainer().fit(tmp_path / "c.safetensors")
    assert weights(whole) == weights(again)


def test_weights_return_from_disk(make_trainer, tmp_path):
    """The file is safetensors, whose first bytes are the length of a JSON header: no pickle."""
    trainer = make_trainer()
    model, _ = trainer.fit()
    write_weights(model, tmp_path / "w.safetensors")
    other = VAE(trainer.shape, trainer.settings)
    read_weights(tmp_path / "w.safetensors", other)
    assert weights(model) == weights(other)
    assert (tmp_path / "w.safetensors").read_bytes()[8:9] == b"{"


def test_it_learns(make_trainer):
    """The total falls to less than half, and the pictures are drawn better than by their mean."""
    trainer = make_trainer(steps=150, learning_rate=1e-2, image_weight=2e4)
    _, state = trainer.fit()
    total = [row[HISTORY.index("total")] for row in state.history]
    assert total[-1] < total[0] / 2
    images = trainer.snips.images[trainer.snips.rows("train")] / 255
    assert state.history[-1][HISTORY.index("image")] < 0.5 * images.var(axis=0).mean()


def test_the_history_counts_epochs_and_steps(make_trainer):
    """84 training images in batches of 16 are 5 steps; 12 steps end within the third epoch."""
    _, state = make_trainer().fit()
    assert [row[:2] for row in state.history] == [[1, 5], [2, 10], [3, 12]]
    assert all(math.isfinite(value) for row in state.history for value in row)


def test_epochs_instead_of_steps(make_trainer):
    """Two passes of five whole batches."""
    assert make_trainer(steps=None, epochs=2).fit()[1].step == 10


def test_training_stops_early_and_keeps_the_best(make_trainer):
    """With a rate that spoils what was learnt, the best epoch's weights are returned."""
    model, state = make_trainer(
        steps=400, patience=2, learning_rate=0.05, schedule="constant", metric_loss_type="none"
    ).fit()
    validation = [row[HISTORY.index("total_validation")] for row in state.history]
    assert state.step < 400
    assert state.epoch - state.best_epoch == 2
    assert state.best_epoch == 1 + int(np.argmin(validation))
    assert weights(model) == {name: v.numpy().tobytes() for name, v in state.best.items()}


def test_divergence_is_named(make_trainer):
    """A rate beyond reason ends with the epoch, the step and the terms that went."""
    with pytest.raises(NotComputable, match=r"^diverged in epoch \d+, step \d+: .*; lower learning_rate$"):
        make_trainer(learning_rate=1e8, schedule="constant", steps=60).fit()


def test_the_margin_changes_no_weight_under_nt_xent(make_trainer):
    """Errata of the notebook: runs that differ by margin alone are replicates."""
    assert weights(make_trainer(margin=0.1).fit()[0]) == weights(make_trainer(margin=5.0).fit()[0])
    assert weights(make_trainer(margin=0.0, metric_loss_type="triplet").fit()[0]) != weights(
        make_trainer(margin=5.0, metric_loss_type="triplet").fit()[0]
    )


@pytest.mark.parametrize("name", ["NT-Xent", "triplet", "contrastive", "none"])
def test_every_loss_trains(make_trainer, name):
    """The door works for each of them, in both schedules and with the sum outside."""
    _, state = make_trainer(metric_loss_type=name, positive_sum="outside", schedule="constant").fit()
    metric = state.history[-1][HISTORY.index("metric")]
    assert (metric == 0) == (name == "none")


def test_the_schedule_warms_up_and_dies_down():
    """From 1/25 of the peak to the peak at 30 %, then to nothing."""
    rates = [learning_rate(step, 100, peak=2.0, schedule="one-cycle") for step in range(100)]
    assert rates[0] == pytest.approx(0.08)
    assert int(np.argmax(rates)) == 30
    assert max(rates) == pytest.approx(2.0)
    assert rates[-1] < 0.01
    assert learning_rate(5, 100, peak=2.0, schedule="constant") == 2.0
