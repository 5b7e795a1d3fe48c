"""What a lab says about the training of its sweep: the table ``[training]`` of ``sweep.toml``."""

import itertools
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["NOTEBOOK_IMAGE_WEIGHT", "TrainingConfig", "TrainingSettings"]

NOTEBOOK_IMAGE_WEIGHT = 128 * 288
"""Pixels of the images in the notebook; its code multiplies the mean squared error by it, whatever the size."""

_NOTEBOOK_KL_WEIGHT = 100.0


class TrainingSettings(BaseModel):
    """Everything that decides the weights of one run, apart from its data, regime and seed.

    Each of these can be listed in ``[training.grid]``. ``docs/training.md`` says what each is measured against.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # loss = image_weight x 0.5 x MSE + beta x kl_weight x mean KL + metric_weight x metric loss
    metric_loss_type: str = Field("NT-Xent", description="metric loss; none = plain beta-VAE")
    beta: float = Field(1.0, ge=0, description="weight of the KL term, relative to the scaling")
    metric_weight: float = Field(25.0, ge=0, description="weight of the metric loss")
    margin: float = Field(1.0, ge=0, description="in scaled distances; not used by NT-Xent")
    temperature: float = Field(0.1, gt=0, description="in scaled distances; used by NT-Xent alone")
    positive_sum: Literal["inside", "outside"] = Field(
        "inside", description="several positives of NT-Xent: summed inside the log, or averaged outside"
    )
    scaling: Literal["notebook", "elbo"] = Field(
        "notebook", description="notebook: 128 x 288 and 100; elbo: number of pixels and of latents"
    )
    image_weight: float | None = Field(None, gt=0, description="instead of the scaling's")
    kl_weight: float | None = Field(None, gt=0, description="instead of the scaling's")

    # pairs
    time_only_flag: Literal[0, 1] = Field(0, description="1: pairs are chosen by time alone")
    self_target_prob: float = Field(0.25, ge=0, le=1, description="partner is the same individual")
    time_window: float = Field(2.0, ge=0, description="partners are at most this far apart, in units of time")
    time_slack: float = Field(1.5, ge=0, description="pairs within time_window + time_slack are positive")

    # network
    latent_dim: int = Field(16, ge=3, le=1024)
    zn_frac: float = Field(0.2, ge=0, lt=1, description="share of the latents that is nuisance")
    channels: int = Field(
        12, ge=1, description="feature maps of the first convolution; doubled at each of the next two"
    )
    hidden: int = Field(128, ge=1, description="width of the dense layers")

    # optimisation
    epochs: int | None = Field(None, ge=1, description="passes over the training images; default 50")
    steps: int | None = Field(None, ge=1, description="steps of the optimiser, instead of epochs")
    batch_size: int = Field(64, ge=2, description="anchors per step; each brings a partner")
    learning_rate: float = Field(2e-3, gt=0, description="peak of the schedule")
    schedule: Literal["one-cycle", "constant"] = "one-cycle"
    patience: int | None = Field(
        None, ge=1, description="stop after so many epochs without a better validation loss, keep the best"
    )

    # augmentation of each view on its own
    flip: Literal["none", "horizontal", "vertical", "both"] = "none"
    rotation: float = Field(
        0.0, ge=0, le=180, description="largest angle in degrees; 180 for embryos that turn"
    )
    brightness: float = Field(0.0, ge=0, lt=1, description="largest relative change")

    @property
    def n_nuisance(self) -> int:
        """Number of nuisance latents."""
        return round(self.zn_frac * self.latent_dim)

    @property
    def n_biological(self) -> int:
        """Number of biological latents, the ones that the metric loss sees and that are scored."""
        return self.latent_dim - self.n_nuisance

    def weights(self, n_values: int, /) -> tuple[float, float]:
        """Weights of the image term and of the KL term.

        Parameters
        ----------
        n_values : int
            Pixels times colours of an image.

        Returns
        -------
        tuple of float
            ``image_weight`` (of half the squared error averaged over pixels) and ``kl_weight`` (of the KL averaged over
            latents, before beta).
        """
        notebook = self.scaling == "notebook"
        image = float(NOTEBOOK_IMAGE_WEIGHT if notebook else n_values)
        kl = _NOTEBOOK_KL_WEIGHT if notebook else float(self.latent_dim)
        return self.image_weight or image, self.kl_weight or kl

    def standard_beta(self, n_values: int, /) -> float:
        """Beta in the units of the beta-VAE: of a sum over latents beside half a squared error summed over pixels.

        Parameters
        ----------
        n_values : int
            Pixels times colours of an image.

        Returns
        -------
        float
            Equal to the variance of the pixel noise that the loss assumes when it is read as a likelihood.

        Examples
        --------
        >>> TrainingSettings(beta=10, latent_dim=100).standard_beta(128 * 288)
        10.0
        """
        image, kl = self.weights(n_values)
        return self.beta * kl / self.latent_dim * n_values / image


class TrainingConfig(TrainingSettings):
    """The table ``[training]``: settings that all runs share, and what the sweep varies."""

    grid: Mapping[str, tuple[Any, ...]] = Field(
        default_factory=dict, description="setting = list of values; all combinations are trained"
    )
    list: tuple[Mapping[str, Any], ...] = Field(
        (), description="combinations one by one, instead of or beside the grid"
    )
    seeds: tuple[int, ...] = Field((0,), min_length=1, description="one replicate each")
    leave_one_out: bool = Field(False, description="one regime more per perturbation, trained without it")
    perturbations: tuple[str, ...] | None = Field(None, min_length=1, description="rows to use; default all")
    compatibility: Mapping[str, Mapping[str, Literal[1, 0, -1]]] = Field(
        default_factory=dict, description="pairs of perturbations: 1 positive, 0 negative, -1 left out"
    )
    validation: float = Field(0.15, gt=0, lt=1, description="share of individuals never trained on")
    validation_seed: int = 0
    split_by: Literal["individual", "batch"] = Field("individual", description="what is never split in two")
    image_size: tuple[int, int] | None = Field(None, description="height and width to resize to")
    blur: int = Field(0, ge=0, le=10, description="passes of a 3 x 3 binomial filter before training")
    intensity_max: float | None = Field(None, gt=0, description="pixel value that becomes 1; default by type")
    allow_constant: bool = Field(False, description="accept images of one single value")
    device: Literal["auto", "cpu", "cuda"] = "auto"

    def shared(self) -> dict[str, Any]:
        """Settings that all runs share, before the grid is laid over them."""
        return {name: getattr(self, name) for name in TrainingSettings.model_fields}

    def combinations(self) -> tuple[dict[str, Any], ...]:
        """What the grid and the list vary, one mapping per combination, the grid first.

        Returns
        -------
        tuple of dict
            One empty mapping when nothing is varied.

        Examples
        --------
        >>> TrainingConfig(grid={"beta": (0.1, 1), "margin": (1,)}).combinations()
        ({'beta': 0.1, 'margin': 1}, {'beta': 1, 'margin': 1})
        """
        grid = [
            dict(zip(self.grid, values, strict=True)) for values in itertools.product(*self.grid.values())
        ]
        listed = [dict(entry) for entry in self.list]
        return (*(grid if self.grid or not listed else []), *listed)
