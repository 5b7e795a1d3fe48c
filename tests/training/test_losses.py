"""Metric losses against slow loops, and what they promise at the edges."""

import math

import numpy as np
import pytest
import torch

from morphsweep.errors import InvalidInput
from morphsweep.training.losses import (
    METRIC_LOSSES,
    LossOptions,
    Pairs,
    find_pairs,
    metric_loss,
    scaled_euclidean,
)
from morphsweep.training.losses.registry import acting_settings

N = 12  # views; i and i + 6 are partners
REACH = 3.5


def batch(seed=0, n=N, d=4, dtype=torch.float64):
    rng = np.random.default_rng(seed)
    means = torch.tensor(rng.normal(size=(n, d)), dtype=dtype)
    time = torch.tensor(rng.uniform(0, 12, size=n))
    classes = rng.integers(0, 3, size=n)
    table = np.array([[1, 0, -1], [0, 1, 0], [-1, 0, 1]])
    relation = torch.tensor(table[classes][:, classes])
    partner = torch.arange(n).roll(n // 2)
    return means, time, relation, partner


def pairs_of(positive, negative):
    n = len(positive)
    return Pairs(torch.tensor(positive), torch.tensor(negative), torch.arange(n).roll(n // 2))


def slow_distance(a, b):
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b, strict=True))) / math.sqrt(len(a) / 2)


def slow_nt_xent(means, pairs, options):
    values = []
    for i in range(len(means)):
        logit = [(1 - slow_distance(means[i], m)) / options.temperature for m in means]
        positive = [j for j in range(len(means)) if pairs.positive[i, j]]
        everything = [j for j in range(len(means)) if pairs.positive[i, j] or pairs.negative[i, j]]
        if not positive:
            continue
        whole = sum(math.exp(logit[j]) for j in everything)
        if options.positive_sum == "inside":
            values.append(-math.log(sum(math.exp(logit[j]) for j in positive) / whole))
        else:
            values.append(-sum(math.log(math.exp(logit[j]) / whole) for j in positive) / len(positive))
    return sum(values) / len(values) if values else 0.0


def slow_triplet(means, pairs, options):
    values = []
    for i in range(len(means)):
        near = slow_distance(means[i], means[int(pairs.partner[i])])
        excess = [
            max(0.0, near - slow_distance(means[i], means[j]) + options.margin)
            for j in range(len(means))
            if pairs.negative[i, j]
        ]
        if excess:
            values.append(sum(excess) / len(excess))
    return sum(values) / len(values) if values else 0.0


def slow_contrastive(means, pairs, options):
    values = []
    for i in range(len(means)):
        pull = [slow_distance(means[i], means[j]) ** 2 for j in range(len(means)) if pairs.positive[i, j]]
        push = [
            max(0.0, options.margin - slow_distance(means[i], means[j])) ** 2
            for j in range(len(means))
            if pairs.negative[i, j]
        ]
        if pull or push:
            values.append((sum(pull) / max(1, len(pull)) + sum(push) / max(1, len(push))) / 2)
    return sum(values) / len(values) if values else 0.0


SLOW = {"NT-Xent": slow_nt_xent, "triplet": slow_triplet, "contrastive": slow_contrastive}
losses = pytest.mark.parametrize("name", list(METRIC_LOSSES))


def test_every_loss_has_a_slow_twin():
    """A new loss comes with its formula written a second time."""
    assert set(SLOW) == set(METRIC_LOSSES)


@losses
@pytest.mark.parametrize("positive_sum", ["inside", "outside"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_equals_the_slow_loop(name, positive_sum, seed):
    """The vectorised formula is the formula."""
    means, time, relation, partner = batch(seed)
    pairs = find_pairs(time, relation, partner, reach=REACH)
    options = LossOptions(temperature=0.3, margin=0.8, positive_sum=positive_sum)
    assert METRIC_LOSSES[name](means, pairs, options).item() == pytest.approx(
        SLOW[name](means.tolist(), pairs, options), rel=1e-9
    )


def test_pairs_equal_the_slow_rule():
    """Partner or related and close: positive; left out: neither; the rest: negative; never oneself."""
    _, time, relation, partner = batch(3)
    pairs = find_pairs(time, relation, partner, reach=REACH)
    for i in range(N):
        for j in range(N):
            close = abs(time[i] - time[j]) <= REACH
            positive = i != j and (j == partner[i] or bool(close and relation[i, j] == 1))
            negative = i != j and not positive and relation[i, j] != -1
            assert (bool(pairs.positive[i, j]), bool(pairs.negative[i, j])) == (positive, negative)


def test_a_hand_worked_batch():
    """Two snips, two views each, all distances 0 or 1: NT-Xent, triplet and contrastive by hand."""
    means = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0]], dtype=torch.float64)
    pairs = find_pairs(
        torch.zeros(4), torch.eye(2)[[0, 1, 0, 1]][:, [0, 1, 0, 1]], torch.tensor([2, 3, 0, 1]), reach=1
    )
    options = LossOptions(temperature=1.0, margin=1.5)
    assert METRIC_LOSSES["NT-Xent"](means, pairs, options).item() == pytest.approx(math.log(1 + 2 / math.e))
    assert METRIC_LOSSES["triplet"](means, pairs, options).item() == pytest.approx(0.5)
    assert METRIC_LOSSES["contrastive"](means, pairs, options).item() == pytest.approx(0.125)


@losses
def test_the_order_of_a_batch_is_irrelevant(name):
    """Shuffling views, with their pairs, changes nothing but the last digits."""
    means, time, relation, partner = batch(4)
    order = torch.tensor(np.random.default_rng(0).permutation(N))
    place = torch.argsort(order)
    shuffled = find_pairs(time[order], relation[order][:, order], place[partner[order]], reach=REACH)
    options = LossOptions()
    before = METRIC_LOSSES[name](means, find_pairs(time, relation, partner, reach=REACH), options)
    assert METRIC_LOSSES[name](means[order], shuffled, options).item() == pytest.approx(
        before.item(), rel=1e-12
    )


@losses
@pytest.mark.parametrize("positive_sum", ["inside", "outside"])
@pytest.mark.parametrize("scale", [0.0, 1e-30, 1e-6, 1.0, 1e6, 1e15])
def test_gradients_are_finite_at_extremes(name, positive_sum, scale):
    """Coinciding means, and means far beyond any reason, in single precision."""
    means, time, relation, partner = batch(5, dtype=torch.float32)
    means = (means * scale).requires_grad_()
    pairs = find_pairs(time, relation, partner, reach=REACH)
    value = METRIC_LOSSES[name](means, pairs, LossOptions(temperature=0.01, positive_sum=positive_sum))
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(means.grad).all()


@losses
@pytest.mark.parametrize("positive_sum", ["inside", "outside"])
def test_no_pair_at_all_gives_zero(name, positive_sum):
    """Nothing to compare: the loss is 0 and so is its gradient."""
    means = batch()[0].requires_grad_()
    nothing = np.zeros((N, N), dtype=bool)
    value = METRIC_LOSSES[name](means, pairs_of(nothing, nothing), LossOptions(positive_sum=positive_sum))
    value.backward()
    assert value.item() == 0
    assert means.grad.abs().max() == 0


@pytest.mark.parametrize("positive_sum", ["inside", "outside"])
def test_nt_xent_without_positives_is_zero(positive_sum):
    """Anchors without a positive pair do not count."""
    means = batch()[0].requires_grad_()
    others = ~np.eye(N, dtype=bool)
    pairs = pairs_of(np.zeros((N, N), dtype=bool), others)
    value = METRIC_LOSSES["NT-Xent"](means, pairs, LossOptions(positive_sum=positive_sum))
    value.backward()
    assert (value.item(), means.grad.abs().max().item()) == (0, 0)


def test_nt_xent_with_positives_only():
    """All pairs positive: 0 inside the log; outside, the log of their number when all are equally far."""
    others = ~np.eye(N, dtype=bool)
    pairs = pairs_of(others, np.zeros((N, N), dtype=bool))
    inside = METRIC_LOSSES["NT-Xent"](batch()[0], pairs, LossOptions())
    outside = METRIC_LOSSES["NT-Xent"](
        torch.zeros(N, 3, dtype=torch.float64), pairs, LossOptions(positive_sum="outside")
    )
    assert inside.item() == pytest.approx(0, abs=1e-12)
    assert outside.item() == pytest.approx(math.log(N - 1))


def test_triplet_without_negatives_is_zero():
    """All pairs positive: there is nothing to keep away from."""
    others = ~np.eye(N, dtype=bool)
    pairs = pairs_of(others, np.zeros((N, N), dtype=bool))
    assert METRIC_LOSSES["triplet"](batch()[0], pairs, LossOptions()).item() == 0


def test_triplet_stands_at_the_margin_when_all_means_coincide():
    """The symptom of collapse that the run reports."""
    _, time, relation, partner = batch()
    pairs = find_pairs(time, relation, partner, reach=REACH)
    value = METRIC_LOSSES["triplet"](torch.zeros(N, 4), pairs, LossOptions(margin=0.7))
    assert value.item() == pytest.approx(0.7)


def test_the_margin_has_exactly_no_effect_under_nt_xent():
    """Not even in the last digit, neither on the value nor on the gradient."""
    _, time, relation, partner = batch()
    pairs = find_pairs(time, relation, partner, reach=REACH)
    found = []
    for margin in (0.1, 1.0, 5.0):
        means = batch()[0].requires_grad_()
        value = METRIC_LOSSES["NT-Xent"](means, pairs, LossOptions(margin=margin))
        value.backward()
        found.append((value.item(), means.grad.numpy().tobytes()))
    assert found[0] == found[1] == found[2]


def test_distances_mean_the_same_in_any_dimension():
    """Standard normal draws are about 2 apart, whatever the number of latents."""
    for d in (3, 80):
        means = torch.tensor(np.random.default_rng(0).normal(size=(400, d)))
        distances = scaled_euclidean(means)[~torch.eye(400, dtype=torch.bool)]
        assert distances.square().mean().sqrt().item() == pytest.approx(2.0, abs=0.05)


def test_settings_that_cannot_act_are_known():
    """Margin is idle under NT-Xent, temperature under triplet, all of them without a metric loss."""
    assert acting_settings("NT-Xent")[1] == ("margin",)
    assert acting_settings("triplet")[1] == ("temperature", "positive_sum")
    assert acting_settings("none")[0] == ()
    assert "metric_weight" in acting_settings("none")[1]


def test_an_unknown_loss_is_refused_with_the_known_ones():
    """The message names what was meant."""
    assert metric_loss("none") is None
    with pytest.raises(
        InvalidInput,
        match=r"^no metric loss named 'nt-xnt'; did you mean 'NT-Xent'\? known: NT-Xent, triplet, contrastive, none$",
    ):
        metric_loss("nt-xnt")
