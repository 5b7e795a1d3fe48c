"""From settings and scores to the answer: which hyper-parameter moves which metric."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from morphsweep.influence.design import Design
from morphsweep.influence.failing import failure_rates
from morphsweep.influence.outcome import Driver, Effort, Outcome, Told, tell
from morphsweep.influence.record import Drivers
from morphsweep.influence.wording import (
    driver_sentences,
    failure_sentences,
    inert_sentences,
    single_sentences,
    spread_sentences,
    together,
)
from morphsweep.records import BoolArray

__all__ = ["FAILED", "drive"]

FAILED = "failed"
_TABLES = ("importances", "effects", "main_effects", "interactions", "cells", "matched", "lines", "spread")

Task = tuple[Outcome, Design, Effort, Driver | None]


def drive(
    design: Design,
    outcomes: Sequence[Outcome],
    /,
    *,
    failed: BoolArray | None = None,
    effort: Effort | None = None,
    driver: Driver | None = None,
    compute: Callable[[Callable[[Task], Told], Sequence[Task]], Iterable[Told]] = map,
    notes: Sequence[str] = (),
) -> Drivers:
    """Explain scores by settings.

    Parameters
    ----------
    design : Design
        Settings of all models.
    outcomes : sequence of Outcome
        Scores, each over all models; a model that lacks one keeps the others.
    failed : array of bool, shape (n_models,), or None
        Models that failed as a whole; None: those without any of the scores.
    effort : Effort or None
        How much is computed.
    driver : callable or None
        ``(design, score) -> importances`` that sum to one, in place of the built-in forest's importances.
    compute : callable
        Applies a function to tasks, in order: ``map``, or one that shares them out.
    notes : sequence of str
        What the caller has assumed.

    Returns
    -------
    Drivers
        Tables and sentences; nothing is dropped without a note.

    Examples
    --------
    >>> from morphsweep.influence import Effort, Outcome, make_design
    >>> settings = pd.DataFrame([(b, m) for b in (0.1, 1, 10) for m in range(6)], columns=["beta", "margin"])
    >>> rmse = Outcome("aligned_rmse", 2.0 - np.log10(settings["beta"].to_numpy(dtype=float)))
    >>> found = drive(make_design(settings), [rmse], effort=Effort(n_trees=20, permutations=39))
    >>> found.sentences[1]
    'margin does nothing measurable to aligned_rmse.'
    """
    effort = effort or Effort()
    values = np.array([outcome.values for outcome in outcomes])
    lacking = ~np.isfinite(values)
    failed = lacking.all(axis=0) if failed is None else failed
    whole = (
        [*outcomes, Outcome(FAILED, failed.astype(float))]
        if 0 < failed.sum() < len(failed)
        else list(outcomes)
    )
    told = list(compute(tell, [(outcome, design, effort, driver) for outcome in whole]))
    fits = pd.DataFrame([entry.fit for entry in told])
    tables = {name: _joined(name, told) for name in _TABLES}
    failures = _failures(design, outcomes, lacking, failed)
    sentences = [*_sentences(fits, tables), *failure_sentences(failures, len(failed))]
    return Drivers(
        fits,
        **tables,
        failures=failures,
        sentences=tuple(sentences),
        notes=(*notes, *_counts(design, fits, failed)),
    )


def _joined(name: str, told: Sequence[Told]) -> pd.DataFrame:
    """One table over the metrics."""
    parts = [
        entry.tables[name].assign(metric=str(entry.fit["metric"]))
        for entry in told
        if name in entry.tables and len(entry.tables[name])
    ]
    if not parts:
        return pd.DataFrame(columns=["metric", "hyperparameter"])
    frame = pd.concat(parts, ignore_index=True)
    return frame[["metric", *(column for column in frame if column != "metric")]]


def _failures(
    design: Design, outcomes: Sequence[Outcome], lacking: np.ndarray, failed: BoolArray
) -> pd.DataFrame:
    """Rates for failed models, and for each score that models lack which did not fail."""
    found = [(FAILED, failed)] if failed.any() else []
    found += [
        (f"without {outcome.name}, not failed", gap & ~failed)
        for outcome, gap in zip(outcomes, lacking, strict=True)
        if (gap & ~failed).any()
    ]
    parts = [failure_rates(design, which).assign(outcome=name) for name, which in found]
    parts = [part for part in parts if len(part)]
    columns = ["outcome", "hyperparameter", "level", "order", "n", "failed", "rate", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _sentences(fits: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    reasons = fits.loc[fits["reason"] != "", "reason"]
    for fit in fits.to_dict("records"):
        if (
            fit["reason"]
            and (alike := fits.loc[reasons.index[reasons == fit["reason"]], "metric"].tolist())[1:]
        ):
            if fit["metric"] == alike[0]:  # told once
                yield f"{together(alike)}: nothing can be told: {fit['reason']}."
            continue
        own = {
            name: tables[name][tables[name]["metric"] == fit["metric"]] for name in ("importances", "matched")
        }
        yield from driver_sentences(fit, own["importances"], own["matched"])
    yield from inert_sentences(tables["importances"])
    yield from single_sentences(tables["importances"])
    yield from spread_sentences(tables["spread"])


def _counts(design: Design, fits: pd.DataFrame, failed: BoolArray) -> Iterator[str]:
    """What was left out of what, in numbers."""
    n = len(failed)
    if failed.any():
        yield f"{int(failed.sum())} of {n} models failed; they are kept as the outcome '{FAILED}' and lack all other numbers."
    for fit in fits.to_dict("records"):
        gaps = int(fit["missing"]) - (int(failed.sum()) if fit["metric"] != FAILED else 0)
        if gaps > 0:
            they = (
                "1 model that did not fail has no number; it counts"
                if gaps == 1
                else f"{gaps} models that did not fail have no number; they count"
            )
            yield f"{fit['metric']}: {they} in the other metrics."
        if fit["reason"] == "" and fit["models_in_null"] < fit["models"]:
            yield f"{fit['metric']}: the test against chance uses {fit['models_in_null']:.0f} of {fit['models']} models, drawn at random."
    for verdict, words in (
        ("constant", "one value in all models"),
        ("fixed where it acts", "one value wherever it can act"),
    ):
        names = [knob.name for knob in design.knobs if knob.verdict == verdict]
        if names:
            yield f"{together(names)}: {words}, so that nothing can be said about {'it' if len(names) == 1 else 'them'}."
