"""What snips are taken for, and the course of every individual: on cards and side by side."""

import io

import numpy as np
import pandas as pd
import pytest

from morphsweep.reporting import write_report
from morphsweep.reporting.page import render_page
from morphsweep.reporting.prepare_page import prepare_page
from morphsweep.sweep import recognition


@pytest.fixture(scope="module")
def planted_page(planted, tmp_path_factory):
    """The page of the sweep with stored predictions."""
    return write_report(planted, tmp_path_factory.mktemp("recognition") / "report.html")


def picture(visit, title, *, inside="#card"):
    """A picture of the card, or of another part of the page."""
    heading = visit.page.get_by_role("heading", name=title, exact=True)
    figure = visit.page.locator(f"{inside} figure.picture", has=heading)
    figure.scroll_into_view_if_needed()
    return figure


@pytest.mark.parametrize("score", ["F1", "PR-AUC", "AUROC"])
def test_scores_over_time_have_bands(open_page, planted_page, score):
    """Every measure shows its interval, and the saved numbers hold its ends around it."""
    visit = open_page(planted_page, address="#model=1")
    card = picture(visit, "Discrimination over time")
    card.get_by_label("Score").select_option(label=score)
    card = picture(visit, "Discrimination over time")  # the card is drawn anew
    assert card.locator("path.band").count() == card.locator("path.time-line").count() > 0
    name = score.lower().replace("-", "_")
    low, high = ("low", "high") if name == "f1" else (f"{name}_low", f"{name}_high")
    text, _ = visit.downloaded(card.get_by_role("button", name="Numbers"))
    told = pd.read_csv(io.StringIO(text)).dropna(subset=[name, low])
    assert len(told)
    assert (told[low] <= told[high] + 1e-9).all()


def test_confusion_on_the_card_is_that_of_the_predictions(open_page, planted, planted_page, rows_of):
    """The picture's numbers repeat the recognition of the results; a regime switch redraws and enters the address."""
    visit = open_page(planted_page, address="#model=1")
    card = picture(visit, "What its snips are taken for")
    assert card.locator("svg.small").count() == len(planted.info["perturbations"])
    before = card.locator(".taken").first.get_attribute("d")
    visit.settle(lambda: card.get_by_label("Trained on").select_option("hld"))
    assert card.locator(".taken").first.get_attribute("d") != before
    assert visit.shared()["regime"] == "hld"
    courses = picture(visit, "Course of every individual")
    assert courses.get_by_label("Trained on").input_value() == "hld"
    text, name = visit.downloaded(card.get_by_role("button", name="Numbers"))
    assert name == "confusion_over_time_1.csv"
    told = {
        (r["regime"], r["perturbation"], r["predicted"], round(float(r["time"]), 1)): float(r["share"])
        for r in rows_of(text)
    }
    frame = recognition(planted, 1).confusion.dropna(subset="share")
    keys = zip(
        frame["regime"], frame["perturbation"], frame["predicted"], frame["time"].round(1), strict=True
    )
    assert len(told) == len(frame)
    np.testing.assert_allclose([told[key] for key in keys], frame["share"], atol=6e-4)


def test_hover_and_keys_name_the_individual(open_page, planted, planted_page, rows_of):
    """Pointing at a line tells which individual it is and its probability, which is that of the predictions."""
    visit = open_page(planted_page, address="#model=0")
    card = picture(visit, "Course of every individual")
    panel = card.locator("svg.small").first
    panel.scroll_into_view_if_needed()
    box = panel.bounding_box()
    tip = visit.page.locator("#tip")
    for y in range(26, 120, 6):  # down through the panel until a line is met
        visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + y)
        if tip.is_visible():
            break
    people = set(planted.snips["individual"])
    named = tip.locator(".tip-title").text_content()
    assert named in people
    assert card.locator(".course.followed").get_attribute("data-individual") == named
    panel.focus()
    panel.press("ArrowDown")
    first = tip.locator(".tip-title").text_content()
    panel.press("ArrowDown")
    assert {first, tip.locator(".tip-title").text_content()} <= people
    assert tip.locator(".tip-title").text_content() != first
    text, _ = visit.downloaded(card.get_by_role("button", name="Numbers"))
    told = {
        (r["regime"], r["individual"], round(float(r["time"]), 1)): float(r["probability"])
        for r in rows_of(text)
    }
    frame = recognition(planted, 0).courses
    frame = frame.assign(
        key=list(zip(frame["regime"], frame["individual"], frame["time"].round(1), strict=True))
    )
    kept = frame[frame["key"].isin(list(told))]
    assert len(kept) == len(told) > 100
    np.testing.assert_allclose([told[key] for key in kept["key"]], kept["probability"], atol=2.6e-3)


def test_two_models_follow_the_same_individual(open_page, planted_page):
    """Side by side, an individual is marked in both models; the definition of the picture is one click away."""
    visit = open_page(planted_page, address="#pinned=0+1")
    visit.card("Course of every individual", section="compare")
    card = picture(visit, "Course of every individual", inside="#compare")
    assert card.locator(".panel-row").all_text_contents() == ["Amodel 0", "Bmodel 1"]
    panel = card.locator("svg.small").first
    panel.focus()
    panel.press("ArrowDown")
    marked = card.locator(".course.followed").evaluate_all("all => all.map((n) => n.dataset.individual)")
    assert len(marked) == 2
    assert len(set(marked)) == 1
    card.get_by_role("link", name="predicted_probability").click()
    assert "true perturbation" in visit.page.locator("#metric-predicted_probability").text_content()


def test_hostile_names_of_individuals_are_text(open_page, planted, tmp_path):
    """Markup in the name of an individual or a perturbation is shown, not run."""
    document, numbers = prepare_page(planted)
    hostile = "<img src=x onerror=alert(1)>\u202e 'NaN' inf"
    document["perturbations"][0]["name"] = hostile
    described = document["numbers"]["recognition"]
    described["individuals"] = [f"{hostile}{k}" for k in range(len(described["individuals"]))]
    page = tmp_path / "report.html"
    page.write_text(render_page(document, numbers), encoding="utf-8")
    visit = open_page(page, address="#model=0")
    card = picture(visit, "Course of every individual")
    panel = card.locator("svg.small").first
    assert hostile[:20] in panel.locator(".ptitle").text_content()
    panel.focus()
    panel.press("ArrowDown")
    assert hostile in visit.page.locator("#tip .tip-title").text_content()
    assert visit.page.locator("#card img").count() == 0


def test_downloaded_numbers_are_those_of_the_file(open_page, planted, planted_page, rows_of):
    """The CSV of the first picture repeats scores.parquet of the results folder to the last digit."""
    visit = open_page(planted_page)
    card = visit.card("Models by two numbers")
    text, _ = visit.downloaded(card.get_by_role("button", name="Numbers"))
    told = {int(row["model_index"]): float(row["f1_all"]) for row in rows_of(text)}
    scores = pd.read_parquet(planted.path / "scores.parquet")
    scores = scores.query("metric == 'f1' and regime == 'all' and perturbation == 'avg_pert'")
    assert told == dict(zip(scores["model_index"], scores["value"], strict=True))
