"""Which hyper-parameter moves which metric, from a results folder, a table, or results in memory."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep.influence import Driver, Drivers, Effort, Outcome, drive
from morphsweep.selection import (
    SweepFacts,
)
from morphsweep.sweep.choosing import HasSummary
from morphsweep.sweep.driver_material import gather
from morphsweep.sweep.pool import compute_all
from morphsweep.sweep.results import Results

__all__ = ["drivers"]


def drivers(
    source: Results | HasSummary | pd.DataFrame | Path | str,
    /,
    *,
    metrics: Sequence[str] | None = None,
    where: Sequence[str] = (),
    ok: str | None = None,
    knobs: Sequence[str] | None = None,
    group: Sequence[str] | None = None,
    inactive: Mapping[str, str] | None = None,
    seed: int = 0,
    permutations: int = 99,
    n_trees: int = 100,
    driver: Driver | None = None,
    executor: Executor | None = None,
    workers: int | None = 1,
    progress: Callable[[int, int], None] | None = None,
    facts: SweepFacts | None = None,
) -> Drivers:
    """Tell which hyper-parameter moves which metric, and which does nothing measurable.

    Parameters
    ----------
    source : Results, DataFrame, Path or str
        What :func:`evaluate` returned, a results folder, or a table with one row per model (CSV or Parquet), also one that
        morphsweep did not make: columns ``hp_*`` are its hyper-parameters and ``metric_*`` its scores.
    metrics : sequence of str or None
        Score columns to explain; ``["all"]`` for every one; None: the leading ones.
    where : sequence of str
        Conditions such as ``"beta <= 10"`` that models must meet; the others are counted and left out.
    ok : str or None
        Condition such as ``"status == 1"`` that models meet which did not fail. Failed ones are kept as an outcome of their
        own. None: a model has failed when it has none of the scores.
    knobs : sequence of str or None
        Hyper-parameter columns; None: what the sweep says, else columns ``hp_*``, else what is neither score nor bookkeeping.
    group : sequence of str or None
        Columns that are equal for replicates; None: equal hyper-parameters.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act; None: what the sweep says, else MorphSeq's rule.
    seed : int
        Of forests, splits, permutations and bootstraps.
    permutations : int
        Of the null, per round; 99 lets a p be as small as 0.01.
    n_trees : int
        Trees per fold.
    driver : callable or None
        ``(design, score) -> importances`` that sum to one, in place of the forest's importances.
    executor : concurrent.futures.Executor or None
        Where metrics are computed; None: `workers` processes of our own.
    workers : int or None
        Number of these; None: one per processor. The result is the same for any number.
    progress : callable or None
        Called with the number of metrics done and of all.
    facts : SweepFacts or None
        What is known of the sweep; None: what the results folder says.

    Returns
    -------
    Drivers
        ``importances, effects, main_effects, interactions, matched, spread, failures``, sentences, notes.

    Raises
    ------
    InvalidInput
        If the source cannot be read, a column is unknown, or no model or hyper-parameter is left.

    Examples
    --------
    >>> import numpy as np
    >>> table = pd.DataFrame(
    ...     [(b, m) for b in (0.1, 1, 10) for m in range(5)], columns=["beta", "metric_weight"]
    ... )
    >>> table["aligned_rmse"] = 3.0 - np.log10(table["beta"])
    >>> drivers(table, permutations=39, n_trees=20).importances["hyperparameter"].tolist()
    ['beta', 'metric_weight']
    """
    material = gather(
        source, metrics=metrics, where=where, ok=ok, knobs=knobs, group=group, inactive=inactive, facts=facts
    )
    noise = material.noise()
    outcomes = [
        Outcome(name, material.values(name), noise.get(name), material.change(name))
        for name in material.metrics
    ]
    count = workers or os.cpu_count() or 1

    def compute(function: Callable[[Any], Any], tasks: Sequence[Any]) -> list[Any]:
        told: dict[int, Any] = {}
        for done, (place, future) in enumerate(
            compute_all(function, tasks, executor=executor, workers=count), start=1
        ):
            told[place] = future.result()
            if progress is not None:
                progress(done, len(tasks))
        return [told[place] for place in sorted(told)]

    effort = Effort(n_trees=n_trees, permutations=permutations, seed=seed)
    return drive(
        material.design(),
        outcomes,
        failed=material.failed,
        effort=effort,
        driver=driver,
        compute=compute,
        notes=material.notes,
    )
