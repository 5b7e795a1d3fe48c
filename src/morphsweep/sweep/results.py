"""A results folder, read back."""

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.io import read_json, read_replicates, read_table
from morphsweep.sweep.bootstrapping import averages_of

__all__ = ["Results"]


class Results:
    """What an evaluation wrote; tables are read when they are first asked for.

    Parameters
    ----------
    path : Path or str
        A folder made by ``morphsweep evaluate``.

    Raises
    ------
    InvalidInput
        If it is not a results folder.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        if not (self.path / "run.json").is_file():
            msg = f"{self.path}: not a results folder (no run.json); make one with 'morphsweep evaluate SWEEP --out {self.path}'"
            raise InvalidInput(msg)

    @classmethod
    def open(cls, path: Path | str) -> "Results":
        """Open a results folder.

        Parameters
        ----------
        path : Path or str
            The folder.

        Returns
        -------
        Results
            Lazy tables.
        """
        return cls(path)

    def __repr__(self) -> str:
        return f"Results({str(self.path)!r}: {len(self.models)} models, protocol {self.info['protocol']})"

    @cached_property
    def info(self) -> dict[str, Any]:
        """Version, protocol, settings with their sources, regimes, perturbations, provenance."""
        return read_json(self.path / "run.json")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per model."""
        return read_table(self.path / "summary.csv")

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per model, regime, perturbation and metric."""
        return read_table(self.path / "scores.parquet")

    @cached_property
    def models(self) -> pd.DataFrame:
        """One row per model: hyper-parameters, status, reason."""
        return read_table(self.path / "models.parquet")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run."""
        return read_table(self.path / "runs.parquet")

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Points of all curves."""
        return read_table(self.path / "curves.parquet")

    @cached_property
    def health(self) -> pd.DataFrame:
        """One row per curve: how well it was fitted."""
        return read_table(self.path / "health.parquet")

    @cached_property
    def delays(self) -> pd.DataFrame:
        """One row per individual: its delay against the control, and how it keeps to its curve."""
        return read_table(self.path / "delays.parquet")

    @cached_property
    def curve_bins(self) -> pd.DataFrame:
        """Variance across the curves and spread of time, stretch by stretch."""
        return read_table(self.path / "curve_bins.parquet")

    @cached_property
    def projection(self) -> pd.DataFrame:
        """Every snip on its curve and on the control's; there when it was asked for."""
        return read_table(self.path / "projection.parquet")

    @cached_property
    def tubes(self) -> pd.DataFrame:
        """Radius of the 90 % tube around every curve, point by point; there when replicates were asked for."""
        return read_table(self.path / "tubes.parquet")

    @cached_property
    def f1_over_time(self) -> pd.DataFrame:
        """Discrimination per perturbation and time bin."""
        return read_table(self.path / "f1_over_time.parquet")

    @cached_property
    def onsets(self) -> pd.DataFrame:
        """When each perturbation becomes separable, and its mean F1, with intervals."""
        return read_table(self.path / "onsets.parquet")

    @cached_property
    def sampling(self) -> pd.DataFrame:
        """Standard error of the numbers that are averaged over sampled snips, per model, regime and metric."""
        return read_table(self.path / "sampling.parquet")

    @cached_property
    def baselines(self) -> pd.DataFrame:
        """F1 over time of simpler and stronger classifiers on the same splits."""
        return read_table(self.path / "baselines.parquet")

    @cached_property
    def drops(self) -> pd.DataFrame:
        """What each regime loses in F1, held-out perturbations against kept ones, with intervals."""
        return read_table(self.path / "drops.parquet")

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Segment collinearity of every pair of perturbations."""
        return read_table(self.path / "pairs.parquet")

    @cached_property
    def points_sample(self) -> pd.DataFrame:
        """Some snips of every run, in the space of the run."""
        return read_table(self.path / "points_sample.parquet")

    @cached_property
    def replicates(self) -> pd.DataFrame:
        """Bootstrap replicates of the scores: ``model_index, replicate, regime, perturbation, metric, value``."""
        return read_replicates(self.path / "replicates.parquet")

    @cached_property
    def average_replicates(self) -> pd.DataFrame | None:
        """Those of the models' own values, which a choice looks at; None when no bootstrap was made."""
        return averages_of(self.path)

    @cached_property
    def snips(self) -> pd.DataFrame:
        """The cohort: id, individual, perturbation, time, fold."""
        return read_table(self.path / "snips.parquet")

    @cached_property
    def failures(self) -> pd.DataFrame:
        """What could not be computed, with reasons."""
        return read_table(self.path / "failures.csv")

    @cached_property
    def decision(self) -> dict[str, Any]:
        """Rule, winner, ties and reasons."""
        return read_json(self.path / "decision.json")

    @property
    def exit_status(self) -> int:
        """0 when everything asked for was computed, else 1."""
        return (
            int(self.failures["status"].isin(["not_computable", "error"]).any()) if len(self.failures) else 0
        )
