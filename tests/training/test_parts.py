"""Partners, network, objective and symptoms, each by itself."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from morphsweep.records import TrainingConfig, TrainingSettings
from morphsweep.training.augmentation import make_augmentation
from morphsweep.training.batches import epoch_batches
from morphsweep.training.data import as_images, relation_matrix
from morphsweep.training.health import collapse, divergence
from morphsweep.training.model import VAE, feature_sizes
from morphsweep.training.objective import Objective, divergence_of_latents, image_error
from morphsweep.training.partners import PartnerSampler
from morphsweep.training.prepare import split_individuals


def population(seed=0, n_individuals=9, n_times=8):
    rng = np.random.default_rng(seed)
    individual = np.repeat(np.arange(n_individuals), n_times)
    time = np.tile(np.arange(n_times, dtype=float), n_individuals) + rng.uniform(0, 0.5, len(individual))
    return time, individual, individual % 3


def sampler(relation, *, window=2.0, self_prob=0.25, people=None):
    return PartnerSampler(*(people or population()), relation, window=window, self_prob=self_prob)


class TestPartners:
    def test_partners_are_close_related_and_rarely_the_same_individual(self):
        """The rule of the two views, checked on every draw."""
        time, individual, kind = population()
        relation = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
        rng = np.random.default_rng(1)
        anchors = np.tile(np.arange(len(time)), 30)
        partners = sampler(relation).draw(anchors, rng)
        same = individual[partners] == individual[anchors]
        assert (np.abs(time[partners] - time[anchors]) <= 2.0).all()
        assert (relation[kind[partners], kind[anchors]] == 1).all()
        assert (partners != anchors).all()
        assert same.mean() == pytest.approx(0.25, abs=0.03)

    def test_others_are_drawn_evenly(self):
        """Each candidate comes up equally often; after eight vain draws, once in (1/3)^8 here, the own individual does."""
        time, individual, kind = population()
        partners = sampler(np.eye(3, dtype=int), self_prob=0.0).draw(
            np.full(6000, 12), np.random.default_rng(0)
        )
        fits = (np.abs(time - time[12]) <= 2) & (kind == kind[12]) & (individual != individual[12])
        counts = np.bincount(partners, minlength=len(time))
        assert counts[~fits].sum() <= 5
        assert set(np.flatnonzero(fits)) <= set(np.flatnonzero(counts))
        assert counts[fits] / 6000 == pytest.approx(1 / fits.sum(), abs=0.02)

    def test_own_partners_are_drawn_evenly(self):
        """Another time of the same individual, never the same snip."""
        time, individual, _ = population()
        partners = sampler(np.eye(3, dtype=int), self_prob=1.0).draw(
            np.full(6000, 12), np.random.default_rng(0)
        )
        fits = (np.abs(time - time[12]) <= 2) & (individual == individual[12]) & (np.arange(len(time)) != 12)
        counts = np.bincount(partners, minlength=len(time))
        assert set(np.flatnonzero(counts)) == set(np.flatnonzero(fits))
        assert counts[fits] / 6000 == pytest.approx(1 / fits.sum(), abs=0.03)

    def test_a_lonely_snip_is_its_own_partner(self):
        """One individual, one time: two augmentations of the same picture."""
        people = (np.array([0.0, 50.0]), np.array([0, 1]), np.array([0, 0]))
        assert sampler(np.ones((1, 1), dtype=int), people=people).draw(
            np.array([0, 1]), np.random.default_rng(0)
        ).tolist() == [0, 1]

    def test_an_only_individual_is_paired_with_itself(self):
        """No other individual is related: another time of the same one."""
        people = (np.arange(4.0), np.zeros(4, dtype=int), np.zeros(4, dtype=int))
        drawn = sampler(np.ones((1, 1), dtype=int), self_prob=0.0, people=people)
        assert (drawn.draw(np.arange(4), np.random.default_rng(0)) != np.arange(4)).all()


class TestRelations:
    def test_the_table_is_symmetric_and_overrides_the_default(self):
        """1, 0 and -1 as stated, 1 on the diagonal; time alone makes everything related."""
        stated = {"a": {"b": 1, "c": -1}}
        assert relation_matrix("abc", stated, time_only=False).tolist() == [[1, 1, -1], [1, 1, 0], [-1, 0, 1]]
        assert relation_matrix("abc", stated, time_only=True).min() == 1


class TestBatches:
    def test_a_pass_uses_each_row_once(self):
        """Whole batches only; partners follow anchors; images are those of the rows."""
        images = np.arange(50)[:, None, None] * np.ones((1, 2, 2))
        time, individual, kind = population(n_individuals=5, n_times=8)
        rows = np.arange(5, 45)
        chosen = PartnerSampler(time, individual, kind, np.ones((3, 3), int), window=9, self_prob=0)
        batches = list(epoch_batches(images, rows, chosen, size=7, rng=np.random.default_rng(0)))
        anchors = np.concatenate([batch.rows[:7] for batch in batches])
        assert len(batches) == 5
        assert len(set(anchors)) == 35
        assert set(anchors) <= set(rows)
        for batch in batches:
            assert batch.images[:, 0, 0].tolist() == batch.rows.tolist()
            assert batch.partner.tolist() == [*range(7, 14), *range(7)]


class TestNetwork:
    @pytest.mark.parametrize("shape", [(32, 32, 1), (9, 20, 1), (6, 5, 1), (33, 47, 3), (128, 288, 1)])
    def test_it_is_sized_to_its_images(self, shape):
        """Any size, grey or colour: what comes out has the shape of what went in."""
        settings = TrainingSettings(channels=2, hidden=8, latent_dim=6, zn_frac=0.34)
        model = VAE(shape, settings)
        images = torch.rand(3, shape[2], *shape[:2])
        drawn, means, log_variances = model(images, torch.zeros(3, 6))
        assert drawn.shape == images.shape
        assert means.shape == log_variances.shape == (3, 6)
        assert model.biological(means).shape == (3, 4)
        assert min(feature_sizes(*shape[:2])[-1]) <= 8

    def test_noise_is_scaled_by_the_standard_deviation(self):
        """Reparameterised: the draw is mean + noise x exp(half the log variance)."""
        model = VAE((12, 12, 1), TrainingSettings(channels=2, hidden=8, latent_dim=6))
        images, noise = torch.rand(2, 1, 12, 12), torch.randn(2, 6)
        means, log_variances = model.encode(images)
        expected = model.decode(means + noise * log_variances.exp().sqrt())
        assert torch.allclose(model(images, noise)[0], expected, atol=1e-6)

    def test_stored_images_become_fractions(self):
        """uint8 by 255, colours first."""
        grey = as_images(np.full((2, 3, 4), 51, np.uint8), torch.device("cpu"))
        colour = as_images(np.zeros((2, 3, 4, 3), np.float32), torch.device("cpu"))
        assert grey.shape == (2, 1, 3, 4)
        assert grey.max().item() == pytest.approx(0.2)
        assert colour.shape == (2, 3, 3, 4)


class TestObjective:
    def test_terms_equal_slow_loops(self):
        """Image term, KL and their weights in the notebook's scaling, written out."""
        rng = np.random.default_rng(0)
        images, drawn = rng.uniform(size=(2, 2, 1, 3, 4))
        mean, log_variance = rng.normal(size=(2, 2, 5))
        settings = TrainingSettings(beta=3.0, latent_dim=5, metric_loss_type="none")
        terms = Objective.of(settings, 12)(
            *map(torch.tensor, (images, drawn, mean, log_variance)), torch.zeros(2, 4), None
        )
        image = sum((a - b) ** 2 for a, b in zip(images.flat, drawn.flat, strict=True)) / 24 / 2
        kl = (
            sum(
                0.5 * (m * m + math.exp(v) - 1 - v) for m, v in zip(mean.flat, log_variance.flat, strict=True)
            )
            / 10
        )
        assert terms.row() == pytest.approx([128 * 288 * image + 3 * 100 * kl, image, kl, 0.0])

    def test_the_kl_term_equals_torchs(self):
        """torch.distributions as the oracle."""
        mean, log_variance = torch.randn(4, 3), torch.randn(4, 3)
        normal = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
        oracle = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0))
        assert torch.allclose(divergence_of_latents(mean, log_variance), oracle, atol=1e-6)

    def test_beta_has_a_unit(self):
        """With the elbo scaling beta is that of the beta-VAE; 'standard_beta' converts the notebook's."""
        assert TrainingSettings(beta=4, scaling="elbo", latent_dim=7).standard_beta(50) == pytest.approx(4)
        assert TrainingSettings(beta=4, latent_dim=16, image_weight=2e5).standard_beta(1024) == pytest.approx(
            4 * 100 / 16 * 1024 / 2e5
        )
        assert TrainingSettings(latent_dim=7, scaling="elbo").weights(50) == (50.0, 7.0)

    def test_the_error_is_per_image(self):
        """Half the mean square over pixels."""
        assert image_error(torch.zeros(2, 1, 2, 2), torch.ones(2, 1, 2, 2)).tolist() == [0.5, 0.5]


class TestAugmentation:
    def test_nothing_asked_nothing_changed(self):
        """The very same tensor."""
        images = torch.rand(2, 1, 8, 8)
        assert make_augmentation(TrainingSettings())(images) is images

    def test_flips_keep_the_pixels(self):
        """Each image is itself or mirrored, drawn one by one."""
        torch.manual_seed(0)
        images = torch.rand(40, 1, 6, 6)
        flipped = make_augmentation(TrainingSettings(flip="horizontal"))(images)
        same = (flipped == images).flatten(1).all(1)
        mirrored = (flipped == images.flip(-1)).flatten(1).all(1)
        assert (same ^ mirrored).all()
        assert 8 < same.sum() < 32

    def test_rotation_and_brightness_stay_in_range(self):
        """A turned disc is a disc; values stay between 0 and 1."""
        torch.manual_seed(0)
        y, x = torch.meshgrid(torch.arange(33) - 16, torch.arange(33) - 16, indexing="ij")
        disc = ((x**2 + y**2).sqrt() < 10).float()[None, None].repeat(8, 1, 1, 1)
        turned = make_augmentation(TrainingSettings(rotation=180))(disc)
        assert (turned - disc).abs().mean() < 0.02
        brighter = make_augmentation(TrainingSettings(brightness=0.3))(disc * 0.5 + 0.25)
        assert (brighter.min(), brighter.max()) >= (0.0, 0.0)
        assert brighter.max() <= 1.0
        assert brighter.flatten(1).mean(1).std() > 0.01


class TestHealth:
    def test_divergence_names_the_terms(self):
        """NaN, infinity, explosion; nothing when all is well."""
        assert divergence([1.0, 0.1, 0.2, 0.3], 2.0) == ""
        assert divergence([math.inf, 0.1, math.inf, 0.3], 2.0) == "not finite: total, KL"
        assert divergence([500.0, 0.1, 0.2, 0.3], 2.0) == "the loss is 500, 250 times that of the first epoch"

    def test_collapse_names_its_symptom(self):
        """No latent varies; under triplet the loss stands at the margin."""
        still, lively = np.full((50, 4), 0.3), np.random.default_rng(0).normal(size=(50, 4))
        assert collapse(lively, 0.5, TrainingSettings()) == ""
        assert collapse(still, 0.5, TrainingSettings()).startswith("collapsed: the largest variance")
        assert "stands at the margin" in collapse(still, 1.0, TrainingSettings(metric_loss_type="triplet"))


class TestSplit:
    def frame(self):
        return pd.DataFrame({
            "individual": np.repeat([f"e{i}" for i in range(12)], 5),
            "perturbation": np.repeat(["a", "b"], 30),
            "batch": np.repeat([f"d{i % 4}" for i in range(12)], 5),
        })

    def test_no_individual_is_on_both_sides(self):
        """A share of the individuals of each perturbation, the same in any order of the rows."""
        frame = self.frame()
        split = split_individuals(frame, TrainingConfig(validation=0.34))
        sides = frame.assign(split=split).groupby("individual")["split"].nunique()
        unseen = frame[split == "eval"].groupby("perturbation")["individual"].nunique()
        assert sides.max() == 1
        assert unseen.to_dict() == {"a": 2, "b": 2}
        shuffled = frame.sample(frac=1, random_state=0)
        assert (
            split_individuals(shuffled, TrainingConfig(validation=0.34)).sort_index().tolist()
            == split.tolist()
        )

    def test_batches_stay_whole_when_asked(self):
        """One batch of four is set aside."""
        frame = self.frame()
        split = split_individuals(frame, TrainingConfig(split_by="batch", validation=0.25))
        assert frame[split == "eval"]["batch"].nunique() == 1
        assert frame.assign(split=split).groupby("batch")["split"].nunique().max() == 1

    def test_the_labs_own_split_wins(self):
        """Whatever it does not train on is unseen."""
        frame = self.frame().assign(split=["train"] * 30 + ["eval"] * 20 + ["holdout"] * 10)
        assert split_individuals(frame, TrainingConfig()).value_counts().to_dict() == {
            "train": 30,
            "eval": 30,
        }

    def test_the_only_individual_is_trained_on(self):
        """Nothing is set aside where nothing would be left."""
        frame = pd.DataFrame({"individual": ["e"] * 3, "perturbation": ["a"] * 3})
        assert set(split_individuals(frame, TrainingConfig())) == {"train"}
