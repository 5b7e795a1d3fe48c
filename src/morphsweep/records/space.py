"""The space of one run: the principal components of its biological latents."""

from dataclasses import dataclass

from morphsweep.errors import ShapeMismatch
from morphsweep.records.arrays import FloatArray

__all__ = ["Space"]


@dataclass(frozen=True, slots=True)
class Space:
    """Principal components of one run.

    Parameters
    ----------
    mean : array, shape (n_latents,)
        Centre of the latents.
    loadings : array, shape (n_components, n_latents)
        Orthonormal rows.
    scores : array, shape (n_snips, n_components)
        The snips in the space, latent units.
    explained_variance : array, shape (n_components,)
        Share of the total variance, between 0 and 1, falling.
    effective_dimension : float
        Participation ratio of all eigenvalues, between 1 and n_latents.

    Raises
    ------
    ShapeMismatch
        If the arrays do not correspond.
    """

    mean: FloatArray
    loadings: FloatArray
    scores: FloatArray
    explained_variance: FloatArray
    effective_dimension: float

    def __post_init__(self) -> None:
        n_components, n_latents = self.loadings.shape
        if self.mean.shape != (n_latents,) or self.scores.shape[1:] != (n_components,):
            msg = f"mean {self.mean.shape}, loadings {self.loadings.shape}, scores {self.scores.shape} do not agree"
            raise ShapeMismatch(msg)

    def transform(self, latents: FloatArray) -> FloatArray:
        """Place other latents, shape (n, n_latents), in this space; returns shape (n, n_components)."""
        placed: FloatArray = (latents - self.mean) @ self.loadings.T
        return placed
