"""Which repair of the notebook's faults moves which number: each is tried by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep.records import Settings
from morphsweep.selection import SweepFacts
from morphsweep.selection import select as select_models
from morphsweep.sweep.bridging import COMPARED, Bridge, change_of_values, matched_models, tranches_of
from morphsweep.sweep.provenance import sweep_of
from morphsweep.sweep.reading import read_sweep
from morphsweep.sweep.results import Results
from morphsweep.sweep.runner import evaluate

__all__ = ["Repair", "repairs_between", "try_repairs"]

Progress = Callable[[int, int], None]

# Settings that make sense only together are one repair; any other setting in which the protocols differ is one by itself.
_TOGETHER = {
    "all rows instead of a sample": ("sample_fraction", "control_sample_fraction"),
    "curve method and bandwidth": ("curve_method", "bandwidth", "curve_tol", "curve_max_iter"),
    "solver run to its optimum": ("classifier", "classifier_tol", "classifier_max_iter"),
    "folds instead of one split": ("split",),
    "time bins common to the sweep": ("time_bins",),
    "slope per fraction of the curve": ("dispersion_slope_unit",),
    "collinearity in both directions": ("collinearity_pairs",),
}
_WITHOUT_EFFECT = {
    "protocol",
    "baselines",
    "n_sample_points",
    "n_permutations",
    "n_replicates",
}  # on the numbers compared


@dataclass(frozen=True, slots=True)
class Repair:
    """One fault repaired by itself: its name and the settings that do it."""

    name: str
    settings: Mapping[str, Any]


def repairs_between(notebook: Results, default: Results, /) -> list[Repair]:
    """Every fault that separates the two, each as a change of the notebook's settings.

    Parameters
    ----------
    notebook, default : Results
        The same sweep evaluated under both protocols.

    Returns
    -------
    list of Repair
        In a fixed order.
    """
    theirs, ours = (_settings(results) for results in (notebook, default))
    differing = {
        name: ours[name]
        for name in ours
        if name in theirs and ours[name] != theirs[name] and name not in _WITHOUT_EFFECT
    }
    repairs = []
    for name, fields in _TOGETHER.items():
        found = {field: differing.pop(field) for field in fields if field in differing}
        if found:
            repairs.append(Repair(name, found))
    return repairs + [Repair(f"{field} = {value}", {field: value}) for field, value in differing.items()]


def try_repairs(
    found: Bridge,
    notebook: Results,
    default: Results,
    folder: Path | str,
    /,
    *,
    sweep: Path | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Bridge:
    """Evaluate the sweep under the notebook's protocol with each repair by itself.

    Parameters
    ----------
    found : Bridge
        What :func:`bridge` returned.
    notebook, default : Results
        The results that it compares.
    folder : Path or str
        For one results folder per repair; what is finished in them is kept.
    sweep : Path or str, optional
        The sweep; default: where the notebook results say that it is.
    workers : int, optional
        Processes.
    progress : callable, optional
        Called with the number of models done and of all.

    Returns
    -------
    Bridge
        With repairs.

    Raises
    ------
    InvalidInput
        If the sweep is not where it was.
    """
    source = read_sweep(Path(sweep) if sweep is not None else sweep_of(notebook.info, notebook.path))
    repairs = repairs_between(notebook, default)
    total = len(repairs) * len(source.models)
    kept = {name: value for name, value in _settings(notebook).items() if name != "protocol"}
    frames = []
    for k, repair in enumerate(repairs):
        config = source.config.model_copy(update={"settings": {**_overridden(kept), **repair.settings}})
        results = evaluate(
            replace(source, config=config), Path(folder) / _folder_name(repair), protocol="notebook",
            workers=workers, only=COMPARED, progress=_shifted(progress, k * len(source.models), total),
        )  # fmt: skip
        frames.append(_effect(found, notebook, results, repair))
    return replace(found, repairs=pd.concat(frames, ignore_index=True) if frames else pd.DataFrame())


def _settings(results: Results) -> dict[str, Any]:
    recorded = {name: entry["value"] for name, entry in dict(results.info["settings"]).items()}
    return {
        name: tuple(v) if isinstance(v, list) else v
        for name, v in recorded.items()
        if name in Settings.model_fields
    }


def _overridden(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those settings that are not the notebook protocol's own."""
    base = Settings.for_protocol("notebook").model_dump()
    return {name: value for name, value in settings.items() if base.get(name) != value}


def _effect(found: Bridge, notebook: Results, repaired: Results, repair: Repair) -> pd.DataFrame:
    """What one repair does to every number, and to the tranche under the notebook's rule."""
    pairs, _ = matched_models(notebook, repaired)
    changes = (
        change_of_values(notebook, repaired, pairs)
        .rename(columns={"default": "value"})
        .drop(columns="notebook")
    )
    keys = ["model_index", "column"]
    whole = found.values[[*keys, "change"]].rename(columns={"change": "whole"})
    changes = changes.merge(whole, on=keys, how="left")
    share = changes["change"] / changes["whole"].where(changes["whole"].abs() > 0)
    changes = changes.drop(columns="whole")
    choice = select_models(
        repaired.summary,
        where=list(found.rule),
        facts=SweepFacts.from_info(repaired.info, scores=repaired.scores),
    )
    tranche = pairs.set_index("model_index")["model_index_default"].map(tranches_of(choice))
    return changes.assign(repair=repair.name, share=share, tranche=changes["model_index"].map(tranche))


def _folder_name(repair: Repair) -> str:
    return "".join(c if c.isalnum() else "_" for c in repair.name)


def _shifted(progress: Progress | None, done: int, total: int) -> Progress | None:
    return None if progress is None else lambda k, _: progress(done + k, total)
