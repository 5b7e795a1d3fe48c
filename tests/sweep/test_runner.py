"""A whole evaluation: what comes out, what is kept, and what happens when something goes wrong."""

import json
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.records import AVERAGE
from morphsweep.sweep import Results, evaluate, read_sweep
from morphsweep.sweep import evaluator as evaluator_module

TABLES = ("summary", "scores", "models", "curves", "health", "pairs", "f1_over_time", "failures")


@pytest.fixture(scope="module")
def sweep(make_sweep):
    """Three models, two regimes."""
    return make_sweep()


@pytest.fixture(scope="module")
def results(sweep, tmp_path_factory):
    """Its evaluation by one worker."""
    return evaluate(sweep, tmp_path_factory.mktemp("results"), workers=1)


def same(one: Results, two: Results) -> None:
    """Every table of two results folders is identical."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)


def test_tables_have_the_documented_columns(results):
    """A reader finds the files and columns that the documentation names."""
    assert list(results.scores.columns) == [
        "model_index", "regime", "perturbation", "metric", "value", "low", "high", "status", "reason",
    ]  # fmt: skip
    for column in ("f1_all", "f1_hld", "f1_drop", "aligned_rmse", "initial_rmse", "segment_collinearity", "tranche", "pareto",
                   "segment_collinearity_within_all", "dispersion_first_all", "dispersion_slope_hld", "curves_ok_all"):  # fmt: skip
        assert column in results.summary, column
    assert set(results.curves["regime"]) == {"all", "hld", "hld_aligned"}
    assert {"arc_length", "time", "pc_1", "pc_2", "pc_3"} <= set(results.curves)
    assert {"run.json", "decision.json", "decision.md", "failures.csv"} <= {
        path.name for path in results.path.iterdir()
    }
    assert results.info["protocol"] == "default-3"
    assert results.info["settings"]["bandwidth"] == {"value": "auto", "source": "protocol"}


def test_summary_repeats_the_scores(results):
    """A cell of the summary is the model's average in the tidy table."""
    scores = results.scores.query("perturbation == @AVERAGE")
    for wanted, column in ((("f1", "hld"), "f1_hld"), (("aligned_rmse", "hld"), "aligned_rmse")):
        rows = scores[(scores["metric"] == wanted[0]) & (scores["regime"] == wanted[1])]["value"]
        assert rows.tolist() == pytest.approx(results.summary[column].tolist(), rel=1e-12)
    assert AVERAGE == "avg_pert"


def test_alignment_never_hurts(results):
    """Aligned RMSE is at most the initial one, for every perturbation of every model."""
    wide = results.scores.pivot_table(index=["model_index", "perturbation"], columns="metric", values="value")
    assert (wide["aligned_rmse"] <= wide["initial_rmse"] + 1e-12).all()
    assert (wide["aligned_rmse_reflection"] <= wide["aligned_rmse"] + 1e-12).all()


def test_workers_and_executors_change_nothing(sweep, results, tmp_path):
    """One worker here, two processes, or a caller's own executor: identical tables."""
    same(results, evaluate(sweep, tmp_path / "two", workers=2))
    with ThreadPoolExecutor(2) as pool:
        same(results, evaluate(sweep, tmp_path / "threads", executor=pool))


def test_finished_models_are_not_computed_again(sweep, results, tmp_path, monkeypatch):
    """A second evaluation reads the parts; the tables are identical."""
    first = evaluate(sweep, tmp_path, workers=1)

    def fail(*_args, **_options):
        msg = "computed again"
        raise AssertionError(msg)

    monkeypatch.setattr(evaluator_module, "score_model", fail)
    same(first, evaluate(sweep, tmp_path, workers=1))


def test_changed_input_is_computed_again(make_sweep, tmp_path):
    """A changed embedding changes that model and no other."""
    sweep = make_sweep(seed=3)
    before = evaluate(sweep, tmp_path, workers=1).info["parts"]
    run = read_sweep(sweep).models[1].runs["all"].embedding
    text = run.read_text(encoding="utf-8").splitlines(keepends=True)
    run.write_text("".join(text[:-1]), encoding="utf-8")
    after = evaluate(sweep, tmp_path, workers=1).info["parts"]
    changed = [index for index in before if before[index] != after[index]]
    assert changed == ["1"]


def test_a_broken_table_is_a_row_and_the_others_go_on(make_sweep, tmp_path):
    """A binary file costs its own model only; the reason names the file; exit status 1."""
    sweep = make_sweep(seed=1)
    broken = read_sweep(sweep).models[2].runs["hld"].embedding
    broken.write_bytes(bytes(range(256)) * 20)
    results = evaluate(sweep, tmp_path, workers=1)
    assert results.models["status"].tolist()[2] == "not_computable"
    assert results.exit_status == 1
    row = results.failures.iloc[0]
    assert (row["model_index"], row["regime"], row["metric"]) == (2, "hld", "run")
    assert broken.name in row["reason"]
    assert results.summary["f1_all"].notna().all()
    assert pd.isna(results.summary["tranche"].iloc[2])


def test_a_bug_in_a_worker_is_that_models_error(sweep, tmp_path, monkeypatch):
    """Any other exception becomes status error with type and message; the traceback is in run.log."""
    true = evaluator_module.score_model

    def sometimes(runs, reference, specs):
        if len(calls) == 1:
            calls.append(1)
            msg = "boom"
            raise RuntimeError(msg)
        calls.append(1)
        return true(runs, reference, specs)

    calls: list[int] = []
    monkeypatch.setattr(evaluator_module, "score_model", sometimes)
    results = evaluate(sweep, tmp_path, workers=1)
    assert results.models["status"].tolist().count("error") == 1
    assert "RuntimeError: boom" in set(results.failures["reason"])
    assert "Traceback" in (tmp_path / "run.log").read_text(encoding="utf-8")
    assert results.exit_status == 1
    again = evaluate(sweep, tmp_path, workers=1)
    assert "error" not in again.models["status"].tolist()


@pytest.mark.parametrize("regimes", [1, 3])
def test_any_number_of_regimes(make_sweep, tmp_path, regimes):
    """One regime has no pairs; three have a column per other regime and their mean."""
    results = evaluate(make_sweep(n_regimes=regimes, n_models=2), tmp_path, workers=1)
    names = results.info["regimes"]
    assert len(names) == regimes
    assert results.exit_status == 0
    if regimes == 1:
        assert "aligned_rmse" not in results.summary
        assert set(results.summary["tranche"].dropna()) <= {1, 4}
    else:
        others = results.summary[[f"aligned_rmse_{name}" for name in names[1:]]]
        assert others.mean(axis=1).tolist() == pytest.approx(results.summary["aligned_rmse"].tolist())


def test_notebook_protocol_runs_and_says_so(sweep, tmp_path):
    """The other protocol has its own settings and version."""
    results = evaluate(sweep, tmp_path, protocol="notebook", workers=1)
    assert results.info["protocol"] == "notebook"
    assert results.info["settings"]["classifier"]["value"] == "saga"
    assert results.summary["f1_all"].notna().all()


def test_only_some_metrics(sweep, tmp_path):
    """--only computes what is named; a wrong name is refused with a suggestion."""
    results = evaluate(sweep, tmp_path, only=["dispersion_first"], workers=1)
    assert set(results.scores["metric"]) == {"dispersion_first", "dispersion_first_shift"}
    assert results.decision["winner"] is None
    with pytest.raises(InvalidInput, match="did you mean 'dispersion_first'"):
        evaluate(sweep, tmp_path, only=["dispersion_frist"])


def test_unknown_settings_are_refused(sweep, tmp_path):
    """A setting that does not exist is named together with those that do."""
    read = read_sweep(sweep)
    config = read.config.model_copy(update={"settings": {"n_pionts": 3}})
    with pytest.raises(InvalidInput, match="n_pionts"):
        evaluate(read_sweep(sweep.parent / read.config.manifest, config), tmp_path)


def test_documents_hold_no_surprises(results):
    """run.json and decision.json are strict JSON."""
    for name in ("run.json", "decision.json"):
        text = (results.path / name).read_text(encoding="utf-8")
        json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def test_a_folder_that_is_no_results_folder_is_refused(tmp_path):
    """The message says how to make one."""
    with pytest.raises(InvalidInput, match="not a results folder"):
        Results.open(tmp_path)
