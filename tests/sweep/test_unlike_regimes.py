"""Regimes that do not have the same snips, perturbations or labels: what is compared, and what is not."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.records import AVERAGE
from morphsweep.sweep import check_sweep, evaluate, read_sweep
from morphsweep.sweep.provenance import sweep_of


@pytest.fixture
def evaluated(make_sweep, tmp_path):
    """A function that evaluates a sweep of two models after changing the table of the first one's other regime."""

    def run(change):
        sweep = make_sweep(n_models=2)
        path = read_sweep(sweep).models[0].runs["hld"].embedding
        table = pd.read_csv(path, dtype={"individual": str})
        change(table).to_csv(path, index=False)
        return sweep, evaluate(sweep, tmp_path / "results", workers=1)

    return run


def column(table, *names):
    """The column of a role, whatever the layout calls it."""
    return next(name for name in names if name in table)


def of_first(results, metric, regime="hld"):
    """Rows of the first model by perturbation."""
    scores = results.scores
    rows = scores[(scores["model_index"] == 0) & (scores["metric"] == metric) & (scores["regime"] == regime)]
    return rows.set_index("perturbation")


def test_drop_counts_the_bins_of_both(evaluated):
    """The other regime ends early: its late bins are missing, and those of the reference do not count."""

    def early(table):
        time = column(table, "time", "predicted_stage_hpf")
        return table[table[time] < table[time].quantile(0.6)]

    _, results = evaluated(early)
    over = results.f1_over_time[results.f1_over_time["model_index"] == 0]
    wide = over.pivot_table(index=["perturbation", "time_bin"], columns="regime", values="f1")
    wide = wide.reindex(pd.MultiIndex.from_product([wide.index.levels[0], range(20)]))
    assert wide["all"].notna().sum() > wide["hld"].notna().sum()
    both = wide.dropna()
    expected = both["all"].groupby(level=0).mean() - both["hld"].groupby(level=0).mean()
    found = of_first(results, "f1_drop")["value"]
    np.testing.assert_allclose(found[expected.index], expected, atol=1e-12)
    plain = of_first(results, "f1", "all")["value"] - of_first(results, "f1")["value"]
    assert abs(plain[AVERAGE] - found[AVERAGE]) > 0.01


def test_what_no_classifier_learned_has_no_score(evaluated):
    """One individual is left of a perturbation: 0 would be no finding, so there is a reason instead, and averages say so."""

    def lone(table):
        who, label = column(table, "individual", "embryo_id"), column(table, "perturbation", "phenotype")
        name = table[label].iloc[0]
        keep = table.loc[table[label] == name, who].iloc[0]
        return table[(table[label] != name) | (table[who] == keep)]

    _, results = evaluated(lone)
    for metric in ("f1", "pr_auc", "auroc", "f1_drop"):
        rows = of_first(results, metric)
        lost = rows[rows["status"] == "not_computable"]
        assert len(lost) == 1
        assert "no classifier had learned it" in lost["reason"].iloc[0]
        assert rows.loc[AVERAGE, "status"] == "partial"
    name = of_first(results, "f1").query("status == 'not_computable'").index[0]
    over = (
        results.f1_over_time.query("model_index == 0 and regime == 'hld'").set_index("perturbation").loc[name]
    )
    numbers = over[["f1", "pr_auc", "auroc", "low", "high", "pr_auc_low", "auroc_high", "p", "q"]]
    assert numbers.isna().all(axis=None)
    assert not over["separable"].any()


def test_another_task_is_flagged(evaluated):
    """A regime that lacks a perturbation tells fewer apart, which is easier: the drop says so."""

    def fewer(table):
        label = column(table, "perturbation", "phenotype")
        return table[table[label] != table[label].iloc[0]]

    _, results = evaluated(fewer)
    rows = of_first(results, "f1_drop")
    assert set(rows["status"]) == {"flagged", "not_applicable", "partial"}
    assert rows.loc[rows["status"] == "flagged", "reason"].str.contains("makes its task another").all()
    whole = results.scores[(results.scores["model_index"] == 1) & (results.scores["metric"] == "f1_drop")]
    assert (whole["status"] == "ok").all()


def test_an_individual_with_another_label_stops_that_run(evaluated):
    """The file is of no use, which the check before and the failures after say, with the individual's name."""

    def relabelled(table):
        who, label = column(table, "individual", "embryo_id"), column(table, "perturbation", "phenotype")
        other = table[label].unique()[1]
        return table.assign(**{label: table[label].mask(table[who] == table[who].iloc[0], other)})

    sweep, results = evaluated(relabelled)
    assert results.failures["model_index"].tolist() == [0]
    assert "in the run that the cohort comes from" in results.failures["reason"].iloc[0]
    report = check_sweep(read_sweep(sweep))
    assert [(run.model_index, run.regime) for run in report.unusable] == [(0, "hld")]
    assert not report.ok


def test_an_absent_run_is_a_row_with_its_reason(make_sweep, tmp_path):
    """The manifest lacks the last run: its model is not done, and the failures name regime and reason."""
    sweep = make_sweep(n_models=2)
    source = read_sweep(sweep)
    manifest = source.source.parent / source.config.manifest
    table = pd.read_csv(manifest)
    table.iloc[:-1].to_csv(manifest, index=False)
    results = evaluate(sweep, tmp_path / "results", workers=1, only=("f1",))
    (row,) = results.failures.to_dict("records")
    assert (row["model_index"], row["regime"], row["metric"], row["status"]) == (1, "hld", "run", "not_done")
    assert "has no run of this model" in row["reason"]
    assert results.exit_status == 0


def test_a_moved_sweep_is_found_beside_its_results(make_sweep, tmp_path, monkeypatch):
    """By the way from the results, whatever folder a command is started in."""
    folder = make_sweep(n_models=1).parent
    folder.rename(tmp_path / "sweep")
    monkeypatch.chdir(tmp_path)
    results = evaluate("sweep/sweep.toml", "results", workers=1, only=("f1",))
    assert results.info["sweep"] == "sweep/sweep.toml"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    found = sweep_of(results.info, tmp_path / "results")
    assert found.resolve() == (tmp_path / "sweep" / "sweep.toml").resolve()
    assert read_sweep(found).models
