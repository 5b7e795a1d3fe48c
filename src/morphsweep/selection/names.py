"""Which column holds which score: our names, other labs' names, and the directions of both."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from morphsweep.metrics import ALIASES, METRICS, shift_spec
from morphsweep.records import Better, MetricSpec

__all__ = [
    "ScoreColumn",
    "description",
    "direction",
    "lab_name",
    "label",
    "rename_map",
    "score_columns",
    "split_column",
    "twin",
    "unit",
    "unknown_column",
]

_MOST_NAMES = 40  # that a message lists
_MISPRINTS = {
    "hid": "hld"
}  # how the held-out regime is printed once in the wild; read only in another lab's names


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A column taken apart.

    Parameters
    ----------
    name : str
        The column.
    metric : str
        Bare name of its metric.
    regime : str or None
        Its regime; None for the bare name.
    """

    name: str
    metric: str
    regime: str | None = None


def split_column(column: str, /, *, regimes: Sequence[str] | None = None) -> ScoreColumn | None:
    """Take a score column apart.

    Parameters
    ----------
    column : str
        For instance ``"f1_all"`` or ``"aligned_rmse"``, in our names.
    regimes : sequence of str or None
        The regimes of the sweep; None accepts any ending.

    Returns
    -------
    ScoreColumn or None
        None when the column is no score. The longest metric name that fits wins.

    Examples
    --------
    >>> split_column("segment_collinearity_within_all").metric
    'segment_collinearity_within'
    >>> split_column("beta") is None
    True
    """
    return _split(column, tuple(_specs()), regimes)


def score_columns(
    columns: Iterable[str], /, *, regimes: Sequence[str] | None = None
) -> dict[str, ScoreColumn]:
    """Those of `columns` that hold scores.

    Parameters
    ----------
    columns : iterable of str
        In our names.
    regimes : sequence of str or None
        The regimes of the sweep; None accepts any ending.

    Returns
    -------
    dict of str to ScoreColumn
        In the order of `columns`.
    """
    found = {column: split_column(str(column), regimes=regimes) for column in columns}
    return {name: score for name, score in found.items() if score is not None}


def direction(column: str, /) -> Better | None:
    """Which way a column is good.

    Parameters
    ----------
    column : str
        A score column in our names.

    Returns
    -------
    {"higher", "lower", "range"} or None
        "range" when both extremes are bad, as for every shift; None for what is no score.

    Examples
    --------
    >>> direction("f1_all"), direction("aligned_rmse"), direction("beta")
    ('higher', 'lower', None)
    """
    score = split_column(column)
    return None if score is None else _specs()[score.metric].better


def label(column: str, /) -> str:
    """Title of a column: its metric's label and the regime.

    Parameters
    ----------
    column : str
        Any column.

    Returns
    -------
    str
        The column's own name when it is no score.
    """
    score = split_column(column)
    if score is None:
        return column
    text = _specs()[score.metric].label
    return f"{text} ({score.regime})" if score.regime else text


def unit(column: str, /) -> str:
    """Unit of a column; empty when it is no score or has none.

    Parameters
    ----------
    column : str
        Any column.

    Returns
    -------
    str
        For instance ``"latent units"``.
    """
    score = split_column(column)
    return "" if score is None else _specs()[score.metric].unit


def description(column: str, /) -> str:
    """What the metric of a column means, in one sentence; empty when it is no score.

    Parameters
    ----------
    column : str
        Any column.

    Returns
    -------
    str
        The metric's own description.
    """
    score = split_column(column)
    return "" if score is None else _specs()[score.metric].description


def twin(column: str, /) -> str | None:
    """Name of the scale-free twin of a column, where its metric has one.

    Parameters
    ----------
    column : str
        A score column in our names.

    Returns
    -------
    str or None
        For instance ``"aligned_rmse_rel"`` for ``"aligned_rmse"``; None when there is none.
    """
    score = split_column(column)
    if score is None or f"{score.metric}_rel" not in METRICS:
        return None
    return f"{score.metric}_rel" + (f"_{score.regime}" if score.regime else "")


def rename_map(columns: Iterable[str], /) -> dict[str, str]:
    """Our names for the columns of another lab's table.

    Parameters
    ----------
    columns : iterable of str
        Column names as found.

    Returns
    -------
    dict of str to str
        Only columns to be renamed. A column keeps its name when it is unknown, already ours, or when the new name is
        taken.

    Examples
    --------
    >>> rename_map(["F1_score_all", "Aligned_RMSE", "beta"])
    {'F1_score_all': 'f1_all', 'Aligned_RMSE': 'aligned_rmse'}
    """
    columns = [str(column) for column in columns]
    taken = set(columns)  # a table that has both names keeps both
    renamed: dict[str, str] = {}
    for column in columns:
        score = _split(column, (*_specs(), *ALIASES), None)  # the longest stem wins, ours or theirs
        if score is None or column == _joined(score.metric, score.regime):
            continue
        new = _joined(score.metric, _MISPRINTS.get(score.regime or "", score.regime))
        if new not in taken:
            renamed[column] = new
            taken.add(new)
    return renamed


def lab_name(column: str, /) -> str:
    """The lab's name for one of our columns.

    Parameters
    ----------
    column : str
        A column in our names.

    Returns
    -------
    str
        The same column when there is no other name for it.

    Examples
    --------
    >>> lab_name("dispersion_slope_hld"), lab_name("beta")
    ('disp_coefficient_hld', 'beta')
    """
    score = split_column(column)
    spec = METRICS.get(score.metric) if score else None
    if score is None or spec is None or not spec.aliases:
        return column
    return _joined(spec.aliases[0], score.regime)


def unknown_column(column: str, frame: pd.DataFrame, /) -> str:
    """Sentence for a column that the table lacks, with the nearest names."""
    from difflib import get_close_matches

    names = [str(name) for name in frame.columns]
    close = get_close_matches(column, names, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else "."
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"no column {column!r} in the table{hint} Known columns: {', '.join(names[:_MOST_NAMES])}{more}"


def _joined(stem: str, regime: str | None) -> str:
    return f"{stem}_{regime}" if regime else stem


def _split(column: str, stems: Collection[str], regimes: Sequence[str] | None) -> ScoreColumn | None:
    """The longest stem that `column` begins with; what follows is the regime."""
    if column in stems:
        return ScoreColumn(column, ALIASES.get(column, column))
    ends = [i for i, letter in enumerate(column) if letter == "_"]
    for end in reversed(ends):
        stem, regime = column[:end], column[end + 1 :]
        if stem in stems and regime and (regimes is None or regime in regimes):
            return ScoreColumn(column, ALIASES.get(stem, stem), regime)
    return None


@cache
def _specs() -> Mapping[str, MetricSpec]:
    """Every declared metric and every shift."""
    shifts = [shift_spec(spec) for spec in METRICS.values() if spec.scope == "run" and spec.shift]
    return {**METRICS, **{spec.name: spec for spec in shifts}}
