"""What is said of the ground before and after an evaluation."""

import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.records import SweepConfig
from morphsweep.sweep import check_sweep, evaluate, read_sweep
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.cohort_notes import cohort_notes
from morphsweep.sweep.configuring import resolve_settings


@pytest.fixture
def obs():
    """Six wild types, six mutants, two of a third kind; a snip per hour from 12 to 35."""
    people = [(f"{kind}{k}", kind) for kind, n in (("WT", 6), ("noto", 6), ("rare", 2)) for k in range(n)]
    rows = [(f"{who}_{hour}", who, kind, float(hour)) for who, kind in people for hour in range(12, 36)]
    return pd.DataFrame(rows, columns=["snip_id", "individual", "perturbation", "time"])


def notes(obs, **fields):
    """As an evaluation would make them."""
    from morphsweep.records import Embedding

    config = SweepConfig(**fields)
    settings, _ = resolve_settings("default", config)
    latents = pd.DataFrame({"z_mu_b_0": range(len(obs))}).to_numpy(float)
    cohort = make_cohort(Embedding(latents, obs, ("z_mu_b_0",), source="x"), settings=settings, config=config)
    return cohort_notes(obs, cohort, settings, config)


def test_who_is_left_out_and_why(obs):
    """Too few individuals; silent where the lab listed what it wants."""
    assert any("'rare' (2 individuals, fewer than 5)" in text for text in notes(obs))
    assert not any("left out" in text for text in notes(obs, perturbations=("WT", "noto")))


def test_a_control_that_is_not_there(obs):
    """Written otherwise, or misspelled; a sweep without any wild type is no mistake."""
    assert any("the control 'wt' is no perturbation" in text and "'WT'" in text for text in notes(obs))
    assert any("the control 'wlid' is no" in text for text in notes(obs, control="wlid"))
    assert not any("control" in text for text in notes(obs, control="WT"))
    assert not any("control" in text for text in notes(obs[obs["perturbation"] != "WT"]))


def test_snips_beyond_the_time_limit_are_counted(obs):
    """Twice as long a course: what lies after 40 h has no part in F1."""
    late = obs.assign(time=obs["time"] * 2)
    (text,) = [text for text in notes(late) if "time_limit" in text]
    assert text.startswith(f"{12 * 15:,} of {12 * 24:,} snips (62%) are later than time_limit = 40")
    assert not [text for text in notes(late, time_limit=False) if "time_limit" in text]
    assert not [text for text in notes(obs) if "time_limit" in text]


def test_a_first_window_as_long_as_the_course(obs):
    """Times that are shares of the course need another window."""
    share = obs.assign(time=(obs["time"] - 12) / 23)
    (text,) = [text for text in notes(share) if "early_window" in text]
    assert "set early_window in sweep.toml, for instance to 0.05" in text
    assert not [text for text in notes(share, early_window=0.05) if "early_window" in text]
    assert not [text for text in notes(obs) if "early_window" in text]


def test_check_evaluation_and_record_say_the_same(make_sweep, tmp_path):
    """The notes are in run.json and in the check; a folder of one sweep takes no other."""
    sweep = make_sweep(n_models=1)
    config = {"time_limit": 20.0}
    source = read_sweep(sweep)
    source = read_sweep(
        source.source.parent / source.config.manifest, source.config.model_copy(update=config)
    )
    results = evaluate(source, tmp_path / "out", workers=1, only=("f1",))
    (text,) = [text for text in results.info["warnings"] if "time_limit = 20" in text]
    assert text in check_sweep(source).problems
    with pytest.raises(InvalidInput, match="holds the results of another sweep"):
        evaluate(make_sweep(n_models=1, seed=9), tmp_path / "out", workers=1, only=("f1",))


def test_too_few_snips_for_so_many_bins(obs):
    """Six individuals with 24 snips each fill twenty bins with seven; a quarter of them does not."""
    assert not [text for text in notes(obs) if "per time bin" in text]
    (text,) = [text for text in notes(obs.iloc[::4]) if "per time bin" in text]
    assert text.startswith(
        "2 of 2 perturbations have fewer than 5 snips per time bin on average (least: 'WT', 1.8)"
    )
    assert not [text for text in notes(obs.iloc[::4], settings={"n_time_bins": 5}) if "per time bin" in text]


def test_times_on_a_grid_wider_than_the_bins(obs):
    """Every third hour is imaged: eight times in twenty bins."""
    (text,) = [text for text in notes(obs[obs["time"] % 3 == 0]) if "hold no snip" in text]
    assert text.startswith("12 of 20 time bins hold no snip, as times take 8 values only")
    assert text.endswith("set n_time_bins = 8 under [settings] in sweep.toml")
    assert not [text for text in notes(obs) if "hold no snip" in text]
