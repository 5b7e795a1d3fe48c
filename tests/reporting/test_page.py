import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from morphsweep.reporting import write_report
from morphsweep.reporting.page import SCRIPTS, embedded_json
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_page import prepare_page

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!--",
    "عربي RTL \u202e<b>",
    "🧬 {{7*7}} %{x}",
    "x" * 300,
)


class Tags(HTMLParser):
    """Collects every element with its attributes, and the text of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag == "script"
        if self.inside:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "script"

    def handle_data(self, data):
        if self.inside:
            self.scripts[-1] += data


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    return write_report(results, tmp_path_factory.mktemp("page") / "sub" / "report.html").read_text(
        encoding="utf-8"
    )


@pytest.fixture(scope="module")
def hostile_results(make_results):
    return make_results(
        perturbations=HOSTILE, losses=("<i>NT</i>&amp;", "t" * 300), name='"><script>alert(1)</script>'
    )


def test_report_returns_its_path_and_leaves_no_other_file(results, tmp_path):
    """One file, complete, where it was asked for."""
    path = write_report(results, tmp_path / "report.html")
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_page_stays_within_its_budget(page):
    """Six models with all their curves, snips and scores, and everything that draws them: well under a megabyte."""
    assert len(page.encode()) < 0.9e6


def test_page_loads_nothing(page):
    """No element has an address on the network, and the policy forbids every request."""
    addresses = [
        value
        for _, attributes in parsed(page).elements
        for name, value in attributes.items()
        if name in {"src", "href", "action", "srcset", "data"}
    ]
    assert all(value.startswith(("#", "data:")) for value in addresses)
    assert "@import" not in page[: page.index("</style>")]
    policy = next(a["content"] for tag, a in parsed(page).elements if tag == "meta" and a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r"unsafe-eval|script-src[^;]*unsafe-inline|https?:|connect-src", policy)


def test_policy_names_exactly_the_scripts_of_the_page(page):
    """The hash of each script stands in the policy."""
    tags = parsed(page)
    policy = next(a["content"] for tag, a in tags.elements if tag == "meta" and a.get("http-equiv"))
    kinds = [a.get("type") for tag, a in tags.elements if tag == "script"]
    code = [text for kind, text in zip(kinds, tags.scripts, strict=True) if kind is None]
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in code
    }
    assert hashes == set(re.findall(r"'sha256-[^']+'", policy))


def test_numbers_in_the_page_are_the_document(page, results):
    """The embedded JSON and the packed numbers are what the prepare functions return."""
    document, numbers = prepare_page(results)
    embedded = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert json.loads(embedded[1]) == json.loads(json.dumps(document, allow_nan=False))
    packed = re.search(
        r'<script type="application/octet-stream" id="numbers">(.*?)</script>', page, re.DOTALL
    )
    assert packed[1] == numbers


def test_embedded_json_holds_no_markup():
    """No label can end the element that it stands in."""
    text = embedded_json({label: label for label in HOSTILE})
    assert not set("<>&") & set(text)
    assert text.isascii()
    assert json.loads(text) == {label: label for label in HOSTILE}


def test_hostile_labels_add_no_element(hostile_results, results, tmp_path):
    """Whatever labels say, the page has the same scripts and no image."""
    page = write_report(hostile_results, tmp_path / "page.html").read_text(encoding="utf-8")
    elements = [tag for tag, _ in parsed(page).elements]
    assert elements.count("script") == 4
    assert not {"img", "i", "iframe", "object"} & set(elements)
    assert not [a for _, attributes in parsed(page).elements for a in attributes if a.startswith("on")]


def test_same_results_give_the_same_page(results, tmp_path):
    """Nothing in the page depends on when or where it was made."""
    first = write_report(results, tmp_path / "a.html").read_bytes()
    assert first == write_report(results, tmp_path / "b.html").read_bytes()


def test_models_asked_for_are_shown_first(results, tmp_path):
    """`models` decides what the model views open with."""
    page = write_report(results, tmp_path / "page.html", models=[3, 0]).read_text(encoding="utf-8")
    assert '"shown":[3,0]' in page


def test_replicates_of_the_winner_are_named_as_ties(make_results, tmp_path):
    """A model of the winner's configuration is told as not separated from it."""
    results = make_results()
    results.summary["configuration"] = 0
    document = prepare_document(results)
    assert document["decision"]["ties"]
    page = write_report(results, tmp_path / "page.html").read_text(encoding="utf-8")
    told = page[page.index("A tie with") : page.index("the numbers do not separate them")]
    assert re.findall(r'data-open-model="(\d+)"', told) == list(map(str, document["decision"]["ties"]))


def test_no_two_scripts_give_a_thing_the_same_name():
    """They share one scope, in which a later function would silently take the place of an earlier one."""
    assets = files("morphsweep.reporting") / "assets" / "report"
    named = [
        found
        for name in SCRIPTS
        for found in re.findall(
            r"^(?:async )?(?:function|const|let|class) (\w+)",
            (assets / f"{name}.js").read_text("utf-8"),
            re.MULTILINE,
        )
    ]
    assert len(named) > 100
    assert [name for name, count in Counter(named).items() if count > 1] == []
