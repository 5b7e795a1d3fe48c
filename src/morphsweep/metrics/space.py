"""How much of the latents the space shows, and how large its curves are."""

import numpy as np

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.records import FloatArray, MetricSpec, Space

__all__ = [
    "SPECS",
    "effective_dimension",
    "explained_variance",
    "radius_of_gyration",
]

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

    Raises
    ------
    NotApplicable
        If the space has fewer components.
    NotComputable
        If the latents do not vary.
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

    Raises
    ------
    NotApplicable
        If the space has fewer components.
    NotComputable
        If the latents do not vary.
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

    Raises
    ------
    NotApplicable
        If the space has fewer components.
    NotComputable
        If the latents do not vary.
    """
    return _share(space, 2)


def _share(space: Space, component: int) -> float:
    if component >= len(space.explained_variance):
        msg = f"the space has {len(space.explained_variance)} components, no component {component + 1}"
        raise NotApplicable(msg)
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
)
