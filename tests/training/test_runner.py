"""A whole sweep: planned, trained once each, resumed, described, and read by the evaluation."""

import json
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pandas as pd
import pytest
from PIL import Image

import morphsweep as ms
from morphsweep.cli.run import _explain
from morphsweep.errors import InvalidInput
from morphsweep.io import file_digest
from morphsweep.records import Status, SweepConfig, TrainingConfig
from morphsweep.training import train
from morphsweep.training.plan import make_plan

CLASSES = ("bar", "corner", "dot")
HELD = '[held_out]\nhld = ["dot"]'
GRID = '[training.grid]\nmetric_loss_type = ["NT-Xent", "triplet"]\nmargin = [0.5, 2]'


def digests(folder):
    return {path.relative_to(folder): file_digest(path) for path in sorted(folder.rglob("*.safetensors"))} | {
        path.relative_to(folder): file_digest(path) for path in sorted(folder.rglob("*.parquet"))
    }


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    """Two losses, two margins, two regimes: three configurations, six runs, two processes."""
    place = tmp_path_factory.mktemp("trained")
    (place / "sweep.toml").write_text(
        "[training]\nchannels = 3\nhidden = 16\nlatent_dim = 8\nbatch_size = 16\nsteps = 40\ntime_window = 1.0\nlearning_rate = 0.02\nbeta = 0.01\n"
        f"{HELD}\n{GRID}\n",
        encoding="utf-8",
    )
    return place, train(place / "sweep.toml", images=folder, out=place / "out", workers=2)


class TestTrain:
    def test_inactive_combinations_are_trained_once(self, trained):
        """Margin cannot act under NT-Xent: its two values are one configuration, with the margin left empty."""
        runs = trained[1].runs
        assert len(runs) == 6
        assert (
            runs.groupby("metric_loss_type", sort=True)["margin"].apply(list).to_dict()
            == {
                "NT-Xent": [None, None],
                "triplet": [0.5, 0.5, 2.0, 2.0],
            }
            or runs[runs["metric_loss_type"] == "NT-Xent"]["margin"].isna().all()
        )
        assert trained[1].notes == (
            "1 of 4 combinations differ from another only in settings that cannot act there; each is trained once",
        )
        assert (runs["status"] == "ok").all()
        assert trained[1].exit_status == 0

    def test_the_evaluation_reads_the_manifest(self, trained):
        """Three models with a run per regime, what was held out known, rows as many as images."""
        sweep = ms.read_sweep(trained[1].path)
        assert sweep.regimes == ("all", "hld")
        assert [len(model.runs) for model in sweep.models] == [2, 2, 2]
        assert sweep.config.held_out == {"hld": ("dot",)}
        embedding = ms.read_embedding(sweep.models[0].runs["hld"].embedding)
        assert embedding.latents.shape == (108, 6)
        assert embedding.obs.groupby("perturbation")["split"].agg(set).to_dict() == {
            "bar": {"train", "eval"},
            "corner": {"train", "eval"},
            "dot": {"holdout"},
        }

    def test_each_run_leaves_what_is_promised(self, trained):
        """Embedding, history, picture, weights, description; no checkpoint once it is done."""
        for run in sorted((trained[0] / "out" / "runs").iterdir()):
            assert {path.name for path in run.iterdir()} == {
                "embedding.parquet",
                "history.csv",
                "reconstructions.png",
                "run.json",
                "weights.safetensors",
            }
            about = json.loads((run / "run.json").read_text())
            assert about["steps"] == 40
            assert about["rows"]["train"] + about["rows"]["eval"] + about["rows"]["holdout"] == 108
            with Image.open(run / "reconstructions.png") as sheet:
                assert sheet.size == (8 * 13, 6 * 13)
            history = pd.read_csv(run / "history.csv")
            assert history["epoch"].tolist() == list(range(1, len(history) + 1))

    def test_any_number_of_workers_gives_the_same(self, trained, folder, tmp_path):
        """Weights and embeddings, byte for byte, from two processes and from this one."""
        train(trained[0] / "sweep.toml", images=folder, out=tmp_path / "out", workers=1)
        assert digests(trained[0] / "out") == digests(tmp_path / "out")

    def test_what_is_finished_is_not_trained_again(self, trained, folder):
        """Files stay untouched; the manifest is the same."""
        before = {
            path: path.stat().st_mtime_ns
            for path in (trained[0] / "out" / "runs").rglob("*")
            if path.is_file()
        }
        again = train(trained[0] / "sweep.toml", images=folder, out=trained[0] / "out", workers=1)
        after = {
            path: path.stat().st_mtime_ns
            for path in (trained[0] / "out" / "runs").rglob("*")
            if path.is_file()
        }
        assert before == after
        pd.testing.assert_frame_equal(again.runs, trained[1].runs)

    def test_recon_loss_is_of_the_picture(self, trained):
        """Not more than that of an empty picture, in squared error summed over pixels."""
        frame = pd.read_parquet(next((trained[0] / "out" / "runs").glob("all-*/embedding.parquet")))
        assert frame["recon_loss"].between(0, 144).all()


class TestFailures:
    def test_divergence_and_collapse_are_rows(self, folder, write_toml, tmp_path):
        """One run diverges, one collapses, one is well: all are in the manifest, and the evaluation tells why."""
        lists = "".join(
            f"[[training.list]]\n{line}\n" for line in ("learning_rate = 1e8", "beta = 1e7", "beta = 0.01")
        )
        path = write_toml(lists, learning_rate=0.02, steps=40)
        found = train(path, images=folder, out=tmp_path / "out", workers=1)
        assert found.exit_status == 1
        assert found.runs["status"].tolist() == ["not_computable", "not_computable", "ok"]
        assert found.runs["reason"][0].startswith("diverged in epoch")
        assert found.runs["reason"][1].startswith("collapsed: the largest variance of a biological latent")
        sweep = ms.read_sweep(found.path)
        failed = [model.runs["all"] for model in sweep.models]
        assert [run.status for run in failed] == [Status.NOT_COMPUTABLE, Status.NOT_COMPUTABLE, Status.OK]
        assert "collapsed" in failed[1].reason
        assert set(sweep.hyperparameter_names) == {"metric_loss_type", "learning_rate", "beta"}

    def test_an_unexpected_error_is_a_row_too(self, folder, write_toml, tmp_path, monkeypatch):
        """The others go on, the traceback is in the log."""
        monkeypatch.setattr("morphsweep.training.run.write_weights", lambda *_: 1 / 0)
        found = train(write_toml(), images=folder, out=tmp_path / "out", workers=1)
        assert found.runs["reason"].tolist() == ["ZeroDivisionError: division by zero"]
        assert "Traceback" in (tmp_path / "out" / "run.log").read_text()


def test_killed_by_a_signal_the_run_goes_on(folder, write_toml, tmp_path):
    """SIGKILL as soon as there is a checkpoint; started again, the weights are those of a run left alone."""
    path = write_toml(steps=600)
    call = [
        sys.executable,
        "-m",
        "morphsweep",
        "train",
        path,
        "--images",
        folder,
        "--out",
        tmp_path / "killed",
    ]
    process = subprocess.Popen([*map(str, call), "--workers", "1"], stderr=subprocess.DEVNULL)
    while process.poll() is None and not list((tmp_path / "killed").glob("runs/*/checkpoint.safetensors")):
        time.sleep(0.02)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not list((tmp_path / "killed").glob("runs/*/run.json"))
    train(path, images=folder, out=tmp_path / "killed", workers=1)
    train(path, images=folder, out=tmp_path / "whole", workers=1)
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")


class TestPlan:
    def test_leave_one_out_is_a_regime_each(self):
        """Named sets first, then one per perturbation; each configuration in each regime for each seed."""
        config = SweepConfig(held_out={"hld": ("a", "b")})
        plan = make_plan(config, TrainingConfig(leave_one_out=True, seeds=(3, 4)), ["a", "b", "c d", "e"])
        assert list(plan.regimes) == ["all", "hld", "without_a", "without_b", "without_c_d", "without_e"]
        with pytest.raises(InvalidInput, match="the regime 'hld' trains on one perturbation only"):
            make_plan(config, TrainingConfig(), ["a", "b", "c"])
        assert len(plan.runs) == 12

    def test_the_plain_autoencoder_ignores_all_that_concerns_pairs(self):
        """Four values of the window, two flags: one configuration."""
        grid = {"metric_loss_type": ("none",), "time_window": (1, 2, 3, 4), "time_only_flag": (0, 1)}
        plan = make_plan(SweepConfig(), TrainingConfig(grid=grid), ["a", "b"])
        assert [run.hyperparameters for run in plan.runs] == [
            {"beta": 1.0, "metric_loss_type": "none", "time_window": None, "time_only_flag": None}
        ]

    @pytest.mark.parametrize(
        ("settings", "held_out", "message"),
        [
            ({}, {"hld": ("x",)}, "held_out.hld names 'x', which no image has; found: a, b, c"),
            ({}, {"hld": ("a", "b", "c")}, r"held_out.hld holds out every perturbation \(a, b, c\)"),
            ({"compatibility": {"a": {"x": 1}}}, {}, "training.compatibility names 'x', which no image has"),
            (
                {"metric_loss_type": "tripplet"},
                {},
                r"no metric loss named 'tripplet'; did you mean 'triplet'\?",
            ),
            (
                {"latent_dim": 3, "zn_frac": 0.5},
                {},
                "latent_dim = 3 with zn_frac = 0.5 leaves 1 biological latents",
            ),
        ],
    )
    def test_bad_plans_are_refused(self, settings, held_out, message):
        """By the name of what is wrong."""
        with pytest.raises(InvalidInput, match=message):
            make_plan(SweepConfig(held_out=held_out), TrainingConfig(**settings), ["a", "b", "c"])


@pytest.fixture
def command(monkeypatch, capsys):
    """The command line as a shell would call it: status, output, errors."""
    from morphsweep.cli import main

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["morphsweep", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, " ".join(said.err.split())

    return call


class TestCommandLine:
    def test_run_ends_with_the_report(self, command, folder, write_toml, tmp_path):
        """Train, evaluate, select, report: one command, one page."""
        path = write_toml(f"{HELD}\n[training.grid]\nbeta = [0.01, 0.1]", steps=60, learning_rate=0.02)
        more = "early_window = 1.0\n[settings]\nn_permutations = 20\nn_replicates = 5\nbaselines = []\n"
        path.write_text(more + path.read_text())
        status, out, err = command("run", path, "--images", folder, "--out", tmp_path / "out", "--workers", 1)
        assert status in {0, 1}, err
        assert out.splitlines()[-1].endswith("report.html")
        assert (tmp_path / "out" / "results" / "report.html").stat().st_size > 1e5
        assert len(pd.read_csv(tmp_path / "out" / "results" / "summary.csv")) == 2
        assert (tmp_path / "out" / "results" / "drivers" / "drivers.json").is_file()

    def test_without_hyperparameters_the_run_says_why_it_explains_nothing(self, tmp_path):
        """No reason to end without a report."""
        table = tmp_path / "summary.csv"
        pd.DataFrame({"model_index": [0, 1], "f1_all": [0.5, 0.4]}).to_csv(table, index=False)
        assert "no hyper-parameters to explain with" in _explain(SimpleNamespace(path=table), None)
        assert not (tmp_path / "drivers").exists()

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            (
                {"batch_size": 500},
                "batch_size = 500, but the regime 'all' has 90 training images; lower batch_size",
            ),
            ({"perturbations": ["bar"]}, "the regime 'all' trains on one perturbation only ('bar')"),
            ({"perturbations": ["bar", "baz"]}, "training.perturbations names 'baz', which"),
            ({"split_by": "day"}, "training.split_by is 'day'; expected one of 'individual' or 'batch'"),
            ({"stepps": 3}, "unknown field 'training.stepps'; did you mean 'steps'?"),
        ],
    )
    def test_bad_input_ends_with_status_2(self, command, folder, write_toml, tmp_path, settings, message):
        """One message, before anything is trained."""
        path = write_toml(**settings)
        status, _, err = command("train", path, "--images", folder, "--out", tmp_path / "out")
        assert status == 2
        assert message in err
        assert not (tmp_path / "out" / "runs").exists()

    def test_a_sweep_file_without_training(self, command, folder, tmp_path):
        """Says which table is missing; the evaluation in turn says what to run first."""
        (tmp_path / "sweep.toml").write_text('name = "x"\n')
        status, _, err = command(
            "train", tmp_path / "sweep.toml", "--images", folder, "--out", tmp_path / "out"
        )
        assert (status, "no table [training]" in err) == (2, True)
        (tmp_path / "sweep.toml").write_text("[training]\n")
        status, _, err = command("evaluate", tmp_path / "sweep.toml", "--out", tmp_path / "results")
        assert (status, "morphsweep train" in err) == (2, True)


def test_the_rest_needs_no_torch():
    """Everything but training is imported in a Python that has no torch; training says how to get it."""
    program = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "kornia", "safetensors", "zarr"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import morphsweep, morphsweep.cli, morphsweep.sweep, morphsweep.reporting, morphsweep.simulation
morphsweep.SweepConfig(training={"beta": 2})
try:
    morphsweep.train
except morphsweep.InvalidInput as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'morphsweep[train]'" in done.stdout
    assert "Error" not in done.stderr
