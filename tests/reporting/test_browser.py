"""The page as a reader meets it: opened from disk in Chromium, without network."""

import csv
import io
from pathlib import Path
from typing import Any

import matplotlib.image as mpimg
import numpy as np
import pytest

from morphsweep.reporting import write_report

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = ("</script><img src=x onerror=alert(1)>", "عربي RTL <b>", "🧬 %{x}", "x" * 300)
# Software rendering, so that 3-D plots are drawn without a graphics card.
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """An open page with everything it complained of or asked for."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900}, **options)
        self.page.set_default_timeout(90_000)  # 3-D without a graphics card, on a busy machine
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")

    def card(self, title: str) -> Any:
        """A picture, scrolled into view and drawn."""
        card = self.page.locator(
            "figure.picture", has=self.page.get_by_role("heading", name=title, exact=True)
        )
        card.scroll_into_view_if_needed()
        plots = card.locator(".pane-plot") if card.locator(".pane-plot").count() else card.locator(".plot")
        for plot in plots.all():
            self.drawn(plot)
        return card

    def drawn(self, plot: Any) -> Any:
        """The same plot, once it is drawn."""
        plot.scroll_into_view_if_needed()
        self.page.wait_for_function("node => node.dataset.drawn === 'yes'", arg=plot.element_handle())
        return plot

    def look_at_everything(self) -> None:
        """Scroll through the page, so that every picture is drawn."""
        for plot in self.page.locator("figure .pane-plot, figure .plot:not(:has(.pane-plot))").all():
            self.drawn(plot)


@pytest.fixture(scope="module")
def visit(browser, results, tmp_path_factory):
    path = write_report(results, tmp_path_factory.mktemp("browser") / "report.html")
    visit = Visit(browser, path)
    yield visit
    assert visit.complaints == []
    visit.page.close()


def test_opens_without_error_or_request(visit):
    """Nothing is complained of, and nothing but the file itself (and what it holds) is asked for."""
    visit.look_at_everything()
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(("data:", "blob:"))] == [visit.page.url]


def test_page_fits_a_laptop(visit):
    """Nothing sticks out at 1280 pixels."""
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_dropdown_changes_the_axis(visit, results):
    """Choosing a metric redraws the picture with that metric's words and numbers."""
    card = visit.card("Any two numbers against each other")
    card.get_by_label("Horizontal").select_option("dispersion_last_all")
    card.get_by_label("Colour").select_option("beta")
    title = card.locator(".xtitle").text_content()
    drawn = card.locator(".plot").evaluate("node => node.data.flatMap((trace) => [...trace.x])")
    assert title.startswith("Dispersion, last points · all")
    assert set(np.round(results.summary["dispersion_last_all"], 4)) == set(np.round(drawn, 4))


def test_table_sorts_best_first_and_turns_round(visit):
    """A click puts the best on top, a second the worst; a missing value stays last; the keyboard does the same."""
    table = visit.page.locator(".grid-table")

    def column(name):
        place = table.locator("thead th").evaluate_all(
            "(cells, name) => cells.findIndex((c) => c.dataset.column === name)", name
        )
        return table.locator(f"tbody tr > :nth-child({place + 1})").all_text_contents()

    header = table.locator("th[data-column=aligned_rmse] button")
    header.click()
    rising = [float(text) for text in column("aligned_rmse")]
    assert rising == sorted(rising)
    assert table.locator("th[data-column=aligned_rmse]").get_attribute("aria-sort") == "ascending"
    header.press("Enter")
    assert [float(text) for text in column("aligned_rmse")] == rising[::-1]
    table.locator("th[data-column=dispersion_first_all] button").click()
    assert column("dispersion_first_all")[-1] == "\N{EN DASH}"


def test_table_hides_what_does_not_vary(visit):
    """A hyper-parameter with one value is hidden until it is asked for."""
    card = visit.page.locator("figure.picture", has=visit.page.locator(".grid-table"))
    assert card.locator("th[data-column=margin]").count() == 0
    card.get_by_label("also columns that do not vary").check()
    assert card.locator("th[data-column=margin]").count() == 1
    card.get_by_label("also columns that do not vary").uncheck()


def test_numbers_of_a_picture_can_be_taken_away(visit, results):
    """The button hands over the numbers that are drawn."""
    with visit.page.expect_download() as waiting:
        visit.card("Selection: how discriminative, how robust").get_by_role("button", name="Numbers").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert waiting.value.suggested_filename == "selection.csv"
    assert [float(row["f1_all"]) for row in rows] == pytest.approx(
        results.summary["f1_all"].tolist(), rel=1e-5
    )


def test_picking_a_model_shows_its_curves(visit):
    """A model picked in the table gets its pictures, and its curves are really drawn in 3-D."""
    panes = visit.page.locator(".curve-pane")
    shown = panes.all_text_contents()
    other = next(model for model in range(6) if not any(f"model {model}" in text for text in shown))
    visit.page.locator(f".grid-table tbody tr[data-model='{other}'] th button").click()
    pane = panes.last
    assert panes.count() == len(shown) + 1
    assert f"model {other}" in pane.text_content()
    visit.drawn(pane.locator(".pane-plot"))
    visit.page.wait_for_timeout(500)
    picture = mpimg.imread(io.BytesIO(pane.screenshot()))[..., :3] * 255
    orange = np.abs(picture - np.array([213, 94, 0])).sum(axis=-1) < 60
    assert orange.sum() > 100


def test_perturbation_can_be_switched_off(visit):
    """A pressed key leaves its perturbation out of every 3-D plot."""
    card = visit.card("Curves in the space of each model")
    names = "node => node.data.map((trace) => trace.name)"
    assert "gdf3" in card.locator(".pane-plot").first.evaluate(names)
    card.get_by_role("button", name="gdf3").click()
    assert "gdf3" not in card.locator(".pane-plot").first.evaluate(names)
    card.get_by_role("button", name="gdf3").click()


def test_point_can_be_clicked(visit):
    """A click on a point of the selection chooses that model."""
    plot = visit.card("Selection: how discriminative, how robust").locator(".plot")
    plot.evaluate("node => node.emit('plotly_click', { points: [{ customdata: 5 }] })")
    assert any("model 5" in text for text in visit.page.locator(".chosen .pick").all_text_contents())


@pytest.mark.parametrize("regimes", [("all",), ("all", "hld", "lopo")])
def test_any_number_of_regimes_opens(browser, make_results, tmp_path, regimes):
    """One regime or three: the page opens, in the dark too."""
    path = write_report(make_results(regimes=regimes), tmp_path / "report.html")
    visit = Visit(browser, path, color_scheme="dark")
    visit.look_at_everything()
    assert visit.complaints == []
    assert visit.page.locator(".time-pane .xtitle, .time-pane .x2title, .time-pane .x3title").count() >= len(
        regimes
    )
    visit.page.close()


def test_hostile_labels_are_shown_as_text(browser, make_results, tmp_path):
    """Markup in labels is read, not run."""
    results = make_results(
        perturbations=HOSTILE, losses=("<i>NT</i>&amp;", "t" * 300), name="<script>alert(1)</script>"
    )
    visit = Visit(browser, write_report(results, tmp_path / "report.html"))
    visit.look_at_everything()
    assert visit.complaints == []
    assert visit.page.locator("h1").text_content() == "<script>alert(1)</script>"
    assert visit.page.locator("img").count() == 0
    legend = visit.page.locator(".time-pane .legendtext").all_text_contents()
    assert HOSTILE[0] in legend
    assert visit.page.locator("td", has_text="<i>NT</i>&amp;").count() > 0
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280
    visit.page.close()


def test_empty_sweep_says_so(browser, make_results, tmp_path):
    """Without curves and scores over time the page tells it and still opens."""
    results = make_results()
    for name in ("curves", "f1_over_time", "health", "points_sample", "failures"):
        setattr(results, name, getattr(results, name).iloc[:0])
    visit = Visit(browser, write_report(results, tmp_path / "report.html"))
    visit.look_at_everything()
    assert visit.complaints == []
    assert visit.page.get_by_text("No curve could be fitted").count() == 1
    visit.page.close()
