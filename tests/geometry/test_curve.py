"""Curves through points."""

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize_scalar

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry import Curve


def helix(n=200, turns=3.0):
    t = np.linspace(0, 2 * np.pi * turns, n)
    return Curve(np.c_[np.cos(t), np.sin(t), 0.1 * t]), np.hypot(1, 0.1) * 2 * np.pi * turns


def test_length_tangent_and_curvature_of_a_helix():
    """They equal the textbook formulas: sqrt(r^2 + c^2) per radian and r / (r^2 + c^2)."""
    curve, length = helix()
    s = np.linspace(1, length - 1, 50)
    assert curve.length == pytest.approx(length, rel=1e-6)
    np.testing.assert_allclose(curve.curvature(s), 1 / 1.01, rtol=2e-3)
    np.testing.assert_allclose(np.linalg.norm(curve.tangent(s), axis=1), 1)
    np.testing.assert_allclose(curve.tangent(s)[:, 2], 0.1 / np.sqrt(1.01), rtol=1e-4)


def test_resampled_points_are_equally_far_apart_along_the_curve():
    """Consecutive points differ by the same arc length, and the ends are the ends."""
    rng = np.random.default_rng(0)
    knots = np.cumsum(rng.uniform(0.05, 1, (30, 3)), axis=0)
    curve = Curve(knots)
    points = curve.resample(400)
    np.testing.assert_allclose(points[[0, -1]], knots[[0, -1]], atol=1e-12)
    np.testing.assert_allclose(curve.project(points).arc_length, np.linspace(0, curve.length, 400), atol=1e-7)


def test_length_agrees_with_a_fine_polyline():
    """Quadrature equals the length of a million chords of the same spline."""
    rng = np.random.default_rng(1)
    knots = np.cumsum(rng.normal(size=(12, 3)), axis=0)
    walked = np.r_[0, np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))]
    fine = CubicSpline(walked, knots)(np.linspace(0, walked[-1], 1_000_001))
    assert Curve(knots).length == pytest.approx(np.linalg.norm(np.diff(fine, axis=0), axis=1).sum(), rel=1e-7)


def test_projection_is_the_global_optimum():
    """No point of a dense search with local polishing is nearer, also between the laps of a coil."""
    curve, _ = helix()
    queries = np.random.default_rng(2).uniform(-1.5, 2.0, (60, 3))
    projection = curve.project(queries)
    grid = np.linspace(0, curve.length, 4000)
    for query, distance, point, s in zip(
        queries, projection.distance, projection.points, projection.arc_length, strict=True
    ):
        coarse = np.linalg.norm(curve.at(grid) - query, axis=1)
        at = grid[coarse.argmin()]
        best = minimize_scalar(
            lambda u, q=query: np.linalg.norm(curve.at([u])[0] - q),
            bounds=(max(at - 0.02, 0), min(at + 0.02, curve.length)),
            method="bounded",
            options={"xatol": 1e-9},
        ).fun
        assert distance <= min(best, coarse.min()) + 1e-9
        assert np.linalg.norm(point - query) == pytest.approx(distance)
        np.testing.assert_allclose(curve.at([s])[0], point, atol=1e-9)


def test_the_way_to_a_foot_is_perpendicular_to_the_last_digits():
    """Distances alone would leave the place to 1e-8: near the foot they no longer differ."""
    curve, _ = helix()
    queries = np.random.default_rng(3).normal(size=(2000, 3))
    feet = curve.project(queries)
    inside = (feet.arc_length > 0) & (feet.arc_length < curve.length) & (feet.distance < 0.7)
    along = ((queries - feet.points) * curve.tangent(feet.arc_length)).sum(axis=1)[inside]
    assert inside.sum() > 500
    assert np.abs(along).max() < 1e-12


def test_points_beyond_an_end_project_on_the_end():
    """Arc length stays between 0 and the length."""
    line = Curve([[0, 0], [1, 0], [3, 0]])
    projection = line.project([[-5, 1], [7, 1], [2, 2]])
    np.testing.assert_allclose(projection.arc_length, [0, 3, 2], atol=1e-12)
    np.testing.assert_allclose(projection.points, [[0, 0], [3, 0], [2, 0]], atol=1e-12)


def test_linear_interpolation_is_the_polyline():
    """Length and points of a right angle are those of its two legs."""
    corner = Curve([[0, 0], [3, 0], [3, 4]], interpolation="linear")
    assert corner.length == pytest.approx(7)
    np.testing.assert_allclose(corner.resample(8)[5], [3, 2])
    np.testing.assert_allclose(corner.project([[4, 1]]).arc_length, [4])


def test_reversing_runs_from_the_other_end():
    """Points are the same in the opposite order."""
    curve, _ = helix()
    np.testing.assert_allclose(curve.reverse().resample(50), curve.resample(50)[::-1], atol=1e-6)


def test_distance_between_parallel_lines_and_to_a_part():
    """Parallel lines are apart by their gap; a line and its first half by the missing half."""
    line = Curve([[0, 0], [4, 0]])
    assert line.distance_to(Curve([[0, 2], [4, 2]])).hausdorff == pytest.approx(2)
    half = line.distance_to(Curve([[0, 0], [2, 0]]))
    assert half.hausdorff == pytest.approx(2)
    assert half.mean == pytest.approx(
        0.25, rel=1e-2
    )  # (mean of 0 on one half and 0..2 on the other) / 2 ways


def test_length_scales_with_the_unit_and_ignores_position():
    """Scaling by 1000 and moving by 1e5 scale and keep the length."""
    curve, length = helix()
    assert Curve(curve.points * 1e3 + 1e5).length == pytest.approx(1e3 * length, rel=1e-6)


def test_repeated_points_count_once():
    """Duplicates among neighbours change nothing."""
    points = np.array([[0.0, 0], [1, 1], [2, 0], [3, 1]])
    np.testing.assert_array_equal(Curve(points.repeat(3, axis=0)).points, points)


def test_the_given_array_is_neither_kept_nor_changed():
    """A curve does not change when its points' array does."""
    points = np.array([[0.0, 0], [1, 0], [2, 0]])
    curve = Curve(points)
    points[:] = 9
    assert curve.length == pytest.approx(2)


def test_nonsense_is_refused():
    """Wrong interpolation, shape, values and numbers are InvalidInput, too few points NotComputable."""
    with pytest.raises(InvalidInput, match="interpolation must be 'cubic', 'linear' or 'fmm', found 'b'"):
        Curve([[0, 0], [1, 1]], interpolation="b")
    with pytest.raises(
        InvalidInput, match=r"curve points must have shape \(n, d\) with d >= 2, found \(3,\)"
    ):
        Curve([1, 2, 3])
    with pytest.raises(InvalidInput, match="curve points must be finite"):
        Curve([[0, 0], [np.inf, 1]])
    with pytest.raises(NotComputable, match="at least 2 different points, found 1"):
        Curve(np.ones((5, 3)))
    with pytest.raises(NotComputable, match="at least 2 different points, found 0"):
        Curve(np.ones((0, 3)))
    with pytest.raises(InvalidInput, match="found n = 1"):
        Curve([[0, 0], [1, 1]]).resample(1)
    with pytest.raises(InvalidInput, match=r"X must have shape \(n, 2\), found \(4, 3\)"):
        Curve([[0, 0], [1, 1]]).project(np.zeros((4, 3)))


def test_a_table_brings_the_same_curve_back():
    """Every interpolation, with and without a parameter of its own, also reversed."""
    rng = np.random.default_rng(0)
    knots = np.cumsum(rng.normal(size=(12, 3)), axis=0)
    for curve in (
        Curve(knots),
        Curve(knots, "linear"),
        Curve(knots, "fmm", np.cumsum(rng.uniform(0.1, 1, 12))),
        Curve(knots, "fmm", np.cumsum(rng.uniform(0.1, 1, 12))).reverse(),
    ):
        back = Curve.from_table(curve.to_table())
        assert back.interpolation == curve.interpolation
        np.testing.assert_array_equal(back.resample(50), curve.resample(50))
    with pytest.raises(InvalidInput, match="missing: interpolation, x_2"):
        Curve.from_table(Curve(knots).to_table()[["parameter", "x_1"]])


def test_a_parameter_must_rise():
    """Equal or falling values, or another number of them, are refused."""
    for parameter in ([0, 1, 1], [0, 2, 1], [0, 1], [0, 1, np.nan]):
        with pytest.raises(InvalidInput, match="must be 3 rising finite numbers, one per point"):
            Curve([[0, 0], [1, 0], [1, 1]], "cubic", parameter)


def test_points_equally_near_two_strands_take_the_first():
    """Exact ties between self-approaching strands have one answer, the earlier."""
    hairpin = Curve([[0, 0], [4, 0], [4, 2], [0, 2]], "linear")
    np.testing.assert_allclose(hairpin.project([[1, 1], [2, 1]]).arc_length, [1, 2])


def test_the_nearer_strand_wins_by_less_than_the_sag_of_a_chord():
    """A coarse chord must not decide between two strands whose distances differ by a millionth."""
    angle = np.linspace(0, np.pi, 7)
    bend = np.c_[np.cos(angle), np.sin(angle)]
    curve = Curve(np.r_[bend, bend[::-1] * 1.2 + [0, 0.0]])
    for query in np.random.default_rng(1).uniform(-1.3, 1.3, (200, 2)):
        dense = np.linalg.norm(curve.at(np.linspace(0, curve.length, 200_001)) - query, axis=1).min()
        assert curve.project(query[None]).distance[0] <= dense + 1e-12


def test_polylines_of_a_peer_give_its_pseudotimes(shared):
    """Slingshot's two curves on 2,660 cells: squared distances within 1e-5, pseudotimes within 3e-3, median 3e-6."""
    folder = shared / "data" / "paul2015_slingshot"
    cells = pd.read_csv(folder / "cells.csv")
    for lineage in (1, 2):
        polyline = pd.read_csv(folder / f"curve_lineage{lineage}.csv").to_numpy()
        found = Curve(polyline, interpolation="linear").project(cells[["dim1", "dim2"]].to_numpy())
        late = np.abs(found.arc_length - cells[f"pseudotime_lineage{lineage}"])
        assert np.abs(found.distance**2 - cells[f"dist2_lineage{lineage}"]).max() < 1e-5
        assert late.max() < 3e-3
        assert late.median() < 3e-6
