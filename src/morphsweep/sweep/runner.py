"""Evaluate a whole sweep: any executor, every finished model kept, tables rebuilt at the end."""

import logging
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import ExitStack
from pathlib import Path

import morphsweep
from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import Part, read_embedding, write_json, write_table, write_text_atomic
from morphsweep.metrics import metric
from morphsweep.records import Cohort, Embedding, Model, Protocol, Settings, Sweep, SweepConfig
from morphsweep.sweep.assembling import assemble
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.configuring import resolve_settings
from morphsweep.sweep.deciding import decide
from morphsweep.sweep.evaluator import CohortFile, ModelTask, evaluate_model
from morphsweep.sweep.pool import local_pool
from morphsweep.sweep.provenance import provenance
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
        Where the models are computed; by default a pool of processes on this machine.
    workers : int, optional
        Size of that pool; default: one per processor. 1 computes in this process.
    only : sequence of str, optional
        Names of the metrics to compute; default: all.
    progress : callable, optional
        Called with the number of models done and the number of all.

    Returns
    -------
    Results
        The results folder, opened. The same for any executor and number of workers.

    Raises
    ------
    InvalidInput
        If nothing can be evaluated, before anything is computed.
    """
    started = time.perf_counter()
    if not isinstance(sweep, Sweep):
        sweep = read_sweep(Path(sweep), config)
    names = None if only is None else tuple(metric(name).name for name in only)
    settings, sources = resolve_settings(protocol, sweep.config)
    folder = Path(out)
    _make_folder(folder)
    embedding, origin = _first_readable(sweep)
    cohort = make_cohort(embedding, settings=settings, config=sweep.config)
    write_table(cohort.snips, folder / "snips.parquet")
    tasks = _tasks(sweep, settings, cohort, folder, names)
    stages = {"prepare": time.perf_counter() - started}
    finished, errors = _run(tasks, executor, workers, progress, folder / "run.log")
    stages["models"] = time.perf_counter() - started - sum(stages.values())
    parts = {index: Part(folder / "parts" / fingerprint) for index, fingerprint in finished.items()}
    tables = assemble(sweep, parts, errors)
    info = provenance(sweep, settings, sources, cohort, origin, names)
    tables["summary"], decision, account = decide(tables["summary"], tables["scores"], info)
    for name, table in tables.items():
        write_table(table, folder / f"{name}.{'csv' if name in {'summary', 'failures'} else 'parquet'}")
    write_json(decision, folder / "decision.json")
    write_text_atomic(folder / "decision.md", account)
    stages["tables"] = time.perf_counter() - started - sum(stages.values())
    info["wall_time"] = {name: round(seconds, 3) for name, seconds in stages.items()}
    info["parts"] = {str(index): fingerprint for index, fingerprint in finished.items()}
    write_json(info, folder / "run.json")
    return Results(folder)


def _make_folder(folder: Path) -> None:
    try:
        (folder / "parts").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: cannot be used as a results folder ({error.strerror}); give another --out"
        raise InvalidInput(msg) from None


def _first_readable(sweep: Sweep) -> tuple[Embedding, str]:
    """The run that the cohort is made from: the first of the reference regime that can be read."""
    reasons = []
    for regime in (sweep.reference, *sweep.regimes[1:]):
        for model in sweep.models:
            run = model.runs.get(regime)
            if run is None or run.embedding is None:
                continue
            try:
                embedding = read_embedding(
                    run.embedding, columns=sweep.config.columns, latent_prefix=sweep.config.latent_prefix
                )
            except (NotComputable, InvalidInput) as reason:
                reasons.append(str(reason))
            else:
                return embedding, f"model {model.model_index}, {regime}"
    found = "; ".join(dict.fromkeys(reasons[:3])) or "every run is unfinished or has no embedding"
    msg = f"{sweep.source}: no run can be read, so there is nothing to evaluate: {found}"
    raise InvalidInput(msg)


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
        ModelTask(model, sweep.reference, sweep.config, settings, shared, parts, morphsweep.__version__, only)
        for model in sweep.models
    ]


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
    with ExitStack() as stack:
        pool = executor or stack.enter_context(local_pool(workers, tasks=len(tasks)))
        futures = {pool.submit(evaluate_model, task): task.model for task in tasks}
        for done, future in enumerate(as_completed(futures), start=1):
            _collect(future, futures[future], finished, errors, log)
            if progress is not None:
                progress(done, len(tasks))
    return dict(sorted(finished.items())), errors


def _collect(
    future: "Future[tuple[str, bool]]",
    model: Model,
    finished: dict[int, str],
    errors: dict[int, str],
    log: Path,
) -> None:
    """Read one future; whatever went wrong in the worker becomes this model's error and the others go on."""
    error = future.exception()
    if error is None:
        finished[model.model_index] = future.result()[0]
        return
    errors[model.model_index] = f"{type(error).__name__}: {error}"
    text = "".join(traceback.format_exception(error))
    _LOG.error("model %s ended with an error; see %s", model.model_index, log)
    with log.open("a", encoding="utf-8") as stream:
        stream.write(f"model {model.model_index}\n{text}\n")
