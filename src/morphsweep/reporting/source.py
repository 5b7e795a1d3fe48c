"""What the pages need of an evaluated sweep."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

__all__ = ["ResultsLike", "hyperparameters", "regimes", "varying"]


class ResultsLike(Protocol):
    """Tables of a results folder, as ``morphsweep.sweep.Results`` has them."""

    @property
    def path(self) -> Path:
        """The folder."""

    @property
    def info(self) -> Mapping[str, Any]:
        """Content of ``run.json``."""

    @property
    def summary(self) -> pd.DataFrame:
        """One row per model."""

    @property
    def scores(self) -> pd.DataFrame:
        """Tidy scores."""

    @property
    def models(self) -> pd.DataFrame:
        """One row per model, with status and reason."""

    @property
    def runs(self) -> pd.DataFrame:
        """One row per run."""

    @property
    def curves(self) -> pd.DataFrame:
        """Points of all curves."""

    @property
    def f1_over_time(self) -> pd.DataFrame:
        """Discrimination per time bin."""

    @property
    def health(self) -> pd.DataFrame:
        """Health of each curve."""

    @property
    def points_sample(self) -> pd.DataFrame:
        """Some snips of each run."""

    @property
    def failures(self) -> pd.DataFrame:
        """What could not be computed, with its reason."""


def regimes(results: ResultsLike, /) -> list[str]:
    """Regimes of the sweep, the reference first.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    list of str
        At least one.
    """
    return [str(name) for name in results.info["regimes"]]


def hyperparameters(results: ResultsLike, /) -> list[str]:
    """Columns of the summary that are hyper-parameters.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    list of str
        In the order of the summary.
    """
    columns = list(map(str, results.summary.columns))
    given = {str(name) for name in results.info.get("hyperparameters", ())}
    # A name that a score or an identity already has stands in the summary as hp_<name>.
    names = {f"hp_{name}" if f"hp_{name}" in columns else name for name in given}
    return [name for name in columns if name in names]


def varying(results: ResultsLike, /) -> list[str]:
    """Hyper-parameters that take more than one value in the sweep.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.

    Returns
    -------
    list of str
        In the order of the summary.
    """
    return [
        name
        for name in hyperparameters(results)
        if results.summary[name].astype(str).nunique(dropna=False) > 1
    ]
