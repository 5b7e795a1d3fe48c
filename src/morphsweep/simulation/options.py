"""What a simulated sweep looks like."""

from dataclasses import dataclass

from morphsweep.errors import InvalidInput

__all__ = ["SimulationOptions"]

_LEAST = {
    "n_models": 1,
    "n_individuals": 2,
    "n_snips": 2,
    "n_latents": 6,
    "n_regimes": 1,
    "n_perturbations": 2,
    "n_batches": 1,
    "n_replicates": 1,
}


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """Size, seed and shape of a simulated sweep.

    Parameters
    ----------
    n_models : int
        Models; each has a run per regime.
    n_individuals : int
        Individuals of each perturbation.
    n_snips : int
        Snips of each individual.
    n_latents : int
        Biological latents: three carry the trajectories, the others the classes.
    n_regimes : int
        1, 2 or 3 regimes.
    n_perturbations : int
        Perturbations, wild type included.
    n_batches : int
        Imaging dates; every perturbation is spread over all of them.
    n_replicates : int
        Models of each configuration.
    seed : int
        The same seed gives the same sweep.
    curl : float
        How strongly the trunk bends, from 0.
    noise : float
        Standard deviation of snips around their trajectory, in units in which the trunk is 6 long.
    shrinkage : float
        How many times larger the latents are at the lowest beta than at the highest, at least 1.
    batch_effect : float
        Size of batch offsets relative to the noise.

    Raises
    ------
    InvalidInput
        If a number is out of range.

    Examples
    --------
    >>> SimulationOptions(n_models=0)
    Traceback (most recent call last):
    morphsweep.errors.InvalidInput: n_models is 0; expected at least 1
    """

    n_models: int = 24
    n_individuals: int = 12
    n_snips: int = 20
    n_latents: int = 12
    n_regimes: int = 2
    n_perturbations: int = 6
    n_batches: int = 4
    n_replicates: int = 2
    seed: int = 0
    curl: float = 1.0
    noise: float = 0.6
    shrinkage: float = 1.6
    batch_effect: float = 0.2

    def __post_init__(self) -> None:
        for name, least in {
            **_LEAST,
            "seed": 0,
            "curl": 0,
            "noise": 0,
            "shrinkage": 1,
            "batch_effect": 0,
        }.items():
            if getattr(self, name) < least:
                msg = f"{name} is {getattr(self, name)}; expected at least {least}"
                raise InvalidInput(msg)
        if self.n_regimes > 3:
            msg = f"n_regimes is {self.n_regimes}; expected 1, 2 or 3"
            raise InvalidInput(msg)
