"""LocalPrincipalCurve as scikit-learn knows estimators."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from morphsweep.errors import InvalidInput
from morphsweep.geometry import LocalPrincipalCurve

TOO_FEW = "fits four different points or fewer; a curve needs five, and that is NotComputable, which is no ValueError"
NO_COURSE = "fits uniform noise in ten or more dimensions, where no kernel sees a course: NotComputable with the reason"
EXPECTED = {
    "check_sample_weights_shape": TOO_FEW,
    "check_sample_weights_not_overwritten": TOO_FEW,
    "check_fit2d_1sample": TOO_FEW,
    "check_estimators_empty_data_messages": TOO_FEW,
    "check_sample_weight_equivalence_on_dense_data": NO_COURSE,
}
ESTIMATORS = [
    (LocalPrincipalCurve(), EXPECTED | {"check_dtype_object": NO_COURSE}),
    (LocalPrincipalCurve("einbeck"), EXPECTED | {"check_estimators_dtypes": NO_COURSE}),
]


def expected_failures(estimator):
    return next(failures for known, failures in ESTIMATORS if known.method == estimator.method)


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([known for known, _ in ESTIMATORS], expected_failed_checks=expected_failures)
def test_scikit_learn_contract(estimator, check):
    """Every common check holds but the six named, each for the reason given."""
    check(estimator)


def test_transform_is_the_arc_length_of_the_foot(arc):
    """One column, the same as projecting on the curve; it rises with time."""
    lpc = LocalPrincipalCurve(bandwidth=0.2).fit(arc.X, start=arc.truth[0], time=arc.time)
    column = lpc.transform(arc.X)
    assert column.shape == (900, 1)
    np.testing.assert_array_equal(column[:, 0], lpc.curve_.project(arc.X).arc_length)
    assert np.corrcoef(column[:, 0], arc.time)[0, 1] > 0.97
    assert lpc.get_feature_names_out().tolist() == ["arc_length"]


def test_score_tells_a_curve_from_a_line(arc):
    """Near 1 for a curve through the cloud, lower for one fitted elsewhere."""
    lpc = LocalPrincipalCurve(bandwidth=0.2).fit(arc.X, start=arc.truth[0])
    other = LocalPrincipalCurve(bandwidth=0.2).fit(arc.X + 0.3, start=arc.truth[0] + 0.3)
    assert 0.6 < lpc.score(arc.X) < 1
    assert other.score(arc.X) < lpc.score(arc.X)


def test_it_stands_at_the_end_of_a_pipeline(arc):
    """Behind a principal component analysis, which passes y."""
    column = make_pipeline(PCA(2), clone(LocalPrincipalCurve(bandwidth=0.2))).fit_transform(arc.X, arc.time)
    assert abs(np.corrcoef(column[:, 0], arc.time)[0, 1]) > 0.9


def test_a_start_given_by_position_is_refused(arc):
    """It would be taken for a target and ignored."""
    with pytest.raises(InvalidInput, match=r"found shape \(3,\); give a start as start="):
        LocalPrincipalCurve(bandwidth=0.2).fit(arc.X, arc.truth[0])
