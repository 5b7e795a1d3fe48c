"""What is known of a sweep besides its table of scores."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from morphsweep.metrics import column
from morphsweep.records import AVERAGE, Status

__all__ = ["SweepFacts"]


@dataclass(frozen=True, slots=True)
class SweepFacts:
    """Facts that a choice uses; None = read off the table.

    Parameters
    ----------
    protocol : str or None
        ``"notebook"`` or ``"default-N"``; decides the default thresholds.
    reference : str or None
        The reference regime.
    regimes : tuple of str or None
        All regimes.
    hyperparameters : tuple of str or None
        Columns that hold hyper-parameters.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act.
    thresholds : tuple of str or None
        The sweep's own thresholds, discriminative first.
    partial : mapping of str to collection, or None
        Summary column = models whose number there is an average over fewer perturbations than asked. None: not known
        number by number, so that the models' statuses decide.
    inert : tuple of str
        Hyper-parameters taken to act on nothing, besides those that cannot act: models that differ in these only are
        replicates. Never assumed, only told.
    replicates : DataFrame or None
        Bootstrap replicates of the models' scores.
    """

    protocol: str | None = None
    reference: str | None = None
    regimes: tuple[str, ...] | None = None
    hyperparameters: tuple[str, ...] | None = None
    inactive: Mapping[str, str] | None = None
    thresholds: tuple[str, ...] | None = None
    partial: Mapping[str, Collection[Any]] | None = None
    inert: tuple[str, ...] = ()
    replicates: pd.DataFrame | None = None

    @classmethod
    def from_info(
        cls,
        info: Mapping[str, Any] | None,
        /,
        *,
        scores: pd.DataFrame | None = None,
        replicates: pd.DataFrame | None = None,
    ) -> Self:
        """Read the facts from the content of a results folder's ``run.json``.

        Parameters
        ----------
        info : mapping or None
            Only the keys that it has are used.
        scores : DataFrame or None
            The tidy scores, which tell which numbers are partial.
        replicates : DataFrame or None
            Bootstrap replicates of the scores.

        Returns
        -------
        SweepFacts
            With None for what is not said.
        """
        info = info or {}
        config = info.get("config") or info.get("sweep") or {}
        config = config if isinstance(config, Mapping) else {}
        regimes = _names(info.get("regimes") or config.get("regimes"))
        reference = _text(info.get("reference") or config.get("reference"))
        return cls(
            protocol=_text(info.get("protocol")),
            reference=reference or (regimes[0] if regimes else None),
            regimes=regimes,
            hyperparameters=_names(info.get("hyperparameters") or config.get("hyperparameters")),
            inactive=info.get("inactive") or config.get("inactive"),
            thresholds=_names(info.get("thresholds") or config.get("thresholds")),
            partial=None if scores is None else _partial(scores, max(len(regimes or ()) - 1, 1)),
            replicates=replicates,
        )


def _names(value: Any) -> tuple[str, ...] | None:
    return tuple(str(name) for name in value) if value else None


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _partial(scores: pd.DataFrame, n_others: int) -> dict[str, set[Any]]:
    """Models by summary column; the mean over several regimes is partial when one of its terms is."""
    rows = scores[(scores["perturbation"] == AVERAGE) & (scores["status"] == Status.PARTIAL)]
    found: dict[str, set[Any]] = {}
    for model, name, regime in zip(rows["model_index"], rows["metric"], rows["regime"], strict=True):
        for title in {column(name, regime, n_others=n_others), name}:
            found.setdefault(title, set()).add(model)
    return found
