import json
import math

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.records import AVERAGE
from morphsweep.reporting.catalogue import catalogue, specs, title
from morphsweep.reporting.colors import PALETTE, perturbation_colors
from morphsweep.reporting.numbers import column_values, jsonable, rounded
from morphsweep.reporting.prepare_curves import prepare_curves, prepare_health_counts, thinned
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.prepare_scores import model_labels
from morphsweep.reporting.source import hyperparameters, varying


@pytest.fixture(scope="module")
def document(results):
    return prepare_document(results)


def test_document_is_plain_json_without_nan(document):
    """The document survives strict JSON and comes back unchanged."""
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_inputs_stay_untouched(make_results):
    """Preparing leaves every table as it was."""
    results, before = make_results(), make_results()
    prepare_document(results)
    for name in (
        "summary",
        "scores",
        "models",
        "curves",
        "f1_over_time",
        "health",
        "points_sample",
        "failures",
    ):
        pd.testing.assert_frame_equal(getattr(results, name), getattr(before, name))


def test_numbers_are_rounded_and_the_rest_is_null():
    """Significant digits stay, NaN and infinities do not."""
    assert rounded([0.000123456, -98765.4, math.nan, -math.inf]) == [0.0001235, -98770.0, None, None]
    assert column_values(pd.Series([True, False])) == [True, False]
    assert jsonable({"a": np.float64("nan"), "b": (np.int64(3), None, pd.NA)}) == {
        "a": None,
        "b": [3, None, None],
    }


def test_columns_take_their_words_from_the_declaration(results):
    """Label, unit, direction and regime of a column come from the metric's spec and the scores."""
    columns = catalogue(
        results.summary, results.scores, hyperparameters=hyperparameters(results), declared=specs()
    )
    spec = specs()["aligned_rmse"]
    assert columns["aligned_rmse"].regime is None
    assert title(columns["aligned_rmse"]) == f"{spec.label} ({spec.unit}), lower is better"
    assert columns["f1_hld"].label == "F1 · hld"
    assert columns["segment_collinearity_within_all"].metric == "segment_collinearity_within"
    assert columns["beta"].kind == "hyperparameter"
    assert columns["configuration"].kind == "identity"


def test_shift_is_a_comparison_best_near_zero(results):
    """A shift takes its words from its metric and says which regime is subtracted."""
    scores = results.scores.assign(metric=results.scores["metric"].replace("gyration", "gyration_shift"))
    summary = pd.DataFrame({"model_index": [0], "gyration_shift": [0.1]})
    column = catalogue(summary, scores, hyperparameters=[], declared=specs())["gyration_shift"]
    assert (column.scope, column.better) == ("pair", "range")
    assert "other regime minus reference" in column.description


def test_hyperparameter_whose_name_is_taken_stands_under_its_prefix(make_results):
    """A knob called like a score is found as hp_<name>; the score stays a score."""
    results = make_results()
    results.summary = results.summary.rename(columns={"margin": "hp_aligned_rmse"})
    results.info["hyperparameters"] = ["metric_loss_type", "beta", "aligned_rmse"]
    assert hyperparameters(results) == ["metric_loss_type", "beta", "hp_aligned_rmse"]


def test_models_keep_the_order_and_values_of_the_summary(document, results):
    """Row k of every list is row k of summary.csv."""
    models = document["models"]
    assert models["index"] == results.summary["model_index"].tolist()
    np.testing.assert_allclose(models["values"]["f1_all"], results.summary["f1_all"], rtol=1e-5)
    assert len(models["tranche"]) == len(models["pareto"]) == len(models["label"]) == 6


def test_only_varying_hyperparameters_name_a_model(results):
    """The label holds what tells models apart and nothing else."""
    assert varying(results) == ["metric_loss_type", "beta"]
    assert model_labels(results)[4] == "model 4 · metric_loss_type triplet · beta 1"


def test_missing_value_is_null_and_has_its_reason(document):
    """No gap without a reason beside it."""
    assert document["models"]["values"]["dispersion_first_all"][5] is None
    assert document["models"]["notes"]["dispersion_first_all"] == {
        "5": "not_computable: fewer than two curves"
    }


def test_values_of_single_perturbations_are_kept_in_model_order(document, results):
    """by_perturbation repeats the tidy scores, a list per perturbation."""
    scores = results.scores.query("metric == 'f1' and regime == 'hld' and perturbation == 'gdf3'")
    np.testing.assert_allclose(document["by_perturbation"]["f1_hld"]["gdf3"], scores["value"], rtol=1e-3)
    assert AVERAGE not in document["by_perturbation"]["f1_hld"]


def test_reference_vs_other_names_both_columns(document):
    """Each metric of a run is paired with itself under the other regime; comparisons are not."""
    entries = {entry["metric"]: entry for entry in document["reference_vs_other"]}
    assert entries["f1"]["reference"] == "f1_all"
    assert entries["f1"]["others"] == {"hld": "f1_hld"}
    assert "aligned_rmse" not in entries
    assert document["rmse"] == [{"regime": None, "initial": "initial_rmse", "aligned": "aligned_rmse"}]


def test_a_number_that_no_model_has_under_both_regimes_is_not_paired(make_results):
    """A metric that the reference cannot have gets no empty picture."""
    results = make_results()
    results.summary["auroc_all"] = np.nan
    metrics = {entry["metric"] for entry in prepare_document(results)["reference_vs_other"]}
    assert "f1" in metrics
    assert "auroc" not in metrics


def test_three_regimes_give_a_pair_for_each_other(make_results):
    """With several other regimes every one has its own columns."""
    document = prepare_document(
        make_results(regimes=("all", "hld", "lopo")), where=["f1_all > 0.7", "aligned_rmse_hld <= 1"]
    )
    assert {entry["regime"] for entry in document["rmse"]} == {"hld", "lopo"}
    assert document["reference_vs_other"][0]["others"].keys() == {"hld", "lopo"}


def test_one_regime_has_no_robust_axis(make_results):
    """A sweep with one regime is drawn by its discriminative score alone."""
    document = prepare_document(make_results(regimes=("all",)))
    assert document["decision"]["axes"]["y"] is None
    assert document["reference_vs_other"] == document["rmse"] == []


def test_thresholds_are_resolved_numbers(results):
    """A quantile becomes the number that is drawn, and its text tells both."""
    conditions = prepare_document(results, where=["f1_all > 0.7", "aligned_rmse <= q50"])["decision"]["axes"][
        "conditions"
    ]
    median = float(results.summary["aligned_rmse"].median())
    assert [c["column"] for c in conditions] == ["f1_all", "aligned_rmse"]
    assert conditions[1]["value"] == pytest.approx(median)
    assert conditions[1]["text"] == f"aligned_rmse <= q50 = {median:.3g}"


def test_decision_repeats_the_selection(document, results):
    """Every model is in exactly one tranche or named as having none, and the winner leads the first."""
    tranches = document["decision"]["tranches"]
    assert sorted(m for t in tranches for m in t["models"]) == results.summary["model_index"].tolist()
    assert document["decision"]["winner"] == tranches[0]["models"][0] == document["shown"][0]


def test_missing_rule_leaves_a_page_without_a_decision(make_results):
    """When the score that the rule needs was not computed, the page says so and the rest stands."""
    results = make_results()
    results.summary = results.summary.drop(columns=[c for c in results.summary if c.startswith("f1")])
    document = prepare_document(results)
    assert document["decision"]["winner"] is None
    assert "f1_all" in document["decision"]["warnings"][0]


def test_bad_condition_of_the_user_is_refused(results):
    """A condition that was asked for is never dropped silently."""
    with pytest.raises(InvalidInput, match="f1_al"):
        prepare_document(results, where=["f1_al > 0.7"])


def test_unknown_model_is_refused_with_the_known_ones(results):
    """Asking for a model that is not there names those that are."""
    with pytest.raises(InvalidInput, match="no model 77 in results; models: 0, 1, 2, 3, 4, 5"):
        prepare_document(results, models=[1, 77])


def test_curves_are_thinned_to_a_hundred_points_with_both_ends(results):
    """The first and the last point of a curve survive thinning."""
    line = prepare_curves(results)["3"]["hld_aligned"]["gdf3"]
    full = results.curves.query("model_index == 3 and regime == 'hld_aligned' and perturbation == 'gdf3'")
    assert len(line["x"]) == len(line["t"]) == 100
    assert [line["x"][0], line["x"][-1]] == pytest.approx(
        [full["pc_1"].iloc[0], full["pc_1"].iloc[-1]], rel=1e-3
    )


def test_thinning_keeps_short_tables_whole():
    """Nothing is dropped or repeated when there is little."""
    assert thinned(pd.DataFrame({"k": [1, 2]}), 5)["k"].tolist() == [1, 2]


def test_f1_over_time_keeps_missing_bins_as_gaps(document):
    """A bin without a score is null, at its place."""
    series = document["over_time"]["runs"]["0"]["all"]["wt"]
    assert series["f1"][0] is None
    assert len(series["time"]) == len(series["f1"]) == len(series["auroc"]) == 20
    assert "low" not in series


def test_health_lists_only_curves_that_are_not_ok(document):
    """Each doubtful curve is named with its reason."""
    assert [row["reason"] for row in document["health"]] == ["runs backwards in time"] * 2


def test_changed_settings_are_told_apart_from_the_protocols(document):
    """Only what the lab set itself counts as changed."""
    provenance = document["provenance"]
    assert [(s["name"], s["value"], s["source"]) for s in provenance["changed"]] == [
        ("bandwidth", "0.5", "sweep.toml")
    ]
    assert len(provenance["settings"]) == 2


def test_empty_tables_are_told_not_drawn(make_results):
    """A sweep without curves, scores over time or snips still makes a document."""
    results = make_results()
    for name in ("curves", "f1_over_time", "health", "points_sample", "failures"):
        setattr(results, name, getattr(results, name).iloc[:0])
    document = prepare_document(results)
    assert document["curves"] == document["points"] == {}
    assert document["over_time"]["measures"] == []
    assert document["failures"]["total"] == 0


def test_colours_are_distinct_and_the_labs_own_win():
    """Eight perturbations have eight colours; a colour that is none is passed over."""
    names = [f"p{k}" for k in range(8)]
    assert len(set(perturbation_colors(names, {}).values())) == 8
    assert perturbation_colors(names, {"p1": "#123456", "p0": "url(x)"}) | {} == {
        **perturbation_colors(names, {}),
        "p1": "#123456",
        "p0": PALETTE[0].lower(),
    }


def test_statuses_are_counted_with_their_meaning(document):
    """A model that is not ok is told at the top of the failures, in words."""
    assert (
        "1 of 6 models is partial: some averages cover fewer perturbations than asked" in document["warnings"]
    )
    assert "times outside the bins: 3 snips" in document["warnings"]


def test_unhealthy_curves_are_counted_by_perturbation_and_regime(results):
    """Every curve that is not ok stands in exactly one cell."""
    counts = prepare_health_counts(results)
    bad = results.health[~results.health["ok"]]
    assert counts["regimes"] == ["all", "hld"]
    assert sum(cell[0] for row in counts["rows"] for cell in row["cells"]) == len(bad)
    wt = next(row for row in counts["rows"] if row["perturbation"] == "wt")
    assert [cell[1] for cell in wt["cells"]] == [6, 6]
    assert wt["cells"][0][0] == ((bad["perturbation"] == "wt") & (bad["regime"] == "all")).sum()
