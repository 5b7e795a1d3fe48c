"""Whoever compiles, the digits are the same."""

import os
import subprocess
import sys

OTHERS = """
import numba, numpy as np
from morphsweep.geometry import Curve
points = np.random.default_rng(1).uniform(0, 1, (50, 3)).cumsum(axis=0)
Curve(points).project(points + 0.1)
numba.njit(lambda a: (a * a).sum(), fastmath=True)(points[0])
"""
WALK = """
import numpy as np
from morphsweep.geometry.kernels import Blocks, walk_leg
rng = np.random.default_rng(0)
u = rng.uniform(0, 6, 2_000)
points = np.ascontiguousarray(np.c_[np.cos(u), np.sin(u), u / 3].T) + 0.1 * rng.normal(size=(3, 2_000))
blocks = Blocks.of(points, np.ones(2_000))
start, up, nothing = points[:, 0].copy(), np.array([0.0, 0.0, 1.0]), (np.empty((0, 3)), np.empty(0))
path = walk_leg(blocks, start, up, 0.2, 0.2, 2.0, 200, 1e-3, 3.0, 1.0, 0.2, *nothing)[0]
print(len(path), path.tobytes().hex())
"""


def run(code, cache):
    """What a process with its own cache of compiled code prints."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_who_compiles_and_after_what_decides_on_no_digit(tmp_path):
    """A walk is the same in a process that compiled it, one that found it compiled, and one that compiled other loops first."""
    compiled, found = run(WALK, tmp_path / "a"), run(WALK, tmp_path / "a")
    later = run(OTHERS + WALK, tmp_path / "b")
    assert int(compiled.split()[0]) > 10
    assert compiled == found == later
    assert list((tmp_path / "a").rglob("*walk_leg*.nbc"))
