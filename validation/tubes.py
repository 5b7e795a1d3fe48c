"""Do 90 % tubes hold the curve, and how good is the time calibrated along it? On the simulator.

Run: python -m validation.tubes

A law is one simulated model: individuals of three perturbations around known courses, in one fixed space, without batch
offsets (resampling individuals cannot see what a handful of batches have in common). Its *limit* is the curve that the method
fits to a million points of it. Every repeat draws new individuals, fits, and makes tubes from 100 weighted refits. Covered
is the share of the points of the fitted curve from which the limit, measured across it, lies within the radius of the tube.
Seed 0 of the law, repeats 0 to 199, each computed once: validation/results/tubes.csv.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from morphsweep.geometry import distance_across
from morphsweep.metrics import individual_weights
from morphsweep.records import CurveFit, Scaffold, Settings, Space
from morphsweep.simulation import SimulationOptions
from morphsweep.simulation.latents import Knobs, class_directions, mixing, run_latents
from morphsweep.simulation.population import PERTURBATIONS as NAMES
from morphsweep.simulation.population import Population, draw_population
from morphsweep.simulation.shapes import Field, draw_field
from morphsweep.trajectories import (
    calibrate_time,
    curve_tube,
    fit_scaffold,
    fit_space,
    place_on_curve,
    refit_scaffold,
)

Array = NDArray[np.floating[Any]]

RECORD = Path(__file__).parent / "results" / "tubes.csv"
LAW_SEED, REPEATS, REPLICATES, LEVEL = 0, 200, 100, 0.9
PERTURBATIONS = 3
LIMIT_INDIVIDUALS, LIMIT_SNIPS = 25_000, 40
INDIVIDUALS, SNIPS = 20, 40
START, END = 12.0, 38.0  # hours between which the simulator images
SETTINGS = Settings(n_points=200)


@dataclass(frozen=True)
class Law:
    """A simulated model whose individuals can be drawn without end."""

    options: SimulationOptions
    knobs: Knobs
    wander: Field
    directions: Array
    rotation: Array

    def draw(self, n_individuals: int, n_snips: int, rng: np.random.Generator) -> tuple[Array, pd.DataFrame]:
        """Latents of new individuals of every perturbation, and who and when they are."""
        options = replace(self.options, n_individuals=n_individuals, n_snips=n_snips)
        population = draw_population(options, rng)
        return self._latents(population, self.options, rng), population.obs

    def course(self, perturbation: int, u: Array) -> Array:
        """Where the noiseless course is at the fractions `u` of time, in latents."""
        copies = 200  # their mean takes what little noise a run adds of its own to the class directions
        who, when = np.full(copies * len(u), perturbation), np.tile(u, copies)
        still = np.zeros((len(when), self.options.n_latents))
        population = Population(pd.DataFrame(index=range(len(when))), who, when, still, who < 0)
        latents = self._latents(population, replace(self.options, noise=0.0), np.random.default_rng(0))
        mean: Array = latents.reshape(copies, len(u), -1).mean(axis=0)
        return mean

    def _latents(self, population: Population, options: SimulationOptions, rng: np.random.Generator) -> Array:
        return run_latents(
            population,
            options,
            self.knobs,
            wander=self.wander,
            deformation=None,
            held_out=population.perturbation < 0,
            directions=self.directions,
            rotation=self.rotation,
            rng=rng,
        )


def law(seed: int = LAW_SEED) -> Law:
    """The law of one seed: a fairly tree-like model of three perturbations."""
    rng = np.random.default_rng(seed)
    options = SimulationOptions(n_perturbations=PERTURBATIONS, batch_effect=0.0, seed=seed)
    return Law(
        options,
        Knobs(tree_likeness=0.7, robustness=1.0, separability=0.5, scale=1.0),
        wander=draw_field(PERTURBATIONS, rng),
        directions=class_directions(PERTURBATIONS, options.n_latents - 3, rng),
        rotation=mixing(options.n_latents, rng),
    )


@dataclass(frozen=True)
class Limit:
    """The space, and the curves that the method fits to a million points of each perturbation."""

    space: Space
    scaffold: Scaffold
    names: tuple[str, ...]


def limit(of: Law, individuals: int = LIMIT_INDIVIDUALS, chunks: int = 10) -> Limit:
    """Fit to many individuals, drawn in chunks; the space is that of the first."""
    rng = np.random.default_rng([LAW_SEED, 1])
    drawn = [of.draw(individuals // chunks, LIMIT_SNIPS, rng) for _ in range(chunks)]
    space = fit_space(drawn[0][0])
    scores = np.concatenate([space.transform(latents) for latents, _ in drawn])
    obs = pd.concat([who for _, who in drawn], ignore_index=True)
    names = tuple(sorted(obs["phenotype"].unique()))
    scaffold = fit_scaffold(scores, *_columns(obs), names, settings=SETTINGS, control="wt")
    return Limit(space, scaffold, names)


def _columns(obs: pd.DataFrame) -> tuple[Array, Array]:
    return obs["phenotype"].to_numpy(), obs["predicted_stage_hpf"].to_numpy(float)


def repeat(of: Law, known: Limit, number: int) -> list[dict[str, object]]:
    """One draw of new individuals: what share of each curve its tube covers, and how good its calibrated time is."""
    rng = np.random.default_rng([LAW_SEED, 2, number])
    latents, obs = of.draw(INDIVIDUALS, SNIPS, rng)
    scores, (labels, times) = known.space.transform(latents), _columns(obs)
    fitted = fit_scaffold(scores, labels, times, known.names, settings=SETTINGS, control="wt")
    who, ids = pd.factorize(obs["embryo_id"])
    weights = individual_weights([f"{number}:{name}" for name in ids], REPLICATES, seed=LAW_SEED)
    refits = [
        refit_scaffold(fitted, scores, labels, times, settings=SETTINGS, control="wt", weight=row[who])
        for row in weights
    ]
    rows: list[dict[str, object]] = []
    for name in known.names:
        fit, truth = fitted.fits[name], known.scaffold.fits[name]
        replicates = [again.fits[name].points for again in refits]
        made = [points for points in replicates if points is not None]
        assert fit.points is not None
        assert truth.points is not None
        tube = curve_tube(fit.points, made, level=LEVEL, n_individuals=INDIVIDUALS)
        covered = tube.covers(truth.points)
        own = labels == name
        rows.append({
            "repeat": number,
            "perturbation": name,
            "ok": fit.ok,
            "covered": float(covered.mean()),
            **{f"covered_{k}": float(part.mean()) for k, part in enumerate(np.split(covered, 10))},
            "radius": float(np.median(tube.radius)),
            "off": float(np.median(distance_across(fit.points, truth.points))),
            "bandwidth": fitted.bandwidth,
            **_clock(of, known, name, fit, scores[own], times[own]),
        })
    return rows


def _clock(of: Law, known: Limit, name: str, fit: CurveFit, scores: Array, times: Array) -> dict[str, float]:
    """Errors of calibrated time, hours: at the noiseless course, of new snips, and what the fit itself says."""
    place = place_on_curve(fit, scores)
    clock = calibrate_time(fit, place, times)
    u = np.linspace(0.0, 1.0, 200)
    course = known.space.transform(of.course(NAMES.index(name), u))
    error = clock(place_on_curve(fit, course).arc_length) - (START + (END - START) * u)
    latents, obs = of.draw(INDIVIDUALS, SNIPS, np.random.default_rng([LAW_SEED, 3]))
    own = (obs["phenotype"] == name).to_numpy()
    new = clock(place_on_curve(fit, known.space.transform(latents[own])).arc_length)
    missed = new - obs.loc[own, "predicted_stage_hpf"].to_numpy(float)
    return {
        "time_error": float(np.sqrt((error**2).mean())),
        "time_bias_inside": float(np.abs(error[20:-20]).mean()),
        "time_error_new_snips": float(np.sqrt((missed**2).mean())),
        "time_residual_sd": clock.residual_sd,
    }


def run(repeats: int = REPEATS) -> pd.DataFrame:
    """All repeats, those recorded already read back; returns the summary that is shown in the docs."""
    RECORD.parent.mkdir(exist_ok=True)
    rows: list[Any] = pd.read_csv(RECORD).to_dict("records") if RECORD.is_file() else []
    done = {row["repeat"] for row in rows}
    if missing := [number for number in range(repeats) if number not in done]:
        of = law()
        known = limit(of)
        for number in missing:
            rows += repeat(of, known, number)
            pd.DataFrame(rows).round(4).to_csv(RECORD, index=False)
    return summary(pd.read_csv(RECORD))


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Means over the repeats, per perturbation and overall."""
    numbers = table.drop(columns=["repeat", "ok"])
    means = numbers.groupby("perturbation").mean()
    means.loc["all"] = numbers.drop(columns="perturbation").mean()
    return means.reset_index()


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS).round(3).T.to_string())
