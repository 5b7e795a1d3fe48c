"""Evaluate a whole sweep: any executor, every finished model kept, tables rebuilt at the end."""

import logging
import os
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep import version
from morphsweep.errors import InvalidInput, NotWritable
from morphsweep.io import (
    Part,
    append_log,
    default_cache,
    hold_results_folder,
    write_arrays,
    write_json,
    write_table,
    write_tables_joined,
    write_text_atomic,
)
from morphsweep.metrics import metric
from morphsweep.records import Cohort, Model, Protocol, Settings, Sweep, SweepConfig
from morphsweep.sweep.assembling import assemble
from morphsweep.sweep.bootstrapping import averages_of, kept_replicates, write_all_replicates
from morphsweep.sweep.cohort import first_readable, make_cohort
from morphsweep.sweep.cohort_notes import cohort_notes
from morphsweep.sweep.configuring import resolve_settings
from morphsweep.sweep.deciding import decide
from morphsweep.sweep.evaluator import CohortFile, ModelTask, evaluate_model
from morphsweep.sweep.pool import compute_all
from morphsweep.sweep.provenance import provenance, refuse_other_sweep, way_to_sweep
from morphsweep.sweep.reading import read_sweep
from morphsweep.sweep.results import Results

__all__ = ["evaluate"]

_LOG = logging.getLogger("morphsweep")

Progress = Callable[[int, int], None]


def evaluate(
    sweep: Sweep | Path | str,
    out: Path | str,
    /,
    *,
    protocol: Protocol = "default",
    config: Path | str | SweepConfig | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    only: Sequence[str] | None = None,
    progress: Progress | None = None,
    cache: bool = True,
    projection: bool = False,
    bootstrap: int | None = None,
) -> Results:
    """Measure every model of a sweep.

    Parameters
    ----------
    sweep : Sweep, Path or str
        What :func:`read_sweep` returned, or a path for it.
    out : Path or str
        Results folder; models that are finished in it and unchanged are not computed again.
    protocol : {"default", "notebook"}
        ``notebook`` reproduces the original scripts, faults included.
    config : Path, str or SweepConfig, optional
        Sweep file that goes with a bare manifest.
    executor : concurrent.futures.Executor, optional
        Where the models are computed (:func:`cluster_executor`, or your own); by default a pool of processes on this machine.
    workers : int, optional
        Size of that pool; default: one per processor. 1 computes in this process.
    only : sequence of str, optional
        Names of the metrics to compute; default: all.
    progress : callable, optional
        Called with the number of models done and the number of all.
    cache : bool
        Keep converted embeddings for the next reading (:func:`default_cache` says where and how many).
    projection : bool
        Also write ``projection.parquet``: every snip of every run placed on its curve and on the control's. A model that was
        finished without it is computed again.
    bootstrap : int, optional
        Bootstrap replicates of the scores, over individuals: ``replicates.parquet``, and the intervals of the scores. More
        replicates begin with those that are there. Default: those that the folder has of every model.

    Returns
    -------
    Results
        The results folder, opened. The same for any executor and number of workers.

    Raises
    ------
    InvalidInput
        If nothing can be evaluated or another evaluation holds the folder, before anything is computed.
    NotWritable
        If the disk is full; what is finished is kept.
    """
    started = time.perf_counter()
    if not isinstance(sweep, Sweep):
        sweep = read_sweep(Path(sweep), config)
    if bootstrap is not None and bootstrap < 0:
        msg = f"bootstrap must be 0 replicates or more, found {bootstrap}"
        raise InvalidInput(msg)
    names = None if only is None else tuple(metric(name).name for name in only)
    settings, sources = resolve_settings(protocol, sweep.config)
    folder = Path(out)
    embedding, origin = first_readable(sweep)
    cohort = make_cohort(embedding, settings=settings, config=sweep.config)
    notes = cohort_notes(embedding.obs, cohort, settings, sweep.config)
    info = provenance(sweep, settings, sources, cohort, origin, names, notes)
    refuse_other_sweep(folder, info)
    info["sweep_from_results"] = way_to_sweep(sweep, folder)
    with hold_results_folder(folder):
        write_table(cohort.snips, folder / "snips.parquet")
        kept = default_cache() if cache else None
        tasks = [
            replace(task, cache=kept, projection=projection, n_replicates=bootstrap or 0)
            for task in _tasks(sweep, settings, cohort, folder, names)
        ]
        stages = {"prepare": time.perf_counter() - started}
        finished, errors = _run(tasks, executor, workers, progress, folder / "run.log")
        stages["models"] = time.perf_counter() - started - sum(stages.values())
        number = kept_replicates(folder, finished) if bootstrap is None else bootstrap
        _write_tables(sweep, folder, finished, errors, {**info, "bootstrap": number})
        info["bootstrap"] = number
        _write_by_model(folder, finished, projection=projection)
        stages["tables"] = time.perf_counter() - started - sum(stages.values())
        info["wall_time"] = {name: round(seconds, 3) for name, seconds in stages.items()}
        info["parts"] = {str(index): fingerprint for index, fingerprint in finished.items()}
        write_json(info, folder / "run.json")
    return Results(folder)


def _write_tables(
    sweep: Sweep,
    folder: Path,
    finished: Mapping[int, str],
    errors: Mapping[int, str],
    info: Mapping[str, Any],
) -> None:
    """All tables and the decision, from the parts."""
    parts = {index: Part(folder / "parts" / fingerprint) for index, fingerprint in finished.items()}
    tables = assemble(sweep, parts, errors)
    tables["scores"] = write_all_replicates(folder, finished, info["bootstrap"], tables["scores"])
    tables["summary"], decision, account = decide(
        tables["summary"], tables["scores"], info, replicates=averages_of(folder)
    )
    for name, table in tables.items():
        write_table(table, folder / f"{name}.{'csv' if name in {'summary', 'failures'} else 'parquet'}")
    write_json(decision, folder / "decision.json")
    write_text_atomic(folder / "decision.md", account)


def _write_by_model(folder: Path, finished: Mapping[int, str], *, projection: bool) -> None:
    """What is too large, or of the wrong shape, to stand in one frame: spaces, and on request the projection."""
    parts = {index: Part(folder / "parts" / fingerprint) for index, fingerprint in finished.items()}
    spaces = {
        f"{index}/{name}": array for index, part in parts.items() for name, array in part.arrays().items()
    }
    write_arrays(spaces, folder / "spaces.npz")
    path = folder / "projection.parquet"
    if not projection:  # an older one would speak of other models
        path.unlink(missing_ok=True)
        return
    frames = ((index, part.table("projection")) for index, part in parts.items())
    write_tables_joined((_of_model(frame, index) for index, frame in frames if len(frame)), path)


def _of_model(frame: pd.DataFrame, index: int) -> pd.DataFrame:
    frame.insert(0, "model_index", index)
    return frame


def _tasks(
    sweep: Sweep, settings: Settings, cohort: Cohort, folder: Path, only: tuple[str, ...] | None
) -> list[ModelTask]:
    shared = CohortFile(
        (folder / "snips.parquet").resolve(),
        cohort.perturbations,
        tuple(cohort.bin_edges.tolist()),
        cohort.n_folds,
        cohort.fingerprint,
    )
    parts = (folder / "parts").resolve()
    return [
        ModelTask(
            _with_whole_paths(model),
            sweep.reference,
            sweep.config,
            settings,
            shared,
            parts,
            version.__version__,
            only,
        )
        for model in sweep.models
    ]


def _with_whole_paths(model: Model) -> Model:
    """The same model with paths that hold wherever a worker was started."""
    runs = {
        regime: run if run.embedding is None else replace(run, embedding=run.embedding.absolute())
        for regime, run in model.runs.items()
    }
    return replace(model, runs=runs)


def _run(
    tasks: Sequence[ModelTask],
    executor: Executor | None,
    workers: int | None,
    progress: Progress | None,
    log: Path,
) -> tuple[dict[int, str], dict[int, str]]:
    """Fingerprints of the finished models and messages of the others, by model index."""
    finished: dict[int, str] = {}
    errors: dict[int, str] = {}
    most = max(1, min(workers or os.cpu_count() or 1, len(tasks)))
    computed = compute_all(evaluate_model, tasks, executor=executor, workers=most)
    with closing(computed):
        for done, (position, future) in enumerate(computed, start=1):
            _collect(future, tasks[position].model.model_index, finished, errors, log)
            if progress is not None:
                progress(done, len(tasks))
    return dict(sorted(finished.items())), errors


def _collect(
    future: "Future[tuple[str, bool]]",
    index: int,
    finished: dict[int, str],
    errors: dict[int, str],
    log: Path,
) -> None:
    """Read one future; whatever went wrong in the worker becomes this model's error and the others go on."""
    error = CancelledError() if future.cancelled() else future.exception()
    if error is None:
        finished[index] = future.result()[0]
        return
    if isinstance(error, NotWritable):
        raise error  # no model can be kept any more
    errors[index] = f"{type(error).__name__}: {_what_it_says(error)}"
    _LOG.error("model %s ended with an error; see %s", index, log)
    append_log(log, f"model {index}\n{''.join(traceback.format_exception(error))}\n")


def _what_it_says(error: BaseException) -> str:
    """An error's message; those of pools and clusters speak of their own insides and are said in our words."""
    if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
        return (
            "the process that computed this model died each time it was tried, most often for lack of memory; "
            "see 'Memory' in the documentation, then start again with fewer workers"
        )
    if isinstance(error, CancelledError):
        return "the executor dropped this model before it was finished; start again to compute it"
    return str(error)
