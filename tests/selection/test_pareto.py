"""The Pareto front."""

import numpy as np
import pytest

from morphsweep.errors import ShapeMismatch
from morphsweep.selection import pareto_front


def _slow(values, higher):
    """The definition, pair by pair."""
    signed = [[v if up else -v for v, up in zip(row, higher, strict=True)] for row in values]

    def beats(a, b):
        return all(x >= y for x, y in zip(a, b, strict=True)) and any(
            x > y for x, y in zip(a, b, strict=True)
        )

    return [not any(beats(other, row) for other in signed) for row in signed]


@pytest.mark.parametrize("n_axes", [1, 2, 3])
def test_agrees_with_the_definition(n_axes):
    """The vectorised front equals the slow double loop on rounded values with many ties."""
    rng = np.random.default_rng(n_axes)
    values = rng.integers(0, 6, size=(60, n_axes)).astype(float)
    higher = [axis % 2 == 0 for axis in range(n_axes)]
    assert pareto_front(values, higher=higher).tolist() == _slow(values.tolist(), higher)


def test_equal_models_do_not_beat_each_other():
    """Both copies of the best stay on the front."""
    assert pareto_front([[1, 1], [1, 1], [0, 0]], higher=[True, True]).tolist() == [True, True, False]


def test_a_missing_value_is_on_no_front_and_beats_nobody():
    """A row with NaN is out, even if its other value is the best."""
    assert pareto_front([[9.0, np.nan], [1.0, 1.0]], higher=[True, True]).tolist() == [False, True]


def test_an_empty_table_has_an_empty_front():
    """No models, no front."""
    assert pareto_front(np.empty((0, 2)), higher=[True, False]).tolist() == []


def test_axes_must_match():
    """Shape and number of axes are named."""
    with pytest.raises(
        ShapeMismatch, match=r"^values has shape \(1, 3\) but there are 2 axes; expected \(n_models, 2\)$"
    ):
        pareto_front([[1, 2, 3]], higher=[True, False])
