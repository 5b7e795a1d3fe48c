"""Choose, out of a sweep of trained embedding models, the space worth using, and know why.

>>> import morphsweep as ms
>>> sweep = ms.read_sweep("sweep01_00.csv")  # doctest: +SKIP
>>> results = ms.evaluate(sweep, "results")  # doctest: +SKIP
>>> ms.select(results).winner  # doctest: +SKIP
74
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from morphsweep.version import __version__

if TYPE_CHECKING:
    from morphsweep.errors import InvalidInput, MorphsweepError, NotApplicable, NotComputable, ShapeMismatch
    from morphsweep.geometry import Curve, LocalPrincipalCurve, Projection, RigidMotion, kabsch
    from morphsweep.influence import Drivers, Ledger, TradeOffs
    from morphsweep.io import read_embedding
    from morphsweep.metrics import METRICS, ElasticNetMultinomial
    from morphsweep.records import Condition, Embedding, MetricSpec, Settings, Sweep, SweepConfig
    from morphsweep.reporting import judge_ratings, write_bridge, write_comparison, write_rating_page
    from morphsweep.reporting import write_figures as figures
    from morphsweep.reporting import write_notebook as notebook
    from morphsweep.reporting import write_report as report
    from morphsweep.selection import Comparison, Selection, noise_floor
    from morphsweep.simulation import simulate
    from morphsweep.sweep import (
        Results,
        bridge,
        check_sweep,
        claims,
        compare,
        drivers,
        evaluate,
        export,
        project,
        read_sweep,
        recognition,
        select,
        tradeoffs,
        try_repairs,
        unseen,
    )
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
    **{name: ("influence", name) for name in ("Drivers", "Ledger", "TradeOffs")},
    "read_embedding": ("io", "read_embedding"),
    "METRICS": ("metrics", "METRICS"),
    "ElasticNetMultinomial": ("metrics", "ElasticNetMultinomial"),
    **{
        name: ("records", name)
        for name in ("Condition", "Embedding", "MetricSpec", "Settings", "Sweep", "SweepConfig")
    },
    "figures": ("reporting", "write_figures"),
    "notebook": ("reporting", "write_notebook"),
    **{name: ("reporting", name) for name in ("judge_ratings", "write_bridge", "write_rating_page")},
    "report": ("reporting", "write_report"),
    "write_comparison": ("reporting", "write_comparison"),
    **{name: ("selection", name) for name in ("Comparison", "Selection", "noise_floor")},
    "simulate": ("simulation", "simulate"),
    **{
        name: ("sweep", name)
        for name in (
            "Results",
            "check_sweep",
            "claims",
            "drivers",
            "bridge",
            "evaluate",
            "export",
            "project",
            "read_sweep",
            "select",
            "tradeoffs",
            "unseen",
            "try_repairs",
            "compare",
            "recognition",
        )
    },
    "train": ("training", "train"),
}

__all__ = [
    "METRICS",
    "Comparison",
    "Condition",
    "Curve",
    "Drivers",
    "ElasticNetMultinomial",
    "Embedding",
    "InvalidInput",
    "Ledger",
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
    "TradeOffs",
    "__version__",
    "bridge",
    "check_sweep",
    "claims",
    "compare",
    "drivers",
    "evaluate",
    "export",
    "figures",
    "judge_ratings",
    "kabsch",
    "noise_floor",
    "notebook",
    "project",
    "read_embedding",
    "read_sweep",
    "recognition",
    "report",
    "select",
    "simulate",
    "tradeoffs",
    "train",
    "try_repairs",
    "unseen",
    "write_bridge",
    "write_comparison",
    "write_rating_page",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        msg = f"module 'morphsweep' has no attribute {name!r}"
        raise AttributeError(msg)
    module, attribute = _PUBLIC[name]
    return getattr(import_module(f"morphsweep.{module}"), attribute)


def __dir__() -> list[str]:
    return __all__
