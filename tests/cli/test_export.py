"""The verb export: results under the lab's names, and back."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

import morphsweep as ms
from morphsweep.cli import main
from morphsweep.selection import SweepFacts
from morphsweep.sweep.exporting import lab_curves, lab_scores

METRICS = [
    ("f1", "all"),
    ("f1", "hld"),
    ("aligned_rmse", "hld"),
    ("segment_collinearity_within", "all"),
    ("dispersion_slope", "all"),
]


@pytest.fixture
def scores():
    """Two models, one perturbation and the average; the slope is of the whole model only."""
    rows = [
        (model, regime, perturbation, metric, model + place / 10 + (perturbation == "wt") / 100)
        for model in (1, 2)
        for place, (metric, regime) in enumerate(METRICS)
        for perturbation in (["avg_pert"] if metric == "dispersion_slope" else ["wt", "avg_pert"])
    ]
    rows.append((1, "all", "avg_pert", "gyration", 5.0))
    return pd.DataFrame(rows, columns=["model_index", "regime", "perturbation", "metric", "value"])


@pytest.fixture
def models():
    """Two configurations."""
    return pd.DataFrame({
        "model_index": [1, 2],
        "configuration": [0, 1],
        "replicate": [0, 0],
        "beta": [10.0, 1.0],
        "seed": ["", ""],
        "status": ["ok", "ok"],
        "reason": ["", ""],
    })


@pytest.fixture
def curves():
    """Two points of one curve and of its aligned copy."""
    return pd.DataFrame({
        "model_index": [1] * 4, "regime": ["all", "all", "hld_aligned", "hld_aligned"], "perturbation": ["wt"] * 4,
        "point_index": [0, 1, 0, 1], "arc_length": [0.0, 1.0, 0.0, 1.0], "time": [10.0, 20.0, 10.0, 20.0],
        "pc_1": [0.0, 1.0, 0.5, 1.5], "pc_2": [0.0] * 4, "pc_3": [0.0] * 4,
    })  # fmt: skip


@pytest.fixture
def folder(tmp_path, scores, models, curves):
    """A results folder with what export needs."""
    info = {"protocol": "notebook", "regimes": ["all", "hld"], "hyperparameters": ["beta"]}
    (tmp_path / "run.json").write_text(json.dumps(info))
    scores.to_parquet(tmp_path / "scores.parquet")
    models.to_parquet(tmp_path / "models.parquet")
    curves.to_parquet(tmp_path / "curves.parquet")
    return tmp_path


def test_scores_get_the_labs_columns(scores, models):
    """One row per model and perturbation; only scores that the lab has a name for, in the order of the metrics."""
    facts = SweepFacts(regimes=("all", "hld"), reference="all", hyperparameters=("beta",))
    table = lab_scores(scores, models, facts=facts)
    assert list(table.columns) == [
        "model_index",
        "Perturbation",
        "beta",
        "F1_score_all",
        "F1_score_hld",
        "Aligned_RMSE",
        "SegmentColinearity_mean_within_all",
        "disp_coefficient_all",
    ]
    assert list(zip(table["model_index"], table["Perturbation"], strict=True)) == [
        (1, "wt"),
        (1, "avg_pert"),
        (2, "wt"),
        (2, "avg_pert"),
    ]
    average = table[table["Perturbation"] == "avg_pert"].set_index("model_index")
    assert average.loc[2, "Aligned_RMSE"] == pytest.approx(2.2)
    assert table.loc[0, "F1_score_hld"] == pytest.approx(1.11)
    assert np.isnan(table.loc[0, "disp_coefficient_all"])


def test_several_other_regimes_keep_their_names_and_the_bare_one_is_their_mean(scores, models):
    """Aligned_RMSE_hld, Aligned_RMSE_b, and Aligned_RMSE = their mean."""
    other = scores[scores["regime"] == "hld"].assign(regime="b", value=lambda frame: frame["value"] + 1)
    facts = SweepFacts(regimes=("all", "hld", "b"), reference="all", hyperparameters=("beta",))
    table = lab_scores(pd.concat([scores, other]), models, facts=facts)
    first = table[(table["model_index"] == 1) & (table["Perturbation"] == "avg_pert")].iloc[0]
    assert (first["Aligned_RMSE_hld"], first["Aligned_RMSE_b"], first["Aligned_RMSE"]) == pytest.approx((
        1.2,
        2.2,
        1.7,
    ))
    assert "F1_score" not in table


def test_curves_get_the_labs_columns(curves):
    """Regime becomes dataset, components become PCA_1 to PCA_3."""
    table = lab_curves(curves)
    assert list(table.columns) == [
        "model_index",
        "dataset",
        "Perturbation",
        "point_index",
        "PCA_1",
        "PCA_2",
        "PCA_3",
    ]
    assert table["PCA_1"].tolist() == [0.0, 1.0, 0.5, 1.5]


def test_what_is_exported_can_be_chosen_from(folder, monkeypatch, capsys):
    """The command names both files; select reads the first one back with the same numbers."""
    out = folder / "lab"
    monkeypatch.setattr(
        sys, "argv", ["morphsweep", "export", str(folder), "--names", "morphseq", "--out", str(out)]
    )
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    written = capsys.readouterr().out.split()
    assert [path.rsplit("/", 1)[1] for path in written] == [
        "paired_models_and_metrics_df.csv",
        "splines_final_df.csv",
    ]
    choice = ms.select(written[0], where=["f1_all > 1.5", "aligned_rmse <= 1.5"])
    assert choice.tranches == {1: [], 2: [2], 3: [1], 4: []}
    assert choice.models.hyperparameters == ("beta",)


def test_by_default_the_files_lie_in_the_results_folder(folder):
    """Without --out they are written beside the other tables."""
    scores_path, curves_path = ms.export(folder)
    assert scores_path.parent == curves_path.parent == folder
    assert len(pd.read_csv(curves_path)) == 4


def test_unknown_names_are_refused(folder):
    """Known ones are listed."""
    with pytest.raises(ms.InvalidInput, match=r"^no column names called 'other'; known: morphseq$"):
        ms.export(folder, names="other")
