"""The pipeline ranks what was planted."""

import pytest
from validation.truth import measure


@pytest.mark.slow
def test_planted_properties_are_recovered_in_rank():
    """Tree-likeness, robustness and separability of 24 simulated models: Spearman correlation of at least 0.9 each."""
    row = measure(seed=100, workers=1)
    found = {name: value for name, value in row.items() if name != "seed"}
    assert len(found) == 5
    assert all(value >= 0.9 for value in found.values()), found
