"""The network: a convolutional variational autoencoder sized to its images, its latents split in two."""

import math

import torch
from torch import Tensor, nn

from morphsweep.records import TrainingSettings

__all__ = ["VAE", "feature_sizes"]

_SMALLEST = 8  # sides are halved while they are longer than this
_MOST_DOUBLINGS = 2  # of the number of feature maps


def feature_sizes(height: int, width: int, /) -> list[tuple[int, int]]:
    """Sizes of the feature maps from the image down.

    Parameters
    ----------
    height, width : int
        Of the image.

    Returns
    -------
    list of tuple of int
        The image first; both sides are halved, rounded up, until the shorter one is at most 8.

    Examples
    --------
    >>> feature_sizes(32, 32)
    [(32, 32), (16, 16), (8, 8)]
    >>> feature_sizes(9, 20)
    [(9, 20), (5, 10)]
    """
    sizes = [(height, width)]
    while min(sizes[-1]) > _SMALLEST:
        sizes.append((math.ceil(sizes[-1][0] / 2), math.ceil(sizes[-1][1] / 2)))
    return sizes


class VAE(nn.Module):
    """Convolutions halve the image, dense layers give means and log variances; the decoder mirrors them.

    Parameters
    ----------
    shape : tuple of int
        Height, width, and number of colours of the images.
    settings : TrainingSettings
        Numbers of latents, feature maps and hidden units.
    """

    def __init__(self, shape: tuple[int, int, int], settings: TrainingSettings) -> None:
        super().__init__()
        height, width, colours = shape
        self.size = (height, width)
        self.n_nuisance = settings.n_nuisance
        sizes = feature_sizes(height, width)
        maps = [settings.channels * 2 ** min(k, _MOST_DOUBLINGS) for k in range(len(sizes))]
        self.encoder = _encoder(colours, sizes, maps, settings)
        self.decoder = _decoder(colours, sizes, maps, settings)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Means and log variances of the latents.

        Parameters
        ----------
        images : Tensor, shape (n, colours, height, width)
            Values between 0 and 1.

        Returns
        -------
        tuple of Tensor, each of shape (n, latent_dim)
            Nuisance latents first.
        """
        means, log_variances = self.encoder(images).chunk(2, dim=1)
        return means, log_variances

    def decode(self, latents: Tensor) -> Tensor:
        """Images of latents.

        Parameters
        ----------
        latents : Tensor, shape (n, latent_dim)
            Nuisance latents first.

        Returns
        -------
        Tensor, shape (n, colours, height, width)
            Not confined to 0 to 1.
        """
        height, width = self.size
        images: Tensor = self.decoder(latents)
        return images[..., :height, :width]

    def forward(self, images: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Reconstructions from one draw of the latents, with means and log variances.

        Parameters
        ----------
        images : Tensor, shape (n, colours, height, width)
            Values between 0 and 1.
        noise : Tensor, shape (n, latent_dim)
            Standard normal: the draw is mean + noise x standard deviation.

        Returns
        -------
        tuple of Tensor
            Reconstructions, means, log variances.
        """
        means, log_variances = self.encode(images)
        return self.decode(means + noise * torch.exp(0.5 * log_variances)), means, log_variances

    def biological(self, means: Tensor) -> Tensor:
        """The biological part of latents.

        Parameters
        ----------
        means : Tensor, shape (n, latent_dim)
            Nuisance latents first.

        Returns
        -------
        Tensor, shape (n, n_biological)
            The rest.
        """
        return means[:, self.n_nuisance :]


def _encoder(
    colours: int, sizes: list[tuple[int, int]], maps: list[int], settings: TrainingSettings
) -> nn.Sequential:
    """Strided convolutions, then two dense layers."""
    layers: list[nn.Module] = []
    before = colours
    for (height, width), after in zip(sizes[:-1], maps[:-1], strict=True):
        # an odd side is padded to an even one, so that it halves to the size that the decoder starts from
        if width % 2 or height % 2:
            layers.append(nn.ZeroPad2d((0, width % 2, 0, height % 2)))
        layers += [nn.Conv2d(before, after, 4, 2, 1), nn.ReLU()]
        before = after
    size = before * sizes[-1][0] * sizes[-1][1]
    dense = [nn.Linear(size, settings.hidden), nn.ReLU(), nn.Linear(settings.hidden, 2 * settings.latent_dim)]
    return nn.Sequential(*layers, nn.Flatten(), *dense)


def _decoder(
    colours: int, sizes: list[tuple[int, int]], maps: list[int], settings: TrainingSettings
) -> nn.Sequential:
    """Two dense layers, then convolutions whose pixels are dealt to twice the size."""
    height, width = sizes[-1]
    stages = len(sizes) - 1
    now = min(maps[stages], settings.channels + 4)  # narrow where the dense layer meets the feature map
    layers: list[nn.Module] = [
        nn.Linear(settings.latent_dim, settings.hidden),
        nn.ReLU(),
        nn.Linear(settings.hidden, now * height * width),
        nn.ReLU(),
        nn.Unflatten(1, (now, height, width)),
    ]
    for stage in range(stages, 0, -1):
        last = stage == 1
        after = colours if last else maps[stage - 2]
        layers += [nn.Conv2d(now, 4 * after, 3, padding=1), nn.PixelShuffle(2)]
        layers += [] if last else [nn.ReLU()]
        now = after
    if not stages:
        layers += [nn.Conv2d(now, colours, 3, padding=1)]
    return nn.Sequential(*layers)
