"""The conditions of a choice: two axes that cut the tranches, and filters."""

from dataclasses import dataclass

from morphsweep.records import Condition

__all__ = ["Criteria", "Criterion"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A condition, applied to the models of a table.

    Parameters
    ----------
    asked : Condition
        As given; its value may be a quantile.
    threshold : float, str or None
        What the values are compared with; None when the column has no number to take the quantile of.
    population : int
        Models that have a value in the column and count in its quantiles.
    quantile : float or None
        Share of the population at or below the threshold; None for text.
    holds : tuple of (bool or None)
        For each model; None where its value is missing.
    partial : int
        Models whose value is partial and therefore left out of the population.
    """

    asked: Condition
    threshold: float | str | None
    population: int
    quantile: float | None
    holds: tuple[bool | None, ...]
    partial: int = 0

    @property
    def column(self) -> str:
        """The column that is compared."""
        return self.asked.column

    def __str__(self) -> str:
        models = f"the {self.population} models with a number"
        models += f", {self.partial} partial left out" if self.partial else ""
        if self.asked.is_quantile:
            value = "no number" if self.threshold is None else f"{self.threshold:.4g}"
            return f"{self.asked} ({value}, over {models})"
        if self.quantile is None:
            return str(self.asked)
        return f"{self.asked} (at quantile {self.quantile:.2f} of {models})"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a choice goes by.

    Parameters
    ----------
    discriminative : Criterion
        The first axis.
    robust : Criterion or None
        The second axis; None = not applicable.
    filters : tuple of Criterion
        Conditions that a model must fulfil to be judged at all.
    why_one : str
        Why there is no second axis; empty when there is.
    """

    discriminative: Criterion
    robust: Criterion | None
    filters: tuple[Criterion, ...] = ()
    why_one: str = ""

    @property
    def axes(self) -> tuple[Criterion, ...]:
        """The one or two axes."""
        return (self.discriminative,) if self.robust is None else (self.discriminative, self.robust)
