"""Sweeps with known drivers."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.influence import Effort


@pytest.fixture
def quick():
    """Little effort, enough for clear cases."""
    return Effort(n_trees=20, permutations=59)


@pytest.fixture
def planted():
    """A function of a seed: a full grid with two replicates; beta moves 80 % of the variance, flag the rest, margin nothing."""

    def make(seed, noise=0.1):
        rng = np.random.default_rng(seed)
        grid = [
            (b, f, m) for b in (0.1, 1.0, 10.0) for f in ("no", "yes") for m in (1, 2, 3) for _ in range(2)
        ]
        table = pd.DataFrame(grid, columns=["beta", "flag", "margin"])
        score = (
            np.log10(table["beta"]) * -1.0
            + 0.8 * (table["flag"] == "yes")
            + noise * rng.normal(size=len(table))
        )
        return table, score.to_numpy()

    return make
