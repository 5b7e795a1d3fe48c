"""What can be said of the gain of one model over another, each sentence with the numbers it rests on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from morphsweep.metrics import PairedF1, false_discovery, replicate_interval
from morphsweep.records import AVERAGE, FloatArray
from morphsweep.selection.gain_windows import GainWindow, chance_in_window, find_windows, mean_in_window
from morphsweep.selection.whole_time import whole_time

__all__ = ["Claim", "Gains", "Setting", "gains_of"]


_OWED = {"held_out": "what the model was trained on", "unseen_batches": "the batch"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence about two models.

    Parameters
    ----------
    name : str
        ``gain`` (is there one, and where), ``confined``, ``held_out``, ``other_regime``, ``unseen_batches``,
        ``gain_other_regime`` (is there one in a regime, in perturbations without one in the reference),
        ``others_worse`` or ``verdict``.
    text : str
        The sentence.
    holds : bool or None
        Whether what the name says holds (for ``held_out``, ``other_regime`` and ``unseen_batches``: whether the gain is
        kept there); None when the data cannot tell.
    value, low, high : float
        The number it rests on, with its interval; NaN where it rests on several.
    p : float
        Chance of such a number when models of equal worth are exchanged; NaN where the claim rests on several, or on q.
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
    p: float = np.nan


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
        False discovery rate over perturbations up to which a gain counts; p up to which one is kept elsewhere.
    regime : str
        Name of the reference regime; empty: sentences do not name it.
    """

    reference: PairedF1
    others: Mapping[str, PairedF1]
    by_batch: PairedF1 | None
    held_out: Mapping[str, Collection[str]]
    edges: FloatArray
    unit: str = ""
    level: float = 0.9
    error: float = 0.05
    regime: str = ""

    def turned(self) -> "Setting":
        """The same with the second model first."""
        return replace(
            self,
            reference=self.reference.turned(),
            others={regime: pair.turned() for regime, pair in self.others.items()},
            by_batch=None if self.by_batch is None else self.by_batch.turned(),
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
        lies above 0. It is kept elsewhere when its interval there lies above 0 and p there is at most ``error``; it is not
        kept when its interval holds 0 and the loss has an interval above 0; else the data cannot tell. Elsewhere, and for
        what is worse, the whole time counts: q at most ``error`` and an interval beyond 0.
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
    claims += _other_regimes(setting, gained, first, second)
    if others and gained:
        claims.append(_others(setting, others, first, second))
    if elsewhere:
        claims.append(_verdict(elsewhere, first, second))
    return Gains(tuple(windows), q, real, tuple(claims))


def _where(setting: Setting, gained: Sequence[GainWindow], first: str, second: str) -> Claim:
    named = f"Regime {setting.regime}: " if setting.regime else ""
    the = "the" if named else "The"
    if not gained:
        return _no_gain(setting, named, first, second)
    if len(gained) > 1:
        parts = "; ".join(f"{_place(setting, g)}: {_number(g.gain, g.low, g.high)}" for g in gained)
        text = f"{named}{first} gains over {second} in {len(gained)} perturbations: {parts}."
        return Claim("gain", text, True, regime=setting.regime)
    (only,) = gained
    numbers = _number(only.gain, only.low, only.high)
    if not only.partial:
        text = f"{named}{the} gain of {first} over {second} is confined to {only.perturbation}, throughout: {numbers}."
        return Claim(
            "confined", text, True, only.gain, only.low, only.high, only.perturbation, setting.regime
        )
    turn = f"{setting.level:.0%} interval of the turn {only.turn_low:.3g} to {_time(setting, only.turn_high)}"
    rest = f"{numbers} there, {_number(only.rest, only.rest_low, only.rest_high)} outside"
    ends = only.rest_low <= 0 and only.rest_high < only.gain / 2  # else the rest may hold half as much
    verb = "is confined to" if ends else "is in one perturbation only, and largest in"
    text = f"{named}{the} gain of {first} over {second} {verb} {_place(setting, only)} ({turn}): {rest}."
    return Claim("confined", text, ends, only.gain, only.low, only.high, only.perturbation, setting.regime)


def _no_gain(setting: Setting, named: str, first: str, second: str) -> Claim:
    """No window of time is beyond its chance; the whole time may be, because its test chooses none."""
    better, _, _ = _told_apart(setting, setting.reference)
    no = "no" if named else "No"
    if better.empty:
        text = f"{named}{no} gain of {first} over {second} is beyond chance in any perturbation."
        return Claim("gain", text, False, regime=setting.regime)
    text = (
        f"{named}{no} gain of {first} over {second} in a part of the time is beyond chance in any perturbation; "
        f"over all of it: {_listed(better)}."
    )
    return Claim("gain", text, None, regime=setting.regime)


def _other_regimes(setting: Setting, gained: Sequence[GainWindow], first: str, second: str) -> list[Claim]:
    """Gains in the other regimes, over the whole time, of perturbations in which there is none in the reference."""
    known = {found.perturbation for found in gained}
    claims, without = [], []
    for regime, pair in setting.others.items():
        better, _, _ = _told_apart(setting, pair)
        better = better[~better["perturbation"].isin(known)]
        if better.empty:
            without.append(regime)
            continue
        also = "also " if gained else ""
        text = (
            f"Regime {regime}: {first} {also}gains over {second}, over the whole time, in {_listed(better)}."
        )
        claims.append(Claim("gain_other_regime", text, True, regime=regime))
    if without and not gained:
        text = f"Regime{'s' if len(without) > 1 else ''} {', '.join(without)}: no gain of {first} over {second} is beyond chance in any perturbation."
        claims.append(Claim("gain_other_regime", text, False, regime=", ".join(without)))
    return claims


def _told_apart(setting: Setting, pair: PairedF1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Perturbations in which the first model is better over the whole time, worse, or neither."""
    table = whole_time(pair, setting.level).dropna(subset=["difference"])
    table = table[table["perturbation"] != AVERAGE]
    sure = table["q"] <= setting.error
    better, worse = sure & (table["low"] > 0), sure & (table["high"] < 0)
    return table[better], table[worse], table[~better & ~worse]


def _listed(rows: pd.DataFrame) -> str:
    """Each with its interval and q."""
    return "; ".join(
        f"{row['perturbation']} {_number(row['difference'], row['low'], row['high'])}, q = {row['q']:.2g}"
        for row in rows.to_dict("records")
    )


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
    p = chance_in_window(pair, there, gain.window)
    # An interval alone may be too narrow: with one individual in most bins no draw leaves it out and keeps the bin.
    holds = None if low > 0 and p > setting.error else True if low > 0 else False if less_low > 0 else None
    where = _place(setting, gain)
    number = _number(value, low, high)
    there_too = f"{number} there" + (f" (p = {p:.2g})" if low > 0 else "")
    change = f"a change of {_number(value - gain.gain, -less_high, -less_low)}"
    if holds is None:
        text = f"Whether the gain in {where} is kept {how} cannot be told: {there_too}, {change}."
    else:
        text = f"The gain in {where} is {'kept' if holds else 'not kept'} {how}: {there_too}, {change}."
    return Claim(name, text, holds, value, low, high, gain.perturbation, regime, p)


def _others(setting: Setting, others: Sequence[GainWindow], first: str, second: str) -> Claim:
    """Whether the first model is worse in all perturbations in which it does not gain."""
    named = {found.perturbation for found in others}
    parts = [part[part["perturbation"].isin(named)] for part in _told_apart(setting, setting.reference)]
    better, worse, same = parts
    if len(worse) and better.empty and same.empty:
        text = f"In all other perturbations {first} is worse than {second}: {_listed(worse)}."
        return Claim("others_worse", text, True)
    said = [f"{first} is worse than {second} in {_listed(worse)}"] if len(worse) else []
    if len(better):
        said.append(
            f"better, over the whole time only, in {_listed(better)}"
            if said
            else f"{first} is better, over the whole time only, in {_listed(better)}"
        )
    if len(same):
        said.append(f"not told apart in {_listed(same)}")
    if len(said) == 1 and len(same):
        return Claim(
            "others_worse",
            f"In the other perturbations the two are {said[0].replace(' in ', ': ', 1)}.",
            False,
        )
    return Claim("others_worse", f"{'; '.join(said)}.", False)


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
