"""Whether the latents are used at all, how large they are, and whether they are independent."""

import numpy as np

from morphsweep.errors import NotComputable
from morphsweep.records import BoolArray, FloatArray, MetricSpec

__all__ = [
    "SPECS",
    "collapsed",
    "inactive_latents",
    "latent_correlation",
    "latent_covariance",
    "latent_radius",
    "scale_ratio",
    "total_correlation",
]

ACTIVE = 0.01  # variance of a latent mean from which on the latent is in use, for a prior of variance 1
FEWEST_ACTIVE = 3  # a space of three components needs as many latents
FEWEST_DIMENSIONS = 1.2  # effective dimension: below, nearly all variance lies along one line
_VARIES = 1e-4  # of the largest variance: latents below have no correlation worth the name


def latent_covariance(latents: FloatArray, /, *, weight: FloatArray | None = None) -> FloatArray:
    """Covariance of the latents over the snips of one run.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means.
    weight : array, shape (n_snips,), optional
        Relative weight of each snip.

    Returns
    -------
    array, shape (n_latents, n_latents)
        Divided by the number of snips (or the sum of weights); NaN when there are fewer than two snips.
    """
    X = np.asarray(latents, dtype=np.float64)
    if len(X) < 2:
        return np.full((X.shape[1], X.shape[1]), np.nan)
    w = np.full(len(X), 1.0 / len(X)) if weight is None else np.asarray(weight, float) / np.sum(weight)
    centred = X - w @ X
    covariance: FloatArray = (centred * w[:, None]).T @ centred
    return covariance


def inactive_latents(covariance: FloatArray, /) -> float:
    """Share of the biological latents that the run does not use: those whose mean varies by 0.01 or less.

    Parameters
    ----------
    covariance : array, shape (n_latents, n_latents)
        Of the latent means.

    Returns
    -------
    float
        Between 0 and 1. Measured against a prior of variance 1; a large share is no fault as long as some are in use.

    Raises
    ------
    NotComputable
        If there are fewer than two snips.

    References
    ----------
    .. [1] Burda, Grosse & Salakhutdinov (2016), Importance weighted autoencoders, ICLR.

    Examples
    --------
    >>> inactive_latents(np.diag([1.0, 0.001]))
    0.5
    """
    return float(np.mean(_variances(covariance) <= ACTIVE))


def latent_radius(covariance: FloatArray, /) -> float:
    """Size of the cloud of snips: root mean squared distance to its centre (radius of gyration).

    Parameters
    ----------
    covariance : array, shape (n_latents, n_latents)
        Of the latent means.

    Returns
    -------
    float
        Latent units. A size, not a merit: a stronger KL term shrinks it.

    Raises
    ------
    NotComputable
        If there are fewer than two snips.

    Examples
    --------
    >>> latent_radius(np.diag([9.0, 16.0]))
    5.0
    """
    return float(np.sqrt(_variances(covariance).sum()))


def scale_ratio(reference: FloatArray, other: FloatArray, /) -> float:
    """How many times larger the other regime's cloud is than the reference's.

    Parameters
    ----------
    reference, other : array, shape (n_latents, n_latents)
        Covariances of the latent means.

    Returns
    -------
    float
        Above 0; 1 where both have the same radius.

    Raises
    ------
    NotComputable
        If a cloud does not vary or has fewer than two snips.

    Examples
    --------
    >>> scale_ratio(np.eye(3), 4 * np.eye(3))
    2.0
    """
    size = latent_radius(reference)
    if not size > 0:
        msg = "the latents of the reference do not vary"
        raise NotComputable(msg)
    return latent_radius(other) / size


def collapsed(covariance: FloatArray, /) -> float:
    """Whether the run's space has collapsed.

    It has when fewer than three latents are in use (variance of the mean above 0.01), or nearly all variance lies along
    one line (effective dimension below 1.2).

    Parameters
    ----------
    covariance : array, shape (n_latents, n_latents)
        Of the latent means.

    Returns
    -------
    float
        1 when it has, else 0.

    Raises
    ------
    NotComputable
        If there are fewer than two snips.

    Examples
    --------
    >>> collapsed(np.diag([1.0, 1.0, 1.0])), collapsed(np.diag([50.0, 1.0, 1.0]))
    (0.0, 1.0)
    """
    in_use = int((_variances(covariance) > ACTIVE).sum())
    values = np.maximum(np.linalg.eigvalsh(covariance), 0.0)
    dimension = values.sum() ** 2 / (values**2).sum() if values.any() else 0.0
    return float(in_use < min(FEWEST_ACTIVE, len(covariance)) or dimension < FEWEST_DIMENSIONS)


def latent_correlation(covariance: FloatArray, /) -> float:
    """How far the latents are from independent: mean absolute correlation of two of them.

    Parameters
    ----------
    covariance : array, shape (n_latents, n_latents)
        Of the latent means; latents with less than 1e-4 of the largest variance are left out.

    Returns
    -------
    float
        Between 0 (uncorrelated) and 1, lower is better. Rotating the latents changes it: it is about the axes.

    Raises
    ------
    NotComputable
        If fewer than two latents vary.

    Examples
    --------
    >>> latent_correlation(np.array([[1.0, -0.5], [-0.5, 1.0]]))
    0.5
    """
    correlation = _correlation(covariance)
    above = np.abs(correlation[np.triu_indices(len(correlation), k=1)])
    return float(np.minimum(above, 1.0).mean())


def total_correlation(covariance: FloatArray, /) -> float:
    """Information that the latents share, if they were Gaussian: -1/2 log det of their correlation matrix.

    Parameters
    ----------
    covariance : array, shape (n_latents, n_latents)
        Of the latent means; latents with less than 1e-4 of the largest variance are left out.

    Returns
    -------
    float
        Nats, 0 (independent) or more, lower is better.

    Raises
    ------
    NotComputable
        If fewer than two latents vary, or one is a linear function of the others.

    References
    ----------
    .. [1] Watanabe (1960), Information theoretical analysis of multivariate correlation, IBM Journal 4(1), 66.

    Examples
    --------
    >>> round(total_correlation(np.array([[1.0, 0.6], [0.6, 1.0]])), 6)  # -log(1 - 0.36) / 2
    0.223144
    """
    values = np.linalg.eigvalsh(_correlation(covariance))
    if not values[0] > 1e-10:
        msg = "one latent is a linear function of the others, so that they share infinitely much"
        raise NotComputable(msg)
    return float(max(-0.5 * np.log(values).sum(), 0.0))


def _variances(covariance: FloatArray) -> FloatArray:
    variances = np.diag(covariance)
    if not np.isfinite(variances).all():
        msg = "the covariance of the latents needs at least 2 snips"
        raise NotComputable(msg)
    return np.maximum(variances, 0.0)


def _correlation(covariance: FloatArray) -> FloatArray:
    variances = _variances(covariance)
    varies: BoolArray = variances > _VARIES * variances.max()
    if varies.sum() < 2:
        msg = f"correlations need at least 2 latents that vary, found {int(varies.sum())}"
        raise NotComputable(msg)
    deviation = np.sqrt(variances[varies])
    correlation: FloatArray = covariance[np.ix_(varies, varies)] / np.outer(deviation, deviation)
    return correlation


_CLOUD = ("rotation", "translation", "reflection", "row order", "perturbation order")
_AXES = ("translation", "reflection", "row order", "perturbation order")

SPECS = (
    MetricSpec(
        name="inactive_latents",
        label="Inactive latents",
        unit="",
        better="range",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("latent_covariance",),
        function=inactive_latents,
        description="Share of the biological latents whose mean has a variance of 0.01 or less, against a prior of variance 1.",
        invariances=_AXES,
    ),
    MetricSpec(
        name="latent_radius",
        label="Radius of the latents",
        unit="latent units",
        better="range",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("latent_covariance",),
        function=latent_radius,
        description="Root mean squared distance of the snips to their centre in all biological latents.",
        invariances=_CLOUD,
    ),
    MetricSpec(
        name="scale_ratio",
        label="Scale ratio",
        unit="",
        better="range",
        bounds=(0.0, None),
        scope="pair",
        per="model",
        needs=("latent_covariance",),
        function=scale_ratio,
        description="Radius of the latents in the other regime divided by that in the reference.",
        invariances=(*_CLOUD, "common scale"),
    ),
    MetricSpec(
        name="collapsed",
        label="Collapsed",
        unit="",
        better="lower",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("latent_covariance",),
        function=collapsed,
        description="1 when fewer than three latents are in use or nearly all variance lies along one line, else 0.",
        shift=False,
        invariances=_AXES,
    ),
    MetricSpec(
        name="latent_correlation",
        label="Correlation of latents",
        unit="",
        better="lower",
        bounds=(0.0, 1.0),
        scope="run",
        per="model",
        needs=("latent_covariance",),
        function=latent_correlation,
        description="Mean absolute correlation of two biological latents over the snips.",
        invariances=(*_AXES, "scale"),
    ),
    MetricSpec(
        name="total_correlation",
        label="Total correlation",
        unit="nats",
        better="lower",
        bounds=(0.0, None),
        scope="run",
        per="model",
        needs=("latent_covariance",),
        function=total_correlation,
        description="Information that the biological latents share, as if they were Gaussian.",
        invariances=(*_AXES, "scale"),
    ),
)
