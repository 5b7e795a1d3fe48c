"""Train a whole sweep with any executor, and write the manifest that ``evaluate`` reads."""

import os
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from morphsweep.errors import InvalidInput, NotWritable
from morphsweep.io import (
    append_log,
    digest,
    hold_folder,
    read_sweep_file,
    read_table,
    write_json,
    write_sweep_file,
    write_table,
)
from morphsweep.records import Status, SweepConfig, TrainingConfig
from morphsweep.sweep.pool import compute_all
from morphsweep.training.data import PreparedData
from morphsweep.training.plan import Plan, PlannedRun, make_plan
from morphsweep.training.prepare import prepare_data
from morphsweep.training.run import TRAINER, RunTask, train_run

__all__ = ["TrainedSweep", "train"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrainedSweep:
    """A folder of trained runs.

    Parameters
    ----------
    path : Path
        Its ``sweep.toml``, which :func:`morphsweep.evaluate` takes.
    runs : DataFrame
        The manifest: a row per run with regime, seed, hyper-parameters, ``completed``, ``status`` and ``reason``.
    notes : tuple of str
        What was assumed or collapsed.
    """

    path: Path
    runs: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """0 when every run is usable, else 1."""
        return int((self.runs["completed"] != 1).any())


def train(
    sweep: Path | str | SweepConfig,
    /,
    *,
    images: Path | str,
    out: Path | str,
    table: Path | str | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    reading: Progress | None = None,
) -> TrainedSweep:
    """Train a metric variational autoencoder per combination of a grid, regime and seed.

    Parameters
    ----------
    sweep : Path, str or SweepConfig
        A ``sweep.toml`` with a table ``[training]``.
    images : Path or str
        A folder with images and their table, or an array of images (``.npz, .npy, .zarr``) with a table beside it.
    out : Path or str
        Folder of the runs; what is finished in it is kept, what was interrupted goes on.
    table : Path or str, optional
        The table, where it does not lie beside the images.
    executor : concurrent.futures.Executor, optional
        Where runs are trained; by default a pool of processes on this machine, or this process where there is a GPU.
    workers : int, optional
        Size of that pool; default: one per processor.
    progress : callable, optional
        Called with the number of runs done and the number of all.
    reading : callable, optional
        Called with the number of images read and the number of all.

    Returns
    -------
    TrainedSweep
        On a CPU the same for any executor and number of workers.

    Raises
    ------
    InvalidInput
        If the sweep file, the images or the table cannot be used, before anything is trained.
    NotWritable
        If the disk is full; what is finished is kept.
    """
    config = sweep if isinstance(sweep, SweepConfig) else read_sweep_file(sweep)
    if config.training is None:
        msg = f"{sweep}: no table [training]; at least add one, it may be empty"
        raise InvalidInput(msg)
    training, folder = config.training, Path(out)
    with hold_folder(folder, "training"):
        data, perturbations, notes = prepare_data(
            Path(images),
            folder / "data",
            table=None if table is None else Path(table),
            config=config,
            training=training,
            progress=reading,
        )
        plan = make_plan(config, training, perturbations)
        _check_batches(plan, data)
        tasks = [_task(run, data, training, folder) for run in plan.runs]
        rows = _run(tasks, executor, workers, progress, folder / "run.log")
        manifest = _manifest(tasks, rows, folder)
        write_table(manifest, folder / "manifest.csv")
        write_json({"training": training.model_dump(), "trainer": TRAINER}, folder / "training.json")
        path = write_sweep_file(_evaluated(config, plan, data), folder / "sweep.toml")
    return TrainedSweep(path, manifest, (*notes, *plan.notes))


def _check_batches(plan: Plan, data: PreparedData) -> None:
    """A batch must fit into the training rows of every regime."""
    frame = read_table(data.table)
    for run in plan.runs:
        n = int(((frame["split"] == "train") & ~frame["perturbation"].isin(run.held_out)).sum())
        if run.settings.batch_size > n:
            msg = (
                f"batch_size = {run.settings.batch_size}, but the regime {run.regime!r} has {n} training images; "
                "lower batch_size in [training], or give more images"
            )
            raise InvalidInput(msg)


def _task(run: PlannedRun, data: PreparedData, training: TrainingConfig, folder: Path) -> RunTask:
    """A run with its folder, whose name depends on all that decides its weights and on nothing else."""
    content = [
        run.settings.model_dump(),
        run.regime,
        sorted(run.held_out),
        run.seed,
        {name: dict(stated) for name, stated in training.compatibility.items()},
        data.fingerprint,
        TRAINER,
    ]
    regime = re.sub(r"[^0-9A-Za-z_-]+", "_", run.regime)[:40]
    name = f"{regime}-seed{run.seed}-{digest(content)[:10]}"
    return RunTask(run, data, training.compatibility, (folder / "runs" / name).resolve(), training.device)


def _run(
    tasks: Sequence[RunTask],
    executor: Executor | None,
    workers: int | None,
    progress: Progress | None,
    log: Path,
) -> list[dict[str, Any]]:
    """Outcome of each task; whatever goes wrong in one, the others go on."""
    gpu = torch.cuda.is_available() and tasks[0].device != "cpu"
    most = max(1, min(workers or (1 if gpu else os.cpu_count() or 1), len(tasks)))
    rows: list[dict[str, Any]] = [{} for _ in tasks]
    with closing(compute_all(train_run, tasks, executor=executor, workers=most)) as computed:
        for done, (position, future) in enumerate(computed, start=1):
            rows[position] = _collect(future, tasks[position], log)
            if progress is not None:
                progress(done, len(tasks))
    return rows


def _collect(future: "Future[dict[str, Any]]", task: RunTask, log: Path) -> dict[str, Any]:
    """An outcome, or the error that ended the worker."""
    error = CancelledError() if future.cancelled() else future.exception()
    if error is None:
        return future.result()
    if isinstance(error, NotWritable):
        raise error
    append_log(log, f"{task.folder.name}\n{''.join(traceback.format_exception(error))}\n")
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, BrokenExecutor):
        reason = "the process that trained this run died each time it was tried, most often for lack of memory; start again with fewer workers"
    return {"status": Status.ERROR.value, "reason": reason}


def _manifest(tasks: Sequence[RunTask], rows: Sequence[Mapping[str, Any]], folder: Path) -> pd.DataFrame:
    """One row per run; paths are relative to the manifest."""
    found = []
    for task, row in zip(tasks, rows, strict=True):
        place = Path(os.path.relpath(task.folder, folder.resolve()))  # runs may be a link to another disk
        found.append({
            "name": task.folder.name,
            "regime": task.planned.regime,
            "seed": task.planned.seed,
            **task.planned.hyperparameters,
            "completed": int(row["status"] == Status.OK.value),
            "status": row["status"],
            "reason": row["reason"],
            "embedding": (place / "embedding.parquet").as_posix(),
        })
    return pd.DataFrame(found)


def _evaluated(config: SweepConfig, plan: Plan, data: PreparedData) -> SweepConfig:
    """The sweep file of the trained runs: the lab's own, with what training decided."""
    names = data.names
    columns = config.columns.model_copy(
        update={role: names["snip_id" if role == "id" else role] for role in _ROLES if _known(role, names)}
    )
    held_out = {regime: held for regime, held in plan.regimes.items() if held}
    return config.model_copy(
        update={"manifest": "manifest.csv", "columns": columns, "held_out": held_out, "training": None}
    )


_ROLES = ("id", "individual", "perturbation", "time", "batch", "split")


def _known(role: str, names: Mapping[str, str]) -> bool:
    return ("snip_id" if role == "id" else role) in names
