"""From products to rows: the only place where a metric's answer, or its refusal, becomes a score."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.records import AVERAGE, CurveFit, MetricSpec, ScoreRow, Status
from morphsweep.sweep.products import CURVE_PRODUCTS, RunProducts

__all__ = ["agree_on_curves", "score_agreed", "score_model"]

_MISSING = float("nan")


def score_model(
    runs: Mapping[str, RunProducts], reference: str, specs: Iterable[MetricSpec]
) -> list[ScoreRow]:
    """All scores of one model.

    Parameters
    ----------
    runs : mapping of str to RunProducts
        The runs that could be read, by regime.
    reference : str
        The regime that the others are compared with.
    specs : iterable of MetricSpec
        Which metrics.

    Returns
    -------
    list of ScoreRow
        In the order of the metrics; every number that is missing has its reason.
    """
    agree_on_curves(runs)
    return score_agreed(runs, reference, specs)


def score_agreed(
    runs: Mapping[str, RunProducts], reference: str, specs: Iterable[MetricSpec], /
) -> list[ScoreRow]:
    """All scores of runs that know already which perturbations they have in common.

    Parameters
    ----------
    runs, reference, specs
        As in :func:`score_model`.

    Returns
    -------
    list of ScoreRow
        In the order of the metrics.
    """
    others = [regime for regime in runs if regime != reference]
    rows: list[ScoreRow] = []
    for spec in specs:
        if spec.scope == "run":
            scored = _score(spec, {regime: (run,) for regime, run in runs.items()})
            rows += scored
            if spec.shift and reference in runs:
                rows += _shifts(spec, scored, reference)
        elif reference in runs and others:
            rows += _score(spec, {regime: (runs[reference], runs[regime]) for regime in others})
    return rows


def agree_on_curves(runs: Mapping[str, RunProducts]) -> None:
    """Averages use one set of perturbations per model: those with a curve in every regime.

    Parameters
    ----------
    runs : mapping of str to RunProducts
        Their ``common`` and ``everywhere`` are set.
    """
    have = []
    for run in runs.values():
        try:
            have.append(set(run.get("curves")))
        except NotComputable:
            have.append(set())
    for run in runs.values():
        run.everywhere = frozenset.intersection(*(frozenset(other.present) for other in runs.values()))
        run.common = tuple(name for name in run.cohort.perturbations if all(name in names for names in have))


def _score(spec: MetricSpec, sides: Mapping[str, tuple[RunProducts, ...]]) -> list[ScoreRow]:
    """Rows of one metric for every regime; `sides` holds one run for a run metric and two for a pair."""
    if spec.per == "model":
        return [_row(spec, regime, None, runs) for regime, runs in sides.items()]
    compared = next(iter(sides.values()))[0].cohort.perturbations
    table = {
        regime: {name: _row(spec, regime, name, runs) for name in compared} for regime, runs in sides.items()
    }
    shared = [name for name in compared if all(np.isfinite(rows[name].value) for rows in table.values())]
    return [
        row
        for regime, rows in table.items()
        for row in (*rows.values(), _average(spec, regime, rows, shared))
    ]


def _row(spec: MetricSpec, regime: str, perturbation: str | None, runs: Sequence[RunProducts]) -> ScoreRow:
    where = AVERAGE if perturbation is None else perturbation
    try:
        value = float(spec.function(*_arguments(spec, perturbation, runs)))
    except NotApplicable as reason:
        return ScoreRow(regime, where, spec.name, _MISSING, status=Status.NOT_APPLICABLE, reason=str(reason))
    except NotComputable as reason:
        status = Status.NOT_APPLICABLE if _has_nothing_to_compare(spec, runs) else Status.NOT_COMPUTABLE
        return ScoreRow(regime, where, spec.name, _MISSING, status=status, reason=str(reason))
    if not np.isfinite(value):
        reason_text = f"{spec.name} came out as {value}"
        return ScoreRow(regime, where, spec.name, _MISSING, status=Status.NOT_COMPUTABLE, reason=reason_text)
    status, text = _standing(spec, perturbation, runs)
    return ScoreRow(regime, where, spec.name, value, status=status, reason=text)


def _has_nothing_to_compare(spec: MetricSpec, runs: Sequence[RunProducts]) -> bool:
    """Whether a number about several curves is missing because one perturbation only is compared, and it has its curve."""
    alone = len(runs[0].cohort.perturbations) == 1 and bool(runs[0].common)
    return alone and spec.per == "model" and bool({"scaffold", "scaffold_at_time"}.intersection(spec.needs))


def _arguments(spec: MetricSpec, perturbation: str | None, runs: Sequence[RunProducts]) -> list[Any]:
    if perturbation is not None:
        for run in runs:
            if perturbation not in run.present:
                msg = f"{perturbation!r} is absent from {run.embedding.source or 'the run'}"
                raise NotApplicable(msg)
    needs = [name for name in spec.needs if name != "settings"]
    arguments = [_entry(run.get(name), perturbation, run) for run in runs for name in needs]
    return [*arguments, runs[0].settings] if "settings" in spec.needs else arguments


def _entry(product: Any, perturbation: str | None, run: RunProducts) -> Any:
    """What a metric sees of a product: its entry for the perturbation where it has entries."""
    if perturbation is None or not isinstance(product, Mapping):
        return product
    if perturbation not in product:
        if run.everywhere is not None and perturbation not in run.everywhere:
            msg = (
                f"{perturbation!r} is absent from another regime, and only what all regimes have is compared"
            )
            raise NotApplicable(msg)
        fit = run.get("fits").get(perturbation)
        msg = (fit.reason if fit is not None else "") or f"no value for {perturbation!r}"
        raise NotComputable(msg)
    entry = product[perturbation]
    if isinstance(entry, CurveFit) and entry.points is None:
        raise NotComputable(entry.reason)
    return entry


def _standing(spec: MetricSpec, perturbation: str | None, runs: Sequence[RunProducts]) -> tuple[Status, str]:
    """Whether a computed value is to be trusted fully."""
    if not CURVE_PRODUCTS.intersection(spec.needs):
        doubt = _other_task(runs) if "f1_to_pair" in spec.needs else ""
        return (Status.FLAGGED if doubt else Status.OK), doubt
    used = runs[0].common or () if perturbation is None else (perturbation,)
    if "delays" in spec.needs:  # read off the control's curve
        used = (runs[0].control,)
    doubts = [
        f"curve of {name!r}: {fit.health.reason}"
        for run in runs
        for name in used
        if (fit := run.get("fits").get(name)) is not None and fit.health is not None and not fit.ok
    ]
    missing = () if perturbation is not None else [n for n in runs[0].cohort.perturbations if n not in used]
    if missing:
        return Status.PARTIAL, "; ".join([f"without {', '.join(map(repr, missing))}", *doubts])
    return (Status.FLAGGED, "; ".join(dict.fromkeys(doubts))) if doubts else (Status.OK, "")


def _other_task(runs: Sequence[RunProducts]) -> str:
    """Say so where the regimes did not have the same perturbations to tell apart."""
    first, *others = (run.get("predictions").classes for run in runs)
    odd = sorted({name for other in others for name in set(first) ^ set(other)})
    return (
        f"one regime alone has {', '.join(map(repr, odd))} to tell apart, which makes its task another"
        if odd
        else ""
    )


def _average(spec: MetricSpec, regime: str, rows: Mapping[str, ScoreRow], shared: Sequence[str]) -> ScoreRow:
    """The model's value over the perturbations that every regime has."""
    if not shared:
        reasons = list(dict.fromkeys(row.reason for row in rows.values() if row.reason))
        # Where nothing failed, each regime just has other perturbations than the next.
        failed = any(row.status in {Status.NOT_COMPUTABLE, Status.ERROR} for row in rows.values())
        status = Status.NOT_COMPUTABLE if failed else Status.NOT_APPLICABLE
        text = "; ".join(reasons) or "no perturbation has a value in every regime"
        return ScoreRow(regime, AVERAGE, spec.name, _MISSING, status=status, reason=text)
    value = float(spec.combine([rows[name].value for name in shared]))
    missing = [name for name in rows if name not in shared]
    doubts = list(dict.fromkeys(rows[name].reason for name in shared if rows[name].reason))
    if missing:
        text = "; ".join([f"without {', '.join(map(repr, missing))}", *doubts])
        return ScoreRow(regime, AVERAGE, spec.name, value, status=Status.PARTIAL, reason=text)
    status = Status.FLAGGED if doubts else Status.OK
    return ScoreRow(regime, AVERAGE, spec.name, value, status=status, reason="; ".join(doubts))


def _shifts(spec: MetricSpec, scored: Sequence[ScoreRow], reference: str) -> list[ScoreRow]:
    """Other regime minus reference, number by number."""
    base = {row.perturbation: row for row in scored if row.regime == reference}
    shifted = []
    for row in scored:
        start = base.get(row.perturbation)
        if row.regime == reference or start is None:
            continue
        worse = max((row, start), key=lambda r: list(Status).index(r.status))
        value = row.value - start.value
        shifted.append(
            ScoreRow(
                row.regime,
                row.perturbation,
                f"{spec.name}_shift",
                value,
                status=worse.status,
                reason=worse.reason,
            )
        )
    return shifted
