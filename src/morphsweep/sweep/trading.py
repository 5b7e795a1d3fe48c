"""Trade-offs between the scores of a sweep, from a results folder, a table, or results in memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from morphsweep.influence import Roles, TradeOffs, trade_offs
from morphsweep.selection import ModelTable, SweepFacts, twin
from morphsweep.sweep.choosing import HasSummary
from morphsweep.sweep.driver_columns import column_of
from morphsweep.sweep.driver_material import Material, gather
from morphsweep.sweep.results import Results

__all__ = ["tradeoffs"]

_PRETTY = ("segment_collinearity_within", "dispersion_first", "dispersion_last", "dispersion_slope")
_ROBUST = ("aligned_rmse", "segment_collinearity")
_COLLINEAR = ("segment_collinearity", "segment_collinearity_within")
_HELD = (
    "gyration",
    "latent_correlation",
    "total_correlation",
    "track_roughness",
)  # scale, independence, roughness
_BY = "beta"


def tradeoffs(
    source: Results | HasSummary | pd.DataFrame | Path | str,
    /,
    *,
    by: str | None = None,
    where: Sequence[str] = (),
    knobs: Sequence[str] | None = None,
    inactive: Mapping[str, str] | None = None,
    seed: int = 0,
    facts: SweepFacts | None = None,
) -> TradeOffs:
    """Tell what tree-likeness and robustness cost in discrimination, and which metrics say the same.

    Parameters
    ----------
    source : Results, DataFrame, Path or str
        As :func:`drivers` takes it.
    by : str or None
        Hyper-parameter within whose levels everything is told again; None: ``beta`` where the sweep varies it.
    where : sequence of str
        Conditions that models must meet.
    knobs : sequence of str or None
        Hyper-parameter columns.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act.
    seed : int
        Of bootstraps.
    facts : SweepFacts or None
        What is known of the sweep.

    Returns
    -------
    TradeOffs
        ``slopes, correlations, kinds, remaining``, sentences, notes.

    Raises
    ------
    InvalidInput
        If the source cannot be read, or a column is unknown.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "beta": [1, 2, 3] * 4,
    ...     "f1_all": [0.9, 0.8, 0.7] * 4,
    ...     "aligned_rmse": [3, 2, 1.0] * 4,
    ... })
    >>> int(tradeoffs(table, knobs=["beta"], by="beta").correlations["n"].iloc[0])
    3
    """
    material = gather(source, metrics=["all"], where=where, knobs=knobs, inactive=inactive, facts=facts)
    roles, columns = _roles(material.models)
    design = material.design()
    if by is None and _BY in {knob.name for knob in design.varying}:
        by = _BY
    scores = pd.DataFrame({name: material.values(name) for name in columns})
    notes = [*material.notes, *_absent(material)]
    return trade_offs(scores, design, roles, by=by, seed=seed, notes=notes)


def _roles(models: ModelTable) -> tuple[Roles, list[str]]:
    def found(names: Sequence[str]) -> list[str]:
        return [column for name in names if (column := column_of(models, name)) is not None]

    pretty, robust = found(_PRETTY), found(_ROBUST)
    twins = {
        name: other
        for name in (*pretty, *robust)
        if (other := twin(name)) is not None and other in models.scores
    }
    roles = Roles(
        discriminative=column_of(models, "f1"),
        drop=column_of(models, "f1_drop"),
        pretty=tuple(_beside(pretty, twins)),
        robust=tuple(_beside(robust, twins)),
        collinear=tuple(found(_COLLINEAR)),
        twins=twins,
        held=tuple(found(_HELD)),
    )
    singles = [name for name in (roles.discriminative, roles.drop) if name]
    return roles, list(dict.fromkeys([*singles, *roles.pretty, *roles.robust, *roles.collinear, *roles.held]))


def _beside(names: Sequence[str], twins: Mapping[str, str]) -> list[str]:
    """Each score followed by its scale-free twin."""
    return [name for raw in names for name in (raw, twins.get(raw)) if name]


def _absent(material: Material) -> list[str]:
    wanted = [
        name
        for name in (*_PRETTY, *_ROBUST, *_HELD, "f1", "f1_drop")
        if column_of(material.models, name) is None
    ]
    return [f"Not in this table: {', '.join(wanted)}."] if wanted else []
