"""``morphsweep simulate``: a sweep with known truth."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["simulate"]


def simulate(
    out: Annotated[Path, typer.Argument(help="New folder for the sweep.")],
    models: Annotated[int, typer.Option(help="Number of models; each has a run per regime.")] = 24,
    individuals: Annotated[int, typer.Option(help="Individuals of each perturbation.")] = 12,
    snips: Annotated[int, typer.Option(help="Snips of each individual.")] = 20,
    latents: Annotated[int, typer.Option(help="Biological latents, at least 6.")] = 12,
    regimes: Annotated[int, typer.Option(help="1, 2 or 3 regimes.")] = 2,
    perturbations: Annotated[int, typer.Option(help="Perturbations, wild type included.")] = 6,
    replicates: Annotated[int, typer.Option(help="Models of each configuration.")] = 2,
    noise: Annotated[float, typer.Option(help="Noise around the trajectories; the trunk is 6 long.")] = 0.6,
    curl: Annotated[float, typer.Option(help="How strongly the trunk bends.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same sweep.")] = 0,
) -> None:
    """Write a sweep with known truth: embeddings, manifest, sweep.toml and truth.csv."""
    from morphsweep import simulation
    from morphsweep.cli.progress import progress_bar
    from morphsweep.io import write_sweep_folder

    options = simulation.SimulationOptions(
        n_models=models,
        n_individuals=individuals,
        n_snips=snips,
        n_latents=latents,
        n_regimes=regimes,
        n_perturbations=perturbations,
        n_replicates=replicates,
        noise=noise,
        curl=curl,
        seed=seed,
    )
    sweep = simulation.simulate(options)
    with progress_bar("writing runs") as update:
        config = write_sweep_folder(
            out,
            manifest=sweep.manifest,
            embeddings=sweep.embeddings,
            truth=sweep.truth,
            config=sweep.sweep_file,
            manifest_name=sweep.manifest_name,
            on_run=update,
        )
    typer.echo(f"{len(sweep.truth)} models, {len(sweep.manifest)} runs; the truth is in {out / 'truth.csv'}")
    typer.echo(f"next: morphsweep evaluate {config} --out RESULTS")
