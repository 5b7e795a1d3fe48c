"""Linear effects: what changes when one setting goes from its lowest to its highest value, the others held."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from morphsweep.errors import NotComputable
from morphsweep.influence.design import Design
from morphsweep.influence.knob import Knob
from morphsweep.records import FloatArray, IntArray

__all__ = ["LinearFit", "linear_change", "linear_effects", "ordinary_least_squares"]

_ALIAS = "settings of other hyper-parameters determine it in these models"
_COLUMNS = ["hyperparameter", "contrast", "effect", "low", "high", "reason"]


@dataclass(frozen=True, slots=True)
class LinearFit:
    """Coefficients with a covariance that allows replicates to be alike.

    Parameters
    ----------
    coefficients : array, shape (n_columns,)
        NaN for a column that the earlier ones determine.
    errors : array, shape (n_columns,)
        Standard errors.
    df : int
        Groups minus columns.
    """

    coefficients: FloatArray
    errors: FloatArray
    df: int

    def interval(self, column: int, /, *, level: float = 0.95) -> tuple[float, float]:
        """Interval of one coefficient by Student's t."""
        half = stats.t.ppf((1 + level) / 2, self.df) * self.errors[column]
        return float(self.coefficients[column] - half), float(self.coefficients[column] + half)


def ordinary_least_squares(X: FloatArray, y: FloatArray, groups: IntArray, /) -> LinearFit:
    """Least squares with cluster-robust standard errors.

    Parameters
    ----------
    X : array, shape (n, n_columns)
        Regressors; columns that earlier ones determine are left out.
    y : array, shape (n,)
        Score.
    groups : array of int, shape (n,)
        Equal for replicates.

    Returns
    -------
    LinearFit
        One entry per column of `X`.

    Raises
    ------
    NotComputable
        If there are not more groups than columns.

    References
    ----------
    .. [1] MacKinnon, Nielsen & Webb (2023), Cluster-robust inference, J. Econometrics 232(2): the jackknife estimator.
    """
    kept = _independent(X)
    names, codes = np.unique(groups, return_inverse=True)
    df = len(names) - len(kept)
    if df < 1:
        msg = f"{len(names)} configurations for {len(kept)} coefficients; a linear model needs more configurations"
        raise NotComputable(msg)
    part = X[:, kept]
    inverse = np.linalg.pinv(part.T @ part)
    beta = inverse @ part.T @ y
    residual = y - part @ beta
    moved = np.array([
        _without(part, residual, inverse, np.flatnonzero(codes == g)) for g in range(len(names))
    ])
    covariance = (len(names) - 1) / len(names) * moved.T @ moved
    coefficients, errors = np.full(X.shape[1], np.nan), np.full(X.shape[1], np.nan)
    coefficients[kept], errors[kept] = beta, np.sqrt(np.diag(covariance))
    return LinearFit(coefficients, errors, df)


def linear_effects(design: Design, score: FloatArray, /) -> pd.DataFrame:
    """Effect of every hyper-parameter in one additive model.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.

    Returns
    -------
    DataFrame
        ``hyperparameter, contrast, effect, low, high, reason``. Numbers go from their lowest to their highest value (on a
        log scale where they span a factor of 20), categories from the first level to each other one; a conditional
        hyper-parameter counts where it acts. `reason` tells why an effect is missing.

    Examples
    --------
    >>> from morphsweep.influence import make_design
    >>> settings = pd.DataFrame({"beta": [0.1, 1.0, 10.0] * 4})
    >>> linear_effects(make_design(settings, groups=range(12)), np.array([3.0, 2.0, 1.0] * 4)).round(
    ...     6
    ... ).to_dict("records")
    [{'hyperparameter': 'beta', 'contrast': '0.1 to 10', 'effect': -2.0, 'low': -2.0, 'high': -2.0, 'reason': ''}]
    """
    columns = [column for knob in design.varying for column in _columns(knob)]
    X = np.column_stack([np.ones(len(score)), *(values for _, _, values in columns)])
    try:
        fit = ordinary_least_squares(X, score, design.groups)
    except NotComputable as reason:
        rows = [(name, contrast, np.nan, np.nan, np.nan, str(reason)) for name, contrast, _ in columns]
        return pd.DataFrame(rows, columns=_COLUMNS)
    rows = [
        (
            name,
            contrast,
            fit.coefficients[place],
            *fit.interval(place),
            "" if np.isfinite(fit.coefficients[place]) else _ALIAS,
        )
        for place, (name, contrast, _) in enumerate(columns, start=1)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def linear_change(
    design: Design, score: FloatArray, knob: Knob, first: int, last: int, /
) -> tuple[float, float, float]:
    """Effect of going from one level of a hyper-parameter to another, in one additive model of all.

    Parameters
    ----------
    design : Design
        Settings.
    score : array, shape (n_models,)
        Finite numbers.
    knob : Knob
        One of those that vary in the design.
    first, last : int
        Places in ``knob.levels``, `first` the lower. A number with bins goes from the smallest value in `first` to the
        largest in `last`.

    Returns
    -------
    effect, low, high : float
        In the unit of the score, with its 95 % interval.

    Raises
    ------
    NotComputable
        If there are too few configurations, or the other settings determine this one.

    Examples
    --------
    >>> from morphsweep.influence import make_design
    >>> design = make_design(pd.DataFrame({"beta": [0.1, 1.0, 10.0] * 4}), groups=range(12))
    >>> score = np.array([3.0, 2.0, 1.0] * 4)
    >>> round(linear_change(design, score, design.knobs[0], 1, 2)[0], 6)
    -1.0
    """
    columns: list[FloatArray] = [np.ones(len(score))]
    place = 0
    for own in design.varying:
        if own.name == knob.name:
            place = len(columns)
            columns += _between(own, first, last)
        else:
            columns += [values for _, _, values in _columns(own)]
    fit = ordinary_least_squares(np.column_stack(columns), score, design.groups)
    effect = float(fit.coefficients[place])
    if not np.isfinite(effect):
        raise NotComputable(_ALIAS)
    return (effect, *fit.interval(place))


def _columns(knob: Knob) -> list[tuple[str, str, FloatArray]]:
    """Regressors of a knob: name, contrast, values."""
    if knob.kind == "number":
        low, high = float(np.nanmin(knob.values)), float(np.nanmax(knob.values))
        ends = [f"{10**end if knob.log else end:.4g}" for end in (low, high)]
        return [(knob.name, " to ".join(ends), _scaled(knob, low, high))]
    first, *others = knob.levels
    return [
        (knob.name, f"{first} to {level}", (knob.codes == code).astype(float))
        for code, level in enumerate(others, start=1)
    ]


def _between(knob: Knob, first: int, last: int) -> list[FloatArray]:
    """Regressors of a knob of which the first has the change between two levels as its coefficient."""
    if knob.kind == "number":
        return [_scaled(knob, *knob.ends(first, last))]
    others = [code for code in range(len(knob.levels)) if code not in {first, last}]
    return [(knob.codes == code).astype(float) for code in (last, *others)]


def _scaled(knob: Knob, low: float, high: float) -> FloatArray:
    """The numbers of a knob with `low` at 0 and `high` at 1; an unset value stands in the middle and so says nothing."""
    known = np.isfinite(knob.values)
    scaled = (knob.values - low) / (high - low)
    return np.where(known, scaled, scaled[known].mean())


def _independent(X: FloatArray) -> IntArray:
    """Columns that add something to those before them."""
    kept: list[int] = []
    basis = np.empty((len(X), 0))
    for j in range(X.shape[1]):
        column = X[:, j]
        left = column - basis @ (basis.T @ column)
        left = left - basis @ (basis.T @ left)  # twice is enough for orthogonality
        if np.linalg.norm(left) > 1e-8 * float(np.linalg.norm(column)):
            kept.append(j)
            basis = np.column_stack([basis, left / np.linalg.norm(left)])
    return np.array(kept)


def _without(X: FloatArray, residual: FloatArray, inverse: FloatArray, rows: IntArray) -> FloatArray:
    """How far the coefficients move when one group is left out."""
    part = X[rows]
    hat = part @ inverse @ part.T
    return np.asarray(inverse @ part.T @ np.linalg.pinv(np.eye(len(rows)) - hat) @ residual[rows])
