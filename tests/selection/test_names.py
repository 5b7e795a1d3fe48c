"""Other labs' column names."""

import pytest

from morphsweep.selection import direction, lab_name, label, rename_map, split_column
from morphsweep.selection.names import twin

PAIRS = [
    ("F1_score_all", "f1_all"),
    ("F1_score_hld", "f1_hld"),
    ("Initial_RMSE", "initial_rmse"),
    ("Aligned_RMSE", "aligned_rmse"),
    ("SegmentColinearity", "segment_collinearity"),
    ("SegmentColinearity_mean_within_all", "segment_collinearity_within_all"),
    ("dispersion_first_n_all", "dispersion_first_all"),
    ("dispersion_last_n_hld", "dispersion_last_hld"),
    ("disp_coefficient_hld", "dispersion_slope_hld"),
]


@pytest.mark.parametrize(("theirs", "ours"), PAIRS)
def test_lab_names_translate_both_ways(theirs, ours):
    """A lab column becomes ours on the way in and theirs on the way out."""
    assert rename_map([theirs]) == {theirs: ours}
    assert lab_name(ours) == theirs


@pytest.mark.parametrize(
    "name", ["beta", "margin", "model_index", "f1_all", "aligned_rmse", "recon_loss", "F1"]
)
def test_other_columns_keep_their_names(name):
    """Hyper-parameters, our own names and unknown names are left alone."""
    assert rename_map([name]) == {}


def test_a_misprinted_regime_is_read_only_in_lab_names_and_only_when_free():
    """hid means hld in another lab's column, unless the table has the right one as well; never in ours."""
    assert rename_map(["F1_score_hid"]) == {"F1_score_hid": "f1_hld"}
    assert rename_map(["F1_score_hld", "F1_score_hid"]) == {"F1_score_hld": "f1_hld"}
    assert rename_map(["f1_hid"]) == {}


def test_a_name_that_is_taken_is_not_given_twice():
    """With our column and theirs in one table, both keep their names."""
    assert rename_map(["f1_all", "F1_score_all"]) == {}


def test_the_longest_metric_name_wins():
    """Regimes may hold underscores; the metric is the longest known beginning."""
    score = split_column("segment_collinearity_within_fold_1")
    assert (score.metric, score.regime) == ("segment_collinearity_within", "fold_1")
    assert split_column("f1_drop").metric == "f1_drop"
    assert split_column("f1_elsewhere", regimes=("all", "hld")) is None


def test_directions_labels_and_twins_come_from_the_declarations():
    """Slopes have no good end; a label names the regime; only scores have directions and twins."""
    assert [direction(c) for c in ("f1_all", "aligned_rmse", "dispersion_slope_hld", "beta")] == [
        "higher",
        "lower",
        "range",
        None,
    ]
    assert label("f1_all") == "F1 (all)"
    assert label("beta") == "beta"
    assert twin("aligned_rmse") == "aligned_rmse_rel"
    assert twin("dispersion_first_all") == "dispersion_first_rel_all"
    assert twin("f1_all") is None
