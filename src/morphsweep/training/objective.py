"""What a step minimises: image term, KL term and metric term, each with its weight."""

from dataclasses import dataclass

import torch
from torch import Tensor

from morphsweep.records import TrainingSettings
from morphsweep.training.losses import LossOptions, MetricLoss, Pairs, metric_loss

__all__ = ["Objective", "Terms", "divergence_of_latents", "image_error"]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one batch, unweighted, and their weighted sum.

    Parameters
    ----------
    image : Tensor
        Half the squared error, mean over pixels and images.
    kl : Tensor
        KL divergence from the standard normal in nats, mean over latents and images.
    metric : Tensor
        Metric loss on the biological means; 0 without one.
    total : Tensor
        What is minimised.
    """

    image: Tensor
    kl: Tensor
    metric: Tensor
    total: Tensor

    def row(self) -> list[float]:
        """The four numbers, total first."""
        return torch.stack([self.total, self.image, self.kl, self.metric]).double().tolist()


@dataclass(frozen=True, slots=True)
class Objective:
    """``image_weight x image + beta x kl_weight x kl + metric_weight x metric``.

    Parameters
    ----------
    image_weight, kl_weight, metric_weight : float
        Weights; that of the KL includes beta.
    loss : MetricLoss or None
        None for the plain beta-VAE.
    options : LossOptions
        Of the metric loss.
    """

    image_weight: float
    kl_weight: float
    metric_weight: float
    loss: MetricLoss | None
    options: LossOptions

    @classmethod
    def of(cls, settings: TrainingSettings, n_values: int) -> "Objective":
        """The objective of a run.

        Parameters
        ----------
        settings : TrainingSettings
            Of the run.
        n_values : int
            Pixels times colours of an image.

        Returns
        -------
        Objective
            With the weights of the scaling resolved.
        """
        image, kl = settings.weights(n_values)
        options = LossOptions(settings.temperature, settings.margin, settings.positive_sum)
        return cls(
            image, settings.beta * kl, settings.metric_weight, metric_loss(settings.metric_loss_type), options
        )

    def __call__(
        self,
        images: Tensor,
        reconstructions: Tensor,
        means: Tensor,
        log_variances: Tensor,
        biological: Tensor,
        pairs: Pairs | None,
    ) -> Terms:
        """Terms of a batch.

        Parameters
        ----------
        images, reconstructions : Tensor, shape (n, colours, height, width)
            What went in and what came out.
        means, log_variances : Tensor, shape (n, latent_dim)
            Of the latents.
        biological : Tensor, shape (n, n_biological)
            The means that the metric loss sees.
        pairs : Pairs or None
            None without a metric loss.

        Returns
        -------
        Terms
            Each a scalar.
        """
        image = image_error(images, reconstructions).mean()
        kl = divergence_of_latents(means, log_variances).mean()
        metric = torch.zeros_like(kl)
        if self.loss is not None and pairs is not None:
            metric = self.loss(biological, pairs, self.options)
        total = self.image_weight * image + self.kl_weight * kl + self.metric_weight * metric
        return Terms(image, kl, metric, total)


def image_error(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Half the squared error, mean over pixels.

    Parameters
    ----------
    images, reconstructions : Tensor, shape (n, colours, height, width)
        What went in and what came out.

    Returns
    -------
    Tensor, shape (n,)
        Per image.
    """
    return 0.5 * (images - reconstructions).square().flatten(1).mean(dim=1)


def divergence_of_latents(means: Tensor, log_variances: Tensor) -> Tensor:
    """KL divergence of each latent's normal distribution from the standard normal.

    Parameters
    ----------
    means, log_variances : Tensor, shape (n, latent_dim)
        Of the latents.

    Returns
    -------
    Tensor, shape (n, latent_dim)
        In nats.

    Examples
    --------
    >>> divergence_of_latents(torch.tensor([[0.0, 2.0]]), torch.zeros(1, 2)).tolist()
    [[0.0, 2.0]]
    """
    return 0.5 * (means.square() + log_variances.exp() - 1 - log_variances)
