"""Local principal curves on clouds with a known course."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from sklearn.base import clone
from validation import known_curves

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry import Curve, LocalPrincipalCurve, residual_sd

INVARIANCE = 1e-9  # relative to the size of the cloud: rounding, carried along the walk


def errors(curve, truth):
    """Mean distance from the curve to the truth, and back."""
    true_curve = Curve(truth)
    away = true_curve.project(curve.resample(500)).distance.mean()
    return away, curve.project(true_curve.resample(500)).distance.mean()


def fit(cloud, X=None, **options):
    return LocalPrincipalCurve(**options).fit(
        cloud.X if X is None else X, start=cloud.truth[0], time=cloud.time
    )


def test_curve_follows_any_course_from_early_to_late(any_cloud):
    """Mean error below the noise both ways, no length lost but at the ends, early end first."""
    lpc = fit(any_cloud, bandwidth=0.18)
    away, back = errors(lpc.curve_, any_cloud.truth)
    assert away < 0.04
    assert back < 0.06
    assert np.linalg.norm(lpc.curve_.points[0] - any_cloud.truth[0]) < 0.3
    assert np.linalg.norm(lpc.curve_.points[-1] - any_cloud.truth[-1]) < 0.3


@pytest.fixture(scope="module")
def known():
    if not known_curves.ORACLES.is_dir():
        pytest.skip("the reference data are not beside this checkout")
    return [
        known_curves.measure(known_curves.known(name, known_curves.ORACLES)) for name in known_curves.CLOUDS
    ]


def test_error_on_known_curves_is_below_that_of_the_reference_package(known):
    """Same bandwidth, mean distance both ways: never above, and at least 30 % below on four clouds of six."""
    for errors_of in known:
        assert errors_of.gain_from_truth > 0
        assert errors_of.gain_to_truth > 0
    assert sum(errors_of.gain_from_truth >= 0.30 for errors_of in known) >= 4
    assert sum(errors_of.gain_to_truth >= 0.30 for errors_of in known) >= 4


def test_ends_reach_the_ends_of_the_truth_or_of_the_data(known):
    """Within half a bandwidth of the true end, or of the outermost half percent of the data where that is farther away."""
    for errors_of in known:
        for gap, data_gap, beyond in (
            (errors_of.gap_first, errors_of.data_gap_first, errors_of.beyond_first),
            (errors_of.gap_last, errors_of.data_gap_last, errors_of.beyond_last),
        ):
            assert gap < max(0.5, data_gap + 0.05)
            assert beyond < 0.2
        assert min(errors_of.inside_first, errors_of.inside_last) > 0


def test_where_an_end_stays_short_nearly_no_data_reach_the_true_end(known):
    """Ten of twelve ends reach half a bandwidth; at the others fewer than half a percent of the points lie that near."""
    ends = [(e.gap_first, e.near_first, e.cloud) for e in known] + [
        (e.gap_last, e.near_last, e.cloud) for e in known
    ]
    short = {cloud: near for gap, near, cloud in ends if gap >= 0.5}
    assert short == {"helix3d": 2, "uneven3d": 4}  # of 1,200 and of 2,000


def test_a_refined_curve_ends_where_half_a_percent_lies_beyond(any_cloud):
    """No end overshoots the 0.5 % quantile of the places along the curve by more than a point or two."""
    curve = fit(any_cloud, bandwidth=0.18).curve_
    at = curve.project(any_cloud.X).arc_length
    assert 0 < (at <= 0).mean() < 0.02
    assert 0 < (at >= curve.length * (1 - 1e-12)).mean() < 0.02


@pytest.mark.parametrize("name", ["helix3d", "scurve3d", "arc10d", "line3d", "uneven3d", "outlier3d"])
def test_automatic_bandwidth_fits_made_clouds(oracle_cloud, name):
    """It settles at 2.2 residual sd and the error is at most that of the hand-chosen bandwidth."""
    cloud = oracle_cloud(name)
    lpc = LocalPrincipalCurve().fit(cloud.X, start=cloud.truth[0])
    sd = residual_sd(lpc.curve_, cloud.X, bandwidth=lpc.bandwidth_)
    assert lpc.health_.bandwidth_settled
    assert lpc.bandwidth_ == pytest.approx(
        2.2 * sd, rel=0.05
    )  # of the walked curve, a little less of the refined
    assert max(errors(lpc.curve_, cloud.truth)) < 0.03


@pytest.mark.parametrize("bandwidth", [0.2, "auto"])
def test_translation_rotation_scale_and_row_order_do_not_matter(any_cloud, bandwidth):
    """The curve of the changed cloud is the changed curve, to 1e-9 of its size."""
    X, time, start = any_cloud.X, any_cloud.time, any_cloud.truth[0]
    points = LocalPrincipalCurve(bandwidth=bandwidth).fit(X, start=start, time=time).curve_.resample(60)
    turn = Rotation.from_rotvec([0.4, -1.1, 2.0]).as_matrix()
    order = np.random.default_rng(0).permutation(len(X))
    changes = {
        "translation": (lambda x: np.add(x, [100.0, -50, 7]), 1.0, slice(None)),
        "rotation": (lambda x: x @ turn.T, 1.0, slice(None)),
        "scale": (lambda x: x * 1e-3, 1e-3, slice(None)),
        "row order": (lambda x: x, 1.0, order),
    }
    for name, (change, scale, rows) in changes.items():
        h = bandwidth if bandwidth == "auto" else bandwidth * scale
        lpc = LocalPrincipalCurve(bandwidth=h).fit(change(X)[rows], start=change(start), time=time[rows])
        size = (
            5 * scale * (30 if name == "translation" else 1)
        )  # coordinates of 100 carry 30 times the rounding
        np.testing.assert_allclose(
            lpc.curve_.resample(60), change(points), atol=INVARIANCE * size, rtol=0, err_msg=name
        )


def test_time_decides_the_direction_not_the_start(arc):
    """Reversed times reverse the curve, wherever it starts."""
    ahead = LocalPrincipalCurve(bandwidth=0.18).fit(arc.X, start=arc.truth[0], time=arc.time)
    back = LocalPrincipalCurve(bandwidth=0.18).fit(arc.X, start=arc.truth[0], time=-arc.time)
    np.testing.assert_allclose(back.curve_.points, ahead.curve_.points[::-1], atol=1e-8)
    np.testing.assert_allclose(back.rho_, ahead.rho_[::-1], atol=1e-8)


@pytest.mark.parametrize("end", [0, -1])
def test_without_times_the_curve_runs_from_the_start(arc, end):
    """The end nearer to the start comes first."""
    lpc = LocalPrincipalCurve(bandwidth=0.18).fit(arc.X, start=arc.truth[end])
    assert np.linalg.norm(lpc.curve_.points[0] - arc.truth[end]) < 0.3


def test_constant_times_orient_like_no_times(arc):
    """A correlation that does not exist cannot orient."""
    constant = LocalPrincipalCurve(bandwidth=0.18).fit(
        arc.X, start=arc.truth[-1], time=np.full(len(arc.X), 24.0)
    )
    assert np.linalg.norm(constant.curve_.points[0] - arc.truth[-1]) < 0.3


def test_no_start_is_needed(arc):
    """With times the walk starts among the earliest, without them near the middle; both find the course."""
    for time in (arc.time, None):
        lpc = LocalPrincipalCurve(bandwidth=0.18).fit(arc.X, time=time)
        assert max(errors(lpc.curve_, arc.truth)) < 0.06


def test_a_start_off_the_ridge_is_moved_onto_it(arc):
    """Starting half a bandwidth aside, or three away, changes the curve by a small part of the noise."""
    straight = fit(arc, bandwidth=0.18).curve_
    for aside in ([0, 0, 0.1], [0.5, 0, 0]):
        moved = (
            LocalPrincipalCurve(bandwidth=0.18).fit(arc.X, start=arc.truth[0] + aside, time=arc.time).curve_
        )
        assert moved.distance_to(straight).mean < 0.02


def test_weights_count_like_repeated_rows(arc):
    """A weight of 2 gives the curve of two copies, weight 0 that of a missing row; the weights of a resampling."""
    weight = np.random.default_rng(0).multinomial(len(arc.X), np.full(len(arc.X), 1 / len(arc.X)))
    weighted = LocalPrincipalCurve(bandwidth=0.2).fit(
        arc.X, start=arc.truth[0], time=arc.time, sample_weight=weight
    )
    copied = LocalPrincipalCurve(bandwidth=0.2).fit(
        arc.X.repeat(weight, 0), start=arc.truth[0], time=arc.time.repeat(weight)
    )
    np.testing.assert_allclose(weighted.curve_.resample(50), copied.curve_.resample(50), atol=1e-8)


def test_a_bandwidth_per_axis_is_a_scaled_fit(arc):
    """Stretching one axis and its bandwidth alike stretches the curve; equal bandwidths are one bandwidth."""
    plain = LocalPrincipalCurve(bandwidth=0.2).fit(arc.X, start=arc.truth[0], time=arc.time)
    stretch = np.array([1.0, 1.0, 8.0])
    lpc = LocalPrincipalCurve(bandwidth=0.2 * stretch).fit(
        arc.X * stretch, start=arc.truth[0] * stretch, time=arc.time
    )
    assert Curve(lpc.curve_.points / stretch).distance_to(plain.curve_).hausdorff < 0.03
    same = LocalPrincipalCurve(bandwidth=[0.2] * 3).fit(arc.X, start=arc.truth[0], time=arc.time)
    np.testing.assert_array_equal(same.curve_.points, plain.curve_.points)


def test_self_coverage_chooses_a_usable_bandwidth(any_cloud):
    """One to five times the noise, and the curve keeps to its course."""
    lpc = LocalPrincipalCurve(bandwidth="self_coverage").fit(
        any_cloud.X, start=any_cloud.truth[0], time=any_cloud.time
    )
    assert 0.08 < lpc.bandwidth_ < 0.4
    assert max(errors(lpc.curve_, any_cloud.truth)) < 0.08


def test_a_ring_is_closed_and_walked_once():
    """The walk stops where it meets its own tube; the curve is about one lap long."""
    rng = np.random.default_rng(1)
    angle = rng.uniform(0, 2 * np.pi, 600)
    X = np.c_[np.cos(angle), np.sin(angle)] + 0.05 * rng.normal(size=(600, 2))
    lpc = LocalPrincipalCurve(bandwidth=0.2).fit(X, start=[1, 0])
    assert lpc.health_.stop_end == "closed"
    assert 0.85 * 2 * np.pi < lpc.curve_.length < 1.02 * 2 * np.pi


def test_few_steps_are_reported():
    """A walk cut off by max_iter says so."""
    X = np.c_[np.linspace(0, 10, 500), np.sin(np.linspace(0, 3, 500))]
    lpc = LocalPrincipalCurve(bandwidth=0.2, max_iter=5).fit(X, start=[5, 0.9])
    assert {lpc.health_.stop_start, lpc.health_.stop_end} == {"max_iter"}
    assert lpc.health_.steps == 10


def test_a_step_shorter_than_the_bandwidth_gives_nearly_the_same_curve(arc):
    """Half the step changes the curve by less than the noise and takes more points."""
    half, whole = fit(arc, bandwidth=0.18, step=0.09), fit(arc, bandwidth=0.18)
    assert half.curve_.distance_to(whole.curve_).mean < 0.02
    assert len(half.points_) > len(whole.points_) + 5


def test_attributes_correspond(arc):
    """points_, arc_length_, rho_ and branch_ have one entry per local mean, which lie within the bias of the curve."""
    lpc = fit(arc, bandwidth=0.18)
    assert lpc.points_.shape == (len(lpc.arc_length_), 3) == (len(lpc.rho_), 3)
    assert not lpc.branch_.any()
    assert np.all(np.diff(lpc.arc_length_) >= 0)
    assert np.all((lpc.rho_ >= 0) & (lpc.rho_ <= 1))
    assert lpc.health_.refined
    assert lpc.curve_.project(lpc.points_).distance.max() < 0.05


def test_it_is_a_scikit_learn_estimator():
    """Parameters can be read, set and cloned."""
    lpc = clone(LocalPrincipalCurve(bandwidth=0.3)).set_params(step=0.1)
    given = {name: value for name, value in lpc.get_params().items() if value is not None}
    assert given == {
        "method": "default",
        "bandwidth": 0.3,
        "step": 0.1,
        "angle_penalty": 2.0,
        "random_state": 0,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bandwidth": 0}, "bandwidth must be a finite number above 0 or 'auto', found 0"),
        ({"bandwidth": -1.0}, "found -1.0"),
        ({"bandwidth": float("nan")}, "found nan"),
        ({"bandwidth": "wide"}, "found 'wide'"),
        ({"step": 0}, "step must be a finite number above 0, found 0"),
        ({"tol": -1}, "tol must be"),
        ({"angle_penalty": -1}, "angle_penalty must be a finite number of at least 0, found -1"),
        ({"max_iter": 0}, "max_iter must be a whole number of at least 1, found 0"),
        ({"max_iter": 2.5}, "found 2.5"),
        ({"method": "loess"}, "method must be 'default', 'einbeck' or 'notebook', found 'loess'"),
        ({"method": "notebook"}, "method 'notebook' has no automatic bandwidth"),
        ({"method": "notebook", "bandwidth": 0.5, "step": 0.1}, "ignores step = 0.1"),
    ],
)
def test_nonsense_options_are_refused(arc, options, message):
    """Each with what was expected and found."""
    with pytest.raises(InvalidInput, match=message):
        LocalPrincipalCurve(**options).fit(arc.X, start=arc.truth[0])


def test_nonsense_data_are_refused(arc):
    """Shapes and values that do not fit are named."""
    lpc, broken = LocalPrincipalCurve(bandwidth=0.2), np.array(arc.X)
    broken[7, 0] = np.nan
    with pytest.raises(InvalidInput, match="the first is row 7"):
        lpc.fit(broken)
    with pytest.raises(InvalidInput, match=r"X must have shape \(n, d\) with d >= 2, found \(900, 1\)"):
        lpc.fit(arc.X[:, :1])
    with pytest.raises(
        InvalidInput, match=r"start must be one finite point of shape \(3,\), found shape \(2,\)"
    ):
        lpc.fit(arc.X, start=[0, 0])
    with pytest.raises(
        InvalidInput, match=r"times must be finite, one for each of 900 rows; found shape \(3,\)"
    ):
        lpc.fit(arc.X, time=[1, 2, 3])
    with pytest.raises(InvalidInput, match="not all 0"):
        lpc.fit(arc.X, sample_weight=np.zeros(900))
    with pytest.raises(InvalidInput, match="ignores time"):
        LocalPrincipalCurve("notebook", bandwidth=0.5).fit(arc.X, start=arc.X[0], time=arc.time)
    with pytest.raises(InvalidInput, match="needs a start"):
        LocalPrincipalCurve("notebook", bandwidth=0.5).fit(arc.X)


@pytest.mark.parametrize("bandwidth", [0.3, "auto"])
@pytest.mark.parametrize(
    "X",
    [
        np.zeros((0, 3)),
        np.ones((1, 3)),
        np.ones((500, 3)),
        np.repeat(np.eye(3), 100, axis=0),
    ],
    ids=["none", "one", "the same", "three places"],
)
def test_data_without_a_course_are_not_computable(X, bandwidth):
    """Too few different points raise NotComputable, never hang."""
    with pytest.raises(NotComputable):
        LocalPrincipalCurve(bandwidth=bandwidth).fit(X)


@pytest.mark.parametrize("bandwidth", [1e-6, 1e-2, 0.3, 5.0, 1e6, "auto"])
@pytest.mark.parametrize("kind", ["ball", "line", "lattice", "two clusters", "far start"])
def test_odd_data_end_in_a_curve_or_a_reason(kind, bandwidth):
    """No bandwidth makes the fit hang, warn or return something that is not finite."""
    rng = np.random.default_rng(0)
    X = {
        "ball": rng.normal(size=(200, 3)),
        "line": np.linspace(0, 1, 100)[:, None] * [1.0, 2, 3],
        "lattice": np.stack(np.meshgrid(*[np.arange(5.0)] * 3), -1).reshape(-1, 3),
        "two clusters": np.concatenate([rng.normal(size=(50, 3)), 100 + rng.normal(size=(50, 3))]),
        "far start": rng.normal(size=(50, 3)),
    }[kind]
    start = [1e5, 0, 0] if kind == "far start" else None
    outcome = curve_or_reason(X, start, bandwidth)
    if isinstance(outcome, str):
        assert outcome
    else:
        assert np.isfinite(outcome.curve_.resample(100)).all()
        assert outcome.health_.steps <= 1000


def curve_or_reason(X, start, bandwidth):
    try:
        return LocalPrincipalCurve(bandwidth=bandwidth).fit(X, start=start)
    except NotComputable as error:
        return str(error)


def test_inputs_stay_untouched():
    """Read-only arrays are accepted, and a given array has the same content afterwards."""
    rng = np.random.default_rng(0)
    X = np.c_[np.linspace(0, 3, 300), rng.normal(size=300) * 0.1, np.zeros(300)]
    before = X.copy()
    LocalPrincipalCurve(bandwidth=0.3).fit(X, start=X[0])
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.05, 0.2])
def test_automatic_bandwidth_follows_the_noise_down_to_a_floor(noise):
    """2.2 times the noise, but never below 2 % of the spread, and the walk ends by itself."""
    rng = np.random.default_rng(0)
    u = rng.uniform(0, 1, 2000)
    X = np.c_[3 * u, np.sin(4 * u), 0 * u] + noise * rng.normal(size=(2000, 3))
    lpc = LocalPrincipalCurve().fit(X, start=[0, 0, 0], time=u)
    floor = 0.02 * np.sqrt(X.var(axis=0).mean())
    assert lpc.bandwidth_ == pytest.approx(max(2.2 * noise, floor), rel=0.06)
    assert "max_iter" not in {lpc.health_.stop_start, lpc.health_.stop_end}


def test_a_coil_is_followed_lap_by_lap():
    """Laps that lie several bandwidths apart are not jumped, although a wide kernel would do so."""
    rng = np.random.default_rng(0)
    u = rng.uniform(0, 1, 3000)
    angle = 8 * np.pi * u
    X = np.c_[np.cos(angle), np.sin(angle), 3.2 * u] + 0.06 * rng.normal(size=(3000, 3))
    lpc = LocalPrincipalCurve().fit(X, start=[1, 0, 0], time=u)
    assert lpc.curve_.length == pytest.approx(np.hypot(8 * np.pi, 3.2), rel=0.03)


@pytest.mark.parametrize("method", ["default", "einbeck"])
@pytest.mark.parametrize(
    "kind",
    ["line", "plane", "one far outlier", "constant axis", "duplicates", "start outside", "huge bandwidth"],
)
def test_awkward_clouds_have_a_defined_result(kind, method):
    """A finite curve along the cloud, or a reason; never a hang, a warning or a number that is not finite."""
    rng = np.random.default_rng(0)
    u = rng.uniform(0, 4, 300)
    X = np.c_[u, np.sin(u), 0.3 * u] + 0.05 * rng.normal(size=(300, 3))
    start, h = X[0], 0.3
    X = {
        "line": u[:, None] * [1.0, 2.0, -1.0],
        "plane": X * [1, 1, 0],
        "one far outlier": np.r_[X, [[1e6, 0, 0]]],
        "constant axis": np.c_[X[:, :2], np.full(300, 7.0)],
        "duplicates": np.repeat(X[:60], 5, axis=0),
    }.get(kind, X)
    start = {"line": X[0], "plane": X[0], "constant axis": X[0], "start outside": np.full(3, 50.0)}.get(
        kind, start
    )
    options = {"scale": 0} if method == "einbeck" else {}
    lpc = LocalPrincipalCurve(method, bandwidth=1e4 if kind == "huge bandwidth" else h, **options)
    outcome = curve_or_reason_of(lpc, X, start)
    if isinstance(outcome, str):
        assert kind == "huge bandwidth", outcome
        return
    points = outcome.curve_.resample(100)
    assert np.isfinite(points).all()
    if kind == "line":
        np.testing.assert_allclose(points[:, 1:] / points[:, :1], [[2.0, -1.0]] * 100, atol=1e-6)
    if kind == "plane":
        np.testing.assert_allclose(points[:, 2], 0, atol=1e-12)
    if kind == "one far outlier":
        assert outcome.curve_.length < 10


def curve_or_reason_of(lpc, X, start):
    try:
        return lpc.fit(X, start=start)
    except NotComputable as error:
        return str(error)


@pytest.mark.parametrize("weight", [[np.nan] + [1.0] * 899, [-1.0] + [1.0] * 899, [np.inf] + [1.0] * 899])
def test_weights_must_be_finite_and_not_negative(arc, weight):
    """Each is refused with what is allowed."""
    with pytest.raises(InvalidInput, match="weights must be finite, not negative and not all 0"):
        LocalPrincipalCurve(bandwidth=0.2).fit(arc.X, sample_weight=weight)
