"""How much of the latents the space shows, how large its curves are, and whether two regimes agree on it."""

import numpy as np

from morphsweep.errors import NotComputable, ShapeMismatch
from morphsweep.records import BoolArray, FloatArray, MetricSpec, Space

__all__ = [
    "SPECS",
    "effective_dimension",
    "explained_variance",
    "pc_agreement",
    "radius_of_gyration",
]

FEWEST_MATCHED = 10  # snips; below, a correlation says little
_NO_VARIANCE = "the latents do not vary; no share of their variance can be told"


def explained_variance(space: Space, /) -> float:
    """Share of the latents' variance that the space shows.

    Parameters
    ----------
    space : Space
        Principal components of one run.

    Returns
    -------
    float
        Between 0 and 1, higher is better.

    Raises
    ------
    NotComputable
        If the latents do not vary.

    Examples
    --------
    >>> space = Space(np.zeros(2), np.eye(2), np.zeros((1, 2)), np.array([0.5, 0.25]), 2.0)
    >>> explained_variance(space)
    0.75
    """
    share = float(space.explained_variance.sum())
    if not np.isfinite(share):
        raise NotComputable(_NO_VARIANCE)
    return min(share, 1.0)  # 1 + 2e-16 is rounding


def explained_variance_1(space: Space, /) -> float:
    """Share of the latents' variance along the first principal component.

    Parameters
    ----------
    space : Space
        Principal components of one run.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return _share(space, 0)


def explained_variance_2(space: Space, /) -> float:
    """Share of the latents' variance along the second principal component.

    Parameters
    ----------
    space : Space
        Principal components of one run.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return _share(space, 1)


def explained_variance_3(space: Space, /) -> float:
    """Share of the latents' variance along the third principal component.

    Parameters
    ----------
    space : Space
        Principal components of one run.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return _share(space, 2)


def _share(space: Space, component: int) -> float:
    if component >= len(space.explained_variance):
        msg = f"the space has {len(space.explained_variance)} components, no component {component + 1}"
        raise NotComputable(msg)
    share = float(space.explained_variance[component])
    if not np.isfinite(share):
        raise NotComputable(_NO_VARIANCE)
    return share


def effective_dimension(space: Space, /) -> float:
    """Number of dimensions the latents really use: participation ratio of their variances.

    Parameters
    ----------
    space : Space
        Principal components of one run.

    Returns
    -------
    float
        At least 1; n when n directions carry equal variance. Neither a high nor a low number is good as such.

    Raises
    ------
    NotComputable
        If the latents do not vary.

    References
    ----------
    .. [1] Gao et al. (2017), A theory of multineuronal dimensionality, dynamics and measurement, bioRxiv 214262.

    Examples
    --------
    >>> effective_dimension(Space(np.zeros(2), np.eye(2), np.zeros((1, 2)), np.array([0.5, 0.5]), 2.0))
    2.0
    """
    if not np.isfinite(space.effective_dimension):
        raise NotComputable(_NO_VARIANCE)
    return float(space.effective_dimension)


def radius_of_gyration(scaffold: FloatArray, /) -> float:
    """Size of a scaffold: root mean squared distance of its curve points to their common centroid.

    Parameters
    ----------
    scaffold : array, shape (n_perturbations, n_points, n_components)
        Curves, latent units.

    Returns
    -------
    float
        Latent units, at least 0. A size, not a merit: it is what scale-free twins are divided by.

    Raises
    ------
    NotComputable
        If there is no curve.

    Examples
    --------
    >>> radius_of_gyration(np.array([[[-1.0, 0, 0], [1, 0, 0]], [[0, -1, 0], [0, 1, 0]]]))
    1.0
    """
    if scaffold.size == 0:
        msg = "the radius of gyration needs at least one curve, found none"
        raise NotComputable(msg)
    points = scaffold.reshape(-1, scaffold.shape[-1])
    return float(np.sqrt(np.mean(np.sum((points - points.mean(axis=0)) ** 2, axis=1))))


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


_FREE = ("rotation", "translation", "scale", "reflection", "row order")

SPECS = (
    MetricSpec(
        name="explained_variance",
        label="Explained variance",
        unit="",
        better="higher",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("space",),
        function=explained_variance,
        description="Share of the latents' variance that the principal components of the space carry.",
        invariances=_FREE,
    ),
    *(
        MetricSpec(
            name=f"explained_variance_{number}",
            label=f"Explained variance of PC {number}",
            unit="",
            better="range",
            bounds=(0.0, 1.0),
            scope="run",
            per="model",
            needs=("space",),
            function=function,
            description=f"Share of the latents' variance along principal component {number}.",
            shift=False,
            invariances=_FREE,
        )
        for number, function in enumerate(
            (explained_variance_1, explained_variance_2, explained_variance_3), start=1
        )
    ),
    MetricSpec(
        name="effective_dimension",
        label="Effective dimension",
        unit="dimensions",
        better="range",
        bounds=(1.0, None),
        scope="run",
        per="model",
        needs=("space",),
        function=effective_dimension,
        description="Participation ratio of the latents' variances: how many dimensions the run uses.",
        invariances=_FREE,
    ),
    MetricSpec(
        name="gyration",
        label="Radius of gyration",
        unit="latent units",
        better="range",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("scaffold",),
        function=radius_of_gyration,
        description="Root mean squared distance of all curve points of a run to their common centroid: the run's scale.",
        invariances=("rotation", "translation", "reflection", "perturbation order"),
    ),
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
