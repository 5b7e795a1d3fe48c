"""Two or more models beside each other: tables, sentences, JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.metrics import PairedF1, false_discovery, replicate_interval
from morphsweep.records import AVERAGE, FloatArray
from morphsweep.selection.gain_claims import Gains, Setting, gains_of
from morphsweep.selection.whole_time import contributions, shares, two_sided, whole_time

__all__ = ["Comparison", "compare_pairs"]

_IDENTITY = ["first", "second", "regime", "split"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison of models found.

    Parameters
    ----------
    models : tuple of str
        What was compared.
    counts : DataFrame
        ``first, second, regime, split, snips, individuals`` (common), ``snips_first, snips_second``.
    over_time : DataFrame
        ``first, second, regime, split, perturbation, time_bin, begins, ends, f1_first, f1_second, difference, low, high,
        p, q, contribution, share``. Contributions add up to the difference of the averages; shares are theirs among
        those of the same sign.
    by_perturbation : DataFrame
        The same per perturbation and for ``avg_pert``, over all bins.
    gains : DataFrame
        ``winner, loser, perturbation, begins, ends, gain, low, high, p, q, real, partial, turn, turn_low, turn_high,
        rest, rest_low, rest_high``: where in time each model gains over the other.
    claims : DataFrame
        ``winner, loser, name, holds, value, low, high, p, perturbation, regime, text``.
    notes : tuple of str
        What a reader should know.
    unit : str
        Of time.
    colors : mapping of str to str
        The lab's colours of perturbations.
    """

    models: tuple[str, ...]
    counts: pd.DataFrame
    over_time: pd.DataFrame
    by_perturbation: pd.DataFrame
    gains: pd.DataFrame
    claims: pd.DataFrame
    notes: tuple[str, ...] = ()
    unit: str = ""
    colors: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = []
        for row in self.counts.itertuples():
            how = "" if row.split == "individual" else ", classifiers that never saw the batch"
            lines.append(
                f"{row.first} and {row.second}, {row.regime}{how}: {row.snips} snips of {row.individuals} individuals in common"
                f" (of {row.snips_first} and {row.snips_second} snips)"
            )
        averages = self.by_perturbation[self.by_perturbation["perturbation"] == AVERAGE]
        lines += [
            f"{row.first} minus {row.second}, {row.regime}, mean F1 over perturbations: {row.difference:+.3f} "
            f"({row.low:+.3f} to {row.high:+.3f}), p = {row.p:.3g}"
            for row in averages[averages["split"] == "individual"].itertuples()
        ]
        return "\n".join([*lines, *self.claims["text"], *(f"Note: {note}" for note in self.notes)])

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON-able values, missing numbers null."""
        tables = ("counts", "over_time", "by_perturbation", "gains", "claims")
        return {
            "models": list(self.models),
            "notes": list(self.notes),
            **{name: _records(getattr(self, name)) for name in tables},
        }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            str(key): None if isinstance(value, float) and not np.isfinite(value) else value
            for key, value in row.items()
        }
        for row in frame.astype(object).to_dict("records")
    ]


def compare_pairs(
    settings: Mapping[tuple[str, str], tuple[Setting, str]],
    counts: pd.DataFrame,
    /,
    *,
    notes: Sequence[str] = (),
    colors: Mapping[str, str] | None = None,
) -> Comparison:
    """Tables and sentences of all pairs.

    Parameters
    ----------
    settings : mapping of (str, str) to (Setting, str)
        Per pair of names, what they are compared in and the name of the reference regime.
    counts : DataFrame
        What is common.
    notes : sequence of str
        Passed on.
    colors : mapping of str to str, optional
        Passed on.

    Returns
    -------
    Comparison
        q is the false discovery rate over all bins and perturbations of a pair, regime and split.
    """
    bins, means, gains, claims = [], [], [], []
    for (first, second), (paired, reference) in settings.items():
        setting = paired if paired.regime else replace(paired, regime=reference)
        pairs = [(reference, "individual", setting.reference)]
        pairs += [(regime, "individual", pair) for regime, pair in setting.others.items()]
        if setting.by_batch is not None:
            pairs.append((reference, "batch", setting.by_batch))
        for regime, split, pair in pairs:
            known = dict(zip(_IDENTITY, (first, second, regime, split), strict=True))
            bins.append(_bins(pair, setting.edges, setting.level).assign(**known))
            means.append(whole_time(pair, setting.level).assign(**known))
        for winner, loser, found in (
            (first, second, gains_of(setting, first, second)),
            (second, first, gains_of(setting.turned(), second, first)),
        ):
            gains.append(_gains(found, setting.edges).assign(winner=winner, loser=loser))
            rows = pd.DataFrame([asdict(claim) for claim in found.claims])
            claims.append(rows.assign(winner=winner, loser=loser, holds=rows["holds"].astype(object)))
    names = tuple(dict.fromkeys(name for pair in settings for name in pair))
    return Comparison(
        names,
        counts,
        _first_columns(bins, _IDENTITY),
        _first_columns(means, _IDENTITY),
        _first_columns(gains, ["winner", "loser"]),
        _first_columns(claims, ["winner", "loser", "name", "holds"]),
        tuple(notes),
        next(iter(settings.values()))[0].unit,
        dict(colors or {}),
    )


def _first_columns(frames: Sequence[pd.DataFrame], first: Sequence[str]) -> pd.DataFrame:
    table = pd.concat(frames, ignore_index=True)
    return table[[*first, *[name for name in table.columns if name not in first]]]


def _bins(pair: PairedF1, edges: FloatArray, level: float) -> pd.DataFrame:
    difference = pair.difference
    n_bins, n_classes = difference.shape
    low, high = replicate_interval(pair.replicates, pair.people, level=level)
    p = two_sided(difference, pair.swapped)
    part = contributions(difference)
    return pd.DataFrame({
        "perturbation": np.repeat(np.asarray(pair.classes, dtype=object), n_bins),
        "time_bin": np.tile(np.arange(n_bins), n_classes),
        "begins": np.tile(edges[:-1], n_classes),
        "ends": np.tile(edges[1:], n_classes),
        "f1_first": pair.first.T.ravel(),
        "f1_second": pair.second.T.ravel(),
        "difference": difference.T.ravel(),
        "low": low.T.ravel(),
        "high": high.T.ravel(),
        "p": p.T.ravel(),
        "q": false_discovery(p.T.ravel()),
        "contribution": part.T.ravel(),
        "share": shares(part.T.ravel()),
    })


def _gains(found: Gains, edges: FloatArray) -> pd.DataFrame:
    rows = [
        {
            "perturbation": one.perturbation,
            "begins": edges[one.window[0]],
            "ends": edges[one.window[1]],
            **{name: value for name, value in asdict(one).items() if name not in {"perturbation", "window"}},
            "q": rate,
            "real": real,
        }
        for one, rate, real in zip(found.windows, found.q, found.real, strict=True)
    ]
    return pd.DataFrame(rows)
