"""Whether curves run in the same direction, segment by segment, across regimes and between perturbations."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry import kabsch, segment_cosines
from morphsweep.records import FloatArray, MetricSpec, Settings

__all__ = [
    "SPECS",
    "collinearity_means",
    "pair_table",
    "segment_collinearity",
    "segment_collinearity_within",
    "within_collinearity",
    "within_matrix",
]


def segment_collinearity(reference: FloatArray, other: FloatArray, settings: Settings, /) -> float:
    """Whether the curve of a perturbation runs alike in two regimes, once aligned.

    The other regime's curve is moved onto the reference by the best rotation and translation. For each segment of the
    reference curve the chord of the moved curve between the points nearest to its two ends is taken; the result is the
    mean cosine of the two.

    Parameters
    ----------
    reference, other : array, shape (n_points, n_components)
        Curves, latent units.
    settings : Settings
        ``n_segments``.

    Returns
    -------
    float
        Between -1 and 1, higher is better. Not symmetric in its arguments.

    Raises
    ------
    NotComputable
        If a curve has fewer points than segments need.

    Examples
    --------
    >>> helix = np.column_stack([np.cos(np.arange(99) / 9), np.sin(np.arange(99) / 9), np.arange(99) / 20])
    >>> round(segment_collinearity(helix, helix + 5.0, Settings(n_segments=10)), 6)
    1.0
    """
    aligned = kabsch(reference, other).apply(other)
    return _mean_cosine(aligned, reference, settings.n_segments)


def within_matrix(
    curves: Mapping[str, FloatArray], /, *, pairs: Literal["both", "first"] = "both", n_segments: int = 100
) -> FloatArray:
    """Segment collinearity between all pairs of curves of one regime, as they lie.

    Parameters
    ----------
    curves : mapping of str to array, shape (n_points, n_components)
        One curve per perturbation, in the order of the comparison.
    pairs : {"both", "first"}
        Mean of both directions, or the segments of the later curve against the earlier one only.
    n_segments : int
        Segments per curve.

    Returns
    -------
    array, shape (n_perturbations, n_perturbations)
        Symmetric, between -1 and 1, NaN on the diagonal.

    Raises
    ------
    NotComputable
        If a curve has fewer points than segments need.
    InvalidInput
        If `pairs` is neither "both" nor "first".

    Examples
    --------
    >>> line = np.linspace([0.0, 0, 0], [1, 0, 0], 50)
    >>> within_matrix({"a": line, "b": line + [0, 1, 0]}, n_segments=5)
    array([[nan,  1.],
           [ 1., nan]])
    """
    if pairs not in {"both", "first"}:
        msg = f"pairs must be 'both' or 'first', got {pairs!r}"
        raise InvalidInput(msg)
    points = list(curves.values())
    matrix = np.full((len(points), len(points)), np.nan)
    for i, j in combinations(range(len(points)), 2):
        value = _mean_cosine(points[i], points[j], n_segments)
        if pairs == "both":
            value = 0.5 * (value + _mean_cosine(points[j], points[i], n_segments))
        matrix[i, j] = matrix[j, i] = value
    return matrix


def within_collinearity(
    curves: Mapping[str, FloatArray], /, *, pairs: Literal["both", "first"] = "both", n_segments: int = 100
) -> pd.DataFrame:
    """Table of the segment collinearity between all pairs of curves of one regime.

    Parameters
    ----------
    curves : mapping of str to array, shape (n_points, n_components)
        One curve per perturbation, in the order of the comparison.
    pairs : {"both", "first"}
        Mean of both directions, or the segments of the later curve against the earlier one only.
    n_segments : int
        Segments per curve.

    Returns
    -------
    DataFrame
        ``first, second, value``: one row per pair, in the order of `curves`.

    Raises
    ------
    NotComputable
        If there are fewer than two curves, or a curve has fewer points than segments need.

    Examples
    --------
    >>> line = np.linspace([0.0, 0, 0], [1, 0, 0], 50)
    >>> within_collinearity({"a": line, "b": line + [0, 1, 0]}, n_segments=5)
      first second  value
    0     a      b    1.0
    """
    if len(curves) < 2:
        msg = f"collinearity between perturbations needs at least 2 curves, found {len(curves)}"
        raise NotComputable(msg)
    return pair_table(within_matrix(curves, pairs=pairs, n_segments=n_segments), list(curves))


def pair_table(matrix: FloatArray, names: Sequence[str], /) -> pd.DataFrame:
    """One row per pair of a symmetric matrix.

    Parameters
    ----------
    matrix : array, shape (n, n)
        Values of the pairs.
    names : sequence of str, length n
        Of rows and columns.

    Returns
    -------
    DataFrame
        ``first, second, value``, in the order of `names`.

    Examples
    --------
    >>> pair_table(np.array([[np.nan, 0.5], [0.5, np.nan]]), ["a", "b"])
      first second  value
    0     a      b    0.5
    """
    first, second = np.triu_indices(len(names), k=1)
    return pd.DataFrame({
        "first": [names[int(i)] for i in first],
        "second": [names[int(j)] for j in second],
        "value": matrix[first, second],
    })


def collinearity_means(pairs: pd.DataFrame, /) -> dict[str, float]:
    """Each perturbation's own collinearity: the mean over the pairs that contain it.

    Parameters
    ----------
    pairs : DataFrame
        ``first, second, value``, as from ``within_collinearity``.

    Returns
    -------
    dict of str to float
        Between -1 and 1, higher is better. Their mean is the mean over all pairs.

    Examples
    --------
    >>> table = pd.DataFrame({"first": ["a", "a", "b"], "second": ["b", "c", "c"], "value": [1.0, 0.0, 0.5]})
    >>> collinearity_means(table)
    {'a': 0.5, 'b': 0.75, 'c': 0.25}
    """
    long = pd.concat([
        pairs[["first", "value"]],
        pairs[["second", "value"]].set_axis(["first", "value"], axis=1),
    ])
    return {
        str(name): float(value) for name, value in long.groupby("first", sort=False)["value"].mean().items()
    }


def segment_collinearity_within(mean_over_pairs: float, /) -> float:
    """Whether a perturbation's curve runs alike with those of the other perturbations of its regime.

    Parameters
    ----------
    mean_over_pairs : float
        Mean segment collinearity over the pairs that contain the perturbation, as from ``collinearity_means``.

    Returns
    -------
    float
        Between -1 and 1, higher is better.

    Raises
    ------
    NotComputable
        If the perturbation is in no pair.

    Examples
    --------
    >>> segment_collinearity_within(0.25)
    0.25
    """
    if not np.isfinite(mean_over_pairs):
        msg = "no pair of curves contains this perturbation"
        raise NotComputable(msg)
    return float(mean_over_pairs)


def _mean_cosine(a: FloatArray, b: FloatArray, n_segments: int) -> float:
    # Mean over the segments of b of the cosine with the matching chord of a.
    if min(len(a), len(b)) <= n_segments:
        msg = f"curves of {len(a)} and {len(b)} points cannot be cut into {n_segments} segments"
        raise NotComputable(msg)
    return float(np.clip(np.mean(segment_cosines(a, b, n_segments)), -1.0, 1.0))


SPECS = (
    MetricSpec(
        name="segment_collinearity",
        label="Segment collinearity across regimes",
        unit="",
        better="higher",
        bounds=(-1.0, 1.0),
        scope="pair",
        per="perturbation",
        needs=("curves", "settings"),
        function=segment_collinearity,
        description="Mean cosine between segments of a curve and of its aligned counterpart in the other regime.",
        aliases=("SegmentColinearity",),
        invariances=(
            "common rotation",
            "common translation",
            "common scale",
            "rotation",
            "translation",
            "perturbation order",
        ),
    ),
    MetricSpec(
        name="segment_collinearity_within",
        label="Segment collinearity between perturbations",
        unit="",
        better="higher",
        bounds=(-1.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("collinearity_within",),
        function=segment_collinearity_within,
        description="Mean cosine between segments of a curve and of the other perturbations' curves of the same run.",
        aliases=("SegmentColinearity_mean_within",),
        invariances=("rotation", "translation", "scale", "reflection"),
    ),
)
