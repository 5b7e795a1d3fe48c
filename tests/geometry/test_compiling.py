"""Whoever compiles, the digits are the same."""

import os
import subprocess
import sys

WALK = """
import numpy as np
from morphsweep.geometry.kernels import walk_leg
rng = np.random.default_rng(0)
u = rng.uniform(0, 6, 2_000)
points = np.ascontiguousarray(np.c_[np.cos(u), np.sin(u), u / 3].T) + 0.1 * rng.normal(size=(3, 2_000))
start, up, nothing = points[:, 0].copy(), np.array([0.0, 0.0, 1.0]), (np.empty((0, 3)), np.empty(0))
path = walk_leg(points, np.ones(2_000), start, up, 0.2, 0.2, 2.0, 200, 1e-3, 3.0, 1.0, 0.2, *nothing)[0]
print(len(path), path.tobytes().hex())
"""


def test_the_process_that_compiles_and_one_that_reads_the_cache_agree(tmp_path):
    """A walk is the same to the last digit in a process that compiled it and in one that found it compiled."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    compiled, found = (
        subprocess.run(
            [sys.executable, "-c", WALK], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    )
    assert int(compiled.split()[0]) > 10
    assert compiled == found
    assert list(tmp_path.rglob("*walk_leg*.nbc"))
