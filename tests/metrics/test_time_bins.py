"""Edges of time bins."""

import numpy as np
import pytest

from morphsweep.errors import NotComputable
from morphsweep.metrics import notebook_edges, sweep_edges


@pytest.mark.parametrize("edges", [sweep_edges, notebook_edges])
def test_equal_bins_from_the_smallest_time_to_the_limit_or_the_largest(edges):
    """Twenty bins, ended by whichever of limit and largest time comes first; a missing time is ignored."""
    times = np.array([12.0, 52.0, np.nan, 20.0])
    np.testing.assert_allclose(edges(times, 20, 40.0), 12 + 1.4 * np.arange(21))
    np.testing.assert_allclose(edges(times, 4, 99.0), [12, 22, 32, 42, 52])
    np.testing.assert_allclose(edges(times, 4, None), [12, 22, 32, 42, 52])


def test_no_span_of_time_is_not_computable():
    """One time, no time, or a limit before the first time leave nothing to cut."""
    with pytest.raises(
        NotComputable,
        match=r"^time bins need a span of time, but the first time is 5 and the last that is scored 5$",
    ):
        sweep_edges(np.array([5.0, 5.0]), 20, 40.0)
    with pytest.raises(NotComputable, match=r"^time bins need a span of time, but the first time is 50 and"):
        sweep_edges(np.array([50.0, 60.0]), 20, 40.0)
    with pytest.raises(
        NotComputable, match=r"^no snip has a time; time bins need at least two different times$"
    ):
        sweep_edges(np.array([np.nan]), 20, 40.0)
