"""Figures that show models as points."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.reporting.draw_panels import draw_panels, pareto_line
from morphsweep.reporting.figure_labels import placed
from morphsweep.reporting.figure_record import Record
from morphsweep.reporting.figure_set import facts_of
from morphsweep.reporting.figure_words import knobs_by_effect
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_figures import prepare_pair_figures
from morphsweep.reporting.prepare_panels import (
    model_figure,
    perturbation_figure,
    shade_of,
    threshold_marks,
)
from morphsweep.reporting.prepare_variants import apart, without_outliers


@pytest.fixture(scope="module")
def document(results):
    return prepare_document(results)


def figure(document, **more):
    return model_figure(document, "n", "initial_rmse", "aligned_rmse", None, "t", "Lower is better.", **more)


def test_outliers_are_removed_by_a_stated_rule_and_named():
    """Hand-worked: of 1, 2, 3, 4 and 100 the last lies beyond 4 + 1.5 x 2 = 7."""
    frame = pd.DataFrame({"model_index": [1, 2, 3, 4, 5], "x": [1.0, 2, 3, 4, 100], "y": [1.0, 1, 1, 1, 1]})
    record = without_outliers(Record("rmse", "RMSE", frame, "Lower is better."))
    assert record.frame["model_index"].tolist() == [1, 2, 3, 4]
    assert record.reading == (
        "Removed, above the third quartile by more than 1.5 interquartile ranges (x > 7 or y > 1): models 5. Lower is better."
    )
    assert record.name == "rmse_without_outliers"


def test_without_outliers_nothing_is_removed():
    """A figure without outliers says that none was removed."""
    frame = pd.DataFrame({"model_index": [1, 2], "x": [1.0, 2.0], "y": [1.0, 1.0]})
    record = without_outliers(Record("rmse", "RMSE", frame))
    assert len(record.frame) == 2
    assert "none." in record.reading


def test_the_leading_hyperparameter_is_the_one_that_moves_the_scores(document):
    """In the made sweep beta moves every score and the loss none; margin does not vary."""
    assert knobs_by_effect(document) == ["beta", "metric_loss_type"]
    assert facts_of(document)[0].driver == "beta"


def test_nothing_is_called_beta(make_results):
    """A sweep with other hyper-parameters has the same figures under their names."""
    results = make_results()
    results.summary = results.summary.rename(
        columns={"beta": "weight decay", "metric_loss_type": "optimiser"}
    )
    results.info["hyperparameters"] = ["optimiser", "weight decay", "margin"]
    facts = facts_of(prepare_document(results))[0]
    assert facts.drivers == ("weight decay", "optimiser")


def test_perturbations_have_a_panel_each_and_held_out_ones_are_marked(document):
    """Panels in the order of the comparison, in their fixed colours; values are the perturbation's own."""
    record = perturbation_figure(document, "n", "f1_all", "f1_hld", shade_of(document, "beta"), "t", "")
    assert list(dict.fromkeys(record.frame["panel"])) == ["wt", "gdf3", "lmx1b", "wnt-i"]
    assert dict(record.panel_notes) == {"gdf3": "held out in hld", "lmx1b": "held out in hld"}
    assert record.panel_colors["wt"] == document["perturbations"][0]["color"]
    rows = record.frame[record.frame["panel"] == "gdf3"]
    assert rows["x"].tolist() == document["by_perturbation"]["f1_all"]["gdf3"]


def test_apart_keeps_every_model_in_the_panel_of_its_value(document):
    """The same points, one panel per value of the hyper-parameter."""
    whole = figure(document)
    record = apart(whole, document, "metric_loss_type")
    assert sorted(record.frame["model_index"]) == sorted(whole.frame["model_index"])
    losses = dict(
        zip(document["models"]["index"], document["models"]["values"]["metric_loss_type"], strict=True)
    )
    named = "metric_loss_type = " + record.frame["model_index"].map(losses)
    assert (record.frame["panel"] == named).all()


def test_both_thresholds_are_lines_with_their_direction(document):
    """F1 above its threshold and RMSE below its own are wanted."""
    axes = document["decision"]["axes"]
    marks = {mark.axis: mark for mark in threshold_marks(document, axes["x"], axes["y"])}
    assert marks["x"].value == pytest.approx(0.7)
    assert (marks["x"].above, marks["y"].above) == (True, False)


def test_a_metric_that_was_not_computed_is_a_note(document):
    """It is told in words instead of a crash."""
    assert "not computed" in model_figure(document, "n", "f1_all", None, None, "t", "").note


def test_the_front_is_what_no_other_model_beats():
    """More of the first and less of the second is better."""
    front = pareto_line([1, 2, 3, 2], [1, 2, 5, 3], better=("higher", "lower"))
    assert front.tolist() == [[1, 1], [2, 2], [3, 5]]


def test_pairs_draw_their_front_where_both_have_a_direction(document):
    """A score that is abnormal on both sides has no front."""
    rules = {record.name: record.rule for record in prepare_pair_figures(document)}
    assert rules["dispersion_first_vs_f1"] == "higher lower"
    assert rules["dispersion_slope_vs_dispersion_first"] == ""


def test_labels_cover_neither_points_nor_each_other():
    """Boxes of labels are disjoint; a point in a crowd stays without."""
    points = np.array([[0.0, 0], [4, 0], [0, 40]])
    found = placed(points, [10.0, 10, 10], 5.0, blocked=points)
    boxes = [
        (x + dx, y + dy) for (x, y), spot in zip(points, found, strict=True) if spot for dx, dy in [spot]
    ]
    for k, (x, y) in enumerate(boxes):
        assert all(abs(x - a) >= 10 or abs(y - b) >= 5 for a, b in boxes[:k])
    crowd = np.array([[x, y] for x in range(-20, 21, 4) for y in range(-20, 21, 4)], dtype=float)
    assert placed(crowd[60:61], [12.0], 5.0, blocked=crowd) == [None]


def test_equality_panels_have_equal_axes(document):
    """With `diagonal` both axes of every panel have the same limits."""
    for axes in draw_panels(figure(document, diagonal=True)).axes[:1]:
        assert axes.get_xlim() == axes.get_ylim()


def test_extremes_do_not_stretch_the_colour_scale():
    """One absurd value leaves the others told apart, and the bar says that it goes on."""
    frame = pd.DataFrame({
        "model_index": range(6),
        "x": range(6),
        "y": range(6),
        "shade": [1.0, 2, 3, 4, 5, 1e6],
    })
    bar = draw_panels(Record("n", "t", frame, shade="slope")).axes[-1]
    assert bar.get_ylim()[1] == pytest.approx(5)


def test_the_name_of_the_line_keeps_clear_of_points():
    """With a point where "y = x" usually stands, the words go elsewhere along the line."""
    rows = {"model_index": range(4), "panel": "", "y": [0.02, 0.3, 0.5, 1.0]}
    places = {}
    for name, first in (("free", 0.5), ("taken", 0.12)):
        frame = pd.DataFrame({**rows, "x": [first, 0.0, 0.5, 1.0]})
        (axes,) = draw_panels(Record("n", "t", frame, diagonal=True)).axes
        (words,) = [text for text in axes.texts if text.get_text() == "y = x"]
        places[name] = words.xy
    assert places["free"] == (pytest.approx(0.11), 0.05)
    assert places["taken"][0] > 0.3


def test_a_label_stands_nearest_to_its_own_point():
    """Where the usual place is nearer to a neighbour, the label goes farther out instead."""
    points = np.array([[0.0, 0.0], [0.0, 11.0]])
    for own, offset in zip(points, placed(points, [6.0] * 2, 5.0, blocked=points), strict=True):
        assert offset is not None
        near = np.hypot(*offset)
        rivals = [np.hypot(*(own + offset - other)) for other in points if (other != own).any()]
        assert near < min(rivals) or near > 10  # farther out a thin line leads to it
