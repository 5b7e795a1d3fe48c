"""Held-out perturbations of a results folder with any number of regimes."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

import morphsweep as ms
from morphsweep.cli import main
from morphsweep.errors import InvalidInput
from morphsweep.influence import landing

NAMES = ("wt", "a", "b", "c", "d")
LINE = np.linspace([0.0, 0, 0], [6, 0, 0], 30)
AWAY = {"wt": (0, 0, 0), "a": (0, 3, 0), "b": (0, -2, 2), "c": (1, 2, 3), "d": (-2, 0, -4)}


def points(name, *, onto_control=False, seed=0):
    share = 0.0 if onto_control else 1.0
    shift = 0.03 * np.random.default_rng([seed, len(name), ord(name[0])]).normal(size=3)
    return LINE + np.outer(np.linspace(0, 1, 30), np.multiply(share, AWAY[name])) + shift


@pytest.fixture
def folder(tmp_path):
    """Leave-one-out: a regime per perturbation; model 0 maps the unseen one where it belongs, model 1 to wild type."""
    rows = []
    for model in (0, 1):
        for regime in ("all", *(f"without_{name}" for name in NAMES[1:])):
            for name in NAMES:
                unseen = regime == f"without_{name}"
                curve = points(name, onto_control=unseen and model == 1, seed=model + 7 * len(regime))
                rows += [(model, regime, name, k, *p) for k, p in enumerate(curve)]
    columns = ["model_index", "regime", "perturbation", "point_index", "pc_1", "pc_2", "pc_3"]
    pd.DataFrame(rows, columns=columns).to_parquet(tmp_path / "curves.parquet")
    pd.DataFrame({"model_index": [0, 1]}).to_csv(tmp_path / "summary.csv", index=False)
    pd.DataFrame({"model_index": [], "regime": [], "path": []}).to_parquet(tmp_path / "runs.parquet")
    info = {
        "regimes": ["all", *(f"without_{name}" for name in NAMES[1:])],
        "perturbations": list(NAMES),
        "control": "wt",
        "held_out": {f"without_{name}": [name] for name in NAMES[1:]} | {"without_z": ["z"]},
        "sweep": str(tmp_path / "gone.toml"),
        "settings": {},
    }
    (tmp_path / "run.json").write_text(json.dumps(info))
    return tmp_path


def test_one_regime_per_perturbation_gives_one_verdict_each(folder):
    """Four regimes held one perturbation out each: model 0 lands in all, model 1 in none."""
    found = ms.unseen(folder)
    verdicts = found.table.pivot(index="model_index", columns="perturbation", values="verdict")
    assert set(verdicts.loc[0]) == {"lands where it should"}
    assert set(verdicts.loc[1]) == {"does not land"}
    assert found.summary["lands"].tolist() == [1] * 4
    assert found.summary["models"].tolist() == [2] * 4
    assert found.sentences[0].startswith(
        "a, unseen in without_a: lands where it should in 1 of 2 models (95 % interval 9 to 91 %)"
    )


def test_what_is_left_out_is_said(folder):
    """A held-out perturbation that is not compared, and embeddings that are gone, are notes."""
    notes = ms.unseen(folder).notes
    assert notes[0] == "'z', held out in without_z, is not among the compared perturbations."
    assert notes[1].startswith("No linear baseline: the sweep is not where it was (")


def test_a_sweep_that_held_nothing_out_is_told_what_to_declare(folder):
    """The whole message."""
    info = json.loads((folder / "run.json").read_text()) | {"held_out": {}}
    (folder / "run.json").write_text(json.dumps(info))
    with pytest.raises(InvalidInput) as error:
        ms.unseen(folder)
    assert str(error.value) == (
        f"{folder}: no regime is known to have held out a compared perturbation (a, b, c, d, wt); "
        "say so in the sweep file: [held_out] REGIME = [...]"
    )


def test_the_linear_baseline_is_computed_where_the_embeddings_are(make_sweep, tmp_path):
    """From the sweep itself: a number per model for the simulated held-out perturbation."""
    results = ms.evaluate(
        ms.read_sweep(make_sweep(n_models=1, n_perturbations=5)), tmp_path / "results", workers=1
    )
    found = ms.unseen(results)
    told = found.table[found.table["reason"] == ""]
    assert len(told)
    assert np.isfinite(told["linear"]).all()
    assert (told["linear"] >= 0).all()


@pytest.mark.parametrize("n_components", [2, 4])
def test_all_components_of_the_results_count(make_sweep, tmp_path, n_components):
    """With two or four components the error is that of curves in two or four; an unseen axis is no axis of zeros."""
    folder = make_sweep(n_models=1, n_perturbations=5)
    folder.write_text(folder.read_text() + f"\n[settings]\nn_components = {n_components}\n")
    results = ms.evaluate(ms.read_sweep(folder), tmp_path / "results", workers=1)
    found = ms.unseen(results).table
    axes = [f"pc_{k + 1}" for k in range(n_components)]
    held_out = results.info["held_out"]["hld"]
    own = {
        regime: {p: part[axes].to_numpy(float) for p, part in rows.groupby("perturbation")}
        for regime, rows in results.curves.sort_values("point_index").groupby("regime")
    }
    for row in found.to_dict("records"):
        told = landing(own["all"], own["hld"], row["perturbation"], held_out, control=results.info["control"])
        assert row["reason"] == ""
        assert row["error"] == told["error"]
        assert np.isfinite(row["linear"])


def test_the_verb_prints_sentences_json_and_tables(folder, tmp_path, monkeypatch, capsys):
    """One sentence per perturbation; --json holds every model; --out writes both tables."""
    for words in (["--out", str(tmp_path / "out")], ["--json"]):
        monkeypatch.setattr(sys, "argv", ["morphsweep", "unseen", str(folder), *words])
        with pytest.raises(SystemExit) as stop:
            main()
        assert not stop.value.code
    text, document = capsys.readouterr().out.split("\n{", 1)
    assert text.count("lands where it should in 1 of 2 models") == 4
    assert len(json.loads("{" + document)["table"]) == 8
    assert pd.read_csv(tmp_path / "out" / "unseen_summary.csv")["models"].tolist() == [2] * 4
