"""Latent means of one run."""

from dataclasses import dataclass

import numpy as np

from morphsweep.records import BoolArray, FloatArray
from morphsweep.simulation.options import SimulationOptions
from morphsweep.simulation.population import Population
from morphsweep.simulation.shapes import Field, trajectory

__all__ = ["Knobs", "class_directions", "mixing", "run_latents"]


_CLASS_NOISE = 0.15  # noise of the latents beyond the first three: small, so that principal components stay with the trajectories
_DEFORMATION = 1.0  # displacement between regimes of the least robust model
_OWN_NOISE = 0.1  # share of the noise that is each run's own
_CLASS_DISTANCE = (
    0.2,
    5.5,
)  # between two classes of the least and the most separable model, in units of the noise
_HELD_OUT = (1.4, 0.6)  # perturbations that training did not see move more and separate less
_KEPT = 0.8


@dataclass(frozen=True, slots=True)
class Knobs:
    """Truth of one model.

    Parameters
    ----------
    tree_likeness, robustness, separability : float
        Between 0 and 1.
    scale : float
        Size of the latents.
    """

    tree_likeness: float
    robustness: float
    separability: float
    scale: float


def run_latents(
    population: Population,
    options: SimulationOptions,
    knobs: Knobs,
    /,
    *,
    wander: Field,
    deformation: Field | None,
    held_out: BoolArray,
    directions: FloatArray,
    rotation: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Latent means of every snip.

    Parameters
    ----------
    population : Population
        The snips.
    options : SimulationOptions
        Curl and noise.
    knobs : Knobs
        Truth of the model.
    wander : Field
        The perturbations' own ways in models that are not tree-like.
    deformation : Field or None
        How this regime differs from the reference; None in the reference.
    held_out : array of bool, shape (n_snips,)
        Snips of perturbations that the regime held out.
    directions : array, shape (n_perturbations, n_latents - 3)
        Where each class lies beyond the first three dimensions.
    rotation : array, shape (n_latents, n_latents)
        Of the model's latents.
    rng : numpy.random.Generator
        Source of the run's own noise.

    Returns
    -------
    array, shape (n_snips, n_latents)
        Latent means.
    """
    who, course = population.perturbation, population.course
    place = trajectory(who, course, tree_likeness=knobs.tree_likeness, curl=options.curl, wander=wander)
    if deformation is not None:
        size = _DEFORMATION * (1 - knobs.robustness) * np.where(held_out, _HELD_OUT[0], _KEPT)
        place += size[:, None] * deformation(who, course)
    low, high = _CLASS_DISTANCE
    distance = (
        (low + (high - low) * knobs.separability)
        * np.where(held_out, _HELD_OUT[1], 1.0)
        * (0.5 + 0.5 * course)
    )
    classes = _CLASS_NOISE * distance[:, None] / np.sqrt(2) * directions[who]
    noise = population.deviation + _OWN_NOISE * rng.standard_normal(population.deviation.shape)
    noise *= np.where(np.arange(options.n_latents) < 3, options.noise, _CLASS_NOISE)
    latents: FloatArray = knobs.scale * (np.hstack([place, classes]) + noise) @ rotation
    return latents


def class_directions(n_perturbations: int, n_dimensions: int, rng: np.random.Generator, /) -> FloatArray:
    """Unit vectors for the classes, at right angles to each other where there is room.

    Parameters
    ----------
    n_perturbations, n_dimensions : int
        Shape of the result.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    array, shape (n_perturbations, n_dimensions)
        Unit rows.
    """
    random = rng.standard_normal((max(n_perturbations, n_dimensions), n_dimensions))
    if n_perturbations <= n_dimensions:
        random = np.linalg.qr(random)[0]
    unit: FloatArray = random[:n_perturbations]
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    return unit


def mixing(n: int, rng: np.random.Generator, /) -> FloatArray:
    """A random rotation that leaves each axis mostly where it was, shape (n, n).

    Parameters
    ----------
    n : int
        Number of latents.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    array, shape (n, n)
        Orthogonal.
    """
    q, r = np.linalg.qr(np.eye(n) + 0.15 * rng.standard_normal((n, n)))
    rotation: FloatArray = q * np.sign(np.diag(r))
    return rotation
