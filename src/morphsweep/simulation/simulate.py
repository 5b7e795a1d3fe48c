"""A whole sweep with known truth."""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.records import BoolArray, FloatArray
from morphsweep.simulation.design import TRUTHS, draw_design
from morphsweep.simulation.latents import Knobs, class_directions, mixing, run_latents
from morphsweep.simulation.options import SimulationOptions
from morphsweep.simulation.population import Population, draw_population
from morphsweep.simulation.shapes import Field, draw_field

__all__ = ["SimulatedSweep", "simulate"]

_HYPERPARAMETERS = (
    "metric_loss_type",
    "margin",
    "metric_weight",
    "learning_rate",
    "beta",
    "latent_dim",
    "batch_size",
)


@dataclass(frozen=True, slots=True)
class SimulatedSweep:
    """Frames of a simulated sweep.

    Parameters
    ----------
    manifest : DataFrame
        One row per run: MorphSeq's layout with one or two regimes, the plain layout with three.
    manifest_name : str
        Its usual file name.
    embeddings : mapping of str to DataFrame
        Table of each run, by its path relative to the manifest.
    truth : DataFrame
        One row per model: ``model_index``, hyper-parameters, ``configuration, replicate``, the truths ``tree_likeness,
        robustness, separability`` (0 to 1, higher is more) and ``scale``.
    held_out : mapping of str to tuple of str
        What each regime did not train on; the reference is absent.
    """

    manifest: pd.DataFrame
    manifest_name: str
    embeddings: Mapping[str, pd.DataFrame]
    truth: pd.DataFrame
    held_out: Mapping[str, tuple[str, ...]]

    @property
    def sweep_file(self) -> str:
        """Text of a ``sweep.toml`` that goes with it."""
        lines = ['name = "Simulated sweep"', f'manifest = "{self.manifest_name}"', ""]
        if self.manifest_name == "manifest.csv":  # the other layout knows this by itself
            lines += ["[inactive]", "margin = \"metric_loss_type == 'NT-Xent'\"", ""]
        if self.held_out:
            lines += [
                "[held_out]",
                *(f"{regime} = {json.dumps(names)}" for regime, names in self.held_out.items()),
                "",
            ]
        return "\n".join(lines)


def simulate(options: SimulationOptions | None = None, /) -> SimulatedSweep:
    """Simulate a sweep whose tree-likeness, robustness and separability are known.

    Perturbations leave a common trunk and fan out; ``beta`` makes that more tree-like and the latents smaller, a small
    ``learning_rate`` makes regimes agree, ``metric_loss_type`` and ``metric_weight`` separate the classes, ``margin`` does
    nothing. Snips, individuals and batches are the same in all runs.

    Parameters
    ----------
    options : SimulationOptions, optional
        Size, seed and shape.

    Returns
    -------
    SimulatedSweep
        Equal for equal options.

    Examples
    --------
    >>> sweep = simulate(SimulationOptions(n_models=2, n_individuals=2, n_snips=3))
    >>> len(sweep.manifest), list(sweep.truth["model_index"])
    (4, [0, 1])
    """
    options = options or SimulationOptions()
    seeds = np.random.SeedSequence(options.seed).spawn(4)
    people, design, shapes, noise = (np.random.default_rng(seed) for seed in seeds)
    population = draw_population(options, people)
    truth = draw_design(options, design)
    world = _draw_world(population, options, shapes)
    embeddings: dict[str, pd.DataFrame] = {}
    rows: list[dict[str, Any]] = []
    for model, row in enumerate(truth.to_dict("records")):
        for regime, table in _tables(world, {str(k): v for k, v in row.items()}, noise).items():
            path = f"runs/run{len(rows):03d}_model{model:03d}_{regime}"
            rows.append(_manifest_row(len(rows), row, regime, path, options))
            embeddings[_table_path(path, options)] = table
    truth.insert(0, "model_index", np.arange(len(truth)))
    name = "manifest.csv" if options.n_regimes > 2 else "sweep01_00.csv"
    held_out = {regime: missing for regime, missing in world.held_out.items() if missing}
    return SimulatedSweep(pd.DataFrame(rows), name, embeddings, truth, held_out)


@dataclass(frozen=True, slots=True)
class _World:
    """What all models of a sweep share."""

    population: Population
    options: SimulationOptions
    held_out: dict[str, tuple[str, ...]]
    wander: Field
    deformations: dict[str, Field | None]
    directions: FloatArray


def _draw_world(population: Population, options: SimulationOptions, rng: np.random.Generator) -> _World:
    """Shapes are drawn once, so that models differ by their knobs and not by luck."""
    held_out = _held_out(population, options.n_regimes)
    n = options.n_perturbations
    wander = draw_field(n, rng)
    deformations = {regime: draw_field(n, rng) if missing else None for regime, missing in held_out.items()}
    directions = class_directions(n, options.n_latents - 3, rng)
    return _World(population, options, held_out, wander, deformations, directions)


def _tables(world: _World, row: Mapping[str, Any], rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The runs of one model, by regime."""
    knobs = Knobs(*(row[name] for name in (*TRUTHS, "scale")))
    rotation = mixing(world.options.n_latents, rng)
    tables = {}
    for regime, missing in world.held_out.items():
        away = world.population.obs["phenotype"].isin(missing).to_numpy()
        latents = run_latents(
            world.population,
            world.options,
            knobs,
            wander=world.wander,
            deformation=world.deformations[regime],
            held_out=away,
            directions=world.directions,
            rotation=rotation,
            rng=rng,
        )
        tables[regime] = _table(world.population, latents, away, rng)
    return tables


def _held_out(population: Population, n_regimes: int) -> dict[str, tuple[str, ...]]:
    """What each regime does not train on: two perturbations in one regime, or one in each of two."""
    names = [str(name) for name in population.obs["phenotype"].unique()][1:3]
    if n_regimes == 1:
        return {"all": ()}
    if n_regimes == 2:
        return {"all": (), "hld": tuple(names)}
    return {"all": (), **{f"hld{i + 1}": (names[i % len(names)],) for i in range(2)}}


def _table_path(path: str, options: SimulationOptions) -> str:
    """Where the table of a run is, relative to the manifest."""
    return f"{path}/embedding.csv" if options.n_regimes > 2 else f"{path}/figures/embryo_stats_df.csv"


def _table(
    population: Population, latents: FloatArray, away: BoolArray, rng: np.random.Generator
) -> pd.DataFrame:
    """The table that a training leaves behind."""
    n_nuisance = max(latents.shape[1] // 3, 1)
    nuisance = {f"z_mu_n_{i:02d}": rng.standard_normal(len(latents)) for i in range(n_nuisance)}
    biological = {f"z_mu_b_{n_nuisance + i:02d}": column for i, column in enumerate(latents.T)}
    split = np.where(away, "holdout", np.where(population.unseen, "eval", "train"))
    return population.obs.assign(**nuisance, **biological, train_cat=split)


def _manifest_row(
    number: int, row: Mapping[Hashable, Any], regime: str, path: str, options: SimulationOptions
) -> dict[str, object]:
    """One line of the manifest."""
    own = {name: row[name] for name in (*_HYPERPARAMETERS, "seed")}
    if options.n_regimes > 2:
        return {"regime": regime, **own, "embedding": _table_path(path, options)}
    return {
        "process_id": number,
        **own,
        "holdout_flag": int(regime != "all"),
        "completed": 1,
        "model_path": path,
    }
