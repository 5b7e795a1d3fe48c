"""The table of one run: who each snip is, and where the model put it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from morphsweep.errors import InvalidInput, ShapeMismatch
from morphsweep.records.arrays import FloatArray

__all__ = ["OPTIONAL_ROLES", "REQUIRED_ROLES", "Embedding"]

REQUIRED_ROLES = ("snip_id", "individual", "perturbation", "time")
OPTIONAL_ROLES = ("batch", "split", "image")


@dataclass(frozen=True, slots=True)
class Embedding:
    """Biological latent means of one run, with the identity of every row.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means in latent units, float32, finite.
    obs : DataFrame, n_snips rows
        Columns ``snip_id, individual, perturbation, time`` and, where the lab has them, ``batch, split, image``.
    latent_names : tuple of str
        Column names of `latents` in the source.
    source : str
        Where the table came from, for messages.
    notes : tuple of str
        Things a reader of the results should know (for instance that no latent was marked biological).
    dropped : mapping of str to int
        Rows left out while reading, by reason.

    Raises
    ------
    ShapeMismatch
        If rows of `latents` and `obs`, or columns and names, do not correspond.
    InvalidInput
        If a required column of `obs` is missing.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> obs = pd.DataFrame({"snip_id": ["a"], "individual": ["e"], "perturbation": ["wt"], "time": [1.0]})
    >>> Embedding(np.zeros((1, 4), np.float32), obs, ("z0", "z1", "z2", "z3")).n_snips
    1
    """

    latents: FloatArray
    obs: pd.DataFrame
    latent_names: tuple[str, ...]
    source: str = ""
    notes: tuple[str, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.latents.ndim != 2 or self.latents.shape != (len(self.obs), len(self.latent_names)):
            msg = (
                f"{self.source or 'embedding'}: latents have shape {self.latents.shape}, expected "
                f"({len(self.obs)} rows of obs, {len(self.latent_names)} names)"
            )
            raise ShapeMismatch(msg)
        if missing := [role for role in REQUIRED_ROLES if role not in self.obs.columns]:
            msg = (
                f"{self.source or 'embedding'}: obs has no column {missing}; it needs {list(REQUIRED_ROLES)}"
            )
            raise InvalidInput(msg)

    @property
    def n_snips(self) -> int:
        """Number of rows."""
        return len(self.obs)
