"""From the notebook's numbers to ours."""

import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.records import Settings
from morphsweep.reporting import bridge_sentences, write_bridge
from morphsweep.reporting.bridge import prepare_bridge, prepare_repairs
from morphsweep.sweep import bridge, evaluate, repairing, repairs_between, try_repairs

ONLY = ["f1", "aligned_rmse", "segment_collinearity_within"]


@pytest.fixture(scope="module")
def both(make_sweep, tmp_path_factory):
    """A small simulated sweep under both protocols."""
    sweep, out = make_sweep(), tmp_path_factory.mktemp("both")
    return [evaluate(sweep, out / p, protocol=p, workers=1, only=ONLY) for p in ("notebook", "default")]


@pytest.fixture(scope="module")
def repaired(both, tmp_path_factory):
    """The bridge with two of the repairs."""
    wanted = [r for r in repairs_between(*both) if r.name.startswith(("collinearity", "folds"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repairing, "repairs_between", lambda *_: wanted)
        return try_repairs(bridge(*both), *both, tmp_path_factory.mktemp("repairs"), workers=1)


def test_every_model_has_both_numbers(both):
    """Values are those of the two summaries, their difference is the change."""
    found = bridge(*both)
    row = found.values[(found.values["column"] == "f1_all") & (found.values["model_index"] == 1)].iloc[0]
    sides = [r.summary.set_index("model_index").loc[1, "f1_all"] for r in both]
    assert [row["notebook"], row["default"]] == pytest.approx(sides)
    assert row["change"] == pytest.approx(sides[1] - sides[0])
    assert found.rule == ("f1_all > 0.7", "aligned_rmse <= 1")
    assert found.unmatched == ()


def test_models_are_matched_by_content_and_not_by_position(both):
    """Numbering the models of one side otherwise changes no pair; a model of one side only is named."""
    found = bridge(*both)
    default = both[1]
    turned = default.summary.assign(model_index=[7, 8, 9][: len(default.summary)][::-1])
    known = default.__dict__.copy()
    try:
        default.__dict__["summary"] = turned.iloc[1:].copy()
        other = bridge(*both)
    finally:
        default.__dict__.clear()
        default.__dict__.update(known)
    assert len(other.models) == len(found.models) - 1
    assert len(other.unmatched) == 1
    merged = other.values.merge(found.values, on=["model_index", "column"], suffixes=("", "_first"))
    pd.testing.assert_series_equal(merged["default"], merged["default_first"], check_names=False)


def test_the_order_of_the_results_is_checked(both):
    """The message says which protocol was found where."""
    with pytest.raises(InvalidInput, match=r"evaluated under protocol 'default-\d+', expected 'notebook'"):
        bridge(both[1], both[0])


def test_repairs_are_all_settings_in_which_the_protocols_differ(both):
    """Together the repairs turn the notebook's settings into ours, apart from what changes no number."""
    repaired: dict[str, object] = {}
    for repair in repairs_between(*both):
        repaired |= repair.settings
    ours, theirs = (Settings.for_protocol(p).model_dump() for p in ("default", "notebook"))
    differing = {n for n in ours if ours[n] != theirs[n]} - {"protocol", "baselines"}
    assert set(repaired) == differing
    assert all(repaired[name] == ours[name] for name in differing)


def test_a_repair_changes_what_it_repairs_and_nothing_else(repaired):
    """The way of pairing curves moves collinearity only, the split moves F1 only."""
    moved = repaired.repairs.assign(moved=repaired.repairs["change"].abs() > 1e-12)
    by = moved.groupby(["repair", "column"])["moved"].any()
    assert by["collinearity in both directions", "segment_collinearity_within_all"]
    assert not by["collinearity in both directions", "f1_all"]
    assert by["folds instead of one split", "f1_all"]
    assert not by["folds instead of one split", "aligned_rmse"]


def test_the_sentences_name_who_moved_and_why(repaired):
    """A model that changes tranche is named with the repairs that do so by themselves."""
    found = repaired
    models = found.models.assign(tranche_notebook=1, tranche_same_rule=2, changed=True)
    effects = found.repairs.assign(
        tranche=found.repairs["repair"].map({"folds instead of one split": 2}).fillna(1)
    )
    told = bridge_sentences(type(found)(models, found.values, found.rule, ("model 9 of x",), effects))
    assert told[0].startswith(
        f"Under the notebook's rule (f1_all > 0.7 and aligned_rmse <= 1) {len(models)} of {len(models)} models"
    )
    assert told[1].endswith("tranche 1 -> tranche 2; by itself does so: folds instead of one split.")
    assert told[-1] == "Only in one: model 9 of x."


def test_files_are_written(repaired, both, tmp_path):
    """Figures with their numbers, the table of models, the sentences."""
    names = {path.name for path in write_bridge(repaired, both[0], tmp_path)}
    assert {"bridge.svg", "bridge.csv", "bridge_repairs.pdf", "bridge_models.csv", "bridge.md"} <= names
    assert all((tmp_path / name).stat().st_size for name in names)


def test_arrows_start_at_the_notebooks_numbers(both):
    """The record holds both ends."""
    found = bridge(*both)
    frame = prepare_bridge(found, {}).frame.set_index("model_index")
    for model in frame.index:
        assert frame.loc[model, "x_notebook"] == both[0].summary.set_index("model_index").loc[model, "f1_all"]
        assert (
            frame.loc[model, "y_default"]
            == both[1].summary.set_index("model_index").loc[model, "aligned_rmse"]
        )


def test_the_whole_change_stands_beside_the_repairs(repaired):
    """Every number has a row of the whole change."""
    frame = prepare_repairs(repaired, {"f1_all": "F1, higher is better"}).frame
    assert set(frame.loc[frame["repair"] == "all together", "column"]) >= {"f1_all"}
    assert frame.loc[frame["column"] == "f1_all", "label"].iloc[0] == "F1, higher is better"
