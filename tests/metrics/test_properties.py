"""What must hold whatever the curves."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from morphsweep.metrics import METRICS, radius_of_gyration, root_mean_square

numbers = st.floats(-100, 100, allow_nan=False, width=32)
scaffolds = st.tuples(st.integers(1, 3), st.integers(3, 12)).flatmap(
    lambda shape: st.tuples(*[arrays(np.float64, (*shape, 3), elements=numbers)] * 2)
)
few = settings(max_examples=40, deadline=None, derandomize=True)


def pooled(name, pair):
    """The model's value of a pair metric over the curves."""
    spec = METRICS[name]
    return spec.combine([spec.function(p, q) for p, q in zip(*pair, strict=True)])


@few
@given(scaffolds)
def test_alignment_never_makes_it_worse(pair):
    """Mirror allowed <= aligned <= initial, for every curve; joint lies between aligned and initial."""
    slack = 1e-9 * (1 + max(np.abs(side).max() for side in pair))
    for p, q in zip(*pair, strict=True):
        initial = METRICS["initial_rmse"].function(p, q)
        aligned = METRICS["aligned_rmse"].function(p, q)
        mirrored = METRICS["aligned_rmse_reflection"].function(p, q)
        assert aligned <= initial
        assert mirrored <= aligned + slack
    joint = METRICS["aligned_rmse_joint"].function(*pair)
    assert pooled("aligned_rmse", pair) <= joint + slack
    assert joint <= pooled("initial_rmse", pair) + slack


@few
@given(scaffolds)
def test_pooling_is_the_distance_over_all_points(pair):
    """The root mean square of the curves' values is the RMSE of all points together."""
    together = np.sqrt(np.mean((pair[0] - pair[1]) ** 2))
    assert np.isclose(pooled("initial_rmse", pair), together, rtol=1e-9, atol=1e-12)


@few
@given(scaffolds, st.floats(0.1, 10))
def test_units_scale_what_they_should(pair, factor):
    """Distances scale with the latents, and so does the size they are divided by."""
    scaled = tuple(side * factor for side in pair)
    for name in ("initial_rmse", "aligned_rmse"):
        assert np.isclose(pooled(name, scaled), factor * pooled(name, pair), rtol=1e-6, atol=1e-6)
    assert np.isclose(
        radius_of_gyration(scaled[0]), factor * radius_of_gyration(pair[0]), rtol=1e-9, atol=1e-9
    )


def test_root_mean_square_of_one_value_is_the_value():
    """Pooling a single curve changes nothing."""
    assert root_mean_square([0.7]) == 0.7
