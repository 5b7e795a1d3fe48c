"""When in development one model is better than another: throughout, up to a time, or from a time on."""

from dataclasses import dataclass

import numpy as np

from morphsweep.metrics import PairedF1, replicate_interval
from morphsweep.records import BoolArray, FloatArray, IntArray

__all__ = ["GainWindow", "chance_in_window", "find_windows", "mean_in_window"]

Window = tuple[int, int]

_DOUBT = 0.05
_WORTH = 0.25  # a gain ends where bins are no longer worth this part of it


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
        the one whose mean difference is largest in standard deviations of exchanged models is taken, and moved to where
        the gain ends: where bins are on balance no longer worth a quarter of it.
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


def chance_in_window(pair: PairedF1, c: int, window: Window, /) -> float:
    """How often exchanged models gain as much in a window that was chosen elsewhere.

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
        One-sided p; NaN when no bin has a score.
    """
    kept = np.isfinite(pair.difference[slice(*window), c])
    if not kept.any():
        return np.nan
    value = pair.difference[slice(*window), c][kept].mean()
    swapped = np.nan_to_num(pair.swapped[:, slice(*window), c][:, kept]).mean(axis=1)
    return float((1 + (swapped >= value - 1e-12).sum()) / (len(swapped) + 1))


def _mean(pair: PairedF1, c: int, inside: np.ndarray) -> tuple[float, FloatArray]:
    kept = inside & np.isfinite(pair.difference[:, c])
    if not kept.any():
        return np.nan, np.full(len(pair.replicates), np.nan)
    return float(pair.difference[kept, c].mean()), pair.replicates[:, kept, c].mean(axis=1)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Windows with the share that each known bin has in their mean: the whole time first, so that it wins ties."""

    windows: list[Window]
    masks: FloatArray

    @classmethod
    def of(cls, known: BoolArray) -> "_Candidates":
        """Those that begin with the first bin or end with the last."""
        n = len(known)
        windows = [(0, n), *((0, last) for last in range(1, n)), *((first, n) for first in range(1, n))]
        masks = np.zeros((len(windows), n))
        for row, window in enumerate(windows):
            masks[row, slice(*window)] = 1.0
        return cls(windows, masks * known)

    def means(self, difference: FloatArray) -> FloatArray:
        """Mean in every window, shape (..., n_windows), from (..., n_bins); 0 where no bin is known."""
        size = np.maximum(self.masks.sum(axis=1), 1.0)
        means: FloatArray = np.nan_to_num(difference) @ (self.masks / size[:, None]).T
        return means

    def ends_of(self, difference: FloatArray, row: int) -> IntArray:
        """Where the gain of a window really ends: windows of its kind up to the last bins worth a part of its mean.

        Shape (...), rows of windows, from differences of shape (..., n_bins).
        """
        early = self.windows[row][0] == 0
        alike = np.array([k for k, window in enumerate(self.windows) if (window[0] == 0) == early or k == 0])
        worth = _WORTH * self.means(difference)[..., row]
        balance = (np.nan_to_num(difference) - worth[..., None]) @ self.masks[alike].T
        ends: IntArray = alike[balance.argmax(axis=-1)]
        return ends


def _window_of(pair: PairedF1, c: int, edges: FloatArray, level: float) -> GainWindow:
    difference = pair.difference[:, c]
    candidates = _Candidates.of(np.isfinite(difference))
    swapped = candidates.means(pair.swapped[:, :, c])
    spread = swapped.std(axis=0)
    usable = (candidates.masks.sum(axis=1) > 0) & (spread > 0)
    scale = np.where(usable, spread, np.inf)
    seen = np.where(usable, candidates.means(difference) / scale, -np.inf)
    chance = np.where(usable, swapped / scale, -np.inf).max(axis=1)
    best = int(seen.argmax())
    p = float((1 + (chance >= seen[best] - 1e-12).sum()) / (len(chance) + 1))
    end = int(candidates.ends_of(difference, best)) if best else 0
    if not end or not _varies(pair, c, candidates):
        return _described(pair, c, candidates.windows[0], edges, level, p, None)
    ends = candidates.ends_of(pair.replicates[:, :, c], best)
    turns = np.array([_turn(window, edges) for window in candidates.windows])
    if candidates.windows[best][0] != 0:
        turns[0] = edges[0]  # a late gain that is the whole time in a replicate begins with the first bin
    return _described(pair, c, candidates.windows[end], edges, level, p, turns[ends])


def _varies(pair: PairedF1, c: int, candidates: _Candidates) -> bool:
    """Whether some window differs from its rest by more than noise around a constant gain ever makes windows differ."""
    masks = candidates.masks
    outside = masks[0] - masks
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
