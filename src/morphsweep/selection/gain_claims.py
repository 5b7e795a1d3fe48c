"""What can be said of the gain of one model over another, each sentence with the numbers it rests on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from morphsweep.metrics import PairedF1, false_discovery, replicate_interval
from morphsweep.records import FloatArray
from morphsweep.selection.gain_windows import GainWindow, find_windows, mean_in_window

__all__ = ["Claim", "Gains", "Setting", "gains_of"]


_OWED = {"held_out": "what the model was trained on", "unseen_batches": "the batch"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence about two models.

    Parameters
    ----------
    name : str
        ``gain`` (is there one, and where), ``confined``, ``held_out``, ``other_regime``, ``unseen_batches``,
        ``others_worse`` or ``verdict``.
    text : str
        The sentence.
    holds : bool or None
        Whether what the name says holds (for ``held_out``, ``other_regime`` and ``unseen_batches``: whether the gain is
        kept there); None when the data cannot tell.
    value, low, high : float
        The number it rests on, with its interval; NaN where it rests on several.
    perturbation, regime : str
        What it is about; empty when it is about all.
    """

    name: str
    text: str
    holds: bool | None
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    perturbation: str = ""
    regime: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What two models are compared in.

    Parameters
    ----------
    reference : PairedF1
        In the reference regime.
    others : mapping of str to PairedF1
        In the other regimes.
    by_batch : PairedF1 or None
        In the reference regime, predicted by classifiers that never saw the batch.
    held_out : mapping of str to collection of str
        What each regime did not train on.
    edges : array, shape (n_bins + 1,)
        Edges of the time bins.
    unit : str
        Of time.
    level : float
        Coverage of the intervals.
    error : float
        False discovery rate over perturbations up to which a gain counts.
    """

    reference: PairedF1
    others: Mapping[str, PairedF1]
    by_batch: PairedF1 | None
    held_out: Mapping[str, Collection[str]]
    edges: FloatArray
    unit: str = ""
    level: float = 0.9
    error: float = 0.05

    def turned(self) -> "Setting":
        """The same with the second model first."""
        others = {regime: pair.turned() for regime, pair in self.others.items()}
        batch = None if self.by_batch is None else self.by_batch.turned()
        return Setting(
            self.reference.turned(),
            others,
            batch,
            self.held_out,
            self.edges,
            self.unit,
            self.level,
            self.error,
        )


@dataclass(frozen=True, slots=True)
class Gains:
    """Where the first model is better than the second, and what becomes of it.

    Parameters
    ----------
    windows : tuple of GainWindow
        One per perturbation.
    q : array
        False discovery rate of each.
    real : tuple of bool
        Which of them are gains beyond chance.
    claims : tuple of Claim
        In the order in which they are read.
    """

    windows: tuple[GainWindow, ...]
    q: FloatArray
    real: tuple[bool, ...]
    claims: tuple[Claim, ...]


def gains_of(setting: Setting, first: str, second: str, /) -> Gains:
    """Find the gains of the first model over the second and say what they are worth.

    Parameters
    ----------
    setting : Setting
        The pairs.
    first, second : str
        What to call the two.

    Returns
    -------
    Gains
        A gain is real when it is beyond what exchanged models reach in any window (q at most ``error``) and its interval
        lies above 0. It is kept elsewhere when its interval there lies above 0; it is not kept when that fails and the
        loss has an interval above 0; else the data cannot tell.
    """
    windows = find_windows(setting.reference, setting.edges, level=setting.level)
    q = false_discovery(np.array([found.p for found in windows]))
    real = tuple(
        bool(rate <= setting.error and found.low > 0) for rate, found in zip(q, windows, strict=True)
    )
    gained = [found for found, is_real in zip(windows, real, strict=True) if is_real]
    elsewhere = [claim for found in gained for claim in _elsewhere(setting, found)]
    others = [found for found, is_real in zip(windows, real, strict=True) if not is_real]
    claims = [_where(setting, gained, first, second), *elsewhere]
    if others and gained:
        claims.append(_others(setting, others, first, second))
    if elsewhere:
        claims.append(_verdict(elsewhere, first, second))
    return Gains(tuple(windows), q, real, tuple(claims))


def _where(setting: Setting, gained: Sequence[GainWindow], first: str, second: str) -> Claim:
    if not gained:
        return Claim("gain", f"No gain of {first} over {second} is beyond chance in any perturbation.", False)
    if len(gained) > 1:
        parts = "; ".join(f"{_place(setting, g)}: {_number(g.gain, g.low, g.high)}" for g in gained)
        return Claim("gain", f"{first} gains over {second} in {len(gained)} perturbations: {parts}.", True)
    (only,) = gained
    numbers = _number(only.gain, only.low, only.high)
    if not only.partial:
        text = f"The gain of {first} over {second} is confined to {only.perturbation}, throughout: {numbers}."
        return Claim("confined", text, True, only.gain, only.low, only.high, only.perturbation)
    turn = f"{setting.level:.0%} interval of the turn {only.turn_low:.3g} to {_time(setting, only.turn_high)}"
    rest = f"{numbers} there, {_number(only.rest, only.rest_low, only.rest_high)} outside"
    ends = only.rest_low <= 0 and only.rest_high < only.gain / 2  # else the rest may hold half as much
    verb = "is confined to" if ends else "is in one perturbation only, and largest in"
    text = f"The gain of {first} over {second} {verb} {_place(setting, only)} ({turn}): {rest}."
    return Claim("confined", text, ends, only.gain, only.low, only.high, only.perturbation)


def _elsewhere(setting: Setting, gain: GainWindow) -> list[Claim]:
    """What becomes of a gain in the other regimes and in batches that the classifier never saw."""
    claims = []
    for regime, pair in setting.others.items():
        away = gain.perturbation in setting.held_out.get(regime, ())
        how = (
            f"when {gain.perturbation} is held out ({regime})"
            if away
            else f"in {regime}, which trained on it"
        )
        claims.append(_kept(setting, gain, pair, "held_out" if away else "other_regime", how, regime))
    if setting.by_batch is not None:
        how = "by classifiers that never saw the batch"
        claims.append(_kept(setting, gain, setting.by_batch, "unseen_batches", how, ""))
    return [claim for claim in claims if claim is not None]


def _kept(
    setting: Setting, gain: GainWindow, pair: PairedF1, name: str, how: str, regime: str
) -> Claim | None:
    if gain.perturbation not in pair.classes:
        return None
    here = setting.reference.classes.index(gain.perturbation)
    there = pair.classes.index(gain.perturbation)
    _, replicates = mean_in_window(setting.reference, here, gain.window)
    value, others = mean_in_window(pair, there, gain.window)
    if not np.isfinite(value):
        return None
    people = int(min(setting.reference.people[here], pair.people[there]))
    low, high = _interval(others, people, setting)
    less_low, less_high = _interval(replicates - others, people, setting)
    holds = True if low > 0 else False if less_low > 0 else None
    where = _place(setting, gain)
    number = _number(value, low, high)
    change = f"a change of {_number(value - gain.gain, -less_high, -less_low)}"
    if holds is None:
        text = f"Whether the gain in {where} is kept {how} cannot be told: {number} there, {change}."
    else:
        text = f"The gain in {where} is {'kept' if holds else 'not kept'} {how}: {number} there, {change}."
    return Claim(name, text, holds, value, low, high, gain.perturbation, regime)


def _others(setting: Setting, others: Sequence[GainWindow], first: str, second: str) -> Claim:
    """Whether the first model is worse in all perturbations in which it does not gain."""
    worse: list[str] = []
    same: list[str] = []
    pair = setting.reference
    for found in others:
        c = pair.classes.index(found.perturbation)
        value, replicates = mean_in_window(pair, c, (0, len(pair.difference)))
        low, high = _interval(replicates, int(pair.people[c]), setting)
        (worse if high < 0 else same).append(f"{found.perturbation} {_number(value, low, high)}")
    if not same:
        text = f"In all other perturbations {first} is worse than {second}: {'; '.join(worse)}."
    elif worse:
        text = f"{first} is worse than {second} in {'; '.join(worse)}; not told apart in {'; '.join(same)}."
    else:
        text = f"In the other perturbations the two are not told apart: {'; '.join(same)}."
    return Claim("others_worse", text, not same)


def _verdict(elsewhere: Sequence[Claim], first: str, second: str) -> Claim:
    """What the tests that ask for more than the reference regime say together."""
    asked = [claim for claim in elsewhere if claim.name != "other_regime"]
    if not asked:
        return Claim("verdict", "Nothing tells whether the gain is the perturbation's own: none of the "
                     "perturbations was held out, and batches are not known.", None)  # fmt: skip
    lost = list(dict.fromkeys(claim.perturbation for claim in asked if claim.holds is False))
    unsure = list(dict.fromkeys(claim.perturbation for claim in asked if claim.holds is None))
    if lost:
        names = {claim.name for claim in asked if claim.holds is False}
        owed = " and to ".join(text for name, text in _OWED.items() if name in names)
        text = f"What {first} gains over {second} in {', '.join(lost)} is owed to {owed}, and is probably no property of the perturbation."
        return Claim("verdict", text, False)
    if unsure:
        text = f"Whether what {first} gains over {second} in {', '.join(unsure)} is the perturbation's own cannot be told from these data."
        return Claim("verdict", text, None)
    return Claim(
        "verdict", f"The gain of {first} over {second} is kept wherever it was put to the test.", True
    )


def _interval(replicates: FloatArray, people: int, setting: Setting) -> tuple[float, float]:
    low, high = replicate_interval(replicates, people, level=setting.level)
    return float(low), float(high)


def _place(setting: Setting, gain: GainWindow) -> str:
    if not gain.partial:
        return f"{gain.perturbation} throughout"
    word = "before" if gain.window[0] == 0 else "from"
    return f"{gain.perturbation} {word} {_time(setting, gain.turn)}"


def _time(setting: Setting, value: float) -> str:
    return f"{value:.3g} {setting.unit}".strip()


def _number(value: float, low: float, high: float) -> str:
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f})"
