"""Segment cosines against a slow double loop."""

import numpy as np
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.geometry import segment_cosines


def double_loop(a, b, k):
    ia = [int(np.floor(x)) for x in np.linspace(0, len(a) - 1, k + 1)]
    ib = [int(np.floor(x)) for x in np.linspace(0, len(b) - 1, k + 1)]
    out = []
    for i in range(k):
        ends = []
        for end in (b[ib[i]], b[ib[i + 1]]):
            nearest, best = None, np.inf
            for j in ia:
                squared = sum((p - q) ** 2 for p, q in zip(a[j], end, strict=True))
                if squared < best:
                    nearest, best = a[j], squared
            ends.append(nearest)
        chord, segment = ends[1] - ends[0], b[ib[i + 1]] - b[ib[i]]
        lengths = np.sqrt(chord @ chord) * np.sqrt(segment @ segment)
        out.append(chord @ segment / lengths if lengths > 0 else 0.0)
    return np.array(out)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("n_a", "n_b", "k"), [(500, 500, 100), (120, 77, 20), (30, 500, 100)])
def test_cosines_equal_the_double_loop(seed, n_a, n_b, k):
    """Random walks of several lengths give the same cosines to 1e-12."""
    rng = np.random.default_rng(seed)
    a, b = (np.cumsum(rng.normal(size=(n, 3)), axis=0) for n in (n_a, n_b))
    np.testing.assert_allclose(segment_cosines(a, b, k), double_loop(a, b, k), atol=1e-12)


def test_hand_worked_right_angle():
    """Beside a straight curve, the legs of a right angle have cosines 1 and 0 (an empty chord)."""
    a = np.array([[0.0, 0], [1, 0], [2, 0]])
    b = np.array([[0.0, 1], [2, 1], [2, 3]])
    np.testing.assert_array_equal(segment_cosines(a, b, 2), [1, 0])


def test_of_equally_near_vertices_the_first_counts():
    """A point midway between two vertices takes the earlier, so its chord is empty here."""
    a = np.array([[0.0, 0], [2, 0]])
    b = np.array([[0.0, 1], [1, 1]])
    np.testing.assert_array_equal(segment_cosines(a, b, 1), [0])


def test_cosines_stay_within_bounds_and_common_rotations_do_not_matter():
    """Between -1 and 1, and unchanged when both curves turn together."""
    rng = np.random.default_rng(0)
    a, b = (np.cumsum(rng.normal(size=(60, 3)), axis=0) for _ in range(2))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    cosines = segment_cosines(a, b, 20)
    assert np.abs(cosines).max() <= 1
    np.testing.assert_allclose(segment_cosines(a @ turn + 3, b @ turn + 3, 20), cosines, atol=1e-9)


def test_nonsense_is_refused():
    """No segments, no points, other dimensions."""
    line = np.zeros((5, 3))
    with pytest.raises(InvalidInput, match="expected k >= 1"):
        segment_cosines(line, line, 0)
    with pytest.raises(InvalidInput, match="found k = 3, 0 and 5 points"):
        segment_cosines(np.zeros((0, 3)), line, 3)
    with pytest.raises(InvalidInput, match=r"curve b must have shape \(n, 3\), found \(5, 2\)"):
        segment_cosines(line, np.zeros((5, 2)), 3)
