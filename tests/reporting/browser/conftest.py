"""The page as a reader meets it: opened from disk in Chromium, without network."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from morphsweep.io import write_sweep_folder
from morphsweep.reporting import write_report
from morphsweep.simulation import simulate_planted_pair
from morphsweep.sweep import evaluate

CHROMIUM = Path("/usr/bin/chromium")
QUICK = "\n[settings]\nn_permutations = 20\nn_replicates = 20\nbaselines = []\nn_sample_points = 50\n"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests beside this file need Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser():
    """Chromium, without a window."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed at /usr/bin/chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def path(results, tmp_path_factory):
    """The page of the usual sweep."""
    return write_report(results, tmp_path_factory.mktemp("browser") / "report.html")


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """An evaluated sweep of two models, with stored predictions."""
    folder = tmp_path_factory.mktemp("planted")
    pair = simulate_planted_pair("batch")
    sweep = write_sweep_folder(
        folder / "sweep",
        manifest=pair.manifest,
        embeddings=pair.embeddings,
        truth=pair.truth,
        config=pair.sweep_file + QUICK,
        manifest_name=pair.manifest_name,
    )
    return evaluate(sweep, folder / "results", workers=1)


@pytest.fixture
def open_page(browser) -> "Callable[..., Visit]":
    """A function that opens a page; at the end of the test no page may have complained or asked for anything."""
    visits: list[Visit] = []

    def open_page(path: Path, **options: Any) -> Visit:
        visits.append(Visit(browser, path, **options))
        return visits[-1]

    yield open_page
    for visit in visits:
        assert visit.complaints == []
        assert [url for url in visit.requests if not url.startswith(("data:", "blob:", "file:"))] == []
        visit.context.close()


@pytest.fixture
def visit(open_page, path):
    """The page of the usual sweep, open."""
    return open_page(path)


@pytest.fixture
def rows_of() -> Callable[[str], list[dict[str, str]]]:
    """A function that reads CSV."""
    return lambda text: list(csv.DictReader(io.StringIO(text)))


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

    def counts(self) -> dict[str, int]:
        """Models per tranche, as shown beside the picture."""
        buttons = self.page.locator(".tranche-counts button")
        return {b.get_attribute("data-tranche"): int(b.locator("b").text_content()) for b in buttons.all()}

    def downloaded(self, button: Any) -> tuple[str, str]:
        """The text that a button hands over, and its name."""
        with self.page.expect_download() as waiting:
            button.click()
        return Path(waiting.value.path()).read_text(encoding="utf-8"), waiting.value.suggested_filename

    def column(self, name: str) -> list[str]:
        """Cells of a column of the table, from the top."""
        head = self.page.locator(".grid-table thead th")
        place = head.evaluate_all("(cells, name) => cells.findIndex((c) => c.dataset.column === name)", name)
        cells: list[str] = self.page.locator(
            f".grid-table tbody tr > :nth-child({place + 1})"
        ).all_text_contents()
        return cells

    def coloured(self, canvas: Any, colour: str) -> int:
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
        found: int = canvas.evaluate(code, wanted)
        return found
