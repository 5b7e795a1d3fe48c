"""Whether two regimes place the same snips alike."""

import numpy as np

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.records import BoolArray, FloatArray, MetricSpec

__all__ = ["SPECS", "pc_agreement"]

FEWEST_MATCHED = 10  # snips; below, a correlation says little


def pc_agreement(reference: FloatArray, other: FloatArray, /, *, weight: FloatArray | None = None) -> float:
    """Whether the principal components of two regimes order the same snips alike.

    Parameters
    ----------
    reference, other : array, shape (n_snips, n_components)
        Scores of the same snips in the same order, latent units; a row with NaN has no partner and is left out.
    weight : array, shape (n_snips,), optional
        Weight of each snip.

    Returns
    -------
    float
        Mean over components of the absolute correlation, between 0 and 1, higher is better. The sign of a component is
        arbitrary, hence absolute; components that swapped places count as disagreement.

    Raises
    ------
    NotComputable
        If fewer than 10 snips are matched, or a component does not vary on them.
    ShapeMismatch
        If the shapes differ.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(50, 3))
    >>> round(pc_agreement(x, -2 * x + 1), 12)
    1.0
    """
    if reference.shape != other.shape:
        msg = f"scores of matched snips have shape {reference.shape} in the reference but {other.shape} in the other regime"
        raise ShapeMismatch(msg)
    matched: BoolArray = np.isfinite(reference.sum(axis=1) + other.sum(axis=1))
    shares = np.ones(len(matched)) if weight is None else np.asarray(weight, dtype=np.float64)
    matched = matched & (shares > 0)
    if matched.sum() < FEWEST_MATCHED:
        msg = f"{int(matched.sum())} snips are in both regimes, needs at least {FEWEST_MATCHED}"
        raise NotComputable(msg)
    shares = shares[matched] / shares[matched].sum()
    left = reference[matched] - shares @ reference[matched]
    right = other[matched] - shares @ other[matched]
    norms = np.sqrt((shares @ left**2) * (shares @ right**2))
    rounding = 1e-12 * np.abs(reference[matched]).max(axis=0) * np.abs(other[matched]).max(axis=0)
    if not (norms > rounding).all():
        msg = "a principal component does not vary over the snips that are in both regimes"
        raise NotComputable(msg)
    correlations = np.abs(shares @ (left * right)) / norms
    return float(np.minimum(correlations, 1.0).mean())


SPECS = (
    MetricSpec(
        name="pc_agreement",
        label="PC agreement",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="pair",
        per="model",
        needs=("matched_scores",),
        function=pc_agreement,
        description="Mean absolute correlation of the principal component scores of the snips that both regimes have.",
        invariances=("translation", "scale", "row order"),
    ),
)
