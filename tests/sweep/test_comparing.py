"""Models against each other: what was planted is said, with its numbers; what cannot be compared is refused."""

import json

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.io import write_sweep_folder
from morphsweep.reporting import write_comparison, write_figures
from morphsweep.reporting.prepare_recognition import prepare_recognition
from morphsweep.simulation import PLANTED_TURN, simulate_planted_pair
from morphsweep.sweep import Results, compare, evaluate, recognition

QUICK = "\n[settings]\nn_permutations = 20\nn_replicates = 20\nbaselines = []\nn_sample_points = 50\n"


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A function that simulates and evaluates a pair; each kind once."""
    made = {}

    def results(kind):
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            pair = simulate_planted_pair(kind)
            sweep = write_sweep_folder(
                folder / "sweep",
                manifest=pair.manifest,
                embeddings=pair.embeddings,
                truth=pair.truth,
                config=pair.sweep_file + QUICK,
                manifest_name=pair.manifest_name,
            )
            made[kind] = evaluate(sweep, folder / "results", workers=1)
        return made[kind]

    return results


@pytest.fixture(scope="module")
def batch(planted):
    """Comparison of the pair whose second model gains by a batch."""
    return compare(planted("batch"), 0, 1)


def said(comparison, name, winner="model 1"):
    """The claim of that name about the gain of that model."""
    rows = comparison.claims[(comparison.claims["winner"] == winner) & (comparison.claims["name"] == name)]
    assert len(rows) == 1, comparison.claims["text"].tolist()
    return rows.iloc[0]


def test_a_gain_owed_to_a_batch_is_called_so(batch):
    """Confined to lmx1b, early; not kept when lmx1b is held out; worse in all others: each with an interval."""
    confined = said(batch, "confined")
    assert confined["holds"] is True
    assert confined["perturbation"] == "lmx1b"
    assert 0 < confined["low"] <= confined["value"] <= confined["high"]
    assert confined["text"].startswith(
        "Regime all: the gain of model 1 over model 0 is confined to lmx1b before "
    )
    gain = batch.gains.query("winner == 'model 1' and perturbation == 'lmx1b'").iloc[0]
    assert gain["turn_low"] <= PLANTED_TURN <= gain["turn_high"] + 1.2
    held_out = said(batch, "held_out")
    assert held_out["holds"] is False
    assert "is not kept when lmx1b is held out (hld)" in held_out["text"]
    worse = said(batch, "others_worse")
    assert worse["holds"] is True
    assert worse["text"].startswith("In all other perturbations model 1 is worse than model 0: gdf3 -")
    assert said(batch, "verdict")["holds"] is False
    assert "probably no property of the perturbation" in said(batch, "verdict")["text"]


def test_a_real_gain_is_called_so(planted):
    """In lmx1b alone, kept when held out and by classifiers that never saw the batch."""
    made = compare(planted("real"), 0, 1)
    assert said(made, "confined")["perturbation"] == "lmx1b"
    assert said(made, "held_out")["holds"] is True
    assert said(made, "unseen_batches")["holds"] is True
    assert said(made, "verdict")["holds"] is True
    assert said(made, "verdict")["text"].endswith("is kept wherever it was put to the test.")


def test_contributions_add_up(batch):
    """Parts of bins add up to those of perturbations, and these to the difference of the averages, in every regime."""
    for keys, means in batch.by_perturbation.groupby(["regime", "split"]):
        bins = batch.over_time[(batch.over_time[["regime", "split"]] == list(keys)).all(axis=1)]
        parts = bins.groupby("perturbation")["contribution"].sum()
        own = means.set_index("perturbation")["contribution"]
        np.testing.assert_allclose(parts, own[parts.index], atol=1e-12)
        average = means.set_index("perturbation").loc["avg_pert"]
        assert parts.sum() == pytest.approx(average["difference"], abs=1e-12)
        assert bins.loc[bins["share"] > 0, "share"].sum() == pytest.approx(1.0)


def test_differences_are_those_of_the_scores(planted, batch):
    """With the same snips in both models the differences are those of the stored F1."""
    scores = planted("batch").scores.query("metric == 'f1' and regime == 'all'")
    wide = scores.pivot_table(index="perturbation", columns="model_index", values="value")
    own = batch.by_perturbation.query("regime == 'all' and split == 'individual'").set_index("perturbation")
    np.testing.assert_allclose(own["difference"], (wide[0] - wide[1])[own.index], atol=1e-9)


def test_turned_round_everything_changes_sign(planted, batch):
    """B against A is A against B with the other sign, and says the same of the gain."""
    turned = compare(f"{planted('batch').path}:1", f"{planted('batch').path}:0")
    np.testing.assert_allclose(turned.over_time["difference"], -batch.over_time["difference"])
    np.testing.assert_allclose(turned.over_time["p"], batch.over_time["p"])
    assert said(turned, "held_out")["holds"] is False


def test_an_embedding_and_a_baseline(planted, batch):
    """The table of a run, predicted now on the same folds, gives the same numbers in the reference regime."""
    results = planted("batch")
    paths = results.runs.query("regime == 'all'").set_index("model_index")["path"]
    made = compare(0, results=results, baseline=paths[1])
    assert made.models == ("model 0", "embryo_stats_df")
    assert set(made.over_time["regime"]) == {"all"}
    same = batch.over_time.query("regime == 'all'")
    np.testing.assert_allclose(made.over_time["difference"], same["difference"], atol=1e-6)
    several = compare(results, 0, 1, baseline=f"{results.path}:0")
    assert several.models == ("model 0", "model 1", "model 0 (2)")
    beside_itself = several.over_time.query("first == 'model 0' and second == 'model 0 (2)'")
    assert not beside_itself["difference"].any()
    alone = compare(paths[0], paths[1])
    assert alone.models == ("embryo_stats_df", "embryo_stats_df (2)")


def test_only_common_snips_count(planted, batch, tmp_path):
    """An embedding without half of the individuals is compared on the other half, and the counts say so."""
    results = planted("batch")
    path = results.runs.query("regime == 'all' and model_index == 1")["path"].iloc[0]
    table = pd.read_csv(path)
    people = sorted(table["embryo_id"].unique())[::2]
    half = tmp_path / "half.csv"
    table[table["embryo_id"].isin(people)].to_csv(half, index=False)
    made = compare(results, 0, baseline=half)
    row = made.counts.iloc[0]
    assert (row["individuals"], row["snips"]) == (len(people), len(people) * 24)
    assert row["snips_first"] == len(table)
    assert f"{row['snips']} snips of {len(people)} individuals in common" in str(made)


def test_files_and_json(batch, tmp_path):
    """Everything is written, without NaN, and the numbers beside the figures are those of the tables."""
    paths = write_comparison(batch, tmp_path)
    assert {path.name for path in paths} == {path.name for path in tmp_path.iterdir()}
    assert {path.suffix for path in paths} >= {".json", ".txt", ".svg", ".png", ".csv"}
    read = json.loads((tmp_path / "comparison.json").read_text())
    assert read["models"] == ["model 0", "model 1"]
    assert [claim["text"] for claim in read["claims"]] == batch.claims["text"].tolist()
    drawn = pd.read_csv(tmp_path / "compare_model_0_model_1.csv")
    np.testing.assert_allclose(drawn["difference"], batch.by_perturbation["difference"])


@pytest.mark.parametrize(
    ("models", "options", "message"),
    [
        (("{results}", "0"), {}, r"^comparing needs at least two models, found 1"),
        (("{results}", "0", "7"), {}, r"results: no model 7; models: 0, 1$"),
        (("0", "1"), {}, r"^model 0 of which results\? Put the results folder first, or give --results$"),
        (("{results}:0", "nothing.csv"), {}, r"^nothing.csv: no such file or folder; expected a model index"),
        (
            ("{results}:0", "{results}"),
            {},
            r"recommends no model; say which: .*results:INDEX with one of 0, 1$",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(planted, models, options, message):
    """One message that names what is missing and what to give."""
    where = planted("batch").path
    filled = [text.replace("{results}", str(where)) for text in models]
    with pytest.raises(InvalidInput, match=message):
        compare(*filled, **options)


def test_other_data_are_refused(planted, make_sweep, tmp_path):
    """Models without a common snip cannot be paired."""
    results = planted("batch")
    other = next(make_sweep(n_models=1).parent.glob("runs/*/figures/*.csv"))
    with pytest.raises(InvalidInput, match=r"^the models have \d perturbations and 0 snips in common"):
        compare(f"{results.path}:0", other)
    assert isinstance(results, Results)


def test_recognition_agrees_with_the_scores(planted):
    """The diagonal of the confusion is the recall behind the stored F1; every predicted snip is in a course."""
    results = planted("batch")
    found = recognition(results, 1)
    assert set(found.confusion["regime"]) == {"all", "hld"}
    own = found.confusion.query("regime == 'all' and perturbation == predicted")
    scores = results.f1_over_time.query("model_index == 1 and regime == 'all'")
    both = own.merge(scores, on=["perturbation", "time_bin"])
    called = found.confusion.query("regime == 'all'").groupby(["predicted", "time_bin"])["n"].sum()
    total = [called[name, b] for name, b in zip(both["perturbation"], both["time_bin"], strict=True)]
    np.testing.assert_allclose(2 * both["n_x"] / (both["n_positive"] + total), both["f1"], atol=1e-12)
    assert found.courses.query("regime == 'all'")["n"].sum() == scores["n_positive"].sum()


def test_recognition_is_drawn_and_small(planted, tmp_path):
    """Two figures per model beside the others; the numbers for the page stay small and are plain JSON."""
    results = planted("batch")
    prepared = prepare_recognition(results, [1])
    assert len(json.dumps(prepared, allow_nan=False)) < 120_000
    lines = prepared["1"]["hld"]["courses"]
    assert [line["perturbation"] for line in lines] == sorted(line["perturbation"] for line in lines)
    written = {path.name for path in write_figures(results, tmp_path, models=[1])}
    assert {"confusion_over_time_1.svg", "individuals_over_time_1.png"} <= written
    drawn = pd.read_csv(tmp_path / "confusion_over_time_1.csv")
    assert drawn.groupby(["regime", "perturbation", "time"])["share"].sum().between(0.99, 1.01).all()
