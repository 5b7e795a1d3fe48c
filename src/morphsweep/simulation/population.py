"""Who was imaged when: the same snips in every run."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from morphsweep.records import BoolArray, FloatArray, IntArray
from morphsweep.simulation.options import SimulationOptions

__all__ = ["PERTURBATIONS", "Population", "draw_population"]

PERTURBATIONS = ("wt", "gdf3", "lmx1b", "noto", "tgfb-i", "wnt-i")
_START, _END = 12.0, 38.0  # hours post fertilisation
_LATE = 0.8  # individuals are first imaged up to this much later, hours
_UNSEEN = 8  # every eighth individual is kept from training


@dataclass(frozen=True, slots=True)
class Population:
    """The snips of a sweep, with what is biology and therefore equal in all runs.

    Parameters
    ----------
    obs : DataFrame
        One row per snip: ``snip_id, embryo_id, experiment_date, phenotype, predicted_stage_hpf``.
    perturbation : array of int, shape (n_snips,)
        Number of the perturbation.
    course : array, shape (n_snips,)
        Time from 0 to 1.
    deviation : array, shape (n_snips, n_latents)
        Standard-normal deviation of each snip: its individual's, its batch's and its own share.
    unseen : array of bool, shape (n_snips,)
        Snips of individuals that no run was trained on.
    """

    obs: pd.DataFrame
    perturbation: IntArray
    course: FloatArray
    deviation: FloatArray
    unseen: BoolArray


def draw_population(options: SimulationOptions, rng: np.random.Generator, /) -> Population:
    """Draw individuals, their times and their deviations.

    Parameters
    ----------
    options : SimulationOptions
        Numbers of perturbations, individuals, snips, batches and latents.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Population
        Rows by perturbation, individual and time.
    """
    n_people = options.n_perturbations * options.n_individuals
    person = np.repeat(np.arange(n_people), options.n_snips)
    frame = np.tile(np.arange(options.n_snips), n_people)
    batch = np.arange(n_people) % options.n_batches
    late = rng.uniform(0, _LATE, n_people)[person]
    time = _START + late + frame * (_END - _START - _LATE) / (options.n_snips - 1)
    dates = np.array([
        f"202401{1 + 3 * b:02d}" if b < 10 else f"2024{b // 10 + 1:02d}{1 + b % 10:02d}"
        for b in range(options.n_batches)
    ])
    people = np.array([f"{dates[batch[i]]}_e{i:03d}" for i in range(n_people)])
    names = np.array([_label(i) for i in range(options.n_perturbations)])
    perturbation = (np.arange(n_people) // options.n_individuals)[person]
    obs = pd.DataFrame({
        "snip_id": [f"{name}_{number:04d}" for name, number in zip(people[person], frame, strict=True)],
        "embryo_id": people[person],
        "experiment_date": dates[batch][person],
        "phenotype": names[perturbation],
        "predicted_stage_hpf": time,
    })
    shape = (n_people, options.n_latents)
    shared = (
        0.5 * rng.standard_normal(shape)
        + options.batch_effect * rng.standard_normal((options.n_batches, shape[1]))[batch]
    )
    deviation = shared[person] + np.sqrt(0.75) * rng.standard_normal((len(obs), shape[1]))
    return Population(
        obs, perturbation, (time - _START) / (_END - _START), deviation, person % _UNSEEN == _UNSEEN - 1
    )


def _label(number: int) -> str:
    """Name of a perturbation."""
    return PERTURBATIONS[number] if number < len(PERTURBATIONS) else f"pert{number:02d}"
