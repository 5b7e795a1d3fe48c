"""Clouds with a known course."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


@dataclass(frozen=True)
class KnownCloud:
    """Points, their times, and ordered points of the true curve."""

    X: np.ndarray
    time: np.ndarray
    truth: np.ndarray


def _read_only(array: np.ndarray) -> np.ndarray:
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


def known_cloud(
    course: Callable[[np.ndarray], np.ndarray], noise: float, n: int = 900, seed: int = 3
) -> KnownCloud:
    """Noisy points around course(u), u between 0 and 1."""
    rng = np.random.default_rng(seed)
    u = rng.uniform(0, 1, n)
    on = course(u)
    X = on + noise * rng.normal(size=on.shape)
    return KnownCloud(_read_only(X), _read_only(10 + 30 * u), _read_only(course(np.linspace(0, 1, 400))))


COURSES = {
    "arc": lambda u: np.c_[np.cos(3 * u), np.sin(3 * u), 0.5 * u],
    "line": lambda u: np.c_[4 * u, 2 * u, -u],
    "wave": lambda u: np.c_[4 * u, np.sin(5 * u), np.cos(4 * u)],
    "u-turn": lambda u: np.c_[
        np.where(u < 0.4, 5 * u, np.where(u > 0.6, 5 * (1 - u), 2 + 0.6 * np.sin(5 * np.pi * (u - 0.4)))),
        -0.6 * np.cos(np.pi * np.clip(5 * u - 2, 0, 1)),
        0 * u,
    ],
}


@pytest.fixture(params=sorted(COURSES))
def any_cloud(request):
    return known_cloud(COURSES[request.param], noise=0.08)


@pytest.fixture
def arc():
    return known_cloud(COURSES["arc"], noise=0.08)


@pytest.fixture
def shared():
    """The shared data folder; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared data at {SHARED}")
    return SHARED


@pytest.fixture
def oracle_cloud(shared):
    """Reader of the made inputs with known truth."""

    def read(name: str) -> KnownCloud:
        folder = shared / "oracles" / "lpcm" / "inputs"
        data, truth = pd.read_csv(folder / f"{name}_data.csv"), pd.read_csv(folder / f"{name}_truth.csv")
        columns = [column for column in data if column.startswith("x")]
        time = data["true_t"].to_numpy()
        return KnownCloud(_read_only(data[columns].to_numpy()), time, _read_only(truth[columns].to_numpy()))

    return read
