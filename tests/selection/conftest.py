"""The tables that these tests choose from."""

from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent


@pytest.fixture(params=["notebook_page.csv", "notebook_page_second_reading.csv"])
def page(request: pytest.FixtureRequest) -> pd.DataFrame:
    """The 13 rows of the lab's page, as read from either of its two copies."""
    return pd.read_csv(HERE / request.param)


@pytest.fixture
def models() -> pd.DataFrame:
    """Six models of three configurations in our own names: two per tranche 1 and 2, one each in 3 and 4."""
    return pd.DataFrame({
        "model_index": [0, 1, 2, 3, 4, 5],
        "configuration": [0, 0, 1, 1, 2, 2],
        "replicate": [0, 1, 0, 1, 0, 1],
        "beta": [10.0, 10.0, 1.0, 1.0, 0.1, 0.1],
        "status": ["ok"] * 6,
        "reason": [""] * 6,
        "f1_all": [0.80, 0.75, 0.90, 0.85, 0.60, 0.50],
        "f1_hld": [0.70, 0.71, 0.72, 0.73, 0.74, 0.75],
        "aligned_rmse": [0.5, 0.6, 2.0, 3.0, 0.4, 1.5],
        "aligned_rmse_rel": [0.20, 0.30, 0.25, 0.40, 0.35, 0.50],
        "segment_collinearity_within_all": [0.7, 0.8, 0.5, 0.4, 0.9, 0.3],
        "dispersion_first_all": [0.3, 0.2, 1.0, 1.1, 0.1, 1.2],
        "dispersion_slope_all": [1.0, 1.1, 0.9, 1.2, 1.0, 9.0],
    })
