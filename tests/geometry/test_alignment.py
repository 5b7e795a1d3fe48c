"""Rigid motions."""

import json

import numpy as np
import pytest
from scipy.spatial import procrustes
from scipy.spatial.transform import Rotation

from morphsweep.errors import InvalidInput, ShapeMismatch
from morphsweep.geometry import kabsch, rmse

RNG = np.random.default_rng(5)


def pair(n=30, d=3, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.normal(size=(n, d))


def test_rmse_of_a_hand_worked_case_counts_points_and_coordinates():
    """Two points in the plane that differ by 3 and 1 in one coordinate each: sqrt((9 + 1) / 4)."""
    assert rmse([[0, 0], [0, 0]], [[3, 0], [0, 1]]) == pytest.approx(np.sqrt(10 / 4))


def test_a_quarter_turn_and_a_shift_are_found():
    """A triangle turned by 90 degrees and moved by 5 comes back exactly."""
    P = np.array([[0.0, 0, 0], [1, 0, 0], [1, 2, 0]])
    Q = P[:, [1, 0, 2]] * [-1, 1, 1] + 5
    motion = kabsch(P, Q)
    np.testing.assert_allclose(motion.apply(Q), P, atol=1e-12)
    assert motion.angle == pytest.approx(90)
    assert motion.rmse_before == pytest.approx(rmse(P, Q))


def test_shared_cases_agree_with_three_implementations(shared):
    """Raw, aligned and mirrored errors of molecules equal the recorded ones, per coordinate."""
    folder = shared / "data" / "alignment_cases"
    arrays = np.load(folder / "pairs.npz")
    cases = json.loads((folder / "expected.json").read_text())
    assert len(cases) > 5
    for case in cases:
        P, Q = arrays[f"{case['case']}_P"], arrays[f"{case['case']}_Q"]
        motion, mirrored = kabsch(P, Q), kabsch(P, Q, reflection=True)
        scale = max(1.0, np.abs(P).max())
        assert motion.rmse_before * np.sqrt(3) == pytest.approx(case["rmsd_raw"], abs=1e-9 * scale)
        assert motion.rmse_after * np.sqrt(3) == pytest.approx(case["rmsd_kabsch"], abs=1e-9 * scale)
        assert mirrored.rmse_after * np.sqrt(3) == pytest.approx(
            case["rmsd_if_reflection_allowed"], abs=1e-6 * scale
        )
        assert np.linalg.det(motion.rotation) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(6))
def test_rotation_and_angle_agree_with_scipy(seed):
    """SciPy's align_vectors finds the same rotation of the centred, weighted points."""
    P, Q = pair(seed=seed)
    weight = np.random.default_rng(seed).uniform(0.1, 3, len(P))
    centred = [X - weight @ X / weight.sum() for X in (P, Q)]
    oracle, _ = Rotation.align_vectors(*centred, weights=weight)
    motion = kabsch(P, Q, weight=weight)
    np.testing.assert_allclose(motion.rotation, oracle.as_matrix(), atol=1e-9)
    assert motion.angle == pytest.approx(np.degrees(oracle.magnitude()))


@pytest.mark.parametrize("d", [2, 3, 5])
@pytest.mark.parametrize("reflection", [False, True])
def test_alignment_never_makes_it_worse(d, reflection):
    """The error after is at most the error before, also for tiny, flat and far-away sets."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n = rng.integers(1, 8)
        P = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-6, 6) + 10.0 ** rng.integers(-3, 8)
        Q = P + rng.normal(size=(n, d)) * 10.0 ** rng.integers(-12, 3)
        motion = kabsch(P, Q, reflection=reflection)
        assert motion.rmse_after <= motion.rmse_before


def test_weights_count_like_repeated_points():
    """A weight of 3 equals three copies."""
    P, Q = pair(8)
    weight = np.array([1, 2, 3, 1, 1, 2, 1, 1])
    weighted, repeated = kabsch(P, Q, weight=weight), kabsch(P.repeat(weight, 0), Q.repeat(weight, 0))
    np.testing.assert_allclose(weighted.rotation, repeated.rotation, atol=1e-10)
    assert weighted.rmse_after == pytest.approx(repeated.rmse_after)


def test_a_mirror_image_needs_a_reflection():
    """A proper rotation leaves an error, O(3) removes it."""
    P, _ = pair()
    Q = P * [1, 1, -1]
    assert kabsch(P, Q).rmse_after > 0.1
    assert kabsch(P, Q, reflection=True).rmse_after == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("points", [np.zeros((1, 3)), np.ones((4, 3)), np.outer(np.arange(5.0), [1, 0, 0])])
def test_degenerate_sets_are_not_turned_without_need(points):
    """One point, coincident points and equal collinear points get a pure translation."""
    motion = kabsch(points, points + 2.0)
    np.testing.assert_allclose(motion.rotation, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(motion.apply(points + 2.0), points, atol=1e-8)


def test_angle_is_exact_for_small_and_large_turns():
    """Turns of 1e-5, 90 and 180 degrees are read off to 1e-9 relative precision."""
    P, _ = pair(50)
    for degrees in (1e-5, 90.0, 180.0):
        Q = Rotation.from_rotvec([0, 0, np.radians(degrees)]).apply(P)
        assert kabsch(P, Q).angle == pytest.approx(degrees, rel=1e-6)


def test_angle_has_no_meaning_in_five_dimensions():
    """Asking for it is an error that says so."""
    P, Q = pair(d=5)
    with pytest.raises(InvalidInput, match="a rotation in 5 dimensions has no single angle"):
        _ = kabsch(P, Q).angle


def test_unequal_shapes_and_bad_values_are_refused():
    """The message names both shapes, or the row."""
    P, Q = pair()
    with pytest.raises(ShapeMismatch, match=r"P \(30, 3\) and Q \(29, 3\)"):
        kabsch(P, Q[:-1])
    Q[4, 1] = np.nan
    with pytest.raises(InvalidInput, match="the first is row 4"):
        kabsch(P, Q)
    with pytest.raises(InvalidInput, match=r"weights must have shape \(30,\), found \(2,\)"):
        kabsch(P, P, weight=[1, 2])


@pytest.mark.parametrize("reflection", [False, True])
def test_a_similarity_finds_the_size(reflection):
    """A turned, moved and enlarged copy is brought back exactly, and apply does what the motion says."""
    rng = np.random.default_rng(0)
    P = rng.normal(size=(60, 3))
    turn = Rotation.from_rotvec([0.3, -1.0, 0.5]).as_matrix()
    Q = 2.5 * P @ turn.T + [4, -1, 9]
    motion = kabsch(P, Q, scaling=True, reflection=reflection)
    assert motion.scale == pytest.approx(0.4)
    assert motion.rmse_after == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(motion.apply(Q), P, atol=1e-12)
    assert kabsch(P, Q).scale == 1.0
    assert kabsch(P, Q).rmse_after > 0.5


@pytest.mark.parametrize("seed", range(8))
def test_a_similarity_agrees_with_scipy_and_is_never_worse(seed):
    """SciPy's Procrustes disparity is the squared error over the squared size; a rigid motion leaves at least as much."""
    rng = np.random.default_rng(seed)
    P, Q = rng.normal(size=(30, 3)), rng.normal(size=(30, 3)) * rng.uniform(0.2, 4)
    motion = kabsch(P, Q, scaling=True, reflection=True)
    size = ((P - P.mean(axis=0)) ** 2).sum()
    assert motion.rmse_after**2 * P.size / size == pytest.approx(procrustes(P, Q)[2])
    for mirrored in (False, True):
        similar = kabsch(P, Q, scaling=True, reflection=mirrored)
        assert similar.rmse_after <= kabsch(P, Q, reflection=mirrored).rmse_after + 1e-12
        assert np.linalg.norm(motion.apply(Q) - P) == pytest.approx(motion.rmse_after * np.sqrt(P.size))


@pytest.mark.parametrize(
    ("P", "Q"),
    [
        (np.ones((5, 3)), np.arange(15.0).reshape(5, 3)),
        (np.arange(15.0).reshape(5, 3), np.ones((5, 3))),
        (np.ones((1, 3)), np.zeros((1, 3))),
        (np.linspace([0.0, 0, 0], [1, 2, 3], 6), np.linspace([0.0, 0, 0], [-2, 0, 0], 6)),
        (np.eye(3), -np.eye(3)),
    ],
    ids=["one place", "moving one place", "one point", "collinear", "mirrored"],
)
@pytest.mark.parametrize("scaling", [False, True])
@pytest.mark.parametrize("reflection", [False, True])
def test_degenerate_sets_have_a_defined_motion(P, Q, scaling, reflection):
    """Orthogonal, finite, never worse than standing still, the scale not negative."""
    motion = kabsch(P, Q, scaling=scaling, reflection=reflection)
    np.testing.assert_allclose(motion.rotation @ motion.rotation.T, np.eye(3), atol=1e-9)
    assert reflection or np.linalg.det(motion.rotation) == pytest.approx(1)
    assert np.isfinite(motion.translation).all()
    assert 0 <= motion.scale < np.inf
    assert motion.rmse_after <= motion.rmse_before
    np.testing.assert_allclose(rmse(P, motion.apply(Q)), motion.rmse_after, atol=1e-9)
