"""What a person should know of the ground on which models are compared: who is left out, and what settings do to these times."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from morphsweep.records import Cohort, Settings, SweepConfig

__all__ = ["cohort_notes"]

_WORTH_SAYING = 0.01  # share of snips beyond the time limit
_FEWEST_PER_BIN = 5  # with fewer, 90 % intervals of F1 hold the truth in 80 % of cases
_MOST_EARLY = 0.5  # share of snips in the first window


def cohort_notes(obs: pd.DataFrame, cohort: Cohort, settings: Settings, config: SweepConfig, /) -> list[str]:
    """Say what is left out of the comparison, and which settings do not suit the data.

    Parameters
    ----------
    obs : DataFrame
        ``individual, perturbation, time`` of the run that the cohort was made from.
    cohort : Cohort
        Of the sweep.
    settings : Settings
        In force.
    config : SweepConfig
        Of the lab.

    Returns
    -------
    list of str
        A sentence each; empty when there is nothing to know.
    """
    times = obs.loc[obs["perturbation"].isin(cohort.perturbations), "time"].to_numpy(float)
    notes = [*_left_out(cohort, config), *_control(obs, config)]
    return [
        *notes,
        *_beyond(times, settings),
        *_early(times, settings),
        *_empty(times, cohort),
        *_sparse(obs, cohort),
    ]


def _left_out(cohort: Cohort, config: SweepConfig) -> Iterator[str]:
    if cohort.left_out and config.perturbations is None:
        who = ", ".join(f"{name!r} ({why})" for name, why in cohort.left_out.items())
        yield f"left out of the comparison: {who}; lower min_individuals under [settings] in sweep.toml to compare them"


def _control(obs: pd.DataFrame, config: SweepConfig) -> Iterator[str]:
    """A control that was named and is not there; the usual one may be missing, and then just nothing is delayed against it."""
    found = sorted(map(str, obs["perturbation"].unique()))
    meant = [name for name in found if name.lower() == config.control.lower()]
    if config.control not in found and (meant or "control" in config.model_fields_set):
        yield (
            f"the control {config.control!r} is no perturbation of the data, so nothing is measured against it; "
            f"found: {', '.join(map(repr, found[:8]))}{' ...' if len(found) > 8 else ''}"
        )


def _beyond(times: np.ndarray, settings: Settings) -> Iterator[str]:
    if settings.time_limit is None:
        return
    late = int((times > settings.time_limit).sum())
    if late > _WORTH_SAYING * len(times):
        yield (
            f"{late:,} of {len(times):,} snips ({late / len(times):.0%}) are later than time_limit = {settings.time_limit:g}: scores over time "
            "(F1, PR-AUC, AUROC) leave them out, curves do not; set time_limit in sweep.toml (false = no limit)"
        )


def _early(times: np.ndarray, settings: Settings) -> Iterator[str]:
    early = int((times < times.min() + settings.early_window).sum())
    if early > _MOST_EARLY * len(times):
        yield (
            f"early_window = {settings.early_window:g} holds {early / len(times):.0%} of the snips, so that curves may start anywhere; their times "
            f"run from {times.min():g} to {times.max():g}: set early_window in sweep.toml, for instance to {_short(np.ptp(times) / 20)}"
        )


def _empty(times: np.ndarray, cohort: Cohort) -> Iterator[str]:
    """Times on a grid wider than the bins leave some without any snip."""
    counts, _ = np.histogram(times, cohort.bin_edges)
    values = len(np.unique(times[(times >= cohort.bin_edges[0]) & (times <= cohort.bin_edges[-1])]))
    if (counts == 0).any() and 1 < values <= len(counts):
        yield (
            f"{int((counts == 0).sum())} of {len(counts)} time bins hold no snip, as times take {values} values only: curves of F1 over time have "
            f"gaps; set n_time_bins = {values} under [settings] in sweep.toml"
        )


def _sparse(obs: pd.DataFrame, cohort: Cohort) -> Iterator[str]:
    edges = cohort.bin_edges
    inside = obs[obs["time"].between(edges[0], edges[-1])]
    counts = inside["perturbation"].value_counts().reindex(cohort.perturbations, fill_value=0) / (
        len(edges) - 1
    )
    few = counts[counts < _FEWEST_PER_BIN]
    if len(few):
        yield (
            f"{len(few)} of {len(counts)} perturbations have fewer than {_FEWEST_PER_BIN} snips per time bin on average (least: {few.idxmin()!r}, "
            f"{few.min():.1f}), so that intervals of F1 are too narrow; lower n_time_bins under [settings] in sweep.toml"
        )


def _short(value: float) -> str:
    return f"{value:.1g}" if value > 0 else "a twentieth of the course"
