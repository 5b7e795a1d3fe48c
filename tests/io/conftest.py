"""A small, healthy embedding and ways to spoil it."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def table() -> pd.DataFrame:
    """Ten individuals with four snips each, in two perturbations."""
    rng = np.random.default_rng(0)
    person, frame = np.divmod(np.arange(40), 4)
    return pd.DataFrame({
        "snip_id": [f"e{p}_{f}" for p, f in zip(person, frame, strict=True)],
        "embryo_id": [f"e{p}" for p in person],
        "phenotype": np.where(person % 2, "gdf3", "wt").astype(object),
        "predicted_stage_hpf": (12.0 + frame).astype(object),
        **{f"z_mu_b_{j:02d}": rng.normal(size=40).round(5).astype(object) for j in range(4)},
        "recon_loss": "not read",
    })
