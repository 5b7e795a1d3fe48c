"""Trade-offs: what prettiness and robustness cost in discrimination, and which metrics say the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from morphsweep.influence.design import Design
from morphsweep.influence.knob import Knob
from morphsweep.influence.record import plain_rows
from morphsweep.influence.relations import kinds, rank_correlations
from morphsweep.influence.remaining import remaining_effect
from morphsweep.influence.slopes import trade_off_slopes
from morphsweep.influence.wording import number, percent, together

__all__ = ["Roles", "TradeOffs", "trade_offs"]


@dataclass(frozen=True, slots=True)
class Roles:
    """Which score plays which part; columns that a table lacks are left out before.

    Parameters
    ----------
    discriminative : str or None
        Such as ``f1_all``.
    drop : str or None
        What the other regime loses of it.
    pretty, robust : tuple of str
        Tree-likeness and robustness, raw and scale-free.
    collinear : tuple of str
        Collinearities, whose effect on the drop is told at fixed discrimination.
    twins : mapping of str to str
        Raw score = its scale-free twin.
    held : tuple of str
        Scale, independence, roughness: what an effect may run through.
    """

    discriminative: str | None = None
    drop: str | None = None
    pretty: tuple[str, ...] = ()
    robust: tuple[str, ...] = ()
    collinear: tuple[str, ...] = ()
    twins: Mapping[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TradeOffs:
    """Trade-offs between scores.

    Parameters
    ----------
    slopes : DataFrame
        ``within, score, against, held, slope, low, high, per_sd, models, configurations, reason``.
    correlations : DataFrame
        ``within, first, second, rho, low, high, n``.
    kinds : DataFrame
        ``version, metric, kind``: raw, and with the scale-free twin in place of each raw score that has one.
    remaining : DataFrame
        What is left of an effect when others are held; descriptive.
    sentences, notes : tuple of str
        In words; what was assumed.
    """

    slopes: pd.DataFrame
    correlations: pd.DataFrame
    kinds: pd.DataFrame
    remaining: pd.DataFrame
    sentences: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def frames(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        return {name: getattr(self, name) for name in ("slopes", "correlations", "kinds", "remaining")}

    def to_json(self) -> dict[str, Any]:
        """JSON-able; null where a number is missing."""
        tables = {name: plain_rows(frame) for name, frame in self.frames().items()}
        return {"sentences": list(self.sentences), "notes": list(self.notes), **tables}


def trade_offs(
    scores: pd.DataFrame,
    design: Design,
    roles: Roles,
    /,
    *,
    by: str | None = None,
    seed: int = 0,
    notes: Sequence[str] = (),
) -> TradeOffs:
    """Tell what scores cost each other.

    Parameters
    ----------
    scores : DataFrame, shape (n_models, n_scores)
        NaN where missing.
    design : Design
        Settings of the same models.
    roles : Roles
        Which score plays which part.
    by : str or None
        Hyper-parameter within whose levels everything is told again, and whose effects are followed through scale.
    seed : int
        Of bootstraps.
    notes : sequence of str
        What the caller has assumed.

    Returns
    -------
    TradeOffs
        Tables and sentences.
    """
    knob = next((knob for knob in design.varying if knob.name == by), None)
    within = None if knob is None else pd.Series([knob.levels[c] if c >= 0 else None for c in knob.codes])
    slopes = trade_off_slopes(scores, design.groups, list(_pairs(roles)), within=within)
    shown = [str(name) for name in scores]
    raw = [name for name in shown if name not in roles.twins.values()]
    correlations = rank_correlations(scores, design.groups, within=within)
    scale_free = [roles.twins.get(name, name) for name in raw]
    versions = [_kinds(correlations, raw, "raw"), _kinds(correlations, scale_free, "scale-free")]
    found = pd.concat(versions, ignore_index=True)
    left = _remaining(knob, scores, roles, design, seed)
    told = [*_slope_sentences(slopes, by), *_kind_sentences(found), *_remaining_sentences(left)]
    return TradeOffs(slopes, correlations, found, left, tuple(told), tuple(notes))


def _pairs(roles: Roles) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if roles.discriminative:
        for name in (*roles.pretty, *roles.robust):
            yield roles.discriminative, name, ()
    if roles.discriminative and roles.drop:
        for name in roles.collinear:
            yield roles.drop, name, (roles.discriminative,)


def _kinds(correlations: pd.DataFrame, names: Sequence[str], version: str) -> pd.DataFrame:
    rows = correlations[
        (correlations["within"] == "")
        & correlations["first"].isin(names)
        & correlations["second"].isin(names)
    ]
    found = kinds(rows)
    return pd.DataFrame({"version": version, "metric": list(found), "kind": list(found.values())})


def _remaining(
    knob: Knob | None, scores: pd.DataFrame, roles: Roles, design: Design, seed: int
) -> pd.DataFrame:
    if knob is None or knob.kind != "number" or not roles.held:
        return pd.DataFrame(
            columns=[
                "hyperparameter",
                "metric",
                "held",
                "effect",
                "left",
                "share",
                "low",
                "high",
                "models",
                "reason",
            ]
        )
    covariates = {name: scores[name].to_numpy(dtype=float) for name in roles.held}
    parts = [
        remaining_effect(knob, name, scores[name].to_numpy(dtype=float), covariates, design.groups, seed=seed)
        for name in (*roles.pretty, *roles.robust)
        if name not in roles.held
    ]
    return pd.concat(parts, ignore_index=True)


def _slope_sentences(slopes: pd.DataFrame, by: str | None) -> Iterator[str]:
    for row in slopes[slopes["reason"] == ""].to_dict("records"):
        if row["within"] and not _clear(row):
            continue  # the tables have them all
        where = f"Where {by} is {row['within']}, " if row["within"] else ""
        held = f" at fixed {row['held']}" if row["held"] else ""
        verdict = "" if _clear(row) else "; the interval holds 0, so no trade-off is shown"
        yield (
            f"{where}{row['score']} changes by {number(row['slope'])} per unit of {row['against']}{held} (95 % interval "
            f"{number(row['low'])} to {number(row['high'])}; {number(row['per_sd'])} SD per SD; {row['models']} models){verdict}."
        )


def _clear(row: Mapping[Any, Any]) -> bool:
    return bool(row["low"] > 0 or row["high"] < 0)


def _kind_sentences(found: pd.DataFrame) -> Iterator[str]:
    for version, rows in found.groupby("version", sort=False):
        groups = [part["metric"].tolist() for _, part in rows.groupby("kind")]
        alike = "; ".join(together(names) for names in groups if len(names) > 1)
        alone = [names[0] for names in groups if len(names) == 1]
        text = f"{str(version).capitalize()} metrics fall into {len(groups)} kinds (average absolute rank correlation of at least 0.7)"
        yield f"{text}: {alike or 'no two alike'}{f'; each its own kind: {together(alone)}' if alone else ''}."


def _remaining_sentences(left: pd.DataFrame) -> Iterator[str]:
    for row in left[left["reason"] == ""].to_dict("records"):
        yield (
            f"Descriptive: of the effect of {row['hyperparameter']} on {row['metric']} ({number(row['effect'])}), {percent(row['share'])} is left "
            f"when {row['held']} is held (95 % interval {percent(row['low'])} to {percent(row['high'])})."
        )
