import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from morphsweep.errors import InvalidInput
from morphsweep.reporting.catalogue import catalogue, specs
from morphsweep.reporting.films import prepare_films
from morphsweep.reporting.prepare_beside import prepare_beside
from morphsweep.reporting.prepare_changes import match_models, prepare_changes
from morphsweep.reporting.prepare_decision import choose
from morphsweep.reporting.prepare_page import prepare_baseline, prepare_page
from morphsweep.reporting.prepare_rivals import prepare_rivals
from morphsweep.reporting.prepare_sureness import prepare_sureness
from morphsweep.reporting.source import hyperparameters


def columns_of(results):
    return catalogue(
        results.summary, results.scores, hyperparameters=hyperparameters(results), declared=specs()
    )


def test_models_are_matched_by_what_they_are(make_results):
    """Renumbered models find each other; replicates in the order of their tables; the rest is told."""
    new, old = make_results(), make_results()
    old.summary = old.summary.iloc[[5, 3, 1]].assign(model_index=[10, 11, 12])
    old.summary.loc[old.summary["model_index"] == 12, "beta"] = 7.0
    pairs, only_then, only_now = match_models(old, new)
    assert sorted(pairs) == [(10, 5), (11, 3)]
    assert only_then == [12]
    assert only_now == [0, 1, 2, 4]


def test_changes_tell_tranches_settings_and_numbers(make_results):
    """A model that fell out of tranche 1 is named with both tranches; changed settings are listed; nothing else is."""
    new, old = make_results(), make_results()
    new.summary = new.summary.assign(f1_all=new.summary["f1_all"].where(new.summary["model_index"] != 0, 0.1))
    new.info["settings"] = new.info["settings"] | {"n_points": {"value": 400, "source": "sweep.toml"}}
    where = ["f1_all > 0.7", "aligned_rmse <= 5"]
    changes = prepare_changes(new, old, columns_of(new), where=where)
    assert changes["moves"] == [{"model": 0, "then": 1, "now": 3}]
    assert changes["settings"] == [{"name": "n_points", "then": "500", "now": "400"}]
    assert changes["facts"] == []
    np.testing.assert_allclose(changes["values"]["f1_all"], old.summary["f1_all"], rtol=1e-5)


def test_rival_with_the_best_score_is_told_why_not(results):
    """The model with the best F1 that fails the robust threshold, with both numbers."""
    selection, _ = choose(results, ["f1_all > 0.7", "aligned_rmse <= 1.3"])
    summary = results.summary
    rival = summary.loc[summary["f1_all"].idxmax()]
    told = {r["model"]: r["text"] for r in prepare_rivals(selection, columns_of(results))}
    assert rival["model_index"] != selection.winner
    text = told[int(rival["model_index"])]
    assert text.startswith(f"has the best F1 · all ({rival['f1_all']:.3g}) of all, but")
    assert f"is {rival['aligned_rmse']:.3g}, not <= 1.3" in text


def test_baseline_of_another_sweep_brings_its_own_numbers(make_results, tmp_path):
    """A foreign baseline has no row; one of the same sweep has; an unknown one is refused."""
    results, other = make_results(), make_results()
    other.path = tmp_path / "old"
    other.summary = other.summary.assign(f1_all=0.5)
    foreign = prepare_baseline(results, other, 3)
    assert (foreign["row"], foreign["values"]["f1_all"]) == (None, 0.5)
    assert foreign["label"] == "baseline old:3"
    assert prepare_baseline(results, results, 3)["row"] == 3
    with pytest.raises(InvalidInput, match="no model 99"):
        prepare_baseline(results, results, 99)


def test_noise_floor_is_that_of_the_replicates(make_results):
    """Two replicates that differ by 0.02 have a standard deviation of 0.02 / sqrt 2."""
    results = make_results()
    results.summary = results.summary.assign(configuration=[0, 0, 1, 2, 3, 4])
    results.summary.loc[[0, 1], "f1_all"] = [0.80, 0.82]
    document, _ = prepare_page(results)
    assert document["decision"]["noise"]["f1_all"]["sd"] == pytest.approx(0.02 / np.sqrt(2))
    assert document["decision"]["noise"]["f1_all"]["df"] == 1
    assert prepare_page(make_results())[0]["decision"]["noise"] == {}


def test_sentences_of_other_commands_are_taken_up(make_results, tmp_path):
    """What drivers and rate wrote beside the results is told; a damaged file says so and stops nothing."""
    results = make_results()
    results.path = tmp_path
    assert prepare_beside(results) == {"drivers": [], "ratings": [], "verdicts": {}}
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "drivers.json").write_text(
        '{"sentences": ["beta acts"], "notes": ["2 left out"]}'
    )
    (tmp_path / "ratings").mkdir()
    (tmp_path / "ratings" / "agreement_me.json").write_text("{")
    found = prepare_beside(results)
    assert found["drivers"] == [{"file": "drivers/drivers.json", "sentences": ["beta acts", "2 left out"]}]
    assert "agreement_me.json" in found["ratings"][0]["sentences"][0]
    assert found["verdicts"] == {}


def test_verdicts_of_drivers_are_taken_up(make_results, tmp_path):
    """Per score, those that could be judged; a damaged file gives none."""
    results = make_results()
    results.path = tmp_path
    (tmp_path / "drivers").mkdir()
    rows = [
        {"metric": "f1_all", "hyperparameter": "beta", "share": 0.65, "verdict": "acts", "p": 0.01},
        {"metric": "f1_all", "hyperparameter": "seedless", "share": None, "verdict": "constant"},
    ]
    path = tmp_path / "drivers" / "drivers.json"
    path.write_text(json.dumps({"sentences": [], "importances": rows}))
    verdicts = prepare_beside(results)["verdicts"]
    assert verdicts == {"f1_all": [{"hyperparameter": "beta", "share": 0.65, "verdict": "acts"}]}
    path.write_text("{")
    assert prepare_beside(results)["verdicts"] == {}


@pytest.fixture
def pictured(make_results, tmp_path):
    """Results whose snips have names, and a folder with a picture of each."""
    results = make_results()
    sample = results.points_sample
    names = [
        f"{r}-{p}-{k % 40}"
        for k, (r, p) in enumerate(zip(sample["regime"], sample["perturbation"], strict=True))
    ]
    results.points_sample = sample.assign(snip_id=names)
    rng = np.random.default_rng(0)
    for name in set(names):
        Image.fromarray(rng.integers(0, 255, (90, 70), dtype=np.uint8)).save(tmp_path / f"{name}.png")
    return results, tmp_path


def test_films_stay_within_their_budget(pictured):
    """The first models have all their pictures, and once the room is used up no model has half of them."""
    results, folder = pictured
    snips = pd.Index(results.points_sample["snip_id"].unique())
    everything, pictures, said = prepare_films(results, range(6), snips, images=folder)
    assert said == []
    assert {film["row"] for film in everything} == set(range(6))
    assert all(str(place) in pictures for film in everything for place in film["snips"])
    size = sum(len(text) for text in pictures.values())
    few, some, _ = prepare_films(results, range(6), snips, images=folder, most_bytes=size // 6)
    assert sum(len(text) for text in some.values()) < size // 3
    assert all(str(place) in some for film in few for place in film["snips"])


def test_pictures_named_in_the_embeddings_are_found(pictured):
    """The column `image`, relative to the sweep's folder; a picture that cannot be read is told, not fatal."""
    results, folder = pictured
    names = results.points_sample["snip_id"].unique()
    results.snips = pd.DataFrame({"snip_id": names, "image": [f"{name}.png" for name in names]})
    results.info["sweep"] = str(folder / "sweep.toml")
    (folder / f"{names[0]}.png").write_text("no picture", encoding="utf-8")
    films, pictures, said = prepare_films(results, [0], pd.Index(names))
    assert films
    assert all(address.startswith("data:image/jpeg;base64,") for address in pictures.values())
    assert not said or names[0] in said[0]


def test_no_pictures_no_films(results):
    """Without images there is nothing to show and nothing to complain of."""
    document, _ = prepare_page(results)
    assert document["films"] == []
    assert document["snips"]["pictures"] == {}


def _twice(results):
    """Six models of three configurations."""
    results.summary = results.summary.assign(
        configuration=[0, 1, 2, 0, 1, 2], metric_loss_type="triplet", replicate=[0, 0, 0, 1, 1, 1]
    )
    return results


def test_shares_of_how_sure_it_is_are_of_all_draws(make_results):
    """Draws without a winner count: with them the shares sum to one; all of tranche 1 is in the table, also what is never first."""
    results = _twice(make_results())
    best = results.summary["f1_all"].max()
    selection, _ = choose(results, [f"f1_all > {best - 0.001}", "aligned_rmse <= 9"])
    sure = prepare_sureness(selection)
    assert 0.05 < sure["no_winner"] < 0.95
    total = sum(row["frequency"] for row in sure["rows"]) + sure["no_winner"]
    assert total == pytest.approx(1)
    assert set(selection.tranches[1]) <= {model for row in sure["rows"] for model in row["models"]}


def test_acceptable_configurations_that_are_not_ranked_stand_in_how_sure_it_is(make_results):
    """Partial models of tranche 1 never come first, and are in it in most draws."""
    results = _twice(make_results())
    scores = results.scores
    part = scores["model_index"].isin([0, 3]) & (scores["perturbation"] == "avg_pert")
    results.scores = scores.assign(status=scores["status"].mask(part, "partial"))
    selection, _ = choose(results, ["f1_all > 0.7", "aligned_rmse <= 9"])
    assert {0, 3} <= set(selection.tranches[1])
    row = next(row for row in prepare_sureness(selection)["rows"] if row["models"] == [0, 3])
    assert (row["frequency"], row["rank_low"]) == (0, None)
    assert row["tranche_1"] > 0.5


def test_without_replicates_and_bootstraps_nothing_is_known_of_chance(results):
    """Said before what moving a threshold would do."""
    selection, _ = choose(results, ["f1_all > 0.7", "aligned_rmse <= 9"])
    sure = prepare_sureness(selection)
    assert sure["sentences"][0].endswith("so how sure the choice is is not known.")
    assert (sure["rows"], sure["no_winner"]) == ([], 0.0)


def test_the_only_model_is_not_called_best_of_all(make_results):
    """There is nothing that it was preferred to."""
    results = make_results()
    results.summary = results.summary.head(1)
    selection, _ = choose(results, ["f1_all > 0.1"])
    assert selection.winner == 0
    assert prepare_rivals(selection, columns_of(results)) == []


def test_one_threshold_is_not_called_both(results):
    """A rule may prefer another model than the one best in the threshold's number."""
    selection, _ = choose(results, ["f1_all > 0.1"])
    ordered = dataclasses.replace(selection, winner=selection.tranches[1][-1], ties=None)
    (rival,) = prepare_rivals(ordered, columns_of(results))
    assert "it passes the threshold too" in rival["text"]
