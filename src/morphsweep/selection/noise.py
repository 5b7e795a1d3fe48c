"""The noise floor: how much numbers differ between models that were asked to be the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.errors import NotComputable

__all__ = ["MetricNoise", "NoiseFloor", "noise_floor", "replicate_groups", "sd_interval"]

_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class MetricNoise:
    """How much replicates differ in one number.

    Parameters
    ----------
    column : str
        The number.
    sd : float
        Standard deviation between replicates, pooled over configurations, in the unit of the number.
    df : int
        Degrees of freedom: models with the number minus configurations.
    low, high : float
        95 % interval of `sd` for normal noise, from the chi-square distribution.
    limit : float
        Repeatability limit: two models of one configuration differ by more once in twenty times.
    upper_limit : float
        The same, were the standard deviation `high`.

    Examples
    --------
    >>> noise = noise_floor(pd.DataFrame({"f1_all": [0.70, 0.72, 0.9]}), [0, 0, 1])["f1_all"]
    >>> print(noise)
    replicate SD 0.0141 (1 df, 95 % interval 0.00631 to 0.451)
    """

    column: str
    sd: float
    df: int
    low: float
    high: float
    limit: float
    upper_limit: float

    def within(self, difference: float, /, *, upper: bool = False) -> bool:
        """Whether a difference is no larger than the limit; False when it is missing."""
        return bool(abs(difference) <= (self.upper_limit if upper else self.limit))

    def multiples(self, difference: float, /) -> float:
        """A difference in replicate standard deviations; infinite when there is no noise."""
        size = abs(float(difference))
        return size / self.sd if self.sd > 0 else (0.0 if size == 0 else float("inf"))

    def __str__(self) -> str:
        return f"replicate SD {self.sd:.3g} ({self.df} df, 95 % interval {self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """The noise floor of a sweep, number by number.

    Parameters
    ----------
    metrics : mapping of str to MetricNoise
        By column; only those that at least two replicates have.
    groups : tuple of tuple
        The models that are replicates of one another, by ``model_index`` (row labels when there is none).
    residuals : DataFrame, shape (n_models, n_columns)
        Deviation of each replicate from the mean of its configuration, for the models of `groups`.
    """

    metrics: Mapping[str, MetricNoise]
    groups: tuple[tuple[Any, ...], ...]
    residuals: pd.DataFrame

    def __getitem__(self, column: str) -> MetricNoise:
        return self.metrics[column]

    def __contains__(self, column: object) -> bool:
        return column in self.metrics

    def table(self) -> pd.DataFrame:
        """One row per number: ``column, sd, df, low, high, limit, upper_limit``."""
        names = ["column", "sd", "df", "low", "high", "limit", "upper_limit"]
        rows = [[getattr(noise, name) for name in names] for noise in self.metrics.values()]
        return pd.DataFrame(rows, columns=names)

    def said(self, column: str, difference: float, /) -> str:
        """A difference with its multiple of the noise, in words; without noise the bare difference.

        Parameters
        ----------
        column : str
            The number.
        difference : float
            In its unit.

        Returns
        -------
        str
            Such as ``"0.042 (3.1 replicate SD)"``.
        """
        if column not in self.metrics:
            return f"{difference:.3g}"
        return f"{difference:.3g} ({self.metrics[column].multiples(difference):.1f} replicate SD)"


def noise_floor(
    table: pd.DataFrame,
    configurations: "pd.Series[Any] | Sequence[Any]",
    /,
    *,
    columns: Iterable[str] | None = None,
    models: Sequence[Any] | None = None,
) -> NoiseFloor:
    """Pooled standard deviation between the replicates of each configuration.

    Parameters
    ----------
    table : DataFrame, one row per model
        Numbers; missing ones are left out column by column, so that one missing number costs no other.
    configurations : Series or sequence, length n_models
        Equal entries are replicates; a missing entry is no replicate of anything.
    columns : iterable of str or None
        Which numbers; None: every numeric column.
    models : sequence or None
        Names of the rows; None: the column ``model_index``, else the index.

    Returns
    -------
    NoiseFloor
        Without the columns in which no configuration has two models.

    Raises
    ------
    NotComputable
        If no configuration has two models.

    References
    ----------
    .. [1] ISO 5725-2 (1994), Accuracy of measurement methods and results: the repeatability limit.

    Examples
    --------
    >>> table = pd.DataFrame({"model_index": [1, 2, 3], "f1_all": [0.70, 0.72, 0.9]})
    >>> floor = noise_floor(table, [0, 0, 1])
    >>> floor.groups, round(floor["f1_all"].sd, 4), floor["f1_all"].df
    (((1, 2),), 0.0141, 1)
    """
    names = _names(table, models)
    groups = replicate_groups(configurations)
    if not groups:
        msg = "no configuration has two models, so how much replicates differ is not known"
        raise NotComputable(msg)
    wanted = _numeric(table) if columns is None else list(dict.fromkeys(columns))
    rows = np.concatenate(groups)
    numbers = table[wanted].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    residuals = np.concatenate([_deviations(numbers[group]) for group in groups])
    # In a column where only one replicate of a group has a number, that group says nothing.
    spare = np.array([np.maximum(np.isfinite(numbers[group]).sum(axis=0) - 1, 0) for group in groups])
    df = spare.sum(axis=0)
    metrics = {name: _metric(name, residuals[:, k], int(df[k])) for k, name in enumerate(wanted) if df[k] > 0}
    kept = pd.DataFrame(residuals, index=pd.Index(names[rows], dtype=object), columns=wanted)
    return NoiseFloor(
        metrics,
        tuple(tuple(names[group].tolist()) for group in groups),
        kept[list(metrics)],
    )


def replicate_groups(configurations: "pd.Series[Any] | Sequence[Any]", /) -> list[np.ndarray[Any, Any]]:
    """Rows of each configuration that has two models or more, in order of appearance.

    Parameters
    ----------
    configurations : Series or sequence, length n_models
        Equal entries are replicates; missing ones are none.

    Returns
    -------
    list of array of int
        Positions.

    Examples
    --------
    >>> [group.tolist() for group in replicate_groups([5, 7, 5, None, 7, None, 8])]
    [[0, 2], [1, 4]]
    """
    codes, _ = pd.factorize(pd.Series(configurations).astype(object))
    return [
        rows
        for code in range(int(codes.max(initial=-1)) + 1)
        if len(rows := np.flatnonzero(codes == code)) > 1
    ]


def sd_interval(sd: float, df: int, /, *, level: float = _LEVEL) -> tuple[float, float]:
    """Interval of a standard deviation of normal noise.

    Parameters
    ----------
    sd : float
        Estimate.
    df : int
        Its degrees of freedom.
    level : float
        Coverage.

    Returns
    -------
    tuple of float
        Ends, in the unit of `sd`.

    Examples
    --------
    >>> tuple(round(end, 2) for end in sd_interval(1.0, 3))  # four replicates
    (0.57, 3.73)
    """
    tails = stats.chi2.ppf([(1 + level) / 2, (1 - level) / 2], df)
    return float(sd * np.sqrt(df / tails[0])), float(sd * np.sqrt(df / tails[1]))


def _metric(name: str, residuals: np.ndarray[Any, Any], df: int) -> MetricNoise:
    sd = float(np.sqrt(np.nansum(residuals**2) / df))
    low, high = sd_interval(sd, df)
    factor = float(stats.t.ppf((1 + _LEVEL) / 2, df) * np.sqrt(2.0))
    return MetricNoise(name, sd, df, low, high, factor * sd, factor * high)


def _deviations(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """From the mean of those that have a number; missing where only one has."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(known & (count > 1), values - mean, np.nan)


def _names(table: pd.DataFrame, models: Sequence[Any] | None) -> np.ndarray[Any, Any]:
    given = models if models is not None else table.get("model_index", table.index)
    return np.asarray(list(given if given is not None else table.index), dtype=object)


def _numeric(table: pd.DataFrame) -> list[str]:
    own = {"model_index", "configuration", "replicate", "tranche", "rank"}
    return [str(name) for name in table.select_dtypes("number").columns if name not in own]
