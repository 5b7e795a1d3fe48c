"""Names that become columns must differ: hyper-parameters, regimes, metrics and our own columns."""

import re
from collections.abc import Mapping, Sequence

from morphsweep.errors import InvalidInput

__all__ = ["column_names", "refuse_regime_names", "rename_hyperparameters"]

_OWN = (
    "model_index",
    "configuration",
    "replicate",
    "seed",
    "status",
    "reason",
    "tranche",
    "pareto",
    "rank",
    "winner",
    "regime",
    "perturbation",
    "metric",
    "value",
    "low",
    "high",
    "protocol",
)
_NOT_IN_CONDITIONS = re.compile(r"[<>=!'\"\n\r]")


def column_names(regimes: Sequence[str], metrics: Sequence[str], /) -> dict[str, str]:
    """Columns of the summary, and what each stands for.

    Parameters
    ----------
    regimes : sequence of str
        Names of the regimes.
    metrics : sequence of str
        Bare names of the metrics.

    Returns
    -------
    dict of str to str
        Column to a description for messages.

    Raises
    ------
    InvalidInput
        If two of them would be one column.

    Examples
    --------
    >>> column_names(["all"], ["f1"])["f1_all"]
    "metric 'f1' in regime 'all'"
    """
    columns = {name: f"our own column {name!r}" for name in _OWN}
    columns |= {name: f"the metric {name!r}" for name in metrics}
    for regime in regimes:
        for metric in metrics:
            column, what = f"{metric}_{regime}", f"metric {metric!r} in regime {regime!r}"
            if column in columns:
                msg = f"the regime {regime!r} cannot be used: the column {column!r} would mean {what} and {columns[column]}; rename the regime"
                raise InvalidInput(msg)
            columns[column] = what
    return columns


def refuse_regime_names(regimes: Sequence[str], /) -> None:
    """Refuse regimes whose names cannot stand in column names and conditions.

    Parameters
    ----------
    regimes : sequence of str
        Names of the regimes.

    Raises
    ------
    InvalidInput
        If a name holds an operator or a quote, or equals the aligned copy of another.
    """
    for regime in regimes:
        if _NOT_IN_CONDITIONS.search(regime):
            msg = f"the regime {regime!r} cannot be used: its name becomes part of column names, which may not hold < > = ! quotes or line breaks; rename it"
            raise InvalidInput(msg)
        if f"{regime}_aligned" in regimes:
            msg = f"the regimes {regime!r} and '{regime}_aligned' cannot be used together: the second names the aligned curves of the first; rename one"
            raise InvalidInput(msg)


def rename_hyperparameters(names: Sequence[str], columns: Mapping[str, str], /) -> dict[str, str]:
    """Hyper-parameters under the names that they have in our tables: ``hp_<name>`` where `name` is taken.

    Parameters
    ----------
    names : sequence of str
        As in the manifest.
    columns : mapping of str to str
        Columns of the summary, from :func:`column_names`.

    Returns
    -------
    dict of str to str
        Manifest name to our name, in the same order.

    Raises
    ------
    InvalidInput
        If the new name is taken as well.

    Examples
    --------
    >>> rename_hyperparameters(["beta", "tranche"], column_names(["all"], ["f1"]))
    {'beta': 'beta', 'tranche': 'hp_tranche'}
    """
    renamed = {name: f"hp_{name}" if name in columns else name for name in names}
    for name, new in renamed.items():
        if name != new and (new in columns or new in names):
            msg = f"the hyper-parameter {name!r} clashes with {columns[name]}, and {new!r} is taken too; rename one of the two columns in the manifest"
            raise InvalidInput(msg)
    return renamed
