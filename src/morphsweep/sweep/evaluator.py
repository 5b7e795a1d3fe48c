"""One model: read its runs, make what the metrics need, score, and write the part."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import (
    EmbeddingCache,
    digest,
    file_digest,
    part_exists,
    read_embedding,
    read_table,
    write_chunk,
    write_part,
)
from morphsweep.metrics import METRICS
from morphsweep.records import (
    Cohort,
    Embedding,
    MetricSpec,
    Model,
    Run,
    Settings,
    Status,
    SweepConfig,
)
from morphsweep.sweep.model_tables import model_arrays, model_tables, stacked
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.replicating import missing_chunks, replicates_folder, replicates_of_model
from morphsweep.sweep.scoring import agree_on_curves, score_model
from morphsweep.sweep.threads import one_thread

__all__ = ["CohortFile", "ModelTask", "evaluate_model"]

FORMAT = 3  # of the parts; a change makes older parts unreadable and computes them again


@dataclass(frozen=True, slots=True)
class CohortFile:
    """Where workers find the cohort; each reads it once."""

    snips: Path
    perturbations: tuple[str, ...]
    bin_edges: tuple[float, ...]
    n_folds: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ModelTask:
    """All that a worker needs to evaluate one model."""

    model: Model
    reference: str
    config: SweepConfig
    settings: Settings
    cohort: CohortFile
    parts: Path
    version: str
    only: tuple[str, ...] | None = None
    cache: EmbeddingCache | None = None
    projection: bool = False
    n_replicates: int = 0


def evaluate_model(task: ModelTask) -> tuple[str, bool]:
    """Evaluate one model unless its part is there already.

    Parameters
    ----------
    task : ModelTask
        The model and everything it is computed with.

    Returns
    -------
    str
        Fingerprint of the part.
    bool
        Whether it was computed now.
    """
    with one_thread():
        started = time.perf_counter()
        hashes = {regime: _content(run) for regime, run in task.model.runs.items()}
        fingerprint = _fingerprint(task, hashes)
        done = part_exists(task.parts, fingerprint)
        kept = replicates_folder(task.parts, fingerprint)
        lacking = missing_chunks(kept, task.n_replicates)
        if done and not lacking:
            return fingerprint, False
        runs, documents = _read_runs(task, hashes)
        specs = [spec for name, spec in METRICS.items() if task.only is None or name in task.only]
        if done:
            agree_on_curves(runs)
            _replicate(task, runs, specs, kept, lacking)
            return fingerprint, True
        scores = score_model(runs, task.reference, specs)
        tables = model_tables(runs, task.reference, scores, only=task.only)
        if task.projection:
            tables["projection"] = stacked(runs, lambda run: run.get("projection"))
        _describe(runs, documents)
        document = {
            "fingerprint": fingerprint,
            "seconds": round(time.perf_counter() - started, 3),
            "runs": documents,
        }
        write_part(task.parts, fingerprint, tables=tables, document=document, arrays=model_arrays(runs))
        _replicate(task, runs, specs, kept, lacking)
        return fingerprint, True


def _replicate(
    task: ModelTask,
    runs: Mapping[str, RunProducts],
    specs: list[MetricSpec],
    kept: Path,
    lacking: list[tuple[int, int]],
) -> None:
    """Compute the chunks of replicates that are lacking, each kept as soon as it is finished."""
    for first, stop in lacking:
        made = replicates_of_model(runs, task.reference, specs, first=first, stop=stop)
        write_chunk(made, kept, (first, stop))


def _content(run: Run) -> str:
    """What identifies a run: the bytes of its table, or why there is none."""
    if run.embedding is None:
        return f"{run.status}: {run.reason}"
    try:
        return file_digest(run.embedding)
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _fingerprint(task: ModelTask, hashes: Mapping[str, str]) -> str:
    config = task.config.model_dump(mode="json", include={"columns", "latent_prefix", "control", "held_out"})
    return digest([
        FORMAT,
        task.version,
        task.settings.model_dump(),
        config,
        task.cohort.fingerprint,
        task.reference,
        task.only,
        hashes,
        *(["projection"] if task.projection else []),
    ])


def _read_runs(
    task: ModelTask, hashes: Mapping[str, str]
) -> tuple[dict[str, RunProducts], dict[str, dict[str, Any]]]:
    """Products of the runs that can be read, and a note on each run."""
    cohort = _load_cohort(task.cohort)
    ordered = sorted(task.model.runs, key=lambda regime: regime != task.reference)
    runs: dict[str, RunProducts] = {}
    documents: dict[str, dict[str, Any]] = {}
    for regime in ordered:
        run = task.model.runs[regime]
        note = {"status": str(run.status), "reason": run.reason, "content": hashes[regime]}
        documents[regime] = note
        if run.embedding is None:
            continue
        try:
            embedding = _read(task, run.embedding, hashes[regime])
        except (NotComputable, InvalidInput) as reason:
            note.update(status=str(Status.NOT_COMPUTABLE), reason=str(reason))
            continue
        held_out = _held_out(task, regime)
        runs[regime] = RunProducts(
            embedding, cohort, task.settings, control=task.config.control, held_out=held_out
        )
    return runs, documents


def _read(task: ModelTask, path: Path, content: str) -> Embedding:
    """The embedding, from the cache where there is one."""
    config = task.config

    def convert() -> Embedding:
        return read_embedding(path, columns=config.columns, latent_prefix=config.latent_prefix)

    if task.cache is None or not path.is_file():
        return convert()
    return task.cache.read(path, [content, config.columns.model_dump(), config.latent_prefix], convert)


def _held_out(task: ModelTask, regime: str) -> frozenset[str] | None:
    if regime in task.config.held_out:
        return frozenset(task.config.held_out[regime])
    return frozenset() if regime == task.reference else None


@lru_cache(maxsize=1)
def _load_cohort(source: CohortFile) -> Cohort:
    snips = read_table(source.snips)
    folds = dict(zip(snips["individual"], snips["fold"], strict=True))
    return Cohort(
        snips, source.perturbations, {}, np.array(source.bin_edges), folds, source.n_folds, source.fingerprint
    )


def _describe(runs: Mapping[str, RunProducts], documents: Mapping[str, dict[str, Any]]) -> None:
    """Add what was found in each run to its note."""
    for regime, run in runs.items():
        obs = run.embedding.obs
        times = obs["time"].to_numpy(float)
        edges = run.cohort.bin_edges
        documents[regime].update(
            rows=run.embedding.n_snips,
            individuals=int(obs["individual"].nunique()),
            perturbations=int(obs["perturbation"].nunique()),
            latents=len(run.embedding.latent_names),
            times_outside_bins=int(((times < edges[0]) | (times > edges[-1])).sum()),
            matched_snips=int(pd.Index(obs["snip_id"]).isin(run.cohort.snips["snip_id"]).sum()),
            dropped=dict(run.embedding.dropped),
            notes=list(run.embedding.notes),
        )
        try:
            space, fitted = run.get("space"), run.get("scaffold_fit")
        except NotComputable as reason:
            documents[regime].update(status=str(Status.NOT_COMPUTABLE), reason=str(reason))
            continue
        documents[regime].update(
            explained_variance=[round(float(v), 6) for v in space.explained_variance],
            bandwidth=float(fitted.bandwidth),
        )
