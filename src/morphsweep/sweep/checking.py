"""Look at every run of a sweep without computing anything."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import find_embedding_roles, read_embedding
from morphsweep.records import Embedding, Model, Run, Status, Sweep, SweepConfig
from morphsweep.sweep.check_report import RunCheck, SweepCheck
from morphsweep.sweep.cohort import first_readable, labels_of, make_cohort, other_labels
from morphsweep.sweep.cohort_notes import cohort_notes
from morphsweep.sweep.configuring import resolve_settings
from morphsweep.sweep.reading import read_sweep

__all__ = ["check_sweep"]

_THREADS = 2  # reading is mostly decoding, which runs outside the interpreter lock


def check_sweep(
    sweep: Sweep | Path | str,
    /,
    *,
    most: int | None = None,
    on_run: Callable[[int, int], None] | None = None,
) -> SweepCheck:
    """Read the embeddings of a sweep and say what is there, what is missing and why.

    Parameters
    ----------
    sweep : Sweep, Path or str
        As read, or where it is.
    most : int, optional
        Read the rows of this many runs only, spread over the sweep, and of the others their columns; default: all rows of all.
    on_run : callable, optional
        Told after each run how many of how many are read.

    Returns
    -------
    SweepCheck
        Counts, constant and varying hyper-parameters, replicates, unusable runs with reasons.
    """
    sweep = sweep if isinstance(sweep, Sweep) else read_sweep(sweep)
    tasks = [(model, run) for model in sweep.models for run in model.runs.values()]
    runs: list[RunCheck] = []
    step = 1 if most is None else max(1, -(-len(tasks) // most))
    step += step % 2 == 0 and len(sweep.regimes) == 2  # an even step would see one regime of two only
    with ThreadPoolExecutor(_THREADS) as pool:
        for run in pool.map(
            lambda i: (_check_run if i % step == 0 else _check_columns)(*tasks[i], sweep.config),
            range(len(tasks)),
        ):
            runs.append(run)
            if on_run:
                on_run(len(runs), len(tasks))
    runs = _with_one_label(runs, sweep.regimes[0])
    missing = tuple(
        (model.model_index, regime)
        for model in sweep.models
        for regime in sweep.regimes
        if regime not in model.runs and not model.duplicate
    )
    notes, refused = _ground(sweep)
    return SweepCheck(
        sweep, tuple(runs), missing, (*sweep.problems, *_oddities(sweep, runs), *notes), refused
    )


def _check_run(model: Model, run: Run, config: SweepConfig) -> RunCheck:
    """Read one run, or keep the reason why it cannot be read."""
    if run.embedding is None:
        return RunCheck(model.model_index, run.regime, run.name, run.status, run.reason)
    try:
        embedding = read_embedding(run.embedding, columns=config.columns, latent_prefix=config.latent_prefix)
    except NotComputable as error:
        return RunCheck(model.model_index, run.regime, run.name, Status.NOT_COMPUTABLE, str(error))
    return _describe(model, run, embedding)


def _with_one_label(runs: list[RunCheck], reference: str) -> list[RunCheck]:
    """Runs in which an individual has another perturbation than in the first of the reference are of no use."""
    known = next((run.labels for run in runs if run.regime == reference and run.labels is not None), None)
    if known is None:
        return runs
    return [
        replace(run, status=Status.NOT_COMPUTABLE, reason=odd)
        if run.labels is not None and (odd := other_labels(run.labels, known))
        else run
        for run in runs
    ]


def _ground(sweep: Sweep) -> tuple[list[str], str]:
    """What an evaluation by the default protocol would leave out, and why there would be none."""
    try:
        settings, _ = resolve_settings("default", sweep.config)
        embedding, _ = first_readable(sweep)
        cohort = make_cohort(embedding, settings=settings, config=sweep.config)
    except InvalidInput as reason:
        return [], str(reason)
    return cohort_notes(embedding.obs, cohort, settings, sweep.config), ""


def _check_columns(model: Model, run: Run, config: SweepConfig) -> RunCheck:
    """Read the names of the columns of one run, which find out a missing or damaged file but no bad row."""
    if run.embedding is None:
        return RunCheck(model.model_index, run.regime, run.name, run.status, run.reason)
    try:
        roles = find_embedding_roles(
            run.embedding, columns=config.columns, latent_prefix=config.latent_prefix
        )
    except NotComputable as error:
        return RunCheck(model.model_index, run.regime, run.name, Status.NOT_COMPUTABLE, str(error))
    found = RunCheck(model.model_index, run.regime, run.name, Status.OK, latents=len(roles.latents))
    return replace(found, notes=roles.notes, rows_read=False)


def _describe(model: Model, run: Run, embedding: Embedding) -> RunCheck:
    """Numbers of a readable run."""
    obs = embedding.obs
    people = obs[["individual", "perturbation"]].drop_duplicates()
    hashes = pd.util.hash_pandas_object(obs["snip_id"].astype(object), index=False).to_numpy(np.uint64)
    return RunCheck(
        model.model_index,
        run.regime,
        run.name,
        Status.OK,
        rows=embedding.n_snips,
        individuals=len(people),
        latents=len(embedding.latent_names),
        perturbations={
            str(name): int(n) for name, n in people["perturbation"].value_counts().sort_index().items()
        },
        time=(float(obs["time"].min()), float(obs["time"].max())),
        dropped=embedding.dropped,
        notes=embedding.notes,
        snips=int(hashes.sum(dtype=np.uint64)),  # a sum, so that the order of rows does not count
        labels=labels_of(obs),
    )


def _oddities(sweep: Sweep, runs: Sequence[RunCheck]) -> list[str]:
    """What a person should know before evaluating, each said once."""
    found = []
    if unread := sum(not run.rows_read for run in runs):
        found.append(
            f"of {unread} runs only the columns were read, of the others every row; --all reads every row of all"
        )
    usable = [run for run in runs if run.status is Status.OK and run.rows_read]
    if odd := [run for run in usable if run.snips != usable[0].snips]:
        found.append(
            f"{len(odd)} of {len(usable)} runs have other snips than model {usable[0].model_index}, {usable[0].regime!r} "
            f"({usable[0].rows} rows); first: model {odd[0].model_index}, {odd[0].regime!r} ({odd[0].rows} rows)"
        )
    if dropped := [run for run in usable if run.dropped]:
        counts = ", ".join(f"{reason}: {n}" for reason, n in dropped[0].dropped.items())
        found.append(
            f"{len(dropped)} runs have rows that are left out; first: model {dropped[0].model_index}, {dropped[0].regime!r} ({counts})"
        )
    found += dict.fromkeys(note for run in usable for note in run.notes)
    return found + _unknown_labels(sweep.config, {label for run in usable for label in run.perturbations})


def _unknown_labels(config: SweepConfig, known: set[str]) -> list[str]:
    """Perturbations that the sweep file names and no run has."""
    stated: dict[str, Iterable[str]] = {"perturbations": config.perturbations or (), "colors": config.colors}
    stated |= {f"held_out.{regime}": labels for regime, labels in config.held_out.items()}
    return [
        f"the sweep file names {name!r} in {where}, which no run has; known: {', '.join(sorted(known))}"
        for where, labels in stated.items()
        for name in labels
        if known and name not in known
    ]
