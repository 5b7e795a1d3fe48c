"""The table of all models."""


def test_table_sorts_best_first_and_turns_round(visit):
    """A click puts the best on top, a second the worst; a missing value stays last; the keyboard does the same."""
    visit.card("Scores of every model")
    header = visit.page.locator(".grid-table th[data-column=aligned_rmse] button")
    visit.settle(header.click)
    rising = [float(text) for text in visit.column("aligned_rmse")]
    assert rising == sorted(rising)
    head = visit.page.locator(".grid-table th[data-column=aligned_rmse]")
    assert head.get_attribute("aria-sort") == "ascending"
    visit.settle(lambda: header.press("Enter"))
    assert [float(text) for text in visit.column("aligned_rmse")] == rising[::-1]
    visit.settle(visit.page.locator(".grid-table th[data-column=dispersion_first_all] button").click)
    assert visit.column("dispersion_first_all")[-1] == "\N{EN DASH}"


def test_table_filters_by_words_and_conditions(visit, results, rows_of):
    """A word and a condition together; what is shown can be selected and taken away."""
    visit.card("Scores of every model")
    field = visit.page.get_by_placeholder("triplet, beta")
    visit.settle(lambda: field.fill("triplet, beta >= 1"))
    summary = results.summary
    wanted = summary[(summary["metric_loss_type"] == "triplet") & (summary["beta"] >= 1)]["model_index"]
    assert visit.page.locator(".grid-table tbody tr").count() == len(wanted)
    text, _ = visit.downloaded(visit.card("Scores of every model").get_by_role("button", name="Numbers"))
    assert {int(row["model_index"]) for row in rows_of(text)} == set(wanted)
    assert visit.shared()["find"] == "triplet, beta >= 1"


def test_table_hides_what_does_not_vary(visit):
    """A hyper-parameter with one value is hidden until it is asked for."""
    visit.card("Scores of every model")
    assert visit.page.locator(".grid-table th[data-column=margin]").count() == 0
    visit.page.get_by_label("also columns that do not vary").check()
    assert visit.page.locator(".grid-table th[data-column=margin]").count() == 1
