"""How long the perturbations share a trunk: the time until which they cannot be told apart."""

from itertools import combinations

import numpy as np

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics.centroids import FEWEST_BINS, TimeCentroids
from morphsweep.records import BoolArray, FloatArray, MetricSpec

__all__ = ["APART", "SPECS", "pair_separation", "shared_trunk", "trunk_lengths"]

APART = 1.0  # standard deviations of the snips between two centroids from which on they count as apart
ERRORS = 2.0  # standard errors within which a difference counts as none


def pair_separation(centroids: TimeCentroids, /) -> dict[tuple[str, str], FloatArray]:
    """Distance between two perturbations in each common time bin, in standard deviations of the snips along it.

    The difference of the centroids of one half of the individuals is projected on that of the other half, so that its
    expectation is zero where there is no difference, however many latents there are. What lies within two standard errors
    of zero counts as zero: it cannot be told from chance.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    dict of (str, str) to array, shape (n_common,)
        Signed: negative where the halves disagree.

    Raises
    ------
    NotApplicable
        If fewer than four bins have all perturbations in both halves.
    """
    common = np.isfinite(centroids.halves).all(axis=(0, 1, 3)) & np.isfinite(centroids.within).all(
        axis=(1, 2)
    )
    if len(centroids.perturbations) < 2 or common.sum() < FEWEST_BINS:
        msg = (
            f"telling perturbations apart over time needs 2 of them with {FEWEST_BINS} time bins that both halves of the "
            f"individuals have, found {len(centroids.perturbations)} with {int(common.sum())}"
        )
        raise NotApplicable(msg)
    one, two = centroids.halves[:, :, common]
    within = centroids.within[common]
    size = np.sqrt(
        np.einsum("bij,bij->b", within, within)
    )  # of the product of two such differences by chance
    few = 1.0 / centroids.people[:, :, common]
    found = {}
    for i, j in combinations(range(len(one)), 2):
        u, v = one[i] - one[j], two[i] - two[j]
        spread = _along(u, within) + _along(v, within)
        product = np.sum(u * v, axis=1)
        never = np.where(product > 0, np.inf, 0.0)  # no spread: apart at once, or nowhere
        squared = np.divide(2 * product, spread, out=never, where=spread > 0)
        error = size * np.sqrt((few[:, i] + few[:, j]).prod(axis=0))
        squared[np.abs(product) < ERRORS * error] = 0.0
        pair = (centroids.perturbations[i], centroids.perturbations[j])
        found[pair] = np.sign(squared) * np.sqrt(np.abs(squared))
    return found


def _along(direction: FloatArray, covariance: FloatArray) -> FloatArray:
    """Variance along a direction in each bin."""
    length2 = np.sum(direction**2, axis=1)
    variance = np.einsum("bi,bij,bj->b", direction, covariance, direction)
    along: FloatArray = np.divide(variance, length2, out=np.zeros_like(variance), where=length2 > 0)
    return along


def trunk_lengths(centroids: TimeCentroids, /) -> dict[str, float]:
    """Share of the common window that each perturbation shares with the others, mean over its pairs.

    Parameters
    ----------
    centroids : TimeCentroids
        Of one run.

    Returns
    -------
    dict of str to float
        Between 0 (apart from the first bin on) and 1 (never apart).

    Raises
    ------
    NotApplicable
        If fewer than four bins have all perturbations in both halves.
    """
    pairs = {pair: _fork(values >= APART) for pair, values in pair_separation(centroids).items()}
    return {
        name: float(np.mean([share for pair, share in pairs.items() if name in pair]))
        for name in centroids.perturbations
    }


def _fork(apart: BoolArray) -> float:
    """The cut that leaves fewest bins apart before it and together after it, as a share; the first of equals."""
    before = np.concatenate([[0], np.cumsum(apart)])
    after = np.concatenate([np.cumsum(~apart[::-1])[::-1], [0]])
    return float(np.argmin(before + after) / len(apart))


def shared_trunk(length: float, /) -> float:
    """How long a perturbation goes together with the others.

    Parameters
    ----------
    length : float
        Share of the common window, as from ``trunk_lengths``.

    Returns
    -------
    float
        Between 0 and 1. Neither end is good: 0 never was together, 1 never came apart.

    Raises
    ------
    NotComputable
        If it is not known.

    Examples
    --------
    >>> shared_trunk(0.4)
    0.4
    """
    if not np.isfinite(length):
        msg = "no pair of perturbations tells the length of this trunk"
        raise NotComputable(msg)
    return float(length)


SPECS = (
    MetricSpec(
        name="shared_trunk",
        label="Shared trunk",
        unit="",
        better="range",
        bounds=(0.0, 1.0),
        scope="run",
        per="perturbation",
        needs=("trunks",),
        function=shared_trunk,
        description="Share of the common time until which the perturbation cannot be told apart from the others.",
        invariances=("rotation", "translation", "reflection", "scale", "row order", "perturbation order"),
    ),
)
