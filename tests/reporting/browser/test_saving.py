"""The saved decision is that of the command line."""

import json

import pytest

from morphsweep.reporting import write_report
from morphsweep.selection import SweepFacts, decision_record, select
from morphsweep.selection.configurations import replicates_of
from morphsweep.selection.rating import values_of
from morphsweep.selection.tying import within_limits


def chosen(results, where):
    """What the command line says for the same conditions."""
    facts = SweepFacts.from_info(results.info, scores=results.scores)
    return select(results.summary, where=where, facts=facts)


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
def test_saved_decision_is_that_of_the_command_line(open_page, results, tmp_path, where):
    """The saved JSON equals what select --json prints, also after thresholds were typed in the page."""
    visit = open_page(write_report(results, tmp_path / "report.html", where=where))
    saved, name = visit.downloaded(visit.page.get_by_role("button", name="Save decision"))
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


def test_typed_thresholds_give_the_same_record(visit, results):
    """Numbers and quantiles typed in the fields are the conditions of the command line."""
    visit.settle(
        lambda: visit.page.get_by_label("Discriminative: value, or a quantile such as q50").fill("0.78")
    )
    visit.settle(lambda: visit.page.get_by_label("Robust: value, or a quantile such as q50").fill("q30"))
    saved, _ = visit.downloaded(visit.page.get_by_role("button", name="Save decision"))
    told = json.loads(json.dumps(chosen(results, ["f1_all > 0.78", "aligned_rmse_rel <= q30"]).to_json()))
    found = json.loads(saved)
    assert found | told == found
    assert found["uncertainty"] is None


def test_replicates_tie_in_the_page_as_on_the_command_line(open_page, make_results, tmp_path):
    """With replicates the opening record holds the draws; after a threshold moved, ties are those of the noise alone."""
    results = make_results()
    results.summary = results.summary.assign(configuration=[0, 1, 2, 0, 1, 2])
    visit = open_page(write_report(results, tmp_path / "report.html"))
    button = visit.page.get_by_role("button", name="Save decision")
    opened = json.loads(visit.downloaded(button)[0])
    choice = chosen(results, None)
    assert opened["ties"] == choice.ties
    assert opened["table"] == json.loads(json.dumps(choice.to_json()["table"]))
    assert opened["uncertainty"]["n_draws"] == choice.uncertainty.n_draws
    visit.settle(
        lambda: visit.page.get_by_label("Discriminative: value, or a quantile such as q50").fill("0.71")
    )
    moved = json.loads(visit.downloaded(button)[0])
    choice = chosen(results, ["f1_all > 0.71", "aligned_rmse_rel <= q50"])
    rows = {m: r for r, m in enumerate(results.summary["model_index"])}
    values = values_of(choice.models, choice.applied)
    thresholds = [axis.threshold for axis in choice.criteria.axes]
    near = within_limits(values, choice.applied, thresholds, rows[choice.winner], choice.noise)
    tied = {m for m, r in rows.items() if near[r]} | set(replicates_of(choice.models.frame, choice.winner))
    assert moved["winner"] == choice.winner
    assert set(moved["ties"]) == tied - {choice.winner}
    assert "frequency" not in moved["table"][0]


def test_partial_and_equal_models_are_cut_in_the_page_as_on_the_command_line(
    open_page, make_results, tmp_path
):
    """Quantiles typed in the page leave partial numbers out; of equal models the lowest number wins and the other ties."""
    results = make_results()
    rows = results.summary.index[:2]
    results.summary.loc[rows, ["f1_all", "aligned_rmse_rel"]] = [0.95, 0.1]
    results.summary.loc[results.summary.index[2], "aligned_rmse_rel"] = 0.01
    scores = results.scores
    partial = scores["metric"].isin(["aligned_rmse_rel", "f1"]) & (scores["model_index"] == 2)
    scores.loc[partial, "status"] = "partial"
    visit = open_page(write_report(results, tmp_path / "report.html"))
    for level in ("q50", "q40"):
        visit.settle(
            lambda typed=level: visit.page.get_by_label("Robust: value, or a quantile such as q50").fill(
                typed
            )
        )
        saved = json.loads(visit.downloaded(visit.page.get_by_role("button", name="Save decision"))[0])
        choice = chosen(results, ["f1_all > 0.7", f"aligned_rmse_rel <= {level}"])
        told = json.loads(json.dumps(choice.to_json()))
        assert {name: saved[name] for name in told} == told
        assert "over the 5 models with a number, 1 partial left out" in saved["rule"]
        assert saved["ties"] == [1]
        shown = visit.counts()
        for number, members in choice.tranches.items():
            assert len(members) == shown[str(number)]


def test_a_threshold_on_another_number_begins_at_the_median_of_the_full(open_page, make_results, tmp_path):
    """Choosing a number for an axis cuts as q50 of it does on the command line."""
    results = make_results()
    results.scores.loc[
        (results.scores["metric"] == "aligned_rmse") & (results.scores["model_index"] == 0), "status"
    ] = "partial"
    visit = open_page(write_report(results, tmp_path / "report.html"))
    visit.settle(lambda: visit.page.get_by_label("Robust: number").select_option("aligned_rmse"))
    saved = json.loads(visit.downloaded(visit.page.get_by_role("button", name="Save decision"))[0])
    assert saved["rule"] == chosen(results, ["f1_all > 0.7", "aligned_rmse <= q50"]).rule
    assert "1 partial left out" in saved["rule"]
