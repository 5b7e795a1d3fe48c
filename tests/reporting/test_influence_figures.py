"""Figures of what drives what: their numbers, and files that say the same each time."""

import re

import numpy as np
import pandas as pd
import pytest

import morphsweep as ms
from morphsweep.reporting.influence_figures import influence_records, write_influence_figures


@pytest.fixture(scope="module")
def found():
    """Drivers, trade-offs and claims of a table: beta moves RMSE, the loss moves F1, margin nothing."""
    rng = np.random.default_rng(0)
    grid = [(b, k, m) for b in (0.1, 1, 10) for k in ("NT-Xent", "triplet") for m in (0, 1) for _ in range(2)]
    table = pd.DataFrame(grid, columns=["beta", "metric_loss_type", "time_only_flag"])
    table["aligned_rmse"] = 2 - np.log10(table["beta"]) + 0.05 * rng.normal(size=len(table))
    table["f1_all"] = (
        0.8 - 0.1 * (table["metric_loss_type"] == "triplet") + 0.01 * rng.normal(size=len(table))
    )
    table["segment_collinearity"] = 1 - table["aligned_rmse"] / 4
    options = {"permutations": 39}
    return ms.drivers(table, n_trees=30, **options), ms.tradeoffs(table), ms.claims(table, **options)


def test_every_figure_has_its_numbers(found):
    """Importances, main effects and matched lines of what acts, interactions, correlations, claims."""
    records = {record.name: record for record, _ in influence_records(*found)}
    assert {"drivers_importances", "drivers_interactions", "drivers_correlations", "claims"} <= set(records)
    assert {"drivers_main_effects_beta", "drivers_matched_beta", "drivers_matched_metric_loss_type"} <= set(
        records
    )
    assert "drivers_main_effects_time_only_flag" not in records
    shares = records["drivers_importances"].frame.set_index(["metric", "hyperparameter"])["share"]
    assert shares["aligned_rmse", "beta"] > 0.8
    correlations = records["drivers_correlations"].frame.set_index(["first", "second"])
    pair = correlations.loc[("aligned_rmse", "segment_collinearity")]
    assert pair["rho"] == -1.0
    assert pair["kind_first"] == pair["kind_second"]
    lines = records["drivers_matched_beta"].frame
    assert lines.set_index("metric").loc["aligned_rmse", "change"].iloc[0].startswith("0.1 to 10: -2")


def test_the_same_numbers_give_the_same_files(found, tmp_path):
    """Pictures and numbers, but for the names that matplotlib gives to clip paths by their place in memory."""
    one, two = (
        write_influence_figures(
            tmp_path / name, drivers=found[0], tradeoffs=found[1], ledger=found[2], formats=("svg",)
        )
        for name in ("one", "two")
    )
    assert [path.name for path in one] == [path.name for path in two]
    assert len(one) == 2 * len(list(influence_records(*found)))
    names = re.compile(rb"\b[mpCh][0-9a-f]{10}\b")
    for a, b in zip(one, two, strict=True):
        assert names.sub(b"name", a.read_bytes()) == names.sub(b"name", b.read_bytes()), a.name
    assert "beta drives robustness" in (tmp_path / "one" / "claims.svg").read_text()


def test_a_table_in_which_nothing_can_be_told_is_drawn_as_its_reason(tmp_path):
    """Too few models: the figure says so."""
    table = pd.DataFrame({"beta": [1, 2, 3], "f1_all": [0.1, 0.2, 0.3]})
    files = write_influence_figures(
        tmp_path,
        drivers=ms.drivers(table),
        tradeoffs=ms.tradeoffs(table),
        ledger=ms.claims(table),
        formats=("svg",),
    )
    assert "no metric could be explained" in (tmp_path / "drivers_importances.svg").read_text()
    assert all(path.is_file() for path in files)


def test_matched_figures_say_that_their_intervals_are_not_corrected_and_what_the_verdict_is():
    """An interval that excludes zero stands beside the words that it is not beyond chance among all tests."""
    table = pd.DataFrame(
        [(b, f, m) for b in (1, 10) for f in ("no", "yes") for m in (1, 2)],
        columns=["beta", "flag", "margin"],
    )
    table["f1_all"] = [0.0] * 4 + [0.3, 1.4, 0.7, 1.2]
    records = {r.name: r for r, _ in influence_records(ms.drivers(table, permutations=39, n_trees=20))}
    matched = records["drivers_matched_beta"]
    assert "not corrected for many" in matched.reading
    assert matched.frame["change"].iloc[0].endswith("alone, not beyond chance among 3 tests")
    assert "Hatched" in records["drivers_importances"].reading
    assert set(records["drivers_importances"].frame.set_index("hyperparameter").loc[["beta"], "verdict"]) == {
        "alone"
    }


def test_every_picture_of_a_claim_has_titles_of_its_axes_and_few_ticks(found):
    """What is plotted, with its unit, below each panel; what is tested above it."""
    record, draw = next((r, d) for r, d in influence_records(*found) if r.name == "claims")
    shown = record.frame[record.frame["kind"] != "none"]
    assert (shown["x_title"] != "").all()
    assert (shown.loc[shown["kind"].isin(["line", "point"]), "y_title"] != "").all()
    titles = shown.set_index("claim")
    assert (
        titles.loc["robustness costs accuracy", "x_title"].iloc[0]
        == "Aligned RMSE (latent units per coordinate)"
    )
    for axes in draw(record).axes:
        assert axes.get_xlabel()
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            assert sum(min(low, high) <= tick <= max(low, high) for tick in axis.get_majorticklocs()) <= 5
    drives = shown[shown["claim"] == "beta drives robustness"].iloc[0]
    assert drives["tested"] == "higher beta, lower aligned_rmse"
