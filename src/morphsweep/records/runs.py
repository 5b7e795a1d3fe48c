"""The sweep: models, and the run that each has per regime."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from morphsweep.records.scores import Status
from morphsweep.records.sweep_config import SweepConfig

__all__ = ["Model", "Run", "Sweep", "Value"]

Value = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Run:
    """One training: a row of the manifest.

    Parameters
    ----------
    regime : str
        What it was trained on.
    hyperparameters : mapping
        As in the manifest, seed excluded.
    seed : int, str or None
        Its seed, where known.
    embedding : Path or None
        The one table of latent means; None when it is missing, unfinished or ambiguous.
    status : Status
        ``ok`` when there is something to read, else ``not_done`` or ``not_computable``.
    reason : str
        Why not.
    row : int
        Position in the manifest, from 0.
    name : str
        The lab's own name for the run (``process_id`` or path), for messages.
    duplicate : bool
        Whether another row of the manifest is the same run and counts in its place.
    """

    regime: str
    hyperparameters: Mapping[str, Value]
    seed: Value = None
    embedding: Path | None = None
    status: Status = Status.OK
    reason: str = ""
    row: int = 0
    name: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """One replicate of a configuration: a run per regime.

    Parameters
    ----------
    model_index : int
        The manifest's own number, or the position of the model's first run among first runs.
    configuration : int
        Number of its set of hyper-parameters, those that cannot act masked; equal numbers are replicates.
    replicate : int
        0, 1, ... within the configuration.
    hyperparameters : mapping
        All of them, as in the manifest.
    active : mapping
        Those that can act in this model; the content that identifies the configuration.
    seed : int, str or None
        Seed of its reference run, where known.
    runs : mapping of str to Run
        By regime; a regime without a run is absent.
    """

    model_index: int
    configuration: int
    replicate: int
    hyperparameters: Mapping[str, Value]
    active: Mapping[str, Value]
    seed: Value
    runs: Mapping[str, Run]

    @property
    def duplicate(self) -> bool:
        """Whether it is no model of its own, but a row that the manifest repeats."""
        return all(run.duplicate for run in self.runs.values())


@dataclass(frozen=True, slots=True)
class Sweep:
    """Models x regimes, as read and before anything is computed.

    Parameters
    ----------
    source : Path
        The manifest (or the sweep file that names it).
    models : tuple of Model
        In the order of ``model_index``.
    regimes : tuple of str
        The reference first, the others in order of appearance.
    config : SweepConfig
        What the sweep file says, or the defaults.
    layout : str
        ``"morphseq"`` or ``"plain"``.
    problems : tuple of str
        What is odd about the manifest but stops nothing (duplicates, surplus runs).
    """

    source: Path
    models: tuple[Model, ...]
    regimes: tuple[str, ...]
    config: SweepConfig
    layout: str = "plain"
    problems: tuple[str, ...] = ()
    hyperparameter_names: tuple[str, ...] = field(default=())

    @property
    def reference(self) -> str:
        """The regime that the others are compared with."""
        return self.regimes[0]
