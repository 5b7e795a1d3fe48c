"""Bootstrap replicates of one model: individuals weighted anew, curves refitted, everything else fixed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.io import digest, read_chunks
from morphsweep.metrics import individual_weights
from morphsweep.records import AVERAGE, FloatArray, MetricSpec, Scaffold, ScoreRow
from morphsweep.sweep.bin_intervals import resampled_bins
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.resting import RESTS, resting_on
from morphsweep.sweep.scoring import score_agreed
from morphsweep.sweep.tubing import CurveOffsets
from morphsweep.trajectories import refit_scaffold

__all__ = [
    "BESIDE",
    "RESAMPLED",
    "gathered",
    "missing_chunks",
    "replicated_specs",
    "replicates_folder",
    "replicates_of_model",
]

# Products that follow the weights of individuals. A metric is resampled when it needs nothing else.
RESAMPLED = frozenset({
    "curves", "fits", "scaffold", "scaffold_at_time", "gyration", "collinearity_within",
    "f1_over_time", "f1_to_pair", "pr_auc_over_time", "auroc_over_time", "held_out", "settings", "along", "delays",
})  # fmt: skip

FORMAT = 3  # of the chunks; a change computes them again
CHUNK = 25  # replicates; what an interruption can cost

_OVER_TIME = ("f1_over_time", "pr_auc_over_time", "auroc_over_time")
_KEYS = ["regime", "perturbation", "metric"]
BESIDE = (*_KEYS, *RESTS)  # what stands beside the replicates


def replicated_specs(specs: Iterable[MetricSpec], /) -> list[MetricSpec]:
    """The metrics that can be resampled.

    Parameters
    ----------
    specs : iterable of MetricSpec
        Any.

    Returns
    -------
    list of MetricSpec
        Without those that need a product which does not follow the weights, and without the health of curves, which is a
        record of the fit to the data.
    """
    return [
        spec
        for spec in specs
        if RESAMPLED.issuperset(spec.needs) and not (spec.scope == "run" and spec.needs == ("fits",))
    ]


def replicates_of_model(
    runs: Mapping[str, RunProducts],
    reference: str,
    specs: Iterable[MetricSpec],
    /,
    *,
    first: int,
    stop: int,
) -> pd.DataFrame:
    """Scores of one model for replicates `first` to ``stop - 1``.

    Space, bandwidth, folds, out-of-fold predictions and the verdict which curves are ok stay as they were found. All runs
    weight an individual alike, so that comparisons of regimes and of models are paired.

    Parameters
    ----------
    runs : mapping of str to RunProducts
        The runs as scored.
    reference : str
        The reference regime.
    specs : iterable of MetricSpec
        The metrics; those that cannot be resampled are passed over.
    first, stop : int
        Which replicates.

    Returns
    -------
    DataFrame
        ``regime, perturbation, metric`` (below the scores: distances of the curves' points), ``individuals, degrees`` (what a
        score rests on, see :func:`resting_on`), then one column per replicate, named by its number. A number is missing where
        the score is, and in replicates where a curve that the score uses could not be fitted. Empty when nothing can be resampled.
    """
    chosen = replicated_specs(specs)
    base = score_agreed(runs, reference, chosen)
    if not base:
        return pd.DataFrame()
    known = np.array([row.value for row in base])
    tables = {regime: _discrimination(run, first, stop) for regime, run in runs.items()}
    weights = {regime: _snip_weights(run, first, stop) for regime, run in runs.items()}
    values = np.empty((len(base), stop - first))
    offsets = CurveOffsets(runs, stop - first)
    for b in range(stop - first):
        drawn = {regime: _drawn(run, weights[regime](b), tables[regime], b) for regime, run in runs.items()}
        rows = score_agreed(drawn, reference, chosen)
        values[:, b] = [row.value for row in rows]
        offsets.add(drawn, b)
    values = np.where(np.isfinite(known)[:, None], values, np.nan)
    _blank_smaller_averages(base, known, values)
    keys = pd.DataFrame({name: [getattr(row, name) for row in base] for name in _KEYS})
    numbers = pd.DataFrame(values, columns=[str(b) for b in range(first, stop)])
    scores = pd.concat([keys, resting_on(base, runs, reference), numbers], axis=1)
    curves = offsets.frame(_KEYS, [str(b) for b in range(first, stop)])
    return pd.concat([scores, curves], ignore_index=True) if len(curves) else scores


def missing_chunks(folder: Path, n_replicates: int, /) -> list[tuple[int, int]]:
    """Chunks of replicates that a model still lacks.

    Parameters
    ----------
    folder : Path
        What :func:`replicates_folder` returned.
    n_replicates : int
        Replicates wanted; 0 lacks nothing.

    Returns
    -------
    list of (first, stop)
        In order.
    """
    bounds = _bounds(n_replicates)
    found = read_chunks(folder, bounds)
    return [bound for bound, frame in zip(bounds, found, strict=True) if frame is None]


def gathered(folder: Path, n_replicates: int, /) -> pd.DataFrame | None:
    """All replicates of one model.

    Parameters
    ----------
    folder : Path
        What :func:`replicates_folder` returned.
    n_replicates : int
        How many, at least 1.

    Returns
    -------
    DataFrame or None
        As from :func:`replicates_of_model`; None when some are missing.
    """
    frames = read_chunks(folder, _bounds(n_replicates))
    found = [frame for frame in frames if frame is not None]
    if len(found) < len(frames):
        return None
    rest = [frame.drop(columns=list(BESIDE), errors="ignore") for frame in found[1:]]
    return pd.concat([found[0], *rest], axis=1)


def replicates_folder(parts: Path, fingerprint: str, /) -> Path:
    """Where the replicates of a model are kept, beside the parts.

    Parameters
    ----------
    parts : Path
        The folder of all parts.
    fingerprint : str
        Of the model.

    Returns
    -------
    Path
        A folder of chunks.
    """
    return parts.parent / "replicates" / digest([fingerprint, "replicates", FORMAT])


def _bounds(n_replicates: int) -> list[tuple[int, int]]:
    """Whole chunks first, so that a longer bootstrap begins with those of a shorter one."""
    return [(first, min(first + CHUNK, n_replicates)) for first in range(0, n_replicates, CHUNK)]


def _drawn(
    run: RunProducts, weight: FloatArray, tables: Mapping[str, FloatArray | NotComputable], b: int
) -> RunProducts:
    """The same run with its snips weighted: what does not follow the weights is handed on."""
    made: dict[str, Any] = {
        name: table if isinstance(table, NotComputable) else dict(zip(_classes(run), table[b], strict=True))
        for name, table in tables.items()
    }
    try:
        made["space"], made["rows"] = run.get("space"), run.get("rows")
        made["scaffold_fit"] = _refitted(run, weight)
    except NotComputable as reason:
        made["scaffold_fit"] = made["space"] = reason
    drawn = RunProducts(
        run.embedding,
        run.cohort,
        run.settings,
        control=run.control,
        held_out=run.held_out,
        weight=weight,
        made=made,
    )
    drawn.common, drawn.everywhere = run.common, run.everywhere
    return drawn


def _refitted(run: RunProducts, weight: FloatArray) -> Scaffold:
    """Curves of the weighted snips with the bandwidth, and the verdicts, of the fit to the data."""
    obs = run.embedding.obs
    return refit_scaffold(
        run.get("scaffold_fit"),
        run.get("space").scores,
        obs["perturbation"].to_numpy(),
        obs["time"].to_numpy(float),
        settings=run.settings,
        control=run.control,
        weight=weight,
    )


def _snip_weights(run: RunProducts, first: int, stop: int) -> Any:
    """A function from the position of a replicate to the weights of the snips."""
    ids = run.embedding.obs["individual"].astype(str).to_numpy(dtype=object)
    names, who = np.unique(ids, return_inverse=True)
    weights = individual_weights(names.tolist(), stop, seed=run.settings.seed)[first:]

    def of(b: int) -> FloatArray:
        chosen: FloatArray = weights[b, who]
        return chosen

    return of


def _discrimination(run: RunProducts, first: int, stop: int) -> dict[str, FloatArray | NotComputable]:
    """Scores over time of every replicate by product, or why there are none."""
    try:
        found = resampled_bins(run, first, stop)
    except (
        NotComputable
    ) as reason:  # no predictions, or individuals whose label changes, which have no counts
        return dict.fromkeys(_OVER_TIME, reason)
    return {f"{name}_over_time": table for name, table in found.items()}


def _classes(run: RunProducts) -> tuple[str, ...]:
    classes: tuple[str, ...] = run.get("predictions").classes
    return classes


def _blank_smaller_averages(base: list[ScoreRow], known: FloatArray, values: FloatArray) -> None:
    """A replicate's average over fewer perturbations than the score's is no replicate of it."""
    groups: dict[tuple[str, str], list[int]] = {}
    average: dict[tuple[str, str], int] = {}
    for position, row in enumerate(base):
        key = (row.metric, row.regime)
        if row.perturbation == AVERAGE:
            average[key] = position
        else:
            groups.setdefault(key, []).append(position)
    for key, position in average.items():
        members = [p for p in groups.get(key, []) if np.isfinite(known[p])]
        lost = np.isnan(values[members]).any(axis=0) if members else np.zeros(values.shape[1], dtype=bool)
        values[position, lost] = np.nan
