"""Choose, out of a sweep of trained embedding models, the space worth using, and know why.

>>> import morphsweep as ms
>>> sweep = ms.read_sweep("sweep01_00.csv")  # doctest: +SKIP
>>> results = ms.evaluate(sweep, "results")  # doctest: +SKIP
>>> ms.select(results).winner  # doctest: +SKIP
74
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from morphsweep.errors import InvalidInput, MorphsweepError, NotApplicable, NotComputable, ShapeMismatch
    from morphsweep.geometry import Curve, LocalPrincipalCurve, Projection, RigidMotion, kabsch
    from morphsweep.io import read_embedding
    from morphsweep.metrics import METRICS, ElasticNetMultinomial
    from morphsweep.records import Condition, Embedding, MetricSpec, Settings, Sweep, SweepConfig
    from morphsweep.reporting import write_figures as figures
    from morphsweep.reporting import write_report as report
    from morphsweep.selection import Selection
    from morphsweep.simulation import simulate
    from morphsweep.sweep import Results, check_sweep, evaluate, export, read_sweep, select
    from morphsweep.training import train

# Public name -> (module, name there). Loaded on first use, so that `import morphsweep` and `--help` stay quick.
_PUBLIC = {
    **{
        name: ("errors", name)
        for name in ("InvalidInput", "MorphsweepError", "NotApplicable", "NotComputable", "ShapeMismatch")
    },
    **{
        name: ("geometry", name)
        for name in ("Curve", "LocalPrincipalCurve", "Projection", "RigidMotion", "kabsch")
    },
    "read_embedding": ("io", "read_embedding"),
    "METRICS": ("metrics", "METRICS"),
    "ElasticNetMultinomial": ("metrics", "ElasticNetMultinomial"),
    **{
        name: ("records", name)
        for name in ("Condition", "Embedding", "MetricSpec", "Settings", "Sweep", "SweepConfig")
    },
    "figures": ("reporting", "write_figures"),
    "report": ("reporting", "write_report"),
    "Selection": ("selection", "Selection"),
    "simulate": ("simulation", "simulate"),
    **{
        name: ("sweep", name)
        for name in ("Results", "check_sweep", "evaluate", "export", "read_sweep", "select")
    },
    "train": ("training", "train"),
}

__all__ = [
    "METRICS",
    "Condition",
    "Curve",
    "ElasticNetMultinomial",
    "Embedding",
    "InvalidInput",
    "LocalPrincipalCurve",
    "MetricSpec",
    "MorphsweepError",
    "NotApplicable",
    "NotComputable",
    "Projection",
    "Results",
    "RigidMotion",
    "Selection",
    "Settings",
    "ShapeMismatch",
    "Sweep",
    "SweepConfig",
    "__version__",
    "check_sweep",
    "evaluate",
    "export",
    "figures",
    "kabsch",
    "read_embedding",
    "read_sweep",
    "report",
    "select",
    "simulate",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        msg = f"module 'morphsweep' has no attribute {name!r}"
        raise AttributeError(msg)
    module, attribute = _PUBLIC[name]
    return getattr(import_module(f"morphsweep.{module}"), attribute)


def __dir__() -> list[str]:
    return __all__
