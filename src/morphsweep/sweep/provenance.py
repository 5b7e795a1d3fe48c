"""What `run.json` says: enough to know where every number comes from."""

import os
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from morphsweep import version
from morphsweep.errors import InvalidInput
from morphsweep.io import digest, read_json
from morphsweep.metrics import METRICS
from morphsweep.records import Cohort, Settings, Sweep

__all__ = ["provenance", "refuse_other_sweep", "sweep_of", "way_to_sweep"]

_LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "scikit-learn", "numba")


def provenance(
    sweep: Sweep,
    settings: Settings,
    sources: dict[str, str],
    cohort: Cohort,
    origin: str,
    only: tuple[str, ...] | None,
    notes: Sequence[str],
) -> dict[str, Any]:
    """Collect what a reader of the results must know about their making.

    Parameters
    ----------
    sweep : Sweep
        What was evaluated.
    settings : Settings
        The settings in force.
    sources : dict of str to str
        Where each setting comes from.
    cohort : Cohort
        What all models share.
    origin : str
        The run that the cohort was made from.
    only : tuple of str or None
        The metrics asked for; None = all.
    notes : sequence of str
        What a person should know of the cohort.

    Returns
    -------
    dict
        JSON-able.
    """
    config = sweep.config
    return {
        "version": version.__version__,
        "protocol": settings.version,
        "name": config.name or _folder_of(sweep.source).name,
        "sweep": str(sweep.source),
        "layout": sweep.layout,
        "manifest_fingerprint": _manifest_digest(sweep),
        "regimes": list(sweep.regimes),
        "perturbations": list(cohort.perturbations),
        "left_out": dict(cohort.left_out),
        "control": config.control,
        "columns": config.columns.model_dump(),
        "latent_prefix": config.latent_prefix,
        "held_out": {regime: list(names) for regime, names in config.held_out.items()},
        "hyperparameters": list(sweep.hyperparameter_names),
        "inactive": dict(config.inactive or {}),
        "thresholds": list(config.thresholds or ()),
        "time_unit": config.time_unit,
        "colors": dict(config.colors),
        "settings": {
            name: {"value": value, "source": sources[name]} for name, value in settings.model_dump().items()
        },
        "metrics": list(only or METRICS),
        "cohort": {
            "from": origin,
            "snips": len(cohort.snips),
            "fingerprint": cohort.fingerprint,
            "bin_edges": cohort.bin_edges.tolist(),
        },
        "warnings": [*sweep.problems, *notes],
        "library_versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _LIBRARIES},
        },
    }


def way_to_sweep(sweep: Sweep, folder: Path, /) -> str:
    """Path of the sweep from its results, which holds wherever a command is started and when both are moved.

    Parameters
    ----------
    sweep : Sweep
        What was evaluated.
    folder : Path
        The results folder.

    Returns
    -------
    str
        Relative to the folder where both are on one disk.
    """
    try:
        return os.path.relpath(sweep.source.resolve(), folder.resolve())
    except ValueError:  # another drive
        return str(sweep.source.resolve())


def sweep_of(info: Mapping[str, Any], folder: Path, /) -> Path:
    """Where the sweep of some results is.

    Parameters
    ----------
    info : mapping
        Content of ``run.json``.
    folder : Path
        The results folder.

    Returns
    -------
    Path
        As it was given to the evaluation, if something is there; else by its way from the results.
    """
    given = Path(str(info.get("sweep") or "."))
    way = info.get("sweep_from_results")
    return folder / str(way) if way is not None and not given.exists() else given


def refuse_other_sweep(folder: Path, info: Mapping[str, Any], /) -> None:
    """Results of one sweep are not written over those of another, beside which its figures and drivers would stay.

    Parameters
    ----------
    folder : Path
        The results folder.
    info : mapping
        What ``run.json`` will say.

    Raises
    ------
    InvalidInput
        If the folder holds results of a sweep in another place and with another manifest.
    """
    record = folder / "run.json"
    if not record.is_file():
        return
    try:
        old = read_json(record)
    except InvalidInput:  # damaged: nothing that could be kept apart
        return
    way, manifest = old.get("sweep_from_results"), "manifest_fingerprint"
    if way is None or old.get(manifest) == info[manifest]:
        return
    if (folder / str(way)).resolve() != Path(str(info["sweep"])).resolve():
        msg = f"{folder}: holds the results of another sweep, {old.get('sweep')}; choose another folder with --out, or remove that one"
        raise InvalidInput(msg)


def _folder_of(source: Path) -> Path:
    place = source.resolve()
    return place if place.is_dir() else place.parent


def _manifest_digest(sweep: Sweep) -> str:
    """Hash of what the manifest says, whatever its format and place."""
    return digest(
        [model.model_index, regime, dict(run.hyperparameters), run.seed, run.name, str(run.status)]
        for model in sweep.models
        for regime, run in model.runs.items()
    )
