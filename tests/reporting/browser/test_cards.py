"""The card of a model, two models side by side, snips along the curves."""

import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from morphsweep.reporting import write_report


def test_click_opens_the_card_of_the_model(visit, results):
    """The keyboard walks to a point and opens its card, with curves really drawn, health, numbers and reasons."""
    canvas = visit.page.locator("canvas.points").first
    canvas.focus()
    canvas.press("ArrowRight")
    visit.settle(lambda: canvas.press("Enter"))
    worst = int(results.summary.sort_values("f1_all")["model_index"].iloc[0])
    card = visit.page.locator("#card")
    assert card.locator("h2").text_content() == f"Model {worst}"
    card.locator("canvas.space").nth(2).wait_for()
    card.get_by_role("heading", name="Its place in every main number").wait_for()
    assert card.locator(".time-line").count() == 2 * 4
    assert "F1 · all" in card.locator(".reasons").first.text_content()
    assert visit.coloured(card.locator("canvas.space").first, "#d55e00") > 100
    visit.page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_perturbation_can_be_switched_off_in_a_card(visit):
    """A pressed key takes its perturbation out of curves and lines."""
    visit.settle(visit.page.locator(".cut-told button").first.click)
    card = visit.page.locator("#card")
    card.locator(".time-line").first.wait_for()
    before = card.locator(".time-line").count()
    card.get_by_role("button", name="gdf3").click()
    card.locator(".time-line").first.wait_for()
    assert card.locator(".time-line").count() == before - 2


def test_two_pinned_models_stand_side_by_side(open_page, path, rows_of):
    """Curves, scores over time and their difference, and numbers of both, from the address alone."""
    visit = open_page(path, address="#pinned=1+4")
    card = visit.card("Discrimination over time, side by side", section="compare")
    card.locator(".ptitle").nth(5).wait_for()
    titles = card.locator(".ptitle").all_text_contents()
    assert titles[0].startswith("A · model 1")
    assert titles[2].startswith("B · model 4")
    assert titles[4].startswith("A \N{MINUS SIGN} B")
    text, _ = visit.downloaded(visit.card("Numbers side by side").get_by_role("button", name="Numbers"))
    assert {"model_1", "model_4"} <= set(rows_of(text)[0])


def test_partial_numbers_take_no_place_in_the_page(open_page, make_results, tmp_path, rows_of):
    """A partial number has no rank, and neither ranks nor quartiles of the others count it."""
    results = make_results()
    scores = results.scores
    scores.loc[(scores["metric"] == "f1") & (scores["model_index"] == 1), "status"] = "partial"
    visit = open_page(write_report(results, tmp_path / "report.html"), address="#pinned=1+4")
    card = visit.card("Numbers side by side", section="compare")
    row = card.locator("table.distribution tbody tr").first
    f1 = results.summary.set_index("model_index")["f1_all"]
    full = f1.drop(1)
    place = int((full > f1[4]).sum()) + 1
    told = row.locator("td").nth(2).text_content()
    assert told.startswith("partial, not ranked | ")
    assert told.split(" | ")[1].startswith(str(place))
    assert told.endswith("of 5")
    text, _ = visit.downloaded(card.get_by_role("button", name="Numbers"))
    numbers = next(line for line in rows_of(text) if line["column"] == "f1_all")
    np.testing.assert_allclose(float(numbers["q50"]), full.median(), rtol=1e-6)


def test_pin_button_fills_the_comparison(visit):
    """The button on a card pins; a third pin takes the place of the second, so that the recommended model stays."""
    first = visit.page.evaluate("JSON.parse(document.getElementById('data').textContent).shown")
    other = next(m for m in range(6) if m not in first)
    visit.card("Scores of every model")
    visit.settle(lambda: visit.page.locator(f".grid-table tr[data-model='{other}'] button").click())
    visit.settle(lambda: visit.page.locator("#card .pin").click())
    assert visit.shared()["pinned"].split() == [str(first[0]), str(other)]


def test_what_each_of_two_models_is_better_in_begins_with_its_own_number(open_page, path, results):
    """Numbers of the rule first; in the sentence about a model its own value, then the other's."""
    visit = open_page(path, address="#pinned=1+4")
    visit.page.locator("#compare").scroll_into_view_if_needed()
    told = visit.page.locator("#compare .verdict")
    told.wait_for()
    f1 = results.summary.set_index("model_index")["f1_all"]
    side = 0 if f1[1] > f1[4] else 1
    best, least = max(f1[1], f1[4]), min(f1[1], f1[4])
    sentence = told.locator("p").nth(side).text_content()
    said = re.search(r"F1 · all ([\d.]+) against ([\d.]+)", sentence)
    assert [float(number) for number in said.groups()] == pytest.approx([best, least], abs=6e-4)
    before = sentence[: said.start()]
    assert before.count(";") <= 1  # at most the other number of the rule


def test_over_time_and_curves_can_be_taken_away(visit, results, rows_of):
    """CSV of a card: scores over time to four digits, curves to a ten-thousandth of the model's size."""
    model = 4
    visit.page.evaluate(f"location.hash = 'model={model}'")
    visit.ready()
    card = visit.page.locator("#card")
    card.get_by_role("heading", name="Its place in every main number").wait_for()
    figure = card.locator("figure", has=visit.page.get_by_role("heading", name="Discrimination over time"))
    text, _ = visit.downloaded(figure.get_by_role("button", name="Numbers"))
    told = [(r["regime"], r["perturbation"], float(r["f1"])) for r in rows_of(text) if r["f1"]]
    frame = results.f1_over_time.query("model_index == @model").dropna(subset="f1")
    expected = frame.assign(f1=frame["f1"].clip(0, 1)).sort_values(["regime", "perturbation", "time"])
    np.testing.assert_allclose([v for *_, v in sorted(told, key=lambda t: t[:2])], expected["f1"], atol=1e-4)
    figure = card.locator("figure", has=visit.page.get_by_role("heading", name="Curves in space"))
    text, _ = visit.downloaded(figure.get_by_role("button", name="Numbers"))
    ends = [r for r in rows_of(text) if r["regime"] == "hld_aligned" and r["perturbation"] == "wt"]
    curve = results.curves.query("model_index == @model and regime == 'hld_aligned' and perturbation == 'wt'")
    found = [[float(ends[k][axis]) for axis in ("pc_1", "pc_2", "pc_3")] for k in (0, -1)]
    np.testing.assert_allclose(found, curve[["pc_1", "pc_2", "pc_3"]].iloc[[0, -1]], atol=2e-3)


def test_snips_are_shown_along_the_curves(open_page, make_results, tmp_path, rows_of):
    """With a folder of pictures a card has a filmstrip per perturbation and regime, in order, and hover tells the snip."""
    results = make_results()
    sample = results.points_sample
    results.points_sample = sample.assign(
        snip_id=[
            f"{r}_{p}_{t:.2f}"
            for r, p, t in zip(sample["regime"], sample["perturbation"], sample["time"], strict=True)
        ]
    )
    folder = tmp_path / "pictures"
    folder.mkdir()
    for k, name in enumerate(results.points_sample["snip_id"].unique()):
        Image.new("L", (80, 80), 40 + k % 200).save(folder / f"{name}.png")
    visit = open_page(write_report(results, tmp_path / "report.html", images=folder), address="#model=0")
    card = visit.page.locator("#card")
    card.get_by_role("heading", name="Its place in every main number").wait_for()
    assert card.locator(".film").count() == 4
    lines = card.locator(".film").first.locator(".film-line")
    assert lines.count() == 2
    assert lines.first.locator("img").count() == 8
    figure = card.locator("figure", has=visit.page.get_by_role("heading", name="Its snips along the curves"))
    text, _ = visit.downloaded(figure.get_by_role("button", name="Numbers"))
    first = [
        float(row["time"]) for row in rows_of(text) if (row["regime"], row["perturbation"]) == ("all", "wt")
    ]
    assert first == sorted(first)
    assert first[-1] - first[0] > 20
    lines.first.locator(".frame").nth(1).hover()
    assert "all_wt_" in visit.page.locator("#tip").text_content()
    assert visit.page.locator("img").evaluate_all(
        "all => all.every((i) => i.src.startsWith('data:image/jpeg'))"
    )
    assert [url for url in visit.requests if not url.startswith(("data:", "blob:", "file:"))] == []


def test_changes_and_baseline_are_shown(open_page, make_results, tmp_path, rows_of):
    """Compared with an older sweep: the model that is gone, the number that moved; the baseline is a star."""
    results, old = make_results(), make_results()
    old.path = tmp_path / "old"
    old.summary = old.summary.iloc[:5].assign(f1_all=old.summary["f1_all"].iloc[:5] - 0.1)
    page = write_report(results, tmp_path / "report.html", compare=old, baseline=(old, 3))
    visit = open_page(page)
    section = visit.page.locator("#changes")
    section.scroll_into_view_if_needed()
    assert "5 models are in both sweeps" in section.text_content()
    assert "1 are new" in section.text_content()
    text, _ = visit.downloaded(visit.card("Then against now").get_by_role("button", name="Numbers"))
    moved = [float(row["f1_all_now"]) - float(row["f1_all_then"]) for row in rows_of(text)]
    np.testing.assert_allclose(moved, 0.1, atol=1e-5)
    canvas = visit.card("Models by two numbers").locator("canvas")
    assert visit.coloured(canvas, "#ffd400") > 20


def _twice(results):
    """Six models of three configurations."""
    results.summary = results.summary.assign(
        configuration=[0, 1, 2, 0, 1, 2], metric_loss_type="triplet", replicate=[0, 0, 0, 1, 1, 1]
    )
    return results


def _document(visit):
    return visit.page.evaluate("JSON.parse(document.getElementById('data').textContent)")


def test_only_what_is_beyond_the_repeatability_limit_is_called_better(open_page, make_results, tmp_path):
    """What replicates may differ by is named apart, and no text calls one noise SD the border of chance."""
    visit = open_page(write_report(_twice(make_results()), tmp_path / "twice.html"), address="#pinned=0+2")
    visit.page.locator("#compare").scroll_into_view_if_needed()
    told = visit.page.locator("#compare .verdict")
    told.wait_for()
    document = _document(visit)
    noise = document["decision"]["noise"]
    names = {c["label"]: c["name"] for c in document["columns"] if c["name"] in noise}
    *better, near = told.locator("p").all_text_contents()
    assert near.startswith("Not told apart (A and B), within the repeatability limit: ")

    def ratios(text):
        found = re.findall(
            r"(?:in |: |; )([^;:]+?) [-\d.e]+ (?:against|and) [-\d.e]+ \(([\d.]+) noise SD\)", text
        )
        return [(float(sd), noise[names[label]]) for label, sd in found]

    far, close = [pair for text in better for pair in ratios(text)], ratios(near)
    assert far
    assert close
    assert all(sd >= entry["limit"] / entry["sd"] - 0.06 for sd, entry in far)
    assert all(sd <= entry["limit"] / entry["sd"] + 0.06 for sd, entry in close)
    reading = visit.card("Numbers side by side").text_content()
    assert "a difference within it is chance" not in reading
    assert "the repeatability limit to either side" in reading
    assert "abnormal on both sides" in reading


def test_without_replicates_the_comparison_says_that_chance_is_not_known(open_page, path):
    """Nothing is called within a limit that nobody knows."""
    visit = open_page(path, address="#pinned=1+4")
    visit.page.locator("#compare").scroll_into_view_if_needed()
    told = visit.page.locator("#compare .verdict")
    told.wait_for()
    assert "how much of these differences is chance is not known" in told.text_content()
    assert "Not told apart" not in told.text_content()


def test_a_mirrored_regime_looks_the_same_on_the_card(open_page, make_results, tmp_path):
    """Signs and order of components are arbitrary: the card turns every regime into the common view, and says so."""
    results = make_results()
    curves = results.curves
    same = curves[curves["regime"] == "all"].assign(regime="hld")
    mirrored = same.assign(pc_1=same["pc_3"], pc_3=same["pc_1"])
    results.curves = pd.concat([curves[curves["regime"] != "hld"], mirrored], ignore_index=True)
    visit = open_page(write_report(results, tmp_path / "mirrored.html"), address="#model=1")
    card = visit.page.locator("#card")
    card.locator("canvas.space").nth(2).wait_for()
    figure = card.locator("figure", has=visit.page.get_by_role("heading", name="Curves in space"))
    figure.scroll_into_view_if_needed()
    colour = _document(visit)["perturbations"][1]["color"]
    extent = """(node, wanted) => {
        const data = node.getContext("2d").getImageData(0, 0, node.width, node.height).data;
        const [xs, ys] = [[], []];
        for (let i = 0; i < data.length; i += 4) {
            const off = wanted.reduce((sum, v, k) => sum + Math.abs(data[i + k] - v), 0);
            if (data[i + 3] > 200 && off < 30) { xs.push((i / 4) % node.width); ys.push(Math.floor(i / 4 / node.width)); }
        }
        return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    }"""
    wanted = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    reference, other = (card.locator("canvas.space").nth(k).evaluate(extent, wanted) for k in (0, 1))
    assert other == pytest.approx(reference, abs=10)  # one is dashed
    assert "turned (and mirrored) into the common view" in figure.text_content()


def test_a_sweep_of_one_model_has_its_numbers(open_page, make_results, tmp_path):
    """Nothing varies among one model, and the table is not empty for it."""
    results = make_results()
    results.summary = results.summary.head(1)
    results.models = results.models.head(1)
    visit = open_page(write_report(results, tmp_path / "one.html"))
    card = visit.card("Numbers side by side", section="compare")
    card.locator("tbody tr").first.wait_for()
    assert "the only one" in card.text_content()
    assert "best" not in visit.page.locator(".card.winner").text_content()


def test_partial_models_of_tranche_1_are_why_the_page_recommends_none(open_page, make_results, tmp_path):
    """One sentence in the decision and beside the thresholds, and none that contradicts the list of tranche 1."""
    results = make_results()
    scores = results.scores
    where = ["f1_all > 0.79", "aligned_rmse <= 9"]
    best = results.summary.query("f1_all > 0.79")["model_index"]
    part = scores["model_index"].isin(best) & (scores["perturbation"] == "avg_pert")
    results.scores = scores.assign(status=scores["status"].mask(part, "partial"))
    visit = open_page(write_report(results, tmp_path / "partial.html", where=where))
    said = visit.page.locator(".card.winner").text_content()
    sentence = _document(visit)["decision"]["why_no_winner"]
    assert re.match(r"Models [\d, ]+ and \d met both criteria, but are partial", sentence)
    assert sentence in said
    visit.page.locator(".cut-told").scroll_into_view_if_needed()
    assert sentence in visit.page.locator(".cut-told").text_content()
