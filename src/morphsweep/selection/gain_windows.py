"""When in development one model is better than another: throughout, up to a time, or from a time on."""

from dataclasses import dataclass

import numpy as np

from morphsweep.metrics import PairedF1, replicate_interval
from morphsweep.records import FloatArray

__all__ = ["GainWindow", "find_windows", "mean_in_window"]

Window = tuple[int, int]

_DOUBT = 0.05


@dataclass(frozen=True, slots=True)
class GainWindow:
    """Where in time the first model gains most over the second, in one perturbation.

    Parameters
    ----------
    perturbation : str
        Which.
    window : tuple of int
        First bin, and the bin after the last.
    p : float
        Chance that two equally good models differ as much in any window that begins at the first bin or ends at the
        last; the choice of the window is part of the test.
    gain, low, high : float
        Mean difference of F1 in the window, with interval.
    rest, rest_low, rest_high : float
        The same outside the window; NaN when nothing lies outside.
    turn, turn_low, turn_high : float
        Time at which the window ends (or begins), with interval; NaN when the window is the whole time.
    partial : bool
        Whether the gain in the window is larger than outside beyond doubt, and not only because the window was chosen
        so; if not, the window is the whole time.
    """

    perturbation: str
    window: Window
    p: float
    gain: float
    low: float
    high: float
    rest: float
    rest_low: float
    rest_high: float
    turn: float
    turn_low: float
    turn_high: float
    partial: bool


def find_windows(pair: PairedF1, edges: FloatArray, /, *, level: float = 0.9) -> list[GainWindow]:
    """For every perturbation, where in time the first model gains most.

    Parameters
    ----------
    pair : PairedF1
        The two models.
    edges : array, shape (n_bins + 1,)
        Edges of the time bins.
    level : float
        Coverage of the intervals.

    Returns
    -------
    list of GainWindow
        One per perturbation that has a score. Windows are those that begin with the first bin or end with the last;
        the one whose mean difference is largest in standard deviations of exchanged models is taken.
    """
    return [
        _window_of(pair, c, edges, level)
        for c in range(len(pair.classes))
        if np.isfinite(pair.difference[:, c]).any()
    ]


def mean_in_window(pair: PairedF1, c: int, window: Window, /) -> tuple[float, FloatArray]:
    """Mean difference of one perturbation over the bins of a window.

    Parameters
    ----------
    pair : PairedF1
        The two models.
    c : int
        Number of the perturbation.
    window : tuple of int
        First bin, and the bin after the last.

    Returns
    -------
    float
        First minus second; NaN when no bin has a score.
    array, shape (n_replicates,)
        The same in every replicate.
    """
    inside = np.zeros(len(pair.difference), dtype=bool)
    inside[slice(*window)] = True
    return _mean(pair, c, inside)


def _mean(pair: PairedF1, c: int, inside: np.ndarray) -> tuple[float, FloatArray]:
    kept = inside & np.isfinite(pair.difference[:, c])
    if not kept.any():
        return np.nan, np.full(len(pair.replicates), np.nan)
    return float(pair.difference[kept, c].mean()), pair.replicates[:, kept, c].mean(axis=1)


def _candidates(n_bins: int) -> list[Window]:
    """The whole time first, so that it wins ties; then those from the beginning, then those to the end."""
    early = [(0, last) for last in range(1, n_bins)]
    late = [(first, n_bins) for first in range(1, n_bins)]
    return [(0, n_bins), *early, *late]


def _window_of(pair: PairedF1, c: int, edges: FloatArray, level: float) -> GainWindow:
    known = np.isfinite(pair.difference[:, c])
    windows = _candidates(len(known))
    masks = np.zeros((len(windows), len(known)))
    for row, window in enumerate(windows):
        masks[row, slice(*window)] = 1.0
    masks *= known
    size = masks.sum(axis=1)
    share = masks / np.maximum(size, 1.0)[:, None]
    swapped = np.nan_to_num(pair.swapped[:, :, c]) @ share.T
    spread = swapped.std(axis=0)
    usable = (size > 0) & (spread > 0)
    scale = np.where(usable, spread, np.inf)
    seen = np.where(usable, share @ np.nan_to_num(pair.difference[:, c]) / scale, -np.inf)
    chance = np.where(usable, swapped / scale, -np.inf).max(axis=1)
    best = int(seen.argmax())
    p = float((1 + (chance >= seen[best] - 1e-12).sum()) / (len(chance) + 1))
    window = windows[best]
    again = np.where(usable, np.nan_to_num(pair.replicates[:, :, c]) @ share.T / scale, -np.inf)
    varies = _varies(pair, c, masks, known)
    if not varies and window != (0, len(known)):
        return _described(pair, c, (0, len(known)), edges, level, p, None)
    kind = [k for k, other in enumerate(windows[1:], start=1) if (other[0] == 0) == (window[0] == 0)]
    turns = (
        np.array([_turn(windows[k], edges) for k in kind])[again[:, kind].argmax(axis=1)] if kind else None
    )
    return _described(pair, c, window, edges, level, p, turns)


def _varies(pair: PairedF1, c: int, masks: FloatArray, known: np.ndarray) -> bool:
    """Whether some window differs from its rest by more than noise around a constant gain ever makes windows differ."""
    outside = known - masks
    usable = (masks.sum(axis=1) > 0) & (outside.sum(axis=1) > 0)
    if not usable.any() or not len(pair.replicates):
        return False
    masks, outside = masks[usable], outside[usable]
    contrast = masks / masks.sum(axis=1, keepdims=True) - outside / outside.sum(axis=1, keepdims=True)
    seen = contrast @ np.nan_to_num(pair.difference[:, c])
    again = np.nan_to_num(pair.replicates[:, :, c]) @ contrast.T
    noise = again - again.mean(axis=0)
    spread = noise.std(axis=0)
    scale = np.where(spread > 0, spread, np.inf)
    largest = (noise / scale).max(axis=1)
    return bool((1 + (largest >= (seen / scale).max()).sum()) / (len(noise) + 1) <= _DOUBT)


def _turn(window: Window, edges: FloatArray) -> float:
    return float(edges[window[1]] if window[0] == 0 else edges[window[0]])


def _described(
    pair: PairedF1,
    c: int,
    window: Window,
    edges: FloatArray,
    level: float,
    p: float,
    turns: FloatArray | None,
) -> GainWindow:
    """The window with its numbers; the whole time where the rest does not differ beyond doubt."""
    n_bins, people = len(pair.difference), int(pair.people[c])
    inside = np.zeros(n_bins, dtype=bool)
    inside[slice(*window)] = True
    (gain, replicates), (rest, others) = _mean(pair, c, inside), _mean(pair, c, ~inside)
    contrast, _ = _interval(replicates - others, people, level)
    partial = bool(np.isfinite(rest) and contrast > 0)
    if not partial and window != (0, n_bins):
        return _described(pair, c, (0, n_bins), edges, level, p, None)
    low, high = _interval(replicates, people, level)
    rest_low, rest_high = _interval(others, people, level)
    turn = _turn(window, edges) if partial else np.nan
    turn_low = turn_high = np.nan
    if partial and turns is not None and len(turns):
        turn_low, turn_high = np.quantile(turns, [(1 - level) / 2, (1 + level) / 2], method="nearest")
    return GainWindow(
        pair.classes[c], window, p, gain, low, high, rest, rest_low, rest_high,
        turn, min(turn, float(turn_low)), max(turn, float(turn_high)), partial,
    )  # fmt: skip


def _interval(replicates: FloatArray, people: int, level: float) -> tuple[float, float]:
    low, high = replicate_interval(replicates, people, level=level)
    return float(low), float(high)
