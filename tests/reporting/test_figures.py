import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from morphsweep.reporting import write_figures
from morphsweep.reporting.draw import draw_equality
from morphsweep.reporting.draw_model import draw_curves
from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.figures import _write, figure_records
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_figures import (
    prepare_pair_figure,
    prepare_selection_figure,
)
from morphsweep.reporting.prepare_hyperparameter import prepare_hyperparameter_figure
from morphsweep.reporting.prepare_model_figures import prepare_curves_figure, prepare_over_time_figure

# One figure of each kind is enough where the subject is not their number.
KINDS = ("selection", "curves_1", "f1_over_time_1", "metrics_by_metric_loss_type", "initial_vs_aligned_rmse")
HOSTILE = ("</svg><script>", "عربي RTL", "🧬 $a_b$ \n {x}", "x" * 300)


@pytest.fixture(scope="module")
def document(results):
    return prepare_document(results)


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    out = tmp_path_factory.mktemp("figures")
    done = []
    write_figures(results, out, models=[1], progress=lambda k, n: done.append((k, n)))
    assert done[-1][0] == done[-1][1] == len(done)
    return out


def test_each_figure_is_three_files(folder):
    """Picture for the screen, picture for print and numbers stand side by side under one name."""
    stems = {path.stem for path in folder.iterdir()}
    assert {path.name for path in folder.iterdir()} == {
        f"{s}{e}" for s in stems for e in (".svg", ".png", ".csv")
    }
    wanted = {
        "selection",
        "initial_vs_aligned_rmse",
        "reference_vs_other_f1",
        "f1_over_time_1",
        "curves_1",
        "metrics_by_beta",
    }
    assert wanted <= stems


def test_numbers_beside_the_selection_are_the_summarys(folder, results):
    """The CSV holds what is drawn: a row per model with both numbers."""
    numbers = pd.read_csv(folder / "selection.csv").set_index("model_index")
    expected = results.summary.set_index("model_index")
    assert numbers["x"].to_dict() == pytest.approx(expected["f1_all"].to_dict(), rel=1e-5)


def drawn(results, out, names=KINDS):
    """Files of the named figures, drawn as `write_figures` does."""
    records = {record.name: (record, draw) for record, draw in figure_records(prepare_document(results), [1])}
    return [path for name in names for path in _write((*records[name], out))]


def test_same_numbers_give_the_same_files(results, folder, tmp_path):
    """The same numbers give the same bytes, without a date."""
    for path in drawn(results, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes()
    assert "dc:date" not in (folder / "selection.svg").read_text(encoding="utf-8")


def test_hostile_labels_are_text(make_results, tmp_path):
    """Labels can neither break an SVG nor be read as formulas."""
    results = make_results(perturbations=HOSTILE, losses=("a/b <i>", "$x$"))
    for path in drawn(results, tmp_path):
        if path.suffix == ".svg":
            assert not [e for e in ET.parse(path).iter() if e.tag.endswith("script")]  # noqa: S314 - our own file
    assert "$a_b$" in (tmp_path / "f1_over_time_1.svg").read_text(encoding="utf-8")


def test_empty_figures_say_why(make_results, tmp_path):
    """Missing data make a figure that tells so, not a crash."""
    results = make_results()
    results.curves = results.curves.iloc[:0]
    results.f1_over_time = results.f1_over_time.iloc[:0]
    drawn(results, tmp_path, ("curves_1", "f1_over_time_1"))
    assert "no curve could be fitted" in (tmp_path / "curves_1.svg").read_text(encoding="utf-8")
    assert "was not computed" in (tmp_path / "f1_over_time_1.svg").read_text(encoding="utf-8")


def test_one_regime_has_its_figures(make_results, tmp_path):
    """Without another regime the selection is drawn by F1 alone and there is nothing to compare."""
    results = make_results(regimes=("all",))
    names = [record.name for record, _ in figure_records(prepare_document(results), [1])]
    assert not [name for name in names if name.startswith(("reference_vs", "initial_vs"))]
    assert drawn(results, tmp_path, ("selection",))[0].is_file()


def test_selection_figure_has_both_thresholds(document):
    """The record holds a vertical and a horizontal line at the thresholds."""
    record = prepare_selection_figure(document)
    assert [mark.axis for mark in record.marks] == ["x", "y"]
    assert record.marks[0].value == pytest.approx(0.7)


def test_pair_of_an_absent_metric_is_a_note(document):
    """A metric that was not computed is told in words."""
    assert prepare_pair_figure(document, "f1", "no_such").note == "a metric was not computed"


def test_levels_of_a_hyperparameter_stand_in_their_order(document):
    """Numbers by size, not by letter."""
    levels = prepare_hyperparameter_figure(document, "beta").frame["level"]
    assert list(dict.fromkeys(levels)) == ["0.1", "1", "10"]


def test_held_out_perturbations_are_marked(document):
    """The record says which line belongs to a perturbation that the regime did not see."""
    frame = prepare_over_time_figure(document, 1).frame
    assert set(frame.loc[frame["held_out"], "perturbation"]) == {"gdf3", "lmx1b"}
    assert set(frame.loc[frame["held_out"], "regime"]) == {"hld"}


def test_strokes_tell_the_regimes_apart(document):
    """Reference solid, other dashed, aligned dotted."""
    frame = prepare_curves_figure(document, 1).frame
    assert dict(zip(frame["regime"], frame["stroke"], strict=True)) == {
        "all": "solid",
        "hld": "dashed",
        "hld_aligned": "dotted",
    }


def test_axes_of_curves_share_one_scale(document):
    """A unit is equally long on the three axes."""
    axes = draw_curves(prepare_curves_figure(document, 1)).axes[0]
    spans = [high - low for low, high in (axes.get_xlim(), axes.get_ylim(), axes.get_zlim())]
    ratios = [size / span for size, span in zip(axes._box_aspect, spans, strict=True)]
    assert ratios == pytest.approx([ratios[0]] * 3, rel=1e-6)


def test_line_of_equality_spans_equal_axes():
    """Both axes have the same limits, so that the diagonal means equality."""
    frame = pd.DataFrame({
        "model_index": [1, 2],
        "perturbation": "avg_pert",
        "x": [0.0, 1.0],
        "y": [2.0, 3.0],
    })
    axes = draw_equality(Record("r", "t", frame)).axes[0]
    assert axes.get_xlim() == axes.get_ylim() == pytest.approx((-0.18, 3.18))


def test_names_of_figures_are_unique(make_results):
    """No figure overwrites another, however many regimes there are."""
    results = make_results(regimes=("all", "hld", "lopo"))
    document = prepare_document(results, where=["f1_all > 0.7", "aligned_rmse_hld <= 1"])
    names = [record.name for record, _ in figure_records(document, [0, 1], every=True)]
    assert len(names) == len(set(names))
    assert file_name("..", "/") == "figure"
