"""What the makers of products may ask of a run; the run itself stands above them."""

from typing import Any, Protocol

from morphsweep.records import Cohort, Embedding, FloatArray, Settings

__all__ = ["Run"]


class Run(Protocol):
    """A run whose products are made on demand; see :class:`morphsweep.sweep.products.RunProducts`."""

    embedding: Embedding
    cohort: Cohort
    settings: Settings
    control: str
    held_out: frozenset[str] | None
    weight: FloatArray | None
    common: tuple[str, ...] | None
    everywhere: frozenset[str] | None

    @property
    def present(self) -> tuple[str, ...]:
        """The compared perturbations that this run has."""

    def get(self, name: str) -> Any:
        """A product by name."""
