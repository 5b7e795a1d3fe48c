"""The page as a reader meets it: opened from disk in Chromium, without network."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from morphsweep.records import AVERAGE
from morphsweep.reporting import write_report
from morphsweep.selection import SweepFacts, decision_record, select
from morphsweep.selection.configurations import replicates_of
from morphsweep.selection.rating import values_of
from morphsweep.selection.tying import within_limits

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "عربي RTL \u202e<b>",
    "🧬 %{x} \"'&amp;",
    "x" * 300,
    "NaN",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def path(results, tmp_path_factory):
    return write_report(results, tmp_path_factory.mktemp("browser") / "report.html")


@pytest.fixture
def visit(browser, path):
    visit = Visit(browser, path)
    yield visit
    assert visit.complaints == []
    visit.close()


class Visit:
    """An open page."""

    def __init__(self, browser: Any, path: Path, *, address: str = "", **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)  # a busy machine
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri() + address)
        self.ready()

    def ready(self) -> None:
        """Wait until every view is in its place."""
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")

    def settle(self, action: Any) -> None:
        """Do something and wait until all views have followed."""
        self.page.evaluate("delete document.documentElement.dataset.followed")
        action()
        self.page.wait_for_selector("html[data-followed]", state="attached")

    def card(self, title: str, *, section: str = "") -> Any:
        """A picture, scrolled into view and drawn."""
        if section:
            self.page.locator(f"#{section}").scroll_into_view_if_needed()
        card = self.page.locator(
            "main figure.picture", has=self.page.get_by_role("heading", name=title, exact=True)
        )
        card.scroll_into_view_if_needed()
        self.page.wait_for_timeout(60)
        return card

    def look_at_everything(self) -> None:
        """Scroll through the page, so that every picture is drawn."""
        height = self.page.evaluate("document.documentElement.scrollHeight")
        for y in range(0, height + 1, 600):
            self.page.evaluate(f"scrollTo(0, {y})")
            self.page.wait_for_timeout(30)

    def shared(self) -> dict[str, str]:
        """What the address says of the state, once it rests."""
        self.page.wait_for_timeout(250)
        text = self.page.evaluate(
            "JSON.stringify(Object.fromEntries(new URLSearchParams(location.hash.slice(1))))"
        )
        found: dict[str, str] = json.loads(text)
        return found

    def close(self) -> None:
        """Leave."""
        self.context.close()


def chosen(results, where):
    """What the command line says for the same conditions."""
    facts = SweepFacts.from_info(results.info, scores=results.scores)
    return select(results.summary, where=where, facts=facts)


def counts(visit):
    """Models per tranche, as shown beside the picture."""
    buttons = visit.page.locator(".tranche-counts button")
    return {b.get_attribute("data-tranche"): int(b.locator("b").text_content()) for b in buttons.all()}


def downloaded(visit, button):
    """The text that a button hands over, and its name."""
    with visit.page.expect_download() as waiting:
        button.click()
    return Path(waiting.value.path()).read_text(encoding="utf-8"), waiting.value.suggested_filename


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def column(visit, name):
    """Cells of a column of the table, from the top."""
    head = visit.page.locator(".grid-table thead th")
    place = head.evaluate_all("(cells, name) => cells.findIndex((c) => c.dataset.column === name)", name)
    return visit.page.locator(f".grid-table tbody tr > :nth-child({place + 1})").all_text_contents()


def coloured(canvas, colour):
    """Pixels of about this colour in a picture."""
    wanted = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    code = """(node, wanted) => {
        const data = node.getContext("2d").getImageData(0, 0, node.width, node.height).data;
        let found = 0;
        for (let i = 0; i < data.length; i += 4) {
            const off = Math.abs(data[i] - wanted[0]) + Math.abs(data[i + 1] - wanted[1]) + Math.abs(data[i + 2] - wanted[2]);
            if (data[i + 3] > 200 && off < 30) found += 1;
        }
        return found;
    }"""
    return canvas.evaluate(code, wanted)


def test_opens_without_error_or_request(visit):
    """Nothing is complained of, and nothing but the file itself (and what it holds) is asked for."""
    visit.look_at_everything()
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(("data:", "blob:"))] == [visit.page.url]


@pytest.mark.parametrize("width", [1280, 1920])
def test_page_fits_the_screen(visit, width):
    """Nothing sticks out."""
    visit.page.set_viewport_size({"width": width, "height": 1000})
    visit.look_at_everything()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_dropdown_changes_the_axis(visit, results):
    """Choosing a metric redraws the picture with that metric's words and numbers."""
    card = visit.card("Models by two numbers")
    visit.settle(lambda: card.get_by_label("Horizontal").select_option("dispersion_last_all"))
    visit.settle(lambda: card.get_by_label("Colour").select_option("beta"))
    assert card.locator(".xtitle").text_content().startswith("Dispersion, last points · all")
    text, name = downloaded(visit, card.get_by_role("button", name="Numbers"))
    assert name == "dispersion_last_all_vs_aligned_rmse_rel.csv"
    drawn = [float(row["dispersion_last_all"]) for row in table(text)]
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
    shown = counts(visit)
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


@pytest.mark.parametrize(
    "where",
    [
        None,
        ["f1_all > 0.75", "aligned_rmse <= 1.3"],
        ["f1_hld >= q25", "dispersion_slope_all <= q75"],
        ["f1_all > 0.99", "aligned_rmse_rel <= q50"],
        ["f1_all > 0.7", "aligned_rmse <= q50", "metric_loss_type == 'NT-Xent'", "beta <= 1"],
        ["dispersion_first_all <= q50"],
    ],
)
def test_saved_decision_is_that_of_the_command_line(browser, results, tmp_path, where):
    """The saved JSON equals what select --json prints, also after thresholds were typed in the page."""
    visit = Visit(browser, write_report(results, tmp_path / "report.html", where=where))
    saved, name = downloaded(visit, visit.page.get_by_role("button", name="Save decision"))
    choice = chosen(results, where)
    told = json.loads(json.dumps(choice.to_json(), default=str))
    record = decision_record(choice, results.info)
    assert name == "decision.json"
    found = json.loads(saved)
    assert found["winner"] == told["winner"]
    assert found["ties"] == told["ties"]
    assert found["rule"] == told["rule"]
    assert found["table"] == told["table"]
    for field in ("noise", "uncertainty", "would_change", "warnings"):
        assert found[field] == json.loads(json.dumps(record[field]))
    visit.close()


def test_typed_thresholds_give_the_same_record(visit, results):
    """Numbers and quantiles typed in the fields are the conditions of the command line."""
    visit.settle(
        lambda: visit.page.get_by_label("Discriminative: value, or a quantile such as q50").fill("0.78")
    )
    visit.settle(lambda: visit.page.get_by_label("Robust: value, or a quantile such as q50").fill("q30"))
    saved, _ = downloaded(visit, visit.page.get_by_role("button", name="Save decision"))
    told = json.loads(json.dumps(chosen(results, ["f1_all > 0.78", "aligned_rmse_rel <= q30"]).to_json()))
    found = json.loads(saved)
    assert found | told == found
    assert found["uncertainty"] is None


def test_replicates_tie_in_the_page_as_on_the_command_line(browser, make_results, tmp_path):
    """With replicates the opening record holds the draws; after a threshold moved, ties are those of the noise alone."""
    results = make_results()
    results.summary = results.summary.assign(configuration=[0, 1, 2, 0, 1, 2])
    visit = Visit(browser, write_report(results, tmp_path / "report.html"))
    button = visit.page.get_by_role("button", name="Save decision")
    opened = json.loads(downloaded(visit, button)[0])
    choice = chosen(results, None)
    assert opened["ties"] == choice.ties
    assert opened["table"] == json.loads(json.dumps(choice.to_json()["table"]))
    assert opened["uncertainty"]["n_draws"] == choice.uncertainty.n_draws
    visit.settle(
        lambda: visit.page.get_by_label("Discriminative: value, or a quantile such as q50").fill("0.71")
    )
    moved = json.loads(downloaded(visit, button)[0])
    choice = chosen(results, ["f1_all > 0.71", "aligned_rmse_rel <= q50"])
    rows = {m: r for r, m in enumerate(results.summary["model_index"])}
    values = values_of(choice.models, choice.applied)
    thresholds = [axis.threshold for axis in choice.criteria.axes]
    near = within_limits(values, choice.applied, thresholds, rows[choice.winner], choice.noise)
    tied = {m for m, r in rows.items() if near[r]} | set(replicates_of(choice.models.frame, choice.winner))
    assert moved["winner"] == choice.winner
    assert set(moved["ties"]) == tied - {choice.winner}
    assert "frequency" not in moved["table"][0]
    assert visit.complaints == []
    visit.close()


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
    assert coloured(card.locator("canvas.space").first, "#d55e00") > 100
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


def test_two_pinned_models_stand_side_by_side(browser, path):
    """Curves, scores over time and their difference, and numbers of both, from the address alone."""
    visit = Visit(browser, path, address="#pinned=1+4")
    card = visit.card("Discrimination over time, side by side", section="compare")
    card.locator(".ptitle").nth(5).wait_for()
    titles = card.locator(".ptitle").all_text_contents()
    assert titles[0].startswith("A · model 1")
    assert titles[2].startswith("B · model 4")
    assert titles[4].startswith("A \N{MINUS SIGN} B")
    text, _ = downloaded(visit, visit.card("Numbers side by side").get_by_role("button", name="Numbers"))
    assert {"model_1", "model_4"} <= set(table(text)[0])
    assert visit.complaints == []
    visit.close()


def test_pin_button_fills_the_comparison(visit):
    """The button on a card pins; a third pin pushes out the first."""
    first = visit.page.evaluate("JSON.parse(document.getElementById('data').textContent).shown")
    other = next(m for m in range(6) if m not in first)
    visit.card("Scores of every model")
    visit.settle(lambda: visit.page.locator(f".grid-table tr[data-model='{other}'] button").click())
    visit.settle(lambda: visit.page.locator("#card .pin").click())
    assert visit.shared()["pinned"].split() == [*map(str, first[1:]), str(other)]


def test_table_sorts_best_first_and_turns_round(visit):
    """A click puts the best on top, a second the worst; a missing value stays last; the keyboard does the same."""
    visit.card("Scores of every model")
    header = visit.page.locator(".grid-table th[data-column=aligned_rmse] button")
    visit.settle(header.click)
    rising = [float(text) for text in column(visit, "aligned_rmse")]
    assert rising == sorted(rising)
    head = visit.page.locator(".grid-table th[data-column=aligned_rmse]")
    assert head.get_attribute("aria-sort") == "ascending"
    visit.settle(lambda: header.press("Enter"))
    assert [float(text) for text in column(visit, "aligned_rmse")] == rising[::-1]
    visit.settle(visit.page.locator(".grid-table th[data-column=dispersion_first_all] button").click)
    assert column(visit, "dispersion_first_all")[-1] == "\N{EN DASH}"


def test_table_filters_by_words_and_conditions(visit, results):
    """A word and a condition together; what is shown can be selected and taken away."""
    visit.card("Scores of every model")
    field = visit.page.get_by_placeholder("triplet, beta")
    visit.settle(lambda: field.fill("triplet, beta >= 1"))
    summary = results.summary
    wanted = summary[(summary["metric_loss_type"] == "triplet") & (summary["beta"] >= 1)]["model_index"]
    assert visit.page.locator(".grid-table tbody tr").count() == len(wanted)
    text, _ = downloaded(visit, visit.card("Scores of every model").get_by_role("button", name="Numbers"))
    assert {int(row["model_index"]) for row in table(text)} == set(wanted)
    assert visit.shared()["find"] == "triplet, beta >= 1"


def test_table_hides_what_does_not_vary(visit):
    """A hyper-parameter with one value is hidden until it is asked for."""
    visit.card("Scores of every model")
    assert visit.page.locator(".grid-table th[data-column=margin]").count() == 0
    visit.page.get_by_label("also columns that do not vary").check()
    assert visit.page.locator(".grid-table th[data-column=margin]").count() == 1


@pytest.mark.parametrize("perturbation", [AVERAGE, "gdf3"])
def test_downloaded_numbers_are_those_of_the_scores(visit, results, perturbation):
    """The CSV of the picture repeats scores.parquet, for the mean and for one perturbation."""
    card = visit.card("Models by two numbers")
    if perturbation != AVERAGE:
        visit.settle(lambda: card.get_by_label("Perturbation", exact=False).last.select_option(perturbation))
    text, _ = downloaded(visit, card.get_by_role("button", name="Numbers"))
    rows = {int(row["model_index"]): float(row["f1_all"]) for row in table(text)}
    scores = results.scores.query("metric == 'f1' and regime == 'all' and perturbation == @perturbation")
    expected = scores.set_index("model_index")["value"]
    np.testing.assert_allclose([rows[m] for m in expected.index], expected, rtol=1e-6)


def test_over_time_and_curves_can_be_taken_away(visit, results):
    """CSV of a card: scores over time to four digits, curves to a ten-thousandth of the model's size."""
    model = 4
    visit.page.evaluate(f"location.hash = 'model={model}'")
    visit.ready()
    card = visit.page.locator("#card")
    card.get_by_role("heading", name="Its place in every main number").wait_for()
    figure = card.locator("figure", has=visit.page.get_by_role("heading", name="Discrimination over time"))
    text, _ = downloaded(visit, figure.get_by_role("button", name="Numbers"))
    told = [(r["regime"], r["perturbation"], float(r["f1"])) for r in table(text) if r["f1"]]
    frame = results.f1_over_time.query("model_index == @model").dropna(subset="f1")
    expected = frame.assign(f1=frame["f1"].clip(0, 1)).sort_values(["regime", "perturbation", "time"])
    np.testing.assert_allclose([v for *_, v in sorted(told, key=lambda t: t[:2])], expected["f1"], atol=1e-4)
    figure = card.locator("figure", has=visit.page.get_by_role("heading", name="Curves in space"))
    text, _ = downloaded(visit, figure.get_by_role("button", name="Numbers"))
    ends = [r for r in table(text) if r["regime"] == "hld_aligned" and r["perturbation"] == "wt"]
    curve = results.curves.query("model_index == @model and regime == 'hld_aligned' and perturbation == 'wt'")
    found = [[float(ends[k][axis]) for axis in ("pc_1", "pc_2", "pc_3")] for k in (0, -1)]
    np.testing.assert_allclose(found, curve[["pc_1", "pc_2", "pc_3"]].iloc[[0, -1]], atol=2e-3)


def test_address_restores_the_view(browser, path, visit):
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
    shown = counts(visit)
    second = Visit(browser, path, address=address)
    second.shared()
    assert second.page.evaluate("location.hash") == address
    assert counts(second) == shown
    assert second.page.get_by_label("Vertical").input_value() == "segment_collinearity"
    assert second.page.locator("#card h2").text_content() == visit.page.locator("#card h2").text_content()
    assert second.complaints == []
    second.close()


@pytest.mark.parametrize("regimes", [("all",), ("all", "hld", "lopo")])
def test_any_number_of_regimes_opens(browser, make_results, tmp_path, regimes):
    """One regime or three: the page opens, in the dark too, and cards show every regime."""
    path = write_report(make_results(regimes=regimes), tmp_path / "report.html")
    visit = Visit(browser, path, address="#model=2", color_scheme="dark")
    visit.look_at_everything()
    visit.page.locator("#card").get_by_role("heading", name="Its place in every main number").wait_for()
    assert visit.page.locator("#card .ptitle").count() == len(regimes)
    assert visit.complaints == []
    visit.close()


def test_scheme_chosen_on_the_page(visit):
    """Dark on a light system, and it stays in the address."""
    light = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    visit.settle(lambda: visit.page.get_by_label("Colour scheme").select_option("dark"))
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert visit.shared()["theme"] == "dark"


def test_hostile_labels_are_shown_as_text(browser, make_results, tmp_path):
    """Markup in labels is read, not run, in every view and in cards."""
    results = make_results(
        perturbations=HOSTILE, losses=("<i>NT</i>&amp;", "t" * 300, "inf"), name="<script>alert(1)</script>"
    )
    visit = Visit(browser, write_report(results, tmp_path / "report.html"), address="#model=2")
    visit.look_at_everything()
    visit.page.locator("#card").get_by_role("heading", name="Its place in every main number").wait_for()
    assert visit.complaints == []
    assert visit.page.locator("h1").text_content() == "<script>alert(1)</script>"
    assert visit.page.locator("img").count() == visit.page.locator("main i, #card i").count() == 0
    keys = visit.page.locator("#card .keys button").all_text_contents()
    assert HOSTILE[0][:38] in keys[0]
    assert "NaN" in keys[4]
    assert visit.page.locator("td", has_text="<i>NT</i>&amp;").count() > 0
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280
    visit.close()


def test_empty_sweep_says_so(browser, make_results, tmp_path):
    """Without curves and scores over time the page tells it and still opens."""
    results = make_results()
    for name in ("curves", "f1_over_time", "health", "points_sample", "failures"):
        setattr(results, name, getattr(results, name).iloc[:0])
    visit = Visit(browser, write_report(results, tmp_path / "report.html"), address="#model=1")
    visit.look_at_everything()
    assert visit.complaints == []
    assert visit.page.get_by_text("No curve could be fitted").count() == 1
    visit.close()


def test_snips_are_shown_along_the_curves(browser, make_results, tmp_path):
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
    visit = Visit(browser, write_report(results, tmp_path / "report.html", images=folder), address="#model=0")
    card = visit.page.locator("#card")
    card.get_by_role("heading", name="Its place in every main number").wait_for()
    assert card.locator(".film").count() == 4
    lines = card.locator(".film").first.locator(".film-line")
    assert lines.count() == 2
    assert lines.first.locator("img").count() == 8
    figure = card.locator("figure", has=visit.page.get_by_role("heading", name="Its snips along the curves"))
    text, _ = downloaded(visit, figure.get_by_role("button", name="Numbers"))
    first = [
        float(row["time"]) for row in table(text) if (row["regime"], row["perturbation"]) == ("all", "wt")
    ]
    assert first == sorted(first)
    assert first[-1] - first[0] > 20
    lines.first.locator(".frame").nth(1).hover()
    assert "all_wt_" in visit.page.locator("#tip").text_content()
    assert visit.page.locator("img").evaluate_all(
        "all => all.every((i) => i.src.startsWith('data:image/jpeg'))"
    )
    assert [url for url in visit.requests if not url.startswith(("data:", "blob:", "file:"))] == []
    assert visit.complaints == []
    visit.close()


def test_changes_and_baseline_are_shown(browser, make_results, tmp_path):
    """Compared with an older sweep: the model that is gone, the number that moved; the baseline is a star."""
    results, old = make_results(), make_results()
    old.path = tmp_path / "old"
    old.summary = old.summary.iloc[:5].assign(f1_all=old.summary["f1_all"].iloc[:5] - 0.1)
    page = write_report(results, tmp_path / "report.html", compare=old, baseline=(old, 3))
    visit = Visit(browser, page)
    section = visit.page.locator("#changes")
    section.scroll_into_view_if_needed()
    assert "5 models are in both sweeps" in section.text_content()
    assert "1 are new" in section.text_content()
    text, _ = downloaded(visit, visit.card("Then against now").get_by_role("button", name="Numbers"))
    moved = [float(row["f1_all_now"]) - float(row["f1_all_then"]) for row in table(text)]
    np.testing.assert_allclose(moved, 0.1, atol=1e-5)
    canvas = visit.card("Models by two numbers").locator("canvas")
    assert coloured(canvas, "#ffd400") > 20
    assert visit.complaints == []
    visit.close()


def test_printed_page_holds_its_pictures(visit):
    """Printing draws every picture, also those that were never looked at."""
    visit.page.emulate_media(media="print")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.page.wait_for_timeout(200)
    assert visit.page.locator("figure.picture:not([data-drawn]) .plot:empty").count() == 0
    assert visit.page.locator("#card").is_hidden()
