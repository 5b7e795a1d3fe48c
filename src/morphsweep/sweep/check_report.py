"""What a check of a sweep found, run by run, regime by regime and as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from morphsweep.records import Model, Status, Sweep, Value

__all__ = ["RegimeCheck", "RunCheck", "SweepCheck"]


@dataclass(frozen=True, slots=True)
class RunCheck:
    """What one run holds, or why it cannot be used.

    Parameters
    ----------
    model_index : int
        Its model.
    regime : str
        Its regime.
    name : str
        The lab's own name for it.
    status : Status
        ``ok``, ``not_done`` or ``not_computable``.
    reason : str
        Why it cannot be used.
    rows, individuals, latents : int
        What was read.
    perturbations : mapping of str to int
        Individuals of each perturbation.
    time : tuple of float
        Earliest and latest time.
    dropped : mapping of str to int
        Rows left out, by reason.
    notes : tuple of str
        What was assumed.
    snips : int
        Hash of the set of snip ids; equal for runs of the same snips.
    rows_read : bool
        Whether the rows were read, or only the names of the columns.
    labels : Series, or None
        Perturbation of each individual.
    """

    model_index: int
    regime: str
    name: str
    status: Status
    reason: str = ""
    rows: int = 0
    individuals: int = 0
    latents: int = 0
    perturbations: Mapping[str, int] = field(default_factory=dict)
    time: tuple[float, float] = (float("nan"), float("nan"))
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    snips: int = 0
    rows_read: bool = True
    labels: "pd.Series[str] | None" = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class RegimeCheck:
    """All runs of one regime together.

    Parameters
    ----------
    regime : str
        Its name.
    runs, usable : int
        Rows of the manifest, and those that can be read.
    rows, individuals : tuple of int
        Least and greatest number over the usable runs.
    perturbations : mapping of str to tuple of int
        Least and greatest number of individuals of each perturbation over the usable runs.
    """

    regime: str
    runs: int
    usable: int
    rows: tuple[int, int]
    individuals: tuple[int, int]
    perturbations: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SweepCheck:
    """The whole sweep, ready to be shown.

    Parameters
    ----------
    sweep : Sweep
        As read.
    runs : tuple of RunCheck
        Model by model, the reference first.
    missing : tuple of (int, str)
        Models that have no run in a regime.
    problems : tuple of str
        What is odd but stops nothing.
    refused : str
        Why an evaluation would be refused; empty if it would not be.
    """

    sweep: Sweep
    runs: tuple[RunCheck, ...]
    missing: tuple[tuple[int, str], ...]
    problems: tuple[str, ...]
    refused: str = ""

    @property
    def ok(self) -> bool:
        """Whether every run can be used and no model lacks a regime."""
        return not self.missing and not self.refused and all(run.status is Status.OK for run in self.runs)

    @property
    def unusable(self) -> tuple[RunCheck, ...]:
        """Runs that cannot be used."""
        return tuple(run for run in self.runs if run.status is not Status.OK)

    @property
    def regimes(self) -> tuple[RegimeCheck, ...]:
        """A summary per regime, the reference first."""
        return tuple(
            _regime(name, [run for run in self.runs if run.regime == name]) for name in self.sweep.regimes
        )

    @property
    def hyperparameters(self) -> Mapping[str, tuple[Value, ...]]:
        """Values of each hyper-parameter over the models, sorted; one value = constant."""
        return {name: _values(self.sweep.models, name) for name in self.sweep.hyperparameter_names}

    @property
    def replicates(self) -> Mapping[int, tuple[int, ...]]:
        """Models of each configuration that has more than one."""
        found: dict[int, list[int]] = {}
        for model in (model for model in self.sweep.models if not model.duplicate):
            found.setdefault(model.configuration, []).append(model.model_index)
        return {configuration: tuple(models) for configuration, models in found.items() if len(models) > 1}


def _regime(name: str, runs: list[RunCheck]) -> RegimeCheck:
    """Runs of one regime together."""
    usable = [run for run in runs if run.status is Status.OK]
    known = [run for run in usable if run.rows_read]
    labels = sorted({label for run in known for label in run.perturbations})
    return RegimeCheck(
        name,
        len(runs),
        len(usable),
        _range([run.rows for run in known]),
        _range([run.individuals for run in known]),
        {label: _range([run.perturbations.get(label, 0) for run in known]) for label in labels},
    )


def _range(values: list[int]) -> tuple[int, int]:
    """Least and greatest of the numbers."""
    return (min(values), max(values)) if values else (0, 0)


def _values(models: Iterable[Model], name: str) -> tuple[Value, ...]:
    """Different values of one hyper-parameter: numbers by size, then text; missing last."""
    found = {model.hyperparameters.get(name) for model in models}
    return tuple(
        sorted(found, key=lambda v: (v is None, isinstance(v, str), str(v) if isinstance(v, str) else v or 0))
    )
