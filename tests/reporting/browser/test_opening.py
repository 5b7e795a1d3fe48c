"""The page opens from disk, fits the screen, and prints; whatever the labels and the number of regimes are."""

import pytest

from morphsweep.reporting import write_report

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "عربي RTL \u202e<b>",
    "🧬 %{x} \"'&amp;",
    "x" * 300,
    "NaN",
)


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


@pytest.mark.parametrize("regimes", [("all",), ("all", "hld", "lopo")])
def test_any_number_of_regimes_opens(open_page, make_results, tmp_path, regimes):
    """One regime or three: the page opens, in the dark too, and cards show every regime."""
    path = write_report(make_results(regimes=regimes), tmp_path / "report.html")
    visit = open_page(path, address="#model=2", color_scheme="dark")
    visit.look_at_everything()
    visit.page.locator("#card").get_by_role("heading", name="Its place in every main number").wait_for()
    assert visit.page.locator("#card .ptitle").count() == len(regimes)


def test_scheme_chosen_on_the_page(visit):
    """Dark on a light system, and it stays in the address."""
    light = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    visit.settle(lambda: visit.page.get_by_label("Colour scheme").select_option("dark"))
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert visit.shared()["theme"] == "dark"


def test_hostile_labels_are_shown_as_text(open_page, make_results, tmp_path):
    """Markup in labels is read, not run, in every view and in cards."""
    results = make_results(
        perturbations=HOSTILE, losses=("<i>NT</i>&amp;", "t" * 300, "inf"), name="<script>alert(1)</script>"
    )
    visit = open_page(write_report(results, tmp_path / "report.html"), address="#model=2")
    visit.look_at_everything()
    visit.page.locator("#card").get_by_role("heading", name="Its place in every main number").wait_for()
    assert visit.page.locator("h1").text_content() == "<script>alert(1)</script>"
    assert visit.page.locator("img").count() == visit.page.locator("main i, #card i").count() == 0
    keys = visit.page.locator("#card .keys button").all_text_contents()
    assert HOSTILE[0][:38] in keys[0]
    assert "NaN" in keys[4]
    assert visit.page.locator("td", has_text="<i>NT</i>&amp;").count() > 0
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_empty_sweep_says_so(open_page, make_results, tmp_path):
    """Without curves and scores over time the page tells it and still opens."""
    results = make_results()
    for name in ("curves", "f1_over_time", "health", "points_sample", "failures"):
        setattr(results, name, getattr(results, name).iloc[:0])
    visit = open_page(write_report(results, tmp_path / "report.html"), address="#model=1")
    visit.look_at_everything()
    assert visit.page.get_by_text("No curve could be fitted").count() == 1


def test_page_fills_without_being_scrolled(visit):
    """In idle time every canvas is drawn, so that a picture of the whole page shows every view."""
    empty = """() => {
        const blank = (canvas) => !canvas.width || !canvas.height
            || !canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part > 0);
        const hosts = [...document.querySelectorAll("[data-view]")].filter((host) => !host.querySelector("svg, canvas, td, select"));
        return [...hosts, ...[...document.querySelectorAll("canvas")].filter(blank)].map((node) => node.outerHTML.slice(0, 90));
    }"""
    for _ in range(100):
        if not visit.page.evaluate(empty):
            break
        visit.page.wait_for_timeout(100)
    assert visit.page.evaluate(empty) == []
    assert visit.page.locator(".brick canvas").count() > 0
    assert visit.page.evaluate("scrollY") == 0


def test_what_a_number_means_opens_where_it_stands(visit):
    """The list of all numbers is folded until a link under a picture asks for one of them."""
    row = visit.page.locator("#metric-f1")
    assert not row.is_visible()
    visit.page.locator(".definitions a", has_text="f1").first.click()
    row.wait_for(state="visible")


def test_printed_page_holds_its_pictures(visit):
    """Printing draws every picture, also those that were never looked at."""
    visit.page.emulate_media(media="print")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.page.wait_for_timeout(200)
    assert visit.page.locator("figure.picture:not([data-drawn]) .plot:empty").count() == 0
    assert visit.page.locator("#card").is_hidden()
