"""Spaces scored blind, and what the scores say of the metrics."""

import json
import re
import sys
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from morphsweep.cli import main
from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry.ranks import rank_correlation
from morphsweep.io import read_ratings
from morphsweep.reporting import judge_ratings, write_rating_page
from morphsweep.reporting.rate import sweep_name, token_of
from morphsweep.selection import agreement_with_ratings, self_agreement

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    return write_rating_page(
        results, tmp_path_factory.mktemp("rate") / "rate.html", rater="Ada", repeat=0.5, seed=3
    )


def content(page):
    found = re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(found.group(1))


def scored(results, path, value, models=None):
    """A file of scores as the page saves it: `value` of each model."""
    sweep = sweep_name(results)
    models = results.summary["model_index"] if models is None else models
    scores = [
        {"token": token_of(int(m), 0, sweep=sweep, rater="Ada", seed=3), "score": value(int(m))}
        for m in models
    ]
    path.write_text(
        json.dumps({"rater": "Ada", "seed": 3, "sweep": sweep, "scores": scores}), encoding="utf-8"
    )
    return path


def test_the_page_tells_nothing_of_the_models(page, results):
    """Shuffled, without index, label or name; every space once and half of them twice, the copies apart."""
    items = content(page)["items"]
    tokens = [item["token"] for item in items]
    assert len(set(tokens)) == len(tokens) == 6 + 3
    assert set(items[0]) == {"token", "curves"}
    assert set(items[0]["curves"][0]) == {"color", "points"}
    own = {
        token_of(int(m), k, sweep=sweep_name(results), rater="Ada", seed=3): (int(m), k)
        for m in results.summary["model_index"]
        for k in (0, 1)
    }
    order = [own[token] for token in tokens]
    firsts = [m for m, k in order if k == 0]
    assert sorted(firsts) == sorted(results.summary["model_index"])
    assert firsts != sorted(firsts)
    assert all(order.index((m, 1)) > order.index((m, 0)) for m, k in order if k == 1)
    text = page.read_text(encoding="utf-8")
    assert not [word for word in ("NT-Xent", "triplet", "gdf3", "lmx1b") if word in text]


def test_all_spaces_have_one_size(page):
    """Size would give a model away, and latent units shrink with the training."""
    sizes = []
    for item in content(page)["items"]:
        points = np.vstack([curve["points"] for curve in item["curves"]])
        sizes.append(np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean()))
    assert sizes == pytest.approx([1.0] * len(sizes), abs=0.05)


def test_another_seed_is_another_order(results, page, tmp_path):
    """Equal seed, equal page; another one, another order."""
    again = write_rating_page(results, tmp_path / "a.html", rater="Ada", repeat=0.5, seed=3)
    other = write_rating_page(results, tmp_path / "b.html", rater="Ada", repeat=0.5, seed=4)
    assert again.read_bytes() == page.read_bytes()
    assert content(other)["items"] != content(page)["items"]


def test_the_page_allows_no_request(page):
    """The policy forbids everything but its own script, by hash."""
    assert "default-src 'none'; script-src 'sha256-" in unescape(page.read_text(encoding="utf-8"))


def test_a_rater_who_follows_a_number_is_found_out(results, tmp_path):
    """Scores made from first dispersion name that number, with an interval above zero."""
    values = results.summary.set_index("model_index")["dispersion_last_all"].rank()
    found = judge_ratings(
        results, scored(results, tmp_path / "s.json", lambda m: 1 + 4 * (values[m] - 1) / 5), out=tmp_path
    )
    row = found.table.set_index("column").loc["dispersion_last_all"]
    assert row["rho"] == pytest.approx(1)
    assert row["low"] > 0.9
    assert found.table["rho"].iloc[0] == pytest.approx(1)
    assert "agrees best with Ada's eye" in found.sentences[0]
    assert {path.suffix for path in found.files} == {".svg", ".pdf", ".png", ".csv", ".json"}
    assert all(path.is_file() for path in found.files)


def test_agreement_is_spearmans_with_the_goodness_of_the_score():
    """Without weights it is the rank correlation; less of what is better low counts as agreement."""
    rng = np.random.default_rng(0)
    eye, score = pd.Series(rng.normal(size=12)), pd.Series(rng.normal(size=12))
    table = agreement_with_ratings(
        eye, pd.DataFrame({"a": score, "b": score}), better={"a": "higher", "b": "lower"}
    )
    rho = table.set_index("column")["rho"]
    assert rho["a"] == pytest.approx(rank_correlation(eye, score))
    assert rho["b"] == pytest.approx(-rho["a"])
    assert (table["low"] <= table["rho"]).all()
    assert (table["rho"] <= table["high"]).all()


def test_of_a_range_closeness_to_the_middle_counts():
    """A score that is abnormal on both sides agrees when the eye likes the middle."""
    eye = pd.Series([1.0, 4, 5, 4, 1])
    table = agreement_with_ratings(
        eye, pd.DataFrame({"slope": [-9.0, 1, 2, 3, 50]}), better={"slope": "range"}
    )
    assert table["rho"].iloc[0] > 0.9


def test_replicates_of_a_configuration_are_resampled_together():
    """Repeating every model adds no certainty when the copies are one configuration."""
    rng = np.random.default_rng(1)
    eye = pd.Series(np.arange(8.0))
    score = pd.DataFrame({"m": eye + rng.normal(scale=2, size=8)})
    alone = agreement_with_ratings(eye, score, better={"m": "higher"})
    twice = pd.concat([eye, eye], ignore_index=True), pd.concat([score, score], ignore_index=True)
    tied = agreement_with_ratings(*twice, better={"m": "higher"}, clusters=pd.Series([*range(8), *range(8)]))
    assert tied["low"].iloc[0] == pytest.approx(alone["low"].iloc[0])


def test_too_few_or_equal_ratings_are_refused():
    """Nothing can be told from three models, or from a person who likes all alike."""
    table = pd.DataFrame({"m": [1.0, 2, 3, 4]})
    for eye in (pd.Series([1.0, 2, 3]), pd.Series([3.0] * 4)):
        with pytest.raises(NotComputable, match="at least 4 models with different ratings"):
            agreement_with_ratings(eye, table, better={})


def test_self_agreement_by_hand():
    """Two of three scores are given again; the third differs by three."""
    assert self_agreement([1, 2, 5], [1, 2, 2]) == pytest.approx((2 / 3, 1.0))
    with pytest.raises(InvalidInput, match="must pair up"):
        self_agreement([], [])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sweep": "0" * 12}, "given on another sweep"),
        ({"scores": [{"token": "nonsense", "score": 3}]}, "belong to no space of this sweep"),
        ({"scores": [{"token": "x", "score": 9}]}, "scores must lie between 1 and 5, found 9"),
        ({"scores": 3}, "expected an object with a list 'scores'"),
    ],
)
def test_foreign_scores_are_refused(results, tmp_path, change, message):
    """The message says what is wrong with the file."""
    path = scored(results, tmp_path / "s.json", lambda m: 1 + m % 5)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(InvalidInput, match=message):
        judge_ratings(results, path, out=tmp_path)


def test_a_csv_without_the_columns_is_refused(tmp_path):
    """The message names the columns that are expected."""
    (tmp_path / "s.csv").write_text("token,score\na,3\n", encoding="utf-8")
    with pytest.raises(
        InvalidInput, match=r"rater, seed, sweep missing; expected rater, seed, sweep, token, score"
    ):
        read_ratings(tmp_path / "s.csv")


def test_the_command_line_refuses_a_missing_file(tmp_path, monkeypatch, capsys):
    """Status 2 and one message."""
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(
        sys, "argv", ["morphsweep", "rate", str(tmp_path), "--scores", str(tmp_path / "no.json")]
    )
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert "no such file; expected the JSON or CSV" in capsys.readouterr().err


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium")
def test_a_person_scores_with_the_keys_and_saves(page, results, tmp_path):
    """Keys 1 to 5 score and go on, Backspace corrects, a reload forgets nothing, and both files are understood."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        view = browser.new_page()
        complaints, requests = [], []
        view.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        view.on("pageerror", lambda error: complaints.append(str(error)))
        view.on("request", lambda request: requests.append(request.url))
        view.goto(page.as_uri())
        for key in ("5", "Backspace", "2", "7", "4"):
            view.keyboard.press(key)
        view.reload()
        assert "Space 3 of 9" in view.inner_text("#progress")
        for k in range(7):
            view.keyboard.press(str(1 + k % 5))
        assert "All 9 spaces are scored" in view.inner_text("#progress")
        for button in ("json", "csv"):
            with view.expect_download() as download:
                view.click(f"#{button}")
            download.value.save_as(tmp_path / f"scores.{button}")
        browser.close()
    assert complaints == []
    assert {url.split(":")[0] for url in requests} <= {"file", "blob"}
    pd.testing.assert_frame_equal(
        read_ratings(tmp_path / "scores.json"), read_ratings(tmp_path / "scores.csv"), check_dtype=False
    )
    assert read_ratings(tmp_path / "scores.json")["score"].tolist() == [2, 4, 1, 2, 3, 4, 5, 1, 2]
    found = judge_ratings(results, tmp_path / "scores.csv", out=tmp_path)
    assert any("spaces shown twice" in sentence for sentence in found.sentences)
