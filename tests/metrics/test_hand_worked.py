"""Every metric gives the number that one works out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import NotComputable
from morphsweep.metrics import METRICS, MatchedSnips, TimeCentroids
from morphsweep.records import AlongCurve, CurveFit, CurveHealth, Settings, Space

NAN = np.nan
SETTINGS = Settings(dispersion_n=2, n_segments=2)
INDEX = Settings(dispersion_n=2, n_segments=2, dispersion_slope_unit="index")


def health(*, ok=True):
    """A health record with numbers that are easy to tell apart."""
    return CurveHealth(
        stop_start="progress",
        stop_end="support",
        steps=31,
        points_used=200,
        bandwidth=0.7,
        residual_sd=0.3,
        coverage=0.95,
        time_correlation=0.8,
        overshoot=0.02,
        largest_turn=40.0,
        ok=ok,
        reason="" if ok else "folded",
    )


def fit(points, *, ok=True):
    """A curve with that health."""
    points = np.array(points, dtype=float)
    return CurveFit("wt", points, np.arange(len(points)) * 1.0, np.arange(len(points)) * 1.0, health(ok=ok))


# Two points on the x axis; the same rotated, stretched by 2 and moved: alignment leaves 1 at each end, along the axis.
SHORT = np.array([[-1.0, 0, 0], [1, 0, 0]])
LONG = np.array([[0.0, -2, 5], [0, 2, 5]])
LEFT_AFTER = np.sqrt((1 + 1) / 6)  # two points, three coordinates

# Two halves of a curve: three snips 1, 2, 3 off and 1 h late, squares 14 / 3 over two coordinates; four 2 off, on time.
PLACES = np.array([1.0, 2, 3, 6, 7, 8, 10])
ALONG = AlongCurve(
    individual=np.array(["e"] * 7, object),
    time=np.array([2.0, 3, 4, 6, 7, 8, 10]),
    arc_length=PLACES,
    distance=np.array([1.0, 2, 3, 2, 2, 2, 2]),
    across=np.array([1.0, 2, 3, 2, 2, 2, 2]),
    time_on_curve=PLACES,
    weight=np.ones(7),
    length=10.0,
    dimension=3,
)
HALVES_OF_CURVE = Settings(n_curve_bins=2)
ACROSS = np.sqrt((14 / 3 / 2 + 4 / 2) / 2)

# Points that no rotation carries onto their mirror image.
CORNER = np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]])
MIRROR = CORNER * [1, 1, -1]

# Two branches that lie on each other in one regime and slid apart by 1 to either side in the other.
TOGETHER = np.array([SHORT, SHORT])
SLIDE = np.array([1.0, 0, 0])
APART = np.array([SHORT + SLIDE, SHORT - SLIDE])

# A straight line, and a roof over it with its ends and ridge above the line's; alignment moves the roof down only.
STRAIGHT = np.array([[-2.0, 0, 0], [-1, 0, 0], [0, 0, 0], [1, 0, 0], [2, 0, 0]])
ROOF = np.array([[-2.0, 1, 0], [-1, 1.5, 0], [0, 2, 0], [1, 1.5, 0], [2, 1, 0]])


def branches(profile):
    """Two curves whose dispersion is the given profile: one goes up, one down."""
    y = np.asarray(profile, dtype=float)
    x = np.arange(len(y)) * 1.0
    return np.array([np.column_stack([x, side * y, 0 * y]) for side in (1, -1)])


FAN = branches(np.arange(11))  # dispersion 0, 1, ..., 10
LATE = branches([0, 0, 3])  # its line: slope 3, from -0.5 to 2.5, and 4.5 of the 6 units of variance

SPACE = Space(np.zeros(4), np.eye(4)[:3], np.zeros((1, 3)), np.array([0.5, 0.25, 0.125]), 2.9)

# First component kept, second flipped, third replaced by one that is uncorrelated with it; one snip without partner.
SIGNS = np.array([[a, b, c] for a in (1.0, -1.0) for b in (1.0, -1.0) for c in (1.0, -1.0)] * 2)
SCORES = np.vstack([SIGNS, [[5.0, 5.0, 5.0]]])
OTHER_SCORES = np.vstack([np.column_stack([SIGNS[:, 0], -3 * SIGNS[:, 1], SIGNS[:, 0]]), [[NAN, NAN, NAN]]])

# Two perturbations that leave a point at (2, +1) and (2, -1) a bin: dispersion 0, 1, 2, 3 over the window.
FORK = np.array([[[2.0 * t, side * t] for t in range(4)] for side in (1, -1)])
CENTROIDS = TimeCentroids(
    ("a", "b"),
    np.arange(5.0),
    FORK,
    np.stack([FORK, FORK]),
    np.full((2, 2, 4), 9),
    np.broadcast_to(np.eye(2), (4, 2, 2)),
)
FORK_SIZE = np.sqrt(5 + 3.5)  # variance of 0, 2, 4, 6; mean of 0, 1, 4, 9

# A triangle with a tail: clustering 1/3, 1, 1, 0; two pairs are two steps apart.
KITE = np.array([[0, 1], [0, 2], [1, 2], [0, 3]])

# Snip 7 keeps 2 of 3 + 3 - 2, snip 8 none, snip 9 is a query in one regime only.
IDS = np.array([[7, 1, 2, 3], [8, 4, -2, -2], [9, 1, 2, 3]])
OTHER_IDS = np.array([[8, 5, -1, -2], [7, 3, 1, 6]])

# Two histograms of 30 bins from 0 to 30: 16 pairs in the first bin against 16 in the last, half a pair in every bin.
SHORT_PAIRS, LONG_PAIRS = np.zeros(16), np.full(16, 30.0)
APART_BY = (16.5 - 0.5) / 31 * np.log(16.5 / 0.5)


def matched(points, times=0.0):
    """Twelve snips of three individuals, each at four places."""
    who = np.repeat(["x", "y", "z"], 4)
    labels = np.tile(["a", "a", "b", "b"], 3)
    latents = np.tile(np.array(points, dtype=float), (3, 1))
    return MatchedSnips(latents, labels, who, np.broadcast_to(times, 12).astype(float), np.arange(12))


# A cross with arms 2 and 1; turned by 90 degrees and doubled; and a cross with equal arms.
CROSS = matched([[2, 0], [-2, 0], [0, 1], [0, -1]], np.tile([1.0, 1, 3, 3], 3))
TURNED = matched([[0, 4], [0, -4], [-2, 0], [2, 0]])
EVEN = matched([[1, 0], [-1, 0], [0, 1], [0, -1]])
# Sums of squares per individual: 10 and 4; products at best 2 * 2 + 2 * 1 = 6.

# Courses of two halves: a cross with arms 2 and 1 against one with equal arms, in four bins of one perturbation and three.
HALF, OTHER_HALF = (np.tile(made.latents[:4], (3, 1, 1)) for made in (CROSS, EVEN))
HALVES = TimeCentroids(
    ("a", "b", "c"),
    np.arange(5.0),
    HALF,
    np.stack([HALF, OTHER_HALF]),
    np.ones((2, 3, 4), int),
    np.broadcast_to(np.eye(2), (4, 2, 2)),
)
IN_SHAPE = np.sqrt(1 - 6**2 / (10 * 4))

# Opposite distances of four points sum to 6, 4 and 2.
SQUARE = np.array([[0.0, 3, 2, 1], [3, 0, 1, 2], [2, 1, 0, 3], [1, 2, 3, 0]])

BINS = np.array([0.5, NAN, 1.0])
F1 = {
    "wt": np.array([1.0, 0.8]),
    "gdf3": np.array([0.4, NAN]),
    "lmx1b": np.array([0.6, 0.6]),
    "none": np.array([NAN, NAN]),
}
HELD_OUT = frozenset({"gdf3", "lmx1b"})

CASES = {
    "f1": ((BINS,), 0.75),
    "pr_auc": ((BINS,), 0.75),
    "auroc": ((BINS,), 0.75),
    "f1_drop": ((np.array([0.9, 0.7]), np.array([0.5, NAN])), 0.4),
    "f1_heldout": ((F1, HELD_OUT), 0.5),
    "f1_kept": ((F1, HELD_OUT), 0.9),
    "f1_unseen": ((BINS,), 0.75),
    "f1_by_batch": ((BINS,), 0.75),
    "initial_rmse": ((np.zeros((2, 3)), np.array([[3.0, 0, 0], [0, 4, 0]])), np.sqrt(25 / 6)),
    "aligned_rmse": ((SHORT, LONG), LEFT_AFTER),
    "aligned_rmse_reflection": ((CORNER, MIRROR), 0.0),
    "aligned_rmse_joint": ((TOGETHER, APART), np.sqrt(1 / 3)),
    "aligned_rmse_ok": (
        ({"wt": fit(SHORT), "gdf3": fit(SHORT)}, {"wt": fit(LONG), "gdf3": fit(SHORT * 9, ok=False)}),
        LEFT_AFTER,
    ),
    "aligned_rmse_rel_ok": (
        ({"wt": fit(SHORT)}, 4.0, {"wt": fit(LONG)}, 9.0),
        LEFT_AFTER / 4,
    ),
    "spread_across": ((ALONG, HALVES_OF_CURVE), ACROSS),
    "spread_across_rel": ((ALONG, 2.0, HALVES_OF_CURVE), ACROSS / 2),
    "time_spread": ((ALONG, HALVES_OF_CURVE), np.sqrt((1 + 0) / 2)),
    # times 2, 3, 4, 6, 7, 8, 10: mean 40 / 7, mean square 278 / 7
    "time_spread_rel": ((ALONG, HALVES_OF_CURVE), np.sqrt(0.5 / (278 / 7 - (40 / 7) ** 2))),
    # the third lies outside the control's course; weights 1 and 3
    "delay": ((pd.DataFrame({"delay": [2.0, -1.0, NAN], "weight": [1.0, 3.0, 1.0]}),), (2 - 3) / 4),
    "initial_rmse_rel": (
        (np.zeros((2, 3)), 4.0, np.array([[3.0, 0, 0], [0, 4, 0]]), 9.0),
        np.sqrt(25 / 6) / 4,
    ),
    "aligned_rmse_rel": ((SHORT, 4.0, LONG, 9.0), LEFT_AFTER / 4),
    "aligned_rmse_joint_rel": ((TOGETHER, 4.0, APART, 9.0), np.sqrt(1 / 3) / 4),
    "rotation_angle": ((CORNER, CORNER[:, [1, 0, 2]] * [-1, 1, 1] + 7), 90.0),
    # before: 1 along and 3 across at each of two points; after: 1 along
    "alignment_gain": ((SHORT[None], (2 * SHORT + [0, 0, 3])[None]), 1 - np.sqrt((1 + 1) / (10 + 10))),
    # each half of the roof climbs 1 over 2: cosine 2 / sqrt(5)
    "segment_collinearity": ((STRAIGHT, ROOF, SETTINGS), 2 / np.sqrt(5)),
    "segment_collinearity_within": ((0.25,), 0.25),
    "dispersion_first": ((FAN, SETTINGS), 0.5),
    "dispersion_last": ((FAN, SETTINGS), 9.5),
    "dispersion_slope": ((FAN, SETTINGS), 10.0),
    "dispersion_intercept": ((LATE,), -0.5),
    "dispersion_end": ((LATE,), 2.5),
    "dispersion_r2": ((LATE,), 0.75),
    "dispersion_first_rel": ((FAN, 4.0, SETTINGS), 0.125),
    "dispersion_last_rel": ((FAN, 4.0, SETTINGS), 2.375),
    "dispersion_slope_rel": ((FAN, 4.0, SETTINGS), 2.5),
    "dispersion_first_at_time": ((FAN, SETTINGS), 0.5),
    "dispersion_last_at_time": ((FAN, SETTINGS), 9.5),
    "dispersion_slope_at_time": ((FAN, SETTINGS), 10.0),
    "explained_variance": ((SPACE,), 0.875),
    "explained_variance_1": ((SPACE,), 0.5),
    "explained_variance_2": ((SPACE,), 0.25),
    "explained_variance_3": ((SPACE,), 0.125),
    "effective_dimension": ((SPACE,), 2.9),
    # centroid (0, 0, 0): points at distance 1, 1, 3, 3
    "gyration": ((np.array([SHORT, [[0, 3, 0], [0, -3, 0]]]),), np.sqrt((1 + 1 + 9 + 9) / 4)),
    "pc_agreement": ((SCORES, OTHER_SCORES), 2 / 3),
    "curves_ok": (
        ({"a": fit(SHORT), "b": fit(SHORT, ok=False), "c": CurveFit("c", reason="no"), "d": fit(LONG)},),
        0.5,
    ),
    "curve_coverage": ((fit(SHORT),), 0.95),
    "curve_time_correlation": ((fit(SHORT),), 0.8),
    "curve_overshoot": ((fit(SHORT),), 0.02),
    "curve_turn": ((fit(SHORT),), 40.0),
    "curve_length": ((fit([[0, 0, 0], [3, 4, 0], [3, 4, 2]]),), 7.0),
    "curve_residual_sd": ((fit(SHORT),), 0.3),
    "curve_steps": ((fit(SHORT),), 31.0),
    "curve_points_used": ((fit(SHORT),), 200.0),
    "centroid_dispersion_first": ((CENTROIDS,), 0.5),
    "centroid_dispersion_last": ((CENTROIDS,), 2.5),
    "centroid_dispersion_slope": ((CENTROIDS,), 3.0),
    "centroid_dispersion_intercept": ((CENTROIDS,), 0.0),
    "centroid_dispersion_first_rel": ((CENTROIDS,), 0.5 / FORK_SIZE),
    "centroid_dispersion_last_rel": ((CENTROIDS,), 2.5 / FORK_SIZE),
    "centroid_dispersion_slope_rel": ((CENTROIDS,), 3.0 / FORK_SIZE),
    "centroid_divergence": ((CENTROIDS,), 2 / 3),
    "centroid_collinearity": ((CENTROIDS,), (4 - 1) / 5),
    "shared_trunk": ((0.4,), 0.4),
    "four_point_delta_centroids": ((SQUARE,), (6 - 4) / (6 - 2)),
    "four_point_delta_snips": ((SQUARE,), (6 - 4) / (6 - 2)),
    "hyperbolicity_centroids": ((SQUARE,), (6 - 4) / 2 / 3),
    "inactive_latents": ((np.diag([2.0, 1.0, 0.01, 0.5]),), 0.25),
    "latent_radius": ((np.diag([4.0, 3.0, 2.0]),), 3.0),
    "scale_ratio": ((np.diag([4.0, 4.0, 1.0]), np.diag([1.0, 1.0, 0.25])), 0.5),
    "collapsed": ((np.diag([1.0, 1.0, 0.01]),), 1.0),
    "latent_correlation": ((np.array([[4.0, 1, 0], [1, 1, 0], [0, 0, 9]]),), (0.5 + 0 + 0) / 3),
    "total_correlation": ((np.array([[4.0, 1, 0], [1, 1, 0], [0, 0, 9]]),), -np.log(1 - 0.25) / 2),
    "track_roughness": ((np.array([[1.0, 9], [3, 7]]),), 0.5),
    "track_persistence": ((np.array([1.0, NAN, -0.5]),), 0.25),
    **{f"clustering{where}": ((KITE,), (1 / 3 + 1 + 1 + 0) / 4) for where in ("", "_within", "_between")},
    **{f"path_length{where}": ((KITE,), (4 * 1 + 2 * 2) / 6) for where in ("", "_within", "_between")},
    **{
        f"neighbour_jaccard{which}": ((IDS, OTHER_IDS), (2 / 4 + 0) / 2) for which in ("", "_intra", "_inter")
    },
    **{
        f"distance_kl_{kind}{rel}": ((SHORT_PAIRS, LONG_PAIRS), APART_BY)
        for kind in ("intra", "inter")
        for rel in ("", "_rel")
    },
    "trustworthiness": ((np.array([1.0, 0.5]),), 0.75),
    "continuity": ((np.array([1.0, 0.5]),), 0.75),
    "flow_coherence": ((np.array([1.0, NAN, -0.5]),), 0.25),
    "flow_opposed": ((np.array([1.0, NAN, -0.5]),), 0.5),
    "flow_along_curve": ((np.array([1.0, NAN, -0.5]),), 0.25),
    "flow_against_curve": ((np.array([1.0, NAN, -0.5]),), 0.5),
    "procrustes_orthogonal": ((CROSS, EVEN), np.sqrt((10 + 4 - 2 * 6) / 10)),
    "procrustes_similarity": ((CROSS, EVEN), IN_SHAPE),
    # squares of the products' sums over those of each side: (4, 2), (8, 2), (2, 2)
    "cka": ((CROSS, EVEN), (4**2 + 2**2) / np.sqrt((8**2 + 2**2) * (2**2 + 2**2))),
    # three times as many snips: traces 30 and 12, norms 3 sqrt(68) and 3 sqrt(8)
    "cka_null": ((CROSS, EVEN), 30 * 12 / 11 / (3 * np.sqrt(68) * 3 * np.sqrt(8))),
    # of ten nearest snips of two other individuals eight are all there are: four of each label, the nearest two one's own
    "label_transfer": ((CROSS, TURNED), 1.0),
    # all eight others: mean time 2 for every snip
    "time_transfer": ((CROSS, TURNED), 0.0),
    "procrustes_self": ((HALVES,), IN_SHAPE),
    "procrustes_centroids": ((HALVES, HALVES), IN_SHAPE),
    "batch_variance": ((np.array([0.3, 0.1, 0.2]),), 0.3),
    "batch_variance_null": ((np.array([0.3, 0.1, 0.2]),), 0.2),
    "neighbour_recall": ((np.array([1.0, 0.9, 0.8]),), 0.9),
    "batch_neighbours": ((np.array([0.3, 0.1, 0.2]),), 0.3),
    "batch_neighbours_null": ((np.array([0.3, 0.1, 0.2]),), 0.2),
    "hyperbolicity_snips": ((SQUARE,), (6 - 4) / 2 / 3),
}


@pytest.mark.parametrize("name", CASES)
def test_metric_equals_the_number_worked_out_by_hand(name):
    """The function of the declaration gives the number beside the case."""
    arguments, expected = CASES[name]
    assert METRICS[name].function(*arguments) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_every_metric_has_a_hand_worked_case():
    """A new metric comes with a number that somebody worked out."""
    assert set(CASES) == set(METRICS)


def test_slope_per_index_times_points_is_larger_by_one_step():
    """Ten units over ten steps are one per index, times eleven points."""
    assert METRICS["dispersion_slope"].function(FAN, INDEX) == pytest.approx(11.0)


def test_curves_that_slid_apart_are_seen_by_the_joint_motion_only():
    """Each branch alone is congruent with itself, so its own alignment hides the slide."""
    alone = [METRICS["aligned_rmse"].function(p, q) for p, q in zip(TOGETHER, APART, strict=True)]
    assert alone == pytest.approx([0.0, 0.0], abs=1e-12)
    assert METRICS["aligned_rmse_joint"].function(TOGETHER, APART) > 0.5


def test_a_rotation_does_not_undo_a_mirror():
    """The mirrored corner keeps a distance under rotations, none when mirror images count as equal."""
    assert METRICS["aligned_rmse"].function(CORNER, MIRROR) > 0.1


def test_a_curve_that_most_snips_are_far_from_has_no_spread():
    """The reason says how many are near."""
    far = replace(fit(SHORT), health=replace(health(), residual_sd=NAN, coverage=0.25))
    with pytest.raises(
        NotComputable, match=r"^the curve passes most snips too far away \(25% lie within two"
    ):
        METRICS["curve_residual_sd"].function(far)
