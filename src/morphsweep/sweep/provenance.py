"""What `run.json` says: enough to know where every number comes from."""

import platform
from importlib import metadata
from typing import Any

from morphsweep import version
from morphsweep.io import digest
from morphsweep.metrics import METRICS
from morphsweep.records import Cohort, Settings, Sweep

__all__ = ["provenance"]

_LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "scikit-learn", "numba")


def provenance(
    sweep: Sweep,
    settings: Settings,
    sources: dict[str, str],
    cohort: Cohort,
    origin: str,
    only: tuple[str, ...] | None,
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

    Returns
    -------
    dict
        JSON-able.
    """
    config = sweep.config
    return {
        "version": version.__version__,
        "protocol": settings.version,
        "name": config.name or sweep.source.resolve().parent.name,
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
        "warnings": list(sweep.problems),
        "library_versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _LIBRARIES},
        },
    }


def _manifest_digest(sweep: Sweep) -> str:
    """Hash of what the manifest says, whatever its format and place."""
    return digest(
        [model.model_index, regime, dict(run.hyperparameters), run.seed, run.name, str(run.status)]
        for model in sweep.models
        for regime, run in model.runs.items()
    )
