"""How many individuals each score rests on: what the width of its interval depends on besides its replicates."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.metrics import METRICS, metric
from morphsweep.records import AVERAGE, ScoreRow
from morphsweep.sweep.asking import Run
from morphsweep.sweep.bin_intervals import tested_individuals

__all__ = ["RESTS", "resting_on"]

RESTS = ["individuals", "degrees"]
_PREDICTED = frozenset({"f1_over_time", "f1_to_pair", "pr_auc_over_time", "auroc_over_time"})


def resting_on(rows: Sequence[ScoreRow], runs: Mapping[str, Run], reference: str, /) -> pd.DataFrame:
    """Individuals behind each score, and degrees of freedom of its spread.

    Parameters
    ----------
    rows : sequence of ScoreRow
        Scores of one model.
    runs : mapping of str to Run
        Its runs.
    reference : str
        The reference regime, whose individuals a comparison of regimes rests on as well.

    Returns
    -------
    DataFrame
        ``individuals, degrees``, row by row. A perturbation's own score: its individuals, and one less. The model's score:
        the mean over its perturbations, and the sum of their degrees.
    """
    seen = {name: _per_perturbation(run) for name, run in runs.items()}
    tested = {name: _tested(run, seen[name]) for name, run in runs.items()}
    both = {
        (regime, paired, predicted): _fewest([regime, reference] if paired else [regime], counts)
        for regime in runs
        for paired in (False, True)
        for predicted, counts in ((False, seen), (True, tested))
    }
    members = _members(rows)
    found = np.empty((len(rows), 2))
    for position, row in enumerate(rows):
        people = both[row.regime, metric(row.metric).scope == "pair", _is_predicted(row.metric)]
        own = [row.perturbation] if row.perturbation != AVERAGE else members.get((row.metric, row.regime))
        found[position] = _rest([n for name, n in people.items() if own is None or name in own])
    return pd.DataFrame(found, columns=RESTS)


def _is_predicted(name: str) -> bool:
    """Whether a score, or what it is the shift of, comes from predictions."""
    needs = METRICS.get(name.removesuffix("_shift"), metric(name)).needs
    return not _PREDICTED.isdisjoint(needs)


def _fewest(regimes: Sequence[str], counts: Mapping[str, "pd.Series[int]"]) -> dict[str, int]:
    """Individuals of each perturbation in the regime that has fewest of them; a run that could not be read says nothing."""
    known = [counts[name] for name in regimes if name in counts]
    return {str(name): int(n) for name, n in pd.concat(known, axis=1).min(axis=1).items()}


def _rest(people: Sequence[int]) -> tuple[float, float]:
    """Mean number of individuals, and the sum of what each perturbation leaves to judge the spread by."""
    if not people:
        return 2.0, 1.0
    return float(np.mean(people)), float(sum(max(n - 1, 0) for n in people))


def _members(rows: Sequence[ScoreRow]) -> dict[tuple[str, str], list[str]]:
    """Perturbations that have a number of their own, by metric and regime: what the model's number is made from."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.perturbation != AVERAGE and np.isfinite(row.value):
            found.setdefault((row.metric, row.regime), []).append(row.perturbation)
    return found


def _per_perturbation(run: Run) -> "pd.Series[int]":
    obs = run.embedding.obs
    compared = obs[obs["perturbation"].isin(run.cohort.perturbations)]
    counted: pd.Series[int] = compared.groupby("perturbation")["individual"].nunique()
    return counted


def _tested(run: Run, seen: "pd.Series[int]") -> "pd.Series[int]":
    try:
        return tested_individuals(run)
    except NotComputable:  # then there is nothing that rests on predictions
        return seen
