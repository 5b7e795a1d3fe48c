"""From a path to models."""

from collections import Counter

import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.records import Status, SweepConfig
from morphsweep.sweep.reading import read_sweep

HEADER = "regime,embedding,beta\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with one good embedding, e.csv."""
    rows = [f"e{i // 4}_{i % 4},wt,{i % 4},{i},{i * i},{i % 3}" for i in range(20)]
    (tmp_path / "e.csv").write_text(
        "snip_id,phenotype,time,z_mu_b_0,z_mu_b_1,z_mu_b_2\n" + "\n".join(rows), encoding="utf-8"
    )
    return tmp_path


def manifest(folder, text):
    """A manifest with this text."""
    (folder / "m.csv").write_text(text, encoding="utf-8")
    return folder / "m.csv"


def test_the_letters_are_sixteen_models_of_twelve_configurations(shared):
    """Under NT-Xent the margin cannot act: three replicates at beta 10 and three at beta 1."""
    path = shared / "data/sweep_latin"
    if not path.is_dir():
        pytest.skip("sweep_latin is not beside this checkout")
    sweep = read_sweep(path)
    assert (len(sweep.models), sweep.regimes, sweep.layout, sweep.problems) == (
        16,
        ("all", "hld"),
        "morphseq",
        (),
    )
    counts = Counter(model.configuration for model in sweep.models)
    assert len(counts) == 12
    triples = [[m for m in sweep.models if m.configuration == c] for c, n in counts.items() if n == 3]
    assert [{(m.active["beta"], m.active["time_only_flag"]) for m in models} for models in triples] == [
        {(1, 0)},
        {(10, 0)},
    ]
    assert all([m.replicate for m in models] == [0, 1, 2] for models in triples)
    for model in sweep.models:
        margins = {run.hyperparameters["margin"] for run in model.runs.values()}
        assert set(model.runs) == {"all", "hld"}
        assert len(margins) == 1
    assert sweep.config.inactive == {"margin": "metric_loss_type == 'NT-Xent'"}


@pytest.mark.parametrize(("n_regimes", "layout"), [(1, "morphseq"), (2, "morphseq"), (3, "plain")])
def test_a_simulated_sweep_is_read_as_it_was_made(n_regimes, layout, small_sweep):
    """Configurations and replicates are those of the truth, with one, two or three regimes."""
    folder = small_sweep(n_regimes=n_regimes)
    truth = pd.read_csv(folder / "truth.csv")
    sweep = read_sweep(folder / "sweep.toml")
    assert (sweep.layout, len(sweep.regimes), sweep.reference) == (layout, n_regimes, "all")
    assert [m.configuration for m in sweep.models] == truth["configuration"].tolist()
    assert [m.replicate for m in sweep.models] == truth["replicate"].tolist()
    assert all(set(m.runs) == set(sweep.regimes) for m in sweep.models)


def test_folder_manifest_and_sweep_file_are_three_doors_to_one_sweep(small_sweep):
    """A folder, its manifest with a sweep file, and the sweep file give the same models."""
    folder = small_sweep()
    by_file = read_sweep(folder / "sweep.toml")
    by_folder = read_sweep(folder)
    by_manifest = read_sweep(folder / "sweep01_00.csv", folder / "sweep.toml")
    assert by_file.models == by_folder.models == by_manifest.models
    assert by_file.config == by_manifest.config


def test_a_config_object_serves_as_sweep_file(folder):
    """What a sweep file would say can be said in Python."""
    path = manifest(folder, HEADER + "x,e.csv,1\ny,e.csv,1\n")
    sweep = read_sweep(path, SweepConfig(reference="y"))
    assert sweep.regimes == ("y", "x")


def test_runs_that_cannot_be_used_are_kept_with_their_reason(folder):
    """One missing table leaves the rest as it is."""
    sweep = read_sweep(manifest(folder, HEADER + "all,e.csv,1\nhld,gone.csv,1\n"))
    (model,) = sweep.models
    assert model.runs["hld"].status is Status.NOT_COMPUTABLE
    assert model.runs["hld"].reason == f"{folder / 'gone.csv'}: no such file"


def test_a_clashing_hyperparameter_is_renamed_with_a_note_also_in_conditions(folder):
    """The new name is used everywhere."""
    path = manifest(folder, "regime,embedding,tranche,beta\nall,e.csv,a,1\nall,e.csv,a,2\n")
    sweep = read_sweep(path, SweepConfig(inactive={"beta": "tranche == 'a'"}))
    assert sweep.hyperparameter_names == ("hp_tranche", "beta")
    assert sweep.config.inactive == {"beta": "hp_tranche == 'a'"}
    assert {m.configuration for m in sweep.models} == {0}
    assert sweep.problems == (
        "the hyper-parameter 'tranche' is called 'hp_tranche' in all tables, because 'tranche' is a column of ours",
    )


def test_a_name_among_the_hyperparameters_is_pointed_out(folder):
    """A column that differs in every run keeps all regimes apart: say so."""
    sweep = read_sweep(manifest(folder, "regime,embedding,run_name\nall,e.csv,a\nhld,e.csv,b\n"))
    assert sweep.problems == (
        "no two runs of different regimes have equal hyper-parameters, so nothing can be compared across regimes; the column 'run_name' "
        "differs in every run; list the true hyper-parameters as hyperparameters = [...] in sweep.toml",
    )


def test_ten_thousand_rows_of_one_configuration_are_paired_quickly(folder):
    """Pairing is not quadratic in the number of runs."""
    sweep = read_sweep(manifest(folder, "regime,embedding\n" + "all,e.csv\nhld,e.csv\n" * 5000))
    assert len(sweep.models) == 5000


REFUSED = {
    "nothing usable": (
        HEADER + "all,x.csv,1\nhld,,1\n",
        {},
        "{m}: none of 2 runs can be used (2 not_computable); first reason: {folder}/x.csv: no such file",
    ),
    "unknown roles": (
        HEADER + "all,e.csv,1\n",
        {"columns": {"time": "tme"}},
        "{m}: none of 1 embeddings can be read; first reason: {folder}/e.csv: no column 'tme', which the sweep file gives as columns.time; "
        "did you mean 'time'? found: snip_id, phenotype, time, z_mu_b_0, z_mu_b_1, z_mu_b_2",
    ),
    "unknown reference": (
        HEADER + "all,e.csv,1\n",
        {"reference": "full"},
        "{m}: reference in the sweep file names the regime 'full', which no run has; found: all",
    ),
    "unknown held-out regime": (
        HEADER + "all,e.csv,1\n",
        {"held_out": {"hdl": ["b"]}},
        "{m}: held_out in the sweep file names the regime 'hdl', which no run has; found: all",
    ),
    "unknown inactive": (
        HEADER + "all,e.csv,1\n",
        {"inactive": {"margin": "beta == 1"}},
        "{m}: inactive names 'margin', which is no hyper-parameter; known: beta",
    ),
    "regime like a metric": (
        HEADER + "all,e.csv,1\ndrop,e.csv,1\n",
        {},
        "the regime 'drop' cannot be used: the column 'f1_drop' would mean metric 'f1' in regime 'drop' and the metric 'f1_drop'; rename the regime",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_with_one_message(case, folder):
    """Before anything is computed."""
    text, config, message = REFUSED[case]
    path = manifest(folder, text)
    with pytest.raises(InvalidInput) as error:
        read_sweep(path, SweepConfig.model_validate(config))
    assert str(error.value) == message.format(m=path, folder=folder)


def test_no_such_path_and_a_sweep_file_without_manifest_are_refused(folder):
    """The message says what would do."""
    with pytest.raises(
        InvalidInput,
        match=r"nope: no such file or folder; expected a manifest \(\.csv, \.parquet\), a folder holding one, or a sweep\.toml$",
    ):
        read_sweep(folder / "nope")
    (folder / "s.toml").write_text("", encoding="utf-8")
    with pytest.raises(
        InvalidInput,
        match=r"no field 'manifest'; add manifest = \"sweep01_00\.csv\", or give the manifest with --config s\.toml$",
    ):
        read_sweep(folder / "s.toml")
    with pytest.raises(
        InvalidInput,
        match=r"this is a sweep file already; give either it or a manifest with a sweep file, not both$",
    ):
        read_sweep(folder / "s.toml", SweepConfig())
