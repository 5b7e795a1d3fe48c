"""Axes, thresholds, brushing, and the saved decision."""

import json

import numpy as np
import pytest

from morphsweep.records import AVERAGE
from morphsweep.reporting import write_report
from morphsweep.selection import SweepFacts, select


def chosen(results, where):
    """What the command line says for the same conditions."""
    facts = SweepFacts.from_info(results.info, scores=results.scores)
    return select(results.summary, where=where, facts=facts)


def test_dropdown_changes_the_axis(visit, results, rows_of):
    """Choosing a metric redraws the picture with that metric's words and numbers."""
    card = visit.card("Models by two numbers")
    visit.settle(lambda: card.get_by_label("Horizontal").select_option("dispersion_last_all"))
    visit.settle(lambda: card.get_by_label("Colour").select_option("beta"))
    assert card.locator(".xtitle").text_content().startswith("Dispersion, last points · all")
    text, name = visit.downloaded(card.get_by_role("button", name="Numbers"))
    assert name == "dispersion_last_all_vs_aligned_rmse_rel.csv"
    drawn = [float(row["dispersion_last_all"]) for row in rows_of(text)]
    np.testing.assert_array_equal(drawn, results.summary["dispersion_last_all"])


@pytest.mark.parametrize("side", ["x", "y"])
def test_dragged_threshold_cuts_as_the_command_line(visit, results, side):
    """A dragged line recounts the tranches, live, to the numbers of select."""
    handle = visit.page.locator(f".threshold.{side}").first
    visit.card("Models by two numbers").locator("canvas").scroll_into_view_if_needed()
    box = handle.locator(".knob").bounding_box()
    x, y = box["x"] + 7, box["y"] + 7
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    for step in range(1, 5):
        visit.settle(
            lambda k=step: visit.page.mouse.move(x + 30 * k * (side == "x"), y + 15 * k * (side == "y"))
        )
    visit.page.mouse.up()
    where = visit.shared()["where"].split(" & ")
    told = chosen(results, where)
    shown = visit.counts()
    assert {number: len(members) for number, members in told.tranches.items()} == {
        number: shown[str(number)] for number in (1, 2, 3, 4)
    }
    assert float(handle.get_attribute("aria-valuenow")) in [c.threshold for c in told.criteria.axes]


def test_threshold_moves_with_the_keyboard(visit, results):
    """Arrow keys move a threshold; its number follows in the field."""
    handle = visit.page.locator(".threshold.x").first
    handle.focus()
    visit.page.wait_for_timeout(250)  # what was out of sight is drawn once it is in sight
    before = float(handle.get_attribute("aria-valuenow"))
    visit.settle(lambda: handle.press("ArrowRight"))
    after = float(handle.get_attribute("aria-valuenow"))
    assert after > before
    field = visit.page.get_by_label("Discriminative: value, or a quantile such as q50")
    assert float(field.input_value()) == pytest.approx(after)


def test_brush_selects_in_every_view(visit):
    """A box drawn in one picture marks its models in the table and the address."""
    canvas = visit.page.locator("canvas.points").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    visit.page.mouse.move(box["x"] + 70, box["y"] + 20)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 60)
    visit.settle(visit.page.mouse.up)
    marked = set(visit.shared()["selected"].split())
    assert 0 < len(marked) < 6
    visit.card("Scores of every model")
    picked = visit.page.locator(".grid-table tr.picked").evaluate_all(
        "rows => rows.map((r) => r.dataset.model)"
    )
    assert set(picked) == marked
    visit.page.get_by_label("selected models only").check()
    assert visit.page.locator(".grid-table tbody tr").count() == len(marked)


def test_stroke_along_an_axis_selects(visit, results):
    """Parallel coordinates: the upper half of an axis selects the models that pass there."""
    card = visit.card("All main numbers of every model")
    overlay = card.locator(".p-axis[data-column=f1_all] .overlay")
    card.locator("canvas").scroll_into_view_if_needed()
    box = overlay.bounding_box()
    middle = box["x"] + box["width"] / 2
    visit.page.mouse.move(middle, box["y"] + 1)
    visit.page.mouse.down()
    visit.page.mouse.move(middle, box["y"] + box["height"] / 2, steps=4)
    visit.settle(visit.page.mouse.up)
    visit.page.wait_for_timeout(120)
    f1 = results.summary.set_index("model_index")["f1_all"]
    low, high = map(float, visit.shared()["ranges"].removeprefix("f1_all:").split(":"))
    place = (f1 - f1.min()) / (f1.max() - f1.min())
    assert (low, high) == pytest.approx((0.5, 1), abs=0.02)
    assert set(map(int, visit.shared()["selected"].split())) == set(f1.index[place >= low])


@pytest.mark.parametrize("perturbation", [AVERAGE, "gdf3"])
def test_downloaded_numbers_are_those_of_the_scores(visit, results, perturbation, rows_of):
    """The CSV of the picture repeats scores.parquet, for the mean and for one perturbation."""
    card = visit.card("Models by two numbers")
    if perturbation != AVERAGE:
        visit.settle(lambda: card.get_by_label("Perturbation", exact=False).last.select_option(perturbation))
    text, _ = visit.downloaded(card.get_by_role("button", name="Numbers"))
    rows = {int(row["model_index"]): float(row["f1_all"]) for row in rows_of(text)}
    scores = results.scores.query("metric == 'f1' and regime == 'all' and perturbation == @perturbation")
    expected = scores.set_index("model_index")["value"]
    np.testing.assert_allclose([rows[m] for m in expected.index], expected, rtol=1e-6)


def test_address_restores_the_view(open_page, path, visit):
    """A copied address opens with the same axes, thresholds, selection, sorting and card."""
    card = visit.card("Models by two numbers")
    visit.settle(lambda: card.get_by_label("Vertical").select_option("segment_collinearity"))
    visit.settle(
        lambda: visit.page.get_by_label("Discriminative: value, or a quantile such as q50").fill("0.8")
    )
    visit.settle(visit.page.locator(".tranche-counts button").first.click)
    visit.settle(visit.page.locator(".cut-told button").first.click)
    visit.shared()
    address = visit.page.evaluate("location.hash")
    shown = visit.counts()
    second = open_page(path, address=address)
    second.shared()
    assert second.page.evaluate("location.hash") == address
    assert second.counts() == shown
    assert second.page.get_by_label("Vertical").input_value() == "segment_collinearity"
    assert second.page.locator("#card h2").text_content() == visit.page.locator("#card h2").text_content()


def test_shares_are_those_between_configurations(visit, results, rows_of):
    """Replicates averaged; where a hyper-parameter has several values in one configuration it cannot act and is left out."""
    card = visit.card("Which hyper-parameter goes with which number", section="drivers")
    card.locator(".in-words p").first.wait_for()
    text, _ = visit.downloaded(card.get_by_role("button", name="Numbers"))
    told = {row["column"]: row for row in rows_of(text)}["f1_all"]
    for knob in [name for name in told if name != "column"]:
        groups = results.summary.groupby("configuration")
        alone = groups[knob].nunique(dropna=False) == 1
        means = groups["f1_all"].mean()[alone]
        levels = groups[knob].first()[alone]
        if levels.nunique() < 2:
            assert told[knob] == ""
            continue
        between = means.groupby(levels).transform("mean")
        share = ((between - means.mean()) ** 2).sum() / ((means - means.mean()) ** 2).sum()
        assert float(told[knob]) == pytest.approx(share, rel=1e-6)
    sentence = card.locator(".in-words p").first.text_content()
    assert "configurations, 90 % interval" in sentence
    assert "of 100 deals" in sentence


def test_the_verdict_of_drivers_comes_before_shares_of_single_hyperparameters(
    open_page, make_results, tmp_path
):
    """With drivers run, its words lead and the page's own shares say what they are; without, that nothing is corrected."""
    results = make_results()
    results.path = tmp_path
    words = {}
    for told in (False, True):
        if told:
            (tmp_path / "drivers").mkdir()
            rows = [
                {"metric": name, "hyperparameter": knob, "share": 0.2, "verdict": verdict}
                for name in ("f1_all", "aligned_rmse", "aligned_rmse_rel")
                for knob, verdict in (("beta", "alone"), ("metric_loss_type", "inert"))
            ]
            document = json.dumps({"sentences": [], "importances": rows})
            (tmp_path / "drivers" / "drivers.json").write_text(document)
        visit = open_page(write_report(results, tmp_path / f"report{told}.html"))
        card = visit.card("Which hyper-parameter goes with which number", section="drivers")
        card.locator(".in-words p").first.wait_for()
        words[told] = card.locator(".in-words p").all_text_contents()
    assert "goes most with" in words[False][0]
    assert "held against chance by itself, without correction for" in words[False][0]
    assert words[True][0].endswith(
        "morphsweep drivers finds no hyper-parameter beyond chance; in a single comparison only, not beyond chance among 2: beta."
    )
    assert words[True][1].startswith(
        "One hyper-parameter at a time, each against chance by itself, without correction for many"
    )
    assert not any("told by" in text and "goes most with" in text for text in words[True])
