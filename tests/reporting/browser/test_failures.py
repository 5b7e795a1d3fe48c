"""Which curves failed, and links that land where they say."""

from morphsweep.reporting import write_report


def test_health_map_tells_every_curve(visit, results, rows_of):
    """As many cells as curves; a cell's reason is that of the health table; a click opens the model."""
    card = visit.card("Health of every curve", section="failures")
    card.locator("svg.health-cells").wait_for()
    bad = results.health[~results.health["ok"]]
    assert (
        f"{len(bad)} of {len(results.health)} curves are not ok" in card.locator(".in-words").text_content()
    )
    pieces = {
        kind: card.locator(f"svg .{kind}").get_attribute("d").count("M") for kind in ("sound", "flagged")
    }
    assert pieces == {"sound": int(results.health["ok"].sum()), "flagged": len(bad)}
    svg = card.locator("svg.health-cells")
    svg.focus()
    svg.press("ArrowRight")
    tip = visit.page.locator("#tip").text_content()
    model = int(tip.removeprefix("model ")[0])
    assert model in set(bad["model_index"])
    assert "runs backwards in time" in tip
    visit.settle(lambda: svg.press("Enter"))
    assert visit.page.locator("#card h2").text_content() == f"Model {model}"
    visit.page.keyboard.press("Escape")
    text, _ = visit.downloaded(card.get_by_role("button", name="Numbers"))
    assert {(int(r["model_index"]), r["regime"], r["perturbation"]) for r in rows_of(text)} == set(
        bad[["model_index", "regime", "perturbation"]].itertuples(index=False, name=None)
    )


def test_links_land_on_their_section(visit):
    """A click in the bar brings the heading under it, also when pictures above were never drawn."""
    visit.page.get_by_role("link", name="Failures", exact=True).click()
    visit.page.wait_for_timeout(400)
    top = visit.page.locator("#failures h2").bounding_box()["y"]
    assert 40 < top < 140


def test_a_curve_that_is_missing_is_shown_as_such(open_page, make_results, tmp_path):
    """No curve is another thing than a curve that is not ok."""
    results = make_results()
    curves, health = results.curves, results.health
    gone = {"model_index": 2, "regime": "hld", "perturbation": "gdf3"}
    there = (curves[list(gone)] != list(gone.values())).any(axis=1)
    results.curves = curves[there]
    results.health = health[(health[list(gone)] != list(gone.values())).any(axis=1)]
    visit = open_page(write_report(results, tmp_path / "report.html"))
    card = visit.card("Health of every curve", section="failures")
    card.locator("svg .absent").wait_for(state="attached")
    assert card.locator("svg .absent").get_attribute("d").count("M") == 1
