import warnings
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from morphsweep.errors import InvalidInput
from morphsweep.reporting import write_figures
from morphsweep.reporting.draw import draw_equality
from morphsweep.reporting.draw_model import draw_curves
from morphsweep.reporting.draw_panels import draw_panels
from morphsweep.reporting.figure_files import write_figure
from morphsweep.reporting.figure_glyphs import legible, swaps
from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.figures import figure_records
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_histograms import prepare_histograms
from morphsweep.reporting.prepare_hyperparameter import prepare_hyperparameter_figure
from morphsweep.reporting.prepare_model_figures import prepare_curves_figure, prepare_over_time_figure

# One figure of each kind is enough where the subject is not their number.
KINDS = (
    "selection", "curves_1", "f1_over_time_1", "metrics_by_metric_loss_type", "initial_vs_aligned_rmse",
    "reference_vs_other_f1", "histograms", "wall", "curves_tranche_1",
    "collinearity_regimes_by_across_per_perturbation",
)  # fmt: skip
WRITTEN = ("selection", "curves_1", "wall")
HOSTILE = ("</svg><script>", "عربي RTL", "🧬 $a_b$ \n {x}", "x" * 300)
ENDINGS = (".svg", ".pdf", ".png", ".csv")


@pytest.fixture(scope="module")
def document(results):
    return prepare_document(results)


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    out = tmp_path_factory.mktemp("figures")
    done = []
    write_figures(results, out, models=[1], only=WRITTEN, dpi=60, progress=lambda k, n: done.append((k, n)))
    assert done[-1][0] == done[-1][1] == len(done) == len(WRITTEN)
    return out


def test_each_figure_is_four_files(folder):
    """Vectors for print, dots for the screen and the numbers stand side by side under one name."""
    assert {path.name for path in folder.iterdir()} == {f"{stem}{end}" for stem in WRITTEN for end in ENDINGS}


def test_the_set_holds_every_picture_of_the_argument(document):
    """Collinearity, RMSE, dispersion, trade-offs, choice, distributions, spaces, models: for the models and per perturbation."""
    names = {record.name for record, _ in figure_records(document, [1])}
    assert {
        "collinearity_regimes_by_across", "collinearity_regimes_by_beta", "collinearity_regimes_apart_by_metric_loss_type",
        "collinearity_regimes_by_across_per_perturbation", "initial_vs_aligned_rmse",
        "initial_vs_aligned_rmse_without_outliers", "initial_vs_aligned_rmse_per_perturbation", "dispersion_regimes",
        "dispersion_first_vs_last", "f1_vs_collinearity", "f1_vs_collinearity_per_perturbation",
        "f1_regimes_by_collinearity", "f1_regimes_by_collinearity_per_perturbation", "f1_drop_vs_collinearity",
        "f1_drop_vs_collinearity_per_perturbation", "selection", "selection_by_collinearity",
        "selection_by_dispersion_first", "selection_by_dispersion_slope", "selection_by_beta", "selection_per_perturbation",
        "metrics_by_beta", "metrics_by_beta_and_metric_loss_type", "histograms", "wall", "curves_tranche_1", "curves_1",
        "f1_over_time_1", "reference_vs_other_f1",
    } <= names  # fmt: skip


def test_numbers_beside_the_selection_are_the_summarys(folder, results):
    """The CSV holds what is drawn: a row per model with both numbers."""
    numbers = pd.read_csv(folder / "selection.csv").set_index("model_index")
    expected = results.summary.set_index("model_index")
    assert numbers["x"].to_dict() == pytest.approx(expected["f1_all"].to_dict(), rel=1e-5)


def drawn(results, out, names=KINDS, formats=("svg",)):
    """Files of the named figures, drawn as `write_figures` does."""
    records = {record.name: (record, draw) for record, draw in figure_records(prepare_document(results), [1])}
    return [path for name in names for path in write_figure(*records[name], out, dpi=60, formats=formats)]


def test_same_numbers_give_the_same_files(results, folder, tmp_path):
    """The same numbers give the same bytes, without a date."""
    for path in drawn(results, tmp_path, ("selection", "curves_1"), ("svg", "pdf", "png")):
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
    drawn(results, tmp_path, ("curves_1", "f1_over_time_1", "wall"))
    assert "no curve could be fitted" in (tmp_path / "curves_1.svg").read_text(encoding="utf-8")
    assert "no curve could be fitted" in (tmp_path / "wall.svg").read_text(encoding="utf-8")
    assert "was not computed" in (tmp_path / "f1_over_time_1.svg").read_text(encoding="utf-8")


def test_one_regime_has_its_figures(make_results, tmp_path):
    """Without another regime the selection is drawn by F1 alone and there is nothing to compare."""
    results = make_results(regimes=("all",))
    names = [record.name for record, _ in figure_records(prepare_document(results), [1])]
    assert not [
        name for name in names if name.startswith(("reference_vs", "initial_vs", "dispersion_regimes"))
    ]
    assert drawn(results, tmp_path, ("selection", "f1_vs_collinearity"))[0].is_file()


def test_unknown_figures_and_formats_are_refused(results, tmp_path):
    """The message names what there is."""
    with pytest.raises(InvalidInput, match=r"no figure is called nonsense; there are .*selection"):
        write_figures(results, tmp_path, only=["nonsense"])
    with pytest.raises(InvalidInput, match="figures cannot be written as jpg; there are svg, pdf, png"):
        write_figures(results, tmp_path, formats=["jpg"])
    with pytest.raises(InvalidInput, match="the wall cannot be sorted by 'beauty'"):
        write_figures(results, tmp_path, wall_by="beauty")


def test_levels_of_a_hyperparameter_stand_in_their_order(document):
    """Numbers by size, not by letter; with a second one, each model keeps its value of it."""
    record = prepare_hyperparameter_figure(document, "beta", apart="metric_loss_type")
    assert list(dict.fromkeys(record.frame["level"])) == ["0.1", "1", "10"]
    losses = dict(
        zip(document["models"]["index"], document["models"]["values"]["metric_loss_type"], strict=True)
    )
    assert (record.frame["shade"] == record.frame["model_index"].map(losses)).all()


def test_held_out_perturbations_are_marked(document):
    """The record says which line belongs to a perturbation that the regime did not see."""
    frame = prepare_over_time_figure(document, 1).frame
    assert set(frame.loc[frame["held_out"], "perturbation"]) == {"gdf3", "lmx1b"}
    assert set(frame.loc[frame["held_out"], "regime"]) == {"hld"}


def test_strokes_tell_what_a_curve_is(document):
    """Solid: trained on; dashed: held out; dotted: aligned copy; snips are points."""
    frame = prepare_curves_figure(document, 1).frame
    found = {
        (r, p): s
        for r, p, s in frame[["regime", "perturbation", "stroke"]].itertuples(index=False)
        if s != "snip"
    }
    assert found["all", "gdf3"] == found["hld", "wt"] == "solid"
    assert found["hld", "gdf3"] == "dashed"
    assert {s for (r, _), s in found.items() if r == "hld_aligned"} == {"dotted"}
    assert (frame["stroke"] == "snip").any()


def test_panels_of_curves_share_one_scale(document):
    """A unit is equally long in every panel and direction of the paper."""
    panels = draw_curves(prepare_curves_figure(document, 1)).axes
    spans = [abs(b - a) for axes in panels for a, b in (axes.get_xlim(), axes.get_ylim())]
    assert spans == pytest.approx([spans[0]] * len(spans))
    assert {axes.get_aspect() for axes in panels} == {1.0}


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


def test_histograms_tell_the_rank_of_the_chosen_model(document):
    """Rank 1 is the best in the direction of the score."""
    record = prepare_histograms(document)
    winner = document["decision"]["winner"]
    rows = record.frame[record.frame["column"] == "f1_all"]
    own = rows.loc[rows["model_index"] == winner, "value"].iloc[0]
    assert (
        rows["place"].iloc[0] == f"model {winner}: rank {int(np.sum(rows['value'] > own)) + 1} of {len(rows)}"
    )


def test_names_of_figures_are_unique(make_results):
    """No figure overwrites another, however many regimes there are."""
    results = make_results(regimes=("all", "hld", "lopo"))
    document = prepare_document(results, where=["f1_all > 0.7", "aligned_rmse_hld <= 1"])
    names = [record.name for record, _ in figure_records(document, [0, 1], every=True)]
    assert len(names) == len(set(names))
    assert file_name("..", "/") == "figure"


def test_letters_that_no_font_has_are_named_in_print_and_kept_in_svg(tmp_path):
    """No empty box: pixels get a name in brackets, the SVG keeps the text for its viewer; nothing is warned of."""
    assert legible("beta = 1") == "beta = 1"
    assert legible("\U0010ffff") == ""  # no letter at all
    unknown = "\N{DNA DOUBLE HELIX} a"
    told = {unknown, "[dna double helix] a"}
    assert legible(unknown) in told
    axes = (figure := Figure()).add_subplot()
    axes.set_title(unknown)
    axes.set_xticks([0, 1], [unknown, "b"])
    for setter, text, named in swaps(figure):
        assert text == unknown
        setter(named)
    assert axes.get_title() in told
    figure.canvas.draw()
    assert axes.get_xticklabels()[0].get_text() in told
    record = Record(
        "emoji", unknown, pd.DataFrame({"x": [1], "y": [1], "panel": [unknown], "model_index": [0]})
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_figure(record, draw_panels, tmp_path, formats=("svg", "png"))
    assert unknown in (tmp_path / "emoji.svg").read_text()
