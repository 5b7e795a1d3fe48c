"""A run with known branches."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


@dataclass(frozen=True)
class KnownRun:
    """Scores, labels and times of branches that leave a common stem."""

    scores: np.ndarray
    labels: np.ndarray
    times: np.ndarray
    names: tuple[str, ...]

    truth: Callable[[int, np.ndarray], np.ndarray]

    def reordered(self, order: np.ndarray) -> "KnownRun":
        return replace(self, scores=self.scores[order], labels=self.labels[order], times=self.times[order])


def truth(branch: int, u: np.ndarray) -> np.ndarray:
    """Where a branch is at the fraction u of time."""
    turn = 2 * np.pi * branch / 3
    return np.c_[5 * u, 3 * u**2 * np.cos(turn), 3 * u**2 * np.sin(turn)]


@pytest.fixture(scope="session")
def run():
    rng = np.random.default_rng(11)
    names = ("gdf3", "lmx1b", "wt")
    n, u = 1800, rng.uniform(0, 1, 1800)
    branch = rng.integers(0, 3, n)
    scores = np.stack([truth(b, np.array([x]))[0] for b, x in zip(branch, u, strict=True)])
    scores += 0.12 * rng.normal(size=scores.shape)
    arrays = scores, np.array(names)[branch], 10 + 30 * u
    for array in arrays:
        array.flags.writeable = False
    return KnownRun(*arrays, names, truth)


@pytest.fixture
def shared():
    """The shared data folder; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared data at {SHARED}")
    return SHARED
