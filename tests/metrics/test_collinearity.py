"""Collinearity between curves equals a loop over segments."""

from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pytest

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.metrics import METRICS, collinearity_means, within_collinearity, within_matrix
from morphsweep.records import Settings


def curve(seed, n=120):
    """A smooth random curve."""
    rng = np.random.default_rng(seed)
    u = np.linspace(0, 1, n)[:, None]
    points = 3 * u * rng.normal(size=3) + np.sin(4 * u * rng.uniform(0.5, 1.5, 3)) * rng.normal(size=3)
    points.setflags(write=False)
    return points


def slow(a, b, k):
    """Segment by segment: the chord of a nearest to each segment of b."""
    va = a[[int(i) for i in np.floor(np.linspace(0, len(a) - 1, k + 1))]]
    vb = b[[int(i) for i in np.floor(np.linspace(0, len(b) - 1, k + 1))]]
    cosines = []
    for start, end in pairwise(vb):
        near = [min(range(k + 1), key=lambda i, p=p: float(np.sum((va[i] - p) ** 2))) for p in (start, end)]
        chord, segment = va[near[1]] - va[near[0]], end - start
        length = np.linalg.norm(chord) * np.linalg.norm(segment)
        cosines.append(float(chord @ segment / length) if length > 0 else 0.0)
    return float(np.mean(cosines))


CURVES = MappingProxyType({name: curve(seed) for seed, name in enumerate(("wt", "gdf3", "lmx1b", "tgfb-i"))})


def test_pairs_equal_a_loop_over_segments():
    """One direction is curve a before b; both is the mean of the two directions."""
    first = within_matrix(CURVES, pairs="first", n_segments=25)
    both = within_matrix(CURVES, pairs="both", n_segments=25)
    names = list(CURVES)
    for i in range(4):
        for j in range(i + 1, 4):
            a, b = CURVES[names[i]], CURVES[names[j]]
            assert first[i, j] == pytest.approx(slow(a, b, 25), abs=1e-12)
            assert both[i, j] == pytest.approx((slow(a, b, 25) + slow(b, a, 25)) / 2, abs=1e-12)
    np.testing.assert_array_equal(first, first.T)
    assert np.isnan(np.diag(both)).all()


def test_the_two_directions_differ():
    """The measure is not symmetric, which is why both are averaged."""
    values = [slow(CURVES["wt"], CURVES["gdf3"], 25), slow(CURVES["gdf3"], CURVES["wt"], 25)]
    assert abs(values[0] - values[1]) > 1e-3


def test_across_regimes_aligns_first():
    """The other regime's curve is moved onto the reference; a rotated copy is collinear with the original."""
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    value = METRICS["segment_collinearity"].function(
        CURVES["wt"], CURVES["wt"] @ turn.T + 9, Settings(n_segments=25)
    )
    assert value == pytest.approx(1.0, abs=1e-9)


def test_parallel_and_perpendicular_lines():
    """Parallel lines: 1. A far line across them: all its ends are nearest to one point, the chord is empty, 0."""
    line = np.linspace([0.0, 0, 0], [1, 0, 0], 50)
    across = np.linspace([5.0, 0, 0], [5, 1, 0], 50)
    above = np.array([0.0, 0, 1])
    table = within_collinearity({"a": line, "b": line + above, "c": across}, n_segments=5)
    assert table["value"].tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert list(zip(table["first"], table["second"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert collinearity_means(table) == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.0})


def test_a_reversed_copy_counts_as_collinear():
    """Chords are found by place, not by order, so this measure cannot see that a curve runs backwards."""
    line = np.linspace([0.0, 0, 0], [1, 0, 0], 50)
    assert within_collinearity({"a": line, "b": line[::-1]}, n_segments=5)["value"].item() == pytest.approx(
        1.0
    )


def test_mean_over_perturbations_is_the_mean_over_pairs():
    """Every pair is in two perturbations' means."""
    table = within_collinearity(CURVES, n_segments=25)
    assert np.mean(list(collinearity_means(table).values())) == pytest.approx(table["value"].mean())


def test_refusals_say_why():
    """One curve, too few points, or an unknown option."""
    with pytest.raises(
        NotComputable, match=r"^collinearity between perturbations needs at least 2 curves, found 1$"
    ):
        within_collinearity({"wt": CURVES["wt"]})
    with pytest.raises(
        NotComputable, match=r"^curves of 120 and 120 points cannot be cut into 120 segments$"
    ):
        within_collinearity(CURVES, n_segments=120)
    with pytest.raises(InvalidInput, match=r"^pairs must be 'both' or 'first', got 'one'$"):
        within_matrix(CURVES, pairs="one")
