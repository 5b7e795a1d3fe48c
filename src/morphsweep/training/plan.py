"""Which runs a sweep consists of: settings x regimes x seeds, each trained once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from morphsweep.errors import InvalidInput
from morphsweep.records import SweepConfig, TrainingConfig, TrainingSettings, Value
from morphsweep.training.losses.registry import acting_settings

__all__ = ["Plan", "PlannedRun", "make_plan", "regimes_of"]

_ALL = "all"
_ALWAYS_SHOWN = ("metric_loss_type", "beta")


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One training.

    Parameters
    ----------
    settings : TrainingSettings
        Validated.
    hyperparameters : mapping
        What the manifest says of them; None where a setting cannot act.
    regime : str
        Its name.
    held_out : tuple of str
        Perturbations that it does not see.
    seed : int
        Replicate.
    """

    settings: TrainingSettings
    hyperparameters: Mapping[str, Value]
    regime: str
    held_out: tuple[str, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All runs of a sweep.

    Parameters
    ----------
    runs : tuple of PlannedRun
        Seeds one after the other; in each, configurations; in each, regimes.
    regimes : mapping of str to tuple of str
        What each holds out.
    notes : tuple of str
        What was collapsed.
    """

    runs: tuple[PlannedRun, ...]
    regimes: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]


def make_plan(config: SweepConfig, training: TrainingConfig, perturbations: Sequence[str], /) -> Plan:
    """Lay out the runs.

    Parameters
    ----------
    config : SweepConfig
        Held-out sets.
    training : TrainingConfig
        Shared settings, grid, list, seeds.
    perturbations : sequence of str
        Those of the images that are used.

    Returns
    -------
    Plan
        Combinations that differ only in settings that cannot act are one.

    Raises
    ------
    InvalidInput
        If a loss or a perturbation is unknown, or a regime has nothing left to learn from.
    """
    regimes = regimes_of(config, training, perturbations)
    _check_compatibility(training, perturbations)
    combinations = training.combinations()
    varied = tuple(dict.fromkeys(name for combination in combinations for name in combination))
    shown = (*(name for name in _ALWAYS_SHOWN if name not in varied), *varied)
    found: dict[tuple[Value, ...], tuple[TrainingSettings, dict[str, Value]]] = {}
    for combination in combinations:
        settings = TrainingSettings.model_validate({**training.shared(), **combination})
        masked = _masked(settings)
        key = tuple(masked.values())
        if key not in found:
            found[key] = (settings, {name: masked[name] for name in shown})
    for settings, _ in found.values():
        _check_settings(settings, regimes, perturbations)
    runs = [
        PlannedRun(settings, shown_values, regime, held_out, seed)
        for seed in dict.fromkeys(
            training.seeds
        )  # outermost: a sweep that is stopped is whole but for replicates
        for settings, shown_values in found.values()
        for regime, held_out in regimes.items()
    ]
    notes: tuple[str, ...] = ()
    if (surplus := len(combinations) - len(found)) > 0:
        notes = (
            f"{surplus} of {len(combinations)} combinations differ from another only in settings that cannot act there; each is trained once",
        )
    return Plan(tuple(runs), regimes, notes)


def _masked(settings: TrainingSettings) -> dict[str, Value]:
    """Settings with those that cannot act left empty."""
    _, idle = acting_settings(settings.metric_loss_type)
    values = settings.model_dump()
    if settings.steps is not None:
        values["epochs"] = None
    return {name: None if name in idle else value for name, value in values.items()}


def regimes_of(
    config: SweepConfig, training: TrainingConfig, perturbations: Sequence[str], /
) -> dict[str, tuple[str, ...]]:
    """What each regime holds out.

    Parameters
    ----------
    config : SweepConfig
        Named sets.
    training : TrainingConfig
        Whether each perturbation is left out in turn.
    perturbations : sequence of str
        Known ones.

    Returns
    -------
    dict of str to tuple of str
        ``all`` first.

    Raises
    ------
    InvalidInput
        If a set names an unknown perturbation, or holds out all.

    Examples
    --------
    >>> regimes_of(SweepConfig(held_out={"hld": ("b",)}), TrainingConfig(leave_one_out=True), ["a", "b"])
    {'all': (), 'hld': ('b',), 'without_a': ('a',), 'without_b': ('b',)}
    """
    regimes: dict[str, tuple[str, ...]] = {_ALL: (), **{k: tuple(v) for k, v in config.held_out.items()}}
    if training.leave_one_out:
        regimes |= {f"without_{re.sub(r'[^0-9A-Za-z]+', '_', name)}": (name,) for name in perturbations}
    for regime, held_out in regimes.items():
        if unknown := [name for name in held_out if name not in perturbations]:
            msg = f"held_out.{regime} names {unknown[0]!r}, which no image has; found: {', '.join(perturbations)}"
            raise InvalidInput(msg)
        if not set(perturbations) - set(held_out):
            msg = f"held_out.{regime} holds out every perturbation ({', '.join(held_out)}); nothing is left to train on"
            raise InvalidInput(msg)
    return regimes


def _check_compatibility(training: TrainingConfig, perturbations: Sequence[str]) -> None:
    """Every name must exist, or a typing error would go unnoticed."""
    for one, stated in training.compatibility.items():
        for name in (one, *stated):
            if name not in perturbations:
                msg = f"training.compatibility names {name!r}, which no image has; found: {', '.join(perturbations)}"
                raise InvalidInput(msg)


def _check_settings(
    settings: TrainingSettings, regimes: Mapping[str, tuple[str, ...]], perturbations: Sequence[str]
) -> None:
    """What can only be known once the data are known."""
    if settings.n_biological < 3:
        msg = f"latent_dim = {settings.latent_dim} with zn_frac = {settings.zn_frac:g} leaves {settings.n_biological} biological latents; expected at least 3"
        raise InvalidInput(msg)
    if settings.metric_loss_type == "none" or settings.time_only_flag:
        return
    for regime, held_out in regimes.items():
        if len(left := [name for name in perturbations if name not in held_out]) == 1:
            msg = (
                f"the regime {regime!r} trains on one perturbation only ({left[0]!r}), so pairs cannot be told apart by it; "
                "set time_only_flag = 1 or metric_loss_type = 'none' in [training], or add perturbations"
            )
            raise InvalidInput(msg)
